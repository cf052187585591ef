"""Old documents are read by way of LibreOffice where it is installed, and named with what to do where it is not."""

import shutil
from pathlib import Path

import pytest

from index.document import Page
from index.documents.extracted import Refused
from index.documents.office import conversion
from index.documents.office.conversion import extract_doc
from index.files.content import Skipped
from index.files.reader import read
from tests.documents.office.docx import zipped


def test_without_libreoffice_an_old_document_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "PLACES", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Refused) as refused:
        extract_doc(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert str(refused.value) == "a doc file, which LibreOffice reads where it is installed; save it as docx or PDF"


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_a_rich_text_file_is_read_as_the_docx_that_libreoffice_makes_of_it(tmp_path: Path) -> None:
    words = "".join(f"\\u{ord(character)}?" for character in "修路的通知。")
    (tmp_path / "a.rtf").write_text(f"{{\\rtf1\\ansi\\uc1 {words}\\par second\\par}}", "ascii")
    page = read(tmp_path / "a.rtf", "a.rtf")
    assert isinstance(page, Page)
    assert page.text.rstrip() == "修路的通知。\nsecond"
    assert page.reader and page.reader.startswith("LibreOffice ") and " + lxml " in page.reader


def test_an_ofd_and_an_encrypted_document_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.ofd").write_bytes(zipped({"OFD.xml": b"<OFD/>"}))
    (tmp_path / "b.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    ofd, encrypted = read(tmp_path / "a.ofd", "a"), read(tmp_path / "b.docx", "b")
    assert isinstance(ofd, Skipped) and isinstance(encrypted, Skipped)
    assert ofd.reason == "an OFD file, which no program here reads; save it as PDF"
    assert encrypted.reason == "encrypted with a password; save it without one"
