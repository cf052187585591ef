"""The SQLite database of an index folder: its connections, its one state, and its errors in our words.

connect          a writer's connection, in autocommit mode
begin_reading    a read transaction with the state that is committed now; in memory where SQLite cannot write (a full disk)
read_state       the format, the model, the segmenter, and the snapshot that belongs to the rows
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from index.engine.folder.lock import writers_kept_out
from index.engine.protocol import Model
from index.engine.stored.digests import values_digest
from index.engine.stored.naming import refuse_other_format, refuse_other_segmenter
from index.errors import DamagedIndex, QianliError, Unwritten, reason
from index.messages import say

FILE = "passages.db"
FORMAT = "6"  # of the folder
LOCK_WAIT = 10.0  # seconds to wait for SQLite's own locks, which are held for moments
START_WAIT = 10.0  # seconds to wait while a writer begins or ends, or makes an empty index
PAUSE = 0.05  # seconds between two tries
PAGE_SIZE = 8192  # bytes; in smaller ones the rows of passages leave much room unused
UNFINISHED = "unfinished"  # in the state of a first build that goes on: how many pages of it are committed
LARGE_BUILD = 10_000  # passages of a first build after which the rows are written once more, close together
CACHE = 64  # MB of the database that a writer keeps in memory
LEAST_FREE = 1 << 16  # bytes on the disk; SQLite needs half of them to open a database, even to read it

State = dict[str, str]  # what a commit says of the whole index: see `writer.name_snapshot`


def snapshot_folder(folder: Path, number: int) -> Path:
    """Return where snapshot *number* of the index in *folder* lies."""
    return folder / f"generation-{number:06d}"


def connect(path: Path) -> sqlite3.Connection:
    """Open a database in autocommit mode: transactions begin and end where the code says so."""
    address = path.resolve().as_uri() + ("" if os.access(path.parent, os.W_OK) else "?mode=ro")
    connection = sqlite3.connect(address, uri=True, timeout=LOCK_WAIT, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk when it returns, as its snapshot is
        connection.execute("PRAGMA fullfsync = ON")  # macOS alone: past the drive's own cache
        connection.execute(f"PRAGMA cache_size = -{CACHE * 1024}")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_in_memory(path: Path) -> sqlite3.Connection:
    """Open a copy in memory of a database that nobody writes: SQLite reads from the disk only where its log can write there.

    Raises OperationalError where the write-ahead log holds changes, which a copy of the database alone would miss.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        if log.exists() and log.stat().st_size:
            raise sqlite3.OperationalError(say("{name} cannot be read without writing", name=log.name))
        raw = bytearray(path.read_bytes())
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error
    raw[18:20] = b"\x01\x01"  # the copy has no log (sqlite.org/c3ref/deserialize.html)
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.deserialize(bytes(raw))
    return connection


def keep_write_ahead_log(folder: Path, connection: sqlite3.Connection) -> None:
    """Let readers go on while a writer writes. Without a log a commit would wait for its own reader, so its lack is an error."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise Unwritten(
            "{file}: no write-ahead log can be kept there; mend this and try again, or name another --index", file=folder / FILE
        )


def compact(connection: sqlite3.Connection, before: State) -> None:
    """Write the rows once more in the order of their keys after a large first build, *before* which the index was empty.

    Pages come in another order, which leaves a seventh of the database empty. Where there is no room for a copy, all stays as it is.
    """
    if before["passages"] == "0" and connection.execute("SELECT count(*) FROM passages").fetchone()[0] >= LARGE_BUILD:
        with suppress(sqlite3.Error):
            connection.execute("VACUUM")


def begin_reading(folder: Path, alone: bool = False) -> tuple[sqlite3.Connection, State]:
    """Begin a read transaction on what is committed now; return its connection and state. *alone*: the caller holds the writer's lock.

    Where SQLite cannot write, which it does to read, the rows are read into memory while nobody writes.
    """
    until = time.monotonic() + START_WAIT
    while True:
        try:
            return _begin(folder, connect)
        except QianliError as error:
            if not isinstance(error.__cause__, sqlite3.OperationalError):
                raise
            with nullcontext(True) if alone else writers_kept_out(folder) as still:
                if still:
                    with suppress(QianliError):
                        return _begin(folder, connect_in_memory)
            if still or time.monotonic() > until:
                raise
        time.sleep(PAUSE)  # a writer begins or ends


def current_state(folder: Path, alone: bool = False) -> State:
    """Return the state that is committed now; see `begin_reading`."""
    connection, state = begin_reading(folder, alone)
    connection.close()
    return state


def index_exists(folder: Path, alone: bool = False) -> bool:
    """Whether an index was ever committed in *folder*; a database without a state is what a killed creation left."""
    for _ in range(2):  # a first writer may be at work, so what is missing is looked for twice
        if (folder / FILE).is_file():
            with naming_errors(folder):
                if current_state(folder, alone):
                    return True
        if not {path.name for path in folder.glob("generation-*")} - {snapshot_folder(folder, 1).name}:  # only a commit leads to more
            return False
    raise DamagedIndex("{file} is missing or empty; index the sources anew, with another --index", file=folder / FILE)


def structural_faults(connection: sqlite3.Connection, check: str) -> Iterator[str]:
    """Yield one line where SQLite's own *check* (quick_check, or integrity_check with the indexes) finds faults in the file."""
    faults = [fault for (lines,) in connection.execute(f"PRAGMA {check}") for fault in lines.splitlines() if not fault.startswith("***")]
    if faults != ["ok"]:
        faults.sort(key=lambda fault: "never used" in fault)  # the others say what is missing, this one only that a page is left over
        first = faults[0] if faults else ""
        yield say(
            "{file} is damaged: SQLite finds {count} faults in it, the first is {first}; repair it with: qianli index --rebuild",
            file=FILE,
            count=len(faults),
            first=first,
        )


def read_state(connection: sqlite3.Connection) -> State:
    """Return the state, empty where nothing was committed yet. Raises DamagedIndex where the state does not agree with its digest."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        return {}
    state = dict(connection.execute("SELECT key, value FROM state"))
    if state and state.pop("digest", None) != _state_digest(state):
        raise DamagedIndex("the state in {file} does not agree with its digest; index the sources anew, with another --index", file=FILE)
    return state


def write_state(connection: sqlite3.Connection, state: State) -> None:
    """Replace the state, with its digest."""
    rows = {**state, "digest": _state_digest(state)}
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", rows.items())


def model_of_state(state: State) -> Model:
    """Return the model whose vectors the rows hold."""
    return Model(**json.loads(state["model"]))


def stored_model(folder: Path) -> Model | None:
    """Return the model of the index in *folder*, None where there is no index; only the state is read."""
    if not index_exists(folder):
        return None
    state = current_state(folder)
    refuse_other_formats(folder, state)
    return model_of_state(state)


def refuse_other_formats(folder: Path, state: State, rebuilding: bool = False) -> None:
    """Raise OtherModel unless this release reads the index; *rebuilding* cuts it into terms again. The message says what to do instead."""
    theirs = state.get("format", "0")
    if theirs == FORMAT and not rebuilding:
        refuse_other_segmenter(folder, state["segmenter"])
    refuse_other_format(folder, theirs, FORMAT)


@contextmanager
def naming_errors(folder: Path, unusable: type[QianliError] = DamagedIndex) -> Iterator[None]:
    """Turn SQLite's errors into ours, naming the file. *unusable* is raised for what SQLite cannot do now, but may another time."""
    try:
        yield
    except sqlite3.OperationalError as error:
        reason = _prevented(folder) or str(error)
        raise unusable(
            "{file} cannot be read or written: {reason}; the last good state stays, mend this and try again",
            file=folder / FILE,
            reason=reason,
        ) from error
    except sqlite3.DatabaseError as error:
        raise DamagedIndex(
            "{file} is damaged ({error}); index the sources anew, with another --index", file=folder / FILE, error=error
        ) from error


@contextmanager
def naming_write_errors(folder: Path) -> Iterator[None]:
    """Turn what stops the writing of a snapshot into one of our errors; tantivy and FAISS have no names for a full disk."""
    try:
        yield
    except OSError as error:
        what = f"{error.filename or folder}: {reason(error)}"
        raise Unwritten("{what}; the last good state stays, mend this and try again", what=what) from error
    except (ValueError, RuntimeError) as error:
        raise Unwritten(
            "no generation could be written in {folder} ({error}); the last good state stays, mend this and try again",
            folder=folder,
            error=error,
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # tantivy's, which Python cannot import
            raise
        raise Unwritten(
            "no generation could be written in {folder} ({error}); the last good state stays, mend this and try again",
            folder=folder,
            error=error,
        ) from error


def _begin(folder: Path, opening: Callable[[Path], sqlite3.Connection]) -> tuple[sqlite3.Connection, State]:
    with naming_errors(folder, Unwritten):  # opening sets up the shared memory of the log: a failure there is no damage
        connection = opening(folder / FILE)
    try:
        with naming_errors(folder):
            connection.execute("BEGIN")
            return connection, read_state(connection)
    except BaseException:
        connection.close()
        raise


def _prevented(folder: Path) -> str | None:
    """Return what keeps SQLite from writing, where it is one of the reasons that SQLite does not name."""
    with suppress(OSError):
        if not os.access(folder, os.W_OK):
            return say("it lies in a folder that is read-only")
        if shutil.disk_usage(folder).free < LEAST_FREE:
            return say("the disk is full")
    return None


def _state_digest(state: State) -> str:
    return str(values_digest(*(part for item in sorted(state.items()) for part in item)))
