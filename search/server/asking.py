"""The one thread that asks: questions of many requests in, answered together, each request's answers out.

requests ──5 ms──▶ those of the same options ──search_many──▶ answers, shared out again

Questions that are asked together cost a fraction of those asked one by one, and have the same answers to the last bit. What only reads
the index (a passage, a place, a verdict) has a thread of its own.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TypeVar

from index.engine.protocol import Index
from index.errors import BadInput, Busy
from index.messages import language, speaking
from search.options import SearchOptions
from search.pasted import locate
from search.results import Result
from search.searcher import Searcher
from search.server.settings import ServerSettings

T = TypeVar("T")
Answers = list[Result | BadInput]

MOST_TOGETHER = 32  # questions that are answered together; more gain little, and the first answer would wait for the last
READERS = 2  # threads that read passages and sources, while one asks
IDLE = 1.0  # seconds between two looks for a new state of the index while nobody asks, or after one could not be opened


@dataclass(slots=True, eq=False)
class _Request:
    """The questions of one request, all asked with the same options; *like*: it is one citation, and what is like it is asked for."""

    queries: Sequence[str]
    options: SearchOptions
    spoken: str
    like: bool = False
    since: float = field(default_factory=time.monotonic)
    answers: Answers = field(default_factory=list)
    future: Future[Answers] = field(default_factory=Future)

    def goes_with(self, other: _Request) -> bool:
        return self is other or (not (self.like or other.like) and (self.options, self.spoken) == (other.options, other.spoken))

    def end(self, error: Exception | None = None) -> None:
        """Hand over the answers, or the error, unless nobody waits for them any more."""
        if self.future.set_running_or_notify_cancel():
            if error:
                self.future.set_exception(error)
            else:
                self.future.set_result(self.answers)


class Asker:
    """Asks an open search for many requests at once, and takes up new states of its index."""

    def __init__(self, searcher: Searcher, settings: ServerSettings) -> None:
        self.searcher = searcher
        self.trouble: str | None = None  # why the newest state of the index cannot be opened, while the last good one goes on serving
        self._settings = settings
        self._waiting: list[_Request] = []
        self._unfinished = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._reads = 0
        self._closing = False
        self._taking_up = threading.Lock()
        self._failed = 0.0  # when a new state could not be opened

    async def search(self, queries: Sequence[str], options: SearchOptions) -> Answers:
        """Return the answer to each question. Raises Busy where too many wait or it takes too long, and the errors of a search."""
        return await self._answered(_Request(queries, options, language()))

    async def like(self, citation: str, options: SearchOptions) -> Result:
        """Return the passages that are like a cited one; *citation* never names a file."""
        (result,) = await self._answered(_Request([citation], options, language(), like=True))
        if isinstance(result, BadInput):
            raise result
        return result

    async def read(self, function: Callable[[Index], T]) -> T:
        """Return what *function* reads from the index, which stays open in one state meanwhile. Raises Busy, and what *function* raises."""
        if self._reads >= self._settings.queue:
            raise Busy("too many wait already; try again in a few seconds")
        self._reads += 1
        self._readers = self._readers or ThreadPoolExecutor(READERS, "qianli-reading")
        try:
            context = copy_context()  # the language of the reader
            reading = asyncio.get_running_loop().run_in_executor(self._readers, lambda: context.run(self._read, function))
            return await asyncio.wait_for(reading, self._settings.timeout)
        except TimeoutError:
            raise self._too_long() from None
        finally:
            self._reads -= 1

    def close(self) -> None:
        """Answer what waits, and end the threads; who asks after that starts others."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join()
        if self._readers:
            self._readers.shutdown()
        self._thread, self._readers, self._closing = None, None, False

    def take_up(self) -> None:
        """Take up a new state of the index, where one was committed. The last one goes on serving where the new one cannot be opened."""
        with self._taking_up:
            if time.monotonic() - self._failed < IDLE:
                return
            try:
                self.searcher.refresh(ready=True)
                self.trouble = None
            except Exception as error:  # whatever is wrong with it, its readers have an older one
                self.trouble, self._failed = str(error), time.monotonic()

    async def _answered(self, request: _Request) -> Answers:
        with self._changed:
            if self._closing or self._unfinished >= self._settings.queue:
                raise Busy("too many wait already; try again in a few seconds")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="qianli-asking", daemon=True)
                self._thread.start()
            self._unfinished += 1
            self._waiting.append(request)
            self._changed.notify_all()
        try:
            return await asyncio.wait_for(asyncio.wrap_future(request.future), self._settings.timeout)
        except TimeoutError:
            raise self._too_long() from None
        finally:
            with self._changed:
                self._unfinished -= 1

    def _too_long(self) -> Busy:
        return Busy("no answer within {seconds} seconds; try again, or ask less at once", seconds=round(self._settings.timeout))

    def _read(self, function: Callable[[Index], T]) -> T:
        self.take_up()
        with self.searcher.reading() as index:
            return function(index)

    def _work(self) -> None:
        while (group := self._gathered()) is not None:
            self.take_up()
            if group:
                self._ask(group)

    def _gathered(self) -> list[_Request] | None:
        """Return the requests that are asked together next; none where nobody asked for a while, None at the end."""
        with self._changed:
            if not self._waiting and not self._closing:
                self._changed.wait(IDLE)
            while self._waiting and (rest := self._waiting[0].since + self._settings.gather - time.monotonic()) > 0 and not self._closing:
                self._changed.wait(rest)
            self._waiting = [request for request in self._waiting if not request.future.cancelled()]
            if not self._waiting:
                return None if self._closing else []
            first = self._waiting[0]
            group = [request for request in self._waiting if request.goes_with(first)][:MOST_TOGETHER]
            self._waiting = [request for request in self._waiting if request not in group]
            return group

    def _ask(self, group: list[_Request]) -> None:
        """Ask a fair share of the questions of each request; a request with more of them waits for its next turn behind the others."""
        share = MOST_TOGETHER // len(group)
        shares = [request.queries[len(request.answers) : len(request.answers) + share] for request in group]
        answers = iter(self._answers(group[0], [query for queries in shares for query in queries]))
        unfinished = []
        for request, queries in zip(group, shares, strict=True):
            own = [next(answers) for _ in queries]
            error = next((answer for answer in own if isinstance(answer, Exception) and not isinstance(answer, BadInput)), None)
            request.answers += [answer for answer in own if isinstance(answer, Result | BadInput)]
            if error or len(request.answers) >= len(request.queries):
                request.end(error)
            else:
                unfinished.append(request)
        with self._changed:
            self._waiting += unfinished

    def _answers(self, asked: _Request, queries: list[str]) -> Sequence[Result | Exception]:
        """Return the answer to each question, or its error: what fails with all of them together is asked one by one."""
        try:
            with speaking(asked.spoken):
                if asked.like:
                    return [self._like(query, asked.options) for query in queries]
                return self.searcher.search_many(queries, options=asked.options)
        except Exception as error:
            return [error] if len(queries) == 1 else [answer for query in queries for answer in self._answers(asked, [query])]

    def _like(self, citation: str, options: SearchOptions) -> Result:
        with self.searcher.reading() as index:
            cited = locate(index, citation).passage.citation
        return self.searcher.like(cited, options=options)
