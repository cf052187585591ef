"""Questions in, results out, in order: chunks of questions are asked from several threads, or in several processes, at once.

questions ──chunks──▶ chunk, chunk, … ──threads, or worker processes where there are many──▶ (question, result), in order
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

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

if TYPE_CHECKING:
    from search.batch.processes import Processes

Outcome = TypeVar("Outcome")
Chunks = Iterable[list[BatchQuestion]]
Waiting = Callable[[], bool]  # whether more can be asked at once, before these answers are seen

CHUNK = 32  # questions that are answered together; more gain little, and the first answer would wait for the last
MANY = 8  # chunks that are waiting at once, from which it pays to open the index in processes of their own
NAMED = 40  # characters of a question that progress shows


def answer_all(
    file: AnswerFile,
    wish: Wish,
    searcher: Searcher,
    options: SearchOptions,
    waiting: Waiting,
    tell: Callable[[str], None],
    total: int | None,
    processes: Processes | None = None,
) -> Tally:
    """Ask what *file* does not answer yet, write each answer as it comes, and return the count of all, those before included."""
    tally = Tally(all_named=not wish.format.error)
    for before in file.before:
        tally.add(*before)
    for question, result in answers(chunks(file.remaining, waiting), searcher, options, tell, waiting, total, processes):
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
    asked: Chunks,
    searcher: Searcher,
    options: SearchOptions,
    tell: Callable[[str], None] = lambda line: None,
    waiting: Waiting = lambda: False,
    total: int | None = None,
    processes: Processes | None = None,
) -> Iterator[tuple[BatchQuestion, Result]]:
    """Yield each question with its result; that of a question that cannot be asked has an error. *tell* takes a line of progress.

    Where MANY chunks are waiting, or *processes* are open already, these are asked, with the same results.
    """

    def ask(chunk: list[BatchQuestion]) -> list[Result | BadInput]:
        return searcher.search_many([question.text for question in chunk], options=options)

    def ask_in_process(chunk: list[BatchQuestion]) -> Callable[[], list[Result | BadInput]]:
        assert processes
        questions = [question.text for question in chunk]
        return partial(processes.answers, questions, processes.submit(questions))

    start, done = time.perf_counter(), 0
    rest = iter(asked)
    first = _waiting_at_once(rest, waiting) if processes else []
    rest = itertools.chain(first, rest)
    with ThreadPoolExecutor(searcher.threads) as pool:
        if processes and (processes.are_open or len(first) == MANY):
            answered = side_by_side(rest, ask, ask_in_process, 2 * processes.count, waiting)
        else:
            answered = side_by_side(rest, ask, lambda chunk: pool.submit(ask, chunk).result, searcher.threads, waiting)
        for chunk, results in answered:
            for question, result in zip(chunk, results, strict=True):
                done += 1
                tell(_progress_line(total, done / (time.perf_counter() - start), question))
                yield question, _with_row(question, result)


def _waiting_at_once(asked: Iterator[list[BatchQuestion]], waiting: Waiting) -> list[list[BatchQuestion]]:
    """Return the first chunks, as many as can be taken without a wait, at most MANY."""
    chunks = [*itertools.islice(asked, 1)]
    while len(chunks) < MANY and waiting() and (chunk := next(asked, None)):
        chunks.append(chunk)
    return chunks


def _progress_line(total: int | None, rate: float, question: BatchQuestion) -> str:
    values = {"rate": round(rate), "question": safe(question.text[:NAMED])}
    return say("of {total}, {rate} a second: {question}", total=total, **values) if total else say("{rate} a second: {question}", **values)


def side_by_side(
    asked: Chunks,
    ask: Callable[[list[BatchQuestion]], Outcome],
    submit: Callable[[list[BatchQuestion]], Callable[[], Outcome]],
    ahead: int,
    waiting: Waiting,
) -> Iterator[tuple[list[BatchQuestion], Outcome]]:
    """Yield each chunk with its answer, in order. *ask* answers here; *submit* lets somebody else begin, and returns what waits for it.

    The first chunk is asked here: whoever answers the others has to begin, too. At most *ahead* chunks are submitted whose answers are not
    yielded; while none is *waiting*, no chunk is taken before all answers are yielded.
    """
    rest = iter(asked)
    pending: deque[tuple[list[BatchQuestion], Callable[[], Outcome]]] = deque(
        (chunk, partial(ask, chunk)) for chunk in itertools.islice(rest, 1)
    )
    if not waiting() and pending:
        yield pending[0][0], pending.popleft()[1]()
    for chunk in rest:
        pending.append((chunk, submit(chunk)))
        while pending and (len(pending) > ahead or not waiting()):
            yield pending[0][0], pending.popleft()[1]()
    for chunk, answer in pending:
        yield chunk, answer()


def _with_row(question: BatchQuestion, result: Result | BadInput) -> Result:
    """Return the result with the other columns of its row; a question that was not asked has found nothing, and its error."""
    if question.error or isinstance(result, BadInput):
        return Result(printable(question.text), False, [], [], error=question.error or str(result), columns=question.columns)
    return replace(result, columns=question.columns)
