"""Where a passage's own characters stand in a page: in given lines, or anywhere.

    page ──▶ words: runs between blanks ──▶ a passage is a row of them, one after the other; where columns were untangled it goes on
                                            from the end of one to the beginning of another

Only the first and the last may be a part of a word, since long paragraphs are cut. Blanks count where they part Latin words or numbers.
Nothing here asks how the page was read: who doubts the reading must not be answered by it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from index.document import Lines, lines_of

WORD = re.compile(r"\S+")
EFFORT = 500_000  # comparisons of words for one passage; what needs more is no page's text
PLACES = 50  # occurrences of one text that are looked at
SHIFTS = 100  # places to which the cited lines may have moved together
WIDE = 100  # characters without a mark; what runs on for longer is cut where it falls
BEGINS = 4  # characters of a passage by which those places are found


class Wanted(NamedTuple):
    """The characters of a passage less its blanks, and before which of them blanks stood."""

    bare: str
    blanks: frozenset[int]


class Piece(NamedTuple):
    """The characters *first* to *last* (half-open, blanks of the page not counted) of the word *number*."""

    number: int
    first: int
    last: int


Row = list[Piece]


def trimmed(row: Row, head: int, tail: int) -> Row:
    """Return *row* less so many characters at its ends."""
    ends = [*accumulate(piece.last - piece.first for piece in row)]
    first, last = head, (ends[-1] if ends else 0) - tail
    within = ((piece, end - piece.last + piece.first, end) for piece, end in zip(row, ends, strict=True))
    cut = (Piece(piece.number, piece.first + max(0, first - a), piece.last - max(0, b - last)) for piece, a, b in within)
    return [piece for piece in cut if piece.first < piece.last]


def wanted(text: str) -> Wanted:
    words = text.split()
    return Wanted("".join(words), frozenset(accumulate(map(len, words[:-1]))))


class Words:
    """The words of a page and where they stand."""

    def __init__(self, text: str) -> None:
        self.text, self.bare = text, "".join(text.split())
        self._starts = array("Q", (found.start() for found in WORD.finditer(text)))  # in the text
        self._at = array("Q", accumulate((found.end() - found.start() for found in WORD.finditer(text)), initial=0))  # in bare
        self._lines = array("Q", (0, *(found.end() for found in re.finditer("\n", text))))

    def within(self, passage: Wanted, ranges: Sequence[Lines]) -> Row | None:
        """Return where *passage* stands in the lines of *ranges*: whole, and in each line of them, where there is such a row."""
        best: Row | None = None
        for row in islice(self._rows(passage, self._numbers(ranges)), PLACES):
            if self.needs(row, ranges) and self.whole(row):
                return row
            best = best or row
        return best

    def needs(self, row: Row, ranges: Sequence[Lines]) -> bool:
        """Tell whether each line of *ranges* that is not blank holds a part of *row*, and no other line does."""
        return {self._line(piece.number) for piece in row} == {self._line(number) for number in self._numbers(ranges)}

    def whole(self, row: Row) -> bool:
        """Tell whether *row* begins and ends with its words, or where a mark parts them: `同意` is no quotation of `不同意`."""
        return self.widened(row) == (row[0].first, row[-1].last)

    def widened(self, row: Row) -> tuple[int, int]:
        """Return from where to where *row* goes, in characters without blanks, when it begins and ends where a word or a mark does."""
        first, last = row[0].first, row[-1].last
        start, end = max(self._at[row[0].number], first - WIDE), min(self._at[row[-1].number + 1], last + WIDE)
        while first > start and self.bare[first - 1].isalnum() and self.bare[first].isalnum():
            first -= 1
        while last < end and self.bare[last - 1].isalnum() and self.bare[last].isalnum():
            last += 1
        return first, last

    def anywhere(self, passage: Wanted, ranges: Sequence[Lines]) -> Row | None:
        """Return where *passage* stands elsewhere: at one place, the nearest to *ranges*, or where their lines moved together."""
        near = ranges[0][0]
        together = islice(self._together(passage, 0, len(self._starts)), PLACES)
        found = min(together, key=lambda row: (not self.whole(row), abs(self._line(row[0].number) - near)), default=None)
        return found or next(self._moved(passage, ranges), None)

    def lines(self, row: Row) -> tuple[Lines, ...]:
        """Return the lines of *row* as citations give them."""
        spans = [(self._place(piece.first, piece.number), self._place(piece.last, piece.number)) for piece in row]
        return lines_of(self.text, tuple(spans))

    def told(self, row: Row) -> str:
        """Return the text of *row*, blanks of columns left out."""
        blanks = ["", *(self._blank(before, piece) for before, piece in pairwise(row))]
        return "".join(blank + self.bare[piece.first : piece.last] for blank, piece in zip(blanks, row, strict=False))  # of no pieces: none

    def stretch(self, first: int, last: int) -> Row:
        """Return what stands at these characters (blanks not counted)."""
        a, b = bisect_right(self._at, first) - 1, bisect_left(self._at, last)
        return [Piece(k, max(first, self._at[k]), min(last, self._at[k + 1])) for k in range(a, b)]

    def standing(self, ranges: Sequence[Lines]) -> Row:
        """Return all that stands in the lines of *ranges*."""
        return [Piece(k, self._at[k], self._at[k + 1]) for k in self._numbers(ranges)]

    def _rows(self, passage: Wanted, numbers: Sequence[int]) -> Iterator[Row]:
        if numbers and numbers[-1] - numbers[0] + 1 == len(numbers):
            yield from self._together(passage, numbers[0], numbers[-1] + 1)
        if numbers:
            yield from self._pieced(passage, numbers)

    def _together(self, passage: Wanted, low: int, high: int) -> Iterator[Row]:
        """Yield where *passage* stands one word after the other among the words *low* to *high*."""
        at = self.bare.find(passage.bare, self._at[low], self._at[high])
        while at >= 0:
            row = self.stretch(at, at + len(passage.bare))
            if self._spaced(passage, row):
                yield row
            at = self.bare.find(passage.bare, at + 1, self._at[high])

    def _pieced(self, passage: Wanted, numbers: Sequence[int]) -> Iterator[Row]:
        """Yield rows that jump from the end of one word to the beginning of another; depth first, the next word before all others."""
        beginning: dict[str, list[int]] = defaultdict(list)
        for order, number in enumerate(numbers):
            beginning[self.bare[self._at[number]]].append(order)
        waiting: list[tuple[int, Row, int]] = [(piece.last - piece.first, [piece], order) for piece, order in self._begun(passage, numbers)]
        waiting.reverse()
        seen: set[tuple[int, int]] = set()
        effort = EFFORT
        while waiting and effort > 0:
            done, row, order = waiting.pop()
            if done == len(passage.bare):
                if self._spaced(passage, row):
                    yield row
                continue
            used = {piece.number for piece in row}
            effort -= len(row)
            others = [other for other in beginning.get(passage.bare[done], ()) if other != order + 1]
            for other in [*reversed(others), *([order + 1] if order + 1 < len(numbers) else [])]:
                number = numbers[other]
                first = self._at[number]
                size = min(self._at[number + 1] - first, len(passage.bare) - done)
                effort -= 1 + size // 64
                if effort < 0:
                    return
                whole = number not in used and self.bare[first : first + size] == passage.bare[done : done + size]
                if whole and (done + size, other) not in seen:
                    seen.add((done + size, other))
                    waiting.append((done + size, [*row, Piece(number, first, first + size)], other))

    def _begun(self, passage: Wanted, numbers: Sequence[int]) -> Iterator[tuple[Piece, int]]:
        """Yield the ends of words with which *passage* begins, whole words first."""
        parts = []
        for order, number in enumerate(numbers):
            first, last = self._at[number], self._at[number + 1]
            at = self.bare.find(passage.bare[0], max(first, last - len(passage.bare)), last)
            while at >= 0:
                if self.bare[at:last] == passage.bare[: last - at]:
                    parts.append((at > first, Piece(number, at, last), order))
                at = self.bare.find(passage.bare[0], at + 1, last)
        yield from ((piece, order) for _, piece, order in sorted(parts, key=lambda part: part[0]))

    def _moved(self, passage: Wanted, ranges: Sequence[Lines]) -> Iterator[Row]:
        """Yield where *passage* stands when the lines of *ranges* moved up or down together, the least first."""
        begins = passage.bare[:BEGINS]
        found: set[int] = set()
        at = self.bare.find(begins)
        while at >= 0 and len(found) < PLACES:
            found.add(self._line(bisect_right(self._at, at) - 1))
            at = self.bare.find(begins, at + 1)
        shifts = {line - first for line in found for first, _ in ranges[:SHIFTS]} - {0}
        for shift in sorted(shifts, key=abs)[:SHIFTS]:
            there = [(first + shift, last + shift) for first, last in ranges if last + shift > 0]
            yield from (row for row in self._rows(passage, self._numbers(there)) if self.needs(row, there))

    def _spaced(self, passage: Wanted, row: Row) -> bool:
        """Tell whether the blanks of *passage* are blanks of the page, and only such were left out as an OCR puts in."""
        joints: set[int] = set()
        at = 0
        for before, piece in pairwise(row):
            at += before.last - before.first
            joints.add(at)
            if at not in passage.blanks and self._blank(before, piece):
                return False
        return passage.blanks <= joints

    def _blank(self, before: Piece, piece: Piece) -> str:
        """Return the blank between two pieces that a reader must see: between Latin words, and between numbers in a line."""
        if piece.number != before.number + 1:
            return ""
        a, b = self.bare[before.last - 1], self.bare[piece.first]
        if max(a, b) > "\u2e7f":
            return ""
        ended = "\n" in self.text[self._place(before.last, before.number) : self._starts[piece.number]]
        return " " if (a.isalpha() and b.isalpha()) or (not ended and a.isalnum() and b.isalnum()) else ""

    def _place(self, at: int, number: int) -> int:
        """Return the place in the page of the character *at* (blanks not counted) of the word *number*."""
        return self._starts[number] + at - self._at[number]

    def _line(self, number: int) -> int:
        return bisect_right(self._lines, self._starts[number])

    def _numbers(self, ranges: Iterable[Lines]) -> list[int]:
        """Return the numbers of the words of these lines, each once, in the order of the page."""
        numbers: list[int] = []
        for first, last in sorted(ranges):
            if last < 1 or first > len(self._lines):
                continue
            low = bisect_left(self._starts, self._lines[max(first, 1) - 1])
            high = bisect_left(self._starts, self._lines[last]) if last < len(self._lines) else len(self._starts)
            numbers.extend(range(max(low, numbers[-1] + 1 if numbers else 0), high))
        return numbers
