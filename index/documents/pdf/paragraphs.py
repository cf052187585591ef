"""Lines of the columns of a document to its paragraphs: where one ends, and whether it goes on in the next column or on the next page.

······目前，小区已建成电动自行车      the line is full, the next one neither indented nor set apart: it goes on
充电棚三处。                        ends before the column's edge: the paragraph ends
······居民说，夜里再也不用           indented: a new paragraph
───────── next column ─────────
把线从窗口拉下来了。                 not indented, and the line above is full: it goes on
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.documents.pdf.characters import is_wide
from index.documents.pdf.lines import Line
from index.text.punctuation import ends_sentence

INDENT = 0.8  # of the size
DEEPEST_INDENT = 3.0  # of the size: of the first line of a paragraph
ROOM = 0.6  # of the size: that the edge of a column may be off
NARROW_WIDTH = 0.55  # of the size: a letter or a digit on average
ATOM = r"[（(《〈「『【〔\[]*(?:[!#-&(-~\u00a1-\u024f]+|[^“”‘’\"'])(?:[，。、；：！？）)》〉」』】〕\]…—·％%℃]+[0-9A-Za-z]*)?"
UNIT = re.compile(rf"[“”‘’\"']*{ATOM}(?:[“”‘’\"']+(?:{ATOM})?)*")  # no line ends beside a quotation mark (UAX 14)
BROKEN_IF_INDENTED, BROKEN = (
    0.5,
    0.75,
)  # of the column: a longer line that ends no sentence was broken, where paragraphs are indented or not
LARGER = 1.12  # of the size: another size is another kind of text
SET_ASIDE = 5.0  # of the size
SET_APART = 1.25  # of the usual distance of lines
MARGIN_SHARE = 0.2  # of the lines of a column begin at its margin at least
FEWEST_MEASURED = 4  # lines of a column that show its margins
FEWEST_ENDS = 3  # paragraphs that show whether the document indents
LOOKED_BACK = 12  # paragraphs that one in the next column may go on from: captions, notes and rows stand between
ITEM = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十百零\d]{1,5}[条章节款编]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[.．、](?!\d)|[①-⑳•●■◆▪○]|[-*–] )"
)
LEADER = re.compile(r"(?:[.．·…]\s*){4,}\s*[\divxIVX]{1,5}$")  # `第一章 总则 …… 3`
OPEN_END = re.compile(r"[\w，、（(《“‘/-]$")


@dataclass(slots=True)
class Column:
    """The lines of a column, from top to bottom, and where most of them begin and end. *is_known*: several lines show where."""

    page: int
    lines: list[Line]
    frame: int = 0
    is_known: bool = False
    left: float = 0.0
    right: float = 0.0

    def measure(self, body: float) -> bool:
        """Measure the margins; whether the column has enough lines for that."""
        text = [line for line in self.lines if not line.cells and abs(line.size - body) < 0.12 * body] or [
            one for one in self.lines if not one.cells
        ]
        if not text:
            return False
        starts, ends = sorted(line.u0 for line in text), sorted((line.u1 for line in text), reverse=True)
        near = 0.3 * body
        fewest = MARGIN_SHARE * len(text)
        self.left = next((u for u in starts if sum(u - near <= other <= u + near for other in starts) >= fewest), starts[0])
        support = [sum(u - near <= other <= u + near for other in ends) for u in ends]
        fewest = max(fewest, max(support) / 2)  # a mark may hang over the edge of a column
        self.right = next((u for u, count in zip(ends, support, strict=True) if count >= fewest), ends[0])
        self.is_known = sum(abs(u - self.right) <= near for u in ends) > 1
        return len(text) >= FEWEST_MEASURED


@dataclass(slots=True)
class Piece:
    """Lines of one paragraph in one column; *joined*: the piece goes on from an earlier one. *column*: its position."""

    lines: list[Line]
    column: int
    before: Piece | None = None
    goes_on: bool = False  # a later piece does

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a document sets its text: the *size* of most of it, the distance of lines by their size, and whether paragraphs are indented."""

    size: float
    is_bold: bool
    pitch: dict[float, float]
    indents: bool

    def usual_pitch(self, size: float) -> float:
        return self.pitch.get(round(size), 1.5 * size)


def body_size(lines: Sequence[Line]) -> float:
    """Return the size in which most characters are set."""
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return max(sizes.items(), key=lambda item: (item[1], -item[0]), default=(10.0, 0))[0]


def pieces(columns: Sequence[Column]) -> tuple[list[Piece], Setting]:
    """Return the paragraphs of the columns of a document, those that go on from others linked to them, and how it sets its text."""
    setting = _setting(columns)
    found: list[Piece] = []
    for number, column in enumerate(columns):
        for position, lines in enumerate(_paragraphs(column, setting)):
            piece = Piece(lines, number)
            if position <= 1:
                piece.before = _goes_on_from(found, piece, columns, setting)
                if piece.before:
                    piece.before.goes_on = True
            found.append(piece)
    return found, setting


def _setting(columns: Sequence[Column]) -> Setting:
    size = body_size([line for column in columns for line in column.lines if not line.cells])
    measured = [column for column in columns if column.measure(size)]
    for column in columns:
        if column not in measured:
            _borrow_margins(column, measured, size)
    pitches: dict[float, list[float]] = {}
    for column in columns:
        for a, b in pairwise(column.lines):
            if not (a.cells or b.cells) and abs(a.size - b.size) < 0.05 * a.size and 0.8 * a.size < b.v - a.v < 3 * a.size:
                pitches.setdefault(round(a.size), []).append(b.v - a.v)
    usual = {key: _lowest_common(values) for key, values in pitches.items()}
    ends = [
        b.u0 - column.left > INDENT * b.size
        for column in measured
        for a, b in pairwise(column.lines)
        if not (a.cells or b.cells)
        and abs(a.size - size) < 0.5
        and abs(b.size - size) < 0.5
        and _ends_early(a, b, column)
        and ends_sentence(a.text)
    ]
    bold = sum(len(line.text) * (1 if line.font % 2 else -1) for column in columns for line in column.lines if abs(line.size - size) < 0.5)
    return Setting(size, bold > 0, usual, len(ends) >= FEWEST_ENDS and 2 * sum(ends) > len(ends))


def _lowest_common(values: list[float]) -> float:
    """Return the distance within paragraphs: the lowest that at least a quarter of the lines have."""
    values.sort()
    quarter = values[len(values) // 4]
    return median([value for value in values if value <= 1.1 * quarter] or values)


def _borrow_margins(column: Column, measured: Sequence[Column], size: float) -> None:
    """Give a short column the margins of a measured one that it may stand in."""
    text = [line for line in column.lines if not line.cells]
    if not text:
        return
    u0, u1 = min(line.u0 for line in text), max(line.u1 for line in text)
    fitting = [
        other
        for other in measured
        if other.frame == column.frame and other.left - size < u0 < other.left + 3.5 * size and u1 < other.right + size
    ]
    if fitting:
        best = min(fitting, key=lambda other: (abs(other.page - column.page), abs(other.left - u0)))
        column.left, column.right, column.is_known = best.left, max(best.right, u1), True


def _ends_early(line: Line, following: Line, column: Column) -> bool:
    """Whether what stands first in the next line, as far as no line may end within it, had room at the end of *line*."""
    return column.right - line.u1 > (_first_unit(following.text) + ROOM) * line.size


def _first_unit(text: str) -> float:
    """Return the width, in sizes, of the beginning of a line that no line may end in: a word, a number, a character with its marks.

    >>> _first_unit("况，主要"), _first_unit("（司副"), round(_first_unit("2019年"), 1)
    (2.0, 2.0, 2.2)
    """
    unit = UNIT.match(text)
    return sum(1.0 if is_wide(character) else NARROW_WIDTH for character in unit[0]) if unit else 1.0


def _paragraphs(column: Column, setting: Setting) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph of a column."""
    run: list[Line] = []
    for position, line in enumerate(column.lines):
        following = column.lines[position + 1] if position + 1 < len(column.lines) else None
        if run and _begins(run, line, following, column, setting):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _begins(run: Sequence[Line], line: Line, following: Line | None, column: Column, setting: Setting) -> bool:
    """Whether *line* begins a paragraph below the lines of *run*."""
    last = run[-1]
    if last.cells or line.cells or LEADER.search(last.text) or LEADER.search(line.text):
        return True
    if max(last.size, line.size) > LARGER * min(last.size, line.size) or _differs(last, line, setting):
        return True
    distance = line.v - last.v
    if distance > SET_APART * setting.usual_pitch(line.size) and distance > 1.2 * line.size:
        full = not _ends_early(last, line, column) or _is_centred(last, line, column)
        return not (full and _same_distances(run, line, following, distance))
    if line.size > LARGER * setting.size:  # a title over several lines
        return ends_sentence(last.text) or bool(ITEM.match(line.text))
    if (_is_set_aside(last, column) or _is_set_aside(line, column)) and not _is_centred(last, line, column):
        return True
    if _ends_early(last, line, column):
        return not (_is_centred(last, line, column) or _breaks_off(last, line, column, setting))
    shift = line.u0 - last.u0
    if shift > INDENT * line.size:
        return not (ITEM.match(last.text) and len(run) == 1 and following is not None and abs(following.u0 - line.u0) < 0.5 * line.size)
    if setting.indents and len(run) == 1 and ends_sentence(last.text) and INDENT < (line.u0 - column.left) / line.size < DEEPEST_INDENT:
        return True  # below a paragraph of one full line, which is indented as far
    if ITEM.match(line.text) and ITEM.match(run[0].text) and abs(line.u0 - run[0].u0) < 0.5 * line.size:
        return True
    return ends_sentence(last.text) and bool(ITEM.match(line.text)) and (line.u0 - column.left > INDENT * line.size or not setting.indents)


def _same_distances(run: Sequence[Line], line: Line, following: Line | None, distance: float) -> bool:
    """Whether the lines of this text stand so far apart everywhere: a text with wide leading in a document that has another."""
    above = run[-1].v - run[-2].v if len(run) > 1 else None
    below = following.v - line.v if following is not None else None
    near = [one for one in (above, below) if one is not None]
    return bool(near) and all(abs(one - distance) < 0.06 * distance for one in near) and not ends_sentence(run[-1].text)


def _differs(last: Line, line: Line, setting: Setting) -> bool:
    """Whether one of two lines is bold and the other is not."""
    return last.font != line.font and last.font % 2 != line.font % 2


def _is_set_aside(line: Line, column: Column) -> bool:
    """Whether a line stands in the right part of its column, as the name of an office and the day below a notice do."""
    return line.u0 - column.left > SET_ASIDE * line.size and line.u1 - line.u0 < 0.5 * (column.right - column.left)


def _breaks_off(last: Line, line: Line, column: Column, setting: Setting) -> bool:
    """Whether *last* is broken within a sentence, where no line may end or for a reason that its words do not show."""
    width = (last.u1 - column.left) / max(1.0, column.right - column.left)
    return (
        width > (BROKEN_IF_INDENTED if setting.indents else BROKEN)
        and bool(OPEN_END.search(last.text))
        and last.u0 - column.left < DEEPEST_INDENT * last.size
        and line.u0 - column.left < INDENT * line.size
        and not ITEM.match(line.text)
    )


def _is_centred(last: Line, line: Line, column: Column) -> bool:
    """Whether two lines are set to the middle of the column, and the first is no whole sentence."""
    middles = [one.u0 + one.u1 - column.left - column.right for one in (last, line)]
    sides = min(one.u0 - column.left for one in (last, line))
    return all(abs(middle) < 2 * line.size for middle in middles) and sides > 2 * line.size and bool(OPEN_END.search(last.text))


def _goes_on_from(found: Sequence[Piece], piece: Piece, columns: Sequence[Column], setting: Setting) -> Piece | None:
    """Return the paragraph that *piece*, at the top of its column, goes on from, if there is one."""
    line, column = piece.lines[0], columns[piece.column]
    if line.cells or line.size > LARGER * setting.size or ITEM.match(line.text):
        return None
    for earlier in reversed(found[-LOOKED_BACK:]):
        last = earlier.lines[-1]
        if earlier.column == piece.column:
            return None
        if last.cells or abs(last.size - line.size) > 0.08 * line.size or last.font % 2 != line.font % 2 or earlier.goes_on:
            continue
        above = columns[earlier.column]
        if column.page - above.page > 1 or not above.is_known or _ends_early(last, line, above) or LEADER.search(last.text):
            return None
        if above.frame != column.frame:
            continue
        indented = line.u0 - column.left > INDENT * line.size
        if indented and (setting.indents or ends_sentence(last.text)):
            return None
        return earlier if setting.indents or not ends_sentence(last.text) else None
    return None
