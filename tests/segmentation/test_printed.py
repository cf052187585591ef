"""What a page prints about itself: dates of articles, publication and page, the status of a regulation; and what it does not print."""

import pytest

from index.document import Article, Page
from index.segmentation.articles import articles

BODY = "近日，渔港的新码头建成了，渔民都说好。2019年3月4日开工的时候，没有人想到这么快。"


def first(text: str, markdown: bool = False) -> Article:
    return articles(Page("a.txt", text, "", "utf-8", markdown))[0]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (f"海港日报 2024年12月6日 星期五 第5版\n\n渔港有了新码头\n\n{BODY}\n", "2024-12-06"),
        (f"渔港有了新码头\n\n2024-05-06 10:21 来源：海港发布\n\n{BODY}\n", "2024-05-06"),
        (f"渔港有了新码头\n\n新华社海口2024年5月6日电 {BODY}\n", "2024-05-06"),
        (f"渔港有了新码头\n\n新华社海口5月6日电 {BODY}\n", None),
        (f"渔港有了新码头\n\n{BODY}\n", None),
        (f"渔港有了新码头\n\n2024年3月\n\n{BODY}\n", "2024-03"),
        (f"关于码头招租的公告\n\n{BODY}\n\n特此公告。\n\n海港市港航局\n\n2024年5月6日\n", "2024-05-06"),
        (f"关于码头招租的公告\n\n{BODY}\n\n海港市港航局 二〇二四年五月六日\n", "2024-05-06"),
        ("渔港条例\n\n（1999年5月6日通过　2021年9月29日修正）\n\n第一条 为了管理渔港，制定本条例。\n", "2021-09-29"),
        ("政府工作报告\n\n——2024年1月20日在海港市第十届人民代表大会第三次会议上\n\n各位代表：\n\n现在向大会报告工作。\n", "2024-01-20"),
    ],
)
def test_the_date_of_an_article_is_the_printed_one_and_never_one_of_its_sentences(text: str, date: str | None) -> None:
    assert first(text).date == date


def test_front_matter_gives_the_date() -> None:
    assert first(f"---\ntitle: 渔港\ndate: 2024-05-06\n---\n\n{BODY}\n", markdown=True).date == "2024-05-06"


@pytest.mark.parametrize(
    ("banner", "printed"),
    [
        ("海港日报 2024年12月6日 星期五 第5版", ("2024-12-06", "海港日报", 5)),
        ("海港日报\n\n二〇二四年三月五日 星期二\n\n第3版", ("2024-03-05", "海港日报", 3)),
        ("海声报 中华民国二十三年五月六日 星期日 第四版", ("1934-05-06", "海声报", 4)),
        ("第5版 要闻", (None, None, None)),
    ],
)
def test_a_banner_gives_date_publication_and_page(banner: str, printed: tuple[str | None, str | None, int | None]) -> None:
    article = first(f"{banner}\n\n# 渔港有了新码头\n\n{BODY}\n", markdown=True)
    assert (article.date, article.publication, article.newspaper_page) == printed


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("渔港条例（已废止）\n\n第一条 为了管理渔港，制定本条例。\n", "废止"),
        ("渔港条例（2021年修订）\n\n第一条 为了管理渔港，制定本条例。\n", "修订"),
        ("渔港条例\n\n时效性：现行有效\n\n第一条 为了管理渔港，制定本条例。\n", "现行"),
        ("渔港条例\n\n第一条 为了管理渔港，制定本条例。\n\n第二条 本条例自2021年1月1日起施行，原办法同时废止。\n", None),
        ("关于废止《渔港办法》的决定\n\n现决定废止《渔港办法》，自公布之日起施行。\n", None),
    ],
)
def test_the_status_of_a_regulation_is_the_printed_one(text: str, status: str | None) -> None:
    assert first(text).status == status


@pytest.mark.parametrize(("marker", "number"), [("A05版", 5), ("第A12版", 12), ("05版", 5), ("清渠日报 B03版", 3), ("Page 3 of 12", None)])
def test_the_page_of_a_newspaper_may_have_the_letter_of_its_part(marker: str, number: int | None) -> None:
    article = articles(Page("p.txt", f"{marker}\n\n# 渠水清了\n\n近日，清渠镇的人修好了水渠。\n", "", "utf-8"))[0]
    assert (article.title, article.newspaper_page, article.kicker) == ("渠水清了", number, None)


def test_the_day_of_one_row_of_a_table_is_not_that_of_its_article() -> None:
    table = (
        "| 日期 | 事项 | 办法 |\n|---|---|---|\n| 2024-03-05 | 井盖松动 | 当天更换并拍摄存档 |\n| 2024-04-11 | 路灯不亮 | 两天内修好 |\n"
    )
    assert first(f"# 台账\n\n{table}", markdown=True).date is None
    assert (
        first("# 公告\n\n| 索引号 | 003 |\n|---|---|\n| 发布日期 | 2024-05-06 |\n\n某某街道将更换井盖。\n", markdown=True).date
        == "2024-05-06"
    )


def test_the_date_below_a_notice_is_not_that_of_the_articles_above_it() -> None:
    page = Page(
        "a.md", f"# 渔港有了新码头\n\n{BODY}\n\n# 关于码头招租的公告\n\n{BODY}\n\n海港市港航局\n\n2024年5月6日\n", "", "utf-8", True
    )
    assert [article.date for article in articles(page)] == [None, "2024-05-06"]
