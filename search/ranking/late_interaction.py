"""Late interaction: which words of the question met which words of the passage, and how much of the question that covers.

MaxSim of ColBERT (Khattab and Zaharia, SIGIR 2020) over the word vectors of the shipped static model: each word of the question takes
its most similar word of the passage, and words count by their inverse document frequency.

    question ─── its words ──────────────┐
    passages ─── their distinct words ───┴─▶ a table of cosines ─▶ for each passage the best of each word of the question

The vectors are integers whose dot products are exact in float32 in any order of adding, so the cosine of two words is the same to the
last bit in any table. Each question has a table of its own: a shared one would hold mostly words that no question of its row asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
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
BLOCK = 256  # words whose vectors are multiplied at once: 256 KB stay in the cache of a processor; half of the time of all together


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
    return [_similarities(one, lexicon) for one in compared]


def matches(compared: Sequence[Texts], lexicon: StaticEncoder) -> list[list[tuple[Match, ...]]]:
    """Return for each question and each of its passages where words met: every occurrence of the same word, or the most similar one."""
    return [_matches(_heavy(query), passages, lexicon) for query, passages in compared]


def aligned_words(query: QueryWords, passage: Passage, lexicon: StaticEncoder) -> list[AlignedWord]:
    """Return what makes the similarity of a question and a passage, what counts most first: the shares of the words add up to it."""
    text = aligned_text(passage)
    (words,) = words_of([text], lexicon)
    if not len(words.ids) or not len(query.words.ids):
        return []
    cosines = _cosines(_products(words.ids, query.words.ids, lexicon)).T.clip(0, 1)
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


def _similarities(compared: Vocabularies, lexicon: StaticEncoder) -> list[float]:
    import numpy as np

    query, vocabularies = compared
    covered = [0.0] * len(vocabularies)
    known = [number for number, ids in enumerate(vocabularies) if len(ids)]
    if not known or not len(query.words.ids):
        return covered
    products, starts = _products_of_texts([vocabularies[number] for number in known], query.words.ids, lexicon)
    best = np.maximum.reduceat(products, starts, axis=0).T  # of each word in each passage
    shares = query.shares[:, None] * _cosines(np.ascontiguousarray(best)).clip(0, 1)
    for number, similarity in zip(known, shares.sum(axis=0).tolist(), strict=True):
        covered[number] = similarity
    return covered


def _matches(query: QueryWords, passages: Sequence[tuple[Passage, Words]], lexicon: StaticEncoder) -> list[tuple[Match, ...]]:
    import numpy as np

    asked = query.words.ids
    found: list[dict[tuple[str, tuple[int, int]], Match]] = [{} for _ in passages]
    known = [number for number, (_, words) in enumerate(passages) if len(words.ids)]
    if not known or not len(asked):
        return [()] * len(passages)
    texts = [passages[number][1].ids for number in known]
    products, starts = _products_of_texts(texts, asked, lexicon)
    cosines = _cosines(products)
    text_of = np.repeat(np.arange(len(texts)), [len(ids) for ids in texts])
    best = np.maximum.reduceat(cosines, starts, axis=0)
    met = np.concatenate(texts)[:, None] == asked
    alone = ~np.logical_or.reduceat(met, starts, axis=0)
    met |= alone[text_of] & (cosines == best[text_of])
    met &= (best >= SIMILAR)[text_of]
    nearest: set[tuple[int, int]] = set()
    for row, column in np.argwhere(met.T).tolist():
        text = int(text_of[column])
        if alone[text, row]:
            if (row, text) in nearest:
                continue  # several are equally similar: the first of them
            nearest.add((row, text))
        passage, words = passages[known[text]]
        start, end = query.words.offsets[row]
        first, last = words.offsets[column - int(starts[text])]
        cosine = float(best[text, row])
        weight = 1.0 if cosine > SAME_WORD else round(cosine, 4)
        match = Match(query.text[start:end], passage.text[first:last], (first, last), weight)
        found[known[text]].setdefault((match.query, match.at), match)
    return [tuple(sorted(matched.values(), key=lambda match: (match.at, -match.weight))) for matched in found]


def _products_of_texts(texts: Sequence[Ids], asked: Ids, lexicon: StaticEncoder) -> tuple[Vectors, NDArray[np.intp]]:
    """Return the products of the words of all texts, one after the other, with the words that are *asked*, and where each text starts."""
    import numpy as np

    every_word = np.concatenate(texts)
    present = np.zeros(lexicon.size, bool)
    present[every_word] = True
    words = present.nonzero()[0]
    numbers = np.empty(lexicon.size, np.intp)  # what is at other words is never read
    numbers[words] = np.arange(len(words))
    starts = np.cumsum([0, *(len(ids) for ids in texts[:-1])])
    return _products(words, asked, lexicon).take(numbers[every_word], axis=0), starts


def _products(words: Ids, asked: Ids, lexicon: StaticEncoder) -> Vectors:
    """Return (len(words), len(asked)): the products of the integer vectors of both."""
    import numpy as np

    products = np.empty((len(words), len(asked)), np.float32)
    vectors = np.ascontiguousarray(lexicon.integer_vectors(asked).T)
    block = np.empty((BLOCK, lexicon.dim), np.float32)
    for start in range(0, len(words), BLOCK):
        some = words[start : start + BLOCK]
        np.matmul(lexicon.integer_vectors(some, block[: len(some)]), vectors, out=products[start : start + BLOCK])
    return products


def _cosines(products: Vectors) -> Vectors:
    """Return the cosines of integer vectors with these *products*, none above 1."""
    import numpy as np

    cosines: Vectors = np.minimum(products / np.float32(INTEGER_LENGTH**2), np.float32(1))
    return cosines
