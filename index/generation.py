"""What is derived from the rows of an index, opened: vectors (FAISS) and terms (tantivy), as `derive.py` writes them.

vectors.faiss, terms/     the base: what was written at once
delta-000013.faiss        what came later; its terms are segments in terms/ as well
gone/                     the terms of the passages of the base that are gone since
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from index.inverted import Counts, Inverted
from index.sealed import opened
from index.store import Ranking
from index.vectors import joined, keys_of, looked_up, nearest, read_vectors

if TYPE_CHECKING:
    from index.encode import Vectors

VECTORS, TERMS, GONE = "vectors.faiss", "terms", "gone"


class Generation:
    """One generation, opened. Its files are held against removal until `close`."""

    def __init__(self, folder: Path, manifest: dict[str, Any], held: BinaryIO) -> None:
        self.folder, self.manifest, self._held = folder, manifest, held
        self._faiss: Any = None
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

    def keys(self) -> set[int]:
        """Return the keys of all passages."""
        return keys_of(self._vectors())

    def close(self) -> None:
        self._faiss = None
        if self._tantivy:
            self._tantivy.close()
        self._held.close()

    def _vectors(self) -> Any:
        if self._faiss is None:
            names = [VECTORS, *(f"{delta['name']}.faiss" for delta in self.manifest["deltas"])]
            self._faiss = joined([read_vectors(self.folder / name) for name in names], self.manifest["gone"]["keys"])
        return self._faiss

    def _terms(self) -> Inverted:
        if self._tantivy is None:
            gone = self.folder / GONE if self.manifest["gone"]["keys"] else None
            self._tantivy = Inverted(self.folder / TERMS, gone, Counts(self.manifest["passages"], self.manifest["counted"]))
        return self._tantivy


def folder_of(place: Path, number: int) -> Path:
    return place / f"generation-{number:06d}"
