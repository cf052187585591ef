"""All of indexing on one page: files in, one commit out.

find ──▶ read ──▶ articles ──▶ passages ──▶ encode ──▶ add
    │        │                                 └─ what the index has a vector for is not embedded again: moved files, paragraphs that stayed
    │        └─ files with the same text as before stop here (and nothing but their size, time and path is noted)
    └─ files with the same size and time stop here, unless they changed so lately that their time could not tell

What vanished is removed; what cannot be read is named and its old passages stay. A page is the same when its sidecar is, too.
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
from index.engine.protocol import Address, Index, Source, Writer, model_of, refuse_other_model
from index.errors import BadInput, reason
from index.files.content import UNREADABLE, Skipped
from index.files.discover import File, clean, find
from index.files.reader import read
from index.passages import passages_of

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

STEP = 2048  # passages written at once: little enough for memory
GRAIN = 2_000_000_000  # nanoseconds; no file system in use keeps times more coarsely (FAT: two seconds)
ENDS = 1 << 63  # nanoseconds; some file systems keep times beyond these, databases do not
STRIDE = 128  # passages encoded between two signs of life: two batches of a slow encoder, enough for a fast one


@dataclass(slots=True)
class Report:
    """What one run of `build` did: counts of files, and every file that was not read, with its reason."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    passages: int = 0  # encoded in this run
    skipped: list[Skipped] = field(default_factory=list)


class Read(NamedTuple):
    page: Page
    file: Source
    articles: list[Article]
    passages: list[Passage]


Embedded = Callable[[int, int], None]  # is told how many passages are embedded, and how many of them there are so far


def build(
    paths: Iterable[Path],
    index: Index,
    encoder: Encoder,
    tell: Callable[[str], None] = lambda source: None,
    embedded: Embedded = lambda done, of: None,
    *,
    wait: float = 0.0,
    waiting: Callable[[str], None] = lambda line: None,
) -> Report:
    """Bring *index* up to date with the files under *paths*, in one commit; *tell* is called with each source that is looked at,
    *embedded* while their passages are embedded.

    While another process writes the index, *waiting* is told who, and *wait* seconds are waited. Raises Busy after that, OtherModel when
    the index was made with another encoder, BadInput when one of *paths* cannot be read at all.
    """
    refuse_other_model(index, encoder)
    paths = [Path(path).absolute() for path in paths]
    report = Report()
    seen: set[Path] = set()
    with index.writing(wait, waiting) as writer:
        known = {file.path: file for file in writer.sources()}
        fresh: Counter[str] = Counter()
        for batch in _batches(_changed(find(paths), known, seen, writer, report, tell)):
            fresh.update(each.page.sha256 for each in batch if each.file.path not in known)
            _add(batch, writer, encoder, report, embedded)
        for file in _vanished(known, paths, seen, report.skipped):
            writer.remove(file.source)
            if fresh[file.sha256]:  # the same text has come under another name
                fresh[file.sha256] -= 1
                report.moved, report.added = report.moved + 1, report.added - 1
            else:
                report.removed += 1
    return report


def rebuild_index(
    address: Address,
    encoder: Encoder | None = None,
    embedded: Embedded = lambda done, of: None,
    *,
    wait: float = 0.0,
    waiting: Callable[[str], None] = lambda line: None,
) -> None:
    """Derive the index at *address* anew from its own rows; with *encoder*, embed its passages with that one. Sources are not read."""
    rederive(address, wait, waiting)
    if encoder is not None:
        with open_index(address) as index:
            if index.model != model_of(encoder):
                embed_again(index, encoder, embedded)


def embed_again(index: Index, encoder: Encoder, embedded: Embedded = lambda done, of: None) -> None:
    """Give every passage of *index* a vector of *encoder*, which need not be the one it was made with; sources are not read. A model
    that only moved has made these vectors already: the index learns its new name."""
    moved = index.model[1:] == model_of(encoder)[1:]
    with index.writing() as writer:
        writer.replace_vectors(model_of(encoder), () if moved else _again(index, encoder, embedded))


def _changed(
    found: Iterable[File | Skipped], known: dict[Path, Source], seen: set[Path], writer: Writer, report: Report, tell: Callable[[str], None]
) -> Iterator[Read]:
    """Give the files that are new or changed, read; note all others."""
    taken = {file.source for file in known.values()}
    known_as = _Names(known)
    for each in found:
        if isinstance(each, Skipped):
            report.skipped.append(each)
            continue
        tell(each.source)
        each = each._replace(path=known_as(each.path))
        old = known.get(each.path)
        noted = time.time_ns()
        try:
            status = each.path.stat()
        except OSError as error:
            report.skipped.append(Skipped(each.source, f"{UNREADABLE}: {reason(error)}"))
            continue
        beside = stamp(each.path)
        modified = max(-ENDS, min(status.st_mtime_ns, ENDS - 1))
        same = old and (old.size, old.modified, old.sidecar) == (status.st_size, modified, beside)
        if old and same and old.modified < old.noted - GRAIN:  # else it may have changed since within the grain of its time
            seen.add(each.path)
            report.unchanged += 1
            continue
        source = old.source if old else _free(each, taken)
        taken.add(source)
        page = read(each.path, source)
        if isinstance(page, Skipped):
            report.skipped.append(page)
            continue
        seen.add(each.path)
        file = Source(source, each.path, status.st_size, modified, page.sha256, beside, noted)
        if old and (old.sha256, old.sidecar) == (page.sha256, beside):
            writer.touch(file)
            report.unchanged += 1
            continue
        try:
            cut = read_articles(page, each.path)
        except BadInput as error:
            report.skipped.append(Skipped(source, str(error)))
            continue
        report.changed += old is not None
        report.added += old is None
        yield Read(page, file, cut, list(passages_of(page, cut)))


class _Names:
    """Paths to those by which the index knows the same files: two lead to a folder that a link points to, or that `..` comes back to."""

    def __init__(self, known: Iterable[Path]) -> None:
        self._known = set(known)
        self._lying: dict[Path, Path] = {}
        self._folder = cache(os.path.realpath)

    def __call__(self, path: Path) -> Path:
        if not self._known or path in self._known:
            return path
        if not self._lying:
            self._lying = {self._real(known): known for known in self._known}
        return self._lying.get(self._real(path), path)

    def _real(self, path: Path) -> Path:
        return Path(self._folder(path.parent), path.name)


def _free(file: File, taken: set[str]) -> str:
    """Return a name for *file* that no other source has: as found, with its folder's name before it, or as last resort its whole path."""
    root = file.path.parents[file.source.count("/")]
    digest = hashlib.sha256(os.fsencode(file.path)).hexdigest()[:6]
    candidates = (file.source, f"{clean(root.name)}/{file.source}", clean(file.path.as_posix()))
    return next((name for name in candidates if name not in taken), f"{file.source}~{digest}")


def _batches(changed: Iterable[Read]) -> Iterator[list[Read]]:
    batch: list[Read] = []
    count = 0
    for each in changed:
        batch.append(each)
        count += len(each.passages)
        if count >= STEP:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch


def _add(batch: list[Read], writer: Writer, encoder: Encoder, report: Report, embedded: Embedded) -> None:
    passages = [passage for each in batch for passage in each.passages]
    vectors = _reused(passages, writer, encoder, report, embedded)
    at = 0
    for each in batch:
        writer.add(each.page, each.file, each.articles, each.passages, vectors[at : at + len(each.passages)])
        at += len(each.passages)


def _reused(passages: list[Passage], writer: Writer, encoder: Encoder, report: Report, embedded: Embedded) -> Vectors:
    """Return (len(passages), dim): vectors that the index has, and new ones of the other passages."""
    import numpy as np

    had = writer.known_vectors(passages)
    new = [passage for passage, vector in zip(passages, had, strict=True) if vector is None]
    made = iter(_vectors(new, encoder, report.passages, report.passages + len(new), embedded) if new else ())
    report.passages += len(new)
    whole = [next(made) if vector is None else vector for vector in had]
    return np.array(whole, np.float32).reshape(len(passages), encoder.dim)


def _vectors(passages: Sequence[Passage], encoder: Encoder, before: int, of: int, embedded: Embedded) -> Vectors:
    """Return (len(passages), dim), stride by stride; *before* of *of* passages are embedded already."""
    import numpy as np

    parts = []
    for at in range(0, max(1, len(passages)), STRIDE):
        embedded(before + at, of)
        parts.append(encoder.encode_passages([embedded_text(passage) for passage in passages[at : at + STRIDE]]))
    embedded(before + len(passages), of)
    return np.concatenate(parts)


def embedded_text(passage: Passage) -> str:
    """Return what is embedded for *passage*: its heading first, so that a paragraph knows what its article is about."""
    return f"{passage.heading}\n{passage.text}" if passage.heading else passage.text


def _again(index: Index, encoder: Encoder, embedded: Embedded) -> Iterator[tuple[int, Vectors]]:
    texts, done = iter(index.every_passage()), 0
    while step := list(islice(texts, STEP)):
        vectors = _vectors([passage for _, passage in step], encoder, done, len(index), embedded)
        yield from zip([key for key, _ in step], vectors, strict=True)
        done += len(step)


def _vanished(known: dict[Path, Source], paths: list[Path], seen: set[Path], skipped: list[Skipped]) -> list[Source]:
    """Return the files that lay under *paths* and were not found there; what could not be read has not vanished."""
    unread = {each.source for each in skipped if each.reason.startswith(UNREADABLE)}
    return [
        file
        for path, file in known.items()
        if path not in seen
        and any(path == given or given in path.parents for given in paths)
        and not any(file.source == name or file.source.startswith(f"{name}/") for name in unread)
    ]
