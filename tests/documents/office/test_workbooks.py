"""A workbook is read row by row, and each cell is found where it stands."""

from pathlib import Path

import pytest

from index.document import Page, stands_at
from index.documents.extracted import Refused
from index.documents.office.workbooks import extract_workbook
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles
from tests.documents.xlsx import write_xlsx

LEDGER = [
    ["2024年诉求台账"],
    [],
    ["编号", "诉求", "办理结果"],
    [1.0, "居民反映电动车进楼道充电，希望小区加装集中充电棚，越快越好。", "社区已装充电棚十二个，楼道内不再有车辆停放。"],
    ["小计"],
    [2.0, "路灯坏了三个月没有人来修理，晚上走路非常不安全，请尽快处理。", "街道当天派人修好了路灯，并安排专人巡查。"],
]


def page_of(folder: Path, sheets: dict, hidden: tuple[str, ...] = ()) -> Page:
    page = read(write_xlsx(folder / "a.xlsx", sheets, hidden=hidden), "a.xlsx")
    assert isinstance(page, Page)
    return page


def test_a_row_is_a_line_below_the_name_of_its_sheet_and_an_empty_row_or_sheet_is_none(tmp_path: Path) -> None:
    page = page_of(tmp_path, {"台账": LEDGER, "空": [], "Sheet3": [["甲", None, "乙"]]})
    assert [line.split("\t")[0] for line in page.text.split("\n")] == ["台账", "2024年诉求台账", "编号", "1", "小计", "2", "Sheet3", "甲"]
    assert page.text.endswith("甲\t\t乙")
    assert (page.encoding, page.reader and page.reader.split()[0]) == ("xlsx", "python-calamine")


def test_a_passage_names_its_columns_and_its_first_cell(tmp_path: Path) -> None:
    page = page_of(tmp_path, {"台账": LEDGER})
    passage = next(one for one in passages_of(page, articles(page)) if "路灯" in one.text)
    assert passage.text.split("\t")[:2] == ["2", "路灯坏了三个月没有人来修理，晚上走路非常不安全，请尽快处理。"]
    assert (passage.citation.sheet, passage.citation.cell, passage.citation.article) == ("台账", "A6", "台账")
    assert passage.inner_heading.endswith("编号 诉求 办理结果")
    start = page.text.index("并安排")
    assert stands_at(page, [(start, start + 3)])["cell"] == "C6"


def test_a_sheet_of_people_is_a_table_without_names_of_columns(tmp_path: Path) -> None:
    page = page_of(tmp_path, {"表": [["张三", "主任"], ["李四", "书记"], ["王五", "委员"]]})
    assert {block.kind for block in page.blocks} == {"table"}
    assert {passage.inner_heading for passage in passages_of(page, articles(page))} == {""}


def test_hidden_sheets_are_read_and_told(tmp_path: Path) -> None:
    page = page_of(tmp_path, {"一": [["甲"]], "二": [["乙"]], "三": []}, hidden=("二", "三"))
    assert page.text == "一\n甲\n二\n乙"
    assert page.notes == ("hidden sheets were read too: 二",)


def test_a_cell_over_several_lines_stays_in_its_row(tmp_path: Path) -> None:
    assert page_of(tmp_path, {"一": [["甲\n乙", "丙\t丁"]]}).text == "一\n甲 乙\t丙 丁"


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(50), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_damaged_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        extract_workbook(content)
