"""Segments of a page: characters that stand on one line with no wide gap between them, each a text with its spaces settled.

characters ──frames──▶ those of one direction of writing ──runs in the order of the file──▶ segments ──those that touch──▶ joined

Chinese that is written from top to bottom stands upright, so its direction shows only in how one character follows the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from index.document import Box
from index.documents.pdf.characters import Character, is_wide
from index.documents.pdf.page import PdfPage, framed

SAME_LINE = 0.45  # of the size of the font: the middles of two characters of one line stand no further apart
WIDEST_JOIN = 0.75  # of the size: a wider gap may be that between two columns
BACKWARDS = 0.6  # of the size: how far a character may stand back over the one before it
SPACE_OF_WORDS = 0.13  # of the size: a gap as wide between Latin letters is a space
SPACE_BETWEEN_WIDE = 0.18  # of the size: a gap as wide between two Chinese characters, if the others of the line stand closer, is a space
SPACE_BETWEEN_UPRIGHT = 0.4  # the same below one another, where a font places each character as it is drawn
SPACE_BESIDE_WIDE = 0.6  # of the size: a gap as wide beside a Chinese character is one that was set
LOOKED_BACK = 40  # equal characters of a line that are compared with one
SAME_PLACE = 0.2  # of the size: a character drawn twice so near is bold, not double
CLOSING = tuple("，。、；：！？”’）》〉」』】〕")
OPENING = tuple("“‘（《〈「『【〔")
FEWEST_LETTERS = 8  # of a line of which the letters may be spaced
LEAST_DOWN, MOST_DOWN = 0.7, 1.9  # of the size: from one upright character to the one below it
VERTICAL_PAGE = 0.5  # of the upright characters: with as many below one another the page is written from top to bottom
VERTICAL_RUN = 8  # characters below one another that are a line on a page that is not


class Row(NamedTuple):
    """A row of a table: the text of each of its columns, "" for an empty cell, and where the row stands on the page as it is shown."""

    cells: tuple[str, ...]
    box: Box


@dataclass(slots=True)
class Segment:
    """A piece of a line in its frame: *u0* to *u1* along the line, *v* its middle across. *order*: of its first character in the file.

    *size* and *font* are those of most of its characters. *rows*: those of a table, which stands here as a whole.
    """

    text: str
    frame: int
    u0: float
    u1: float
    v: float
    size: float
    font: int
    order: int
    box: Box
    rows: tuple[Row, ...] = ()
    height: float = 0.0  # of a table

    @property
    def begin(self) -> float:
        """Where its first drawing begins: an opening mark at the beginning of a line may be drawn in its right half."""
        return self.u0 + 0.5 * self.size if self.text[:1] in OPENING else self.u0

    @property
    def edge(self) -> float:
        """Where its last drawing ends: a closing mark at the end of a line may be as wide as a character and be drawn in its left half."""
        return self.u1 - 0.5 * self.size if self.text[-1:] in CLOSING else self.u1

    @property
    def top(self) -> float:
        return self.v - 0.5 * (self.height or self.size)

    @property
    def bottom(self) -> float:
        return self.v + 0.5 * (self.height or self.size)


def segments(page: PdfPage) -> dict[int, list[Segment]]:
    """Return the segments of *page* by the frame that they are written in."""
    by_frame: dict[int, list[tuple[int, Character]]] = defaultdict(list)
    for order, character in enumerate(_with_vertical(page)):
        by_frame[character.frame].append((order, character))
    return {frame: _touching([*_runs(_once(members), page, frame)]) for frame, members in by_frame.items()}


def _with_vertical(page: PdfPage) -> list[Character]:
    """Return the characters of *page*, with those upright ones that are written from top to bottom in frame 1."""
    characters = page.characters
    down = [_is_below(a, b) for a, b in pairwise(characters)]
    wide = sum(character.frame == 0 and is_wide(character.text) for character in characters)
    if sum(down) < 3:
        return characters
    is_vertical_page = sum(down) > VERTICAL_PAGE * wide
    chosen = bytearray(len(characters))
    start = 0
    for i in range(len(characters)):
        if i < len(down) and down[i]:
            continue
        run = i - start + 1
        if run >= (2 if is_vertical_page else VERTICAL_RUN):
            chosen[start : i + 1] = b"\1" * run
        start = i + 1
    if is_vertical_page:
        _choose_between(characters, chosen)
    return [_turned(character, page) if chosen[i] else character for i, character in enumerate(characters)]


def _is_below(upper: Character, lower: Character) -> bool:
    """Whether the upright character *lower* follows *upper* below it."""
    if upper.frame or lower.frame or not (is_wide(upper.text) or is_wide(lower.text)):
        return False
    size = max(upper.size, lower.size)
    return abs(_middle(upper) - _middle(lower)) < 0.45 * size and LEAST_DOWN * size < lower.v - upper.v < MOST_DOWN * size


def _middle(character: Character) -> float:
    """Return the middle of a character that stands upright; that of a Chinese mark is the middle of its square."""
    return character.u + 0.5 * character.size if is_wide(character.text) else (character.box[0] + character.box[2]) / 2


def _choose_between(characters: Sequence[Character], chosen: bytearray) -> None:
    """Choose short runs as well that stand in a vertical line: a character alone at its end, a number of two digits across."""
    columns = Counter(round(characters[i].box[0] / 4) for i in range(len(characters)) if chosen[i])
    start = 0
    for i in range(1, len(characters) + 1):
        if i < len(characters) and not (chosen[i] or chosen[i - 1]) and _is_beside(characters[i - 1], characters[i]):
            continue
        run = characters[start:i]
        if run and not chosen[start] and run[0].frame == 0 and run[-1].end - run[0].u < 1.6 * run[0].size:
            near = round(run[0].box[0] / 4)
            if is_wide(run[0].text) or columns[near] or columns[near - 1] or columns[near + 1]:
                chosen[start:i] = b"\1" * len(run)
        start = i


def _is_beside(left: Character, right: Character) -> bool:
    near = 0.5 * right.size
    return left.frame == right.frame == 0 and abs(right.v - left.v) < SAME_LINE * right.size and -near < right.u - left.end < near


def _turned(character: Character, page: PdfPage) -> Character:
    """Return an upright character as one of a line that runs down; a box as narrow as its drawing is widened to its size."""
    x0, _, x1, _ = character.box
    size = character.size
    u0, _, u1, _ = framed(character.box, 1, page.width, page.height)
    if is_wide(character.text) or character.text in "“”‘’—…":
        middle = character.v + 0.36 * size - 0.38 * size  # of its square, from the base line
        u0, u1 = middle - 0.5 * size, middle + 0.5 * size
        x0 = character.u
        x1 = character.u + size
    return character._replace(frame=1, u=u0, end=u1, v=page.width - (x0 + x1) / 2)


def _once(members: Sequence[tuple[int, Character]]) -> Iterator[tuple[int, Character]]:
    """Yield characters without those that were drawn a second time in nearly the same place, to look bold.

    The letters of a ligature stand in one place as well, one right after the other.
    """
    drawn: dict[tuple[str, int], list[Character]] = defaultdict(list)
    last: Character | None = None
    for order, character in members:
        if character.text != " " and not (last and last.box == character.box):
            there = drawn[character.text, round(character.v / character.size)]
            near = SAME_PLACE * character.size
            if any(abs(other.u - character.u) < near and abs(other.v - character.v) < near for other in there[-LOOKED_BACK:]):
                continue
            there.append(character)
        last = character
        yield order, character


def _runs(members: Iterator[tuple[int, Character]], page: PdfPage, frame: int) -> Iterator[Segment]:
    """Yield the segments that characters make up as they follow one another in the file."""
    walls = _walls(page, frame)
    run: list[Character] = []
    first = 0
    for order, character in members:
        if run and not _follows(run[-1], character, walls):
            yield from _segment(run, first)
            run = []
        if not run:
            if character.text == " ":
                continue
            first = order
        run.append(character)
    if run:
        yield from _segment(run, first)


def _walls(page: PdfPage, frame: int) -> list[Box]:
    """Return the ruled lines across the direction of writing, and the sides of frames."""
    walls = []
    for rule in page.rules:
        u0, v0, u1, v1 = framed(rule, frame, page.width, page.height)
        if v1 - v0 > 6.0:
            walls += [(u0, v0, u0, v1)] + ([(u1, v0, u1, v1)] if u1 - u0 > 3.0 else [])
    return sorted(walls)


def _follows(last: Character, character: Character, walls: Sequence[Box]) -> bool:
    size = max(last.size, character.size)
    if abs(character.v - last.v) > SAME_LINE * size:
        return False
    gap = character.u - last.end
    if character.u < last.u - BACKWARDS * size or gap > WIDEST_JOIN * size or gap < -2 * size:
        return False
    middle = (last.end + character.u) / 2
    near = (wall for wall in walls if abs(wall[0] - middle) < size)
    return gap < 1.0 or not any(last.end - 1 <= wall[0] <= character.u + 1 and wall[1] <= character.v <= wall[3] for wall in near)


def _segment(run: Sequence[Character], order: int) -> Iterator[Segment]:
    """Yield the segment of the characters of *run*, none for blanks alone."""
    while run and run[-1].text == " ":
        run = run[:-1]
    if not run:
        return
    boxes = [character.box for character in run if character.text != " "]
    sizes = Counter(character.size for character in run)
    size = max(sizes.items(), key=lambda item: (item[1], item[0]))[0]
    fonts = Counter(character.font for character in run)
    yield Segment(
        text=_spaced(run),
        frame=run[0].frame,
        u0=min(character.u for character in run),
        u1=max(character.end for character in run),
        v=median([character.v for character in run if character.size == size]),
        size=size,
        font=max(fonts.items(), key=lambda item: (item[1], -item[0]))[0],
        order=order,
        box=(min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)),
    )


def _spaced(run: Sequence[Character]) -> str:
    """Return the text of *run* with a space where there is one, or where letters stand apart as words do."""
    gaps = [(b.u - a.end) / max(a.size, b.size) for a, b in pairwise(run) if a.text != " " and b.text != " "]
    letters = [gap for gap in gaps if gap > 0.02]
    spread = median(letters) if len(letters) > len(gaps) / 2 and len(run) >= FEWEST_LETTERS else 0.0  # of letters that are spaced
    between_han = [(b.u - a.end) / max(a.size, b.size) for a, b in pairwise(run) if _are_han(a.text, b.text)]
    lone = max(SPACE_BETWEEN_UPRIGHT if run[0].frame else SPACE_BETWEEN_WIDE, 3 * median(between_han or [0.0]))
    parts = [run[0].text]
    for a, b in pairwise(run):
        if b.text == " ":
            if parts[-1] != " ":
                parts.append(" ")
            continue
        gap = (b.u - a.end) / max(a.size, b.size)
        if a.text != " " and (needs_space(a.text, b.text, gap, spread) or (gap > lone and _are_han(a.text, b.text))):
            parts.append(" ")
        parts.append(b.text)
    return "".join(parts)


def _are_han(before: str, after: str) -> bool:
    """Whether two characters are Chinese ones and no marks, between which a typesetter leaves no gap by himself."""
    return is_wide(before[-1]) and is_wide(after[0]) and before[-1].isalnum() and after[0].isalnum()


def needs_space(before: str, after: str, gap: float, spread: float = 0.0) -> bool:
    """Whether a gap, in sizes of the font, is a space between two characters; letters of the line stand *spread* apart."""
    if is_wide(before[-1]) or is_wide(after[0]):
        return gap > SPACE_BESIDE_WIDE
    return gap > max(SPACE_OF_WORDS, 1.6 * spread)


def _touching(found: list[Segment]) -> list[Segment]:
    """Return *found* with segments made one that touch on a line, whatever their order in the file."""
    found.sort(key=lambda segment: (segment.u0, segment.order))
    ends: dict[int, list[Segment]] = defaultdict(list)  # by a coarse place across: the segments that may go on
    kept: list[Segment] = []
    for segment in found:
        cell = round(segment.v / 6)
        best = None
        for near in (cell - 1, cell, cell + 1):
            for other in ends[near]:
                size = max(other.size, segment.size)
                gap = segment.u0 - other.u1
                if abs(other.v - segment.v) < 0.25 * size and -0.4 * size < gap < SPACE_OF_WORDS * size and other.size == segment.size:
                    best = other if best is None or abs(gap) < abs(segment.u0 - best.u1) else best
        if best is None:
            kept.append(segment)
            ends[cell].append(segment)
            continue
        best.text += segment.text
        best.u1, best.order = max(best.u1, segment.u1), min(best.order, segment.order)
        a, b = best.box, segment.box
        best.box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return sorted(kept, key=lambda segment: segment.order)
