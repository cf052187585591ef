"""Read a table of delimited text (CSV, TSV) into a Page: each row is a block, and each character keeps its offset and its line.

街道,"诉求, 摘要",件数     ──▶  `街道⇥ 诉求, 摘要 ⇥件数`: a tab in place of what separates two cells, blanks in place of quotes
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from index.document import Block, Page, Span
from index.documents.delimiters import SEPARATOR_LINE, likeliest_delimiter
from index.documents.html_pages import is_html
from index.files.content import Skipped
from index.files.text_files import decoded_text, read_text
from index.messages import say

LINES_LOOKED_AT = 20  # that decide on the delimiter
LONGEST_NAME = 30  # characters of the name of a column
MOST_LINES_IN_CELL = 200  # a quote that is not closed for longer is no opening quote
OWN_RESULTS = "id,query,found,rank,score,text,"  # the first columns of results that qianli wrote (`search/output/tables.py`)
QUOTED = re.compile(r' *"((?:[^"]+|"")*+)" *')
NUMBER = re.compile(r"[-+]?[\d,.，．%％¥￥/:年月日 -]+")


class Cell(NamedTuple):
    """The characters of a cell, without blanks around them, and the offset of what follows it: a delimiter, or the end of the line."""

    spans: list[Span]
    end: int


def read_csv(content: bytes, source: str) -> Page | Skipped:
    """Read a table of text, whatever separates its cells; a file of one column is read as a text."""
    return _page(content, source, None)


def read_tsv(content: bytes, source: str) -> Page | Skipped:
    """Read a table of text whose cells are separated by tabs."""
    return _page(content, source, "\t")


def _page(content: bytes, source: str, delimiter: str | None) -> Page | Skipped:
    decoded = decoded_text(content, source)
    if isinstance(decoded, Skipped):
        return decoded
    text, encoding = decoded
    if text.startswith(OWN_RESULTS):
        return Skipped(source, say("results that qianli wrote, no page"))
    first = list(islice((line for line in text.split("\n") if line.strip()), LINES_LOOKED_AT))
    named = SEPARATOR_LINE.fullmatch(first[0].strip())
    delimiter = delimiter or (named[1] if named else likeliest_delimiter(first))
    if is_html(text) or not any(delimiter in line for line in first[1 if named else 0 :]):
        return read_text(content, source)
    characters = list(text)
    rows = [*_rows(text, characters, delimiter, text.find("\n") + 1 if named else 0)]
    if named:
        characters[: text.find("\n")] = " " * text.find("\n")
    return Page(source, "".join(characters), hashlib.sha256(content).hexdigest(), encoding, blocks=tuple(_blocks(rows, text)))


def _rows(text: str, characters: list[str], delimiter: str, start: int) -> Iterator[list[Cell]]:
    """Yield the cells of each row, and an empty row for an empty line; show tabs between cells and blanks for quotes in *characters*."""
    plain = re.compile(rf"[^{re.escape(delimiter)}\n]*")
    cells: list[Cell] = []
    while start <= len(text):
        cell = _cell(text, characters, start, delimiter, plain)
        start = cell.end
        cells.append(cell)
        if text[start : start + 1] == delimiter:
            characters[start] = "\t"
            start += 1
            continue
        yield cells if any(cell.spans for cell in cells) else []
        cells, start = [], start + 1


def _cell(text: str, characters: list[str], start: int, delimiter: str, plain: re.Pattern[str]) -> Cell:
    """Return the cell that begins at *start*."""
    quoted = QUOTED.match(text, start)
    if quoted and text[quoted.end() : quoted.end() + 1] in (delimiter, "\n", "") and quoted[1].count("\n") <= MOST_LINES_IN_CELL:
        first, last = quoted.span(1)
        characters[first - 1] = characters[last] = " "
        spans = []
        for inner in re.finditer(r'[^"]+|""', quoted[1]):
            a, b = first + inner.start(), first + inner.end()
            if inner[0] == '""':  # one quote is meant
                characters[a + 1], b = " ", a + 1
            spans.append((a, b))
            characters[a:b] = [" " if one == "\t" else one for one in characters[a:b]]
        return Cell(_trimmed(text, spans), quoted.end())
    end = plain.match(text, start).end()  # type: ignore[union-attr]  # it matches nothing, too
    return Cell(_trimmed(text, [(start, end)]), end)


def _trimmed(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return *spans* without blanks at both ends."""
    kept = list(spans)
    while kept and not text[slice(*kept[0])].strip():
        kept.pop(0)
    while kept and not text[slice(*kept[-1])].strip():
        kept.pop()
    if kept:
        first, last = text[slice(*kept[0])], text[slice(*kept[-1])]
        kept[-1] = (kept[-1][0], kept[-1][1] - len(last) + len(last.rstrip()))
        kept[0] = (kept[0][0] + len(first) - len(first.lstrip()), kept[0][1])
    return kept


def _blocks(rows: Sequence[Sequence[Cell]], text: str) -> Iterator[Block]:
    """Yield the rows as blocks: a lone cell above the table is text, and the first row of the table may name its columns."""
    filled = [[number for number, cell in enumerate(row) if cell.spans] for row in rows]
    top = next((place for place, cells in enumerate(filled) if len(cells) > 1), len(rows))
    names = _names_columns(rows[top:], text)
    gap = 1
    for place, (row, cells) in enumerate(zip(rows, filled, strict=True)):
        if not cells:
            gap += 1
            continue
        spans: list[Span] = []
        for number in range(cells[0], cells[-1] + 1):
            if spans:
                spans.append((row[number - 1].end, row[number - 1].end + 1))
            spans += row[number].spans
        kind = "text" if place < top else "columns" if names and place == top else "table"
        yield Block(tuple(spans), kind, 0, gap, 0.0)
        gap = 0


def _names_columns(rows: Sequence[Sequence[Cell]], text: str) -> bool:
    """Whether the first of *rows* names the columns: its cells are short, differ, and none is a number."""
    names = ["".join(text[a:b] for a, b in cell.spans) for cell in rows[0]] if rows else []
    short = all(0 < len(name) <= LONGEST_NAME and not NUMBER.fullmatch(name) for name in names)
    return len(rows) > 1 and short and len(set(names)) == len(names)
