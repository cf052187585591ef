"""Displaced paragraphs: what was printed under another article goes back only where its words leave no doubt."""

import pytest

from index.document import Article, Page
from index.segmentation.articles import articles
from index.segmentation.diagnostics import doubts
from index.segmentation.displaced import LEAST_TO_MOVE, strays, with_strays_back

LIFTS = [
    "老旧小区加装电梯的难点在协商。白荡街道把低层住户请进议事会，讲明采光和噪声的影响，补偿方案改了六稿，一个单元才签字同意。",
    "电梯井要占用底层的绿地，施工图由设计院免费出，加装费用按楼层分摊，二层出得最少，六层出得最多，政府每台电梯补贴二十万元。",
    "电梯装好以后由物业统一维护，每户每月交三十元电费和保养费。白荡街道今年已有四十个单元装上了电梯，老人上下楼不再发愁。",
]
PADDY = [
    "稻田养鱼让南圩镇的农户多了一份收入。春天插秧以后放下鱼苗，鱼吃稻田里的杂草和害虫，鱼粪又肥了田，稻谷少打两次农药。",
    "秋天稻谷收割，稻田里的鱼也长到一斤多重。合作社统一收购鲜鱼和稻谷，一亩稻田比过去多挣两千元，种粮的农户多了起来。",
    "南圩镇农技站的技术员每月下田，教农户挖鱼沟、管水位、防鱼病。今年全镇稻田养鱼三千亩，合作社还给稻谷和鱼注册了商标。",
]


def page_of(upper: list[str], lower: list[str]) -> Page:
    return Page("p.md", "\n\n".join(["# 老楼装上新电梯", *upper, "# 稻田养鱼鼓了农户腰包", *lower]) + "\n", "", "utf-8", True)


def texts(found: list[Article]) -> list[list[str]]:
    return [[paragraph.text for paragraph in article.paragraphs] for article in found]


def test_the_opening_of_the_article_below_goes_back_to_it() -> None:
    found = articles(page_of([*LIFTS[:2], PADDY[0], LIFTS[2]], PADDY[1:]))
    assert texts(found) == [LIFTS, PADDY]
    assert LEAST_TO_MOVE <= found[1].paragraphs[0].certainty < 1
    assert found[1].paragraphs[0].lines == ((7, 7),)


def test_the_end_of_the_article_above_goes_back_to_it() -> None:
    assert texts(articles(page_of(LIFTS[:2], [PADDY[0], LIFTS[2], *PADDY[1:]]))) == [LIFTS, PADDY]


def test_articles_in_order_stay_as_they_are() -> None:
    found = articles(page_of(LIFTS, PADDY))
    assert texts(found) == [LIFTS, PADDY]
    assert strays(found) == []


def test_a_paragraph_that_speaks_of_neither_stays_where_it_was_printed() -> None:
    weather = "气象台预计，未来三天有一次冷空气过程，最低气温将降到零下，请市民注意添衣保暖，出行当心路面结冰。"
    assert texts(articles(page_of([LIFTS[0], weather, *LIFTS[1:]], PADDY))) == [[LIFTS[0], weather, *LIFTS[1:]], PADDY]


def test_a_page_of_one_article_and_one_without_paragraphs_have_no_strays() -> None:
    (one,) = articles(Page("p.md", "# 老楼装上新电梯\n\n" + "\n\n".join([*LIFTS, PADDY[0]]), "", "utf-8", True))
    assert strays([one]) == strays([]) == with_strays_back([]) == []


def test_what_may_belong_to_another_article_is_doubted_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    source = page_of([*LIFTS[:2], PADDY[0], LIFTS[2]], PADDY[1:])
    monkeypatch.setattr("index.segmentation.displaced.LEAST_TO_MOVE", 2.0)
    found = articles(source)
    assert texts(found) == [[*LIFTS[:2], PADDY[0], LIFTS[2]], PADDY[1:]]
    assert [(doubt.code, doubt.paragraph, doubt.confidence) for doubt in doubts(source, found)[0]] == [("displaced", 3, "likely")]
