"""Paragraphs: the breaks and blanks that columns and OCR put in are undone, those that the author wrote stay."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import Page, lines_of, quote
from index.layout.column_breaks import Join, log_odds
from index.layout.lines import lines
from index.layout.paragraphs import line_breaks, line_wrap, paragraphs, without_blank_leading
from index.segmentation.articles import articles


def read(text: str) -> list[str]:
    return [text for text, _ in cited(text)]


def odds(upper: str, lower: str) -> float:
    return log_odds([Join(upper, lower, "", 0)])[0]


def cited(text: str) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
    page = Page("a.txt", text, "0" * 64, "utf-8")
    seen = lines(page)
    joined = list(paragraphs(page, seen, line_breaks(page, seen, line_wrap(seen))))
    assert all(p.text == quote(text, p.spans) and p.lines == lines_of(text, p.spans) for p in joined)
    return [(p.text, p.lines) for p in joined]


def test_a_sentence_that_a_column_broke_is_one_paragraph_over_the_blank_line() -> None:
    text = (
        "社区通过多种形式征求居民意见建议，特别是地下车库非机动车坡道路滑等问\n\n题开展实地查看，及时进行了防滑改造。\n\n另一方面，很好。"
    )
    assert [lines for _, lines in cited(text)] == [((1, 3),), ((5, 5),)]
    assert "等问题开展" in read(text)[0]


def test_the_last_two_characters_of_a_paragraph_are_part_of_it() -> None:
    assert read("流动人口增多也给区域序化管理、社会治理带来不少困\n\n难。") == ["流动人口增多也给区域序化管理、社会治理带来不少困难。"]


def test_finished_sentences_stay_apart() -> None:
    assert len(read("一句话。\n\n“两句话。”\n\n他打出了组合拳——\n\n第三句：\n\n第四句")) == 5


def test_blanks_of_the_ocr_go_and_blanks_of_the_author_stay() -> None:
    assert read("上城区目前 共有同心荟19个,其中市级精品4 个,数量居首。") == ["上城区目前共有同心荟19个,其中市级精品4个,数量居首。"]
    kept = "开展了“红色引领 勇攀高峰”活动，由Nano Labs与WEB3 HUB主办。"
    assert read(kept) == [kept]


def test_where_a_column_left_blanks_those_in_quotes_are_its_own() -> None:
    assert read("依托阵 地谋划开展“寻美中 国·最韵上城”活动,取得实 效。") == ["依托阵地谋划开展“寻美中国·最韵上城”活动,取得实效。"]


def test_quoted_speech_has_no_blanks_of_its_own() -> None:
    assert read("他说：“以前出门很 不方便，现在路平了。”") == ["他说：“以前出门很不方便，现在路平了。”"]


def test_a_number_that_a_column_broke_is_one_number() -> None:
    assert read("优良水体比例上升到84.\n\n9%，明显改善。") == ["优良水体比例上升到84.9%，明显改善。"]


def test_a_sentence_whose_end_is_lost_does_not_run_into_the_next_paragraph() -> None:
    assert len(read("街道推出服务清单，努力打造便民服务\n\n据社区相关负责人介绍，居民很满意。")) == 2


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("街道推出了“一站式便民服", "接下来，街道还要推出更多的服务。"),  # the quote stays open
        ("小区里建成了二十处集中充电", "据了解，居民都很满意。"),
        ("整条街的面貌有了很大的改", "“以前下雨天出门很不方便，现在好了。”"),
        ("从前的荒地成了公园，居民的幸福", "随着改造的深入，街道推出了服务清单。"),
    ],
)
def test_a_paragraph_that_begins_as_paragraphs_do_is_no_ones_continuation(above: str, below: str) -> None:
    assert read(f"{above}\n\n{below}") == [above, below]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("街道推出了“一站式", "便民服务”清单。"),
        ("据街道办事处的相关负责", "人说，大家都很满意。"),
        ("来的人超过了5", "00人次，大家都说好。"),
        ("截至目前建成了充电点、", "目前又有两处开工。"),
        ("街道的工作得到了居民", "的好评，大家都说这样的做法值得推广。"),
    ],
)
def test_a_sentence_whose_join_reads_well_is_one_even_where_a_paragraph_might_begin(above: str, below: str) -> None:
    assert read(f"{above}\n\n{below}") == [above + below]


def test_the_rest_of_a_word_continues_only_the_beginning_of_that_word() -> None:
    assert odds("街道去年的创", "业率达到了九成以上。") > 0 > odds("街道推出了便民课程", "业率达到了九成以上。")
    assert odds("街道的办法更加完", "善、专业，得到好评。") > 0 > odds("街道推出了便民课程", "善、专业的办法得到好评。")


def test_words_that_occur_elsewhere_on_the_page_may_be_joined_across_a_column_break() -> None:
    above, below = "今年的活动在大运河", "李家码头开始，整整一天。"
    assert len(read(f"{above}\n\n{below}\n\n每年都去大运河李家码头的人不少。")) == 2
    assert read(f"{above}\n\n{below}")[0] == above + below


def test_a_page_on_which_much_is_lost_is_trusted_less() -> None:
    lost = "\n\n".join(
        f"街道推出了服务清单，努力打造{what}\n\n据了解，居民很满意。" for what in ("便民的服", "安全的环", "和谐的社", "美好的生")
    )
    above, below = "居民们对此都很满意", "从街道到社区，都成立了专班，大家都说好。"
    assert above + below in read(f"{above}\n\n{below}")
    assert above in read(f"{lost}\n\n{above}\n\n{below}")


def test_a_full_line_is_continued_and_a_shorter_line_ends_its_paragraph() -> None:
    first, second = "今年以来，街道引领治理。" * 5 + "很好。", "接下来，街道理顺组织体系。" * 6
    broken = [text[start : start + 20] for text in (first, second) for start in range(0, len(text), 20)]
    assert read("\n".join(broken)) == [first, second]


ENDING = "今年以来，街道引领治理，一件一件办好，居民都说好，社区也有了新的变化，邻里更和睦了，楼道更亮了，心更齐了。很好。"
LONG = "去年，街道理顺了组织体系，服务居民的事有人管了，小区里的事有人问了，邻里的关系更和睦了，许多的难题解决了"
NEXT = "近日，社区又推出了新的服务清单，二十个项目一一落实，居民可以在家门口办事，老人可以在家门口吃饭，孩子也有了去处。"


@pytest.mark.parametrize(("indent", "between", "count"), [("", "\n", 4), ("　　", "\n", 3), ("", "\n\n", 3)])
def test_a_full_line_ends_a_paragraph_only_where_no_indent_or_gap_could_tell(indent: str, between: str, count: int) -> None:
    def wrapped(text: str) -> str:
        return "\n".join(text[start : start + 21] for start in range(0, len(text), 21))

    full = (indent + LONG)[: 21 * 2 - 1] + "。"  # two full lines, and then first words of paragraphs
    assert len(read(between.join((wrapped(indent + ENDING), wrapped(indent + ENDING), wrapped(full) + "\n" + wrapped(NEXT))))) == count


def test_a_full_line_inside_quoted_speech_ends_no_paragraph() -> None:
    below = "他还说，社区又推出了新的服务清单，二十个项目一一落实。"
    text = "\n".join((ENDING[:19], ENDING[19:38], ENDING[38:57], ENDING[57:])) + "\n"
    assert read(f"{text}{LONG[:18]}。\n{below[:19]}\n{below[19:]}\n{text}")[1] == LONG[:18] + "。" + below


def test_lines_of_a_column_with_a_blank_line_below_each_are_closed_up() -> None:
    texts = ["今年以来，街道引领治理，一件一件办好。" * 5 + "很好。", "接下来，街道理顺组织体系，服务居民。" * 6 + "好。"]
    broken = [text[start : start + 20] for text in texts for start in range(0, len(text), 20)]
    page = Page("a.txt", "\n\n".join(broken), "0" * 64, "utf-8")
    dense = without_blank_leading(lines(page))
    assert [p.text for p in paragraphs(page, dense, line_breaks(page, dense, line_wrap(dense)))] == texts


def test_latin_lines_are_joined_with_a_space_and_divided_words_without() -> None:
    assert read("The council has\nheard every resi-\ndent of the ward.\n\nIt acted.") == [
        "The council has heard every resident of the ward.",
        "It acted.",
    ]


def test_hard_wrapped_chinese_is_joined_without_spaces() -> None:
    lines = [
        "　　今年以来，街道以党建引领深化三方协同",
        "治理，依托协商议事机制，通过事务共商、",
        "服务共抓，让治理有力。",
        "　　接下来，街道将进一步理顺组织体系，打",
        "造更多标志性成果。",
    ]
    assert read("\n".join(lines)) == ["".join(lines[:3]).strip(), "".join(lines[3:]).strip()]


def test_items_rows_and_hard_breaks_stay_line_by_line() -> None:
    text = "四、出让时间安排  \n1.公告时间：2024年11月27日  \n2.报名时间：2024年12月17日至\n\n2024年12月25日(下午4时)\n\n名称\t位置\n甲\t乙"
    assert read(text) == [
        "四、出让时间安排",
        "1.公告时间：2024年11月27日",
        "2.报名时间：2024年12月17日至2024年12月25日(下午4时)",
        "名称\t位置",
        "甲\t乙",
    ]


def test_one_paragraph_a_line_without_blank_lines() -> None:
    first, second = "今年以来，街道以党建引领深化三方协同治理。" * 5, "接下来，街道将进一步理顺组织体系。" * 7
    assert read(f"{first}\n{second}") == [first, second]


ALPHABET = st.sampled_from(
    [*"中国治理街道的。，、；？！“”《》（）()：:—…· 　\t\n\n\n\n#-*.,!?\"'aZ9", "本报记者 王鹏", "图片由", "摄", "区：", "1.", "```"]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(ALPHABET, max_size=120).map("".join))
@pytest.mark.filterwarnings("error")
def test_joining_loses_nothing_doubles_nothing_and_keeps_its_lines(text: str) -> None:
    page = Page("a.txt", text, "0" * 64, "utf-8")
    seen = lines(page)
    joined = list(paragraphs(page, seen, line_breaks(page, seen, line_wrap(seen))))
    for paragraph in joined:
        assert paragraph.text == quote(text, paragraph.spans)
        assert paragraph.lines == lines_of(text, paragraph.spans)
        assert paragraph.text.strip() == paragraph.text != ""
    spans = [span for paragraph in joined for span in paragraph.spans]
    assert spans == sorted(spans) and all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    covered = {i for a, b in spans for i in range(a, b)}
    assert not [c for i, c in enumerate(text) if i not in covered and not c.isspace() and c != "#"]


def test_the_joins_of_a_long_page_hold_no_copies_of_it() -> None:
    import tracemalloc

    page = Page(
        "p.txt", "\n\n".join(f"居民在议事协商会议上反映小区停车难问题第{i}" + "等许多事情" * (i % 9) for i in range(4000)), "", "utf-8"
    )
    tracemalloc.start()
    articles(page)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * len(page.text.encode())
