"""How a question was asked: of which index, in which state, with which options; kept in every answer of a file, compared by a later run.

{"index": "/home/…/.qianli", "state": "9f3c…", "options": {"k": 10, "mode": "hybrid", …}, "date": "2026-11-27"}
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import BadInput
from index.messages import listed, say
from search.options import SearchOptions
from search.searcher import Searcher

STATE_DIGITS = 16  # hexadecimal; two states of an index do not meet by chance
UNANSWERED = ("explain",)  # options that change no answer of a batch


def record_of(searcher: Searcher, options: SearchOptions, rerank: str | None = None) -> dict[str, Any]:
    """Return how questions are asked of *searcher* now."""
    index = searcher.index
    known = {name: value for name, value in asdict(options).items() if name not in UNANSWERED}
    address = str(Path(index.address).resolve()) if isinstance(index.address, Path) else str(index.address)
    return {"index": address, "state": state_of(searcher), "options": {**known, "rerank": rerank}, "date": date.today().isoformat()}


def state_of(searcher: Searcher) -> str:
    """Return a digest of what the index holds: the pages, their corrections, the model, how pages are read, the calibration.

    It is the same wherever the index lies, and after an update that changed nothing.
    """
    index = searcher.index
    digest = hashlib.sha256()
    known = [repr(index.model), str(index.facts().get("segmenter")), repr(searcher.calibration)]
    files = sorted((source.source, source.sha256, source.sidecar) for source in index.sources().values())
    for part in (*known, *(part for file in files for part in file)):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()[:STATE_DIGITS]


def refuse_other(then: Any, now: Mapping[str, Any], file: Path, stale: bool) -> bool:
    """Return whether the answers in *file* are asked anew: those of an older state are, where *stale* ones are to be.

    *then* is how they were asked. Raise BadInput where it was otherwise than *now*: with other options, of another index or state.
    """
    if not isinstance(then, dict) or not isinstance(then.get("options"), dict):
        raise BadInput(say("{file} does not say how its questions were asked; ask them anew with --again, or name another file with -o",
                           file=file))  # fmt: skip
    if differing := _differing(then["options"], now["options"]):
        raise BadInput(say("{file} was asked with {then}, not {now}; ask everything anew with --again, or name another file with -o",
                           file=file, then=_shown(then["options"], differing), now=_shown(now["options"], differing)))  # fmt: skip
    moved = then.get("state") == now["state"] and not _exists(str(then.get("index")))
    if then.get("index") != now["index"] and not moved:
        what = say("{file} was asked of the index {then}, not {now}; ask everything anew with --again, or name another file with -o",
                   file=file, then=then.get("index"), now=now["index"])  # fmt: skip
        raise BadInput(what)
    if then.get("state") == now["state"]:
        return False
    if stale:
        return True
    raise BadInput(say("{file} was asked before the index changed; ask its questions anew with --stale, or name another file with -o",
                       file=file))  # fmt: skip


def same(then: Any, now: Mapping[str, Any]) -> bool:
    """Whether an answer was asked as questions are asked *now*, on whatever day."""
    if not isinstance(then, dict) or not isinstance(then.get("options"), dict):
        return False
    return then.get("state") == now["state"] and not _differing(then["options"], now["options"])


def _differing(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the names of the options that differ; one that an earlier qianli did not know had its usual value."""
    usual = {**asdict(SearchOptions()), "rerank": None}
    return [name for name in {**now, **then} if then.get(name, usual.get(name)) != now.get(name, usual.get(name))]


def _shown(options: Mapping[str, Any], names: list[str]) -> str:
    return listed(f"{name}={value if (value := options.get(name)) is not None else '-'}" for name in names)


def _exists(address: str) -> bool:
    """Whether there is still an index at *address*; nobody looks whether a server has one."""
    return "://" in address or Path(address).exists()
