"""One BLAS thread inside a search: the matrices are small, and further threads would wait for each other longer than they work.

The command line says so by the environment before numpy is loaded. A program that imports `search` has loaded numpy as it likes, so the
library sets the limit for its own calls and takes it back after each. The limit belongs to the process, not to a thread.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

SET_BY_HAND = "OPENBLAS_NUM_THREADS"  # whoever sets it decides


class _Limit:
    """The limit, held while any thread of the process is inside a search."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._before: list[tuple[Any, int]] = []  # each library and the threads that it had
        self._libraries: list[Any] = []
        self._modules = 0

    def enter(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = [(library, library.num_threads) for library in self._openblas()]
                for library, _ in self._before:
                    _set_threads(library, 1)
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                for library, threads in self._before:
                    _set_threads(library, threads)

    def _openblas(self) -> list[Any]:
        """Return the OpenBLAS libraries that are loaded. They come with modules, and looking for them takes 2 ms.

        One that works with OpenMP, as FAISS has it, is left alone: it has a limit for each thread, which is that of OpenMP itself.
        """
        if self._modules != len(sys.modules):
            from threadpoolctl import ThreadpoolController  # 4 ms that the command line does without

            openblas = ThreadpoolController().select(internal_api="openblas")
            self._libraries = openblas.select(threading_layer="pthreads").lib_controllers
            self._modules = len(sys.modules)
        return self._libraries


def _set_threads(library: Any, threads: int) -> None:
    """Set the threads of a library. threadpoolctl 3.8 lets the thread alone that did so first; here any may be the first or the last."""
    getattr(library, "_real_set_num_threads", library.set_num_threads)(threads)


_LIMIT = _Limit()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let OpenBLAS use one thread inside the block, and as many as before after it: after the last block, where several threads have one.

    Where OPENBLAS_NUM_THREADS is set, that holds.
    """
    if SET_BY_HAND in os.environ:
        yield
        return
    _LIMIT.enter()
    try:
        yield
    finally:
        _LIMIT.leave()
