"""txtai: its own BM25 and faiss over vectors made elsewhere, fused by its weights, texts kept. Returns texts."""

import os

import numpy as np
from asking import K
from txtai import Embeddings

os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"  # txtai asks for this before it calls a function by its name
AT_ONCE = 1_000  # rows of a batch, as txtai takes them
vectors_of = None  # the vectors of texts, as txtai asks for them: of passages in their order, then of questions


def transform(texts):
    """txtai calls this function by its name, which the saved index holds."""
    return vectors_of(texts)


class InOrder:
    """The vectors of the passages, which txtai asks for in their order."""

    def __init__(self, vectors):
        self._vectors, self._next = vectors, 0

    def __call__(self, texts):
        first, self._next = self._next, self._next + len(texts)
        return np.array(self._vectors[first : self._next])


def build(folder, texts, vectors):
    global vectors_of
    vectors_of = InOrder(vectors)
    settings = {"method": "external", "transform": "txtai_hybrid.transform", "hybrid": True, "content": True, "encodebatch": AT_ONCE}
    embeddings = Embeddings(settings)
    embeddings.index((number, text, None) for number, text in enumerate(texts))
    embeddings.save(str(folder))
    embeddings.close()


class Opened:
    def __init__(self, folder, of_questions):
        global vectors_of
        vectors_of = of_questions
        self._embeddings = Embeddings()
        self._embeddings.load(str(folder))

    def ask(self, question):
        return [(hit["id"], hit["text"]) for hit in self._embeddings.search(question, K)]

    def ask_many(self, questions):
        return [[(hit["id"], hit["text"]) for hit in hits] for hits in self._embeddings.batchsearch(list(questions), K)]
