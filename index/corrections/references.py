"""Find the characters that a sidecar cites: `{"lines": [[21, 25]], "text": …, "begins": …}` in, a paragraph or a heading out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NoReturn

from index.document import Heading, LineRange, Page, Paragraph, Span, lines_from, lines_of, quote
from index.errors import BadInput
from index.layout.lines import Line
from index.layout.paragraphs import joined_paragraph, merged_spans
from index.messages import say
from index.segmentation.articles import settled_lines
from index.segmentation.headings import heading_of

RUNNING = ("text", "item", "more", "table", "row", "code")  # kinds of lines that are joined as a paragraph is, in a heading too


class CitedPage:
    """A page that a sidecar cites: its lines by number, and which of its characters are in a paragraph or heading already."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines, _ = settled_lines(page)
        self._last_line = page.text.count("\n") + (not page.text.endswith("\n"))
        self._used = bytearray(len(page.text))  # 1 for each character that is in a paragraph or a heading
        self._by_number: dict[int, list[Line]] = {}
        for line in self.lines:
            self._by_number.setdefault(line.number, []).append(line)

    def paragraph(self, part: dict[str, Any], where: str) -> Paragraph:
        """Return the paragraph that *part* of a sidecar cites; its characters are used then. *where* begins the message of an error."""
        spans, lines = self._cited(part, self.paragraph_spans, where)
        return Paragraph(quote(self.page.text, spans), spans, lines)

    def heading(self, part: dict[str, Any], role: str, where: str) -> Heading:
        """Return the heading that *part* of a sidecar cites, in the order of the page; its characters are used then."""
        spans, lines = self._cited(part, self.heading_spans, where)
        return Heading(role, quote(self.page.text, spans), spans, lines)

    def lines_in(self, ranges: Sequence[LineRange]) -> list[Line]:
        """Return the lines in *ranges*, in the order given."""
        return [line for first, last in ranges for number in range(first, last + 1) for line in self._by_number.get(number, ())]

    def body_lines(self, ranges: Sequence[LineRange]) -> list[Line]:
        """Return the lines in *ranges* without bylines in brackets at their end, which belong to no paragraph."""
        lines = self.lines_in(ranges)
        return [line for line in lines if line.kind != "closing"] or lines

    def paragraph_spans(self, lines: Sequence[Line]) -> tuple[Span, ...]:
        """Return the characters of *lines* joined as a paragraph, in the order given."""
        columns: list[list[Line]] = []
        for line in lines:
            if columns and line.start > columns[-1][-1].start:
                columns[-1].append(line)
            else:
                columns.append([line])  # this column is above the one that it follows
        return tuple(span for column in columns for span in joined_paragraph(self.page, column).spans)

    def heading_spans(self, lines: Sequence[Line]) -> tuple[Span, ...]:
        """Return the characters of *lines* joined as a heading; running text is joined as a paragraph is."""
        if all(line.kind in RUNNING and not line.level for line in lines):
            return self.paragraph_spans(lines)
        return heading_of(self.page, "", sorted(set(lines), key=lambda line: line.start)).spans

    def use(self, spans: Sequence[Span], where: str) -> None:
        """Mark the characters of *spans* as used. Raise BadInput if another paragraph or heading has one of them."""
        for start, end in spans:
            if any(self._used[start:end]):
                line = self.page.text.count("\n", 0, start) + 1
                refuse(where, say("line {line} is in another paragraph or head as well; leave it in one of them", line=line))
            self.mark([(start, end)])

    def mark(self, spans: Sequence[Span]) -> None:
        """Mark the characters of *spans* as used, whether they are used already or not."""
        _mark(self._used, spans)

    def is_used(self, spans: Sequence[Span]) -> bool:
        """Whether any character of *spans* is in a paragraph or a heading already."""
        return any(any(self._used[start:end]) for start, end in spans)

    def unused(self, start: int, end: int) -> list[Span]:
        """Return the runs of characters from *start* to *end* that are in no paragraph and no heading yet."""
        runs: list[Span] = []
        while start < end:
            stop = self._used.find(1, start, end)
            stop = end if stop < 0 else stop
            if start < stop:
                runs.append((start, stop))
            following = self._used.find(0, stop, end)
            start = end if following < 0 else following
        return runs

    def _cited(
        self, part: dict[str, Any], join: Callable[[Sequence[Line]], tuple[Span, ...]], where: str
    ) -> tuple[tuple[Span, ...], tuple[LineRange, ...]]:
        ranges = self._ranges(part.get("lines"), where)
        lines = self.lines_in(ranges)
        if not lines:
            refuse(
                where,
                say(
                    "nothing stands in {lines} of {source}; name lines with text",
                    lines=_ranges_in_words(ranges),
                    source=self.page.source,
                ),
            )
        if "text" in part:
            spans = self._find(join(lines), part["text"])
            if not spans:
                why = say(
                    "its text does not stand in {lines} of {source}; copy it from there, or leave it out",
                    lines=_ranges_in_words(ranges),
                    source=self.page.source,
                )
                refuse(where, why)
        else:
            spans = join(self.body_lines(ranges))
        self._check_beginning(part.get("begins", ""), quote(self.page.text, spans), ranges, where)
        self.use(spans, where)
        return spans, self._line_ranges(spans, lines)

    def _check_beginning(self, begins: str, text: str, ranges: Sequence[LineRange], where: str) -> None:
        """Refuse a citation whose text no longer *begins* as it did: the page has changed since the sidecar was written."""
        if not bare(text).startswith(bare(begins)):
            start = text[: max(len(begins), 6)]
            why = say(
                'what stands in {lines} of {source} begins with {start}, not with {begins}; correct the lines, or leave "begins" out',
                lines=_ranges_in_words(ranges),
                source=self.page.source,
                start=start,
                begins=begins,
            )
            refuse(where, why)

    def _line_ranges(self, spans: tuple[Span, ...], lines: Sequence[Line]) -> tuple[LineRange, ...]:
        if any(before > after for before, after in pairwise(spans)):
            return lines_of(self.page.text, spans)
        return lines_from(self.page.text, spans, next(line.number for line in reversed(lines) if line.start <= spans[0][0] < line.end))

    def _ranges(self, given: Any, where: str) -> list[LineRange]:
        """Return the value of "lines" as ranges of lines that the page has."""
        pairs = given if isinstance(given, list) else []
        ranges = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2 and all(type(line) is int for line in pair)]
        if not pairs or len(ranges) < len(pairs):
            refuse(where, say('"lines" must be pairs of first and last line, such as [[21, 25]]'))
        for first, last in ranges:
            if not 1 <= first <= last <= self._last_line:
                refuse(
                    where,
                    say(
                        "there are no lines {first}-{last} in {source}, which has lines 1 to {count}; correct them",
                        first=first,
                        last=last,
                        source=self.page.source,
                        count=self._last_line,
                    ),
                )
        return [(first, last) for first, last in ranges]

    def _find(self, spans: Sequence[Span], text: str | list[str]) -> tuple[Span, ...]:
        """Return where *text*, or each of its pieces in order, occurs among the characters of *spans*; () if a piece does not occur."""
        if isinstance(text, str):
            return self._find_piece(spans, text, self._used)
        used = bytearray(self._used)
        whole: list[Span] = []
        for piece in text:
            occurrence = self._find_piece(spans, piece, used)
            if not occurrence:
                return ()
            whole += occurrence
            _mark(used, occurrence)
        return tuple(merged_spans(whole))

    def _find_piece(self, spans: Sequence[Span], piece: str, used: bytearray) -> tuple[Span, ...]:
        """Return the first occurrence of *piece* that is not *used*, else the first one; blanks do not count."""
        offsets = [offset for start, end in spans for offset in range(start, end)]
        visible = [position for position, offset in enumerate(offsets) if not self.page.text[offset].isspace()]
        characters, wanted = "".join(self.page.text[offsets[position]] for position in visible), bare(piece)
        first: tuple[Span, ...] = ()
        start = characters.find(wanted) if wanted else -1
        while start >= 0:
            chosen = offsets[visible[start] : visible[start + len(wanted) - 1] + 1]
            occurrence = tuple(merged_spans((offset, offset + 1) for offset in chosen))
            if not any(used[offset] for offset in chosen):
                return occurrence
            first = first or occurrence
            start = characters.find(wanted, start + 1)
        return first


def refuse(where: str, why: str) -> NoReturn:
    raise BadInput("{where}: {why}", where=where, why=why)


def bare(text: str) -> str:
    """Return *text* without blanks."""
    return "".join(text.split())


def _mark(used: bytearray, spans: Sequence[Span]) -> None:
    for start, end in spans:
        used[start:end] = b"\1" * (end - start)


def _ranges_in_words(ranges: Sequence[LineRange]) -> str:
    numbers = ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in ranges)
    return say("line {numbers}", numbers=numbers) if numbers.isdigit() else say("lines {numbers}", numbers=numbers)
