"""Late interaction: which words of the question met which words of the passage, and how much of the question that covers.

MaxSim of ColBERT (Khattab and Zaharia, SIGIR 2020) over the word vectors of the shipped static model: each word of the question takes
its most similar word of the passage, and words count by their inverse document frequency.

    questions ─┐ their distinct words ─┐
    passages  ─┘ their distinct words ─┴─▶ one table of cosines ─▶ for each question and passage: the best of each word

The vectors are integers whose dot products are exact in float32 in any order of adding, so the cosine of two words is the same to the
last bit in any table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.document import Passage
from index.encoders.static import INTEGER_LENGTH, StaticEncoder, Words
from index.text.numerals import plain_with_offsets
from search.results import AlignedWord, Match
from search.retrieval.query import QueryWords

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.encoders.static import Ids

SIMILAR = 0.33  # cosine of two words; 8 of 10,000 random pairs of words reach it (index/training/fusion.py)
HEAVY = 0.05  # share of the question's weight under which a word (的, 了, 吗) explains nothing
LONGEST_ALIGNED = 2000  # characters of a question that are aligned; the rest of a pasted page says the same again
SAME_WORD = 0.999  # cosine of a word with itself, in half precision
TABLE_WORDS = 1000  # words of questions that share a table of cosines: some dozens of questions, or one pasted page


class Vocabularies(NamedTuple):
    """A question and the distinct words of each of its passages, which it is compared with."""

    query: QueryWords
    passages: Sequence[Ids]


class Texts(NamedTuple):
    """A question and its passages with their words, in which matches are looked for."""

    query: QueryWords
    passages: Sequence[tuple[Passage, Words]]


def query_words(texts: Sequence[str], lexicon: StaticEncoder) -> list[QueryWords]:
    """Return the words of each question with their shares of its weight; all are cut into words at once."""
    texts = [text[:LONGEST_ALIGNED] for text in texts]
    return [QueryWords(text, words, _shares(words, lexicon)) for text, words in zip(texts, words_of(texts, lexicon), strict=True)]


def words_of(texts: Sequence[str], lexicon: StaticEncoder) -> list[Words]:
    """Return the known words of each text, its numbers in one form, with their offsets in the text as it is printed."""
    read = [plain_with_offsets(text) for text in texts]
    return [
        Words(words.ids, [text.original(*offsets) for offsets in words.offsets]) if text.spans else words
        for text, words in zip(read, lexicon.words([text.text for text in read]), strict=True)
    ]


def aligned_text(passage: Passage) -> str:
    """Return what of a passage is compared with a question: its heading and what it quotes."""
    return f"{passage.heading}\n{passage.text}"


def similarities(compared: Sequence[Vocabularies], lexicon: StaticEncoder) -> list[list[float]]:
    """Return for each question and each of its passages how much of the question's weight the passage covers, from 0 to 1, similar words
    counted by their cosine."""
    return [_similarities(query, table) for group, table in _tables(compared, lexicon) for query in group]


def matches(compared: Sequence[Texts], lexicon: StaticEncoder) -> list[list[tuple[Match, ...]]]:
    """Return for each question and each of its passages where words met: every occurrence of the same word, or the most similar one."""
    heavy = [
        Vocabularies(_heavy(query), [words.ids for _, words in passages]) for query, passages in compared
    ]  # the question less the words that explain nothing
    tables = ((query, table) for group, table in _tables(heavy, lexicon) for query in group)
    return [
        [tuple(_matches(query.query, passage, words, table)) for passage, words in texts.passages]
        for texts, (query, table) in zip(compared, tables, strict=True)
    ]


def aligned_words(query: QueryWords, passage: Passage, lexicon: StaticEncoder) -> list[AlignedWord]:
    """Return what makes the similarity of a question and a passage, what counts most first: the shares of the words add up to it."""
    text = aligned_text(passage)
    (words,) = words_of([text], lexicon)
    if not len(words.ids) or not len(query.words.ids):
        return []
    cosines = _Cosines([query.words.ids], [words.ids], lexicon).of(query.words.ids, words.ids).clip(0, 1)
    weights: dict[tuple[str, str, float], float] = {}
    for row, (start, end) in enumerate(query.words.offsets):
        first, last = words.offsets[int(cosines[row].argmax())]
        pair = (query.text[start:end], text[first:last], float(cosines[row].max()))
        weights[pair] = weights.get(pair, 0.0) + float(query.shares[row])
    aligned = (AlignedWord(*pair, weight) for pair, weight in weights.items())
    return sorted(aligned, key=lambda word: (-word.share, -word.weight))


def _shares(words: Words, lexicon: StaticEncoder) -> Vectors:
    weights = lexicon.weights(words.ids)
    shares: Vectors = weights / max(float(weights.sum()), 1e-9)
    return shares


def _heavy(query: QueryWords) -> QueryWords:
    """Return *query* with the words alone that explain a match."""
    heavy = (query.shares >= HEAVY).nonzero()[0]
    places = [query.words.offsets[number] for number in heavy.tolist()]
    return QueryWords(query.text, Words(query.words.ids[heavy], places), query.shares[heavy])


class _Cosines:
    """The cosines of all words of some questions with all words of some passages."""

    def __init__(self, asked: Sequence[Ids], compared: Sequence[Ids], lexicon: StaticEncoder) -> None:
        rows, self._row_of = _distinct(asked, lexicon.size)
        columns, self._column_of = _distinct(compared, lexicon.size)
        self._table = lexicon.integer_vectors(rows) @ lexicon.integer_vectors(columns).T

    def of(self, asked: Ids, compared: Ids) -> Vectors:
        """Return the cosines of these words, (len(asked), len(compared)), none above 1."""
        import numpy as np

        products = self._table[self._row_of[asked]].take(self._column_of[compared], axis=1)
        products /= np.float32(INTEGER_LENGTH**2)
        cosines: Vectors = np.minimum(products, np.float32(1), out=products)
        return cosines


def _tables(compared: Sequence[Vocabularies], lexicon: StaticEncoder) -> Iterator[tuple[Sequence[Vocabularies], _Cosines]]:
    """Yield the questions in groups that share a table of cosines, so that the size of a table has a bound."""
    for group in _groups(compared):
        passages = [ids for vocabularies in group for ids in vocabularies.passages]
        yield group, _Cosines([vocabularies.query.words.ids for vocabularies in group], passages, lexicon)


def _groups(compared: Sequence[Vocabularies]) -> Iterator[Sequence[Vocabularies]]:
    group: list[Vocabularies] = []
    words = 0
    for vocabularies in compared:
        if words and words + len(vocabularies.query.words.ids) > TABLE_WORDS:
            yield group
            group, words = [], 0
        group.append(vocabularies)
        words += len(vocabularies.query.words.ids)
    if group:
        yield group


def _similarities(compared: Vocabularies, table: _Cosines) -> list[float]:
    import numpy as np

    query, vocabularies = compared
    covered = [0.0] * len(vocabularies)
    known = [number for number, ids in enumerate(vocabularies) if len(ids)]
    if not known or not len(query.words.ids):
        return covered
    starts = np.cumsum([0, *(len(vocabularies[number]) for number in known[:-1])])
    cosines = table.of(query.words.ids, np.concatenate([vocabularies[number] for number in known]))
    best = np.maximum.reduceat(cosines, starts, axis=1).clip(0, 1)  # of each word in each passage
    for number, similarity in zip(known, (query.shares[:, None] * best).sum(axis=0).tolist(), strict=True):
        covered[number] = similarity
    return covered


def _matches(query: QueryWords, passage: Passage, words: Words, table: _Cosines) -> list[Match]:
    asked = query.words.ids
    if not len(words.ids) or not len(asked):
        return []
    cosines = table.of(asked, words.ids)
    best, nearest = cosines.max(axis=1), cosines.argmax(axis=1)
    met = asked[:, None] == words.ids
    alone = ~met.any(axis=1)
    met[alone, nearest[alone]] = True
    met &= (best >= SIMILAR)[:, None]
    matched: dict[tuple[str, tuple[int, int]], Match] = {}
    rows, columns = met.nonzero()
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        start, end = query.words.offsets[row]
        first, last = words.offsets[column]
        cosine = float(best[row])
        weight = 1.0 if cosine > SAME_WORD else round(cosine, 4)
        match = Match(query.text[start:end], passage.text[first:last], (first, last), weight)
        matched.setdefault((match.query, match.at), match)
    return sorted(matched.values(), key=lambda match: (match.at, -match.weight))


def _distinct(texts: Sequence[Ids], size: int) -> tuple[Ids, NDArray[np.intp]]:
    """Return the distinct words of some texts, rising, and at each of these words of a vocabulary of this *size* its number among them."""
    import numpy as np

    present = np.zeros(size, bool)
    if texts:
        present[np.concatenate(texts)] = True
    words = present.nonzero()[0]
    numbers = np.empty(size, np.intp)  # what is at other words is never read
    numbers[words] = np.arange(len(words))
    return words, numbers
