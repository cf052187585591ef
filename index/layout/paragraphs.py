"""Join lines into paragraphs: line ends, column breaks and stray blanks are undone; each character keeps its offset in the source.

A paragraph is a selection of the source's characters and nothing else. So even a wrong decision here leaves a text that anyone can
check against the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from index.document import Page, Paragraph, Span, lines_from, quote
from index.layout.column_breaks import Join, join_threshold, log_odds
from index.layout.lines import Line
from index.layout.paragraph_ends import full_lines_ending_paragraphs
from index.text.punctuation import HAN, HYPHENS, cell_width, divides_word, ends_sentence

WHOLE = (  # kinds of lines that are a paragraph each; addressed, signed: of an official document
    *("table", "row", "columns", "code", "rule", "front", "furniture", "heading", "byline"),
    *("addressed", "signed"),
)
BETWEEN_LINES = ("caption", "credit", "closing", "furniture")  # kinds of lines between the lines of a text that are no part of it
WIDEST_WRAP = 130  # cells, set by hand: nobody wraps lines wider than this, so longer lines are whole paragraphs
NEARLY_FULL = 0.75  # of the width of the widest lines, set by hand: lines as wide were broken because they were full
WIDEST_SHARE = 0.95  # of the lines are no wider than the widest of a page, the few that stick out left aside
NARROWEST_WRAP = 20  # cells, set by hand
FEWEST_MEASURED = 10  # lines that end within a sentence, from which the width of a full line is measured
FEWEST_AIRY = 12  # lines with a blank line below each that show a page with such leading, set by hand
LINES_SEARCHED = 12  # last lines of a paragraph that are searched for an open quote
LONGEST_ITEM_TITLE = 20  # characters of an item that is the title of others, set by hand
# Log-odds from which on a document's paragraph goes on in the next one, set by hand: people end most paragraphs where they mean to. Of a
# dozen pairs that belong together most have more, of a dozen that do not none has.
DOCUMENT_ODDS = 2.0
SHORTEST_BROKEN = 20  # characters, set by hand: a shorter line that ends no sentence may be whole, on a page that wraps no lines
NEARBY = 20_000  # characters around a hyphen that are searched for its word
SIGNATURE = re.compile(  # an office or a day alone: the end of a notice
    r"[\u4e00-\u9fff]{2,14}(?:局|委员会|办公室|政府|办事处|公司)|\d{4}年\d{1,2}月\d{1,2}日"
)
SPACES = re.compile(r"[ \u3000\xa0\t]+|[“”\"「」『』《》‘’]")
SPEECH = re.compile(r"[“\"][^“”\"]*[，,。；;！!？?：:][^“”\"]*[”\"]")  # quoted sentences; slogans have no such marks
OPENING_QUOTES, CLOSING_QUOTES = "“「『《‘", "”」』》’"
MARK = re.compile(r"[\u2014\u2018-\u201d\u2026\u3001-\u303f\uff00-\uffef,.;:!?()\"']")


class LineBreaks(NamedTuple):
    """How a page breaks its lines and paragraphs."""

    wrap: Wrap | None  # None where each line is a whole paragraph
    joins: dict[tuple[int, int], float]  # log-odds of the joins over blank lines, by the numbers of the lines above and below
    least: float  # log-odds from which on such a join is made
    full_ends: frozenset[int] = frozenset()  # numbers of the full lines that end a paragraph all the same


def line_breaks(page: Page, lines: Sequence[Line], wrap: Wrap | None) -> LineBreaks:
    """Return how *page* breaks its lines, with the log-odds of every join over a blank line that follows an unfinished sentence."""
    joins: dict[tuple[int, int], Join] = {}
    run: list[Line] = []
    for line in lines:
        if line.kind in BETWEEN_LINES:
            continue
        if line.join is not None:
            run = run if line.join else []
        elif run and is_open_join(run[-1], line):
            joins[run[-1].number, line.number] = _join(page, run, line)
        elif run and not runs_on(run[-1], line, wrap):
            run = []
        run.append(line)
    text = [line for line in lines if line.kind not in BETWEEN_LINES]
    ends = full_lines_ending_paragraphs(text, lambda a, b: runs_on(a, b, wrap), wrap.fills) if wrap else frozenset()
    if wrap and not page.markdown:  # Markdown joins such lines
        ends |= {line.number for line, following in pairwise(text) if _was_broken_early(line, following, wrap)}
    odds = dict(zip(joins, log_odds([*joins.values()]), strict=True))
    least = join_threshold(odds.values())
    return LineBreaks(wrap, odds, least if page.reader is None else max(least, DOCUMENT_ODDS), ends)


def _was_broken_early(line: Line, following: Line, wrap: Wrap) -> bool:
    """Whether a sentence in a Latin script ends on a line on which the next word had room, so that the paragraph ends as well."""
    if line.is_chinese or following.gap or not ends_sentence(line.text) or not following.text[:1].isupper():
        return False
    return wrap.size(line) + 1 + len(following.text.split(maxsplit=1)[0]) <= wrap.full


def paragraphs(page: Page, lines: Iterable[Line], line_breaks: LineBreaks) -> Iterator[Paragraph]:
    """Yield the paragraphs that *lines* make up."""
    run: list[Line] = []
    for line in lines:
        if run and not _continues(page, run, line, line_breaks):
            yield joined_paragraph(page, run)
            run = []
        run.append(line)
    if run:
        yield joined_paragraph(page, run)


def _continues(page: Page, run: Sequence[Line], line: Line, line_breaks: LineBreaks) -> bool:
    """Whether *line* continues the paragraph of the lines of *run*."""
    if line.join is not None:
        return line.join > 0
    if not is_open_join(run[-1], line):
        return run[-1].number not in line_breaks.full_ends and runs_on(run[-1], line, line_breaks.wrap)
    odds = line_breaks.joins.get((run[-1].number, line.number))
    return (log_odds([_join(page, run, line)])[0] if odds is None else odds) >= line_breaks.least


def _join(page: Page, run: Sequence[Line], line: Line) -> Join:
    return Join("".join(above.text for above in run[-LINES_SEARCHED:]), line.text, page.text, line.start)


def joined_paragraph(page: Page, lines: Sequence[Line]) -> Paragraph:
    """Return the paragraph that *lines* make up, without stray blanks."""
    if len(lines) == 1 and not lines[0].pieces and not _stray_blanks(lines[0].text):
        return _whole_line(page, lines[0])
    spans: list[Span] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        for a, b in pieces_between_stray_blanks(line):
            spans.extend(line.spans(a, b))
        if following and following.start > line.end and _needs_space(line.text, following.text):
            end = page.text.find("\n", line.end, following.start)
            spans += [(end, end + 1)] if end >= 0 else []
        if following and line.text[-1] in HYPHENS and line.kind not in WHOLE:
            nearby = page.text[max(0, line.start - NEARBY) : following.end + NEARBY]
            spans[-1] = (spans[-1][0], spans[-1][1] - divides_word(line.text, following.text, nearby))
    together = tuple(merged_spans(spans))
    certainty = min((line.join for line in lines[1:] if line.join is not None), default=1.0)
    numbers = lines_from(page.text, together, min(line.number for line in lines))
    return Paragraph(quote(page.text, together), together, numbers, certainty, lines[0].columns)


def _whole_line(page: Page, line: Line) -> Paragraph:
    """Return the paragraph that a line of the source makes up by itself, as most do: it has the line's number."""
    return Paragraph(page.text[line.start : line.end], ((line.start, line.end),), ((line.number, line.number),), 1.0, line.columns)


class Wrap(NamedTuple):
    """How a page wraps its lines: one of *full* or more cells (or characters, unless *in_cells*) was broken because it was full."""

    full: int
    in_cells: bool

    def fills(self, line: Line) -> bool:
        return self.size(line) >= self.full

    def size(self, line: Line) -> int:
        return cell_width(line.text) + line.indent if self.in_cells else len(line.text) + line.indent // 2


def line_wrap(lines: Sequence[Line], gap: int = 0) -> Wrap | None:
    """Return how a page wraps its lines, or None where each line is a whole paragraph; *gap*: blank lines between the wrapped lines.

    Wrapped lines are alike: most lines that another one follows are nearly as wide as the widest. Those of them that end within a
    sentence show how wide a full line is, in cells or in characters, whichever makes them more alike.
    """
    broken = [
        line
        for line, following in pairwise(lines)
        if following.gap == gap and line.kind not in WHOLE and not line.level and not line.hard_break and line.number != following.number
    ]
    widths = sorted(Wrap(0, True).size(line) for line in broken)
    if len(widths) < 2:
        return None
    widest = widths[int(len(widths) * WIDEST_SHARE)] if len(widths) > 20 else widths[-1]
    if not NARROWEST_WRAP <= widest <= WIDEST_WRAP or sum(cells >= NEARLY_FULL * widest for cells in widths) * 2 <= len(widths):
        return None
    return max((_measured_wrap(broken, in_cells, widest) for in_cells in (True, False)), key=lambda measured: measured[1])[0]


def _measured_wrap(broken: Sequence[Line], in_cells: bool, widest: int) -> tuple[Wrap, float]:
    """Return the wrap in cells or in characters, and how alike the full lines are in this unit (1 where all are the same)."""
    unfinished = [line for line in broken if not ends_sentence(line.text) and cell_width(line.text) + line.indent >= NEARLY_FULL * widest]
    sizes = sorted(Wrap(0, in_cells).size(line) for line in unfinished)
    if len(sizes) < FEWEST_MEASURED:
        return Wrap(widest - 4 if in_cells else widest // 2 - 2, in_cells), float(in_cells)
    least = sizes[len(sizes) // 20]
    return Wrap(least, in_cells), sum(sizes) / len(sizes) / sizes[-1]


def without_blank_leading(lines: Sequence[Line]) -> list[Line]:
    """Return *lines* without the blank line below each full line, on a page where all wrapped lines have one.

    Such a page has narrow lines of one width that mostly end within a sentence; no page of whole paragraphs looks like that.
    """
    if any(line.join is not None for line in lines):
        return list(lines)  # its paragraphs are known
    texts = [line for line, following in pairwise(lines) if following.gap == 1 and line.kind not in WHOLE and not line.level]
    if len(texts) < FEWEST_AIRY or sum(len(line.text) > WIDEST_WRAP // 2 for line in texts) * 2 > len(texts):
        return list(lines)
    unfinished = sum(not ends_sentence(line.text) for line in texts)
    airy = line_wrap(lines, gap=1) if unfinished * 2 >= len(texts) else None
    if airy is None or sum(map(airy.fills, texts)) * 2 < len(texts):
        return list(lines)
    closed_up = list(lines)
    for i, line in enumerate(lines[1:], 1):
        kinds = {near.kind for near in lines[i - 1 : i + 2]}
        if line.gap == 1 and airy.fills(lines[i - 1]) and not kinds & {"byline", "closing"}:
            closed_up[i] = replace(line, gap=0)
    return closed_up


def runs_on(line: Line, following: Line, wrap: Wrap | None) -> bool:
    """Whether *following* continues the sentence or the paragraph of *line*, where `is_open_join` leaves nothing to be weighed."""
    if line.kind in WHOLE or following.kind in (*WHOLE, "item") or line.level or following.level:
        return False
    if following.number == line.number:
        return True  # pieces of one line
    unfinished = not ends_sentence(line.text)
    if following.gap == 0:
        return _next_line_continues(line, following, wrap, unfinished)
    return unfinished and not (line.is_chinese or following.is_chinese) and following.text[:1].islower()


def is_open_join(line: Line, following: Line) -> bool:
    """Whether a sentence is unfinished above a blank line, perhaps because of a column break: Chinese columns break anywhere."""
    return (
        following.gap > 0
        and not ends_sentence(line.text)
        and not (line.level or following.level or following.indent >= 2)
        and line.kind not in WHOLE
        and following.kind not in (*WHOLE, "item")
        and (line.is_chinese or following.is_chinese)
        and not (line.kind == "item" and _is_item_title(line.text))
        and not (SIGNATURE.fullmatch(line.text) or SIGNATURE.fullmatch(following.text))
    )


def _is_item_title(text: str) -> bool:
    """Whether an item is a title: `四、出让时间安排` is one, `2.报名时间：2024年12月17日至` continues below."""
    return len(text) < LONGEST_ITEM_TITLE and not re.search("[：:，,]", text)


def _next_line_continues(line: Line, following: Line, wrap: Wrap | None, unfinished: bool) -> bool:
    if line.hard_break or following.indent > line.indent + 1:
        return False
    if not line.is_chinese and not following.is_chinese:
        return cell_width(line.text) <= WIDEST_WRAP  # as Markdown does
    full = wrap is not None and wrap.fills(line)
    if unfinished:
        return full or wrap is not None or len(line.text) >= SHORTEST_BROKEN
    return full


def pieces_between_stray_blanks(line: Line) -> Iterator[Span]:
    """Yield the pieces of a line that its stray blanks divide, as ranges of its own text."""
    offset = 0
    for start, end in _stray_blanks(line.text) if line.kind not in WHOLE else ():
        yield offset, start
        offset = end
    yield offset, len(line.text)


def merged_spans(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield *spans* with those that touch made one, and empty ones left out."""
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


def _stray_blanks(text: str) -> list[Span]:
    """Return the blanks that nobody wrote: an OCR puts them where the line of a narrow column ended.

    A blank between two Chinese characters is meant in a slogan or a title (`“红色引领 勇攀高峰”`), so blanks within quotes stay.
    They go where the same line has such blanks outside of quotes, or in quoted speech, since then they are the column's.
    """
    if not (" " in text or "\u3000" in text or "\xa0" in text or "\t" in text) or not HAN.search(text):
        return []
    outside: list[Span] = []
    inside: list[Span] = []
    speech = [quoted.span() for quoted in SPEECH.finditer(text)]
    narrow = False  # whether a blank is between two Chinese characters outside of quotes: nobody writes that
    depth, straight = 0, False
    for match in SPACES.finditer(text):
        token = match[0]
        if token in OPENING_QUOTES:
            depth += 1
        elif token in CLOSING_QUOTES:
            depth = max(0, depth - 1)
        elif token == '"':
            straight = not straight
        elif match.start() > 0 and match.end() < len(text):
            before, after = text[match.start() - 1], text[match.end()]
            if before < "\x80" and after < "\x80":
                continue  # between Latin words
            if HAN.match(before) and HAN.match(after):
                narrow = narrow or not (depth or straight) or any(a < match.start() < b for a, b in speech)
                (inside if depth or straight else outside).append(match.span())
            elif _is_stray_beside(before, after):
                outside.append(match.span())
    return sorted(outside + inside) if narrow else outside


def _is_stray_beside(before: str, after: str) -> bool:
    """Whether a blank between two characters is stray because one is Chinese and the other a mark or a digit."""
    if MARK.match(before) or MARK.match(after):
        return bool(HAN.match(before) or HAN.match(after))
    return bool((HAN.match(before) and after.isdigit()) or (before.isdigit() and HAN.match(after)))


def _needs_space(before: str, after: str) -> bool:
    """Whether the line end between two texts is read as a space: it is between Latin words, not beside Chinese characters."""
    a, b = before[-1], after[0]
    if a > "\u2e7f" or b > "\u2e7f":
        return False
    if a == "-" and before[-2:-1].isalpha() and b.islower():
        return False  # a divided word
    return (a.isalpha() and b.isalpha()) or not (HAN.search(before[-20:]) or HAN.search(after[:20]))
