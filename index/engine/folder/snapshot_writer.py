"""Write rows as a snapshot: whole, or only what changed since the snapshot before, whose files are linked and never touched.

    whole    base = all passages
    delta    base linked, with a list of the keys that are gone from it; vectors that came are a file of their own;
             tantivy removes and adds the terms in a folder of links

Deltas of vectors are joined by size, as a counter carries its ones: a small change writes little, and few deltas are left. When a tenth
of the base has changed, the snapshot is written whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from index.engine.folder.checksums import link, nobody_reads, seal
from index.engine.folder.database import snapshot_folder
from index.engine.folder.inverted_index import UPDATE_HEAP, TermsWriter, link_terms, terms_of_chunk
from index.engine.folder.rows import Row
from index.engine.folder.snapshot import BASE, TERMS, Snapshot, states_file, vectors_file, write_states
from index.engine.folder.vectors import VectorsWriter
from index.engine.protocol import Model

FULL = 2048  # passages; a delta that has as many is not joined with others
TENTH = 10  # the snapshot is written whole when more than one in so many passages of the base has changed
WRAP = 1 << 64  # sums of states are kept below

Delta = dict[str, Any]  # of the manifest: the name of a file of vectors, and its keys


class Change(NamedTuple):
    """What happened to passages since the snapshot before: keys that are gone, keys that came; a changed passage is in both."""

    gone: list[int]
    came: list[int]


def write_whole(folder: Path, number: int, model: Model, rows: Iterable[Row]) -> tuple[str, int]:
    """Write snapshot *number* of all *rows* of the index in *folder* onto the disk.

    Returns the digest of its manifest, and the sum of the states of the rows modulo WRAP.
    """
    target = _new_folder(folder, number)
    terms, total = TermsWriter(target / TERMS), 0

    def each_row() -> Iterator[Row]:
        nonlocal total
        for row in rows:
            terms.add(row.key, *terms_of_chunk([(row.passage.text, row.passage.heading)])[0])
            total = (total + row.state) % WRAP
            yield row

    passages = len(_write_vectors(target, BASE, model.dim, each_row()))
    if terms.commit() != passages:
        raise RuntimeError("tantivy holds other passages than it was given")
    return seal(target, _facts(number, model, passages, passages), {}), total


def write_delta(folder: Path, number: int, old: Snapshot, change: Change, rows_of: Callable[[list[int]], list[Row]]) -> str | None:
    """Write snapshot *number* as the snapshot *old* with *change*; return the digest of its manifest.

    Returns None where the snapshot must be written whole. *rows_of* returns the rows of keys as they are now.
    """
    known = old.manifest
    in_deltas = {key for delta in known["deltas"] for key in delta["keys"]}
    gone = sorted({*known["gone"], *(set(change.gone) - in_deltas)})
    if TENTH * (len(gone) + len(in_deltas) + len(change.came)) > known["base"]:
        return None
    target = _new_folder(folder, number)
    kept, loose = _kept(known["deltas"], set(change.gone), set(change.came))
    rows = rows_of(loose)
    passages = known["passages"] - len(change.gone) + len(change.came)
    linked = _link_vectors(old.folder, target, [BASE, *(delta["name"] for delta in kept)])
    linked += [f"{TERMS}/{name}" for name in link_terms(old.folder / TERMS, target / TERMS)]
    if _update_terms(target / TERMS, change, rows) != passages:
        return None  # the old snapshot does not hold what is gone
    model = Model(**known["model"])
    deltas = [*kept, *_new_delta(target, number, model.dim, rows)]
    removed = known["removed"] + len(change.gone)
    facts = {**_facts(number, model, passages, known["base"]), "deltas": deltas, "gone": gone, "removed": removed}
    return seal(target, facts, {name: known["files"][name] for name in linked if (target / name).exists()})


def leftovers(folder: Path, number: int) -> list[Path]:
    """Return the snapshots other than *number* that nobody reads: safe to remove."""
    others = [path for path in sorted(folder.glob("generation-*")) if path != snapshot_folder(folder, number)]
    return [path for path in others if nobody_reads(path)]


def _facts(number: int, model: Model, passages: int, base: int) -> dict[str, Any]:
    return {"number": number, "model": model._asdict(), "passages": passages, "base": base, "deltas": [], "gone": [], "removed": 0}


def _new_folder(folder: Path, number: int) -> Path:
    target = snapshot_folder(folder, number)
    shutil.rmtree(target, ignore_errors=True)  # what a killed build left
    target.mkdir(parents=True)
    return target


def _write_vectors(target: Path, name: str, dim: int, rows: Iterable[Row]) -> list[tuple[int, int]]:
    """Write the vectors of *rows* and their states into files called *name*; return the states. Rows are read one by one."""
    vectors, states = VectorsWriter(dim), []
    for row in rows:
        vectors.add(row.key, row.vector)
        states.append((row.key, row.state))
    vectors.write(target / vectors_file(name))
    write_states(target / states_file(name), states)
    return states


def _update_terms(folder: Path, change: Change, rows: list[Row]) -> int:
    """Remove and add the terms of *change*, whose *rows* are among these; return how many passages the inverted index holds then."""
    terms, came = TermsWriter(folder, UPDATE_HEAP), set(change.came)
    terms.remove(change.gone)
    for row in rows:
        if row.key in came:
            terms.add(row.key, *terms_of_chunk([(row.passage.text, row.passage.heading)])[0])
    return terms.commit()


def _new_delta(target: Path, number: int, dim: int, rows: list[Row]) -> list[Delta]:
    """Write a delta of vectors, and return it in a list; where there are no *rows*, write nothing."""
    name = f"delta-{number:06d}"
    return [{"name": name, "keys": [key for key, _ in _write_vectors(target, name, dim, rows)]}] if rows else []


def _kept(deltas: list[Delta], gone: set[int], came: set[int]) -> tuple[list[Delta], list[int]]:
    """Return the deltas that stay as they are, and the keys that a new delta must hold: what came, and the rest of the other deltas."""
    kept = [delta for delta in deltas if gone.isdisjoint(delta["keys"])]
    loose = came | {key for delta in deltas if delta not in kept for key in delta["keys"]} - gone
    for delta in sorted(kept, key=lambda delta: len(delta["keys"])):
        if not loose or len(delta["keys"]) > min(len(loose), FULL):
            break
        loose |= set(delta["keys"])
        kept.remove(delta)
    return kept, sorted(loose)


def _link_vectors(source: Path, target: Path, parts: Iterable[str]) -> list[str]:
    """Link the files of these parts of an older snapshot; return their names."""
    names = [of(part) for part in parts for of in (vectors_file, states_file)]
    for name in names:
        link(source / name, target / name)
    return names
