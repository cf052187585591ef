"""Running heads and page numbers: rows at the edges of the pages that come again from page to page, but for their numbers.

A row may also differ from page to page (the name of the chapter) where it stands in one place on many pages, apart from the text.
Of a single page, nothing comes again: there, what a browser prints around it is known by its address and its time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.documents.pdf.segments import Segment

EDGE_ROWS = 4  # rows at an edge of a page that are looked at
EDGE = 0.14  # of the height of a page
SAME_PLACE = 8.0  # points
APART = 1.1  # of the size: a running head stands so far from the text
LEAST_APART = 0.7  # of the size: the last of several rows that come again stands so far from the text
LONGEST_HEAD = 100  # characters
MOST_PAGES_SHARE = 0.4  # of the pages have a running head that differs, three at least
LARGEST = 1.15  # of the size of the text: a larger row is a title
NUMBER = re.compile(
    r"[-—–·•~\s|]*(?:\d{1,4}|[ivxlIVXL]{1,6})[-—–·•~\s|]*|第\s*\d+\s*页\s*[,，/／]?\s*(?:[共总]\s*\d+\s*页)?|\d+\s*[/／]\s*\d+|(?:Page|page|PAGE)\s*\d+.{0,8}"
)
BROWSER_FOOT = re.compile(r"(?:https?|file)://\S+\s+\d{1,4}/\d{1,4}")  # the address of what was printed, and the number of the page
BROWSER_HEAD = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s+(?:[上下]午)?\d{1,2}:\d{2}(?:\s?[AP]M)?(?:\s.*)?")  # when, and its title


class EdgeRow(NamedTuple):
    """A row at an edge of a page; *gap*: from it to the next row, further in, in sizes of its font."""

    page: int
    is_top: bool
    y: float
    text: str
    size: float
    gap: float
    members: tuple[Segment, ...]


def edge_rows(number: int, height: float, found: Sequence[Segment]) -> list[list[EdgeRow]]:
    """Return the rows at the top and those at the bottom of a page, from the edge inwards; *found* stand upright."""
    rows: list[list[Segment]] = []
    for one in sorted(found, key=lambda one: one.v):
        if rows and one.v - rows[-1][0].v < 0.5 * max(one.size, rows[-1][0].size):
            rows[-1].append(one)
        else:
            rows.append([one])
    return [[*_edge(number, height, rows, True)], [*_edge(number, height, rows[::-1], False)]]


def _edge(number: int, height: float, rows: Sequence[list[Segment]], is_top: bool) -> Iterator[EdgeRow]:
    for row, inner in zip(rows[:EDGE_ROWS], [*rows[1 : EDGE_ROWS + 1], None], strict=False):
        y = row[0].v
        if any(one.rows for one in row) or not (y < 2 * EDGE * height if is_top else y > (1 - 2 * EDGE) * height):
            return
        size = max(one.size for one in row)
        facing = (min(one.top for one in inner) - y if is_top else y - max(one.bottom for one in inner)) if inner else 1e9
        text = " ".join(one.text for one in sorted(row, key=lambda one: one.u0))
        yield EdgeRow(number, is_top, y, text, size, facing / size - 0.5, tuple(row))


def furniture(edges: Sequence[list[EdgeRow]], heights: dict[int, float], body: float) -> set[int]:
    """Return the ids of the segments that are furniture; *body* is the size of the text, *heights* those of the pages by their numbers."""
    pages = len(heights)
    rows = [row for edge in edges for row in edge]
    said = Counter[tuple[str, bool, int]]()
    for key in {(row.page, *_keys(row)[0]) for row in rows}:
        said[key[1:]] += 1
    places = Counter(_place(edge[0], heights) for edge in edges if edge and _stands_apart(edge[0], heights, body))
    browsed = {edge[0].page for edge in edges if edge and not edge[0].is_top and BROWSER_FOOT.fullmatch(edge[0].text)}
    found: set[int] = set()
    for edge in edges:
        outer: list[EdgeRow] = []
        for position, row in enumerate(edge):
            again = max(said[key] for key in _keys(row)) >= 2 and len(row.text) <= LONGEST_HEAD
            number = bool(NUMBER.fullmatch(row.text.strip())) and row.gap > APART
            place = _place(row, heights)
            placed = position == 0 and _stands_apart(row, heights, body)
            many = sum(places[place[0], place[1] + step] for step in (-1, 0, 1)) >= max(3, MOST_PAGES_SHARE * pages)
            around = row.page in browsed and (BROWSER_HEAD if row.is_top else BROWSER_FOOT).fullmatch(row.text)
            if not (again or number or (placed and (many or around))):
                break
            outer.append(row)
        while outer and outer[-1].gap < LEAST_APART:  # lines of the text may come again as well: in a form, in a page that is there twice
            outer.pop()
        found.update(id(one) for row in outer for one in row.members)
    return found


def _keys(row: EdgeRow) -> list[tuple[str, bool, int]]:
    """Return what a row says but for its numbers, with where it stands, and the places beside that."""
    text = re.sub(r"\d+|(?<![A-Za-z])[ivxl]+(?![A-Za-z])", "#", "".join(row.text.split()))
    place = round(row.y / SAME_PLACE)
    return [(text, row.is_top, place), (text, row.is_top, place - 1), (text, row.is_top, place + 1)]


def _place(row: EdgeRow, heights: dict[int, float]) -> tuple[bool, int]:
    from_edge = row.y if row.is_top else heights[row.page] - row.y
    return row.is_top, round(from_edge / SAME_PLACE)


def _is_near_edge(row: EdgeRow, heights: dict[int, float]) -> bool:
    return row.y < EDGE * heights[row.page] if row.is_top else row.y > (1 - EDGE) * heights[row.page]


def _stands_apart(row: EdgeRow, heights: dict[int, float], body: float) -> bool:
    """Whether a row stands apart from the text and is set no larger."""
    return row.gap > APART and row.size <= LARGEST * body and len(row.text) <= LONGEST_HEAD and _is_near_edge(row, heights)
