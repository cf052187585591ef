"""Furniture: page numbers, running heads, rights and navigation are no text, and sentences join over them."""

import pytest

from index.document import Article, Page
from index.layout.furniture import is_furniture
from index.segmentation.articles import articles
from tests.segmentation.test_articles import account

LIGHTS = "临江街道在背街小巷装了二百盏感应路灯，夜里人走近才亮，一年省下电费十一万元。"
WELLS = "街道还给每个窨井盖编了号，谁家门口的盖子松了，扫码就能报修，当天有人来换。"
TREES = "绿化所把倒伏的行道树扶正培土，又在树池里铺了透水砖，雨天不再积水。"
BROKEN = ("临江街道在背街小巷装了二百盏感应路灯，夜里人走近才亮，一年省下电", "费十一万元，居民都说好。")


def parse(*lines: str, markdown: bool = False) -> list[Article]:
    page = Page("a.md" if markdown else "a.txt", "\n\n".join(lines) + "\n", "0" * 64, "utf-8", markdown)
    answer = articles(page)
    account(page, answer)
    return answer


def texts(answer: list[Article]) -> list[str]:
    return [paragraph.text for article in answer for paragraph in article.paragraphs]


def banners(answer: list[Article]) -> list[str]:
    return [banner for article in answer for banner in article.texts("banner")]


@pytest.mark.parametrize(
    "line",
    [
        *("— 7 —", "- 7 -", "·7·", "第 7 页 共 21 页", "第7页/共21页", "7 / 21", "Page 7 of 21", "【第7页】", "— 七 —", "P. 7"),
        *("版权所有，未经授权不得转载", "© 2023 临江日报社", "Copyright 2023 The Gazette. All Rights Reserved.", "转载请注明出处"),
        *("免责声明：本文仅代表作者观点，与本站无关。", "扫一扫在手机打开当前页", "责任编辑：王五", "分享到：微信 微博", "返回顶部"),
        *("【打印本页】 【关闭窗口】", "上一篇：临江街道换新灯", "点击上方蓝字关注我们", "阅读原文", "![[扫描件 7.png]]"),
        *("首页 > 要闻 > 正文", "当前位置：首页 > 政务公开", "[首页](/) | [要闻](/n)", "设为首页 | 加入收藏"),
    ],
)
def test_a_line_of_furniture_is_a_banner_and_never_a_passage(line: str) -> None:
    answer = parse("背街小巷的灯", "王鹏 黄智", LIGHTS, line, WELLS, line)
    assert (len(answer), texts(answer), banners(answer)) == (1, [LIGHTS, WELLS], [line, line])


@pytest.mark.parametrize(
    "line",
    [
        *("扫一扫就能报修，临江推出小巷管家", "版权保护走进校园", "未经业主大会同意，物业不得出租共用部位。", "居民扫一扫二维码就能报修。"),
        *("下一步，街道将给路灯装上传感器。", "点亮一盏灯 温暖一条街", "三分之一", "一、基本情况", "附件 2", "[附件：报修办法](b.doc)"),
    ],
)
def test_words_that_furniture_uses_too_are_text(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize("edge", [["— 3 —"], ["— 3 —", "临江街道办公室文件"], ["临江调研", "第 3 页 共 8 页"], ["![[扫描件.png]]"], ["3"]])
@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_a_sentence_joins_over_the_edge_of_a_page(edge: list[str], between: str) -> None:
    answer = parse("背街小巷的灯", "王鹏 黄智", between.join([BROKEN[0], *edge, BROKEN[1]]), WELLS)
    (first, second) = [paragraph for article in answer for paragraph in article.paragraphs]
    assert (first.text, second.text, " ".join(banners(answer))) == ("".join(BROKEN), WELLS, " ".join(edge))
    last = first.lines[-1][0]
    assert first.lines == ((5, 5), (last, last)) and last - 5 == (len(edge) + 1) * len(between)


def test_a_finished_sentence_ends_its_paragraph_at_the_edge_of_a_page() -> None:
    answer = parse("背街小巷的灯", "王鹏 黄智", LIGHTS, "— 3 —", "临江街道办公室文件", WELLS, "— 4 —", "临江街道办公室文件", TREES)
    assert texts(answer) == [LIGHTS, WELLS, TREES]
    assert banners(answer) == ["— 3 —", "临江街道办公室文件", "— 4 —", "临江街道办公室文件"]


def test_an_english_sentence_joins_over_a_running_head() -> None:
    edge = ["Town Gazette", "Page 3 of 12"]
    above, below = "The council has decided that every household must", "separate food waste from other rubbish."
    answer = parse("Rubbish", above, *edge, below, "The fine is ten pounds.", "Town Gazette", "Page 4 of 12", "Nobody has paid.")
    assert texts(answer) == [f"{above} {below}", "The fine is ten pounds.", "Nobody has paid."]


def test_a_running_head_with_the_number_of_its_page_is_furniture() -> None:
    answer = parse("背街小巷的灯", *(line for n, text in ((41, LIGHTS), (42, WELLS), (43, TREES)) for line in (f"临江街道年鉴　{n}", text)))
    assert (texts(answer), len(banners(answer))) == ([LIGHTS, WELLS, TREES], 3)


def test_the_title_that_stands_on_each_page_again_is_a_title_once() -> None:
    title = "临江街道路灯改造工作报告"
    (one,) = parse(f"# {title}", LIGHTS, title, WELLS, title, TREES, markdown=True)
    assert (one.title, texts([one]), banners([one])) == (title, [LIGHTS, WELLS, TREES], [title, title])


def test_numbers_alone_that_count_pages_are_furniture() -> None:
    long = LIGHTS + WELLS + TREES
    answer = parse("背街小巷的灯", "王鹏 黄智", long, "1", long, "2", long, "3")
    assert (texts(answer), banners(answer)) == ([long] * 3, ["1", "2", "3"])


@pytest.mark.parametrize("numbers", [("01", "02", "03"), ("Part 1", "Part 2", "Part 3"), ("壹", "贰", "叁"), ("1", "2", "3")])
@pytest.mark.parametrize("subheads", [("灯亮了", "盖子稳了", "树直了"), ("", "", "")])
def test_numbers_alone_that_open_sections_are_subheads(numbers: tuple[str, ...], subheads: tuple[str, ...]) -> None:
    sections = zip(numbers, subheads, (LIGHTS, WELLS, TREES), strict=True)
    (one,) = parse("背街小巷的灯", "王鹏 黄智", *(line for section in sections for line in section if line))
    assert (one.title, texts([one])) == ("背街小巷的灯", [LIGHTS, WELLS, TREES])
    assert one.texts("subhead") == [line for pair in zip(numbers, subheads, strict=True) for line in pair if line]


def test_years_that_open_sections_are_subheads() -> None:
    (one,) = parse("临江街道大事记", "2021", LIGHTS, "2022", WELLS, "2023", TREES)
    assert (one.title, one.texts("subhead"), texts([one])) == ("临江街道大事记", ["2021", "2022", "2023"], [LIGHTS, WELLS, TREES])


def test_a_subhead_that_repeats_in_each_article_is_no_running_head() -> None:
    reports = [("临江的灯", LIGHTS), ("临江的盖", WELLS), ("临江的树", TREES)]
    for heads in (("一、基本情况", "二、取得成效"), ("主要做法", "取得成效")):
        answer = parse(*(line for title, text in reports for line in (f"# {title}", "王鹏 黄智", heads[0], text, heads[1], text)))
        assert [(one.title, one.texts("subhead")) for one in answer] == [(title, list(heads)) for title, _ in reports]
        assert banners(answer) == []


def test_rows_items_and_choruses_that_repeat_are_text() -> None:
    rows = ["名称\t数量", "路灯\t二百", "名称\t数量", "井盖\t三百", "名称\t数量", "树池\t四百"]
    chorus = "小巷的灯火暖人心"
    for lines in (rows, ["1.换灯", "2.换盖", "1.换灯", "2.换盖", "1.换灯", "2.换盖"]):
        assert texts(parse("清单", "\n".join(lines))) == lines
    song = ["\n".join((line, chorus)) for line in ("天上的星星亮晶晶", "地上的行人脚步轻", "你我他呀一家亲")]
    answer = parse("小巷之歌", *song)
    assert banners(answer) == []
    assert sum(text.count(chorus) for one in answer for text in (*texts([one]), *one.texts("subhead"), one.title or "")) == 3


def test_furniture_above_a_title_names_no_section() -> None:
    from index.segmentation.sections import sections

    page = Page("a.txt", f"首页 > 要闻 > 正文\n\n背街小巷的灯\n\n王鹏 黄智\n\n{LIGHTS}\n", "0" * 64, "utf-8")
    answer = articles(page)
    assert (answer[0].title, sections(page, answer)) == ("背街小巷的灯", [None])


@pytest.mark.parametrize("markdown", [False, True])
def test_the_words_of_a_picture_are_a_caption_and_its_marks_are_furniture(markdown: bool) -> None:
    for line, words in (
        ("![街道干部在量路灯的高度](img/7.jpg)", "街道干部在量路灯的高度"),
        ("[![街道干部在量路灯的高度](img/7.jpg)](http://a.cn/7)", "街道干部在量路灯的高度"),
        ('<img src="7.jpg" alt="街道干部在量路灯的高度" width="600">', "街道干部在量路灯的高度"),
    ):
        (one,) = parse("# 背街小巷的灯", BROKEN[0], line, BROKEN[1], markdown=markdown)
        assert (texts([one]), one.texts("caption"), banners([one])) == (["".join(BROKEN)], [words], [line.replace(words, "")])


def test_a_picture_without_words_is_furniture() -> None:
    for line in (
        "![](img/7.jpg)",
        "![image-7](https://a.cn/7.png)",
        '<img src="7.jpg"/>',
        "![IMG_2031.jpg](a.jpg)",
        "![图片](7.png) ![](8.png)",
    ):
        (one,) = parse("# 背街小巷的灯", BROKEN[0], line, BROKEN[1])
        assert (texts([one]), one.texts("caption"), banners([one])) == (["".join(BROKEN)], [], [line])


def test_the_name_of_a_publication_beside_a_page_number_is_furniture_even_once() -> None:
    answer = parse("# 背街小巷的灯", LIGHTS, "— 3 —", "临江街道年鉴（2023）", WELLS)
    assert (texts(answer), banners(answer)) == ([LIGHTS, WELLS], ["— 3 —", "临江街道年鉴（2023）"])
