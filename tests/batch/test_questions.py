"""Files of questions: JSON lines, CSV, plain lines, in any encoding."""

from pathlib import Path

import pytest

from index.errors import BadInput
from search.batch.input import InputLines, count_questions, decode_line
from search.batch.questions import BatchQuestion, parse_questions


def test_json_lines_keep_their_ids_and_ignore_other_fields() -> None:
    lines = ['{"id": "d1", "query": "停车", "type": "problem"}\n', "\n", '{"query": "充电"}']
    assert list(parse_questions(lines)) == [BatchQuestion("d1", "停车"), BatchQuestion("3", "充电")]


def test_a_bad_line_is_an_error_in_its_place_and_the_rest_go_on() -> None:
    questions = list(parse_questions(['{"query": "一"}', '{"query": ', '{"query": 5}', "[]", '{"query": "二"}']))
    assert [question.text for question in questions] == ["一", "", "", "", "二"]
    assert [question.error is None for question in questions] == [True, False, False, False, True]
    assert "line 2" in (questions[1].error or "")


def test_csv_is_known_by_its_header() -> None:
    lines = ["\ufeffid,query\r\n", 'a,"停车难,\n', '怎么办"\r\n', ",充电\r\n"]
    assert list(parse_questions(lines)) == [BatchQuestion("a", "停车难,\n怎么办"), BatchQuestion("2", "充电")]


def test_a_csv_without_questions_says_which_field_is_missing() -> None:
    with pytest.raises(BadInput, match='"query", only id, question'):
        list(parse_questions(["id,question\n", "1,停车\n"], csv_named=True))


def test_anything_else_is_one_question_a_line() -> None:
    assert list(parse_questions(["停车，怎么办\r\n", "\n", "充电"])) == [BatchQuestion("1", "停车，怎么办"), BatchQuestion("3", "充电")]


def test_an_empty_file_has_no_questions() -> None:
    assert list(parse_questions([])) == list(parse_questions(["\n", " "])) == []


def test_questions_come_as_their_lines_do() -> None:
    def lines():
        yield "一\n"
        raise AssertionError("read ahead")

    assert next(parse_questions(lines())) == BatchQuestion("1", "一")


def test_a_line_from_chinese_windows_is_decode() -> None:
    assert decode_line("停车".encode("gb18030")) == decode_line("停车".encode()) == "停车"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_file_is_read_line_by_line_and_its_questions_are_counted(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_bytes("停车\r\n\n充电".encode(encoding))
    assert list(InputLines(str(tmp_path / "q.txt"))) == ["停车\r\n", "\n", "充电"]
    assert count_questions(str(tmp_path / "q.txt")) == 2


def test_questions_of_a_csv_or_standard_input_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text("query\n停车\n", "utf-8")
    assert [count_questions(name) for name in ("-", str(tmp_path / "q.csv"), str(tmp_path))] == [None] * 3


def test_a_line_of_a_thousand_brackets_is_no_json() -> None:
    [question] = parse_questions(['{"query": ' + "[" * 100_000])
    assert question.error is not None
    assert question.error.startswith("line 1 is no JSON")


def test_a_cell_without_an_end_is_one_line_of_error() -> None:
    endless = "停" * 200_000
    assert [question.text for question in parse_questions([endless])] == [endless]  # no CSV
    for lines in (["id,query\n", f'1,"{endless}\n'], [f'query,"{endless}\n']):
        with pytest.raises(BadInput, match="of the CSV: field larger than"):
            list(parse_questions(lines, csv_named=True))
