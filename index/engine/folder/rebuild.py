"""Derive a snapshot anew from the rows and their vectors alone, whatever state the old one is in: without the sources.

Vectors whose files are damaged are made anew. A page with damaged rows is left out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from index.engine.folder import database, queries
from index.engine.folder.checksums import file_digest
from index.engine.folder.database import FILE, FORMAT, State, naming_write_errors, snapshot_folder
from index.engine.folder.lock import locked
from index.engine.folder.snapshot import BASE, VECTORS, Snapshot
from index.engine.folder.snapshot_writer import write_whole
from index.engine.folder.vectors import Part, states_file, vectors_file
from index.engine.folder.writer import name_snapshot, refuse_unfinished, remove_leftovers
from index.engine.protocol import Embed, Tell, silent
from index.engine.stored.digests import WRAP
from index.engine.stored.rows import Row, TextRow
from index.errors import DamagedIndex, NoIndex, QianliError, Unwritten
from index.messages import say

if TYPE_CHECKING:
    from index.engine.folder.vectors_writer import Halves
    from index.engine.protocol import Keys


def rebuild(folder: Path, wait: float = 0.0, tell: Tell = silent, embed: Embed | None = None) -> None:
    """Derive a new snapshot from the rows and their vectors alone, whatever state the old one is in: without the sources.

    Vectors whose files are damaged are made anew by *embed*; without it DamagedIndex is raised. Pages with damaged rows are left out;
    *tell* gets a line for each.
    """
    if not database.index_exists(folder):
        raise NoIndex("no index in {folder}; make one with: qianli index FOLDER", folder=folder)
    with locked(folder, wait, tell), database.naming_errors(folder, Unwritten):
        connection = database.connect(folder / FILE)
        try:
            database.keep_write_ahead_log(folder, connection)
            state = database.read_state(connection)
            database.refuse_other_formats(folder, state, rebuilding=True)
            refuse_unfinished(folder, state)
            if any(database.structural_faults(connection, "quick_check")):
                connection.execute("VACUUM")  # writes the whole file anew, row by row; each row is checked below
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("REINDEX")  # SQLite's own indexes have no digest
            _drop_damaged_pages(folder, connection, state, tell)
            model, number = database.model_of_state(state), int(state["generation"]) + 1
            count = queries.counts(connection)["passages"]
            kept = _KeptVectors(folder, state, model.dim, embed)
            with naming_write_errors(folder):
                written = write_whole(folder, number, model, kept.noted(queries.every_row(connection)), count, kept.of)
                name_snapshot(connection, model, number, written.manifest, written.vectors, written.total)
            connection.execute("COMMIT")
        finally:
            connection.close()
            remove_leftovers(folder)


class _KeptVectors:
    """The vectors of the index in *folder*, whose *state* names their files; lost ones are made by *embed*."""

    def __init__(self, folder: Path, state: State, dim: int, embed: Embed | None) -> None:
        self._folder, self._dim, self._embed = folder, dim, embed
        digests = json.loads(state["vectors"])
        number = int(state["generation"])
        self._parts = []
        for name in sorted(Path(file).stem for file in digests if file == vectors_file(Path(file).stem)):
            places = ((folder / VECTORS, name), (snapshot_folder(folder, number), BASE if name.startswith("base-") else name))
            self._parts += [Part(*place) for place in places if _sound(place, name, digests)][:1]
        self._rows: dict[int, Row] = {}

    def noted(self, rows: Iterable[Row]) -> Iterator[TextRow]:
        """Yield the texts of *rows*, whose vectors will be asked for."""
        for row in rows:
            self._rows[row.key] = row
            yield TextRow(row.key, row.passage.text, row.passage.heading, row.state)

    def of(self, keys: Keys) -> Halves:
        """Return the vectors of rows that were noted, in 16-bit floats; those of passages that are in another state are lost."""
        import numpy as np

        rows = [self._rows.pop(key) for key in keys.tolist()]
        states = np.array([row.state for row in rows], np.uint64)
        halves, lost = np.zeros((len(rows), self._dim), np.float16), np.ones(len(rows), bool)
        for part in self._parts:
            positions, there = part.positions(keys)
            there[there] = part.states[positions[there]] == states[there]
            halves[there] = part.flat.reconstruct_batch(positions[there])
            lost &= ~there
        if lost.any():
            if self._embed is None:
                raise DamagedIndex(
                    "{folder} has lost vectors; they are made anew, from the rows alone, with: qianli index --rebuild", folder=self._folder
                )
            halves[lost] = self._embed([row.passage for row, gone in zip(rows, lost.tolist(), strict=True) if gone])
        return halves


def _sound(place: tuple[Path, str], name: str, digests: dict[str, str]) -> bool:
    """Whether the files of a part at *place*, a folder and a name, are those that were written as the part *name*."""
    folder, there = place
    try:
        return all(file_digest(folder / of(there)) == digests[of(name)] for of in (vectors_file, states_file))
    except QianliError:
        return False


def _drop_damaged_pages(folder: Path, connection: sqlite3.Connection, state: State, tell: Tell) -> None:
    """Delete damaged pages, by the snapshot where it can be read; else raise DamagedIndex unless the rows add up."""
    known = _snapshot_states(folder, state)
    dropped = queries.drop_damaged_pages(connection, known)
    for source in dropped:
        tell(say("{source}: its rows were damaged and are left out; take it in again with: qianli index FOLDER", source=source))
    if known or dropped:
        return
    if state.get("passages") != str(sum(row.state for row in queries.every_row(connection)) % WRAP):
        raise DamagedIndex("{file} holds rows of two states; index the sources anew, with another --index", file=folder / FILE)


def _snapshot_states(folder: Path, state: State) -> dict[int, int] | None:
    """Return key to state of every passage as the snapshot says; None where the snapshot cannot be read."""
    if state["format"] != FORMAT:
        return None
    try:
        with closing(Snapshot.open(folder, int(state["generation"]), state["manifest"])) as snapshot:
            keys, states = snapshot.parts.states()
            return dict(zip(keys.tolist(), states.tolist(), strict=True))
    except QianliError:
        return None
