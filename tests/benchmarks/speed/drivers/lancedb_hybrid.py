"""LanceDB: its full-text index over jieba's words and an exact scan of the vectors, fused by reciprocal rank. Returns texts."""

import lancedb
import pyarrow
import rjieba
from asking import K, in_threads
from lancedb.rerankers import RRFReranker

AT_ONCE = 20_000  # rows that are handed over together


def build(folder, texts, vectors, approximate=False):
    fields = [("number", pyarrow.int64()), ("text", pyarrow.string()), ("words", pyarrow.string())]
    schema = pyarrow.schema([*fields, ("vector", pyarrow.list_(pyarrow.float32(), vectors.shape[1]))])

    def rows():
        for first in range(0, len(texts), AT_ONCE):
            some = texts[first : first + AT_ONCE]
            words = [" ".join(rjieba.cut_for_search(text)) for text in some]
            flat = pyarrow.array(vectors[first : first + len(some)].reshape(-1))
            columns = [pyarrow.array(range(first, first + len(some))), pyarrow.array(some), pyarrow.array(words)]
            columns.append(pyarrow.FixedSizeListArray.from_arrays(flat, vectors.shape[1]))
            yield pyarrow.record_batch(columns, schema=schema)

    table = lancedb.connect(folder).create_table("passages", rows(), schema=schema)
    table.create_fts_index("words", base_tokenizer="whitespace", stem=False, remove_stop_words=False, ascii_folding=False)
    if approximate:
        table.create_index(metric="cosine", index_type="IVF_HNSW_SQ")
    table.wait_for_index([index.name for index in table.list_indices()])


class Opened:
    def __init__(self, folder, vectors_of):
        self._table, self._vectors_of, self._fused = lancedb.connect(folder).open_table("passages"), vectors_of, RRFReranker()

    def ask(self, question):
        words = " ".join(rjieba.cut_for_search(question))
        search = self._table.search(query_type="hybrid", vector_column_name="vector", fts_columns="words")
        search = search.vector(self._vectors_of([question])[0]).text(words).distance_type("cosine").rerank(self._fused)
        return [(row["number"], row["text"]) for row in search.select(["number", "text"]).limit(K).to_list()]

    def ask_many(self, questions):
        return in_threads(self.ask, questions)
