"""What is derived from the rows of an index, opened: vectors (FAISS) and terms (tantivy), as `derive.py` writes them.

    vectors.faiss, terms/     the base: what was written at once
    delta-000013.faiss        what came later; its terms are segments in terms/ as well
    gone/                     the terms of the passages of the base that are gone since

What is gone still counts in tantivy's statistics until the base is written anew. Here it does not: document frequencies are those of
all less those of gone/, and `ballast` keeps the mean length what it is without them. So BM25 gives what a new index would give.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from index.article import Passage
from index.sealed import opened
from index.store import Scored
from index.words import terms as terms_of

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from index.encode import Vectors

VECTORS, TERMS, GONE = "vectors.faiss", "terms", "gone"
HEADING = 0.5  # weight of a term in the title and place against one in the text: it helps the match and must not carry it
DECIMALS = 3  # of a BM25 score: the last ones depend on the order of adding
FIELDS = ("text", "heading")
LITTLE = 15_000_000  # bytes, the least that tantivy takes to gather terms in


class Generation:
    """One generation, opened. Its files are held against removal until `close`."""

    def __init__(self, folder: Path, manifest: dict[str, Any], held: BinaryIO) -> None:
        self.folder, self.manifest, self._held = folder, manifest, held
        self._faiss: Any = None
        self._tantivy: dict[str, Any] = {}
        self._borrowed: list[TemporaryDirectory[str]] = []

    @classmethod
    def open(cls, place: Path, number: int, digest: str) -> Generation:
        """Open generation *number* of the index folder *place*; *digest* is of its manifest. Raises DamagedIndex, naming the file."""
        folder = folder_of(place, number)
        return cls(folder, *opened(folder, digest))

    def nearest(self, vector: Vectors, k: int, within: Sequence[int] | None = None) -> list[Scored]:
        import faiss
        import numpy as np

        index = self._vectors()
        k = min(k, index.ntotal if within is None else len(within))
        if k == 0 or not vector.any():
            return []
        only = None if within is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.asarray(within, np.int64)))  # type: ignore[call-arg]
        with _one_thread():
            cosines, keys = index.search(vector.reshape(1, -1), k, params=only)
        found = [Scored(int(key), float(cosine)) for key, cosine in zip(keys[0], cosines[0], strict=True) if key >= 0]
        return sorted(found, key=lambda scored: (-scored.score, scored.key))

    def vectors(self, keys: Sequence[int]) -> Vectors:
        import numpy as np

        index = self._vectors()
        found = np.zeros((len(keys), index.d), np.float32)
        for row, key in enumerate(keys):
            found[row] = index.reconstruct(int(key))
        return found

    def matching(self, terms: Sequence[str], k: int, within: Sequence[int] | None = None) -> list[Scored]:
        import tantivy

        index = self._terms()
        schema, searcher = index.schema, index.searcher()
        if not terms or not searcher.num_docs or (within is not None and not within):
            return []
        clauses = []
        for term in dict.fromkeys(terms):
            for field, weight in (("text", 1.0), ("heading", HEADING)):
                one = tantivy.Query.term_query(schema, field, term, "freq")
                weight *= self._corrected(field, term)
                clauses.append((tantivy.Occur.Should, one if weight == 1 else tantivy.Query.boost_query(one, weight)))
        query = tantivy.Query.boolean_query(clauses)
        if within is not None:
            only = tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, "key", [str(key) for key in within]), 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)])
        hits = _with_equals(lambda many: searcher.search(query, many).hits, k)
        found = [Scored(int(searcher.doc(address)["key"][0]), round(float(score), DECIMALS)) for score, address in hits]
        return sorted(found, key=lambda scored: (-scored.score, scored.key))[:k]

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* stand in any passage or heading."""
        return sum(any(self._holding(field, term) for field in FIELDS) for term in terms)

    def close(self) -> None:
        self._faiss = None
        self._tantivy.clear()
        for borrowed in self._borrowed:
            borrowed.cleanup()
        self._held.close()

    def keys(self) -> set[int]:
        """Return the keys of all passages."""
        import faiss

        return set(faiss.vector_to_array(self._vectors().id_map).tolist())

    def _holding(self, field: str, term: str) -> int:
        """Return how many passages hold *term* in *field*."""
        count: int = self._terms().searcher().doc_freq(field, term)
        return count - (self._terms(GONE).searcher().doc_freq(field, term) if self.manifest["gone"]["keys"] else 0)

    def _corrected(self, field: str, term: str) -> float:
        """Return what a term's weight is without the passages that are gone, as a multiple of what tantivy takes it for."""
        holding = self._holding(field, term) if self.manifest["gone"]["keys"] else 0
        if not holding:
            return 1.0
        counted = self._terms().searcher().doc_freq(field, term)
        return _rarity(holding, self.manifest["passages"]) / _rarity(counted, self.manifest["counted"])

    def _vectors(self) -> Any:
        if self._faiss is None:
            names = [VECTORS, *(f"{delta['name']}.faiss" for delta in self.manifest["deltas"])]
            self._faiss = joined([read_vectors(self.folder / name) for name in names], self.manifest["gone"]["keys"])
        return self._faiss

    def _writable(self, terms: Path) -> Path:
        """Return a folder with the files of *terms* in which tantivy can put its lock, also where an index is read-only."""
        if os.access(terms, os.W_OK):
            return terms
        import tempfile

        self._borrowed.append(tempfile.TemporaryDirectory(prefix="qianli-", ignore_cleanup_errors=True))
        borrowed = Path(self._borrowed[-1].name)
        for path in terms.iterdir():
            try:
                (borrowed / path.name).symlink_to(path.resolve())
            except OSError:  # Windows lets few people make links
                shutil.copyfile(path, borrowed / path.name)
        return borrowed

    def _terms(self, name: str = TERMS) -> Any:
        if name not in self._tantivy:
            self._tantivy[name] = open_terms(self._writable(self.folder / name))
        return self._tantivy[name]


def folder_of(place: Path, number: int) -> Path:
    return place / f"generation-{number:06d}"


def empty_vectors(dim: int) -> Any:
    import faiss  # .15 s

    return faiss.IndexIDMap2(faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT))


def read_vectors(path: Path) -> Any:
    import faiss
    import numpy as np

    raw = np.fromfile(path, np.uint8)
    faiss.set_deserialization_vector_byte_limit(max(1 << 20, 2 * len(raw)))  # no file can ask for more than it holds
    return faiss.deserialize_index(raw)


def write_vectors(path: Path, vectors: Any) -> None:
    import faiss

    path.write_bytes(faiss.serialize_index(vectors).tobytes())  # FAISS itself cannot write 中文 paths on Windows


def joined(parts: Sequence[Any], gone: Sequence[int]) -> Any:
    """Return the vectors of *parts* as one, in the order of their keys, without those of the first one whose keys are *gone*."""
    import faiss
    import numpy as np

    if len(parts) == 1 and not gone:
        return parts[0]
    keys = [faiss.vector_to_array(part.id_map) for part in parts]
    codes = [faiss.vector_to_array(_flat(part).codes).reshape(part.ntotal, -1) for part in parts]
    kept = ~np.isin(keys[0], np.asarray(gone, np.int64))
    every = np.concatenate([keys[0][kept], *keys[1:]])
    order = np.argsort(every)
    whole = empty_vectors(parts[0].d)
    flat = _flat(whole)
    faiss.copy_array_to_vector(np.concatenate([codes[0][kept], *codes[1:]])[order].ravel(), flat.codes)
    faiss.copy_array_to_vector(every[order], whole.id_map)
    flat.ntotal = whole.ntotal = len(every)
    whole.construct_rev_map()
    return whole


def _flat(vectors: Any) -> Any:
    import faiss

    return faiss.downcast_index(vectors.index)


def empty_terms(folder: Path) -> Any:
    """Make an index of terms in *folder*."""
    import tantivy

    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder), reuse=False)
    index.register_tokenizer("terms", _split())
    return index


def open_terms(folder: Path) -> Any:
    import tantivy

    index = tantivy.Index(_schema(), path=str(folder), reuse=True)
    index.register_tokenizer("terms", _split())
    return index


def document(key: int | None, fields: Mapping[str, Sequence[str]]) -> Any:
    import tantivy

    made = tantivy.Document()
    made.add_text("key", "" if key is None else str(key))  # as raw text: tantivy deletes nothing by a number, silently
    for field, terms in fields.items():
        made.add_text(field, " ".join(terms))
    return made


def fields_of(passage: Passage) -> dict[str, list[str]]:
    """Return the terms of *passage* in each of FIELDS."""
    return {"text": terms_of(passage.text), "heading": terms_of(passage.heading)}


def without(folder: Path, keys: Iterable[int]) -> list[dict[str, Any]]:
    """Delete the documents of *keys* from the index of terms in *folder*; return its segments."""
    import tantivy

    index = open_terms(folder)
    writer = index.writer(heap_size=LITTLE, num_threads=1)
    writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "key", [str(key) for key in keys]))
    writer.commit()
    writer.wait_merging_threads()
    return segments(folder)


def segments(folder: Path) -> list[dict[str, Any]]:
    """Return what tantivy knows of each segment in *folder*: its name, its size, what is deleted in it."""
    found: list[dict[str, Any]] = json.loads((folder / "meta.json").read_text("utf-8"))["segments"]
    return found


def _rarity(holding: int, passages: int) -> float:
    """Return a term's inverse document frequency, as Lucene and tantivy have it."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def _with_equals(search: Callable[[int], list[Any]], k: int) -> list[Any]:
    """Return the first *k* hits and those that are as good as the last of them: which of these come first must not be chance."""
    many = k + 1
    while len(hits := search(many)) == many and hits[-1][0] > hits[k - 1][0] - 10**-DECIMALS:
        many *= 2
    return hits


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let FAISS use one thread: for a single question more gain nothing, and on a busy machine they wait for each other."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("text", "heading"):
        builder.add_text_field(name, tokenizer_name="terms", index_option="freq")
    return builder.build()


def _split() -> Any:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
