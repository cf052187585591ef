"""The lines of a column: segments beside each other make one line; lines that one white strip after the other parts are rows of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.document import Box
from index.documents.pdf.segments import Row, Segment, needs_space

SAME_LINE = 0.45  # of the size: the middles of segments of one line stand no further apart
WIDE_GAP = 1.0  # of the size: between two cells at least
NARROWEST_STRIP = 0.6  # of the size: that the cells of all rows leave white
FEWEST_ROWS = 3  # of a table without rules; two are enough where they have three columns
LONGEST_CELL = 30  # characters on average: longer cells are columns of text


@dataclass(slots=True)
class Line:
    """A line of a page in its frame (see `Segment`), or a row of a table where it has *cells*."""

    text: str
    u0: float
    u1: float
    v: float
    size: float
    font: int
    box: Box
    cells: tuple[str, ...] = ()
    is_edge: bool = False  # a running head, a page number
    pieces: list[Segment] = field(default_factory=list)


def lines_of(column: Sequence[Segment]) -> list[Line]:
    """Return the lines of the segments of one column, from top to bottom, and the rows of its tables."""
    read: list[Line] = []
    run: list[list[Segment]] = []
    for group in _groups(column):
        if group[0].rows:
            read += [*_with_rows([_line(pieces) for pieces in run]), *_rows(group[0])]
            run = []
        else:
            run.append(group)
    return [*read, *_with_rows([_line(pieces) for pieces in run])]


def _groups(column: Sequence[Segment]) -> list[list[Segment]]:
    """Return the segments of each line, from left to right; a table is a line of its own."""
    groups: list[list[Segment]] = []
    for segment in sorted(column, key=lambda one: (one.v, one.u0)):
        last = groups[-1] if groups else None
        if last and not segment.rows and not last[0].rows:
            main = max(last, key=lambda one: one.size)
            if abs(segment.v - main.v) < SAME_LINE * max(main.size, segment.size) and not _overlaps(segment, last):
                last.append(segment)
                continue
        groups.append([segment])
    return [sorted(group, key=lambda one: (one.u0, one.order)) for group in groups]


def _overlaps(segment: Segment, group: Sequence[Segment]) -> bool:
    """Whether a segment stands over others of a line for most of its width: then it is another line."""
    width = segment.u1 - segment.u0
    return any(min(segment.u1, one.u1) - max(segment.u0, one.u0) > 0.5 * min(width, one.u1 - one.u0) for one in group)


def _line(pieces: list[Segment]) -> Line:
    text = pieces[0].text
    for before, after in pairwise(pieces):
        gap = (after.u0 - before.u1) / max(before.size, after.size)
        text += " " * needs_space(text, after.text, gap) + after.text
    sizes, fonts = Counter[float](), Counter[int]()
    for one in pieces:
        sizes[one.size] += len(one.text)
        fonts[one.font] += len(one.text)
    size = max(sizes.items(), key=lambda item: (item[1], item[0]))[0]
    return Line(
        text=text,
        u0=pieces[0].u0,
        u1=max(one.u1 for one in pieces),
        v=median([one.v for one in pieces if one.size == size]),
        size=size,
        font=max(fonts.items(), key=lambda item: (item[1], -item[0]))[0],
        box=around([one.box for one in pieces]),
        pieces=pieces,
    )


def around(boxes: Sequence[Box]) -> Box:
    """Return the box around *boxes*."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _rows(table: Segment) -> Iterator[Line]:
    for row in table.rows:
        yield _row_line(row, table)


def _row_line(row: Row, like: Segment) -> Line:
    text = "\t".join(row.cells).rstrip("\t")
    return Line(text, like.u0, like.u1, like.v, like.size, like.font, row.box, row.cells)


def _with_rows(lines: list[Line]) -> Iterator[Line]:
    """Yield *lines*, with those that make up a table without rules as its rows."""
    start = 0
    while start < len(lines):
        strips = _gaps(lines[start])
        end, rows = start, 0
        while end < len(lines) and strips:
            narrowed = _common(strips, lines[end])
            if not narrowed or (end > start and lines[end].v - lines[end - 1].v > 4 * lines[end].size):
                break
            strips, rows, end = narrowed, rows + (len(_gaps(lines[end])) > 0), end + 1
        while end > start and not _gaps(lines[end - 1]):
            end -= 1
        if rows >= FEWEST_ROWS - (len(strips) > 1) and end - start <= 2 * rows and _has_short_cells(lines[start:end], strips):
            for line in lines[start:end]:
                cells = tuple(_cells(line, strips))
                yield Line("\t".join(cells).rstrip("\t"), line.u0, line.u1, line.v, line.size, line.font, line.box, cells)
            start = end
        else:
            yield lines[start]
            start += 1


def _gaps(line: Line) -> list[tuple[float, float]]:
    """Return the wide gaps of a line."""
    pairs = pairwise(line.pieces)
    return [(a.u1, b.u0) for a, b in pairs if b.u0 - a.u1 > WIDE_GAP * line.size]


def _common(strips: Sequence[tuple[float, float]], line: Line) -> list[tuple[float, float]]:
    """Return what a line leaves white of *strips*."""
    free = [(-1e9, line.u0), *((a.u1, b.u0) for a, b in pairwise(line.pieces)), (line.u1, 1e9)]
    common = ((max(a, c), min(b, d)) for a, b in strips for c, d in free)
    return [(a, b) for a, b in common if b - a > NARROWEST_STRIP * line.size]


def _cells(line: Line, strips: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Yield the text of a line between the strips, "" where there is none."""
    edges = [-1e9, *((a + b) / 2 for a, b in strips), 1e9]
    for left, right in pairwise(edges):
        pieces = [one for one in line.pieces if left <= (one.u0 + one.u1) / 2 < right]
        yield _line(pieces).text if pieces else ""


def _has_short_cells(lines: Sequence[Line], strips: Sequence[tuple[float, float]]) -> bool:
    cells = [len(cell) for line in lines for cell in _cells(line, strips) if cell]
    return sum(cells) <= LONGEST_CELL * len(cells)
