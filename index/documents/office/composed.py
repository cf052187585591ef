"""Compose the text of a document line by line, with its blocks and spots: what is added comes out in this order and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from index.document import Block, Spot
from index.documents.extracted import LARGEST_TEXT, MOST_LINES, MOST_SPOTS, Extracted, Refused
from index.messages import say

BLANKS = str.maketrans(dict.fromkeys("\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029\x00", " "))  # within a piece: it stands in one line


class Piece(NamedTuple):
    """A part of a line that is a block of its own; see `Block` for its *kind* and *level*."""

    text: str
    kind: str = "text"
    level: int = 0


@dataclass(slots=True)
class Composed:
    """The text so far. Every line is added whole; an empty one is no block, and widens the gap above the next."""

    blocks: list[Block] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)
    _offset: int = 0  # of the next line
    _bytes: int = 0
    _gap: int = 1

    @property
    def offset(self) -> int:
        """The offset of the line that is added next."""
        return self._offset

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def skip(self) -> None:
        """Widen the gap above the next block: it does not go on with what is above it."""
        self._gap = max(self._gap, 2)

    def add(self, pieces: Sequence[Piece]) -> None:
        """Add a line of several blocks, with a blank between two of them; an empty line where there are none."""
        texts = [piece._replace(text=piece.text.translate(BLANKS).strip()) for piece in pieces]
        texts = [piece for piece in texts if piece.text]
        start = self._offset
        for piece in texts:
            self._block(((start, start + len(piece.text)),), piece)
            start += len(piece.text) + 1
        self._line(" ".join(piece.text for piece in texts))

    def add_row(self, cells: Sequence[str], kind: str = "table") -> None:
        """Add a row of a table, its cells parted by tabs; *kind*: table, or columns for a row that names the columns."""
        shown = [cell.translate(BLANKS).strip() for cell in cells]
        text = "\t".join(shown).rstrip("\t")
        blanks = len(text) - len(text.lstrip("\t"))
        if text:
            self._block(((self._offset + blanks, self._offset + len(text)),), Piece(text, kind))
        self._line(text)

    def extracted(self, reader: str, notes: Sequence[str] = ()) -> Extracted:
        """Return the text with its blocks and spots."""
        return Extracted("\n".join(self._lines), reader, tuple(self.blocks), tuple(self.spots), tuple(notes))

    def _block(self, spans: tuple[tuple[int, int], ...], piece: Piece) -> None:
        self.blocks.append(Block(spans, piece.kind, piece.level, self._gap, 0.0))
        self._gap = 0

    def _line(self, text: str) -> None:
        self._gap = self._gap + 1 if not text else 0
        self._lines.append(text)
        self._offset += len(text) + 1
        self._bytes += len(text.encode("utf-8", "replace"))
        if self._bytes > LARGEST_TEXT:
            most = LARGEST_TEXT // 2**20
            raise Refused(say("too large: its text has more than {most} MB; split it", most=most))
        if len(self._lines) > MOST_LINES or len(self.spots) > MOST_SPOTS:
            raise Refused(say("too large: more cells or lines than can be kept; split it"))
