"""Tables with ruled lines: a net of lines to its cells, and the segments in each cell to the rows of the table.

┌────┬─────┐
│ 甲 │ 12  │  ──▶  `甲\t12`    a cell over two rows stands in the first of them, one over two columns in the first, then an empty one
├────┼─────┤
│ 乙 │ 30  │  ──▶  `乙\t30`
└────┴─────┘
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.document import Box
from index.documents.pdf.lines import around, lines_of
from index.documents.pdf.page import PdfPage, framed
from index.documents.pdf.segments import Row, Segment, needs_space

NEAR = 3.0  # points: lines that come as near meet
SHORTEST_RULE = 6.0  # points
SHORTEST_BAR = 72.0  # points: shorter lines are drawn below words
MOST_RULES = 1000  # of a page; more are a drawing
LONGEST_CELL = 300  # characters: a table with longer cells arranges the page
MOST_CELLS = 20_000

Rule = tuple[float, float, float]  # where it stands, and from where to where it runs


def with_tables(found: list[Segment], page: PdfPage, frame: int) -> list[Segment]:
    """Return *found* with the segments that stand in a ruled table replaced by one that holds the rows of the table."""
    level, upright = _rules(page, frame)
    if len(level) < 2 or len(upright) < 2 or len(level) + len(upright) > MOST_RULES:
        return found
    left = list(found)
    for rows, columns in _nets(level, upright):
        table, left = _table(left, rows, columns)
        left += [table] if table else []
    return left


def bars(page: PdfPage, frame: int) -> list[Rule]:
    """Return the ruled lines along the direction of writing that may part what is above from what is below."""
    return [rule for rule in _rules(page, frame)[0] if rule[2] - rule[1] > SHORTEST_BAR]


def _rules(page: PdfPage, frame: int) -> tuple[list[Rule], list[Rule]]:
    """Return the lines along and across the direction of writing; the edges of a frame are four lines."""
    level: list[Rule] = []
    upright: list[Rule] = []
    for rule in page.rules:
        u0, v0, u1, v1 = framed(rule, frame, page.width, page.height)
        across, down = u1 - u0, v1 - v0
        if across >= SHORTEST_RULE:
            level += [(v0, u0, u1)] if down < NEAR else [(v0, u0, u1), (v1, u0, u1)]
        if down >= SHORTEST_RULE:
            upright += [(u0, v0, v1)] if across < NEAR else [(u0, v0, v1), (u1, v0, v1)]
    return _whole(level), _whole(upright)


def _whole(rules: list[Rule]) -> list[Rule]:
    """Return *rules* with pieces that make up one line joined: many programs draw the edges of each cell."""
    whole: list[Rule] = []
    last: dict[int, int] = {}  # a coarse place -> position of the last line there
    for place, start, end in sorted(rules, key=lambda rule: (rule[1], rule[0])):
        cell = round(place)
        near = [last[other] for other in (cell - 1, cell, cell + 1) if other in last]
        joined = next((i for i in near if abs(whole[i][0] - place) <= 1.0 and start <= whole[i][2] + 1.0), None)
        if joined is None:
            last[cell] = len(whole)
            whole.append((place, start, end))
        else:
            whole[joined] = (whole[joined][0], whole[joined][1], max(end, whole[joined][2]))
    return whole


def _nets(level: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield the lines of each table: those that meet, directly or by others, two of each kind at least."""
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, (v, u0, u1) in enumerate(level):
        for j, (u, v0, v1) in enumerate(upright, len(level)):
            if u0 - NEAR <= u <= u1 + NEAR and v0 - NEAR <= v <= v1 + NEAR:
                parent[root(j)] = root(i)
    nets: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i in range(len(parent)):
        rows, columns = nets[root(i)]
        (rows.append(level[i]) if i < len(level) else columns.append(upright[i - len(level)]))
    for rows, columns in nets.values():
        if len(_places(rows)) + len(_places(columns)) >= 5 and min(len(_places(rows)), len(_places(columns))) >= 2:
            yield rows, columns


def _places(rules: Sequence[Rule]) -> list[float]:
    """Return where the lines stand, those close together once."""
    places: list[float] = []
    for place, _, _ in sorted(rules):
        if not places or place - places[-1] > NEAR:
            places.append(place)
    return places


def _table(found: list[Segment], rows: list[Rule], columns: list[Rule]) -> tuple[Segment | None, list[Segment]]:
    """Return the table of these lines, None where they are none of a table, and the segments that stand elsewhere."""
    v, u = _places(rows), _places(columns)
    if (len(v) - 1) * (len(u) - 1) > MOST_CELLS:
        return None, found
    inside = [one for one in found if u[0] - 1 <= (one.u0 + one.u1) / 2 <= u[-1] + 1 and v[0] - 1 <= one.v <= v[-1] + 1 and not one.rows]
    if not inside:
        return None, found
    first = _joined_cells(v, u, rows, columns)
    cells: dict[tuple[int, int], list[Segment]] = defaultdict(list)
    for one in inside:
        row = min(max(bisect_right(v, one.v) - 1, 0), len(v) - 2)
        column = min(max(bisect_right(u, (one.u0 + one.u1) / 2) - 1, 0), len(u) - 2)
        cells[first[row, column]].append(one)
    texts = {place: _cell_text(members) for place, members in cells.items()}
    if len(texts) < 2 or max(map(len, texts.values())) > LONGEST_CELL:
        return None, found
    table_rows = tuple(_rows(texts, cells, len(v) - 1, len(u) - 1))
    like = inside[0]
    taken = {id(one) for one in inside}
    table = Segment(
        text="", frame=like.frame, u0=u[0], u1=u[-1], v=(v[0] + v[-1]) / 2, size=like.size, font=like.font,
        order=min(one.order for one in inside), box=around([one.box for one in inside]), rows=table_rows, height=v[-1] - v[0],
    )  # fmt: skip
    return table, [one for one in found if id(one) not in taken]


def _joined_cells(v: list[float], u: list[float], rows: list[Rule], columns: list[Rule]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return (row, column) of each cell of the net -> those of the first cell that no line parts from it."""
    first = {(r, c): (r, c) for r in range(len(v) - 1) for c in range(len(u) - 1)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while first[place] != place:
            place = first[place]
        return place

    def parted(rules: list[Rule], at: float, middle: float) -> bool:
        return any(abs(place - at) <= NEAR and start - NEAR <= middle <= end + NEAR for place, start, end in rules)

    for r in range(len(v) - 1):
        for c in range(len(u) - 1):
            if c and not parted(columns, u[c], (v[r] + v[r + 1]) / 2):
                a, b = sorted((root((r, c - 1)), root((r, c))))
                first[b] = a
            if r and not parted(rows, v[r], (u[c] + u[c + 1]) / 2):
                a, b = sorted((root((r - 1, c)), root((r, c))))
                first[b] = a
    return {place: root(place) for place in first}


def _cell_text(members: Sequence[Segment]) -> str:
    """Return the text of a cell, its lines joined."""
    texts = [line.text.replace("\t", " ") for line in lines_of(members)]
    for before, after in pairwise(range(len(texts))):
        if needs_space(texts[before], texts[after], 0.5):
            texts[after] = " " + texts[after]
    return "".join(texts)


def _rows(texts: dict[tuple[int, int], str], cells: dict[tuple[int, int], list[Segment]], height: int, width: int) -> Iterator[Row]:
    """Yield the rows that have a text."""
    for r in range(height):
        row = tuple(texts.get((r, c), "") for c in range(width))
        boxes: list[Box] = [one.box for c in range(width) for one in cells.get((r, c), ())]
        if boxes:
            yield Row(row, around(boxes))
