"""Questions in, lines of answers out, in order: chunks of questions are asked from several threads at once.

questions ──chunks──▶ chunk, chunk, … ──threads──▶ results, in order ──format──▶ lines
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from index.errors import BadInput
from search.batch.questions import BatchQuestion
from search.options import SearchOptions
from search.output.formats import FORMATS, Format
from search.output.terminal import safe
from search.results import Result
from search.searcher import Searcher

Outcome = TypeVar("Outcome")
Waiting = Callable[[], bool]  # whether more can be asked at once, before these answers are seen

CHUNK = 32  # questions that are answered together; more gain little, and the first answer would wait for the last
NAMED = 40  # characters of a question that progress shows


def nothing(line: str) -> None:
    """Take a line that nobody waits for."""


class Listeners(NamedTuple):
    """Functions that are called during a batch.

    - *progress*: with a line for each question, of *total* if that is known.
    - *refused*: with a line for each question that was not asked, if the format has no line for it.
    """

    progress: Callable[[str], None] = nothing
    refused: Callable[[str], None] = nothing
    total: int | None = None


UNHEARD = Listeners()


def chunks(questions: Iterator[BatchQuestion], waiting: Waiting) -> Iterator[list[BatchQuestion]]:
    """Yield lists of at most CHUNK questions that have come already: who types a question a line gets an answer a line."""
    while first := next(questions, None):
        chunk = [first]
        while len(chunk) < CHUNK and waiting() and (question := next(questions, None)):
            chunk.append(question)
        yield chunk


def answers(
    asked: Iterable[list[BatchQuestion]],
    searcher: Searcher,
    options: SearchOptions,
    form: str,
    listeners: Listeners = UNHEARD,
    waiting: Waiting = lambda: False,
) -> Iterator[str]:
    """Yield the lines of the answer to each question in the format *form* (see FORMATS); a question that cannot be asked says so."""

    def ask(chunk: list[BatchQuestion]) -> list[Result | BadInput]:
        return searcher.search_many([question.text for question in chunk], options=options)

    start, done = time.perf_counter(), 0
    total = f"of {listeners.total}, " if listeners.total else ""
    for chunk, results in side_by_side(asked, ask, searcher.threads, waiting):
        for question, result in zip(chunk, results, strict=True):
            done += 1
            listeners.progress(f"{total}{done / (time.perf_counter() - start):.0f} a second: {safe(question.text[:NAMED])}")
            yield from _lines(question, result, FORMATS[form], listeners)


def side_by_side(
    asked: Iterable[list[BatchQuestion]], ask: Callable[[list[BatchQuestion]], Outcome], threads: int, waiting: Waiting
) -> Iterator[tuple[list[BatchQuestion], Outcome]]:
    """Ask as many chunks at once as there are *threads*, and yield each with its answer, in order.

    While none is *waiting*, no chunk is taken before all answers are yielded.
    """
    rest = iter(asked)
    for first in itertools.islice(rest, 1):
        yield first, ask(first)  # alone: it opens what is opened at its first use
    with ThreadPoolExecutor(threads) as pool:
        pending: deque[tuple[list[BatchQuestion], Future[Outcome]]] = deque()
        for chunk in rest:
            pending.append((chunk, pool.submit(ask, chunk)))
            while pending and (len(pending) > threads or not waiting()):
                yield pending[0][0], pending.popleft()[1].result()
        for chunk, answer in pending:
            yield chunk, answer.result()


def _lines(question: BatchQuestion, result: Result | BadInput, form: Format, listeners: Listeners) -> Iterator[str]:
    refusal = question.error or (str(result) if isinstance(result, BadInput) else None)
    if refusal is None and isinstance(result, Result):
        yield from form.lines(result, question.id)
    elif form.refusal:
        yield form.refusal(question.id, question.text, str(refusal))
    else:
        listeners.refused(f"qianli: {question.id}: {refusal}")
