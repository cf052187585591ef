"""Find a passage in a page: its characters in, the pieces of the page that they occur in out.

    page ──▶ PageWords: its runs between blanks ──find──▶ Placement: the pieces that make up the passage, in order

Most passages are words that follow one another. Where columns were untangled, a passage jumps from the end of one word to the beginning
of another. Only its first and its last piece may be part of a word, since long paragraphs are cut. Blanks count between Latin words and
between numbers. The reader of pages is never asked here: a check of its work must not rely on its work.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from index.document import LineRange, Span, lines_of

WORD = re.compile(r"\S+")
EFFORT = 500_000  # comparisons of words for one passage; a text that needs more is no text of a page
MOST_PLACEMENTS = 50  # occurrences of one text that are looked at
MOST_SHIFTS = 100  # distances that the cited lines may have moved by together
WIDEST = 100  # characters without a punctuation mark; a longer run is cut where this ends
OPENING = 4  # characters at a passage's beginning that lead to the lines it may have moved to
DENSE_SCRIPTS = "\u2e7f"  # last character before the scripts that write no blanks between words, such as Chinese


class BareText(NamedTuple):
    """The characters of a passage without its blanks, and the positions in them that a blank stood before."""

    characters: str
    blanks: frozenset[int]


class Piece(NamedTuple):
    """A part of the page's word *number*: the characters *first* to *last*, half-open, counted in the page without blanks."""

    number: int
    first: int
    last: int


Placement = list[Piece]  # the pieces that make up a passage, in the passage's order


class Partial(NamedTuple):
    """A placement of the first *length* characters of a passage; it ends in the word at *order* among the words that are searched."""

    length: int
    placement: Placement
    order: int


def bare_text(text: str) -> BareText:
    """Return *text* without its blanks.

    >>> bare_text("e-bike 充电")
    BareText(characters='e-bike充电', blanks=frozenset({6}))
    """
    words = text.split()
    return BareText("".join(words), frozenset(accumulate(map(len, words[:-1]))))


def trimmed(placement: Placement, head: int, tail: int) -> Placement:
    """Return *placement* without its first *head* and its last *tail* characters."""
    ends = [*accumulate(piece.last - piece.first for piece in placement)]
    first, last = head, (ends[-1] if ends else 0) - tail
    pieces = []
    for piece, end in zip(placement, ends, strict=True):
        start = end - piece.last + piece.first
        pieces.append(Piece(piece.number, piece.first + max(0, first - start), piece.last - max(0, end - last)))
    return [piece for piece in pieces if piece.first < piece.last]


class PageWords:
    """The words of a page with their positions. *bare* is the page's text without blanks; pieces count their characters in it."""

    def __init__(self, text: str) -> None:
        self.text, self.bare = text, "".join(text.split())
        self._text_starts = array("Q", (word.start() for word in WORD.finditer(text)))
        self._bare_starts = array("Q", accumulate((word.end() - word.start() for word in WORD.finditer(text)), initial=0))
        self._line_starts = array("Q", (0, *(end.end() for end in re.finditer("\n", text))))

    def find_in_lines(self, passage: BareText, ranges: Sequence[LineRange]) -> Placement | None:
        """Return a placement of *passage* in the lines of *ranges*, if there is any.

        A placement that ends at word boundaries and touches every line is preferred.
        """
        first: Placement | None = None
        for placement in islice(self._placements(passage, self._words_in(ranges)), MOST_PLACEMENTS):
            if self.fills_lines(placement, ranges) and self.ends_at_words(placement):
                return placement
            first = first or placement
        return first

    def find_among(self, passage: BareText, ranges: Sequence[LineRange]) -> Placement | None:
        """Return the first placement of *passage* in the lines of *ranges*, which may be many more than its own.

        A placement that ends at word boundaries is preferred.
        """
        first: Placement | None = None
        for placement in islice(self._placements(passage, self._words_in(ranges)), MOST_PLACEMENTS):
            if self.ends_at_words(placement):
                return placement
            first = first or placement
        return first

    def find_elsewhere(self, passage: BareText, ranges: Sequence[LineRange]) -> Placement | None:
        """Return a placement of *passage* outside the lines of *ranges*, if there is any.

        Consecutive words are tried first, those nearest to *ranges*; then the lines of *ranges* moved up or down together.
        """
        near = ranges[0][0]
        runs = islice(self._consecutive(passage, 0, len(self._text_starts)), MOST_PLACEMENTS)
        nearest = min(runs, key=lambda run: (not self.ends_at_words(run), abs(self._line(run[0].number) - near)), default=None)
        return nearest or next(self._shifted(passage, ranges), None)

    def fills_lines(self, placement: Placement, ranges: Sequence[LineRange]) -> bool:
        """Whether *placement* has a piece in every line of *ranges* that is not blank, and in no other line."""
        return {self._line(piece.number) for piece in placement} == {self._line(number) for number in self._words_in(ranges)}

    def ends_at_words(self, placement: Placement) -> bool:
        """Whether *placement* begins and ends at the ends of words or at punctuation: `同意` is no quotation of `不同意`."""
        return self.widened(placement) == (placement[0].first, placement[-1].last)

    def widened(self, placement: Placement) -> tuple[int, int]:
        """Return the characters (half-open, in *bare*) that *placement* covers when it is extended to word boundaries or punctuation."""
        first, last = placement[0].first, placement[-1].last
        start = max(self._bare_starts[placement[0].number], first - WIDEST)
        end = min(self._bare_starts[placement[-1].number + 1], last + WIDEST)
        while first > start and self.bare[first - 1].isalnum() and self.bare[first].isalnum():
            first -= 1
        while last < end and self.bare[last - 1].isalnum() and self.bare[last].isalnum():
            last += 1
        return first, last

    def lines(self, placement: Placement) -> tuple[LineRange, ...]:
        """Return the line ranges of *placement* as a citation gives them."""
        return lines_of(self.text, self.spans(placement))

    def spans(self, placement: Placement) -> tuple[Span, ...]:
        """Return the characters of *text* that *placement* covers, piece by piece."""
        return tuple((self._text_position(piece.first, piece.number), self._text_position(piece.last, piece.number)) for piece in placement)

    def quote(self, placement: Placement) -> str:
        """Return the text of *placement*, without the blanks that only lay out columns."""
        blanks = ["", *(self._blank_between(before, piece) for before, piece in pairwise(placement))]
        return "".join(blank + self.bare[piece.first : piece.last] for blank, piece in zip(blanks, placement, strict=False))

    def between(self, first: int, last: int) -> Placement:
        """Return the characters *first* to *last* of *bare* as a placement."""
        low, high = bisect_right(self._bare_starts, first) - 1, bisect_left(self._bare_starts, last)
        return [Piece(word, max(first, self._bare_starts[word]), min(last, self._bare_starts[word + 1])) for word in range(low, high)]

    def words_of_lines(self, ranges: Sequence[LineRange]) -> Placement:
        """Return every word in the lines of *ranges* as a placement."""
        return [Piece(word, self._bare_starts[word], self._bare_starts[word + 1]) for word in self._words_in(ranges)]

    def _placements(self, passage: BareText, numbers: Sequence[int]) -> Iterator[Placement]:
        """Yield placements of *passage* among the words *numbers*: consecutive words first, then those that jump."""
        if numbers and numbers[-1] - numbers[0] + 1 == len(numbers):
            yield from self._consecutive(passage, numbers[0], numbers[-1] + 1)
        if numbers:
            yield from self._jumping(passage, numbers)

    def _consecutive(self, passage: BareText, low: int, high: int) -> Iterator[Placement]:
        """Yield placements of *passage* in consecutive words among those from *low* to *high*."""
        position = self.bare.find(passage.characters, self._bare_starts[low], self._bare_starts[high])
        while position >= 0:
            placement = self.between(position, position + len(passage.characters))
            if self._blanks_agree(passage, placement):
                yield placement
            position = self.bare.find(passage.characters, position + 1, self._bare_starts[high])

    def _jumping(self, passage: BareText, numbers: Sequence[int]) -> Iterator[Placement]:
        """Yield placements that jump between words, depth first; at each end of a word the next word is tried before all others."""
        opening: dict[str, list[int]] = defaultdict(list)  # first character -> the words that begin with it
        for order, number in enumerate(numbers):
            opening[self.bare[self._bare_starts[number]]].append(order)
        waiting = [Partial(piece.last - piece.first, [piece], order) for piece, order in self._first_pieces(passage, numbers)]
        waiting.reverse()
        seen: set[tuple[int, int]] = set()
        effort = EFFORT
        while waiting and effort > 0:
            partial = waiting.pop()
            if partial.length == len(passage.characters):
                if self._blanks_agree(passage, partial.placement):
                    yield partial.placement
                continue
            others = [order for order in opening.get(passage.characters[partial.length], ()) if order != partial.order + 1]
            following = [partial.order + 1] if partial.order + 1 < len(numbers) else []
            used = {piece.number for piece in partial.placement}
            effort -= len(partial.placement)
            for order in [*reversed(others), *following]:
                piece = self._next_piece(passage, partial, numbers[order])
                length = partial.length + piece.last - piece.first
                effort -= 1 + (length - partial.length) // 64
                if effort < 0:
                    return
                fits = piece.number not in used and self.bare[piece.first : piece.last] == passage.characters[partial.length : length]
                if fits and (length, order) not in seen:
                    seen.add((length, order))
                    waiting.append(Partial(length, [*partial.placement, piece], order))

    def _next_piece(self, passage: BareText, partial: Partial, number: int) -> Piece:
        """Return the word *number*, or as much of the word as *passage* has characters left after *partial*."""
        first = self._bare_starts[number]
        return Piece(number, first, first + min(self._bare_starts[number + 1] - first, len(passage.characters) - partial.length))

    def _first_pieces(self, passage: BareText, numbers: Sequence[int]) -> Iterator[tuple[Piece, int]]:
        """Yield the ends of words that *passage* may begin with, and the order of their words; whole words first."""
        parts = []
        for order, number in enumerate(numbers):
            first, last = self._bare_starts[number], self._bare_starts[number + 1]
            position = self.bare.find(passage.characters[0], max(first, last - len(passage.characters)), last)
            while position >= 0:
                if self.bare[position:last] == passage.characters[: last - position]:
                    parts.append((position > first, Piece(number, position, last), order))
                position = self.bare.find(passage.characters[0], position + 1, last)
        yield from ((piece, order) for _, piece, order in sorted(parts, key=lambda part: part[0]))

    def _shifted(self, passage: BareText, ranges: Sequence[LineRange]) -> Iterator[Placement]:
        """Yield placements of *passage* in the lines of *ranges* moved up or down together, the shortest distance first."""
        shifts = {line - first for line in self._lines_opening(passage) for first, _ in ranges[:MOST_SHIFTS]} - {0}
        for shift in sorted(shifts, key=abs)[:MOST_SHIFTS]:
            moved = [(first + shift, last + shift) for first, last in ranges if last + shift > 0]
            placements = self._placements(passage, self._words_in(moved))
            yield from (placement for placement in placements if self.fills_lines(placement, moved))

    def _lines_opening(self, passage: BareText) -> set[int]:
        """Return lines in which the first characters of *passage* occur."""
        lines: set[int] = set()
        opening = passage.characters[:OPENING]
        position = self.bare.find(opening)
        while position >= 0 and len(lines) < MOST_PLACEMENTS:
            lines.add(self._line(bisect_right(self._bare_starts, position) - 1))
            position = self.bare.find(opening, position + 1)
        return lines

    def _blanks_agree(self, passage: BareText, placement: Placement) -> bool:
        """Whether each blank of *passage* is one of the page, and the page's other blanks are such as an OCR program puts in."""
        joins: set[int] = set()
        length = 0
        for before, piece in pairwise(placement):
            length += before.last - before.first
            joins.add(length)
            if length not in passage.blanks and self._blank_between(before, piece):
                return False
        return passage.blanks <= joins

    def _blank_between(self, before: Piece, piece: Piece) -> str:
        """Return the blank that a reader needs between two pieces: between Latin words, and between numbers in one line."""
        if piece.number != before.number + 1:
            return ""
        left, right = self.bare[before.last - 1], self.bare[piece.first]
        if max(left, right) > DENSE_SCRIPTS:
            return ""
        line_ended = "\n" in self.text[self._text_position(before.last, before.number) : self._text_starts[piece.number]]
        return " " if (left.isalpha() and right.isalpha()) or (not line_ended and left.isalnum() and right.isalnum()) else ""

    def _text_position(self, position: int, number: int) -> int:
        """Return the position in *text* of the character at *position* of *bare*, which belongs to the word *number*."""
        return self._text_starts[number] + position - self._bare_starts[number]

    def _line(self, number: int) -> int:
        """Return the line of the word *number*, from 1."""
        return bisect_right(self._line_starts, self._text_starts[number])

    def _words_in(self, ranges: Iterable[LineRange]) -> list[int]:
        """Return the numbers of the words in these lines, each once, in the order of the page."""
        numbers: list[int] = []
        for first, last in sorted(ranges):
            if last < 1 or first > len(self._line_starts):
                continue
            low = bisect_left(self._text_starts, self._line_starts[max(first, 1) - 1])
            high = bisect_left(self._text_starts, self._line_starts[last]) if last < len(self._line_starts) else len(self._text_starts)
            numbers.extend(range(max(low, numbers[-1] + 1 if numbers else 0), high))
        return numbers
