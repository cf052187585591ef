"""Questions in, results out, in order: chunks of questions are asked from several threads at once.

questions ──chunks──▶ chunk, chunk, … ──threads──▶ (question, result), in order
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from index.errors import BadInput
from index.messages import say
from search.batch.questions import BatchQuestion
from search.batch.resume import AnswerFile
from search.batch.tally import Tally
from search.batch.wish import Wish
from search.options import SearchOptions
from search.output.terminal import safe
from search.results import Result
from search.retrieval.query import printable
from search.searcher import Searcher

Outcome = TypeVar("Outcome")
Waiting = Callable[[], bool]  # whether more can be asked at once, before these answers are seen

CHUNK = 32  # questions that are answered together; more gain little, and the first answer would wait for the last
NAMED = 40  # characters of a question that progress shows


def answer_all(
    file: AnswerFile,
    wish: Wish,
    searcher: Searcher,
    options: SearchOptions,
    waiting: Waiting,
    tell: Callable[[str], None],
    total: int | None,
) -> Tally:
    """Ask what *file* does not answer yet, write each answer as it comes, and return the count of all, those before included."""
    tally = Tally(all_named=not wish.format.error)
    for before in file.before:
        tally.add(*before)
    for question, result in answers(chunks(file.remaining, waiting), searcher, options, tell, waiting, total):
        tally.add(question.id, result.error, result.found)
        file.write(list(wish.format.lines(replace(result, asked=wish.asked), question.id)), result.error is not None)
    return tally


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
    tell: Callable[[str], None] = lambda line: None,
    waiting: Waiting = lambda: False,
    total: int | None = None,
) -> Iterator[tuple[BatchQuestion, Result]]:
    """Yield each question with its result; that of a question that cannot be asked has an error. *tell* takes a line of progress."""

    def ask(chunk: list[BatchQuestion]) -> list[Result | BadInput]:
        return searcher.search_many([question.text for question in chunk], options=options)

    start, done = time.perf_counter(), 0
    for chunk, results in side_by_side(asked, ask, searcher.threads, waiting):
        for question, result in zip(chunk, results, strict=True):
            done += 1
            tell(_progress_line(total, done / (time.perf_counter() - start), question))
            yield question, _with_row(question, result)


def _progress_line(total: int | None, rate: float, question: BatchQuestion) -> str:
    values = {"rate": round(rate), "question": safe(question.text[:NAMED])}
    return say("of {total}, {rate} a second: {question}", total=total, **values) if total else say("{rate} a second: {question}", **values)


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


def _with_row(question: BatchQuestion, result: Result | BadInput) -> Result:
    """Return the result with the other columns of its row; a question that was not asked has found nothing, and its error."""
    if question.error or isinstance(result, BadInput):
        return Result(printable(question.text), False, [], [], error=question.error or str(result), columns=question.columns)
    return replace(result, columns=question.columns)
