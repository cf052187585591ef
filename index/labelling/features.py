"""Features of a candidate: names of what is seen on it and around it, as the model that labels lines weighs them.

    Surroundings ──features──▶ "14 to 18 characters", "ends with ？", "a byline is below", "its words occur below", …

A feature is true or not there; numbers are sorted into classes. All of them can be read off a page by eye.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.labelling.candidates import NUMBER, Habits, Surroundings, setting
from index.labelling.cohesion import cohesion
from index.labelling.line_features import LENGTHS, of_line, of_line_below
from index.layout.heading_words import has_word_across
from index.text.punctuation import ends_sentence

SIZES = (1, 40, 120, 300, 700)  # characters of text between two lines that look like headings


def page_features(around: Sequence[Surroundings], habits: Habits) -> list[list[str]]:
    """Return the features of each candidate of a page."""
    if not around:
        return []
    page, together = [*_of_page(habits, len(around))], cohesion(around)
    return [
        [
            *page,
            *of_line(one.line.text, one.line.kind),
            *_of_layout(one, habits),
            *_of_habits(one, habits, i),
            *_of_neighbours(one, habits),
            *together[i],
        ]
        for i, one in enumerate(around)
    ]


def _of_page(habits: Habits, candidates: int) -> Iterator[str]:
    yield "always"
    yield "page wraps its lines" if habits.fills else "page has whole lines"
    yield f"page: text per heading {bisect_right(SIZES, habits.section_size)}"
    if habits.strongest_level:
        yield "page has marks"
    if habits.signed_levels:
        yield "page has marks above bylines"
    if candidates == 1:
        yield "the only candidate"


def _of_layout(one: Surroundings, habits: Habits) -> Iterator[str]:
    """Yield how the line is set: marks, blank lines, indents, its place on the page."""
    line, below = one.line, one.below
    if line.level:
        yield "marks"
        yield "strongest marks" if line.level == habits.strongest_level else "weaker marks"
        if len(habits.levels) == 1:
            yield "one kind of marks on the page"
        if line.level in habits.signed_levels:
            yield "marks as above bylines"
        yield "marks of the first heading" if line.level == habits.first_level else "other marks than the first heading"
    elif habits.strongest_level:
        yield "no marks on a page with marks"
    gap_below = below.gap if below else 3
    yield f"gap above {min(line.gap, 3)}"
    yield f"gap below {min(gap_below, 3)}"
    yield f"gap above {_compared(line.gap, habits.gap)} usual"
    yield f"gap below {_compared(gap_below, habits.gap)} usual"
    yield f"gap above {_compared(line.gap, gap_below)} gap below"
    if line.gap and line.gap == habits.widest_gap > habits.gap:
        yield "widest gap of the page above"
    yield f"indent {_compared(line.indent, habits.indent)} usual"
    if below:
        yield f"indent {_compared(line.indent, below.indent)} below"
    if line.indent >= 8:
        yield "far indent"
    if one.position == 0:
        yield "first line"
    elif one.position == 1:
        yield "second line"
    if one.above is None:
        yield "nothing above"
    if below is None:
        yield "nothing below"
    if habits.fills and habits.fills(line):
        yield "full line"
    yield f"text since {_since(one)}"
    yield f"text until {_until(one)}"


def _since(one: Surroundings) -> str:
    return str(bisect_right(SIZES, one.since)) if one.since >= 0 else "top"


def _until(one: Surroundings) -> str:
    return str(bisect_right(SIZES, one.until)) if one.until >= 0 else "end"


def _of_habits(one: Surroundings, habits: Habits, i: int) -> Iterator[str]:
    """Yield how the line goes with the other lines of the page that look like headings."""
    line, gap_below = one.line, one.below.gap if one.below else 3
    yield f"set {_compared(line.gap, habits.gap)}, {_compared(gap_below, habits.gap)}, {_compared(line.indent, habits.indent)}"
    if one.is_credited:
        yield "credited"
    if habits.signed and line.kind != "byline":
        yield f"{'leads to' if one.is_signed else 'without'} a byline on a page with {min(habits.signed, 3)} bylines"
    if habits.closed:
        closed = one.above is not None and one.above.kind == "closing"
        yield f"{'below' if closed else 'without'} a closing byline on a page with such"
    if not one.is_alone:
        return
    yield "looks like a heading"
    if habits.signed:
        yield f"heading {'above' if one.is_signed else 'without'} a byline on a page with {min(habits.signed, 3)}"
    if habits.closed:
        yield f"heading {'below' if closed else 'without'} a closing byline"
    numbered = bool(NUMBER.match(line.text))
    yield "as set as the first heading" if setting(one) == habits.first else "not as set as the first heading"
    yield "as set as most headings" if setting(one) == habits.most else "not as set as most headings"
    yield f"text around {_since(one)}, {_until(one)}"
    if habits.numbered:
        yield "numbered heading" if numbered else "heading without number on a page with numbered ones"
        yield f"heading {'with' if numbered else 'without'} number after one {'with' if habits.number_before[i] else 'without'}"
        yield f"heading {'with' if numbered else 'without'} number before one {'with' if habits.number_after[i] else 'without'}"
    if numbered and line.text.lstrip("（(第0").startswith(("一", "1")):
        yield "the first of numbered headings"


def _compared(number: int, usual: int) -> str:
    return "as" if number == usual else "over" if number > usual else "under"


def _of_neighbours(one: Surroundings, habits: Habits) -> Iterator[str]:
    """Yield what the lines above and below show."""
    line, above, below = one.line, one.above, one.below
    if above is not None:
        yield f"above is {above.kind}{' with marks' if above.level else ''}"
        yield f"above length {bisect_right(LENGTHS, len(above.text))}"
        ended = ends_sentence(above.text)
        yield "sentence ends above" if ended else "no sentence ends above"
        if not ended and habits.fills and habits.fills(above):
            yield "unfinished full line above"
        if above.text[-1] in "，、,：:":
            yield f"above ends with {above.text[-1]}"
        if not ended and line.is_chinese and not line.level and not above.level and has_word_across(above.text, line.text):
            yield "word across the join above"
        if above.level and line.level:
            yield f"marks {_compared(line.level, above.level)} above"
    if below is not None:
        yield f"below is {below.kind}{' with marks' if below.level else ''}"
        yield from of_line_below(below.text)
        if habits.fills and habits.fills(below):
            yield "full line below"
        if line.is_chinese and below.gap < 2 and not (line.level or below.level) and has_word_across(line.text, below.text):
            yield "word across the join below"
        if below.level and line.level:
            yield f"marks {_compared(line.level, below.level)} below"
        if one.further is not None and one.further.kind == "byline":
            yield "byline below the next"
