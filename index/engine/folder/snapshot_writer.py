"""Write rows and vectors as a snapshot: whole, or only what changed since the snapshot before, whose files are linked and never touched.

    whole    base = all passages
    first    whole, as an empty index becomes: terms are written while pages come, all else in the end
    delta    base linked, with a list of the keys that are gone from it; vectors that came are a file of their own;
             tantivy removes and adds the terms in a folder of links

Deltas of vectors are joined by size, as a counter carries its ones: a small change writes little, and few deltas are left. When a tenth
of the base has changed, the snapshot is written whole.

Vectors are in no row, so the folder `vectors` of the index has a link to each of their files, beside the snapshot's: a snapshot that is
missing or damaged is derived from the rows and these.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.engine.folder.checksums import link, nobody_reads, seal, sync
from index.engine.folder.database import snapshot_folder
from index.engine.folder.inverted_index import UPDATE_HEAP, TermsWriter, link_terms
from index.engine.folder.queries import MANY
from index.engine.folder.snapshot import BASE, TERMS, VECTORS, Snapshot, kept_files, same_file
from index.engine.folder.vectors import Part, codes_file, states_file, vectors_file
from index.engine.folder.vectors_writer import write_codes, write_part
from index.engine.protocol import Model
from index.engine.stored.digests import WRAP
from index.engine.stored.rows import Row, TextRow
from index.text.joined_terms import terms_of_each

if TYPE_CHECKING:
    from index.engine.folder.vectors_writer import Halves
    from index.engine.protocol import Keys, Terms
    from index.workers import Workers

FULL = 2048  # passages; a delta that has as many is not joined with others
MOST_SEGMENTS = 3  # of tantivy in a new index; more are searched later, so that it is worth writing them anew
TENTH = 10  # the snapshot is written whole when more than one in so many passages of the base has changed

VectorsOf = Callable[["Keys"], "Halves"]  # returns the vectors of keys, in 16-bit floats


class Change(NamedTuple):
    """What happened to passages since the snapshot before: keys that are gone, keys that came; a changed passage is in both."""

    gone: list[int]
    came: list[int]


class Written(NamedTuple):
    """A snapshot that is on the disk: the digest of its manifest, those of its files of vectors, and the sum of the states of all rows."""

    manifest: str
    vectors: dict[str, str]
    total: int


def write_whole(
    folder: Path, number: int, model: Model, rows: Iterable[TextRow], count: int, vectors_of: VectorsOf, workers: Workers | None = None
) -> Written:
    """Write snapshot *number* of all *rows*, *count* in number, of the index in *folder* onto the disk."""
    target = _new_folder(folder, number)
    terms = TermsWriter(target / TERMS, passages=count)
    total = _write_vectors(target, BASE, model.dim, _with_terms(rows, terms, workers), count, vectors_of)
    if terms.commit() != count:
        raise RuntimeError("tantivy holds other passages than it was given")
    write_codes(target, BASE)
    return _sealed(folder, target, _facts(number, model, count, count, number, [BASE]), {}, total)


class FirstSnapshot:
    """Snapshot *number* of the index in *folder*, the first with passages: its terms are written while pages come, in this order."""

    def __init__(self, folder: Path, number: int, passages: int) -> None:
        self._folder, self._number = folder, number
        self._target = _new_folder(folder, number)
        self._terms: TermsWriter | None = TermsWriter(self._target / TERMS, passages=passages)
        self._keys: list[int] = []
        self._states: list[int] = []

    def expect(self, passages: int) -> None:
        """Note about how many *passages* will come in all."""
        if self._terms:
            self._terms.expect(passages)

    def add(self, keys: Iterable[int], states: Sequence[int], terms: Terms) -> None:
        """Add passages by their keys, which no passage before has."""
        assert self._terms
        for key, (text, heading) in zip(keys, terms, strict=True):
            self._terms.add(key, text, heading)
            self._keys.append(key)
        self._states += states

    def write(self, model: Model, vectors_of: VectorsOf) -> Written | None:
        """Write the snapshot of all passages that came onto the disk; return None where their terms lie in too many segments."""
        import numpy as np

        assert self._terms
        count = len(self._keys)
        keys, states = np.array(self._keys, np.int64), np.array(self._states, np.uint64)
        order = np.argsort(keys)
        batches = ((keys[some], states[some], vectors_of(keys[some])) for some in np.split(order, range(MANY, count, MANY)))
        with ThreadPoolExecutor(1) as meanwhile:  # tantivy joins its segments
            committed = meanwhile.submit(self._terms.commit)
            write_part(self._target, BASE, model.dim, count, batches)
            write_codes(self._target, BASE)
            if committed.result() != count:
                raise RuntimeError("tantivy holds other passages than it was given")
        if self._terms.segments > MOST_SEGMENTS:
            return None
        facts = _facts(self._number, model, count, count, self._number, [BASE])
        return _sealed(self._folder, self._target, facts, {}, sum(self._states) % WRAP)

    def close(self) -> None:
        """Stop writing."""
        self._terms = None


def write_delta(
    folder: Path, number: int, old: Snapshot, change: Change, rows_of: Callable[[list[int]], list[Row]], vectors_of: VectorsOf
) -> Written | None:
    """Write snapshot *number* as the snapshot *old* with *change*; the total of what is returned is 0.

    Returns None where the snapshot must be written whole. *rows_of* returns the rows of keys as they are now.
    """
    known = old.manifest
    base, *names = known["parts"]
    keys_of = {name: Part(old.folder, name).keys.tolist() for name in names}
    in_deltas = {key for keys in keys_of.values() for key in keys}
    gone = sorted({*known["gone"], *(set(change.gone) - in_deltas)})
    if TENTH * (len(gone) + len(in_deltas) + len(change.came)) > known["base"]:
        return None
    target = _new_folder(folder, number)
    kept, loose = _kept(keys_of, set(change.gone), set(change.came))
    rows = rows_of(loose)
    passages = known["passages"] - len(change.gone) + len(change.came)
    linked = _link_vectors(old.folder, target, [base, *kept])
    linked += [f"{TERMS}/{name}" for name in link_terms(old.folder / TERMS, target / TERMS)]
    if _update_terms(target / TERMS, change, rows) != passages:
        return None  # the old snapshot does not hold what is gone
    model = Model(**known["model"])
    parts = [base, *kept, *_new_delta(target, number, model.dim, rows, vectors_of)]
    removed = known["removed"] + len(change.gone)
    facts = {**_facts(number, model, passages, known["base"], known["whole"], parts), "gone": gone, "removed": removed}
    return _sealed(folder, target, facts, {name: known["files"][name] for name in linked if (target / name).exists()}, 0)


def with_other_vectors(change: Change, states: dict[int, int], old: Snapshot, vectors_of: VectorsOf) -> Change:
    """Return *change* with the passages that have another vector than in the snapshot *old*, and are the same otherwise.

    *states*: of the passages that were written, by key. *vectors_of* returns the vectors that came with these.
    """
    import numpy as np

    same = states.keys() - set(change.came)
    held = [key for key, there in zip(same, old.parts.agree([*same], [states[key] for key in same]), strict=True) if there]
    keys = np.array(sorted(held), np.int64)
    if not len(keys):
        return change
    other: list[int] = keys[(vectors_of(keys) != old.parts.vectors(keys.tolist())).any(axis=1)].tolist()
    return Change([*change.gone, *other], [*change.came, *other])


def leftovers(folder: Path, number: int, vectors: Iterable[str]) -> list[Path]:
    """Return what is safe to remove: the snapshots other than *number* that nobody reads, and kept files other than these *vectors*."""
    others = [path for path in sorted(folder.glob("generation-*")) if path != snapshot_folder(folder, number)]
    kept = [folder / VECTORS / name for name in vectors]
    return [*(path for path in others if nobody_reads(path)), *(path for path in sorted((folder / VECTORS).glob("*")) if path not in kept)]


def _sealed(folder: Path, target: Path, facts: dict[str, Any], known: dict[str, str], total: int) -> Written:
    """Seal the snapshot in *target*, and keep links to its vectors beside it."""
    manifest = seal(target, facts, known)
    digests = json.loads((target / "manifest.json").read_bytes())["files"]
    vectors = {}
    kept = folder / VECTORS
    kept.mkdir(exist_ok=True)
    for ours, theirs in kept_files(facts["parts"], facts["whole"]):
        vectors[theirs] = digests[ours]
        if not same_file(target / ours, kept / theirs):
            with suppress(FileNotFoundError):
                (kept / theirs).unlink()  # what a killed build left
            link(target / ours, kept / theirs)
    sync(kept)
    return Written(manifest, vectors, total)


def _facts(number: int, model: Model, passages: int, base: int, whole: int, parts: list[str]) -> dict[str, Any]:
    about = {"number": number, "model": model._asdict(), "passages": passages}
    return {**about, "base": base, "whole": whole, "parts": parts, "gone": [], "removed": 0}


def _new_folder(folder: Path, number: int) -> Path:
    target = snapshot_folder(folder, number)
    shutil.rmtree(target, ignore_errors=True)  # what a killed build left
    target.mkdir(parents=True)
    return target


def _with_terms(rows: Iterable[TextRow], terms: TermsWriter, workers: Workers | None) -> Iterator[list[TextRow]]:
    """Yield *rows* some hundreds at a time, after their terms, which *workers* make, were added to *terms*."""
    several = iter(rows)
    waiting: deque[list[TextRow]] = deque()

    def chunks() -> Iterator[list[tuple[str, str]]]:
        while some := [*islice(several, MANY)]:
            waiting.append(some)
            yield [(row.text, row.heading) for row in some]

    for made in (workers.map if workers else map)(terms_of_each, chunks()):
        some = waiting.popleft()
        for row, (text, heading) in zip(some, made, strict=True):
            terms.add(row.key, text, heading)
        yield some


def _write_vectors(target: Path, name: str, dim: int, batches: Iterable[Sequence[TextRow | Row]], count: int, vectors_of: VectorsOf) -> int:
    """Write the vectors of the rows in *batches* and their states as the part *name*; return the sum of the states."""
    import numpy as np

    total = 0

    def each() -> Iterator[tuple[Any, Any, Any]]:
        nonlocal total
        for some in batches:
            keys = np.array([row.key for row in some], np.int64)
            total = (total + sum(row.state for row in some)) % WRAP
            yield keys, np.array([row.state for row in some], np.uint64), vectors_of(keys)

    write_part(target, name, dim, count, each())
    return total


def _update_terms(folder: Path, change: Change, rows: list[Row]) -> int:
    """Remove and add the terms of *change*, whose *rows* are among these; return how many passages the inverted index holds then."""
    terms, came = TermsWriter(folder, UPDATE_HEAP), set(change.came)
    terms.remove(change.gone)
    added = [row for row in rows if row.key in came]
    for row, made in zip(added, terms_of_each([(row.passage.text, row.passage.heading) for row in added]), strict=True):
        terms.add(row.key, *made)
    return terms.commit()


def _new_delta(target: Path, number: int, dim: int, rows: list[Row], vectors_of: VectorsOf) -> list[str]:
    """Write a delta of vectors, and return its name in a list; where there are no *rows*, write nothing."""
    name = f"delta-{number:06d}"
    if rows:
        _write_vectors(target, name, dim, [sorted(rows, key=lambda row: row.key)], len(rows), vectors_of)
    return [name] if rows else []


def _kept(deltas: dict[str, list[int]], gone: set[int], came: set[int]) -> tuple[list[str], list[int]]:
    """Return the deltas that stay as they are, and the keys that a new delta must hold: what came, and the rest of the other deltas."""
    kept = [name for name, keys in deltas.items() if gone.isdisjoint(keys)]
    loose = came | {key for name, keys in deltas.items() if name not in kept for key in keys} - gone
    for name in sorted(kept, key=lambda name: len(deltas[name])):
        if not loose or len(deltas[name]) > min(len(loose), FULL):
            break
        loose |= set(deltas[name])
        kept.remove(name)
    return kept, sorted(loose)


def _link_vectors(source: Path, target: Path, parts: Sequence[str]) -> list[str]:
    """Link the files of these parts of an older snapshot; return their names."""
    names = [of(part) for part in parts for of in (vectors_file, states_file, codes_file)]
    names = [name for name in names if os.path.lexists(source / name)]
    for name in names:
        link(source / name, target / name)
    return names
