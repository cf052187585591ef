"""The vectors of a snapshot, opened: parts that were each written at once, mapped from the disk and searched apart.

NAME.faiss    a flat FAISS index of 16-bit floats, in the order of the keys
NAME.states   the keys, then of each the state of its passage (see `rows.Row`), so that rows of another commit are never shown
NAME.codes    of a large part alone: product quantisation, 4 bits for every 4 dimensions, from which the vectors are found that are
              compared exactly (Jégou et al. 2011; André et al., "Quicker ADC", 2018: FAISS's PQ fast scan)

The first part is the base. Of it some passages may be gone, and later parts (deltas) hold what came.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.engine.protocol import Ranking, sorted_ranking
from index.threads import side_by_side

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.engine.protocol import Keys, Scores

    States = NDArray[np.uint64]
    Positions = NDArray[np.int64]

LARGE = 10_000  # passages; among fewer, one thread answers a query before a second has started
WITH_CODES = 50_000  # vectors from which a part gets codes; among fewer a full scan takes less than 5 ms
BITS = 4  # of a code
COMPARED = 5_000  # vectors that the codes find and that are compared exactly
KEPT_BY_CODES = {"passages": 100_000, "recall@10": 0.9997, "recall@200": 0.986}  # of the exact search: 300 questions of public sets


def vectors_file(name: str) -> str:
    return f"{name}.faiss"


def states_file(name: str) -> str:
    return f"{name}.states"


def codes_file(name: str) -> str:
    return f"{name}.codes"


class Found(NamedTuple):
    """What one part holds nearest to a query: positions in the part and cosines, not in order."""

    positions: Positions
    cosines: Scores


class Part:
    """Vectors that were written at once, with the keys of their passages, rising, and their states."""

    def __init__(self, folder: Path, name: str) -> None:
        import numpy as np

        self.name, self._folder = name, folder
        both = np.frombuffer(_mapped(folder / states_file(name)), "<u8").reshape(2, -1)
        self.keys: Keys = both[0].view(np.int64)
        self.states: States = both[1]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def flat(self) -> Any:
        """The FAISS index of all vectors, as it lies on the disk."""
        return _index_in(self._folder / vectors_file(self.name))

    @cached_property
    def refined(self) -> Any:
        """The codes, and the vectors that those found by codes are compared with; None for a part without codes."""
        import faiss

        path = self._folder / codes_file(self.name)
        return faiss.IndexRefine(_index_in(path), self.flat) if path.exists() else None

    @cached_property
    def _rows(self) -> NDArray[np.uint8]:
        """The bytes of each vector, (passages, 2 * dim), as they lie on the disk: not where numpy reads 16-bit floats without a copy."""
        import faiss

        return faiss.rev_swig_ptr(self.flat.codes.data(), self.flat.codes.size()).reshape(len(self), -1)

    def vectors(self, positions: Positions) -> Vectors:
        """Return the vectors at *positions*, (len(positions), dim)."""
        import numpy as np

        return self._rows.take(positions, 0).view("<f2").astype(np.float32)

    def positions(self, keys: Keys) -> tuple[Positions, NDArray[np.bool_]]:
        """Return where each of *keys* is, or would be, in this part, and whether it is there."""
        positions = self.keys.searchsorted(keys)
        if not len(self):
            return positions, positions < 0
        return positions, self.keys.take(positions, mode="clip") == keys

    def nearest(self, queries: Vectors, k: int, gone: Positions, within: Keys | None) -> Iterator[Found]:
        """Yield for each query, a vector, at least the nearest *k* vectors of those *within*, less those that are *gone*."""
        import numpy as np

        kept = None
        if within is not None:
            positions, there = self.positions(within)
            kept = np.zeros(len(self), bool)
            kept[positions[there]] = True
            kept[gone] = False
        elif len(gone):
            kept = np.ones(len(self), bool)
            kept[gone] = False
        total = len(self) if kept is None else int(kept.sum())
        if total == 0:
            return iter([Found(np.zeros(0, np.int64), np.zeros(0))] * len(queries))
        if within is None and k < COMPARED and self.refined is not None:
            return iter(side_by_side([partial(self._by_codes, query, k, len(gone), kept, total) for query in queries]))
        return self._exactly(queries, k, kept, total)

    def _exactly(self, queries: Vectors, k: int, kept: NDArray[np.bool_] | None, total: int) -> Iterator[Found]:
        """Compare each query with every vector that is *kept*, *total* in number."""
        import faiss
        import numpy as np

        only = None
        if kept is not None:
            bits = np.packbits(kept, bitorder="little")
            only = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg,arg-type]
        with one_thread() if len(queries) == 1 or len(self) < LARGE else nullcontext():
            cosines, positions = _with_ties(lambda many: self.flat.search(queries, many, params=only), k, total)
        return (Found(*row) for row in zip(positions, cosines, strict=True))

    def _by_codes(self, query: Vectors, k: int, gone: int, kept: NDArray[np.bool_] | None, total: int) -> Found:
        """Compare *query* with the COMPARED vectors whose codes are nearest. A query is asked alone: FAISS breaks ties of codes in
        another way when it has several."""
        import faiss

        def search(many: int) -> tuple[Vectors, Keys]:
            asked = min(many + min(gone, many), len(self))
            parameters = faiss.IndexRefineSearchParameters(k_factor=max(1.0, COMPARED / asked))  # type: ignore[call-arg]
            cosines, positions = self.refined.search(query[None], asked, params=parameters)
            if kept is not None:
                stays = kept[positions[0]]
                cosines, positions = cosines[:, stays][:, :many], positions[:, stays][:, :many]
            return cosines, positions

        with one_thread():
            cosines, positions = _with_ties(search, k, total)
        if len(positions[0]) < min(k, total):  # what is nearest is mostly gone
            [found] = self._exactly(query[None], k, kept, total)
            return found
        return Found(positions[0], cosines[0])


class Parts:
    """All vectors of a snapshot. *gone*: keys of the base, rising, whose passages are no longer there."""

    def __init__(self, folder: Path, names: Sequence[str], gone: Sequence[int]) -> None:
        import numpy as np

        self._parts = [Part(folder, name) for name in names]
        self._nothing = np.zeros(0, np.int64)
        positions, there = self._parts[0].positions(np.asarray(gone, np.int64))
        self._gone: Positions = positions[there]
        self._gone_keys: Keys = self._parts[0].keys[self._gone]

    def nearest(self, vectors: Vectors, k: int, within: Sequence[int] | None) -> list[Ranking]:
        """Return a ranking of at most *k* keys for each row of *vectors*, highest cosine first; a row of zeros has none."""
        import numpy as np

        known = (vectors != 0).any(axis=1)
        empty = sorted_ranking([], [])
        if k == 0 or not known.any():
            return [empty for _ in vectors]
        chosen = None if within is None else np.asarray(within, np.int64)
        asked = np.ascontiguousarray(vectors[known])
        found = [
            [(part.keys[positions], cosines) for positions, cosines in part.nearest(asked, k, gone, chosen)]
            for part, gone in self._each()
        ]  # fmt: skip
        rankings = (_first(_joined(of_query), k) for of_query in zip(*found, strict=True))
        return [next(rankings) if row else empty for row in known.tolist()]

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return (len(keys), dim): the vectors of *keys*, in this order. Raises KeyError for a key that is not there."""
        import numpy as np

        wanted = np.asarray(keys, np.int64)
        vectors = np.zeros((len(wanted), self._parts[0].flat.d), np.float32)
        missing = np.ones(len(wanted), bool)
        for part, positions, there in self._found(wanted):
            if there.any():
                vectors[there] = part.vectors(positions[there])
                missing &= ~there
        if missing.any():
            raise KeyError(int(wanted[missing][0]))
        return vectors

    def states(self) -> tuple[Keys, States]:
        """Return the keys of all passages, in order, and their states."""
        import numpy as np

        keys = np.concatenate([np.delete(part.keys, gone) for part, gone in self._each()])
        states = np.concatenate([np.delete(part.states, gone) for part, gone in self._each()])
        order = np.argsort(keys)
        return keys[order], states[order]

    def agree(self, keys: Sequence[int], states: Sequence[int]) -> list[bool]:
        """Return for each key whether its passage was written in this state."""
        import numpy as np

        wanted, written = np.asarray(keys, np.int64), np.asarray(states, np.uint64)
        same = np.zeros(len(wanted), bool)
        for part, positions, there in self._found(wanted):
            same[there] = part.states[positions[there]] == written[there]
        agree: list[bool] = same.tolist()
        return agree

    def count(self, first: int, last: int) -> int:
        """Return how many keys there are from *first* to *last* (half-open)."""
        held = sum(_between(part.keys, first, last) for part in self._parts)
        return held - _between(self._gone_keys, first, last)

    def _each(self) -> Iterator[tuple[Part, Positions]]:
        """Yield each part with the positions in it that are gone."""
        yield self._parts[0], self._gone
        yield from ((part, self._nothing) for part in self._parts[1:])

    def _found(self, keys: Keys) -> Iterator[tuple[Part, Positions, NDArray[np.bool_]]]:
        """Yield each part with the positions of *keys* in it, and which of them are there and not gone."""
        import numpy as np

        for part, gone in self._each():
            positions, there = part.positions(keys)
            yield part, positions, there & ~np.isin(positions, gone) if len(gone) else there


def _mapped(path: Path) -> mmap.mmap | bytes:
    """Return the bytes of a file, as they lie on the disk."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if os.fstat(file.fileno()).st_size else b""


def _index_in(path: Path) -> Any:
    """Return the FAISS index in a file; what can stay on the disk is mapped."""
    import faiss
    import numpy as np

    raw = np.frombuffer(_mapped(path), np.uint8)
    faiss.set_deserialization_vector_byte_limit(max(1 << 20, 2 * len(raw)))  # no file can ask for more memory than it holds
    index = faiss.read_index(faiss.ZeroCopyIOReader(faiss.swig_ptr(raw), len(raw)))  # type: ignore[attr-defined]
    index.referenced_objects = [raw]  # type: ignore[attr-defined]  # its numbers are those of the file, as long as it is there
    return index


def _joined(found: Sequence[tuple[Keys, Scores]]) -> Ranking:
    import numpy as np

    if len(found) == 1:
        return sorted_ranking(*found[0])
    return sorted_ranking(np.concatenate([keys for keys, _ in found]), np.concatenate([cosines for _, cosines in found]))


def _with_ties(search: Callable[[int], tuple[Vectors, Keys]], k: int, total: int) -> tuple[Vectors, Keys]:
    """Return the first *k* of each row and those with the same cosine as the last: FAISS keeps any of these, a ranking the first by key."""
    many = min(k + 1, total)
    while True:
        cosines, keys = search(many)
        if many == total or cosines.shape[1] < many or (cosines[:, -1] < cosines[:, k - 1]).all():
            return cosines, keys
        many = min(2 * many, total)


def _first(ranking: Ranking, k: int) -> Ranking:
    return Ranking(ranking.keys[:k], ranking.scores[:k])


def _between(keys: Keys, first: int, last: int) -> int:
    """Return how many of *keys*, which rise, there are from *first* to *last* (half-open)."""
    return int(keys.searchsorted(last) - keys.searchsorted(first))


@contextmanager
def one_thread() -> Iterator[None]:
    """Let FAISS use one thread: for a single query more threads gain nothing, and on a busy machine they wait for each other."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
