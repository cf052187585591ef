"""How a page was read, as text for a person and as JSON for a program."""

import io
import json
import re
import unicodedata

import pytest

from index.document import Page, Paragraph
from index.segmentation.articles import articles
from index.segmentation.diagnostics import doubts
from search.cli.app import run
from search.output.articles import YELLOW, article_fields, article_lines, with_joins
from search.output.terminal import BOLD, CLOSE, DIM, OPEN, PLAIN
from tests.conftest import SEEDS

TEXT = (
    "# 小区充电难题\n\n张三 李四\n\n近日，东门社区在小区里建成了二十处集中充电点，居民\n\n都说好，也不再把车推进楼道。\n\n## 想办法\n\n"
    "社区与物业一起想办法，三个月里找到了二十处空地，建成了“充电点。\n\n居民在充电（图片由社区提供）\n\n后来，别的小区也来看，回去照着做了。\n"
)
PAGE = Page("页.txt", TEXT, "", "utf-8")


def shown(width: int | None = None, colour: bool = False, page: Page = PAGE) -> list[str]:
    (article,) = articles(page)
    (its_doubts,) = doubts(page, [article])
    return list(article_lines(page, article, its_doubts, width, colour))


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in re.sub(r"\x1b\[[\d;]*m", "", line))


def test_headings_are_printed_in_the_order_of_the_page_and_doubts_below_their_paragraph() -> None:
    assert shown() == [
        "《小区充电难题》",
        "    authors: 张三 李四",
        "    kind: news",
        "   1. 5-7       近日，东门社区在小区里建成了二十处集中充电点，居民都说好，也不再把车推进楼道。",
        "    subhead 9: 想办法",
        "   2. 11        社区与物业一起想办法，三个月里找到了二十处空地，建成了“充电点。",
        "    perhaps doubtful 11: a quote or bracket without its other half",
        "    caption 13: 居民在充电（图片由社区提供）",
        "   3. 15        后来，别的小区也来看，回去照着做了。",
    ]


def test_on_a_coloured_terminal_joins_are_marked_and_nothing_else_is_added() -> None:
    lines = shown(200, colour=True)
    assert lines[0] == f"{BOLD}《小区充电难题》{PLAIN}"
    assert f"居民{DIM}⏎7{PLAIN}都说好" in lines[3]
    assert lines[6].startswith(YELLOW)
    assert [re.sub(r"\x1b\[2m⏎\d+\x1b\[0m|\x1b\[[\d;]*m", "", line) for line in lines] == shown(200)


@pytest.mark.parametrize("width", [40, 61, 80])
def test_no_line_is_wider_than_the_terminal_and_no_character_is_lost(width: int) -> None:
    for colour in (False, True):
        lines = shown(width, colour)
        assert max(map(columns, lines)) <= width
        bare = re.sub(r"\x1b\[2m⏎\d+\x1b\[0m|\x1b\[[\d;]*m|\s|⏎7", "", "".join(lines))
        assert bare == re.sub(r"\s", "", "".join(shown()))


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x07", "\x9b31m", "\u202e"])
def test_a_page_cannot_steer_the_terminal(evil: str) -> None:
    for colour in (False, True):
        lines = shown(80, colour, Page("页.txt", TEXT.replace("物业", f"物{evil}业").replace("难题", f"难{evil}题"), "", "utf-8"))
        assert evil not in "".join(lines)


def test_a_line_end_between_latin_words_is_a_join_too() -> None:
    text = "The quick\nbrown fox."
    page = Page("p.txt", text, "", "utf-8")
    marked = with_joins(page, Paragraph(text.replace("\n", " "), ((0, len(text)),), ((1, 2),)))
    assert marked == f"The quick {OPEN}⏎2{CLOSE}brown fox."


def test_json_names_doubts_only_where_there_are_any() -> None:
    (article,) = articles(PAGE)
    (its_doubts,) = doubts(PAGE, [article])
    fields = json.load(io.StringIO(json.dumps(article_fields(article, its_doubts))))
    assert [paragraph.get("doubts") for paragraph in fields["paragraphs"]] == [None, ["unbalanced"], None]
    assert "doubts" not in fields
    untitled = Page("页.txt", "近日，社区在小区里建成了二十处集中充电点，居民都说好。", "", "utf-8")
    (article,) = articles(untitled)
    assert article_fields(article, doubts(untitled, [article])[0])["doubts"] == ["no_title"]


def qianli(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_articles_prints_what_is_doubtful(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = qianli(capsys, "articles", SEEDS / "001_1ce795c8bb2c9173.txt")
    assert "    doubtful 85: no more than two characters\n" in text
    assert "\x1b" not in text
    assert "⏎" not in text
    _, out, _ = qianli(capsys, "articles", SEEDS / "001_1ce795c8bb2c9173.txt", "--json")
    doubts = [
        paragraph.get("doubts") for line in out.splitlines() for paragraph in json.loads(line)["paragraphs"] if paragraph["text"] == "∞。"
    ]
    assert doubts == [["fragment"]]
