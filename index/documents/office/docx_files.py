"""A docx to its text: a line for each paragraph of the body, so the number of the line is that of the paragraph; rows of tables as well.

document.xml ──▶ body: paragraphs, tables ──▶ lines with blocks ──▶ below them text boxes, notes, then headers and footers
styles.xml, numbering.xml ──▶ headings, captions, the numbers of lists

Word shows more than the paragraphs say: their numbers. It shows less: deleted and hidden text, comments. Nothing that a document links
to is fetched, and neither pictures nor macros are opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from index.documents.extracted import Extracted, Refused
from index.documents.office.archives import Archive, reader_name, tag_of
from index.documents.office.composed import Composed, Piece
from index.documents.office.docx_styles import Styles
from index.documents.office.docx_text import child_of, text_of, value_of
from index.documents.office.hard_returns import with_hard_returns
from index.documents.office.numbering import Numbering
from index.messages import say

AROUND = ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink")  # elements that only enclose others
LONGEST_CELL = 300  # characters; a table with longer cells arranges the page, as in HTML
DEEPEST_HEADING = 6  # as in HTML
INDENTED = re.compile(r"[\u3000 \t\xa0]{2,}|\u3000")  # blanks before the first word, as people indent who have no ruler
MOST_COLUMNS = 500  # of a table; Word has 63
SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")  # notes that are no notes


def extract_docx(content: bytes) -> Extracted:
    """Return the text of a docx. Raise Refused where it is damaged, encrypted or too large."""
    archive = Archive(content)
    main = next((name for kind, name in archive.linked() if kind == "officeDocument"), "word/document.xml")
    parts = [(kind, name) for kind, name in archive.linked(main) if name in archive]
    body = child_of(archive.xml(main), "body")
    if body is None:
        raise Refused(say("damaged; open it and save it anew"))
    named = dict(reversed(parts))
    styles = Styles(archive.xml(named["styles"]) if "styles" in named else None)
    numbering = Numbering(archive.xml(named["numbering"]) if "numbering" in named else None)
    titled = any(styles.look(paragraph).is_title for paragraph in _inner(body, "p") if text_of(paragraph)[0].strip())
    reading = _Reading(styles, numbering, deeper=int(titled))
    for element in _inner(body):
        reading.element(element)
    reading.boxes()
    for kind in ("footnotes", "endnotes"):
        if kind in named:
            reading.notes(archive.xml(named[kind]))
    for kind, name in sorted(parts):
        if kind in ("header", "footer"):
            reading.furniture(archive.xml(name))
    return with_hard_returns(reading.composed.extracted(reader_name()), reading.indents)


class _Reading:
    """The text so far, and what of the document is kept for the end of it: text boxes."""

    def __init__(self, styles: Styles, numbering: Numbering, deeper: int) -> None:
        """*deeper*: by how many levels headings lie below a title, which is of the first."""
        self.composed = Composed()
        self.indents: dict[int, int] = {}  # of the first lines of plain paragraphs of the body, by the number of their block
        self._deeper = deeper
        self._styles, self._numbering = styles, numbering
        self._boxes: list[Any] = []
        self._furniture: set[str] = set()

    def element(self, element: Any) -> None:
        """Add a paragraph or a table of the body."""
        if tag_of(element) == "p":
            piece, look = self._piece(element), self._styles.look(element)
            if not (look.is_centred or look.list_number or INDENTED.match(piece.text)):
                self.indents[len(self.composed.blocks)] = look.indent
            self.composed.add([piece])
        elif tag_of(element) == "tbl":
            self._table(element)

    def boxes(self) -> None:
        """Add each text box of the body as a line."""
        for box in self._boxes:  # which grows where a box lies in another
            self.composed.add([self._piece(paragraph) for paragraph in _paragraphs(box)])

    def notes(self, root: Any) -> None:
        """Add each footnote or endnote as a line."""
        for note in root:
            if value_of(note, "type") not in SEPARATORS:
                self.composed.add([self._piece(paragraph) for paragraph in _paragraphs(note)])

    def furniture(self, root: Any) -> None:
        """Add a header or footer, unless another one says the same."""
        text = " ".join(text_of(paragraph)[0].strip() for paragraph in _paragraphs(root)).strip()
        if text and text not in self._furniture:
            self._furniture.add(text)
            self.composed.add([Piece(text, "furniture")])

    def _piece(self, paragraph: Any) -> Piece:
        """Return a paragraph with the number that its list gives it."""
        text, boxes = text_of(paragraph)
        self._boxes += boxes
        look = self._styles.look(paragraph)
        kind = look.kind
        if look.list_number and text.strip():
            label = self._numbering.label(look.list_number, look.list_level)
            kind = "item" if label == "" and not look.level else kind
            text = f"{label}{_joint(label)}{text.strip()}" if label else text
        level = look.level + self._deeper if look.level and not look.is_title else look.level
        return Piece(text, kind, min(level, DEEPEST_HEADING))

    def _table(self, table: Any) -> None:
        """Add a line for each row of a table: a row of data, or the paragraphs of cells that only arrange the page."""
        rows = [list(_cells(row)) for row in _inner(table, "tr") if not _is_deleted(row)]
        holds_data = _holds_data(rows)
        for number, row in enumerate(rows):
            if holds_data:
                names = number == 0 and _is_header(table) and len(rows) > 1
                self.composed.add_row([*self._texts(row)], "columns" if names else "table")
            else:
                self.composed.add([piece for cell in row for piece in self._pieces(cell)])

    def _texts(self, row: Sequence[Any]) -> Iterator[str]:
        """Yield the text of each cell; a cell over several columns is followed by empty ones, and one that goes on from above is empty."""
        columns = 0
        for cell in row:
            merged = child_of(cell, "tcPr", "vMerge")
            goes_on = merged is not None and value_of(merged) != "restart"
            yield "" if goes_on else " ".join(text for piece in self._pieces(cell) if (text := piece.text.strip()))
            columns += _width(cell)
            yield from [""] * (_width(cell) - 1 if columns < MOST_COLUMNS else 0)

    def _pieces(self, cell: Any) -> Iterator[Piece]:
        """Yield the paragraphs of a cell; a row of a table inside of it is one."""
        for element in _inner(cell):
            if tag_of(element) == "p":
                yield self._piece(element)
            else:
                for row in _inner(element, "tr"):
                    yield Piece(" ".join(text for text in self._texts(list(_cells(row))) if text))


def _inner(element: Any, *wanted: str) -> Iterator[Any]:
    """Yield the paragraphs and tables (or the elements *wanted*) in *element*, those in what only encloses them among them."""
    for child in element:
        tag = tag_of(child)
        if tag in (wanted or ("p", "tbl")):
            yield child
        elif tag in AROUND:
            yield from _inner(child, *wanted)
        elif tag == "AlternateContent":
            yield from _inner(next(iter(child), ()), *wanted)


def _cells(row: Any) -> Iterator[Any]:
    return _inner(row, "tc")


def _paragraphs(element: Any) -> Iterator[Any]:
    """Yield the paragraphs in *element*, those of tables among them, but not those of a text box in it."""
    for child in _inner(element):
        if tag_of(child) == "p":
            yield child
        else:
            for row in _inner(child, "tr"):
                for cell in _cells(row):
                    yield from _paragraphs(cell)


def _holds_data(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table has several rows and columns of short cells and no table in a cell: else it arranges the page."""
    if len(rows) < 2 or max(map(len, rows), default=0) < 2:
        return False
    for row in rows:
        for cell in row:
            size = 0
            for element in cell.iter():
                size += len(element.text or "") if tag_of(element) == "t" else 0
                if tag_of(element) == "tbl":
                    return False
            if size > LONGEST_CELL:
                return False
    return True


def _is_header(table: Any) -> bool:
    """Whether the first row of a table, and no other, is repeated on each page: it names the columns."""
    marked = [child_of(row, "trPr", "tblHeader") is not None for row in _inner(table, "tr")]
    return marked[:1] == [True] and not any(marked[1:])


def _is_deleted(row: Any) -> bool:
    return child_of(row, "trPr", "del") is not None


def _width(cell: Any) -> int:
    span = child_of(cell, "tcPr", "gridSpan")
    text = value_of(span) if span is not None else ""
    return max(1, min(int(text), MOST_COLUMNS)) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _joint(label: str) -> str:
    """Return what stands between the number of an item and its text: nothing behind a mark of Chinese, else a blank."""
    return "" if label[-1] > "\u2e7f" or label[-1] in "、）" else " "
