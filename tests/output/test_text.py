"""Results as people and programs see them: formats, widths, colours, and no page that steers a terminal."""

import csv
import io
import json
import unicodedata
from dataclasses import replace

import pytest

from index.document import Citation, Passage
from search.output.formats import FORMATS
from search.output.tables import cell, csv_header
from search.output.terminal import DIM, MARKED, PLAIN, wrapped
from search.output.text import MOST_LINES, text_lines
from search.results import Context, Hit, Match, Result

CITATION = Citation(
    "页/000.txt", ((37, 37), (41, 43)), 1, "织密“一张网”", None, ("倪森健", "杨涵"), "杭州市上城区", "ab" * 32, "0123456789abcdef"
)


def result(text: str = "电动自行车集中充电。", matches: tuple[Match, ...] = ()) -> Result:
    passage = Passage(text, "标题", 1, CITATION)
    return Result("电瓶车充电", True, [Hit(1, 0.91234, passage, {"dense": 0.61234, "lexical": None}, matches)], [])


NOTHING = Result("没人写过的事", False, [], [])


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def test_text_is_rank_score_passage_and_one_citation_line() -> None:
    assert list(text_lines(result())) == [
        "1  0.91  电动自行车集中充电。",
        "         《织密“一张网”》第1段 · 倪森健 杨涵 · 杭州市上城区 · 页/000.txt:37,41-43",
    ]


def test_no_precedent_is_reported_and_the_nearest_passages_are_called_uncertain() -> None:
    assert list(text_lines(NOTHING)) == ["no precedent found"]
    near = Result("没人写过的事", False, [], result().hits)
    assert list(text_lines(near))[:3] == [
        "no precedent found",
        "the nearest passages, too uncertain to be called precedents:",
        "1  0.91  电动自行车集中充电。",
    ]
    assert json.loads(next(FORMATS["json"].lines(near, None)))["hits"] == []


@pytest.mark.parametrize("width", [40, 61, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_character_is_lost(width: int) -> None:
    text = "小区 Wi-Fi 与 e-bike 充电桩建设，覆盖12个小区。" * 3
    lines = list(text_lines(result(text), width))
    assert max(map(columns, lines)) <= width
    if len(lines) <= MOST_LINES:
        assert "".join("".join(lines).split()).startswith("10.91" + "".join(text.split()))


def test_a_long_passage_is_shortened_to_the_lines_with_matched_words() -> None:
    text = "前" * 500 + "充电" + "后" * 500
    lines = list(text_lines(result(text, (Match("充电", "充电", (500, 502), 1.0),)), 60))
    assert sum("充电" in line for line in lines) == 1
    assert len(lines) <= MOST_LINES + 2
    assert lines[0].count("…") == 1


def test_matched_words_are_painted_only_where_colour_is_wanted() -> None:
    matches = (Match("电瓶车", "电动自行车", (0, 5), 0.8), Match("充电", "充电", (7, 9), 1.0))
    plain, painted = list(text_lines(result(matches=matches))), list(text_lines(result(matches=matches), 80, colour=True))
    assert "\x1b" not in "".join(plain)
    assert f"{MARKED}电动自行车{PLAIN}集中{MARKED}充电{PLAIN}。" in painted[0]


def test_a_painted_word_stays_painted_over_a_line_break() -> None:
    text = "一" * 100
    lines = list(text_lines(result(text, (Match("一", text, (0, 100), 1.0),)), 50, colour=True))[:MOST_LINES]
    assert [line.count(MARKED) for line in lines] == [1] * MOST_LINES
    assert [line.count(PLAIN) for line in lines] == [2] + [1] * (MOST_LINES - 1)  # the first has the rank and score as well


def test_the_report_of_no_precedent_fits_the_terminal_too() -> None:
    near = Result("没人写过的事", False, [], result().hits)
    assert max(map(columns, text_lines(near, 60))) <= 60


def test_near_duplicates_are_one_short_line_and_in_the_json() -> None:
    (hit,) = result().hits
    also = tuple(replace(CITATION, source=f"转载{n}.txt", lines=((n, n),)) for n in range(1, 9))
    duplicates = Result("电瓶车充电", True, [replace(hit, also=also)], [])
    assert list(text_lines(duplicates))[2].startswith("         also in: 转载1.txt:1; 转载2.txt:2; ")
    *_, line = text_lines(duplicates, 60)
    assert columns(line) <= 60
    assert line.endswith("…")
    (fields,) = json.loads(next(FORMATS["json"].lines(duplicates, None)))["hits"]
    assert [citation["source"] for citation in fields["also"]] == [f"转载{n}.txt" for n in range(1, 9)]


def test_neighbours_are_printed_around_a_hit_and_are_no_hits() -> None:
    (hit,) = result().hits
    near = [Passage(text, "标题", 1, replace(CITATION, lines=((n, n),))) for n, text in ((35, "前一段。"), (45, "*后*一段。" + "长" * 400))]
    in_context = Result("电瓶车充电", True, [replace(hit, context=Context((near[0],), (near[1],)))], [])
    plain = list(text_lines(in_context))
    assert [line[:9].strip() for line in plain] == ["-", "1  0.91", "", "-"]
    assert [line[9:] for line in plain][::3] == [near[0].text, near[1].text]
    painted = list(text_lines(in_context, 60, colour=True))
    assert painted[0] == f"-        {DIM}前一段。{PLAIN}"
    assert painted[-1].endswith(f"…{PLAIN}")
    (fields,) = json.loads(next(FORMATS["json"].lines(in_context, None)))["hits"]
    assert [passage["text"] for passage in fields["context"]["before"]] == ["前一段。"]
    assert [passage["citation"]["lines"] for passage in fields["context"]["after"]] == [[[45, 45]]]
    assert f"   > `页/000.txt:45` \\*后\\*一段。{'长' * 400}" in FORMATS["md"].lines(in_context, None)


def test_the_number_of_omitted_hits_of_an_article_is_printed_below_its_last_hit() -> None:
    (hit,) = result().hits
    limited = Result("电瓶车充电", True, [hit, replace(hit, rank=2)], [], {(CITATION.source, 1): 4, ("另.txt", 1): 2})
    lines = [line.strip() for line in text_lines(limited)]
    assert [row for row, line in enumerate(lines) if line == "4 more of this article: --per-article 0"] == [4]


def test_ranks_of_three_digits_do_not_run_into_scores() -> None:
    (hit,) = result().hits
    assert next(text_lines(Result("充电", True, [replace(hit, rank=100)], []))).startswith("100 0.91  ")


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x07", "\x9b31m", "\u202e", "\r", "\x00"])
def test_a_page_cannot_steer_the_terminal(evil: str) -> None:
    for colour in (False, True):
        lines = list(text_lines(result(f"前{evil}后"), 80, colour))
        assert evil not in "".join(lines)


def test_json_is_one_line_in_the_schema() -> None:
    (line,) = FORMATS["json"].lines(result(matches=(Match("电瓶车", "电动自行车", (0, 5), 0.8),)), "q1")
    fields = json.loads(line)
    assert list(fields) == ["schema", "id", "query", "found", "hits"]
    assert fields["schema"] == "qianli.result.v1"
    assert fields["hits"][0] == {
        "rank": 1,
        "score": 0.9123,
        "text": "电动自行车集中充电。",
        "citation": {
            "source": "页/000.txt",
            "path": None,
            "lines": [[37, 37], [41, 43]],
            "paragraph": 1,
            "article": "织密“一张网”",
            "kicker": None,
            "authors": ["倪森健", "杨涵"],
            "place": "杭州市上城区",
            "places": [],
            "date": None,
            "publication": None,
            "newspaper_page": None,
            "status": None,
            "kind": "paragraph",
            "chars": None,
            "subtitle": None,
            **dict.fromkeys(("page", "page_label", "box", "sheet", "cell", "part", "reader")),
            "sha256": "ab" * 32,
            "id": "0123456789abcdef",
        },
        "scores": {"dense": 0.6123, "lexical": None},
        "matches": [{"query": "电瓶车", "passage": "电动自行车", "at": [0, 5], "weight": 0.8}],
        "also": [],
    }


def test_csv_reads_back_and_cannot_compute() -> None:
    lines = [csv_header(), *FORMATS["csv"].lines(result('=HYPERLINK("x"),"引号"'), "q1"), *FORMATS["csv"].lines(NOTHING, "q2")]
    first, second = csv.DictReader(io.StringIO("\n".join(lines).removeprefix("\ufeff")))
    assert first["text"] == '\'=HYPERLINK("x"),"引号"'
    assert (first["lines"], first["authors"], first["citation"], first["found"]) == ("37,41-43", "倪森健 杨涵", "0123456789abcdef", "True")
    assert (second["id"], second["query"], second["found"], second["text"]) == ("q2", "没人写过的事", "False", "")


def test_markdown_cannot_be_broken_by_a_passage() -> None:
    text = "\n".join(FORMATS["md"].lines(result("*星* <b> [链接](x)"), None))
    assert "\\*星\\* \\<b\\> \\[链接\\](x)" in text


def test_trec_has_six_columns() -> None:
    (line,) = FORMATS["trec"].lines(result(), "q1")
    assert line.split() == ["q1", "Q0", "0123456789abcdef", "1", "1.000000", "qianli"]


@pytest.mark.parametrize("width", [20, 21, 33])
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(width: int) -> None:
    text = "他说：“这里的‘路’（东门路）平了，灯也亮了。”大家（社区、物业、业委会）都说好，2024年又修了3条路。。。。。。。。。。。。。。" * 3
    lines = wrapped(text, width)
    assert "".join(lines) == text
    assert max(map(columns, lines)) <= width
    marks = [line for line in lines if line[0] in "，。、：”’）" or line[-1] in "“‘（"]
    assert [line for line in marks if "。。" not in line] == []


def test_a_citation_is_a_link_where_its_file_has_an_address_and_the_same_text_without() -> None:
    long = replace(CITATION, article="长" * 80, path="/公文/a.txt")
    (hit,) = result().hits
    cited = Result("电瓶车充电", True, [replace(hit, passage=replace(hit.passage, citation=long))], [])
    plain = list(text_lines(cited, 60))
    painted = list(text_lines(cited, 60, address_of=lambda citation: f"file://pc{citation.path}"))
    opened, closed = "\x1b]8;id=0123456789abcdef;file://pc/公文/a.txt\x1b\\", "\x1b]8;;\x1b\\"
    assert [line.count(opened) for line in painted] == [line.count(closed) for line in painted] == [0, *[1] * (len(plain) - 1)]
    assert [line.replace(opened, "").replace(closed, "") for line in painted] == plain
    assert all(line.startswith("         \x1b]8;") for line in painted[1:])  # the margin is no link
    assert "\x1b" not in str(long)


def test_one_language_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Result("没人写过的事", False, [], result().hits)
    monkeypatch.setenv("QIANLI_LANG", "zh")
    assert list(text_lines(near))[:2] == ["没有找到先例", "最接近的段落，把握不足，不能算先例："]
    monkeypatch.setenv("QIANLI_LANG", "en")
    assert list(text_lines(near))[:2] == ["no precedent found", "the nearest passages, too uncertain to be called precedents:"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_starts_what_a_spreadsheet_computes(start: str) -> None:
    assert str(cell(f"{start}1+1")).startswith("'")
    assert cell(f"1{start}1") == f"1{start}1".translate({9: " ", 10: " ", 13: "\ufffd"})
