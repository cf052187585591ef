"""The vectors of a snapshot: flat FAISS indexes of 16-bit floats in files, joined into one, searched for the nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.engine.protocol import Ranking, sorted_ranking

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors
    from index.engine.protocol import Keys

LARGE = 10_000  # passages; among fewer, one thread answers a query before a second has started
STEP = 4096  # vectors handed to FAISS at once


class VectorsWriter:
    """Gathers vectors of *dim* dimensions by their keys, until they are written to a file."""

    def __init__(self, dim: int) -> None:
        self._dim, self._gathered = dim, _empty(dim)
        self._keys: list[int] = []
        self._halves: list[bytes] = []

    def add(self, key: int, half: bytes) -> None:
        """Add one vector, dim float16."""
        self._keys.append(key)
        self._halves.append(half)
        if len(self._keys) == STEP:
            self._hand_over()

    def write(self, path: Path) -> int:
        """Write all vectors to *path*; return how many there are."""
        import faiss

        self._hand_over()
        path.write_bytes(faiss.serialize_index(self._gathered).tobytes())  # FAISS itself cannot write 中文 paths on Windows
        return int(self._gathered.ntotal)

    def _hand_over(self) -> None:
        import numpy as np

        halves = np.frombuffer(b"".join(self._halves), "<f2").reshape(-1, self._dim)
        self._gathered.add_with_ids(halves.astype(np.float32), np.asarray(self._keys, np.int64))
        self._keys.clear()
        self._halves.clear()


def read_vectors(path: Path) -> Any:
    """Return the FAISS index in a file."""
    import faiss
    import numpy as np

    raw = np.fromfile(path, np.uint8)
    faiss.set_deserialization_vector_byte_limit(max(1 << 20, 2 * len(raw)))  # no file can ask for more memory than it holds
    return faiss.deserialize_index(raw)


def join_vectors(parts: Sequence[Any], gone: Sequence[int]) -> Any:
    """Return the vectors of *parts* as one, in the order of their keys, without the vectors of the first part whose keys are *gone*."""
    import faiss
    import numpy as np

    if len(parts) == 1 and not gone:
        return parts[0]
    keys = [faiss.vector_to_array(part.id_map) for part in parts]
    codes = [faiss.vector_to_array(_flat(part).codes).reshape(part.ntotal, -1) for part in parts]
    kept = ~np.isin(keys[0], np.asarray(gone, np.int64))
    joined_keys = np.concatenate([keys[0][kept], *keys[1:]])
    order = np.argsort(joined_keys)
    whole = _empty(parts[0].d)
    flat = _flat(whole)
    faiss.copy_array_to_vector(np.concatenate([codes[0][kept], *codes[1:]])[order].ravel(), flat.codes)
    faiss.copy_array_to_vector(joined_keys[order], whole.id_map)
    flat.ntotal = whole.ntotal = len(joined_keys)
    whole.construct_rev_map()
    return whole


def keys_of(vectors: Any) -> set[int]:
    import faiss

    return set(faiss.vector_to_array(vectors.id_map).tolist())


def nearest(index: Any, vectors: Vectors, k: int, within: Sequence[int] | None) -> list[Ranking]:
    """Return a ranking of at most *k* keys of *index* for each row of *vectors*, highest cosine first; a row of zeros has none."""
    import faiss
    import numpy as np

    total = index.ntotal if within is None else len(within)
    known = (vectors != 0).any(axis=1)
    if min(k, total) == 0 or not known.any():
        return [sorted_ranking([], []) for _ in vectors]
    only = None if within is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.asarray(within, np.int64)))  # type: ignore[call-arg]
    with _one_thread() if len(vectors) == 1 or index.ntotal < LARGE else nullcontext():
        cosines, keys = _with_ties(lambda many: index.search(vectors[known], many, params=only), k, total)
    rankings = (_first(sorted_ranking(*row), k) for row in zip(keys, cosines, strict=True))
    return [next(rankings) if row else sorted_ranking([], []) for row in known.tolist()]


def _with_ties(search: Callable[[int], tuple[Vectors, Keys]], k: int, total: int) -> tuple[Vectors, Keys]:
    """Return the first *k* of each row and those with the same cosine as the last: FAISS keeps any of these, a ranking the first by key."""
    many = min(k + 1, total)
    while True:
        cosines, keys = search(many)
        if many == total or (cosines[:, -1] < cosines[:, k - 1]).all():
            return cosines, keys
        many = min(2 * many, total)


def _first(ranking: Ranking, k: int) -> Ranking:
    return Ranking(ranking.keys[:k], ranking.scores[:k])


def vectors_of_keys(index: Any, keys: Sequence[int]) -> Vectors:
    """Return (len(keys), dim): the vectors of *keys*, in this order."""
    import numpy as np

    if not len(keys):
        return np.zeros((0, index.d), np.float32)
    with _one_thread():
        vectors: Vectors = index.reconstruct_batch(np.asarray(keys, np.int64))
    return vectors


def _empty(dim: int) -> Any:
    import faiss  # .15 s

    return faiss.IndexIDMap2(faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT))


def _flat(vectors: Any) -> Any:
    import faiss

    return faiss.downcast_index(vectors.index)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let FAISS use one thread: for a single query more threads gain nothing, and on a busy machine they wait for each other."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
