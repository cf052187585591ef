"""Lines to true paragraphs: line ends, column breaks and stray spaces undone, each character with its place in the source.

A paragraph is a choice of the source's characters and nothing else. So whatever is decided wrongly here, the text can still be
checked against the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from index.article import Lines, Page, Paragraph, Span, lines_of, quote
from index.lines import HAN, Line, ends_sentence, width

ALONE = ("table", "code", "rule", "front", "head", "byline")  # each line of these is a paragraph
WIDEST = 130  # cells; no one wraps lines by hand wider than this, so longer lines are paragraphs
SPACES = re.compile(r"[ \u3000\xa0\t]+|[“”\"「」『』《》‘’]")
OPEN, CLOSED = "“「『《‘", "”」』》’"
MARK = re.compile(r"[\u2014\u2018-\u201d\u2026\u3001-\u303f\uff00-\uffef,.;:!?()\"']")


def paragraphs(page: Page, lines: Iterable[Line], wrap: int | None) -> Iterator[Paragraph]:
    """Yield the paragraphs that *lines* make up; *wrap* is the width at which the page breaks its lines, if it does (see `wrap`)."""
    run: list[Line] = []
    for line in lines:
        if run and not runs_on(run[-1], line, wrap):
            yield paragraph(page, run)
            run = []
        run.append(line)
    if run:
        yield paragraph(page, run)


def paragraph(page: Page, lines: Sequence[Line]) -> Paragraph:
    """Join *lines* into one paragraph, stray spaces left out."""
    spans: list[Span] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        spans.extend((line.start + a, line.start + b) for a, b in pieces(line))
        if following and _spaced(line.text, following.text):
            end = page.text.index("\n", line.end)
            spans.append((end, end + 1))
    together = tuple(merged(spans))
    return Paragraph(quote(page.text, together), together, lines_at(page, together, lines[0].number))


def lines_at(page: Page, spans: tuple[Span, ...], first: int) -> tuple[Lines, ...]:
    """Do what `lines_of` does without counting from the top of the page: *first* is the line of the first span."""
    start = spans[0][0]
    near = tuple((a - start, b - start) for a, b in spans)
    return tuple((a + first - 1, b + first - 1) for a, b in lines_of(page.text[start : spans[-1][1]], near))


def wrap(lines: Sequence[Line]) -> int | None:
    """Return the width in cells at which a page breaks its lines, or None where each line is a whole.

    Broken lines are told by their likeness: most that another line follows directly are nearly as wide as the widest.
    """
    widths = sorted(
        width(line.text) + line.indent
        for line, following in pairwise(lines)
        if following.gap == 0 and line.kind not in ALONE and not line.level and not line.hard and line.number != following.number
    )
    if len(widths) < 2:
        return None
    widest = widths[int(len(widths) * 0.95)] if len(widths) > 20 else widths[-1]
    full = sum(w >= 0.75 * widest for w in widths)
    return widest if 20 <= widest <= WIDEST and full * 2 > len(widths) else None


def runs_on(line: Line, following: Line, wrap: int | None) -> bool:
    """Tell whether *following* goes on with the sentence, or at least the paragraph, that *line* is in."""
    if line.kind in ALONE or following.kind in (*ALONE, "item") or line.level or following.level:
        return False
    open_ = not ends_sentence(line.text)
    if following.gap == 0:
        return _next_line(line, following, wrap, open_)
    if line.han or following.han:  # a column's end: Chinese columns break anywhere
        return open_ and following.indent < 2 and not (line.kind == "item" and _item_head(line.text))
    return open_ and following.text[:1].islower()


def _item_head(text: str) -> bool:
    """`四、出让时间安排` stands above its items; `2.报名时间：2024年12月17日至` goes on."""
    return len(text) < 20 and not re.search("[：:，,]", text)


def _next_line(line: Line, following: Line, wrap: int | None, unfinished: bool) -> bool:
    if line.hard or following.indent > line.indent + 1:
        return False
    if not line.han and not following.han:
        return width(line.text) <= WIDEST  # as Markdown reads it
    full = wrap is not None and width(line.text) + line.indent >= wrap - 4
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
    unless the same line has such blanks outside of quotes as well: then they are the column's.
    """
    if not HAN.search(text):
        return []
    outside: list[Span] = []
    inside: list[Span] = []
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
                turned = turned or not (depth or straight)
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
    return not (a.isdigit() and b.isdigit() and HAN.search(before[-20:]) is not None)
