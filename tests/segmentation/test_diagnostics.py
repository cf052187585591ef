"""Doubts about articles: the expected answers are those of an editor who reads the page."""

import numpy as np
import pytest

from index.document import Page
from index.files.reader import read
from index.labelling.labels import LABELS, SUBHEAD, TITLE, LineLabels
from index.segmentation.articles import articles
from index.segmentation.diagnostics import Doubt, doubts
from tests.conftest import SEEDS

GOOD = "近日，社区在小区里建成了二十处集中充电点，居民都说好。"
# Losses on the example pages, answer by reading them: source, line, code.
LOST = {
    ("001_1ce795c8bb2c9173.txt", 21, "untangled"),  # continues in line 39, around a column of another article
    ("001_1ce795c8bb2c9173.txt", 23, "untangled"),  # that column
    ("001_1ce795c8bb2c9173.txt", 103, "woven"),  # two columns in one line
    ("000_1e2b8c975dd70d3e.txt", 119, "loosely_joined"),  # `“潮课堂”课程`, and then `善、专业的`
    ("001_1ce795c8bb2c9173.txt", 21, "unbalanced"),  # `…乡乡贤"三进三帮…`: a column of another article runs through it
    ("001_1ce795c8bb2c9173.txt", 21, "ends_mid_sentence"),  # `深化"西湖`
    ("001_1ce795c8bb2c9173.txt", 79, "ends_mid_sentence"),  # `护航生态环`, and a new paragraph: `余杭分局相关负责人表示`
    ("001_1ce795c8bb2c9173.txt", 81, "loosely_joined"),  # the same place, where the two are joined
    ("001_1ce795c8bb2c9173.txt", 39, "starts_mid_sentence"),  # `万元的力恒农业…`: continues line 25
    ("001_1ce795c8bb2c9173.txt", 49, "starts_mid_sentence"),  # `英才引智工程"。`
    ("001_1ce795c8bb2c9173.txt", 49, "unbalanced"),
    ("001_1ce795c8bb2c9173.txt", 85, "fragment"),  # `∞。`
    ("001_1ce795c8bb2c9173.txt", 157, "ends_mid_sentence"),  # `保障重大项目施工期间交通安全有`
    ("001_1ce795c8bb2c9173.txt", 163, "no_title"),
    ("003_8a2bd877bb588409.txt", 143, "starts_mid_sentence"),  # `成服务，实现优质…`
    ("004_43afb07974160658.txt", 142, "ends_mid_sentence"),  # `我们走在`: the first line of a banner
}


def codes(text: str, markdown: bool = False) -> list[tuple[int | None, str]]:
    page = Page("p.txt", text, "", "utf-8", markdown)
    return [(doubt.paragraph, doubt.code) for of_article in doubts(page, articles(page)) for doubt in of_article]


def losses(text: str, markdown: bool = False) -> list[tuple[int | None, str]]:
    return [doubt for doubt in codes(text, markdown) if doubt[1] != "label_in_doubt"]


def test_on_the_seeds_every_doubt_is_a_loss_that_a_reader_sees() -> None:
    answer = set()
    for path in sorted(SEEDS.glob("*.txt")):
        page = read(path, path.name)
        assert isinstance(page, Page)
        answer |= {(page.source, doubt.lines[0][0], doubt.code) for each in doubts(page, articles(page)) for doubt in each}
    assert {doubt for doubt in answer if doubt[2] != "label_in_doubt"} <= LOST  # better reading may mend some
    assert sum(code == "label_in_doubt" for _, _, code in answer) <= 6  # of some hundred lines that may be headings


@pytest.mark.parametrize(("nats", "doubted"), [(0.1, True), (0.6, True), (0.8, False), (-0.1, True), (-0.8, False)])
def test_a_line_that_may_be_a_title_or_a_subhead_is_doubted(nats: float, doubted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a model of two lines: the first is a title, the second is a title by so many nats more than a subhead."""
    first, after = np.zeros((2, len(LABELS), len(LABELS)))
    first[0, TITLE] = 9
    after[TITLE, SUBHEAD], after[TITLE, TITLE] = 9, 9 + nats
    model = LineLabels({}, {"first": first.ravel().tolist(), "text between": after.ravel().tolist()})
    monkeypatch.setattr("index.labelling.labelled.line_labels", lambda: model)
    page = Page("p.txt", f"老街的十年\n\n{GOOD}\n\n街巷换了模样\n\n{GOOD}\n", "", "utf-8")
    found = [doubt for of_article in doubts(page, articles(page)) for doubt in of_article if doubt.code == "label_in_doubt"]
    assert [(doubt.lines, doubt.confidence) for doubt in found] == ([(((5, 5),), "likely")] if doubted else [])


def test_of_short_sentences_that_may_be_headings_some_are_doubted_by_the_shipped_model() -> None:
    sentences = ["街道把老巷修好了", "先把下水道修好", "居民自己出了主意", "大家一起来商量", "社区食堂开张了"]
    texts = ["老街的十年" + gap + GOOD + gap + sentence + gap + GOOD for sentence in sentences for gap in ("\n\n", "\n")]
    assert any("label_in_doubt" in {code for _, code in codes(text)} for text in texts)


@pytest.mark.parametrize(
    ("paragraph", "code"),
    [
        ("，居民都说好，社区也在想办法让更多的人来参加这项工作。", "starts_mid_sentence"),
        ("的充电点建成以后，居民都说好，社区也在想办法让更多人来参加。", "starts_mid_sentence"),
        ("万元的项目已经开工，居民都说好，社区也在想办法让更多人来参加。", "starts_mid_sentence"),
        ("近日，社区在小区里建成了二十处集中充电点，居民都说这样的做法很", "ends_mid_sentence"),
        ("近日，社区在小区里建成了二十处集中充电点，居民都说好，", "ends_mid_sentence"),
        ("近日，社区在小区里建成了二十处“集中充电点，居民都说好。", "unbalanced"),
        ('近日，社区在小区里建成了二十处"集中充电点，居民都说好。', "unbalanced"),
        ("近日，社区在小区里（东门旁建成了二十处集中充电点，居民都说好。", "unbalanced"),
        ("∞。", "fragment"),
    ],
)
def test_a_loss_that_the_text_shows_is_doubted(paragraph: str, code: str) -> None:
    assert codes(f"# 小区充电难题\n\n{GOOD}\n\n{paragraph}\n") == [(2, code)]


@pytest.mark.parametrize(
    "paragraph",
    [
        "的确，居民都说好，社区也在想办法让更多的人来参加这项工作。",
        "着力解决充电难题，社区也在想办法让更多的人来参加这项工作。",
        "成立三年来，社区一直在想办法让更多的人来参加这项工作。",
        "近日，社区在小区里建成了二十处集中充电点，居民都说好。（央视新闻）",
        '近日，社区在小区里建成了二十处“集中充电点"，居民都说好。',
        "1)近日，社区在小区里建成了二十处集中充电点，居民都说好。",
        "社区的办法，一共有三个，分别是这样的几个步骤：",
        "联系人：张三，电话：0571-88888888，地址：东门",
        "省、市、区三级都来了人，社区也在想办法让更多的人来参加。",
    ],
)
def test_sentences_that_editors_write_are_not_doubted(paragraph: str) -> None:
    assert codes(f"# 小区充电难题\n\n{GOOD}\n\n{paragraph}\n\n{GOOD}\n") == []


@pytest.mark.parametrize(
    "opening", ["业率达到九成，居民都说好。", "控，搞“一放了之”，也不是办法。", "貌改善。居民都说好，社区也在想办法让更多的人来参加。"]
)
def test_an_article_that_begins_with_the_rest_of_a_word_has_lost_its_opening(opening: str) -> None:
    assert codes(f"# 小区充电难题\n\n{opening}\n\n{GOOD}\n") == [(1, "starts_mid_sentence")]
    assert codes(f"# 小区充电难题\n\n{GOOD}\n\n{opening}\n") == []  # below a whole sentence it takes more to doubt


def test_where_much_is_lost_a_join_with_little_evidence_is_doubted() -> None:
    lost = "今年以来，街道推出了服务清单，努力打造便民的服\n\n据了解，居民对此很满意。\n\n"
    join = "居民们对此都很欢\n\n社区里都成立了专班，大家都说好。\n"
    assert (13, "loosely_joined") in codes(f"# 小区充电难题\n\n{lost * 6}{join}")
    assert losses(f"# 小区充电难题\n\n{GOOD}\n\n{join}") == []


def test_a_doubt_says_how_sure_it_is() -> None:
    page = Page(
        "p.txt", "# 小区充电难题\n\n业率达到九成，居民都说好。\n\n近日，社区在小区里建成了二十处集中充电点，居民都说这样很\n", "", "utf-8"
    )
    (about,) = doubts(page, articles(page))
    assert [(doubt.code, doubt.confidence) for doubt in about] == [("starts_mid_sentence", "likely"), ("ends_mid_sentence", "sure")]


def test_a_speech_of_several_paragraphs_closes_its_last_one_alone() -> None:
    assert codes(f"# 小区充电难题\n\n{GOOD}\n\n“{GOOD}\n\n“{GOOD}”\n") == []


def test_an_article_without_title_or_text_is_doubted() -> None:
    assert codes(GOOD) == [(None, "no_title")]
    assert codes("# 小区充电难题\n", markdown=True) == [(None, "no_text")]


def test_code_and_tables_and_latin_texts_are_left_alone() -> None:
    assert codes("# Title\n\n```\nprint('（', 1)\n```\n\n| 甲，乙 | （丙 |\n\nlowercase and unfinished\n", markdown=True) == []


def test_a_reason_is_said_in_one_language(monkeypatch: pytest.MonkeyPatch) -> None:
    doubt = Doubt("starts_mid_sentence", 1, ((3, 3),))
    assert doubt.reason == "starts in mid-sentence"
    monkeypatch.setenv("QIANLI_LANG", "zh")
    assert doubt.reason == "段首像是半句"
