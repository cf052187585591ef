"""Rows to a generation: written whole, or as what changed since the one before, whose files it links and never touches.

    whole    base = all passages
    delta    base linked, with a list of what is gone from it; what came is a segment of its own

Whatever the way, the answers are the same (see `inverted.py`). Segments of what came are joined by size, as a counter carries its ones:
a small change writes little, and there are few of them. When a tenth of the base has changed, it is written anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from index.engine.folder.checksums import link, nobody_reads, seal
from index.engine.folder.inverted_index import FIELDS, LITTLE, document, empty_terms, fields_of, open_terms, segments, without
from index.engine.folder.rows import Row
from index.engine.folder.snapshot import BASE, GONE, TERMS, Generation, folder_of, states_of, vectors_of, write_states
from index.engine.folder.vectors import empty_vectors, write_vectors
from index.engine.protocol import Model

STEP = 4096  # passages handed to FAISS at once
HEAP = 64_000_000  # bytes that tantivy gathers before it writes a segment
FULL = 2048  # passages; a segment that has as many is not joined with others
TENTH = 10  # a base of which more than one part in so many has changed is written anew
BALLAST = "·"  # no term of any text
BALLASTS = 1000  # passages of ballast that are tried, so that the mean length is right to the last digit that tantivy keeps
SCRATCH = "scratch"
WRAP = 1 << 64  # sums of states are kept below

Tokens = dict[str, int]  # field -> how many terms stand there


class Change(NamedTuple):
    """What happened to passages since the generation before: keys that are gone, keys that came; one that changed is in both."""

    gone: list[int]
    came: list[int]


class Segment(NamedTuple):
    """What was written at once."""

    passages: int
    tokens: Tokens
    terms: list[dict[str, Any]]  # tantivy's segments


def write_whole(place: Path, number: int, model: Model, rows: Iterable[Row]) -> tuple[str, int]:
    """Write generation *number* of *rows* into the folder *place* and onto the disk; return the digest of its manifest, and the sum of
    the states of the rows, less what is above WRAP."""
    folder = _new_folder(place, number)
    total = 0

    def added(row: Row) -> Row:
        nonlocal total
        total = (total + row.state) % WRAP
        return row

    base = _write(folder / TERMS, folder / BASE, model.dim, map(added, rows))
    return seal(folder, _facts(number, model, base, [], {"keys": [], "tokens": dict.fromkeys(FIELDS, 0)}, base.passages)), total


def write_delta(
    place: Path, number: int, model: Model, old: Generation, change: Change, before: Callable[[list[int]], list[Row]],
    after: Callable[[list[int]], list[Row]],
) -> str | None:  # fmt: skip
    """Write generation *number* as the one *old* with *change*; return the digest of its manifest, None where it must be written whole.

    *before* and *after* give the rows of keys as they were when *old* was written and as they are now.
    """
    known = old.manifest
    if states_of(BASE) not in known["files"]:
        return None  # of an earlier release
    in_deltas = {key for delta in known["deltas"] for key in delta["keys"]}
    gone = sorted(set(change.gone) - in_deltas)
    if TENTH * (len(known["gone"]["keys"]) + len(gone) + len(in_deltas) + len(change.came)) > known["base"]["passages"]:
        return None
    folder = _new_folder(place, number)
    kept, loose = _kept(known["deltas"], set(change.gone), set(change.came))
    deltas = [*kept, *([_delta(folder, number, model.dim, after(loose))] if loose else [])]
    base, gone_facts = _tombstones(folder, old, gone, before)
    if base is None:
        return None
    _link(old.folder, folder, [of(name) for name in (BASE, *(delta["name"] for delta in kept)) for of in (vectors_of, states_of)])
    _link(old.folder, folder, [f"{TERMS}/{name}" for entry in base.terms for name in _files(old.folder / TERMS, entry)])
    _link(
        old.folder, folder, [f"{TERMS}/{name}" for delta in kept for entry in delta["terms"] for name in _files(old.folder / TERMS, entry)]
    )
    ballast = _ballast(folder, base, deltas, gone_facts)
    meta = json.loads((old.folder / TERMS / "meta.json").read_text("utf-8"))
    meta["segments"] = [*base.terms, *(entry for delta in deltas for entry in delta["terms"]), *(ballast.terms if ballast else [])]
    meta["opstamp"] = max(meta["opstamp"], *(entry["deletes"]["opstamp"] for entry in base.terms if entry["deletes"]), 0)  # names the next
    (folder / TERMS / "meta.json").write_text(json.dumps(meta), "utf-8")
    shutil.rmtree(folder / SCRATCH, ignore_errors=True)
    counted = base.passages + sum(len(delta["keys"]) for delta in deltas) + (ballast.passages if ballast else 0)
    linked = {name: digest for name, digest in known["files"].items() if not name.endswith(".json") and (folder / name).exists()}
    return seal(folder, _facts(number, model, base, deltas, gone_facts, counted), linked)


def leftovers(place: Path, number: int) -> list[Path]:
    """Return the folders of generations other than *number* that nobody reads: safe to remove."""
    others = [folder for folder in sorted(place.glob("generation-*")) if folder != folder_of(place, number)]
    return [folder for folder in others if nobody_reads(folder)]


def _facts(
    number: int, model: Model, base: Segment, deltas: list[dict[str, Any]], gone: dict[str, Any], counted: int
) -> dict[str, Any]:  # fmt: skip
    passages = base.passages - len(gone["keys"]) + sum(len(delta["keys"]) for delta in deltas)
    facts = {"number": number, "model": model._asdict(), "passages": passages, "counted": counted}
    return {**facts, "base": base._asdict(), "deltas": deltas, "gone": gone}


def _new_folder(place: Path, number: int) -> Path:
    folder = folder_of(place, number)
    shutil.rmtree(folder, ignore_errors=True)  # what a killed build left
    folder.mkdir(parents=True)
    return folder


def _write(terms: Path, beside: Path, dim: int, rows: Iterable[Row]) -> Segment:
    """Write the terms of *rows* into the folder *terms*, their vectors and states into files called *beside*; only these are held."""
    import numpy as np

    index = empty_terms(terms)
    writer = index.writer(heap_size=HEAP, num_threads=1)  # one thread: the same rows give the same segments
    gathered = empty_vectors(dim)
    tokens: Tokens = dict.fromkeys(FIELDS, 0)
    waiting: list[Row] = []
    written: list[tuple[int, int]] = []

    def hand_over() -> None:
        halves = np.frombuffer(b"".join(row.vector for row in waiting), "<f2").reshape(len(waiting), -1)
        gathered.add_with_ids(halves.astype(np.float32), np.asarray([row.key for row in waiting], np.int64))
        waiting.clear()

    for row in rows:
        fields = fields_of(row.passage)
        writer.add_document(document(row.key, fields))
        for field, found in fields.items():
            tokens[field] += len(found)
        waiting.append(row)
        written.append((row.key, row.state))
        if len(waiting) == STEP:
            hand_over()
    if waiting:
        hand_over()
    writer.commit()
    writer.wait_merging_threads()
    write_vectors(beside.with_name(vectors_of(beside.name)), gathered)
    write_states(beside.with_name(states_of(beside.name)), written)
    return Segment(gathered.ntotal, tokens, segments(terms))


def _kept(deltas: list[dict[str, Any]], gone: set[int], came: set[int]) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the segments that stay as they are, and the keys that must be written: what came, and what is left of the other segments."""
    kept = [delta for delta in deltas if gone.isdisjoint(delta["keys"])]
    loose = came | {key for delta in deltas if delta not in kept for key in delta["keys"]} - gone
    for delta in sorted(kept, key=lambda delta: len(delta["keys"])):
        if not loose or len(delta["keys"]) > min(len(loose), FULL):
            break
        loose |= set(delta["keys"])
        kept.remove(delta)
    return kept, sorted(loose)


def _delta(folder: Path, number: int, dim: int, rows: list[Row]) -> dict[str, Any]:
    name = f"delta-{number:06d}"
    made = _write(folder / SCRATCH / name, folder / name, dim, rows)
    _take(folder / SCRATCH / name, folder / TERMS, made.terms)
    return {"name": name, "keys": [row.key for row in rows], "tokens": made.tokens, "terms": made.terms}


def _tombstones(
    folder: Path, old: Generation, keys: list[int], before: Callable[[list[int]], list[Row]]
) -> tuple[Segment | None, dict[str, Any]]:
    """Mark *keys* as deleted in the base, without touching its files; return it, None where it does not hold them, and all that is gone."""
    base, gone = Segment(**old.manifest["base"]), dict(old.manifest["gone"])
    if (old.folder / GONE).is_dir():
        _link_folder(old.folder / GONE, folder / GONE)
    if not keys:
        return base, gone
    entries = [entry for at, entry in enumerate(base.terms) for entry in _deleted(old.folder / TERMS, entry, folder, at, keys)]
    gone["tokens"] = _added(folder / GONE, before(keys), gone["tokens"])
    gone["keys"] = sorted([*gone["keys"], *keys])
    alive = sum(entry["max_doc"] - (entry["deletes"] or {"num_deleted_docs": 0})["num_deleted_docs"] for entry in entries)
    whole = alive == base.passages - len(gone["keys"]) and len(entries) == len(base.terms)
    return (base._replace(terms=entries) if whole else None), gone


def _deleted(terms: Path, entry: dict[str, Any], folder: Path, at: int, keys: list[int]) -> list[dict[str, Any]]:
    """Delete *keys* in one segment of *terms*, by itself so that tantivy merges nothing; only its list of deletions is new."""
    scratch = folder / SCRATCH / f"segment-{at}"
    scratch.mkdir(parents=True)
    for name in _files(terms, entry):
        link(terms / name, scratch / name)
    meta = json.loads((terms / "meta.json").read_text("utf-8"))
    (scratch / "meta.json").write_text(json.dumps({**meta, "segments": [entry]}), "utf-8")
    entries = without(scratch, keys)
    _take(scratch, folder / TERMS, [new for new in entries if new != entry], only=".del")
    return entries


def _added(folder: Path, rows: list[Row], tokens: Tokens) -> Tokens:
    """Add *rows* to the terms of what is gone."""
    index = open_terms(folder) if folder.is_dir() else empty_terms(folder)
    writer = index.writer(heap_size=LITTLE, num_threads=1)
    for row in rows:
        fields = fields_of(row.passage)
        writer.add_document(document(row.key, fields))
        tokens = {field: tokens[field] + len(fields[field]) for field in FIELDS}
    writer.commit()
    writer.wait_merging_threads()
    return tokens


def _ballast(folder: Path, base: Segment, deltas: list[dict[str, Any]], gone: Mapping[str, Any]) -> Segment | None:
    """Write passages that nothing finds, so long and so many that the mean length of a passage is what it is without the gone ones.

    tantivy counts what is gone in a field's mean length: beside N passages of T terms G gone ones of S. With B of ballast it is
    (T + S + X) / (N + G + B) = T / N where X = (G + B) T / N - S.
    """
    lost = len(gone["keys"])
    count = base.passages - lost + sum(len(delta["keys"]) for delta in deltas)
    if not lost or not count:
        return None
    totals = {field: base.tokens[field] - gone["tokens"][field] + sum(delta["tokens"][field] for delta in deltas) for field in FIELDS}
    many, terms = _weighed(lost, count, totals, gone["tokens"])
    scratch = folder / SCRATCH / "ballast"
    index = empty_terms(scratch)
    writer = index.writer(heap_size=LITTLE, num_threads=1)
    writer.add_document(document(None, {field: [BALLAST] * terms[field] for field in FIELDS}))
    for _ in range(many - 1):
        writer.add_document(document(None, {}))
    writer.commit()
    writer.wait_merging_threads()
    made = Segment(many, terms, segments(scratch))
    _take(scratch, folder / TERMS, made.terms)
    return made


def _weighed(lost: int, count: int, totals: Tokens, gone: Tokens) -> tuple[int, Tokens]:
    """Return how many passages of ballast there must be, and how many terms in each field: the B for which X is nearest to whole numbers.

    >>> _weighed(2, 10, {"text": 25}, {"text": 4})
    (2, {'text': 6})
    """
    fields = [field for field in totals if totals[field]]
    least = max([1, *(-(-gone[field] * count // totals[field]) - lost for field in fields)])

    def off(many: int) -> float:
        remainders = [(lost + many) * totals[field] % count for field in fields]
        return max((min(left, count - left) for left in remainders), default=0)

    many = min(range(least, least + BALLASTS), key=off)
    return many, {field: max(0, round((lost + many) * totals[field] / count) - gone[field]) for field in totals}


def _files(terms: Path, entry: dict[str, Any]) -> list[str]:
    """Return the names of the files of one of tantivy's segments."""
    name = entry["segment_id"].replace("-", "")
    deletes = entry["deletes"]
    current = f"{name}.{deletes['opstamp']}.del" if deletes else None
    return sorted(path.name for path in terms.glob(f"{name}.*") if path.suffix != ".del" or path.name == current)


def _take(scratch: Path, terms: Path, entries: Iterable[dict[str, Any]], only: str = "") -> None:
    """Move the files of *entries* from *scratch* to *terms*."""
    terms.mkdir(exist_ok=True)
    for entry in entries:
        for name in _files(scratch, entry):
            if name.endswith(only):
                (scratch / name).rename(terms / name)


def _link(source: Path, target: Path, names: Iterable[str]) -> None:
    for name in names:
        (target / name).parent.mkdir(exist_ok=True)
        if not (target / name).exists():
            link(source / name, target / name)


def _link_folder(source: Path, target: Path) -> None:
    target.mkdir()
    for path in source.iterdir():
        if path.suffix == ".lock":
            continue
        if path.suffix == ".json":
            shutil.copyfile(path, target / path.name)  # tantivy replaces these
        else:
            link(path, target / path.name)
