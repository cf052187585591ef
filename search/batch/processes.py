"""Worker processes that answer the chunks of a long batch beside each other: each opens the index once, and answers of the same state.

Asked (how the index is opened, the options, the questions) ──▶ worker ──▶ Told (which process, its calibration, the answers)

A state is never committed twice. So where the state of this process is still the committed one after a worker has answered for the first
time, that worker had opened the same one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.engine.protocol import Address
from index.errors import BadInput, QianliError
from index.workers import Workers
from search.options import SearchOptions
from search.results import Result
from search.searcher import Searcher, open_search

if TYPE_CHECKING:
    from concurrent.futures import Future


class Opening(NamedTuple):
    """How an index is opened: the arguments of `open_search` of the same names."""

    address: Address
    model: str | None
    words_only: bool


class Asked(NamedTuple):
    """Questions for a worker."""

    opening: Opening
    options: SearchOptions
    questions: list[str]


class Told(NamedTuple):
    """The answers of the worker *process*, which found this *calibration* beside the index."""

    process: int
    calibration: str
    answers: list[Result | BadInput]


class Processes:
    """Answers questions as *searcher* does, in *workers*, which open what *opening* says."""

    def __init__(self, workers: Workers, opening: Opening, searcher: Searcher, options: SearchOptions) -> None:
        self.count = workers.processes
        self._workers, self._opening, self._searcher, self._options = workers, opening, searcher, options
        self._same: dict[int, bool] = {}  # whether a process has the state of the searcher

    @property
    def are_open(self) -> bool:
        """Whether a process has answered before."""
        return bool(self._same)

    def submit(self, questions: Sequence[str]) -> Future[Told]:
        """Have a worker answer, and return its answers to come."""
        return self._workers.submit(told, Asked(self._opening, self._options, [*questions]))

    def answers(self, questions: Sequence[str], coming: Future[Told]) -> list[Result | BadInput]:
        """Return the answers that are *coming*; where their worker died, has another state or cannot open it, those of the searcher."""
        try:
            process, calibration, answers = coming.result()
        except QianliError:  # what stops the searcher as well, it raises itself
            return self._searcher.search_many(questions, options=self._options)
        if process not in self._same:
            self._same[process] = self._searcher.index.is_current() and calibration == repr(self._searcher.calibration)
        return answers if self._same[process] else self._searcher.search_many(questions, options=self._options)


_opened: dict[Opening, Searcher] = {}  # of this process


def told(asked: Asked) -> Told:
    """Answer in this process, which keeps the index open until it ends."""
    searcher = _opened.get(asked.opening)
    if searcher is None:
        address, model, words_only = asked.opening
        searcher = _opened[asked.opening] = open_search(address, model, words_only=words_only)
    return Told(os.getpid(), repr(searcher.calibration), searcher.search_many(asked.questions, options=asked.options))
