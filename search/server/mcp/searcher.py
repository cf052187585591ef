"""A search that opens when it is first needed, and follows its index: what a long-running server asks.

An index that is not there yet, or cannot be opened, is an error of the call that needs it; the next call tries again.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import NamedTuple

from index.errors import OtherModel, QianliError
from search.searcher import Searcher, open_search


class Opening(NamedTuple):
    """How a search is opened; see `open_search`."""

    address: str | None = None
    model: str | None = None
    device: str | None = None
    rerank: str | None = None

    def open(self) -> Searcher:
        return open_search(self.address, self.model, self.device, rerank=self.rerank)


class FollowingSearcher:
    """Hands out the search on the newest state of the index; several threads may ask for it."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._searcher: Searcher | None = None
        self._lock = Lock()

    def current(self) -> Searcher:
        """Return the open search. Raises NoIndex, DamagedIndex, OtherModel, NoModel."""
        with self._lock:
            if self._searcher is None:
                self._searcher = self._opening.open()
                return self._searcher
            try:
                self._searcher.refresh()
            except OtherModel:  # made anew with another model
                self._close()
                self._searcher = self._opening.open()
            return self._searcher

    def _close(self) -> None:
        searcher, self._searcher = self._searcher, None
        if searcher:
            with suppress(QianliError):
                searcher.close()
