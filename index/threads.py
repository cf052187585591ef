"""Work that leaves Python's lock, as FAISS, tantivy and numpy do while they search, done side by side: functions in, results out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import TypeVar

T = TypeVar("T")


def side_by_side(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Return what each of *tasks* returns. This thread runs the first one, threads that are free the others, and it runs what is left.

    So a task may have tasks of its own: nobody waits for a thread that has not begun. Raises what the first of them raises, once none runs.
    """
    if len(tasks) < 2 or os.cpu_count() == 1:
        return [task() for task in tasks]
    others = [_threads().submit(task) for task in tasks[1:]]
    try:
        first = tasks[0]()
        return [first, *(task() if other.cancel() else other.result() for task, other in zip(tasks[1:], others, strict=True))]
    finally:
        wait([other for other in others if not other.cancel()])


@cache
def _threads() -> ThreadPoolExecutor:
    """Return threads that stay for the next tasks: to start one takes as long as a short search."""
    return ThreadPoolExecutor(os.cpu_count(), "side by side")


if hasattr(os, "register_at_fork"):  # a child has none of the threads of its parent
    os.register_at_fork(after_in_child=_threads.cache_clear)
