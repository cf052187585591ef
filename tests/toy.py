"""A toy encoder that one can reason about: a vector counts the words of WORDS in a text, so the cosine measures shared words."""

from collections.abc import Sequence

import numpy as np

from index.encoders.open import open_lexicon
from index.engine.protocol import Index
from index.errors import BadInput
from search import pipeline
from search.options import SearchOptions
from search.pipeline import Resources
from search.ranking.passage_cache import PassageCache
from search.results import Result

WORDS = ("充电", "停车", "楼道", "河道", "印章", "天然气", "消防", "食堂")


class ToyEncoder:
    """One dimension for each word of WORDS, and one in which every text has 0.1, so that no vector is zero."""

    name = "toy"
    dim = len(WORDS) + 1
    fingerprint = "1"

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        counts = np.array([[*(text.count(word) for word in WORDS), 0.1] for text in texts], np.float32).reshape(len(texts), self.dim)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)

    def encode_query(self, text: str) -> np.ndarray:
        return self.encode_passages([text])[0]


def ask_toy(index: Index, query: str, options: SearchOptions) -> Result:
    """Ask *index*, which the toy encoder made, one question with no other model than the lexicon."""
    lexicon = open_lexicon()
    (result,) = pipeline.search([query], Resources(index, ToyEncoder(), lexicon, PassageCache(index, lexicon)), options)
    assert not isinstance(result, BadInput)
    return result
