"""Cells of a spreadsheet become the text that is shown in them."""

import sys
from datetime import date, datetime, time
from pathlib import Path

import pytest

from index.documents.cell_formats import formatted
from index.documents.spreadsheets import is_spreadsheet, sheets_of
from index.errors import BadInput
from tests.documents.xlsx import Cell, Formula, Number, write_xlsx

MARCH = 45356.0  # 5 March 2024, in days of the calendar that Excel counts


def rows_of(path: Path) -> list[list[str]]:
    """Return the cells of the first sheet."""
    return list(sheets_of(path.read_bytes(), path.name)[0].rows())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (7, "7"),
        (20240305000123, "20240305000123"),
        (0.1 + 0.2, "0.3"),
        (-2.5, "-2.5"),
        (1e21, "1e+21"),
        ("007", "007"),
        (None, ""),
        (True, "TRUE"),
        (Formula("A1&B1", "停车"), "停车"),
        (Formula("1+1", 2), "2"),
        (Number(123, "000000"), "000123"),
        (Number(0.352, "0%"), "35%"),
        (Number(0.352, "0.0%"), "35.2%"),
        (Number(1234.5, "#,##0.00"), "1,234.50"),
        (Number(3, "0.00"), "3.00"),
        (Number(2.5, "0"), "3"),
        (Number(-12, '"第"0"号"'), "第-12号"),
        (Number(8, "[$¥-804]#,##0"), "¥8"),
        (Number(2.5, "0.##"), "2.5"),
        (Number(0.25, "# ?/?"), "0.25"),
        (Number(MARCH, "yyyy-mm-dd"), "2024-03-05"),
        (Number(MARCH, "yyyy/m/d"), "2024/3/5"),
        (Number(MARCH, 'yyyy"年"m"月"d"日"'), "2024年3月5日"),
        (Number(MARCH + 0.6, "yyyy/m/d h:mm"), "2024/3/5 14:24"),
        (Number(MARCH + 0.375, "yyyy-mm-dd hh:mm:ss"), "2024-03-05 09:00:00"),
        (Number(MARCH, "[$-804]yyyy/mm/dd;@"), "2024/03/05"),
    ],
)
def test_a_cell_becomes_the_text_that_is_shown(cell: Cell, text: str, tmp_path: Path) -> None:
    assert rows_of(write_xlsx(tmp_path / "a.xlsx", {"一": [["above", None], [cell, "end"]]}))[1] == [text, "end"]


def test_merged_cells_have_their_text_once_and_rows_keep_their_places(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[], ["甲", "乙"], [], [None, "丙"]]
    assert rows_of(write_xlsx(tmp_path / "a.xlsx", {"一": rows}, merged=["A2:A4"])) == [["", ""], ["甲", "乙"], ["", ""], ["", "丙"]]


def test_a_code_that_is_not_known_is_left_to_the_plain_value() -> None:
    assert formatted(5.0, "0.00E+00") is formatted(5.0, '"ja"') is formatted(time(9), "yyyy") is formatted(5.0, "0,") is None
    assert formatted(time(9, 5), "h:mm") == "9:05"
    assert formatted(datetime(2024, 3, 5, 21, 5), "yyyy-m-d h:mm AM/PM") == "2024-3-5 9:05 PM"
    assert formatted(date(2024, 3, 5), "d-mmm-yy") == "5-Mar-24"


def test_a_spreadsheet_is_known_by_its_first_bytes_whatever_its_name(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.csv", {"一": [["x"]]})
    assert is_spreadsheet("a.csv", path.read_bytes())
    assert not is_spreadsheet("a.xlsx", b"id,query\n")
    assert is_spreadsheet("a.xlsx", b"")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04" + bytes(500), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_damaged_workbook_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(BadInput, match=r"a\.xlsx is no spreadsheet that can be read; save it as xlsx without a password, or as CSV"):
        sheets_of(content, "a.xlsx")


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(BadInput, match=r'install it with: pip install "qianli-precedents\[documents\]"'):
        sheets_of(b"", "a.xlsx")
