"""What a file is, its first bytes say and not its name, where they are certain."""

from pathlib import Path

import pytest

from index.document import Page
from index.documents.kinds import kind_of
from index.files.content import Skipped
from index.files.reader import read
from tests.documents.office.docx import docx, p, zipped
from tests.documents.office.epub import epub
from tests.documents.xlsx import write_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "suffix", "kind"),
    [
        (b"%PDF-1.4", ".txt", "pdf"),
        (b"\n\n%PDF-1.4", ".pdf", "pdf"),
        (b"\n\n%PDF-1.4", ".txt", None),
        (docx(p("a")), ".pdf", "docx"),
        (epub({}), ".zip", "epub"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "", "odt"),
        (zipped({"a.txt": b"a"}), ".txt", "zip"),
        (docx(p("a"))[:100], ".docx", "docx"),
        (OLE + "WordDocument".encode("utf-16-le"), ".wps", "doc"),
        (OLE + "Workbook".encode("utf-16-le"), ".et", "xls"),
        (OLE, ".doc", "doc"),
        (OLE, ".txt", "ole"),
        (b"{\\rtf1", ".doc", "rtf"),
        (b"<html>", ".xls", None),
        (b"", ".docx", None),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else str(value),  # an archive has the time in it
)
def test_the_kind_of_a_file(content: bytes, suffix: str, kind: str | None) -> None:
    assert kind_of(content, suffix) == kind


def test_documents_with_other_names_are_read_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(docx(p("修路。")))
    (tmp_path / "b.docx").write_bytes(write_xlsx(tmp_path / "x", {"表": [["甲", "乙"]]}).read_bytes())
    (tmp_path / "c.xls").write_text("<html><body><table><tr><td>甲</td><td>乙</td></tr></table></body></html>", "utf-8")
    (tmp_path / "d.doc").write_text("村里修了路。", "utf-8")
    (tmp_path / "e.txt").write_bytes(docx(p("修桥。")))
    pages = {name: read(tmp_path / name, name) for name in ("a.pdf", "b.docx", "c.xls", "d.doc", "e.txt")}
    assert {name: page.encoding for name, page in pages.items() if isinstance(page, Page)} == {
        **{"a.pdf": "docx", "b.docx": "xlsx", "c.xls": "utf-8", "d.doc": "utf-8", "e.txt": "docx"}
    }


def test_a_damaged_document_with_another_name_is_said_to_be_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(docx(p("修路。"))[:-30].replace(b"word/_rels", b"word/_xels"))
    page = read(tmp_path / "a.txt", "a.txt")
    assert isinstance(page, Skipped)
    assert page.reason == "a docx file, whatever its name says: damaged; open it and save it anew"
