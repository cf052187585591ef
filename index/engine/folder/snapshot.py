"""What is derived from the rows of an index, opened: vectors (FAISS) and terms (tantivy), as `derive.py` writes them.

vectors.faiss, terms/     the base: what was written at once
vectors.states            of each of its passages the key and the digest of its row, so that rows of another state are never shown
delta-000013.faiss        what came later, with its states; its terms are segments in terms/ as well
gone/                     the terms of the passages of the base that are gone since
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from index.engine.folder.checksums import opened
from index.engine.folder.inverted_index import Counts, Inverted
from index.engine.folder.vectors import joined, keys_of, looked_up, nearest, read_vectors
from index.engine.protocol import Ranking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.engine.protocol import Keys

    States = NDArray[np.uint64]

BASE, TERMS, GONE = "vectors", "terms", "gone"


class Generation:
    """One generation, opened. Its files are held against removal until `close`."""

    def __init__(self, folder: Path, manifest: dict[str, Any], held: BinaryIO) -> None:
        self.folder, self.manifest, self._held = folder, manifest, held
        self._faiss: Any = None
        self._states: tuple[Keys, States] | None = None
        self._tantivy: Inverted | None = None

    @classmethod
    def open(cls, place: Path, number: int, digest: str) -> Generation:
        """Open generation *number* of the index folder *place*; *digest* is of its manifest. Raises DamagedIndex, naming the file."""
        folder = folder_of(place, number)
        return cls(folder, *opened(folder, digest))

    def nearest(self, vectors: Vectors, k: int, within: Sequence[int] | None = None) -> list[Ranking]:
        """Return a ranking for each row of *vectors*."""
        return nearest(self._vectors(), vectors, k, within)

    def vectors(self, keys: Sequence[int]) -> Vectors:
        return looked_up(self._vectors(), keys)

    def matching(self, asked: Sequence[Sequence[str]], k: int, within: Sequence[Sequence[int] | None]) -> list[Ranking]:
        """Return a ranking for each question's terms, each *within* its own keys."""
        return self._terms().matching(asked, k, within)

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* stand in any passage or heading."""
        return self._terms().known(terms)

    def states(self) -> tuple[Keys, States] | None:
        """Return the keys of all passages, in order, and the digests of their rows (see `rows.Row`); None in one of an earlier release."""
        import numpy as np

        if self._states is None and states_of(BASE) in self.manifest["files"]:
            base, *deltas = (_read_states(self.folder / states_of(name)) for name in self._parts())
            stays = ~np.isin(base[:, 0], np.asarray(self.manifest["gone"]["keys"], np.uint64))
            every = np.concatenate([base[stays], *deltas])
            every = every[np.argsort(every[:, 0])]
            self._states = every[:, 0].astype(np.int64), every[:, 1].copy()
        return self._states

    def written(self, keys: Sequence[int], states: Sequence[int]) -> list[bool]:
        """Tell of each key whether it was written in this state; all are True in a generation of an earlier release."""
        import numpy as np

        known = self.states()
        if known is None:
            return [True] * len(keys)
        if not len(known[0]):
            return [False] * len(keys)
        asked = np.asarray(keys, np.int64)
        at = np.searchsorted(known[0], asked).clip(max=len(known[0]) - 1)
        found: list[bool] = ((known[0][at] == asked) & (known[1][at] == np.asarray(states, np.uint64))).tolist()
        return found

    def many(self, first: int, last: int) -> int | None:
        """Return how many keys there are from *first* to *last* (half-open), None in a generation of an earlier release."""
        known = self.states()
        return None if known is None else int(known[0].searchsorted(last) - known[0].searchsorted(first))

    def keys(self) -> set[int]:
        """Return the keys of all passages."""
        return keys_of(self._vectors())

    def close(self) -> None:
        self._faiss = None
        if self._tantivy:
            self._tantivy.close()
        self._held.close()

    def _parts(self) -> list[str]:
        return [BASE, *(delta["name"] for delta in self.manifest["deltas"])]

    def _vectors(self) -> Any:
        if self._faiss is None:
            self._faiss = joined([read_vectors(self.folder / vectors_of(name)) for name in self._parts()], self.manifest["gone"]["keys"])
        return self._faiss

    def _terms(self) -> Inverted:
        if self._tantivy is None:
            gone = self.folder / GONE if self.manifest["gone"]["keys"] else None
            self._tantivy = Inverted(self.folder / TERMS, gone, Counts(self.manifest["passages"], self.manifest["counted"]))
        return self._tantivy


def folder_of(place: Path, number: int) -> Path:
    return place / f"generation-{number:06d}"


def vectors_of(name: str) -> str:
    return f"{name}.faiss"


def states_of(name: str) -> str:
    return f"{name}.states"


def write_states(path: Path, states: Sequence[tuple[int, int]]) -> None:
    import numpy as np

    path.write_bytes(np.array(states, "<u8").tobytes())


def _read_states(path: Path) -> States:
    import numpy as np

    return np.fromfile(path, "<u8").reshape(-1, 2)
