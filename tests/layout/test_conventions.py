"""The conventions of other houses: front matter of an OCR program, papers of the 1930s, accounts of WeChat, English newspapers."""

import textwrap

import pytest

from index.document import Article, Page
from index.segmentation.articles import articles
from tests.segmentation.test_articles import account

LAMPS = "临江街道在背街小巷装了二百盏感应路灯，夜里人走近才亮，一年省下电费十一万元。"
FIELDS = "---\nprimary_language: zh\nis_rotation_valid: True\nrotation_correction: 0\nis_table: False\n---\n"


def parse(text: str, markdown: bool = False) -> list[Article]:
    page = Page("a.md" if markdown else "a.txt", text, "0" * 64, "utf-8", markdown)
    answer = articles(page)
    account(page, answer)
    return answer


def texts(answer: list[Article]) -> list[str]:
    return [paragraph.text for article in answer for paragraph in article.paragraphs]


@pytest.mark.parametrize("markdown", [False, True])
def test_the_fields_that_an_ocr_program_writes_above_a_page_are_a_banner(markdown: bool) -> None:
    (one,) = parse(f"{FIELDS}\n# 背街小巷的灯\n\n{LAMPS[:-10]}\n{FIELDS}{LAMPS[-10:]}\n", markdown)
    assert (one.title, texts([one])) == ("背街小巷的灯", [LAMPS])
    assert one.texts("banner") == [FIELDS.strip().replace("\n", " ")] * 2


@pytest.mark.parametrize("markdown", [False, True])
def test_only_a_field_for_the_title_gives_one(markdown: bool) -> None:
    assert [one.title for one in parse(f"---\nlanguage: zh\ntitle: 背街小巷的灯\n---\n{LAMPS}\n", markdown)] == ["背街小巷的灯"]
    assert [one.title for one in parse(f"---\nlanguage: zh\nsource: 临江日报\n---\n{LAMPS}\n", markdown)] == [None]


def test_two_rules_around_a_text_are_no_front_matter() -> None:
    assert texts(parse(f"---\n\n{LAMPS}\n\n---\n\n{LAMPS}\n", markdown=True)) == [LAMPS, LAMPS]


@pytest.mark.parametrize("mark", "▲●○◆■△◎※")
def test_items_of_old_papers_begin_with_a_mark_and_have_no_blank_lines_between_them(mark: str) -> None:
    items = [
        f"{mark}工务局昨日派员、丈量北门外马路、限月底竣工、",
        f"{mark}电灯公司添装路灯、自下月收费、",
        f"{mark}又讯、米价每石十一元",
    ]
    assert texts(parse("\n".join(["本埠新闻", "", *items]))) == items


def test_a_mark_before_a_byline_or_a_caption_makes_no_item() -> None:
    (one,) = parse(f"背街小巷的灯\n\n■ 本报记者 王鹏\n\n{LAMPS}\n\n▲工人在装路灯（张三 摄）\n\n{LAMPS}\n")
    assert (one.authors, one.texts("caption"), texts([one])) == (("王鹏",), ["▲工人在装路灯（张三 摄）"], [LAMPS, LAMPS])


def test_the_line_of_an_account_with_its_time_is_a_byline() -> None:
    (one,) = parse(f"背街小巷的灯\n\n临江发布 2024-03-12 18:30 浙江\n{LAMPS}\n\n{LAMPS}\n往期推荐\n")
    assert (one.title, one.texts("byline"), texts([one])) == ("背街小巷的灯", ["临江发布 2024-03-12 18:30 浙江"], [LAMPS, LAMPS])
    assert one.texts("banner") == ["往期推荐"]


def test_a_word_that_a_line_end_divides_is_whole_and_a_compound_keeps_its_hyphen() -> None:
    text = "HONG KONG, May 6 (Reuters) — The bridge is estimat-\ned to cost two million, a well-\nknown sum in a re-\nelection year.\n"
    (paragraph,) = parse(f"THE NEW BRIDGE\n\nBY JOHN SMITH\n\n{text}\nThe re-election was lost.\n")[0].paragraphs[:1]
    assert paragraph.text == text.strip().replace("estimat-\n", "estimat").replace("-\n", "-").replace("\n", " ")
    assert paragraph.lines == ((5, 8),)


def test_a_word_is_whole_over_the_edge_of_a_page() -> None:
    answer = parse("THE NEW BRIDGE\n\nThe bridge over the harbour is now estimat-\n\nPage 3 of 8\n\ned to cost two million dollars.\n")
    assert texts(answer) == ["The bridge over the harbour is now estimated to cost two million dollars."]


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("BY JOHN SMITH", ("JOHN SMITH",)),
        ("By Jane Doe, Staff Writer", ("Jane Doe",)),
        ("By Our Own Correspondent", ()),
        ("From a Staff Reporter", ()),
        ("STAFF REPORTER", ()),
    ],
)
def test_an_english_byline_names_people_and_no_roles(line: str, authors: tuple[str, ...]) -> None:
    (one,) = parse(f"HARBOUR FERRY TO RUN AT NIGHT\n\n{line}\n\nThe ferry will run until midnight, the harbour master said.\n")
    assert (one.title, one.authors, one.texts("byline")) == ("HARBOUR FERRY TO RUN AT NIGHT", authors, [line])


def test_an_english_paragraph_ends_where_the_next_word_had_room() -> None:
    words = (
        "The council met on Monday evening and agreed to repair the roofs of three schools before the winter term begins. "
        "Tenders are due by the end of the month and the work will be done during the holidays. It will cost little.",
        "Residents of the lower town asked for a second footbridge over the stream because the first one is closed whenever the "
        "water is high. The surveyor will report in spring.",
    )
    lines = [line for paragraph in words for line in textwrap.wrap(paragraph, 56)]
    assert texts(parse("REPAIRS AGREED\n\n" + "\n".join(lines))) == list(words)
