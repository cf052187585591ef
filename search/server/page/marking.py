"""Which words of a passage matched: a passage and its matches in, pieces of text out, each with the word of the question it met.

小区门口电动自行车乱停 + (电瓶车 ≈ 电动自行车, 乱停 = 乱停)  ──▶  小区门口 · [电动自行车: 电瓶车] · [乱停: 乱停]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from search.results import Match

SAME = 0.99  # cosine of two words from which on they are the same word


class Piece(NamedTuple):
    """A piece of a passage. *query* is the word of the question that it met, None where it met none; *same*: it is that very word."""

    text: str
    query: str | None = None
    same: bool = False


class Pair(NamedTuple):
    """A word of the question and the word of a passage that it met, with their cosine."""

    query: str
    passage: str
    weight: float


def pieces(text: str, matches: Sequence[Match]) -> list[Piece]:
    """Return *text* in pieces that join to it again; where several words met the same characters, the nearest one counts.

    >>> pieces("电动车乱停", [Match("电瓶车", "电动车", (0, 3), 0.8), Match("乱停", "乱停", (3, 5), 1.0)])
    [Piece(text='电动车', query='电瓶车', same=False), Piece(text='乱停', query='乱停', same=True)]
    """
    owner: list[Match | None] = [None] * len(text)
    for match in sorted(matches, key=lambda match: match.weight):
        for position in range(max(0, match.at[0]), min(len(text), match.at[1])):
            owner[position] = match
    return list(_runs(text, owner))


def _runs(text: str, owner: Sequence[Match | None]) -> Iterator[Piece]:
    for _, run in groupby(range(len(text)), key=lambda position: id(owner[position])):
        positions = list(run)
        match = owner[positions[0]]
        piece = text[positions[0] : positions[-1] + 1]
        yield Piece(piece, match.query, match.weight >= SAME) if match else Piece(piece)


def similar_pairs(matches: Sequence[Match]) -> list[Pair]:
    """Return the words that met without being the same, the nearest first, each pair once."""
    met: dict[tuple[str, str], float] = {}
    for match in matches:
        if match.weight < SAME and match.query != match.passage:
            pair = (match.query, match.passage)
            met[pair] = max(met.get(pair, 0.0), match.weight)
    return [Pair(*pair, weight) for pair, weight in sorted(met.items(), key=lambda item: -item[1])]
