"""Bring an index up to date with files: files in, one commit out.

find ──▶ read ──▶ articles ──▶ passages ──▶ encode ──▶ add
    │        │                                 └─ passages whose vector the index has (moved files, old paragraphs) are not embedded
    │        └─ files with the same text as before stop here; only their size, time and path are noted
    └─ files with the same size and time stop here, unless they changed so lately that the time could not show it

Files that vanished are removed. A file that cannot be read is reported, and its passages stay. A changed corrections file (sidecar)
counts as a changed page.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.corrections.sidecar import read_articles, stamp
from index.document import Article, Page, Passage
from index.encoders.protocol import Encoder
from index.engine.open import open_index, rederive
from index.engine.protocol import Address, Index, Source, Writer, model_of, note_device, refuse_other_model
from index.errors import BadInput, reason
from index.files.content import UNREADABLE, Skipped
from index.files.discover import File, clean, find
from index.files.reader import read
from index.passages import passages_of
from index.text.numerals import plain

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

WRITTEN_AT_ONCE = 2048  # passages, with their vectors; few enough for memory
EMBEDDED_AT_ONCE = 128  # passages between two reports of progress: two batches of a slow encoder, enough for a fast one
COARSEST_TIME = 2_000_000_000  # nanoseconds; no file system in use keeps times more coarsely (FAT: two seconds)
LAST_TIME = 1 << 63  # nanoseconds from 1970; some file systems keep times beyond this, databases do not


@dataclass(slots=True)
class IndexReport:
    """The result of one run of `build`: counts of files, and every file that was not read, with the reason."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    passages: int = 0  # embedded in this run
    skipped: list[Skipped] = field(default_factory=list)


def _ignore(*arguments: object) -> None:
    """Ignore what is reported."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Functions that are called while an index is built.

    - *file*: with the name of each source that is looked at.
    - *embedded*: with the number of passages that are embedded, and of all that will be.
    - *waiting*: with a line about the process that is writing the index.
    """

    file: Callable[[str], None] = _ignore
    embedded: Callable[[int, int], None] = _ignore
    waiting: Callable[[str], None] = _ignore


SILENT = Progress()


def build(paths: Iterable[Path], index: Index, encoder: Encoder, progress: Progress = SILENT, *, wait: float = 0.0) -> IndexReport:
    """Bring *index* up to date with the files under *paths*, in one commit.

    If another process is writing the index, wait at most *wait* seconds. Raises Busy after that, OtherModel if the index was made with
    another encoder, BadInput if one of *paths* cannot be read at all.
    """
    refuse_other_model(index, encoder)
    absolute = [Path(path).absolute() for path in paths]
    with index.writing(wait, progress.waiting) as writer:
        update = _Update(writer, encoder, progress)
        update.add(find(absolute))
        update.remove_vanished(absolute)
    note_device(index, encoder)
    return update.report


def rebuild_index(address: Address, encoder: Encoder | None = None, progress: Progress = SILENT, *, wait: float = 0.0) -> None:
    """Derive the index at *address* anew from its own rows, without the sources; with *encoder*, embed its passages with that encoder."""
    rederive(address, wait, progress.waiting)
    if encoder is not None:
        with open_index(address) as index:
            if index.model != model_of(encoder):
                embed_again(index, encoder, progress, wait=wait)


def embed_again(index: Index, encoder: Encoder, progress: Progress = SILENT, *, wait: float = 0.0) -> None:
    """Replace the vectors of *index* by those of *encoder*, the index's own or another one; sources are not read.

    If only the name differs (the model's folder was moved), the vectors are kept. For *wait* see `build`.
    """
    model = model_of(encoder)
    with index.writing(wait, progress.waiting) as writer, open_index(index.address) as current:  # others may have written meanwhile
        renamed = current.model[1:] == model[1:]
        writer.replace_vectors(model, () if renamed else _vectors_by_key(current, encoder, progress))
    note_device(index, encoder)


def embedded_text(passage: Passage) -> str:
    """Return the text that is embedded for *passage*: its heading first, so that the vector knows the subject of the article.

    Numbers are in one form, as they are in a question that is embedded.
    """
    return plain(f"{passage.heading}\n{passage.text}".lstrip())


class _ReadPage(NamedTuple):
    """A new or changed page, as it will be added."""

    page: Page
    file: Source
    articles: list[Article]
    passages: list[Passage]


class _Update:
    """One run of `build`: the files that the index held before, the files on the disk, and the report."""

    def __init__(self, writer: Writer, encoder: Encoder, progress: Progress) -> None:
        self.report = IndexReport()
        self._writer, self._encoder, self._progress = writer, encoder, progress
        self._indexed = {file.path: file for file in writer.sources()}
        self._names = {file.source for file in self._indexed.values()}
        self._indexed_path = _IndexedPaths(self._indexed)
        self._seen: set[Path] = set()
        self._new_digests: Counter[str] = Counter()  # of pages under a path that the index did not hold

    def add(self, files: Iterable[File | Skipped]) -> None:
        """Add the pages among *files* that are new or changed."""
        for batch in _batches(self._changed(files)):
            self._new_digests.update(page.page.sha256 for page in batch if page.file.path not in self._indexed)
            vectors = self._vectors([passage for page in batch for passage in page.passages])
            first = 0
            for page in batch:
                last = first + len(page.passages)
                self._writer.add(page.page, page.file, page.articles, page.passages, vectors[first:last])
                first = last

    def remove_vanished(self, paths: Sequence[Path]) -> None:
        """Remove the files that lay under *paths* and are gone; a file counts as moved if a new path has the same digest."""
        for file in self._vanished(paths):
            self._writer.remove(file.source)
            if self._new_digests[file.sha256]:
                self._new_digests[file.sha256] -= 1
                self.report.moved, self.report.added = self.report.moved + 1, self.report.added - 1
            else:
                self.report.removed += 1

    def _changed(self, files: Iterable[File | Skipped]) -> Iterator[_ReadPage]:
        """Yield the new and changed pages among *files*; report all others."""
        for file in files:
            page: _ReadPage | Skipped | None
            if isinstance(file, Skipped):
                page = file
            else:
                self._progress.file(file.source)
                page = self._read(file._replace(path=self._indexed_path(file.path)))
            if isinstance(page, Skipped):
                self.report.skipped.append(page)
            elif page:
                yield page

    def _read(self, file: File) -> _ReadPage | Skipped | None:
        """Return the page in *file*, or None if it has not changed."""
        old, noted = self._indexed.get(file.path), time.time_ns()
        try:
            status = file.path.stat()
        except OSError as error:
            return Skipped(file.source, f"{UNREADABLE}: {reason(error)}")
        sidecar = stamp(file.path)
        modified = max(-LAST_TIME, min(status.st_mtime_ns, LAST_TIME - 1))
        same = old and (old.size, old.modified, old.sidecar) == (status.st_size, modified, sidecar)
        if old and same and old.modified < old.noted - COARSEST_TIME:  # else it may have changed again at the same time
            self._note_unchanged(file.path)
            return None
        source = old.source if old else _free_name(file, self._names)
        self._names.add(source)
        page = read(file.path, source)
        if isinstance(page, Skipped):
            return page
        new = Source(source, file.path, status.st_size, modified, page.sha256, sidecar, noted)
        if old and (old.sha256, old.sidecar) == (page.sha256, sidecar):
            self._writer.touch(new)
            self._note_unchanged(file.path)
            return None
        return self._cut(page, new, is_new=old is None)

    def _note_unchanged(self, path: Path) -> None:
        self._seen.add(path)
        self.report.unchanged += 1

    def _cut(self, page: Page, file: Source, is_new: bool) -> _ReadPage | Skipped:
        """Cut a new or changed *page* into articles and passages."""
        self._seen.add(file.path)
        try:
            articles = read_articles(page, file.path)
        except BadInput as error:
            return Skipped(file.source, str(error))
        self.report.changed += not is_new
        self.report.added += is_new
        return _ReadPage(page, file, articles, list(passages_of(page, articles)))

    def _vectors(self, passages: list[Passage]) -> Vectors:
        """Return (len(passages), dim): stored vectors where the index has them, new vectors for the other passages."""
        import numpy as np

        stored = self._writer.known_vectors(passages)
        new = [passage for passage, vector in zip(passages, stored, strict=True) if vector is None]
        done = self.report.passages
        made = iter(_encode(new, self._encoder, self._progress, done, done + len(new)) if new else ())
        self.report.passages += len(new)
        vectors = [next(made) if vector is None else vector for vector in stored]
        return np.array(vectors, np.float32).reshape(len(passages), self._encoder.dim)

    def _vanished(self, paths: Sequence[Path]) -> list[Source]:
        """Return the indexed files that lay under *paths* and are gone; a file that cannot be read now is not gone."""
        unread = {skipped.source for skipped in self.report.skipped if skipped.reason.startswith(UNREADABLE)}
        return [
            file
            for path, file in self._indexed.items()
            if path not in self._seen
            and any(path == given or given in path.parents for given in paths)
            and not any(file.source == name or file.source.startswith(f"{name}/") for name in unread)
        ]


class _IndexedPaths:
    """The path under which the index holds a file: two paths lead to one file through a linked folder or `..`."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = set(paths)
        self._by_real_path: dict[Path, Path] = {}
        self._real_folder = cache(os.path.realpath)

    def __call__(self, path: Path) -> Path:
        if not self._paths or path in self._paths:
            return path
        if not self._by_real_path:
            self._by_real_path = {self._real(indexed): indexed for indexed in self._paths}
        return self._by_real_path.get(self._real(path), path)

    def _real(self, path: Path) -> Path:
        return Path(self._real_folder(path.parent), path.name)


def _free_name(file: File, names: set[str]) -> str:
    """Return a source name that is not among *names*. Try in turn: the name as found, FOLDER/name, the whole path, name~digest."""
    root = file.path.parents[file.source.count("/")]
    digest = hashlib.sha256(os.fsencode(file.path)).hexdigest()[:6]
    candidates = (file.source, f"{clean(root.name)}/{file.source}", clean(file.path.as_posix()))
    return next((name for name in candidates if name not in names), f"{file.source}~{digest}")


def _batches(pages: Iterable[_ReadPage]) -> Iterator[list[_ReadPage]]:
    """Yield *pages* in groups of about WRITTEN_AT_ONCE passages."""
    batch: list[_ReadPage] = []
    count = 0
    for page in pages:
        batch.append(page)
        count += len(page.passages)
        if count >= WRITTEN_AT_ONCE:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch


def _vectors_by_key(index: Index, encoder: Encoder, progress: Progress) -> Iterator[tuple[int, Vectors]]:
    """Yield a new vector for every passage of *index*, by its key."""
    passages, done = iter(index.every_passage()), 0
    while batch := list(islice(passages, WRITTEN_AT_ONCE)):
        vectors = _encode([passage for _, passage in batch], encoder, progress, done, len(index))
        yield from zip([key for key, _ in batch], vectors, strict=True)
        done += len(batch)


def _encode(passages: Sequence[Passage], encoder: Encoder, progress: Progress, done: int, total: int) -> Vectors:
    """Return (len(passages), dim); report progress on the way, with *done* of *total* passages embedded before these."""
    import numpy as np

    parts = []
    for first in range(0, max(1, len(passages)), EMBEDDED_AT_ONCE):
        progress.embedded(done + first, total)
        parts.append(encoder.encode_passages([embedded_text(passage) for passage in passages[first : first + EMBEDDED_AT_ONCE]]))
    progress.embedded(done + len(passages), total)
    return np.concatenate(parts)
