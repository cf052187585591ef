"""PDFs that a browser, LibreOffice and LaTeX made of the same text give that text back, paragraph by paragraph (see made/make.py)."""

from __future__ import annotations

import pytest

from index.documents.extracted import Refused
from index.documents.pdf_files import extract_pdf
from tests.documents.made.make import HERE, ROWS, TITLE, paragraphs
from tests.documents.test_pdf_layout import said

FILES = ("browser_one_column", "browser_two_columns", "browser_vertical", "latex_two_columns", "office_two_columns")


@pytest.mark.parametrize("name", FILES)
def test_the_paragraphs_of_a_made_file_are_whole_and_in_order(name: str) -> None:
    extracted = extract_pdf((HERE / f"{name}.pdf").read_bytes())
    assert said(extracted, "text") == [TITLE, *paragraphs()]
    assert [block.level for block in extracted.blocks if block.kind == "text"] == [1] + [0] * len(paragraphs())
    assert max(spot.page or 0 for spot in extracted.spots) > 1  # so a paragraph goes on over a page


@pytest.mark.parametrize("name", [name for name in FILES if name != "browser_vertical"])
def test_the_table_of_a_made_file_is_read_row_by_row(name: str) -> None:
    extracted = extract_pdf((HERE / f"{name}.pdf").read_bytes())
    assert said(extracted, "table") == ["\t".join(row) for row in ROWS]


def test_what_is_printed_on_each_page_of_a_made_file_is_no_text() -> None:
    extracted = extract_pdf((HERE / "office_two_columns.pdf").read_bytes())
    assert set(said(extracted, "furniture")) == {"青石街道办事处"}


def test_a_file_with_a_password_is_refused_and_one_locked_for_changes_alone_is_read() -> None:
    with pytest.raises(Refused, match="password"):
        extract_pdf((HERE / "locked.pdf").read_bytes())
    assert said(extract_pdf((HERE / "locked_for_changes.pdf").read_bytes())) == ["The village paved its mountain road in one autumn."]
