"""The text of a document: its pages to columns, lines and paragraphs, and these to a text with its blocks and where each line stands.

pages ──▶ segments ──▶ tables ──▶ running heads aside ──▶ columns ──▶ lines ──▶ paragraphs ──▶ text, a line for each printed line
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.document import Block, Span, Spot
from index.documents.extracted import Extracted
from index.documents.pdf.columns import Gutter
from index.documents.pdf.columns import columns as in_columns
from index.documents.pdf.furniture import edge_rows, furniture
from index.documents.pdf.lines import Line, lines_of
from index.documents.pdf.page import PdfPage
from index.documents.pdf.paragraphs import LARGER, Column, Piece, Setting, pieces
from index.documents.pdf.segments import Segment, segments
from index.documents.pdf.tables import bars, with_tables
from index.text.punctuation import HYPHENS, divides_word, ends_sentence

LONGEST_HEADING = 90  # characters
LONGEST_BOLD_HEADING = 45  # characters of a heading that only bold type shows
MOST_HEADING_LINES = 4
MOST_LEVELS = 6
SAME_SIZE = 0.6  # points
CAPTION = re.compile(r"(?:图|表|Figure|Fig\.|FIGURE|Table|TABLE)\s*\d{1,3}")
LETTERHEAD = re.compile(r".{2,40}文\s*件")  # above an official document, in the largest type; its title stands below its number
NUMBERED = re.compile(r"\S{1,20}[〔\[(（]\d{4}[〕\])）]\s*\S{1,6}号")
LONGEST_CAPTION = 80  # characters
NEARBY = 20_000  # characters around a hyphen that are searched for its word
NARROW = "\u2e7f"  # the last character of scripts that part words by spaces


def extracted_text(pages: Sequence[PdfPage], reader: str, notes: tuple[str, ...] = ()) -> Extracted:
    """Return the text of *pages* with its blocks; each line of it is a printed line, or a row of a table."""
    found, edges = _without_edges(pages)
    read, setting = pieces(found)
    levels = _levels(read, setting)
    return _Writer(pages, reader, notes).written(found, read, edges, levels)


def _without_edges(pages: Sequence[PdfPage]) -> tuple[list[Column], dict[int, tuple[list[Line], list[Line]]]]:
    """Return the columns of all pages in the order of reading, and by page the running heads above and below them."""
    framed = [(page, {frame: with_tables(found, page, frame) for frame, found in segments(page).items()}) for page in pages]
    sizes = Counter[float]()
    for _, frames in framed:
        for one in (one for found in frames.values() for one in found):
            sizes[round(one.size, 1)] += len(one.text)
    body = max(sizes.items(), key=lambda item: (item[1], -item[0]), default=(10.0, 0))[0]
    rows = [edge for page, frames in framed for edge in edge_rows(page.number, page.height, frames.get(0, []))]
    around = furniture(rows, {page.number: page.height for page in pages}, body)
    columns: list[Column] = []
    known: list[Gutter] = []
    edges: dict[int, tuple[list[Line], list[Line]]] = {}
    for page, frames in framed:
        upright = frames.get(0, [])
        at_edges = lines_of([one for one in upright if id(one) in around])
        edges[page.number] = (
            [line for line in at_edges if line.v < page.height / 2],
            [line for line in at_edges if line.v >= page.height / 2],
        )
        frames[0] = [one for one in upright if id(one) not in around]
        columns += [Column(page.number, lines_of(column), column[0].frame) for column in _ordered(page, frames, known)]
    return columns, edges


def _ordered(page: PdfPage, frames: dict[int, list[Segment]], known: list[Gutter]) -> Iterator[list[Segment]]:
    """Yield the columns of a page: those in the direction that most of it has, and before or behind them the others."""
    sizes = {frame: sum(len(one.text) or 1 for one in found) for frame, found in frames.items() if found}
    main = max(sizes, key=lambda frame: (sizes[frame], -frame), default=0)
    others = [frame for frame in sorted(sizes) if frame != main]
    tops = [one.box[1] for one in frames.get(main, [])]
    behind: list[list[Segment]] = []
    for frame in others:
        for column in in_columns(frames[frame], []):
            if tops and max(one.box[3] for one in column) <= min(tops):
                yield column
            else:
                behind.append(column)
    yield from in_columns(frames.get(main, []), known, bars(page, main))
    yield from behind


def _levels(read: Sequence[Piece], setting: Setting) -> dict[int, int]:
    """Return the level of each piece that is a heading, by its id: the largest type is level 1, bold type of the text's size the last."""
    heads = [piece for piece in read if _is_heading(piece, setting)]
    sizes: list[float] = []
    for size in sorted({piece.lines[0].size for piece in heads if piece.lines[0].size > LARGER * setting.size}, reverse=True):
        if not sizes or sizes[-1] - size > SAME_SIZE:
            sizes.append(size)
    levels = {}
    for piece in heads:
        size = piece.lines[0].size
        place = next((i for i, one in enumerate(sizes, 1) if size > one - SAME_SIZE), len(sizes) + 1)
        levels[id(piece)] = min(place, MOST_LEVELS)
    return levels


def _is_heading(piece: Piece, setting: Setting) -> bool:
    line, text = piece.lines[0], piece.text
    if line.cells or len(piece.lines) > MOST_HEADING_LINES or piece.before or piece.goes_on or not any(map(str.isalnum, text)):
        return False
    if CAPTION.match(text) or NUMBERED.fullmatch(text):
        return False
    if line.size > LARGER * setting.size:
        return len(text) <= LONGEST_HEADING and not text.endswith(("。", "；"))
    bold = line.font % 2 == 1 and not setting.is_bold and line.size > 0.95 * setting.size
    return bold and len(text) <= LONGEST_BOLD_HEADING and not ends_sentence(text)


class _Writer:
    """Writes the text line by line, and remembers where each line stands in it."""

    def __init__(self, pages: Sequence[PdfPage], reader: str, notes: tuple[str, ...]) -> None:
        self._labels = {page.number: page.label for page in pages}
        self._reader, self._notes = reader, notes
        self._parts: list[str] = []
        self._length = 0
        self._spots: list[Spot] = []
        self._spans: dict[int, Span] = {}  # of each line, by its id

    def written(
        self, columns: Sequence[Column], read: Sequence[Piece], edges: dict[int, tuple[list[Line], list[Line]]], levels: dict[int, int]
    ) -> Extracted:
        by_column: dict[int, list[Piece]] = {}
        for piece in read:
            by_column.setdefault(piece.column, []).append(piece)
        blocks: list[Block] = []
        for page, (above, below) in edges.items():
            blocks += self._furniture(above, page)
            for number, column in enumerate(columns):
                if column.page == page:
                    for piece in by_column.get(number, []):
                        for line in piece.lines:
                            self._write(line, page)
            blocks += self._furniture(below, page)
        text = "".join(self._parts)
        later = {id(piece.before): piece for piece in read if piece.before}
        for piece in read:
            if not piece.before:
                blocks.append(self._block(piece, later, levels, text))
        blocks.sort(key=lambda block: block.spans[0])
        return Extracted(text, self._reader, tuple(blocks), tuple(self._spots), self._notes)

    def _write(self, line: Line, page: int) -> None:
        box = tuple(round(side, 1) for side in line.box)
        self._spots.append(Spot(self._length, page, self._labels[page], (box[0], box[1], box[2], box[3])))
        self._spans[id(line)] = (self._length, self._length + len(line.text))
        self._parts.append(line.text + "\n")
        self._length += len(line.text) + 1

    def _furniture(self, lines: Sequence[Line], page: int) -> Iterator[Block]:
        for line in lines:
            self._write(line, page)
            yield Block((self._spans[id(line)],), "furniture")

    def _block(self, piece: Piece, later: dict[int, Piece], levels: dict[int, int], text: str) -> Block:
        lines = list(piece.lines)
        last = piece
        while id(last) in later:
            last = later[id(last)]
            lines += last.lines
        spans = tuple(_joined([self._spans[id(line)] for line in lines], text))
        said = "".join(text[a:b] for a, b in spans)
        if lines[0].cells:
            return Block(spans, "table")
        if id(piece) in levels and LETTERHEAD.fullmatch(said) and NUMBERED.match(text, spans[-1][1] + 1):
            return Block(spans, "furniture")
        kind = "caption" if CAPTION.match(said) and len(said) <= LONGEST_CAPTION and not said.endswith("。") else "text"
        return Block(spans, kind, levels.get(id(piece), 0))


def _joined(spans: Sequence[Span], text: str) -> Iterator[Span]:
    """Yield the spans of a paragraph's lines, each with the line end behind it where that parts two words, without dividing hyphens."""
    for (start, end), following in zip(spans, [*spans[1:], None], strict=True):
        if following is None:
            yield start, end
            continue
        upper, lower = text[start:end], text[following[0] : following[1]]
        if upper[-1] in HYPHENS:
            nearby = text[max(0, start - NEARBY) : following[1] + NEARBY]
            yield start, end - (upper[-1] in "\u00ad¬" or divides_word(upper, lower, nearby))
        else:
            yield start, end + _needs_line_end(upper, lower)


def _needs_line_end(upper: str, lower: str) -> bool:
    """Whether the end of a line stands for a space: between words in scripts that have spaces."""
    return upper[-1] <= NARROW and lower[0] <= NARROW and (upper[-1].isalpha() or lower[0].isalpha() or not _is_chinese(upper + lower))


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)
