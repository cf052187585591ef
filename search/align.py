"""Which words of the question met which words of the passage, and how much of the question that covers.

Late interaction (MaxSim of ColBERT, Khattab and Zaharia, SIGIR 2020) over the word vectors of the shipped static model: each word of
the question takes its most similar word of the passage; words count by their inverse document frequency.
"""

from __future__ import annotations

from typing import NamedTuple

from index.article import Match, Passage
from index.encode import StaticEncoder

SIMILAR = 0.33  # cosine of two words; of 10,000 pairs drawn at random from the shipped vocabulary one is as similar
HEAVY = 0.05  # share of the question's weight under which a word (的, 了, 吗) explains nothing
WIDEST = 2000  # characters of a question that are aligned; the rest of a pasted page says the same again
SAME = 0.999  # cosine of a word with itself, in half precision


class Covered(NamedTuple):
    """*coverage*: the share of the question's weight that stands in the passage or its heading word for word; *similarity*: the same
    with similar words counted by their cosine. Both from 0 to 1."""

    coverage: float
    similarity: float


class Met(NamedTuple):
    """A word of the question, the most similar word of a passage or its heading, their cosine (cut at 0 and 1), and the word's share of
    the question's weight."""

    query: str
    passage: str
    cosine: float
    weight: float


class Question:
    """The words of one question, to be held against many passages."""

    def __init__(self, query: str, lexicon: StaticEncoder) -> None:
        self._query, self._lexicon = query[:WIDEST], lexicon
        self._words = lexicon.words(self._query)
        self._total = float(self._words.weights.sum())

    def covered(self, passage: Passage) -> Covered:
        """Say how much of the question *passage* covers."""
        text = self._lexicon.words(f"{passage.heading}\n{passage.text}")
        if self._total <= 0 or not len(text.ids):
            return Covered(0.0, 0.0)
        best = (self._words.vectors @ text.vectors.T).max(axis=1).clip(0, 1)
        weights = self._words.weights / self._total
        return Covered(float(weights[best > SAME].sum()), float(weights @ best))

    def met(self, passage: Passage) -> list[Met]:
        """Return what makes the similarity of `covered`, the heaviest words first: it is the sum of cosine times weight."""
        whole = f"{passage.heading}\n{passage.text}"
        text = self._lexicon.words(whole)
        if self._total <= 0 or not len(text.ids):
            return []
        cosines = (self._words.vectors @ text.vectors.T).clip(0, 1)
        met: dict[tuple[str, str, float], float] = {}
        for row, (start, end) in enumerate(self._words.places):
            a, b = text.places[int(cosines[row].argmax())]
            pair = (self._query[start:end], whole[a:b], float(cosines[row].max()))
            met[pair] = met.get(pair, 0.0) + float(self._words.weights[row] / self._total)
        return sorted((Met(*pair, weight) for pair, weight in met.items()), key=lambda word: (-word.cosine * word.weight, -word.weight))

    def matches(self, passage: Passage) -> tuple[Match, ...]:
        """Return where words of the question met words of the passage's text: every place of the same word, or the most similar one."""
        text = self._lexicon.words(passage.text)
        found: dict[tuple[str, tuple[int, int]], Match] = {}
        if not len(text.ids) or self._total <= 0:
            return ()
        cosines = self._words.vectors @ text.vectors.T
        for row, (start, end) in enumerate(self._words.places):
            best = float(cosines[row].max())
            if self._words.weights[row] / self._total < HEAVY or best < SIMILAR:
                continue
            for at in (text.ids == self._words.ids[row]).nonzero()[0].tolist() or [int(cosines[row].argmax())]:
                a, b = text.places[at]
                match = Match(self._query[start:end], passage.text[a:b], (a, b), round(min(best, 1.0), 4))
                found.setdefault((match.query, match.at), match)
        return tuple(sorted(found.values(), key=lambda match: (match.at, -match.weight)))
