"""The vectors of a generation: a flat FAISS index of 16-bit floats, in a file, joined out of several, asked for what is nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.engine.protocol import Ranking, ranking

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

LARGE = 10_000  # passages; among fewer, a question is looked up sooner than a second thread is told of it


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


def keys_of(vectors: Any) -> set[int]:
    import faiss

    return set(faiss.vector_to_array(vectors.id_map).tolist())


def nearest(index: Any, vectors: Vectors, k: int, within: Sequence[int] | None) -> list[Ranking]:
    """Return a ranking of at most *k* keys of *index* for each row of *vectors*, highest cosine first."""
    import faiss
    import numpy as np

    k = min(k, index.ntotal if within is None else len(within))
    if k == 0:
        return [ranking([], []) for _ in vectors]
    only = None if within is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.asarray(within, np.int64)))  # type: ignore[call-arg]
    with _one_thread() if len(vectors) == 1 or index.ntotal < LARGE else nullcontext():
        cosines, keys = index.search(vectors, k, params=only)
    # A vector without a direction is near nothing; a key below 0 stands for less than k.
    found = (keys >= 0) & (vectors != 0).any(axis=1, keepdims=True)
    return [ranking(keys[row][found[row]], cosines[row][found[row]]) for row in range(len(vectors))]


def looked_up(index: Any, keys: Sequence[int]) -> Vectors:
    """Return (len(keys), dim): the vectors of *keys*, in this order."""
    import numpy as np

    if not len(keys):
        return np.zeros((0, index.d), np.float32)
    with _one_thread():
        found: Vectors = index.reconstruct_batch(np.asarray(keys, np.int64))
    return found


def _flat(vectors: Any) -> Any:
    import faiss

    return faiss.downcast_index(vectors.index)


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
