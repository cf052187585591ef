"""One run of indexing: named files and folders in, calls of a writer and a report out.

find ──▶ sort ──▶ read ──▶ articles ──▶ passages ──▶ encode ──▶ add ──▶ remove what vanished or moved
          │        │                                 └─ passages whose vector the index has (moved files, old paragraphs) are not embedded
          │        └─ files with the same text as before stop here; only their size, time and path are noted
          └─ files with the same size and time stop here, unless they changed so lately that the time could not show it

A file that cannot be read is reported, and its passages stay. A changed corrections file (sidecar) counts as a changed page.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.corrections.sidecar import stamp
from index.encoders.open import open_lexicon
from index.encoders.protocol import Encoder
from index.engine.protocol import Source, Stamp, Writer
from index.errors import BadInput
from index.files.content import ABOUT_FOLDER, UNREADABLE, Skipped
from index.files.discover import Found, look
from index.files.reader import read as read_file
from index.updating.embedding import Progress, encode, encode_words
from index.updating.folders import Folders
from index.updating.known_paths import KnownPaths, free_name, with_all_parents
from index.updating.moves import Below, Departed, doubtful_loss, followers, moved_folders
from index.updating.reading import Cut, ReadPage, Wanted, batches, chunks_of, cut, digest_of, in_words, read_pages
from index.updating.report import IndexReport, Move, Noted
from index.workers import Workers

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

WRITTEN_AT_ONCE = 2048  # passages, with their vectors; few enough for memory
WORTH_WORKERS = 200  # files; fewer are read sooner than processes start
WORTH_WORKERS_BYTES = 1 << 23  # of files, where these are fewer
COARSEST_TIME = 2_000_000_000  # nanoseconds; no file system in use keeps times more coarsely (FAT: two seconds)
LAST_TIME = 1 << 63  # nanoseconds from 1970; some file systems keep times beyond this, databases do not


class _Pending(NamedTuple):
    """A file that has to be read: it is new, or may have changed since it was indexed as *old*."""

    path: str
    source: str  # as it was found
    old: Source | None
    size: int
    modified: int
    sidecar: str
    noted: int


class Update:
    """One run: the files that the index held before of this machine, the files on its disk, and the report.

    *paths* are those to look at, None for all that this machine ever named; BadInput is raised where there are none.
    Without an *encoder* nothing is embedded and no vector is asked of the *writer*: a rehearsal.
    """

    def __init__(
        self,
        paths: Iterable[Path] | None,
        writer: Writer,
        encoder: Encoder | None,
        progress: Progress,
        folders: Folders,
        workers: Workers | None = None,
    ) -> None:
        self.report, self._workers = IndexReport(), workers or Workers()
        self._writer, self._encoder, self._progress, self._folders = writer, encoder, progress, folders
        self._unfinished = writer.unfinished  # whether this goes on with a first build: what that has is new all the same
        given = None if paths is None else folders.settled(paths)
        stamps, elsewhere = [*self._lying_now()], folders.elsewhere(given or ())
        self._indexed = {stamp.path: stamp for stamp in stamps if not elsewhere(stamp.path)}
        self._of_source = {stamp.source: stamp for stamp in self._indexed.values()}
        self._names = {stamp.source for stamp in stamps}
        self._paths = folders.named(() if self._unfinished else self._indexed) if given is None else given
        self._indexed_path = KnownPaths(self._indexed)
        self._present: set[str] = set()  # paths at which there is a file
        self._seen: set[str] = set()  # paths of files that are pages of the index now
        self._moved: dict[str, str] = {}  # old path -> new path
        self._arrived: dict[str, str] = {}  # paths of new files -> their sources
        self._unreadable: set[str] = set()  # sources of files and folders
        self._departed: Departed | None = None
        self._bytes_read = self._bytes = 0

    def run(self, prune: bool) -> IndexReport:
        """Bring the index up to date with the files under the named paths.

        Raise BadInput where pages are gone that nobody may have deleted, unless *prune*, and where one of the paths cannot be read.
        """
        paths = self._paths
        missing = [path for path in paths if not os.path.lexists(path)]
        unknown = {*missing} - {*self._folders.paths}
        for path in sorted(unknown - (with_all_parents(map(Path, self._indexed)) if unknown else set())):
            raise BadInput("{path}: there is no such file or folder; name what is to be indexed", path=path)
        prefixes = self._folders.add(path for path in paths if path not in missing)
        pending = [*self._sorted(look([path for path in paths if path not in missing], prefixes))]
        below = Below(paths)
        gone = [path for path in self._indexed if path not in self._present and below(path) and not self._is_unreadable(path)]
        if gone and not prune and not self._unfinished:
            self._refuse_doubtful_loss(paths, below, gone, pending)
        self._add(pending)
        self._remove_vanished(below)
        lost = [path for path in self._folders.paths if not os.path.lexists(path)]
        if lost:
            self._folders.forget_here({*lost} - with_all_parents(map(Path, chain(self._seen, self._left()))))
        return self.report.count()

    def _lying_now(self) -> Iterable[Stamp]:
        """Return the stamps of the indexed files, at the paths where they lie now."""
        if not self._folders.have_moved:
            return self._writer.stamps()
        present = [(file, self._folders.lies_now(file)) for file in self._writer.sources()]
        for former, file in present:
            if file is not former:
                self._writer.touch(file)
        return [Stamp(file.source, str(file.path), *file[2:]) for _, file in present]

    def _file(self, stamp: Stamp) -> Source:
        """Return all that is known of an indexed file."""
        return self._writer.source(stamp.source)._replace(path=Path(stamp.path))

    def _left(self) -> Iterator[str]:
        """Yield the paths of the pages that the index keeps although there is no such file now."""
        return (path for path in self._indexed if path not in self._moved)

    def _sorted(self, files: Iterable[Found | Skipped]) -> Iterator[_Pending]:
        """Yield those of *files* that have to be read; report all others."""
        for file in files:
            if isinstance(file, Skipped):
                self._report_skipped(file)
            else:
                self._progress.file(file.source)
                if pending := self._pending(file):
                    yield pending

    def _pending(self, file: Found) -> _Pending | None:
        """Return what is known of *file* before it is read, None where it has not changed since it was indexed."""
        path, noted = self._indexed_path(file.path), time.time_ns()
        self._present.add(path)
        old, sidecar = self._indexed.get(path), stamp(Path(path)) if file.accompanied else ""
        modified = max(-LAST_TIME, min(file.modified, LAST_TIME - 1))
        same = old and old.size == file.size and old.modified == modified and old.sidecar == sidecar
        if old and same and modified < old.noted - COARSEST_TIME:  # else it may have changed again at the same time
            self._note_unchanged(path)
            return None
        self._bytes += file.size
        return _Pending(path, file.source, self._file(old) if old else None, file.size, modified, sidecar, noted)

    def _refuse_doubtful_loss(self, paths: Sequence[Path], below: Below, gone: Sequence[str], pending: Sequence[_Pending]) -> None:
        """Raise BadInput where a folder lost its pages, or most of them, and these did not move to one of the *pending* files."""
        indexed = [Path(path) for path in self._indexed if below(path)]
        if doubtful_loss(paths, indexed, [*map(Path, gone)]) is None:
            return
        came = Counter(digest_of(Path(new.path)) for new in pending if new.old is None)
        left = []
        for path in gone:
            digest = self._file(self._indexed[path]).sha256
            if came[digest]:
                came[digest] -= 1
            else:
                left.append(Path(path))
        if (doubt := doubtful_loss(paths, indexed, left)) is not None:
            raise BadInput(doubt)

    def _add(self, pending: Sequence[_Pending]) -> None:
        """Read the *pending* files and add those that are new or changed."""
        done = 0
        for batch in batches(self._changed(pending), WRITTEN_AT_ONCE):
            vectors = self._embedded(batch)
            first, done = 0, done + len(vectors)
            self._writer.expect(self._expected(done))
            for page in batch:
                last = first + len(page.passages)
                self._writer.add(page.page, page.file, page.articles, page.passages, vectors[first:last], page.terms or ())
                first = last

    def _changed(self, pending: Sequence[_Pending]) -> Iterator[ReadPage]:
        """Yield the new and changed pages, in the order of the *pending* files, of which worker processes read some ahead."""
        self._terms_wanted = self._writer.expect(0)
        workers = self._workers if len(pending) >= WORTH_WORKERS or self._bytes >= WORTH_WORKERS_BYTES else Workers()
        cuts = chain.from_iterable(workers.map(read_pages, chunks_of(map(self._wanted, pending))))
        for one, read in zip(pending, cuts, strict=True):
            page = self._taken(one, read)
            self._bytes_read += one.size
            if isinstance(page, Skipped):
                self._report_skipped(page)
            elif page:
                yield page

    def _wanted(self, one: _Pending) -> Wanted:
        """Return what reads a pending file: as the source that it most likely becomes, and no more than its text where that is known."""
        alike = None if one.old else self._of_source.get(one.source)  # it may have moved, its source the same
        before = self._file(alike) if alike else one.old
        same = before.sha256 if before and before.sidecar == one.sidecar else ""
        source = one.old.source if one.old else one.source
        return Wanted(one.path, source, one.size, one.old.sha256 if one.old else "", same, self._encoder is not None, self._terms_wanted)

    def _taken(self, one: _Pending, read: Cut | Skipped) -> ReadPage | Skipped | None:
        """Return the page of a pending file, as it was *read*, or None if its text is the same as before."""
        if isinstance(read, Skipped):
            return read
        path, old, page = Path(one.path), one.old, read.page
        former = None if old else self._former(page.sha256, path)
        if old is None:
            source = free_name(one.path, one.source, self._names - {former.source} if former else self._names)
            if source != page.source:
                again = read_file(path, source)  # what was cut of it names the other source, and is without its text
                if isinstance(again, Skipped):
                    return again
                page, read = again, Cut(again)
        self._names.add(page.source)
        new = Source(page.source, path, one.size, one.modified, page.sha256, one.sidecar, one.noted)
        before = old or (former if former and former.source == page.source else None)
        if before and (before.sha256, before.sidecar) == (page.sha256, one.sidecar):
            self._writer.touch(new)
            if former:
                self._note_moved(former, new)
            else:
                self._note_unchanged(one.path)
            return None
        if read.articles is None and read.refusal is None:
            read = in_words([cut(page, path)])[0] if self._encoder else cut(page, path)
        return self._arriving(read, new, old, former)

    def _former(self, sha256: str, path: Path) -> Source | None:
        """Return the indexed file that lay elsewhere before, and is the file at *path* now, None where that is a new file."""
        if self._departed is None:
            self._departed = Departed(stamp for path, stamp in self._indexed.items() if path not in self._present)
        former = self._departed.take(sha256, path)
        return self._file(former) if former else None

    def _arriving(self, read: Cut, file: Source, old: Source | None, former: Source | None) -> ReadPage | Skipped:
        """Report a new or changed page, and return it as it will be added."""
        page = read.page
        self._seen.add(str(file.path))
        self.report.notes += [Noted(page.source, note) for note in page.notes]
        if read.articles is None or read.passages is None:
            if former:
                self._seen.add(str(former.path))  # what was read of it at its old place stays
            return Skipped(file.source, str(read.refusal))
        if former:
            self._note_moved(former, file)
        elif old:
            self.report.sources.changed.append(page.source)
        else:
            self._arrived[str(file.path)] = page.source
            self.report.sources.added.append(page.source)
        return ReadPage(page, file, read.articles, read.passages, read.words, read.terms)

    def _note_moved(self, former: Source, file: Source) -> None:
        self._seen.add(str(file.path))
        self._moved[str(former.path)] = str(file.path)
        self.report.sources.moved.append(Move(former.source, file.source))

    def _embedded(self, pages: Sequence[ReadPage]) -> Vectors:
        """Return (passages, dim) for the passages of *pages*: stored vectors where the index has them, new ones for the others."""
        import numpy as np

        passages = [passage for page in pages for passage in page.passages]
        if (encoder := self._encoder) is None:
            self.report.passages += len(passages)
            return np.zeros((len(passages), 0), np.float32)
        stored = self._writer.known_vectors(passages)
        none = np.zeros(encoder.dim, np.float32)
        vectors = np.array([none if vector is None else vector for vector in stored], np.float32).reshape(len(passages), encoder.dim)
        if new := [row for row, vector in enumerate(stored) if vector is None]:
            at = self._progress, self.report.passages, self._expected(self.report.passages + len(new))
            if encoder is (lexicon := open_lexicon(encoder)):
                words = [known for page in pages for known in page.words or ()]
                vectors[new] = encode_words([words[row] for row in new], lexicon, *at)
            else:
                vectors[new] = encode([passages[row] for row in new], encoder, *at)
        self.report.passages += len(new)
        return vectors

    def _expected(self, passages: int) -> int:
        """Return about how many passages will be embedded in all, if the files that are not read yet have as many a byte."""
        return max(passages, round(passages * self._bytes / max(1, self._bytes_read)))

    def _remove_vanished(self, below: Below) -> None:
        """Remove the files that lay under the named paths and are gone, and those that moved, wherever they lay."""
        left = [stamp for path, stamp in self._indexed.items() if path not in self._seen and path not in self._moved]
        became: dict[str, Path | None] = {}
        if folders := moved_folders((Path(old), Path(new)) for old, new in self._moved.items()):
            dead = [self._file(stamp) for stamp in left if stamp.path not in self._present and not os.path.lexists(stamp.path)]
            became = {file.source: path for file, path in followers(folders, dead, {*map(Path, self._arrived)})}
        for former, source in self.report.sources.moved:
            if former != source:
                self._writer.remove(former)
        for file in left:
            if self._unfinished:  # nobody has seen it yet, and this run does not want it
                self._writer.remove(file.source)
                self._indexed.pop(file.path)
            elif file.source in became or (below(file.path) and not self._is_unreadable(file.path)):
                self._writer.remove(file.source)
                self._indexed.pop(file.path)
                self._report_gone(file, became.get(file.source))

    def _report_gone(self, file: Stamp, became: Path | None) -> None:
        """Report that *file* is gone; *became* is the new file that it was before its folder moved and it was edited, if any."""
        sources = self.report.sources
        if became is None:
            sources.removed.append(file.source)
        else:
            sources.added.remove(self._arrived[str(became)])
            sources.changed.append(self._arrived[str(became)])

    def _note_unchanged(self, path: str) -> None:
        self._seen.add(path)
        if self._unfinished:
            self.report.sources.added.append(self._indexed[path].source)
        else:
            self.report.unchanged += 1

    def _report_skipped(self, skipped: Skipped) -> None:
        if skipped.kind == ABOUT_FOLDER:
            self.report.aside.append(skipped.source)
        else:
            self.report.skipped.append(skipped)
            if skipped.kind == UNREADABLE:
                self._unreadable.add(skipped.source)

    def _is_unreadable(self, path: str) -> bool:
        """Whether the indexed file at *path*, or a folder that it lies in, cannot be read now, and so may be there all the same."""
        name = self._indexed[path].source if self._unreadable else ""
        while name:
            if name in self._unreadable:
                return True
            name = name.rpartition("/")[0]
        return False
