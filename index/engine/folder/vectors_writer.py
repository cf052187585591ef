"""Writes vectors: first as they come, page by page, then those of a snapshot in the order of their keys (see `vectors.py`).

Spool          vectors of pages that were added, until their snapshot is written; a first build goes on with it after it was killed
write_part     the files of a part
write_codes    the codes of a large part, which are derived from its vectors
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from index.engine.folder.lock import write_through
from index.engine.folder.vectors import BITS, WITH_CODES, Part, codes_file, one_thread, states_file, vectors_file
from index.engine.stored.keys import POSITION_BITS, page_of_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.engine.protocol import Keys

    Halves = NDArray[np.float16]

DIMENSIONS = 4  # of a vector that one code of BITS bits stands for
TRAINED = 16_384  # vectors that the codes are trained on; FAISS takes 256 for each of 16 centroids
BLOCK = 65_536  # vectors that are turned into float32 at once
COUNT_AT = 8  # the byte of FAISS's header at which the number of vectors stands


class Spool:
    """The vectors of pages that were added, in files of *folder*, a row of 16-bit floats for each passage, in the order of coming.

    *pages*: how many pages of an earlier process still count; what came after them was not committed.
    """

    def __init__(self, folder: Path, dim: int, pages: int = 0) -> None:
        self._folder, self._dim = folder, dim
        self._first: dict[int, int] = {}  # number of a page -> the row of its first passage
        self._rows = 0
        self._vectors: IO[bytes] | None = None
        self._pages: IO[bytes] | None = None
        if pages:
            try:
                self._take_up(pages)
            except BaseException:
                self.close()
                raise

    def __len__(self) -> int:
        """Return the number of pages that were added."""
        return self._pages.tell() // 16 if self._pages else 0

    def add(self, page: int, vectors: Vectors) -> None:
        """Add the vectors of the passages of a page, (n, dim); they replace those of the same page."""
        pages, rows = self._opened()
        pages.write(struct.pack("<QQ", page, len(vectors)))
        rows.write(vectors.astype("<f2").tobytes())
        self._first[page] = self._rows
        self._rows += len(vectors)

    def holds(self, page: int) -> bool:
        return page in self._first

    def vectors(self, keys: Keys) -> Halves:
        """Return the vectors of these keys, (len(keys), dim), all of pages that were added."""
        import numpy as np

        _, rows = self._opened()
        rows.flush()
        every = np.memmap(self._folder / "vectors", "<f2", "r", shape=(self._rows, self._dim))
        firsts = np.fromiter((self._first[page_of_key(key)] for key in keys.tolist()), np.int64, len(keys))
        return every[firsts + (keys & ((1 << POSITION_BITS) - 1))]

    def flush(self) -> None:
        """Wait until everything is on the disk."""
        for file in (self._vectors, self._pages):
            if file:
                file.flush()
                write_through(file.fileno())

    def close(self) -> None:
        for file in (self._vectors, self._pages):
            if file:
                file.close()

    def remove(self) -> None:
        """Close and delete the files."""
        with suppress(OSError):  # a full disk
            self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _opened(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._pages is None or self._vectors is None:
            shutil.rmtree(self._folder, ignore_errors=True)  # what a killed build left
            self._folder.mkdir(parents=True)
            self._pages, self._vectors = (self._folder / "pages").open("w+b"), (self._folder / "vectors").open("w+b")
        return self._pages, self._vectors

    def _take_up(self, pages: int) -> None:
        """Go on after the first *pages* pages; raise OSError or ValueError where they are not all there."""
        self._pages, self._vectors = (self._folder / "pages").open("r+b"), (self._folder / "vectors").open("r+b")
        for _ in range(pages):
            page, count = struct.unpack("<QQ", self._pages.read(16) or b"")
            self._first[page] = self._rows
            self._rows += count
        self._pages.truncate()
        size = self._rows * self._dim * 2
        if os.fstat(self._vectors.fileno()).st_size < size:
            raise ValueError(f"{self._vectors.name} ends too soon")
        self._vectors.truncate(size)
        self._vectors.seek(size)


def write_part(folder: Path, name: str, dim: int, count: int, batches: Iterable[tuple[Keys, NDArray[np.uint64], Halves]]) -> None:
    """Write *count* vectors as the part *name*: *batches* are keys, rising, with the states and the vectors of their passages.

    The codes of a flat FAISS index of 16-bit floats are the numbers themselves, so that they are written as they come, whatever their
    number; FAISS reads the file once before it counts. Raises RuntimeError where it does not.
    """
    import numpy as np

    keys, states = np.zeros(count, np.int64), np.zeros(count, np.uint64)
    done = 0
    with (folder / vectors_file(name)).open("wb") as file:
        file.write(_header(dim, count))
        for some_keys, some_states, halves in batches:
            last = done + len(some_keys)
            keys[done:last], states[done:last] = some_keys, some_states
            file.write(np.ascontiguousarray(halves, "<f2").tobytes())
            done = last
    (folder / states_file(name)).write_bytes(keys.tobytes() + states.tobytes())
    part = Part(folder, name)
    if done != count or part.flat.ntotal != count or part.flat.d != dim:
        raise RuntimeError("FAISS holds other vectors than it was given")


def write_codes(folder: Path, name: str) -> None:
    """Write the codes of the part *name*, where it is large and its dimensions allow them."""
    import faiss
    import numpy as np

    flat = Part(folder, name).flat
    if flat.ntotal < WITH_CODES or flat.d % (2 * DIMENSIONS):
        return
    codes = faiss.IndexPQFastScan(flat.d, flat.d // DIMENSIONS, BITS, faiss.METRIC_INNER_PRODUCT)
    with one_thread():
        codes.train(flat.reconstruct_batch(np.linspace(0, flat.ntotal - 1, min(flat.ntotal, TRAINED)).astype(np.int64)))
        for first, last in _blocks(flat.ntotal):
            codes.add(flat.reconstruct_n(first, last - first))
    (folder / codes_file(name)).write_bytes(faiss.serialize_index(codes).tobytes())  # FAISS cannot write 中文 paths on Windows


def _header(dim: int, count: int) -> bytes:
    """Return the first bytes of a flat FAISS index of *count* vectors in 16-bit floats: those of an empty one, with this number."""
    import faiss

    empty = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    header = bytearray(faiss.serialize_index(empty).tobytes())
    header[COUNT_AT : COUNT_AT + 8] = struct.pack("<Q", count)
    header[-8:] = struct.pack("<Q", 2 * dim * count)  # bytes that follow
    return bytes(header)


def _blocks(count: int) -> Iterator[tuple[int, int]]:
    for first in range(0, count, BLOCK):
        yield first, min(first + BLOCK, count)
