"""Articles of a page: titles, bylines, captions and banners are recognised, and no character is lost."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import Article, Page, quote
from index.layout.lines import lines
from index.segmentation.articles import articles

BODY = "今年以来，街道以党建引领深化三方协同治理，依托协商议事机制，让社区治理有力、有效。"
MORE = "接下来，街道将进一步理顺组织体系，打造更多标志性成果。"


def read(*lines_: str, markdown: bool = False) -> list[Article]:
    page = Page("a.txt", "\n".join(lines_), "0" * 64, "utf-8", markdown)
    answer = articles(page)
    account(page, answer)
    return answer


def account(page: Page, answer: list[Article]) -> None:
    """Assert that every character is in exactly one paragraph or heading, and that all spans and first lines are right."""
    used: Counter[int] = Counter()
    for article in answer:
        for part in (*article.paragraphs, *article.headings):
            assert part.text == quote(page.text, part.spans)
            used.update(i for a, b in part.spans for i in range(a, b))
            first = page.text.count("\n", 0, min(a for a, _ in part.spans)) + 1
            assert part.lines[0][0] == first
    marks = {i for line in lines(page) if line.level for i in range(page.text.rfind("\n", 0, line.start) + 1, line.start)}
    closing = {i for i, c in enumerate(page.text) if c == "#"}
    bold = re.finditer(r"(?m)^\s*(\*\*|__)[^*_\n]+(\*\*|__)\s*$", page.text)
    closing |= {i for line in bold for part in (1, 2) for i in range(*line.span(part))}
    signs = re.finditer(r"(?m)^\s*(?:[▲△●○◆◇■□★☆◎►▶◉※]+|【(?=[^【】\n]*】\s*$))|】(?=\s*$)", page.text)
    closing |= {i for sign in signs for i in range(*sign.span())}
    closing |= {end.start() for end in re.finditer(r"(?<=[a-z])[-\u00ad\u2010¬](?=\s)", page.text)}  # of a divided word
    missing = [i for i, c in enumerate(page.text) if not c.isspace() and not used[i] and i not in marks and i not in closing]
    assert not missing
    assert not [i for i, times in used.items() if times > 1]


def shape(article: Article) -> tuple[str | None, str | None, tuple[str, ...], int]:
    return article.kicker, article.title, article.authors, len(article.paragraphs)


def test_titles_without_marks_are_known_by_the_byline_below() -> None:
    answer = read("上城区:三方协同 破治理堵点", "", "王鹏 黄智", "", BODY, "", "余杭区:数字赋能", "", "李佳佳", "", BODY, "", MORE)
    assert [shape(one) for one in answer] == [
        (None, "上城区:三方协同 破治理堵点", ("王鹏", "黄智"), 1),
        (None, "余杭区:数字赋能", ("李佳佳",), 2),
    ]
    assert [one.number for one in answer] == [1, 2]


def test_titles_are_known_by_the_byline_in_brackets_above_them() -> None:
    answer = read("### 乡贤回归", "", BODY + " (周静 严琰)", "", "# 人才强区", "", MORE + "(任龙汪靖福)")
    assert [shape(one) for one in answer] == [(None, "乡贤回归", ("周静", "严琰"), 1), (None, "人才强区", ("任龙", "汪靖福"), 1)]
    assert answer[0].paragraphs[0].text == BODY


def test_a_smaller_heading_above_a_title_is_its_kicker() -> None:
    answer = read(
        "### 打造专业“先锋社团”",
        "",
        "## 多元合力激发基层动能",
        "",
        "宣丽燕 宋燕",
        "",
        BODY,
        "",
        "### 聚合力",
        "",
        "## 上下联动",
        "",
        "沈虹",
        "",
        BODY,
    )
    assert [shape(one)[:2] for one in answer] == [("打造专业“先锋社团”", "多元合力激发基层动能"), ("聚合力", "上下联动")]


def test_two_short_lines_within_an_article_are_one_subhead() -> None:
    (one,) = read("下沙街道:协力谋善治", "", "陈松", "", BODY, "", "搭平台 建机制 畅渠道", "“红色朋友圈”持续壮大", "", MORE)
    assert one.texts("subhead") == ["搭平台 建机制 畅渠道 “红色朋友圈”持续壮大"]
    assert [p.text for p in one.paragraphs] == [BODY, MORE]


def test_half_a_sentence_at_a_column_break_is_no_subhead() -> None:
    (one,) = read("# 锻造“领头雁”", "", "宣丽燕", "", BODY, "", "比如，南星街道为进一步加强社区", "", "干部队伍全链管理，办了擂台赛。")
    assert [p.text for p in one.paragraphs] == [BODY, "比如，南星街道为进一步加强社区干部队伍全链管理，办了擂台赛。"]


def test_a_paragraph_continues_below_a_caption() -> None:
    text = [
        "# 锻造“领头雁”",
        "",
        "宣丽燕",
        "",
        "为了加强社区“两委”班子后备人",
        "",
        "",
        "",
        "成长营开营仪式（图片由南星街道提供）",
        "",
        "才的培养和储备，街道分班。",
    ]
    (one,) = read(*text)
    assert one.texts("caption") == ["成长营开营仪式（图片由南星街道提供）"]
    assert [(p.text, p.lines) for p in one.paragraphs] == [("为了加强社区“两委”班子后备人才的培养和储备，街道分班。", ((5, 5), (11, 11)))]


def test_a_caption_and_its_credit_are_one_heading() -> None:
    (one,) = read("# 标题", "", "陈松", "", BODY, "", "", "", "街道开展活动", "", "(图片由街道提供)")
    assert one.texts("caption") == ["街道开展活动 (图片由街道提供)"]


def test_a_line_below_a_picture_that_ends_with_a_name_is_a_caption_where_headings_have_marks() -> None:
    below = ["", "### 聚合力", "", "## 上下联动", "", "沈虹", "", BODY]
    answer = read("## 共商共议", "", "王鹏", "", BODY, "", "", "", "湖滨大厦外景 曹翌", *below)
    assert [shape(one)[:2] for one in answer] == [(None, "共商共议"), ("聚合力", "上下联动")]
    assert answer[0].texts("caption") == ["湖滨大厦外景 曹翌"]


def test_a_heading_above_the_first_title_only_is_the_pages_banner() -> None:
    answer = read("杭州·上城", "", "# 共商共议", "", "王鹏", "", BODY, "", "# 街事荟", "", "黄智", "", BODY)
    assert [shape(one)[:2] for one in answer] == [(None, "共商共议"), (None, "街事荟")]
    assert answer[0].texts("banner") == ["杭州·上城"]


def test_a_stronger_heading_with_a_text_that_covers_all_articles_below_is_no_article() -> None:
    answer = read("### 创新治理", "", MORE, "", "#### 星火家园", "", BODY + " (周静 严琰)", "", "#### 三方协同", "", BODY + " (任龙)")
    assert [shape(one) for one in answer] == [(None, "星火家园", ("周静", "严琰"), 1), (None, "三方协同", ("任龙",), 1)]
    assert answer[0].texts("section") == ["创新治理", MORE]


def test_a_title_without_marks_is_known_by_the_byline_that_ends_the_text_above() -> None:
    title = "我国首艘深海大洋钻探船实现船体贯通并首次试航"
    answer = read("治堵多管齐下", "", BODY + "(周静 严琰)", "", title, "", MORE + "(任龙 汪福)")
    assert [shape(one) for one in answer] == [(None, "治堵多管齐下", ("周静", "严琰"), 1), (None, title, ("任龙", "汪福"), 1)]


def test_a_word_or_a_number_across_a_column_break_shows_a_sentence_and_no_heading() -> None:
    for first, second in (("街道相关负责", "人介绍，成效不错。"), ("累计服务居民2", "022人次。"), ("居民参与治理", "，投诉少了。")):
        (one,) = read("# 标题", "", "陈松", "", BODY, "", first, "", second)
        assert [p.text for p in one.paragraphs] == [BODY, first + second]


def test_on_a_page_of_broken_lines_a_short_one_that_ends_no_sentence_is_a_heading() -> None:
    text = [BODY[at : at + 18] for at in range(0, len(BODY), 18)]
    answer = read(*["共商共议善治", "王鹏 黄智", *text, *text, "聚力破题 凝心共治", *text, "点亮老街新活力", "李佳佳", *text, *text])
    assert [shape(one) for one in answer] == [(None, "共商共议善治", ("王鹏", "黄智"), 3), (None, "点亮老街新活力", ("李佳佳",), 2)]
    assert answer[0].texts("subhead") == ["聚力破题 凝心共治"]


def test_a_notice_keeps_its_items_and_its_signature_as_paragraphs() -> None:
    (one,) = read(
        "# 挂牌出让公告",
        "",
        "义土挂[2024]105号",
        "",
        "现公告如下：",
        "",
        "一、申请方式",
        "请登录平台。",
        "",
        "义乌市自然资源和规划局",
        "2024年11月27日",
    )
    assert (one.kind, one.title, one.subtitle) == ("notice", "挂牌出让公告", "义土挂[2024]105号")
    assert [p.text for p in one.paragraphs] == ["现公告如下：", "一、申请方式", "请登录平台。", "义乌市自然资源和规划局", "2024年11月27日"]


def test_the_reporter_in_the_first_line_is_an_author() -> None:
    (one,) = read("治堵多管齐下", "", f"本报讯（记者 周静 通讯员 蔡瑶）{BODY}")
    assert one.authors == ("周静", "蔡瑶")


def test_text_that_follows_a_closing_byline_is_an_article_without_title() -> None:
    answer = read("# 预案保通", "", BODY + "(颜启祯 刘丹怡)", "", "", "", "近日，论坛开幕。" + BODY + "(朱琰星)")
    assert [(one.title, one.authors) for one in answer] == [("预案保通", ("颜启祯", "刘丹怡")), (None, ("朱琰星",))]


def test_a_page_of_one_line_is_an_article_without_title() -> None:
    assert [shape(one) for one in read(BODY * 40)] == [(None, None, (), 1)]


def test_a_page_of_headings_is_one_article_without_paragraphs() -> None:
    assert [shape(one) for one in read("# 共商共议")] == [(None, "共商共议", (), 0)]


def test_a_list_of_short_lines_is_text_below_its_title() -> None:
    (one,) = read("社区名单", "清波", "南星", "紫阳", "望江", "湖滨", "采荷", "凯旋", "笕桥")
    assert (one.title, len(one.paragraphs)) == ("社区名单", 8)


def test_an_empty_page_has_no_articles() -> None:
    assert read("", " ") == []


def test_a_markdown_outline_is_one_article_with_subheads() -> None:
    text = [
        "---",
        "tags: [a]",
        "---",
        "# Parking",
        "",
        "## Why",
        "",
        "Scooters block the stairs of",
        "the house.",
        "",
        "- first",
        "- second",
        "",
        "```sh",
        "# not a title",
        "```",
    ]
    (one,) = read(*text, markdown=True)
    assert (one.title, one.texts("subhead"), one.texts("banner")) == ("Parking", ["Why"], ["--- tags: [a] ---"])
    assert [p.text for p in one.paragraphs] == [
        "Scooters block the stairs of the house.",
        "- first",
        "- second",
        "```sh",
        "# not a title",
        "```",
    ]


def test_an_english_text_keeps_its_title_and_paragraphs() -> None:
    (one,) = read("Scooters in Stairwells", "", "The council has heard every", "resident of the ward.", "", "It acted within a week.")
    assert (one.title, [p.text for p in one.paragraphs]) == (
        "Scooters in Stairwells",
        ["The council has heard every resident of the ward.", "It acted within a week."],
    )


HEADINGS = ["# ", "## ", "王鹏 黄智", "(周静 严琰)", "(图片由街道提供)", "上城区:", "公告", "搭平台 建机制", "本报讯（记者 王鹏）"]
TEXTS = [
    BODY,
    "。",
    "，",
    "”",
    "“",
    " ",
    "\u3000\u3000",
    "1.",
    "一、",
    "a\tb",
    "---",
    "```",
    "Some words here",
    "lower case",
    "2024年1月1日",
    "#",
    "**一张清单管到底**",
    "**张三 李四**",
    "![现场](a.png)",
    "<div>",
    "|a|b|",
    "|--|--|",
    "===",
    "- 项",
    "  接着说",
    "title: 题",
    "author: 张三",
    "来源：日报 作者：张三",
    "（责任编辑：李四）",
    "问：",
]
PIECE = st.sampled_from([*HEADINGS, *TEXTS, "\n", "\n\n", "\n\n\n\n"])


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECE, max_size=60).map("".join), st.booleans())
def test_no_character_of_any_page_is_lost_or_doubled(text: str, markdown: bool) -> None:
    page = Page("a.txt", text, "0" * 64, "utf-8", markdown)
    account(page, articles(page))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    page = Page("a.txt", text.replace("\r", "\n"), "0" * 64, "utf-8")
    account(page, articles(page))


def test_all_of_many_headings_without_a_title_are_kept() -> None:
    names = "本报记者 张三"
    (one,) = articles(Page("p.txt", f"{names}\n{names}\n{names}\n# a# a\n{names}\n# a\n# a”", "", "utf-8"))
    assert sum(heading.text.count("a") for heading in one.headings) + sum(paragraph.text.count("a") for paragraph in one.paragraphs) == 4
