"""What a person cites of a page to its characters: `{"lines": [[21, 25]], "text": …, "begins": …}` to a paragraph or a head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NoReturn

from index.document import Heading, Lines, Page, Paragraph, Span, lines_from, lines_of, quote
from index.errors import BadInput
from index.layout.lines import Line
from index.layout.paragraphs import joined_paragraph, merged_spans
from index.segmentation.articles import settled_lines
from index.segmentation.headings import heading_of

RUNNING = ("text", "item", "more", "table", "code")


class Cited:
    """The lines of a page by number, and how a paragraph or a head is made of some of them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.all, _ = settled_lines(page)
        self.count = page.text.count("\n") + (not page.text.endswith("\n"))
        self.at: dict[int, list[Line]] = {}
        for line in self.all:
            self.at.setdefault(line.number, []).append(line)

    def whole(self, ranges: Sequence[Lines]) -> list[Line]:
        """The lines of a paragraph that cites *ranges*; a byline in brackets at their end belongs to no paragraph."""
        every = self.every(ranges)
        return [line for line in every if line.kind != "closing"] or every

    def every(self, ranges: Sequence[Lines]) -> list[Line]:
        return [line for first, last in ranges for number in range(first, last + 1) for line in self.at.get(number, ())]

    def cited(self, part: dict[str, Any], taken: bytearray, where: str) -> Paragraph:
        """Return the paragraph that *part* of a sidecar cites, and note its characters in *taken*."""
        spans, lines = self._chosen(part, self.joined, taken, where)
        return Paragraph(quote(self.page.text, spans), spans, lines)

    def head(self, part: dict[str, Any], role: str, taken: bytearray, where: str) -> Heading:
        """Return the head that *part* of a sidecar cites, in the order of the page, and note its characters in *taken*."""
        spans, lines = self._chosen(part, self.headed, taken, where)
        return Heading(role, quote(self.page.text, spans), spans, lines)

    def joined(self, whole: Sequence[Line]) -> tuple[Span, ...]:
        """The characters of these lines joined as a paragraph, in the order given."""
        return spans_of(self.page, whole)

    def headed(self, whole: Sequence[Line]) -> tuple[Span, ...]:
        """The characters of these lines joined as a head; running text is joined as a paragraph is."""
        if all(line.kind in RUNNING and not line.level for line in whole):
            return self.joined(whole)
        return heading_of(self.page, "", sorted(set(whole), key=lambda line: line.start)).spans

    def _chosen(
        self, part: dict[str, Any], join: Callable[[Sequence[Line]], tuple[Span, ...]], taken: bytearray, where: str
    ) -> tuple[tuple[Span, ...], tuple[Lines, ...]]:
        ranges = self._ranges(part.get("lines"), where)
        every = self.every(ranges)
        if not every:
            refuse(where, f"nothing stands in {_said(ranges)} of {self.page.source}; name lines with text")
        if "text" in part:
            spans = self._located(join(every), part["text"], taken)
            if not spans:
                stood = f"its text does not stand in {_said(ranges)} of {self.page.source}"
                refuse(where, f"{stood}; copy it from there, or leave it out")
        else:
            spans = join(self.whole(ranges))
        text = quote(self.page.text, spans)
        begins = part.get("begins", "")
        if not bare(text).startswith(bare(begins)):
            begun = f"what stands in {_said(ranges)} of {self.page.source} begins with {text[: max(len(begins), 6)]}, not with {begins}"
            refuse(where, f'{begun}; correct the lines, or leave "begins" out')
        self.take(spans, taken, where)
        return spans, self._lines_at(spans, every)

    def take(self, spans: Sequence[Span], taken: bytearray, where: str) -> None:
        """Note that these characters are in a paragraph or a head; none is in two."""
        for start, end in spans:
            if any(taken[start:end]):
                line = self.page.text.count("\n", 0, start) + 1
                refuse(where, f"line {line} is in another paragraph or head as well; leave it in one of them")
            taken[start:end] = b"\1" * (end - start)

    def _lines_at(self, spans: tuple[Span, ...], every: Sequence[Line]) -> tuple[Lines, ...]:
        if any(before > after for before, after in pairwise(spans)):
            return lines_of(self.page.text, spans)
        return lines_from(self.page.text, spans, next(line.number for line in every if line.start <= spans[0][0] < line.end))

    def _ranges(self, given: Any, where: str) -> list[Lines]:
        pairs = given if isinstance(given, list) else []
        right = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2 and all(type(line) is int for line in pair)]
        if not pairs or len(right) < len(pairs):
            refuse(where, '"lines" must be pairs of first and last line, such as [[21, 25]]')
        for first, last in right:
            if not 1 <= first <= last <= self.count:
                refuse(where, f"there are no lines {first}-{last} in {self.page.source}, which has lines 1 to {self.count}; correct them")
        return [(first, last) for first, last in right]

    def _located(self, spans: Sequence[Span], text: str | list[str], taken: bytearray) -> tuple[Span, ...]:
        """Find *text*, or each piece of it, in the characters of *spans*, white space aside: the first place that is in no
        paragraph yet, else the first. Empty where it, or one of its pieces, does not stand there."""
        if isinstance(text, str):
            return self._found(spans, text, taken)
        free = bytearray(taken)
        whole: list[Span] = []
        for piece in text:
            found = self._found(spans, piece, free)
            if not found:
                return ()
            whole += found
            for start, end in found:
                free[start:end] = b"\1" * (end - start)
        return tuple(merged_spans(whole))

    def _found(self, spans: Sequence[Span], text: str, taken: bytearray) -> tuple[Span, ...]:
        places = [at for start, end in spans for at in range(start, end)]
        solid = [i for i, at in enumerate(places) if not self.page.text[at].isspace()]
        solids, wanted = "".join(self.page.text[places[i]] for i in solid), bare(text)
        found: list[tuple[Span, ...]] = []
        at = solids.find(wanted) if wanted else -1
        while at >= 0:
            chosen = places[solid[at] : solid[at + len(wanted) - 1] + 1]
            found.append(tuple(merged_spans((place, place + 1) for place in chosen)))
            if not any(taken[place] for place in chosen):
                return found[-1]
            at = solids.find(wanted, at + 1)
        return found[0] if found else ()


def spans_of(page: Page, whole: Sequence[Line]) -> tuple[Span, ...]:
    """The characters of these lines joined as a paragraph, in the order given."""
    runs: list[list[Line]] = []
    for line in whole:
        if runs and line.start > runs[-1][-1].start:
            runs[-1].append(line)
        else:
            runs.append([line])  # a column that stands above the one it follows
    return tuple(span for run in runs for span in joined_paragraph(page, run).spans)


def refuse(where: str, why: str) -> NoReturn:
    raise BadInput(f"{where}: {why}")


def bare(text: str) -> str:
    return "".join(text.split())


def _said(ranges: Sequence[Lines]) -> str:
    said = ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in ranges)
    return f"line {said}" if said.isdigit() else f"lines {said}"
