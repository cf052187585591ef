"""A book (epub) to its text: its chapters in the order in which they are read, each a page of HTML.

container.xml ──▶ package ──spine──▶ chapter.xhtml ──html_pages──▶ a line for each block, and the chapter's file as its part
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from index.document import Block, Spot
from index.documents.extracted import Extracted, Refused
from index.documents.html_pages import blocks_of
from index.documents.office.archives import Archive, reader_name, tag_of
from index.documents.office.composed import Composed, Piece
from index.messages import say

CONTAINER, PROTECTION = "META-INF/container.xml", "META-INF/encryption.xml"
PAGES = ("application/xhtml+xml", "text/html")


def extract_epub(content: bytes) -> Extracted:
    """Return the text of a book. Raise Refused where it is damaged, protected against copying or too large."""
    archive = Archive(content)
    package = next((element.get("full-path") or "" for element in archive.xml(CONTAINER).iter() if tag_of(element) == "rootfile"), "")
    chapters = [*_chapters(archive, package)]
    protected = _protected(archive)
    if chapters and protected.issuperset(chapters):
        raise Refused(say("a book that is protected against copying; index a copy without protection"))
    composed, missing = Composed(), 0
    for name in chapters:
        if name not in archive or name in protected:
            missing += 1
            continue
        text, blocks = blocks_of(_decoded(archive.read(name)))
        composed.skip()
        for block in blocks:
            _add(composed, text, block, name)
    notes = [say("{count} chapters of the book are missing or protected", count=missing)] if missing else []
    return composed.extracted(reader_name(), notes)


def _add(composed: Composed, text: str, block: Block, name: str) -> None:
    shown = "".join(text[start:end] for start, end in block.spans)
    composed.spots.append(Spot(composed.offset, part=name))
    if block.kind == "table":
        composed.add_row(shown.split("\t"))
    else:
        composed.add([Piece(shown, block.kind, block.level)])


def _chapters(archive: Archive, package: str) -> Iterator[str]:
    """Yield the names of the files of the chapters, in order; the list of contents, which only leads to them, is none."""
    root = archive.xml(package)
    files = {element.get("id"): element for element in root.iter() if tag_of(element) == "item"}
    for element in root.iter():
        item = files.get(element.get("idref")) if tag_of(element) == "itemref" else None
        if item is None or item.get("media-type") not in PAGES or "nav" in (item.get("properties") or "").split():
            continue
        yield posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(item.get("href") or "")))


def _protected(archive: Archive) -> set[str]:
    """Return the names of the files that are encrypted; fonts often are in a book whose text is not."""
    if PROTECTION not in archive:
        return set()
    return {unquote(element.get("URI") or "") for element in archive.xml(PROTECTION).iter() if tag_of(element) == "CipherReference"}


def _decoded(content: bytes) -> str:
    """Return the text of a chapter: UTF-8, or UTF-16 by its mark, as the standard asks."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return content.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
