"""Which words of the question met which words of the passage, and how much of the question that covers.

Late interaction (MaxSim of ColBERT, Khattab and Zaharia, SIGIR 2020) over the word vectors of the shipped static model: each word of
the question takes its most similar word of the passage; words count by their inverse document frequency.

    questions ─┐ their different words ─┐
    passages  ─┘ their different words ─┴─▶ one table of cosines ─▶ for each question and passage: the best of each word

The vectors are of whole numbers whose sums of products are exact in float32, whatever order they are made in: the cosine of two words
is the same to the last bit in any table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.document import Passage
from index.encoders.static import WHOLE, StaticEncoder, Words
from search.results import Match, Met

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.encoders.static import Ids

SIMILAR = 0.33  # cosine of two words; of 10,000 pairs drawn at random from the shipped vocabulary one is as similar
HEAVY = 0.05  # share of the question's weight under which a word (的, 了, 吗) explains nothing
WIDEST = 2000  # characters of a question that are aligned; the rest of a pasted page says the same again
SAME = 0.999  # cosine of a word with itself, in half precision
TOGETHER = 1000  # words of questions that share a table of cosines: some dozens of questions, or one pasted page


class Covered(NamedTuple):
    """*coverage*: the share of the question's weight that stands in the passage or its heading word for word; *similarity*: the same
    with similar words counted by their cosine. Both from 0 to 1."""

    coverage: float
    similarity: float


class Question:
    """The words of one question, to be held against many passages."""

    def __init__(self, query: str, lexicon: StaticEncoder, words: Words | None = None) -> None:
        self.text, self.lexicon = query[:WIDEST], lexicon
        self.words = words or lexicon.words([self.text])[0]
        weights = lexicon.weights(self.words.ids)
        self.shares = weights / max(float(weights.sum()), 1e-9)  # of the question's weight, one for each word

    def covered(self, passage: Passage) -> Covered:
        """Say how much of the question *passage* covers."""
        return covered([self], [self.lexicon.vocabulary([full_text(passage)])])[0][0]

    def matches(self, passage: Passage) -> tuple[Match, ...]:
        """Return where words of the question met words of the passage's text: every place of the same word, or the most similar one."""
        return matches([self], [[passage]], [self.lexicon.words([passage.text])])[0][0]

    def met(self, passage: Passage) -> list[Met]:
        """Return what makes the similarity of `covered`, what counts most first: it is the sum of cosine times weight."""
        whole = full_text(passage)
        (text,) = self.lexicon.words([whole])
        if not len(text.ids) or not len(self.words.ids):
            return []
        cosines = _Cosines([self.words.ids], [text.ids], self.lexicon).of(self.words.ids, text.ids).clip(0, 1)
        met: dict[tuple[str, str, float], float] = {}
        for row, (start, end) in enumerate(self.words.places):
            a, b = text.places[int(cosines[row].argmax())]
            pair = (self.text[start:end], whole[a:b], float(cosines[row].max()))
            met[pair] = met.get(pair, 0.0) + float(self.shares[row])
        return sorted((Met(*pair, weight) for pair, weight in met.items()), key=lambda word: (-word.cosine * word.weight, -word.weight))


def questions_of(queries: Sequence[str], lexicon: StaticEncoder) -> list[Question]:
    """Return the queries with their words, all cut into words at once."""
    words = lexicon.words([query[:WIDEST] for query in queries])
    return [Question(query, lexicon, known) for query, known in zip(queries, words, strict=True)]


def full_text(passage: Passage) -> str:
    """Return what of a passage is held against a question: what it quotes, and its title and place."""
    return f"{passage.heading}\n{passage.text}"


def covered(questions: Sequence[Question], vocabularies: Sequence[Sequence[Ids]]) -> list[list[Covered]]:
    """Say how much of each question each of its own passages covers; of a passage its different words are given."""
    found: list[list[Covered]] = []
    for first, last in _groups(questions):
        some, theirs = questions[first:last], vocabularies[first:last]
        table = _Cosines([question.words.ids for question in some], [ids for each in theirs for ids in each], questions[0].lexicon)
        found += [_covered(question, each, table) for question, each in zip(some, theirs, strict=True)]
    return found


def matches(
    questions: Sequence[Question], passages: Sequence[Sequence[Passage]], words: Sequence[Sequence[Words]]
) -> list[list[tuple[Match, ...]]]:
    """Return where words of each question met words of each of its own passages (see `Question.matches`)."""
    found: list[list[tuple[Match, ...]]] = []
    for first, last in _groups(questions):
        some = range(first, last)
        heavy = {at: (questions[at].shares >= HEAVY).nonzero()[0] for at in some}
        asked = [questions[at].words.ids[heavy[at]] for at in some]
        table = _Cosines(asked, [each.ids for at in some for each in words[at]], questions[0].lexicon)
        for at in some:
            pairs = zip(passages[at], words[at], strict=True)
            found.append([tuple(_matches(questions[at], heavy[at], passage, each, table)) for passage, each in pairs])
    return found


class _Cosines:
    """The cosines of all words of some questions with all words of some passages."""

    def __init__(self, asked: Sequence[Ids], standing: Sequence[Ids], lexicon: StaticEncoder) -> None:
        rows, self._row_of = _different(asked, lexicon)
        columns, self._column_of = _different(standing, lexicon)
        self._table = lexicon.whole_vectors(rows) @ lexicon.whole_vectors(columns).T

    def of(self, asked: Ids, standing: Ids) -> Vectors:
        """Return the cosines of these words, (len(asked), len(standing)), none above 1."""
        import numpy as np

        products = self._table[self._row_of[asked]].take(self._column_of[standing], axis=1)
        products /= np.float32(WHOLE * WHOLE)
        cosines: Vectors = np.minimum(products, np.float32(1), out=products)
        return cosines


def _covered(question: Question, vocabularies: Sequence[Ids], table: _Cosines) -> list[Covered]:
    import numpy as np

    found = [Covered(0.0, 0.0)] * len(vocabularies)
    known = [at for at, ids in enumerate(vocabularies) if len(ids)]
    if not known or not len(question.words.ids):
        return found
    starts = np.cumsum([0, *(len(vocabularies[at]) for at in known[:-1])])
    cosines = table.of(question.words.ids, np.concatenate([vocabularies[at] for at in known]))
    best = np.maximum.reduceat(cosines, starts, axis=1).clip(0, 1)  # of each word in each passage
    coverage, similarity = ((question.shares[:, None] * each).sum(axis=0).tolist() for each in ((best > SAME).astype(np.float32), best))
    for at, *both in zip(known, coverage, similarity, strict=True):
        found[at] = Covered(*both)
    return found


def _matches(question: Question, heavy: Ids, passage: Passage, words: Words, table: _Cosines) -> list[Match]:
    if not len(words.ids) or not len(heavy):
        return []
    asked = question.words.ids[heavy]
    cosines = table.of(asked, words.ids)
    best, nearest = cosines.max(axis=1), cosines.argmax(axis=1)
    met = asked[:, None] == words.ids
    alone = ~met.any(axis=1)
    met[alone, nearest[alone]] = True
    met &= (best >= SIMILAR)[:, None]
    found: dict[tuple[str, tuple[int, int]], Match] = {}
    rows, columns = met.nonzero()
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        start, end = question.words.places[heavy[row]]
        a, b = words.places[column]
        cosine = float(best[row])
        match = Match(question.text[start:end], passage.text[a:b], (a, b), 1.0 if cosine > SAME else round(cosine, 4))
        found.setdefault((match.query, match.at), match)
    return sorted(found.values(), key=lambda match: (match.at, -match.weight))


def _groups(questions: Sequence[Question]) -> Iterator[tuple[int, int]]:
    """Give ranges of questions that share a table, so that its size has a bound."""
    first, words = 0, 0
    for at, question in enumerate(questions):
        if words and words + len(question.words.ids) > TOGETHER:
            yield first, at
            first, words = at, 0
        words += len(question.words.ids)
    if first < len(questions):
        yield first, len(questions)


def _different(texts: Sequence[Ids], lexicon: StaticEncoder) -> tuple[Ids, NDArray[np.intp]]:
    """Return the different words of some texts, and where each word of the vocabulary stands among them."""
    import numpy as np

    there = np.zeros(lexicon.size, bool)
    for ids in texts:
        there[ids] = True
    return there.nonzero()[0], there.cumsum() - 1
