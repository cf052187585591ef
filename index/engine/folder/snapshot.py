"""A snapshot, opened: vectors (FAISS) and terms (tantivy) derived from the rows of one commit, as `snapshot_writer.py` writes them.

vectors.faiss           the base: the vectors that were written at once
vectors.states          the key and the state (see `rows.Row`) of each of its passages, so that rows of another commit are never shown
delta-000013.faiss      vectors that came later, with their states
terms/                  the terms of all passages
manifest.json           number, model, passages, base (how many passages), deltas (names and keys), gone (keys of the base), removed (how
                        many passages since the base was written), files (digests)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from index.engine.folder.checksums import open_sealed
from index.engine.folder.database import snapshot_folder
from index.engine.folder.inverted_index import InvertedIndex
from index.engine.folder.vectors import join_vectors, keys_of, nearest, read_vectors, vectors_of_keys
from index.engine.protocol import Ranking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.engine.protocol import Keys

    States = NDArray[np.uint64]

BASE, TERMS = "vectors", "terms"


class Snapshot:
    """The derived files of one commit. They are held against removal until `close`."""

    def __init__(self, folder: Path, manifest: dict[str, Any], handle: BinaryIO) -> None:
        self.folder, self.manifest, self._handle = folder, manifest, handle
        self._joined: Any = None
        self._states: tuple[Keys, States] | None = None
        self._inverted: InvertedIndex | None = None

    @classmethod
    def open(cls, folder: Path, number: int, digest: str) -> Snapshot:
        """Open snapshot *number* of the index in *folder*, whose manifest has this *digest*. Raises DamagedIndex, naming the file."""
        lying = snapshot_folder(folder, number)
        return cls(lying, *open_sealed(lying, digest))

    def nearest(self, vectors: Vectors, k: int, within: Sequence[int] | None = None) -> list[Ranking]:
        """Return for each row of *vectors* the nearest passages, all of them or those *within*; see `Index.nearest`."""
        return nearest(self._vectors(), vectors, k, within)

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of *keys*, in this order."""
        return vectors_of_keys(self._vectors(), keys)

    def matching(self, queries: Sequence[Sequence[str]], k: int, within: Sequence[Sequence[int] | None]) -> list[Ranking]:
        """Return a ranking for each query's terms, each *within* keys of its own."""
        return self._terms().matching(queries, k, within)

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* occur in any passage or heading."""
        return self._terms().known(terms)

    def states(self) -> tuple[Keys, States]:
        """Return the keys of all passages, in order, and their states."""
        import numpy as np

        if self._states is None:
            base, *deltas = (_read_states(self.folder / states_file(name)) for name in self._parts())
            stays = ~np.isin(base[:, 0], np.asarray(self.manifest["gone"], np.uint64))
            pairs = np.concatenate([base[stays], *deltas])
            pairs = pairs[np.argsort(pairs[:, 0])]
            self._states = pairs[:, 0].astype(np.int64), pairs[:, 1].copy()
        return self._states

    def agree(self, keys: Sequence[int], states: Sequence[int]) -> list[bool]:
        """Return for each key whether its passage was written in this state."""
        import numpy as np

        known, written = self.states()
        if not len(known):
            return [False] * len(keys)
        wanted = np.asarray(keys, np.int64)
        positions = np.searchsorted(known, wanted).clip(max=len(known) - 1)
        same: list[bool] = ((known[positions] == wanted) & (written[positions] == np.asarray(states, np.uint64))).tolist()
        return same

    def count(self, first: int, last: int) -> int:
        """Return how many keys there are from *first* to *last* (half-open)."""
        keys, _ = self.states()
        return int(keys.searchsorted(last) - keys.searchsorted(first))

    def keys(self) -> set[int]:
        """Return the keys of all vectors."""
        return keys_of(self._vectors())

    def close(self) -> None:
        self._joined = None
        if self._inverted:
            self._inverted.close()
        self._handle.close()

    def _parts(self) -> list[str]:
        return [BASE, *(delta["name"] for delta in self.manifest["deltas"])]

    def _vectors(self) -> Any:
        if self._joined is None:
            parts = [read_vectors(self.folder / vectors_file(name)) for name in self._parts()]
            self._joined = join_vectors(parts, self.manifest["gone"])
        return self._joined

    def _terms(self) -> InvertedIndex:
        if self._inverted is None:
            self._inverted = InvertedIndex(self.folder / TERMS, self.manifest["removed"])
        return self._inverted


def vectors_file(name: str) -> str:
    return f"{name}.faiss"


def states_file(name: str) -> str:
    return f"{name}.states"


def write_states(path: Path, states: Sequence[tuple[int, int]]) -> None:
    """Write (key, state) pairs as unsigned 64-bit numbers."""
    import numpy as np

    path.write_bytes(np.array(states, "<u8").tobytes())


def _read_states(path: Path) -> States:
    import numpy as np

    return np.fromfile(path, "<u8").reshape(-1, 2)
