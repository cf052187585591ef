"""Chroma: HNSW over the vectors. Vectors alone; returns texts."""

import chromadb
from asking import K

AT_ONCE = 5_000  # rows that are handed over together; Chroma takes 5,461
SETTINGS = chromadb.Settings(anonymized_telemetry=False)


def build(folder, texts, vectors):
    client = chromadb.PersistentClient(str(folder), SETTINGS)
    collection = client.create_collection("passages", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)
    for first in range(0, len(texts), AT_ONCE):
        some = texts[first : first + AT_ONCE]
        numbers = [str(number) for number in range(first, first + len(some))]
        collection.add(ids=numbers, embeddings=vectors[first : first + len(some)], documents=some)


class Opened:
    def __init__(self, folder, vectors_of):
        self._collection = chromadb.PersistentClient(str(folder), SETTINGS).get_collection("passages", embedding_function=None)
        self._vectors_of = vectors_of

    def ask(self, question):
        return self.ask_many([question])[0]

    def ask_many(self, questions):
        hits = self._collection.query(query_embeddings=self._vectors_of(questions), n_results=K, include=["documents"])
        return [list(zip(*row, strict=True)) for row in zip(hits["ids"], hits["documents"], strict=True)]
