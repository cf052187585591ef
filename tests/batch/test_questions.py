"""Files of questions: JSON lines, arrays, tables, plain lines, in any encoding; which column is the question is never guessed."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import BadInput
from search.batch.input import InputLines, count_questions, decoded, typed
from search.batch.questions import BatchQuestion, Questions, Wanted
from search.batch.rows import rows_of_text


def asked(lines: Sequence[str], table: bool = False, column: str | None = None, id_column: str | None = None) -> list[BatchQuestion]:
    """Return the questions of *lines*."""
    return list(Questions(rows_of_text(lines, "q", column or "query", table=table), Wanted(column, id_column)))


def texts(lines: Sequence[str], table: bool = False) -> list[str]:
    return [question.text for question in asked(lines, table)]


def test_json_lines_keep_their_ids_and_carry_other_fields() -> None:
    lines = ['{"id": "d1", "query": "停车", "type": ["problem"]}\n', "\n", '{"query": "充电", "id": null}', '{"query": "河道", "id": 7}']
    assert asked(lines) == [
        BatchQuestion("d1", "停车", None, {"type": ["problem"]}), BatchQuestion("3", "充电"), BatchQuestion("7", "河道")
    ]  # fmt: skip


def test_a_bad_line_is_an_error_in_its_place_and_the_rest_go_on() -> None:
    questions = asked(['{"query": "一"}', '{"query": ', '{"query": 5}', "[]", '{"query": "二"}'])
    assert [question.text for question in questions] == ["一", "", "", "", "二"]
    assert [question.error is None for question in questions] == [True, False, False, False, True]
    assert "line 2" in (questions[1].error or "")


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": 4, "query": "停车"},\n {"id": 5, "query": "充电"}]',
        '[\n{"id": 4, "query": "停车"},\n{"id": 5, "query": "充电"}\n]\n',
        '{\n "id": 4,\n "query": "停车"\n}\n{\n "id": 5,\n "query": "充电"\n}\n',
        '\ufeff{"id": 4, "query": "停车"}\r\n{"id": 5, "query": "充电"}\r\n',
    ],
)
def test_an_array_and_objects_over_several_lines_are_read_as_json(text: str) -> None:
    assert asked(text.splitlines(keepends=True)) == [BatchQuestion("4", "停车"), BatchQuestion("5", "充电")]


def test_an_array_of_texts_is_a_list_of_questions() -> None:
    assert asked(['["停车", "充电"]']) == [BatchQuestion("1", "停车"), BatchQuestion("2", "充电")]


def test_an_array_that_breaks_off_is_refused_with_its_position() -> None:
    with pytest.raises(BadInput, match="q is no JSON: something is wrong in line 2 at character 1"):
        asked(['[{"query": "停车"},\n'])


def test_a_question_may_begin_with_a_bracket() -> None:
    assert texts(["[街道] 停车怎么办", "[社区] 充电"]) == ["[街道] 停车怎么办", "[社区] 充电"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_is_known_by_its_header_whatever_separates_its_cells(delimiter: str) -> None:
    rows = [["id", "query", "街道"], ["a", '"停车难,\n\n;怎么\t办"', "城厢"], ["", "充电", ""]]
    lines = "\r\n".join(delimiter.join(row) for row in rows).splitlines(keepends=True)
    assert asked(["\ufeff" + lines[0], *lines[1:]]) == [
        BatchQuestion("a", "停车难,\n\n;怎么\t办", None, {"街道": "城厢"}),
        BatchQuestion("2", "充电", None, {"街道": ""}),
    ]


def test_excels_own_first_line_names_the_separator() -> None:
    assert texts(["sep=;\n", "id;query\n", "1;停车;\n"], table=True) == ["停车"]


def test_a_table_of_one_column_has_no_separator() -> None:
    assert texts(["query\n", "停车, 充电；怎么办\n", '"带引号的, 问题"\n']) == ["停车, 充电；怎么办", "带引号的, 问题"]


def test_a_title_may_stand_above_the_header() -> None:
    lines = ["二〇二四年三月诉求,,\n", "编号,诉求内容,街道\n", "7,停车,城厢\n"]
    assert asked(lines, True, "诉求内容", "编号") == [BatchQuestion("7", "停车", None, {"街道": "城厢"})]
    with pytest.raises(BadInput, match='no column "query", only 编号, 诉求内容, 街道'):
        asked(lines, True)


def test_a_row_with_more_cells_than_the_header_is_not_asked_in_part() -> None:
    first, second = asked(["id,query\n", "1,停车难,怎么办\n", "2,充电,,\n"])
    assert first.error == "line 2 has 3 cells and the header 2; put quotes around a cell that has the separator in it"
    assert second == BatchQuestion("2", "充电")


def test_a_quote_that_is_never_closed_swallows_no_rows_in_silence() -> None:
    with pytest.raises(BadInput, match="line 3 opens a quote that is not closed"):
        asked(["id,query\n", "1,停车\n", '2,"充电\n', "3,河道\n", "4,养老\n"])


def test_empty_rows_are_skipped_and_counted_but_at_the_end() -> None:
    lines = ["id,query\n", "a,停车\n", ",\n", "\n", "b,充电\n", ",,\n", "\n"]
    questions = Questions(rows_of_text(lines, "q"), Wanted())
    assert [question.id for question in questions] == ["a", "b"]
    assert questions.skipped == 2


def test_a_row_without_a_question_is_not_skipped() -> None:
    (question,) = asked(["id,query,街道\n", "a,,城厢\n"])
    assert (question.id, question.text, question.columns) == ("a", "", {"街道": "城厢"})


def test_columns_of_the_same_name_and_of_none_are_kept_apart() -> None:
    (question,) = asked(["query,备注,备注,,空\n", "停车,甲,乙,丙,丁\n"])
    assert question.columns == {"备注": "甲", "备注 (2)": "乙", "column 4": "丙", "空": "丁"}


@pytest.mark.parametrize(
    ("lines", "columns"),
    [
        (["编号,诉求,街道\n", "1,小区里电瓶车乱停,城厢\n"], "编号, 诉求, 街道"),
        (['{"编号": 1, "诉求": "小区里电瓶车乱停"}\n', '{"编号": 2}\n'], "编号, 诉求"),
        (['[{"编号": 1, "诉求": "小区里电瓶车乱停"}]'], "编号, 诉求"),
    ],
)
def test_where_no_column_is_called_query_the_columns_are_named_and_what_to_type(lines: list[str], columns: str) -> None:
    with pytest.raises(BadInput) as caught:
        asked(lines, table=lines[0].startswith("编号"))
    assert str(caught.value) == f'q has no column "query", only {columns}; name the one with the questions: --column 诉求'


def test_an_option_with_a_blank_is_quoted_as_it_is_typed() -> None:
    with pytest.raises(BadInput, match=r'--column "the complaint"$'):
        asked(["no,the complaint\n", "1,no place to park\n"], table=True)


def test_a_column_is_taken_by_its_name_and_only_by_it() -> None:
    assert asked(["query,诉求\n", "甲,乙\n"], True, "诉求") == [BatchQuestion("1", "乙", None, {"query": "甲"})]
    with pytest.raises(BadInput, match='no column "诉求内容", only query, 诉求'):
        asked(["query,诉求\n", "甲,乙\n"], True, "诉求内容")
    with pytest.raises(BadInput, match='no column "编号" for the ids, only query, 诉求'):
        asked(["query,诉求\n", "甲,乙\n"], True, None, "编号")


def test_one_json_line_without_the_field_is_an_error_and_not_the_end() -> None:
    first, second = asked(['{"ask": "停车"}', '{"query": "充电"}'])
    assert first.error == 'line 1 has no "query", only ask; name the column with --column'
    assert second.text == "充电"


def test_anything_else_is_one_question_a_line() -> None:
    assert asked(["停车，怎么办\r\n", "\n", "充电"]) == [BatchQuestion("1", "停车，怎么办"), BatchQuestion("3", "充电")]


def test_an_empty_file_has_no_questions() -> None:
    assert asked([]) == asked(["\n", " "]) == asked(["[]"]) == asked(["id,query\n"]) == []


def test_questions_come_as_their_lines_do() -> None:
    def lines() -> Iterator[str]:
        yield "一\n"
        raise AssertionError("read ahead")

    assert next(Questions(rows_of_text(lines(), "q", stream=True), Wanted())) == BatchQuestion("1", "一")


def test_brackets_in_brackets_are_no_json_that_could_be_written_again() -> None:
    for depth in (200, 100_000):
        (question,) = asked(['{"query": "停车", "deep": ' + "[" * depth + "]" * depth + "}"])
        assert question.error == "line 1 is no JSON: more than 100 brackets in each other"
    (question,) = asked(['{"query": "停车' + "[" * 200 + '", "wide": ' + str([[]] * 200) + "}"])
    assert question.error is None


def test_a_number_that_json_lacks_is_carried_as_text() -> None:
    (question,) = asked(['{"query": "停车", "a": NaN, "b": 1e999, "c": 1.5}'])
    assert question.columns == {"a": "NaN", "b": "1e999", "c": 1.5}


TABLE = 'id,query\r\n1,学校\r\n2,"小学,\r\n门口"\r\n3,学校门口停车难\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "big5"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_file_is_read_in_one_encoding_whatever_ends_its_lines(encoding: str, end: str, tmp_path: Path) -> None:
    text = (
        TABLE
        if encoding != "big5"
        else TABLE.replace("学", "學").replace("门", "門").replace("车难", "車難") + "4,我們這個社區的人還沒有來\r\n"
    )
    (tmp_path / "q.csv").write_bytes(text.replace("\r\n", end).encode(encoding))
    expected = text.replace("\r\n", "\n").splitlines(keepends=True)
    assert [line.removeprefix("\ufeff") for line in InputLines(str(tmp_path / "q.csv"))] == expected


def test_a_file_whose_bytes_are_utf_8_as_well_is_read_as_chinese(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_bytes("学校\n小学\n".encode("gbk"))
    assert list(InputLines(str(tmp_path / "q.txt"))) == ["学校\n", "小学\n"]
    (tmp_path / "q.txt").write_text("вопрос\nüber café\n", "utf-8")
    assert list(InputLines(str(tmp_path / "q.txt"))) == ["вопрос\n", "über café\n"]


def test_the_encoding_is_decided_by_a_line_far_below(tmp_path: Path) -> None:
    ascii_lines = "".join(f"question number {number}\n" for number in range(20_000))
    for encoding in ("gb18030", "utf-8"):
        (tmp_path / "q.txt").write_bytes((ascii_lines + "学校门口停车难\n小学\n").encode(encoding))
        assert list(InputLines(str(tmp_path / "q.txt")))[-2:] == ["学校门口停车难\n", "小学\n"]


def test_a_line_in_another_encoding_is_an_error_in_its_place(tmp_path: Path) -> None:
    lines = ["电瓶车乱停\n".encode(), "老楼加装电梯\n".encode(), "小区停车难\n".encode("gbk"), "河道黑臭\n".encode()]
    (tmp_path / "q.txt").write_bytes(b"".join(lines))
    questions = asked(list(InputLines(str(tmp_path / "q.txt"))))
    assert [question.error is None for question in questions] == [True, True, False, True]
    assert questions[2].error == "line 3 is in another encoding than the file; save the whole file as UTF-8"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(BadInput, match="is no text and no table that can be read"):
        list(InputLines(str(tmp_path / "q.txt")))


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_they_are_questions_or_bad_input(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(content)
    for table in (False, True):
        try:
            lines = list(InputLines(str(file)))
            questions = asked(lines, table)
        except BadInput:
            continue
        assert len(questions) <= len(lines)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00\x1f"), max_size=12).filter(lambda cell: cell == cell.strip())


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_cells_that_python_writes_as_csv_come_back(cells: list[tuple[str, str]], delimiter: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows([("query", "其他"), *cells])
    lines = [line + "\n" for line in written.getvalue().split("\n")]
    kept = [pair for pair in cells if any(cell.strip() for cell in pair)]
    assert [(question.text, question.columns) for question in asked(lines)] == [(text, {"其他": other}) for text, other in kept]


def test_one_question_is_decoded_as_standard_input_is() -> None:
    assert decoded("停车".encode("gb18030")) == decoded("停车".encode()) == decoded("\ufeff停车".encode()) == "停车"
    assert typed("停车") == typed("停车".encode("gbk").decode("utf-8", "surrogateescape")) == "停车"


def test_questions_are_counted_where_they_are_one_a_line(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_bytes("停车\r\n\n充电".encode("utf-16"))
    (tmp_path / "q.csv").write_text("query\n停车\n", "utf-8")
    assert count_questions(str(tmp_path / "q.txt")) == 2
    assert [count_questions(name) for name in ("-", str(tmp_path / "q.csv"), str(tmp_path))] == [None] * 3
