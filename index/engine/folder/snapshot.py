"""A snapshot, opened: vectors (FAISS) and terms (tantivy) that belong to the rows of one commit, as `snapshot_writer.py` writes them.

vectors.faiss …         the base: the vectors that were written at once, their states, and of a large one the codes (`vectors.py`)
delta-000013.faiss …    vectors that came later
terms/                  the terms of all passages
manifest.json           number, model, passages, base (how many passages), whole (the number of the snapshot in which the base was
                        written), parts (the names of the base and of the deltas), gone (keys of the base), removed (how many passages
                        since the base was written), files (digests)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from index.engine.folder.checksums import differs, file_digest, open_sealed
from index.engine.folder.database import snapshot_folder
from index.engine.folder.inverted_index import FREQUENT, KEPT_BY_RARE, MANY, InvertedIndex
from index.engine.folder.vectors import BITS, COMPARED, KEPT_BY_CODES, WITH_CODES, Parts, codes_file, states_file, vectors_file
from index.engine.protocol import Ranking

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

BASE, TERMS = "vectors", "terms"
VECTORS = "vectors"  # the folder of the index that keeps the vectors of its rows


def kept_files(parts: Sequence[str], whole: int) -> list[tuple[str, str]]:
    """Return the names of the files of vectors, in a snapshot and where they are kept beside it; *whole*: where the base was written."""
    kept = [f"base-{whole:06d}" if part == BASE else part for part in parts]
    return [(of(part), of(name)) for part, name in zip(parts, kept, strict=True) for of in (vectors_file, states_file)]


def same_file(path: Path, other: Path) -> bool:
    """Whether both are one file on the disk."""
    try:
        return path.samefile(other)
    except FileNotFoundError:
        return False


class Snapshot:
    """The files of one commit. They are held against removal until `close`."""

    def __init__(self, folder: Path, manifest: dict[str, Any], handle: BinaryIO) -> None:
        self.folder, self.manifest, self._handle = folder, manifest, handle

    @classmethod
    def open(cls, folder: Path, number: int, digest: str) -> Snapshot:
        """Open snapshot *number* of the index in *folder*, whose manifest has this *digest*. Raises DamagedIndex, naming the file."""
        lying = snapshot_folder(folder, number)
        return cls(lying, *open_sealed(lying, digest))

    def refuse_damaged(self, kept: Path, digests: dict[str, str]) -> None:
        """Raise DamagedIndex unless the folder *kept* has the vectors that are kept beside the snapshot: the same files, or a copy."""
        for ours, theirs in kept_files(self.manifest["parts"], self.manifest["whole"]):
            if not same_file(self.folder / ours, kept / theirs) and file_digest(kept / theirs) != digests.get(theirs):
                self.close()
                raise differs(kept / theirs)

    @cached_property
    def parts(self) -> Parts:
        """The vectors."""
        return Parts(self.folder, self.manifest["parts"], self.manifest["gone"])

    @cached_property
    def _terms(self) -> InvertedIndex:
        return InvertedIndex(self.folder / TERMS, self.manifest["removed"])

    def nearest(self, vectors: Vectors, k: int, within: Sequence[int] | None = None) -> list[Ranking]:
        """Return for each row of *vectors* the nearest passages, all of them or those *within*; see `Index.nearest`."""
        return self.parts.nearest(vectors, k, within)

    def matching(self, queries: Sequence[Sequence[str]], k: int, within: Sequence[Sequence[int] | None]) -> list[Ranking]:
        """Return a ranking for each query's terms, each *within* keys of its own."""
        return self._terms.matching(queries, k, within)

    def bm25(self, queries: Sequence[Sequence[str]], keys: Sequence[Sequence[int]]) -> list[Ranking]:
        """Return for each query a ranking of its *keys* by BM25."""
        return self._terms.bm25(queries, keys)

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* occur in any passage or heading."""
        return self._terms.known(terms)

    def approximate(self) -> dict[str, dict[str, Any]] | None:
        """Return which searches without a filter do not look at all passages, and what that keeps; see `Index.facts`."""
        ways: dict[str, dict[str, Any]] = {}
        if (self.folder / codes_file(BASE)).exists():
            ways["vectors"] = {
                "method": "codes", "from_passages": WITH_CODES, "bits": BITS, "compared": COMPARED, "measured": KEPT_BY_CODES
            }  # fmt: skip
        if self.manifest["passages"] >= MANY:
            ways["terms"] = {"method": "rare_terms", "from_passages": MANY, "share": FREQUENT, "measured": KEPT_BY_RARE}
        return ways or None

    def close(self) -> None:
        if terms := self.__dict__.pop("_terms", None):
            terms.close()
        self.__dict__.pop("parts", None)
        self._handle.close()
