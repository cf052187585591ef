"""Late interaction: which words of the question met which words of the passage, and how much of the question that covers.

MaxSim of ColBERT (Khattab and Zaharia, SIGIR 2020) over the word vectors of the shipped static model: each word of the question takes
its most similar word of the passage, and words count by their inverse document frequency.

    question ─── its words ──────────────┐
    passages ─── their distinct words ───┴─▶ a table of cosines ─▶ for each passage the best of each word of the question

The vectors are integers whose dot products are exact in float32 in any order of adding, so the cosine of two words is the same to the
last bit in any table. Each question has a table of its own: a shared one would hold mostly words that no question of its row asks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.document import Passage, Span
from index.encoders.static import INTEGER_LENGTH, StaticEncoder, Words, numbered
from index.text.numerals import plain_with_offsets
from search.results import AlignedWord, Match
from search.retrieval.query import QueryWords, WordTable

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
    """A question and its passages with their distinct words, in which matches are looked for; *table* holds what is known of these."""

    query: QueryWords
    passages: Sequence[tuple[Passage, Ids]]
    table: WordTable | None = None


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


def similarities(compared: Sequence[Vocabularies], lexicon: StaticEncoder) -> list[tuple[list[float], WordTable | None]]:
    """Return for each question and each of its passages how much of the question's weight the passage covers, from 0 to 1, similar words
    counted by their cosine; and the table of these words."""
    return [_similarities(one, lexicon) for one in compared]


def matches(compared: Sequence[Texts], lexicon: StaticEncoder) -> list[list[tuple[Match, ...]]]:
    """Return for each question and each of its passages where words met: every occurrence of the same word, or the most similar one."""
    return [_matches(one, lexicon) for one in compared]


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


def _similarities(compared: Vocabularies, lexicon: StaticEncoder) -> tuple[list[float], WordTable | None]:
    import numpy as np

    query, vocabularies = compared
    covered = [0.0] * len(vocabularies)
    known = [number for number, ids in enumerate(vocabularies) if len(ids)]
    if not known or not len(query.words.ids):
        return covered, None
    words, positions = numbered(np.concatenate([vocabularies[number] for number in known]))
    table = WordTable(words, _products(words, query.words.ids, lexicon))
    starts = _starts([vocabularies[number] for number in known])
    best = np.maximum.reduceat(table.products.take(positions, axis=0), starts, axis=0).T  # of each word in each passage
    shares = query.shares[:, None] * _cosines(np.ascontiguousarray(best)).clip(0, 1)
    for number, similarity in zip(known, shares.sum(axis=0).tolist(), strict=True):
        covered[number] = similarity
    return covered, table


def _matches(compared: Texts, lexicon: StaticEncoder) -> list[tuple[Match, ...]]:
    """Return where words met, by the distinct words of the texts; only those that met are looked for in the texts themselves."""
    import numpy as np

    query, passages, _ = compared
    heavy = (query.shares >= HEAVY).nonzero()[0]  # the words that explain a match
    asked = query.words.ids[heavy]
    found: list[tuple[Match, ...]] = [()] * len(passages)
    known = [number for number, (_, ids) in enumerate(passages) if len(ids)]
    if not known or not len(asked):
        return found
    words = [passages[number][1] for number in known]
    every_word, starts = np.concatenate(words), _starts(words)
    cosines = _cosines(_products_of(every_word, compared, lexicon)[:, heavy])
    text_of = np.repeat(np.arange(len(words)), [len(ids) for ids in words])
    best = np.maximum.reduceat(cosines, starts, axis=0)
    met = every_word[:, None] == asked
    alone = ~np.logical_or.reduceat(met, starts, axis=0)
    met |= alone[text_of] & (cosines == best[text_of])
    met &= (best >= SIMILAR)[text_of]
    rows: list[defaultdict[int, list[int]]] = [defaultdict(list) for _ in words]  # words of the question, by the word that they met
    for at, row in np.argwhere(met).tolist():
        rows[text_of[at]][int(every_word[at])].append(row)
    offsets = [query.words.offsets[number] for number in heavy.tolist()]
    for text, number in enumerate(known):
        asking = [_Asking(query.text[slice(*offsets[row])], float(best[text, row]), bool(alone[text, row])) for row in range(len(heavy))]
        found[number] = _met(passages[number][0].text, rows[text], asking, lexicon)
    return found


class _Asking(NamedTuple):
    """A word of a question as one text answers it: the *cosine* of its nearest word there; *alone*: the text does not have it."""

    word: str
    cosine: float
    alone: bool


def _met(text: str, rows: Mapping[int, Sequence[int]], asking: Sequence[_Asking], lexicon: StaticEncoder) -> tuple[Match, ...]:
    """Return the matches in one text: *rows* are the words of the question, by the id of the word of the text that they met."""
    found: dict[tuple[str, Span], tuple[int, Match]] = {}
    nearest: set[int] = set()
    for word, (first, last) in _occurrences(text, rows, lexicon):
        for row in rows[word]:
            if row in nearest:
                continue  # several are equally similar: the first of them
            asked, cosine, alone = asking[row]
            if alone:
                nearest.add(row)
            weight = 1.0 if cosine > SAME_WORD else round(cosine, 4)
            key = asked, (first, last)
            if key not in found or row < found[key][0]:
                found[key] = row, Match(asked, text[first:last], (first, last), weight)
    return tuple(match for _, match in sorted(found.values(), key=lambda one: (one[1].at, -one[1].weight, one[0])))


def _occurrences(text: str, wanted: Collection[int], lexicon: StaticEncoder) -> Iterator[tuple[int, Span]]:
    """Yield the words of *text* that are *wanted*, in order, and where they stand in the text as it is printed."""
    if not wanted:
        return
    read = plain_with_offsets(text)
    for word, offsets in lexicon.occurrences(read.text, wanted):
        yield word, read.original(*offsets) if read.spans else offsets


def _products_of(every_word: Ids, compared: Texts, lexicon: StaticEncoder) -> Vectors:
    """Return the products of these words with those of the question, out of the table where it has them all."""
    query, _, table = compared
    words, positions = numbered(every_word)
    if table is not None:
        places = table.words.searchsorted(words)
        if (table.words.take(places, mode="clip") == words).all():
            return table.products.take(places[positions], axis=0)
    return _products(words, query.words.ids, lexicon).take(positions, axis=0)


def _starts(texts: Sequence[Ids]) -> NDArray[np.intp]:
    """Return where each text starts among the words of all."""
    import numpy as np

    return np.cumsum([0, *(len(ids) for ids in texts[:-1])])


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
