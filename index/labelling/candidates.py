"""Candidates: the lines of a page that may be a heading, a byline or a caption, each with the text around it.

    lines ──surroundings──▶ Surroundings of each candidate: lines and text above and below, distances, habits of the page

All other lines are what their own shape shows: text, items, rows of a table, credits, front matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from index.layout.heading_words import SIGN
from index.layout.line_shapes import LONGEST_UNMARKED_HEADING
from index.layout.lines import Line
from index.text.punctuation import cell_width, ends_sentence, is_balanced, is_wider

Value = TypeVar("Value")
Fills = Callable[[Line], bool]  # whether a line was broken because it was full

OPEN_KINDS = ("text", "item", "byline")  # kinds of lines that only their neighbours settle
DOCUMENT_ENDS = (  # of the name of a document
    *("通知", "公告", "通告", "意见", "办法", "条例", "细则", "规定", "方案", "决定", "批复", "报告", "函", "公报", "规划"),
    *("（试行）", "(试行)", "（试行)", "(试行）"),
)
WIDEST_DOCUMENT = 160  # cells of the name of a document, which may be a long title
LABEL = re.compile(r".{0,4}(?:留言|来信|回复|答复|问题|诉求|建议|情况)：")  # `网友留言：`
WIDEST_CANDIDATE = 2 * LONGEST_UNMARKED_HEADING + 8  # cells; longer lines without marks are text
LONGEST_MARKED = 80  # characters; a longer line with marks that ends a sentence is text
MOST_HEADINGS = 4  # lines between the first heading of an article and its byline
MOST_WORDS = 16  # of a candidate in a script with spaces
FULL_LINES = 2  # of an unfinished sentence, right above a full line that is therefore text; few headings have three lines
FEWEST_OF_LIST = 7  # short lines in a row that are a list, and no headings: without blank lines, or without any mark of a sentence
PAUSE = re.compile("[，,。；;：:、！!？?]")
NUMBER = re.compile(  # of a heading or an item
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十百\d]{1,4}[条章节款部篇]"
    r"|\d{1,2}[.．、 )）]|案例[一二三四五六七八九十\d]{1,3}"
)
DATED = re.compile(r"[(（]?\d")  # a byline that is a date signs nothing
SENTENCE_ENDS = ("。", "；", ";", "、", "：", ":", "——")  # no heading without marks ends so
TEXT_AROUND = 400  # characters of the text above or below that are compared with a candidate
LINES_AROUND = 40  # lines above or below a candidate that are searched for that text


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A candidate and what is around it. *above* and *below* are the lines beside it, pictures and furniture left out.

    *text_above* and *text_below* are the running text on both sides, other candidates left out. *since* and *until* count the
    characters of text to the candidates on both sides that look most like headings, -1 where there is none.
    """

    line: Line
    position: int
    above: Line | None
    below: Line | None
    further: Line | None  # the line below *below*
    text_above: str
    text_below: str
    since: int
    until: int
    is_alone: bool  # looks like a heading
    is_signed: bool  # the next lines are headings, and then a byline
    is_credited: bool  # the maker of a picture is named right below


@dataclass(frozen=True, slots=True)
class Habits:
    """What the lines of a page have in common. *gap*: usual number of blank lines between lines of text."""

    fills: Fills | None  # None on a page where each line is a whole paragraph
    gap: int
    widest_gap: int
    indent: int
    signed_levels: frozenset[int]  # of the marks above bylines
    strongest_level: int  # 0 where no line has marks
    first_level: int  # of the first line with marks
    levels: tuple[int, ...]  # of all marks, each once
    section_size: int  # characters of text for each line that looks like a heading
    signed: int  # bylines with names that headings lead to
    closed: bool  # bylines close texts
    first: tuple[object, ...]  # how the first line is set that looks like a heading
    most: tuple[object, ...]  # how most of these lines are set
    numbered: int  # lines that look like headings and begin with a number
    number_before: tuple[bool, ...]  # for each candidate: whether the line before it that looks like a heading begins with a number
    number_after: tuple[bool, ...]


def is_candidate(line: Line, following: Line | None) -> bool:
    """Whether only the neighbours of *line* show what it is."""
    if line.level:
        return line.kind in OPEN_KINDS and not (len(line.text) > LONGEST_MARKED and ends_sentence(line.text))
    widest = WIDEST_DOCUMENT if line.text.endswith(DOCUMENT_ENDS) else WIDEST_CANDIDATE
    if line.kind not in OPEN_KINDS or is_wider(line.text, widest):
        return False
    if line.text.endswith(SENTENCE_ENDS):
        return bool(LABEL.fullmatch(line.text)) and line.kind == "text"
    goes_on = following is not None and not line.is_chinese and following.text[:1].islower()  # `estimat-` and `ed`
    if goes_on or line.text.endswith("、"):
        return False
    if line.text.endswith(("，", ",")):
        half = WIDEST_CANDIDATE // 2  # the first of two lines of a heading
        return following is not None and following.gap <= 1 and max(cell_width(line.text), cell_width(following.text)) <= half
    return line.is_chinese or len(line.text.split()) <= MOST_WORDS


def within_paragraphs(lines: Sequence[Line], fills: Fills | None) -> set[int]:
    """Return the positions of lines in the middle of wrapped paragraphs: two full lines of an unfinished sentence are right above."""
    if fills is None:
        return set()
    inside: set[int] = set()
    full = 0  # lines in a row that are right below each other, full and unfinished
    for i, line in enumerate(lines):
        plain = line.kind in ("text", "item") and not line.level
        if full and (line.gap or not plain or line.kind == "item"):
            full = 0
        unfinished = plain and fills(line) and not ends_sentence(line.text)
        if full >= FULL_LINES and unfinished:
            inside.add(i)
        full = full + 1 if unfinished else 0
    return inside


def surroundings(lines: Sequence[Line], fills: Fills | None) -> list[Surroundings]:
    """Return the candidates among *lines*, in order, with what is around each of them; *fills* as in Habits."""
    shown = [line for line in lines if line.kind not in ("credit", "rule", "front")]
    positions = {id(line): position for position, line in enumerate(lines)}
    inside = within_paragraphs(lines, fills)
    places = [
        i
        for i, line in enumerate(shown)
        if positions[id(line)] not in inside and is_candidate(line, shown[i + 1] if i + 1 < len(shown) else None)
    ]
    places = [*_without_lists(shown, places, fills)]
    alone = [_looks_like_heading(shown, i) for i in places]
    sizes = [0]
    for line in shown:
        sizes.append(sizes[-1] + len(line.text))
    heads = [i for i, is_head in zip(places, alone, strict=True) if is_head]
    taken = set(heads)
    around: list[Surroundings] = []
    last, following = -1, 0
    for i, is_head in zip(places, alone, strict=True):
        while following < len(heads) and heads[following] <= i:
            last, following = (heads[following] if heads[following] < i else last), following + 1
        before = last if last < i else -1
        after = heads[following] if following < len(heads) else -1
        around.append(
            Surroundings(
                line=shown[i],
                position=positions[id(shown[i])],
                above=shown[i - 1] if i else None,
                below=shown[i + 1] if i + 1 < len(shown) else None,
                further=shown[i + 2] if i + 2 < len(shown) else None,
                text_above=_text(shown, range(i - 1, max(-1, i - LINES_AROUND), -1), taken),
                text_below=_text(shown, range(i + 1, min(len(shown), i + LINES_AROUND)), taken),
                since=sizes[i] - sizes[before + 1] if before >= 0 else -1,
                until=sizes[after] - sizes[i + 1] if after >= 0 else -1,
                is_alone=is_head,
                is_signed=_leads_to_byline(shown, i),
                is_credited=positions[id(shown[i])] + 1 < len(lines) and lines[positions[id(shown[i])] + 1].kind == "credit",
            )
        )
        if i in taken:
            last = i
    return around


def _without_lists(lines: Sequence[Line], places: Sequence[int], fills: Fills | None) -> Iterator[int]:
    """Yield the positions of *places* without those of lists: short lines in a row, lines with a sign that begins paragraphs as well.

    Where a page has no text at all, only its first line may be a heading, and lines with marks.
    """
    candidates = set(places)
    signs = {line.text[0] for i, line in enumerate(lines) if SIGN.match(line.text) and i not in candidates}
    no_text = len(candidates) == len(lines) > MOST_HEADINGS
    touching = _in_rows(lines, [i for i in places if not lines[i].level], lambda line: line.gap == 0) if fills is None else set()
    names = [i for i in places if not (lines[i].level or PAUSE.search(lines[i].text))]
    apart = _in_rows(lines, names, lambda line: True) if fills is None else set()
    for i in places:
        in_list = i in touching or i in apart
        signed = lines[i].kind == "byline" and not in_list
        if lines[i].level or signed or not (in_list or (no_text and i) or lines[i].text[0] in signs):
            yield i


def _in_rows(lines: Sequence[Line], places: Sequence[int], joined: Callable[[Line], bool]) -> set[int]:
    """Return those of *places* that stand in a row of FEWEST_OF_LIST or more, all but the first of each row."""
    found: set[int] = set()
    row: list[int] = []
    for i in [*places, -1]:
        if row and i == row[-1] + 1 and joined(lines[i]):
            row.append(i)
            continue
        if len(row) >= FEWEST_OF_LIST:
            found.update(row[1:])
        row = [i]
    return found


def habits(lines: Sequence[Line], around: Sequence[Surroundings], fills: Fills | None) -> Habits:
    """Return the habits of the page of *lines*."""
    gaps = Counter(line.gap for line in lines[1:])
    text = [line for line in lines if line.kind in ("text", "item") and not line.level and len(line.text) > LONGEST_UNMARKED_HEADING // 2]
    alone = [one for one in around if one.is_alone]
    numbers = [bool(NUMBER.match(one.line.text)) if one.is_alone else None for one in around]
    signed = {one.line.level for one in around if one.line.level and one.below and one.below.kind == "byline"}
    levels = sorted({line.level for line in lines if line.level})
    return Habits(
        fills=fills,
        gap=_commonest((line.gap for line in text), 0),
        widest_gap=max((gap for gap, count in gaps.items() if count > 1), default=0),
        indent=_commonest((line.indent for line in text), 0),
        signed_levels=frozenset(signed),
        strongest_level=levels[0] if levels else 0,
        first_level=next((one.line.level for one in around if one.line.level), 0),
        levels=tuple(levels),
        section_size=sum(len(line.text) for line in text) // max(1, len(alone)),
        signed=sum(one.line.kind == "byline" and not DATED.match(one.line.text) and one.above is not None for one in around),
        closed=any(line.kind == "closing" for line in lines),
        first=setting(alone[0]) if alone else (),
        most=_commonest(map(setting, alone), ()),
        numbered=sum(number is True for number in numbers),
        number_before=tuple(_last(numbers)),
        number_after=tuple(reversed([*_last(numbers[::-1])])),
    )


def _commonest(values: Iterable[Value], none: Value) -> Value:
    """Return the value that occurs most often, the first of those that do; *none* where there are no values."""
    counts: dict[Value, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return max(counts, key=counts.__getitem__, default=none)


def _leads_to_byline(lines: Sequence[Line], i: int) -> bool:
    """Whether a byline follows a line, with no more than some short lines between them."""
    for line in lines[i + 1 : i + 1 + MOST_HEADINGS]:
        if line.kind == "byline" and not DATED.match(line.text):
            return True
        if is_wider(line.text, WIDEST_CANDIDATE) or ends_sentence(line.text):
            return False
    return False


def setting(one: Surroundings) -> tuple[object, ...]:
    """Return how a candidate is set: its marks, blank lines, indent, and the sign it begins with."""
    line = one.line
    sign = line.text[0] if not line.text[0].isalnum() and line.text[0] not in "“‘《\"'（(" else ""
    return line.level, min(line.gap, 3), min(one.below.gap, 3) if one.below else 3, line.indent, sign


def how_set(one: Surroundings) -> object:
    """Return what the headings of one kind have in common on a page, None for a candidate that does not look like one."""
    if one.line.kind != "text" or not (one.is_alone or one.below is None or one.below.gap == 0):
        return None
    return setting(one), bool(NUMBER.match(one.line.text)), one.is_signed, one.above is not None and one.above.kind == "closing"


def _last(numbers: Sequence[bool | None]) -> Iterator[bool]:
    """Yield for each position the last of *numbers* before it that is known, False where there is none."""
    last = False
    for number in numbers:
        yield last
        last = last if number is None else number


def _looks_like_heading(lines: Sequence[Line], i: int) -> bool:
    """Whether a line has marks, or ends no sentence, is whole and stands below the end of one and above something longer."""
    line = lines[i]
    if line.level:
        return True
    above, below = lines[i - 1] if i else None, lines[i + 1] if i + 1 < len(lines) else None
    whole = not ends_sentence(line.text) and is_balanced(line.text) and line.text[-1] not in "，,"
    apart = above is None or above.level > 0 or ends_sentence(above.text) or above.kind in ("byline", "closing")
    return whole and apart and below is not None and (len(below.text) > len(line.text) or below.kind == "byline")


def _text(lines: Sequence[Line], order: range, heads: set[int]) -> str:
    """Return the running text from a candidate on, up to the next line that looks like a heading."""
    pieces: list[str] = []
    size = 0
    for i in order:
        if i in heads:
            if size:
                break
            continue
        if lines[i].kind in ("text", "item", "more") and not lines[i].level:
            pieces.append(lines[i].text)
            size += len(lines[i].text)
            if size >= TEXT_AROUND:
                break
        elif size:
            break
    return "".join(reversed(pieces) if order.step < 0 else pieces)
