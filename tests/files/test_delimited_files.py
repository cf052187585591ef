"""A table of text is a page whose characters keep their offsets and lines; a file that qianli wrote is none."""

import csv
import io
import random
from pathlib import Path

import pytest

from index.document import Page, quote
from index.files.content import Skipped
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles
from search.output.tables import batch_header, csv_header


def page_of(folder: Path, content: str | bytes, name: str = "a.csv") -> Page | Skipped:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(folder / name, name)


def rows(page: Page | Skipped) -> list[tuple[str, str]]:
    assert isinstance(page, Page)
    return [(block.kind, quote(page.text, block.spans)) for block in page.blocks]


def test_cells_are_parted_by_tabs_and_quotes_are_no_text(tmp_path: Path) -> None:
    page = page_of(tmp_path, '街道,"诉求, 摘要",件数\n翠园,"反映""飞线""充电，\n请加装",12\n\n东苑,,3\n')
    assert rows(page) == [
        ("columns", "街道\t诉求, 摘要\t件数"),
        ("table", '翠园\t反映"飞线"充电， 请加装\t12'),
        ("table", "东苑\t\t3"),
    ]
    assert isinstance(page, Page)
    last = list(passages_of(page, articles(page)))[-1]
    assert (last.text, last.citation.lines, last.inner_heading) == ("东苑\t\t3", ((5, 5),), "街道 诉求, 摘要 件数")


@pytest.mark.parametrize(
    ("name", "text"), [("a.tsv", "甲\t乙\n一,二\t三\n"), ("a.csv", "甲;乙\n一,二;三\n"), ("a.csv", "sep=;\n甲;乙\n一,二;三\n")]
)
def test_the_delimiter_is_that_of_the_suffix_the_first_line_or_most_lines(name: str, text: str, tmp_path: Path) -> None:
    assert rows(page_of(tmp_path, text, name)) == [("columns", "甲\t乙"), ("table", "一,二\t三")]


def test_the_encoding_is_that_of_the_file(tmp_path: Path) -> None:
    page = page_of(tmp_path, "街道,诉求\n翠园街道,居民反映楼道里停满了电动自行车\n".encode("gb18030"))
    assert isinstance(page, Page)
    assert (page.encoding, rows(page)[0]) == ("gb18030", ("columns", "街道\t诉求"))


def test_a_file_of_one_column_is_a_text(tmp_path: Path) -> None:
    page = page_of(tmp_path, "居民反映楼道里停满了电动自行车\n路灯坏了\n")
    assert isinstance(page, Page)
    assert page.blocks == ()


@pytest.mark.parametrize("header", [csv_header(), batch_header(["街道"], recorded=True)])
def test_results_that_qianli_wrote_are_no_page(header: str, tmp_path: Path) -> None:
    assert page_of(tmp_path, f"{header}\nq1,停车,True\n") == Skipped("a.csv", "results that qianli wrote, no page", "no page")


def test_a_quote_that_is_never_closed_swallows_no_other_row(tmp_path: Path) -> None:
    page = page_of(tmp_path, '甲,乙\n一,"二\n' + "三,四\n" * 300)
    assert rows(page)[1:3] == [("table", '一\t"二'), ("table", "三\t四")]


def test_the_cells_are_those_that_the_csv_module_reads(tmp_path: Path) -> None:
    for seed in range(60):
        random.seed(seed)
        table = [["".join(random.choices('甲乙,";\n a1', k=random.randint(1, 6))).strip() or "丙" for _ in range(3)] for _ in range(5)]
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows([["一", "二", "三"], *table])
        expected = ["\t".join(cell.replace("\n", " ") for cell in row) for row in table]
        assert [text for _, text in rows(page_of(tmp_path, written.getvalue()))][1:] == expected, seed
