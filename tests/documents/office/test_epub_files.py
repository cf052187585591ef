"""A book is read chapter by chapter, in the order of its spine, and each passage names the file of its chapter."""

from pathlib import Path

import pytest

from index.document import Page
from index.documents.extracted import Refused
from index.documents.office.epub_files import extract_epub
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles
from tests.documents.office.epub import epub

CHAPTERS = {
    "b.xhtml": "<h1>第一章 修路</h1><p>村里修了三公里的路，<b>大家</b>都说好。</p>",
    "text/a.xhtml": "<h1>第二章 修桥</h1><p>村里修了一座桥。</p>"
    "<table><tr><td>村</td><td>桥</td></tr><tr><td>李家村</td><td>1</td></tr></table>",
}


def test_chapters_come_in_the_order_of_the_spine_without_the_list_of_contents(tmp_path: Path) -> None:
    (tmp_path / "a.epub").write_bytes(epub(CHAPTERS))
    page = read(tmp_path / "a.epub", "a.epub")
    assert isinstance(page, Page)
    assert page.text.split("\n") == [
        *("第一章 修路", "村里修了三公里的路，大家都说好。", "第二章 修桥", "村里修了一座桥。", "村\t桥", "李家村\t1")
    ]
    assert [block.level for block in page.blocks] == [1, 0, 1, 0, 0, 0]
    parts = {passage.text: passage.citation.part for passage in passages_of(page, articles(page))}
    assert parts["村里修了一座桥。"] == "OEBPS/text/a.xhtml"
    assert (page.encoding, page.notes) == ("epub", ())


def test_a_missing_chapter_is_told() -> None:
    extracted = extract_epub(epub(CHAPTERS).replace(b"OEBPS/b.xhtml", b"OEBPS/x.xhtml"))
    assert extracted.text.startswith("第二章")
    assert extracted.notes == ("1 chapters of the book are missing or protected",)


def test_a_protected_book_is_named_and_one_with_protected_fonts_is_read() -> None:
    def protection(*names: str) -> dict[str, str]:
        references = "".join(f'<CipherData><CipherReference URI="{name}"/></CipherData>' for name in names)
        return {"META-INF/encryption.xml": f"<encryption>{references}</encryption>"}

    assert extract_epub(epub(CHAPTERS, protection("OEBPS/font.ttf"))).notes == ()
    with pytest.raises(Refused, match="protected against copying"):
        extract_epub(epub(CHAPTERS, protection("OEBPS/nav.xhtml", *(f"OEBPS/{name}" for name in CHAPTERS))))
