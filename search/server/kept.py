"""What is read once for each state of an index, and kept as long as that state is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from index.engine.protocol import Index

_known: WeakKeyDictionary[Index, dict[Callable[[Index], Any], Any]] = WeakKeyDictionary()
_reading = Lock()


def kept(function: Callable[[Index], Any], index: Index) -> Any:
    """Return what *function* reads from *index*, which it is asked for once."""
    with _reading:
        known = _known.setdefault(index, {})
    if function not in known:
        known[function] = function(index)
    return known[function]


@cache
def version() -> str | None:
    """Return the version of qianli that is installed, None where it runs without being installed."""
    try:
        return installed("qianli-precedents")
    except PackageNotFoundError:
        return None
