"""Lines to true paragraphs: line ends, column breaks and stray spaces undone, each character with its place in the source.

A paragraph is a choice of the source's characters and nothing else. So whatever is decided wrongly here, the text can still be
checked against the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from index.document import Page, Paragraph, Span, lines_from, quote
from index.layout.continuation import Joint, usual, weights
from index.layout.lines import HAN, Line, ends_sentence, width
from index.layout.paragraph_ends import full_ends

ALONE = ("table", "code", "rule", "front", "head", "byline")  # each line of these is a paragraph
PASSING = ("caption", "credit", "closing")  # what stands between the lines of a text and is no part of it
WIDEST = 130  # cells; no one wraps lines by hand wider than this, so longer lines are paragraphs
FEW_LINES = 12  # of a paragraph that are searched for an open quote
SPACES = re.compile(r"[ \u3000\xa0\t]+|[“”\"「」『』《》‘’]")
BLANK = re.compile(r"[ \u3000\xa0\t]")
SPEECH = re.compile(r"[“\"][^“”\"]*[，,。；;！!？?：:][^“”\"]*[”\"]")  # quoted sentences; slogans have no such marks
OPEN, CLOSED = "“「『《‘", "”」』》’"
MARK = re.compile(r"[\u2014\u2018-\u201d\u2026\u3001-\u303f\uff00-\uffef,.;:!?()\"']")


class Breaks(NamedTuple):
    """How a page breaks its lines, and what its seams weigh (by the numbers of the lines above and below): *least* of them goes on."""

    wrap: Wrap | None
    seams: dict[tuple[int, int], float]
    least: float
    ends: frozenset[int] = frozenset()  # full lines with which paragraphs end all the same


def breaks(page: Page, lines: Sequence[Line], wrap: Wrap | None) -> Breaks:
    """Weigh the seams of a page: where a sentence is unfinished above a blank line, as a column's end leaves it or a loss."""
    seams: dict[tuple[int, int], Joint] = {}
    run: list[Line] = []
    for line in lines:
        if line.kind in PASSING:
            continue
        if line.seam is not None:
            run = run if line.seam else []
        elif run and is_seam(run[-1], line):
            seams[run[-1].number, line.number] = _joint(page, run, line)
        elif run and not runs_on(run[-1], line, wrap):
            run = []
        run.append(line)
    ends = full_ends([line for line in lines if line.kind not in PASSING], lambda a, b: runs_on(a, b, wrap), wrap.fills) if wrap else ()
    weighed = dict(zip(seams, weights([*seams.values()]), strict=True))
    return Breaks(wrap, weighed, usual(weighed.values()), frozenset(ends))


def paragraphs(page: Page, lines: Iterable[Line], breaks: Breaks) -> Iterator[Paragraph]:
    """Yield the paragraphs that *lines* make up; *breaks* is how their page breaks its lines."""
    run: list[Line] = []
    for line in lines:
        if run and not _goes_on(page, run, line, breaks):
            yield paragraph(page, run)
            run = []
        run.append(line)
    if run:
        yield paragraph(page, run)


def _goes_on(page: Page, run: Sequence[Line], line: Line, breaks: Breaks) -> bool:
    if line.seam is not None:
        return line.seam > 0
    if not is_seam(run[-1], line):
        return run[-1].number not in breaks.ends and runs_on(run[-1], line, breaks.wrap)
    weight = breaks.seams.get((run[-1].number, line.number))
    return (weights([_joint(page, run, line)])[0] if weight is None else weight) >= breaks.least


def _joint(page: Page, run: Sequence[Line], line: Line) -> Joint:
    return Joint("".join(each.text for each in run[-FEW_LINES:]), line.text, page.text, line.start)


def paragraph(page: Page, lines: Sequence[Line]) -> Paragraph:
    """Join *lines* into one paragraph, stray spaces left out."""
    spans: list[Span] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        spans.extend((line.start + a, line.start + b) for a, b in pieces(line))
        if following and following.start > line.end and _spaced(line.text, following.text):
            end = page.text.find("\n", line.end, following.start)
            spans += [(end, end + 1)] if end >= 0 else []
    together = tuple(merged(spans))
    sure = min((line.seam for line in lines[1:] if line.seam is not None), default=1.0)
    return Paragraph(quote(page.text, together), together, lines_from(page.text, together, min(line.number for line in lines)), sure)


class Wrap(NamedTuple):
    """How a page breaks its lines: a line of *full* or more, in characters or cells, has been broken because it was full."""

    full: int
    cells: bool

    def fills(self, line: Line) -> bool:
        return self.size(line) >= self.full

    def size(self, line: Line) -> int:
        return width(line.text) + line.indent if self.cells else len(line.text) + line.indent // 2


def wrap(lines: Sequence[Line], gap: int = 0) -> Wrap | None:
    """Return how a page breaks its lines, or None where each line is a whole; *gap* is what lies between broken lines.

    Broken lines are told by their likeness: most that another line follows are nearly as wide as the widest. How wide a full
    line is, those tell that end within a sentence, in whichever measure they are more alike.
    """
    broken = [
        line
        for line, following in pairwise(lines)
        if following.gap == gap and line.kind not in ALONE and not line.level and not line.hard and line.number != following.number
    ]
    widths = sorted(Wrap(0, True).size(line) for line in broken)
    if len(widths) < 2:
        return None
    widest = widths[int(len(widths) * 0.95)] if len(widths) > 20 else widths[-1]
    if not 20 <= widest <= WIDEST or sum(w >= 0.75 * widest for w in widths) * 2 <= len(widths):
        return None
    return max((_measured(broken, cells, widest) for cells in (True, False)), key=lambda found: found[1])[0]


def _measured(broken: Sequence[Line], cells: bool, widest: int) -> tuple[Wrap, float]:
    """Return the wrap in this measure, and how alike the full lines are in it (1 for all the same)."""
    open_ = [line for line in broken if not ends_sentence(line.text) and width(line.text) + line.indent >= 0.75 * widest]
    sizes = sorted(Wrap(0, cells).size(line) for line in open_)
    if len(sizes) < 10:
        return Wrap(widest - 4 if cells else widest // 2 - 2, cells), float(cells)
    least = sizes[len(sizes) // 20]
    return Wrap(least, cells), sum(sizes) / len(sizes) / sizes[-1]


def closed_up(lines: Sequence[Line]) -> list[Line]:
    """Take out the blank line below each full line, on a page where all broken lines have one.

    Such a page shows narrow lines of one width that mostly end within a sentence; no page of whole paragraphs does.
    """
    texts = [line for line, following in pairwise(lines) if following.gap == 1 and line.kind not in ALONE and not line.level]
    if len(texts) < 12 or sum(len(line.text) > WIDEST // 2 for line in texts) * 2 > len(texts):
        return list(lines)
    unfinished = sum(not ends_sentence(line.text) for line in texts)
    airy = wrap(lines, gap=1) if unfinished * 2 >= len(texts) else None
    if airy is None or sum(map(airy.fills, texts)) * 2 < len(texts):
        return list(lines)
    found = list(lines)
    for i, line in enumerate(lines[1:], 1):
        beside = {near.kind for near in lines[i - 1 : i + 2]}
        if line.gap == 1 and airy.fills(lines[i - 1]) and not beside & {"byline", "closing"}:
            found[i] = replace(line, gap=0)
    return found


def runs_on(line: Line, following: Line, wrap: Wrap | None) -> bool:
    """Tell whether *following* goes on with the sentence, or at least the paragraph, that *line* is in, where no seam is weighed."""
    if line.kind in ALONE or following.kind in (*ALONE, "item") or line.level or following.level:
        return False
    if following.number == line.number:
        return True  # pieces of one line
    open_ = not ends_sentence(line.text)
    if following.gap == 0:
        return _next_line(line, following, wrap, open_)
    return open_ and not (line.han or following.han) and following.text[:1].islower()


def is_seam(line: Line, following: Line) -> bool:
    """Tell whether a sentence is unfinished above a blank line, which a column's end may have left: Chinese columns break anywhere."""
    return (
        following.gap > 0
        and not ends_sentence(line.text)
        and not (line.level or following.level or following.indent >= 2)
        and line.kind not in ALONE
        and following.kind not in (*ALONE, "item")
        and (line.han or following.han)
        and not (line.kind == "item" and _item_head(line.text))
    )


def _item_head(text: str) -> bool:
    """`四、出让时间安排` stands above its items; `2.报名时间：2024年12月17日至` goes on."""
    return len(text) < 20 and not re.search("[：:，,]", text)


def _next_line(line: Line, following: Line, wrap: Wrap | None, unfinished: bool) -> bool:
    if line.hard or following.indent > line.indent + 1:
        return False
    if not line.han and not following.han:
        return width(line.text) <= WIDEST  # as Markdown reads it
    full = wrap is not None and wrap.fills(line)
    if unfinished:
        return full or wrap is not None or len(line.text) >= 20
    return full


def pieces(line: Line) -> Iterator[Span]:
    """Yield what is left of a line without its stray spaces, as ranges of its own text."""
    at = 0
    for start, end in _stray(line.text) if line.kind not in ALONE else ():
        yield at, start
        at = end
    yield at, len(line.text)


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Make one of spans that touch, and leave out empty ones."""
    last: Span | None = None
    for start, end in spans:
        if start == end:
            continue
        if last and last[1] == start:
            last = (last[0], end)
        else:
            if last:
                yield last
            last = (start, end)
    if last:
        yield last


def _stray(text: str) -> list[Span]:
    """Return the blanks that no one wrote: an OCR puts them where a narrow column turned.

    Between two Chinese characters a blank is meant in a slogan or a title (`“红色引领 勇攀高峰”`), so within quotes it stays,
    unless the same line has such blanks outside of quotes, or in quoted speech, as well: then they are the column's.
    """
    if not BLANK.search(text) or not HAN.search(text):
        return []
    outside: list[Span] = []
    inside: list[Span] = []
    speech = [found.span() for found in SPEECH.finditer(text)]
    turned = False  # a blank between two Chinese characters outside of quotes: no one writes that
    depth, straight = 0, False
    for found in SPACES.finditer(text):
        token = found[0]
        if token in OPEN:
            depth += 1
        elif token in CLOSED:
            depth = max(0, depth - 1)
        elif token == '"':
            straight = not straight
        elif found.start() > 0 and found.end() < len(text):
            before, after = text[found.start() - 1], text[found.end()]
            if HAN.match(before) and HAN.match(after):
                turned = turned or not (depth or straight) or any(a < found.start() < b for a, b in speech)
                (inside if depth or straight else outside).append(found.span())
            elif MARK.match(before) or MARK.match(after):
                if HAN.match(before) or HAN.match(after):
                    outside.append(found.span())
            elif (HAN.match(before) and after.isdigit()) or (before.isdigit() and HAN.match(after)):
                outside.append(found.span())
    return sorted(outside + inside) if turned else outside


def _spaced(before: str, after: str) -> bool:
    """Tell whether the line end between two lines stands for a space: between Latin words it does, next to Chinese it does not."""
    a, b = before[-1], after[0]
    if a > "\u2e7f" or b > "\u2e7f":
        return False
    if a == "-" and before[-2:-1].isalpha() and b.islower():
        return False  # a word that was divided
    return (a.isalpha() and b.isalpha()) or not (HAN.search(before[-20:]) or HAN.search(after[:20]))
