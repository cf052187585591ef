"""The files that qianli keeps for the person who runs it: the configuration, and what only that person may read.

    configuration   QIANLI_CONFIG, else config.toml in the folder of the system for settings
    private.db      in QIANLI_STATE, else in the folder of the system for such data: questions asked, saved searches (mode 0600)

The Python packages read neither; only the command line does.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.messages import say

NAME = "qianli"  # of the folders of the system
CONFIG, STATE = "QIANLI_CONFIG", "QIANLI_STATE"  # variables that name the file and the folder instead
STORE = "private.db"
PATIENCE = 1.0  # seconds that another process may take to write a line
TABLES = """
CREATE TABLE IF NOT EXISTS history (number INTEGER PRIMARY KEY, seconds REAL, fields TEXT);
CREATE TABLE IF NOT EXISTS saved (name TEXT PRIMARY KEY, fields TEXT, known TEXT);
"""


def config_file() -> Path | None:
    """Return where the configuration of this person lies, whether it is there or not; None where the system tells no such folder."""
    if named := os.environ.get(CONFIG):
        return Path(named).expanduser()
    folder = _system_folder("user_config_path")
    return folder / "config.toml" if folder else None


def store_file() -> Path | None:
    """Return where the private store lies, whether it is there or not; None where the system tells no such folder."""
    named = os.environ.get(STATE)
    folder = Path(named).expanduser() if named else _system_folder("user_state_path")
    return folder / STORE if folder else None


@contextmanager
def store() -> Iterator[sqlite3.Connection]:
    """Yield the private store, and commit what is written when the block ends without an error; the file is made where it is missing.

    Nobody else can read the file or list its folder, and what is deleted is overwritten. Raises OSError and sqlite3.Error.
    """
    path = store_file()
    if path is None:
        raise FileNotFoundError(None, say("no folder for it"), STORE)
    _make_private(path)
    connection = sqlite3.connect(path, timeout=PATIENCE)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = OFF")  # a search does not wait for the disk
        connection.executescript(TABLES)
        with connection:
            yield connection
    finally:
        connection.close()


def _make_private(path: Path) -> None:
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.parent.name == NAME:  # our own folder; one that the user named keeps its mode
        with suppress(OSError):
            path.parent.chmod(0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # SQLite itself would let the group read it
    if path.stat().st_mode & 0o077:
        with suppress(OSError):
            path.chmod(0o600)


def _system_folder(kind: str) -> Path | None:
    """Return the folder of the system that platformdirs calls *kind*."""
    import platformdirs

    try:
        folder: Path = getattr(platformdirs, kind)(NAME, appauthor=False)
    except (OSError, RuntimeError):  # a person without a home
        return None
    return folder
