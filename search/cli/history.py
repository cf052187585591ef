"""What was asked: each question with its time, whether a precedent was found, how many passages were shown and which.

Questions are complaints of citizens. They are kept in the private store alone (own_files.py), for so many days as `history_days` says,
at most MOST of them, and not at all where `history` is false. A search never fails because of its history.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from index.errors import BadInput, reason
from index.messages import say
from search.cli.own_files import store, store_file
from search.cli.settings import Setting

MOST = 10_000  # questions that are kept
MOST_IDS = 20  # ids of shown passages that are kept of a question
LONGEST = 2_000  # characters of a question that are kept
DAY = 86_400  # seconds


def record(found: Mapping[str, Setting], query: str, result_found: bool, ids: Iterable[str], **about: Any) -> None:
    """Keep a question, unless the settings say no; what cannot be written is not kept."""
    if not found["history"].value:
        return
    now = time.time()
    shown = [*ids]
    fields = {"query": query[:LONGEST], "found": result_found, "hits": len(shown), **about, "ids": shown[:MOST_IDS]}
    with suppress(OSError, sqlite3.Error), store() as rows:
        rows.execute("INSERT INTO history (seconds, fields) VALUES (?, ?)", (now, json.dumps(fields, ensure_ascii=False)))
        _forget(rows, now, found["history_days"].value)


def questions(days: int) -> list[dict[str, Any]]:
    """Return what was asked in the last *days* days, oldest first; older questions are removed. Raise BadInput for a damaged store."""
    if (path := store_file()) is None or not path.exists():
        return []
    try:
        with store() as rows:
            _forget(rows, time.time(), days)
            kept = rows.execute("SELECT seconds, fields FROM history ORDER BY number").fetchall()
            return [{"when": _when(seconds), **json.loads(fields)} for seconds, fields in kept]
    except (OSError, sqlite3.Error, ValueError) as error:
        raise unreadable(error) from error


def clear() -> int:
    """Remove all questions; return how many there were."""
    if (path := store_file()) is None or not path.exists():
        return 0
    try:
        with store() as rows:
            return rows.execute("DELETE FROM history").rowcount
    except (OSError, sqlite3.Error) as error:
        raise unreadable(error) from error


def shown_ids() -> list[str]:
    """Return the ids of the passages that were shown, the last ones first; none where that cannot be read."""
    with suppress(OSError, sqlite3.Error, ValueError):
        if (path := store_file()) is not None and path.exists():
            with store() as rows:
                kept = rows.execute("SELECT fields FROM history ORDER BY number DESC LIMIT 100").fetchall()
            return list(dict.fromkeys(id_ for (fields,) in kept for id_ in json.loads(fields).get("ids", ())))
    return []


def unreadable(error: Exception) -> BadInput:
    """Return the error of a private store that cannot be used."""
    why = reason(error)
    return BadInput(say("{file} cannot be used: {why}; mend this, or remove the file to begin anew", file=store_file(), why=why))


def _forget(rows: sqlite3.Connection, now: float, days: int) -> None:
    rows.execute("DELETE FROM history WHERE seconds < ?", (now - days * DAY,))
    rows.execute("DELETE FROM history WHERE number <= (SELECT max(number) FROM history) - ?", (MOST,))


def _when(seconds: float) -> str:
    """Return a time as ISO 8601 with the offset of this place."""
    from datetime import datetime

    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")
