"""Worker processes: a function and chunks in, its results in the order of the chunks out, each chunk worked on in one of the processes.

    map ──▶ a thread for each process ──function, chunk──▶ worker ──▶ result, or the exception that it raised
    map without processes ──▶ the function is called here, chunk by chunk

A worker is a fresh interpreter that imports the module of the function and nothing of the program that started it: neither a fork, whose
threads would hold locks for ever, nor one that runs the script of the user once more. It does not hear Ctrl-C, since this process ends it
then, and it ends by itself, even in the middle of a chunk, where this process is gone.
"""

from __future__ import annotations

import contextlib
import os
import pickle  # between this process and those that it started, over pipes that nobody else has; never what lies on a disk
import queue
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self, TypeVar

from index.documents.frames import open_child, read_frame, write_frame
from index.errors import QianliError, Unwritten
from index.messages import language, say, speaking

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

MOST_PROCESSES = 8  # that are started unasked: one process embeds and writes, and keeps no more than these busy
IN_FLIGHT = 2  # chunks for each process whose results were not taken yet
READY = b"ready"  # what a worker says first
PROGRAM = "from index.workers import serve; serve()"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}  # of each library, since there is a process for each core


class Workers:
    """At most this many processes, which start when something is given to them to do, and end with the `with` block.

    Without processes, and where none can be started, everything is done in this process.
    """

    def __init__(self, processes: int = 0) -> None:
        self.processes = processes
        self._lock = threading.Lock()
        self._own = threading.local()  # the worker of each thread of the pool
        self._started: list[_Worker] = []
        self._ended = False
        self._pool: ThreadPoolExecutor | None = None

    def map(self, function: Callable[[Chunk], Result], chunks: Iterable[Chunk]) -> Iterator[Result]:
        """Yield *function* of each of *chunks*, in their order; a bounded number of chunks is taken ahead of the results.

        Function, chunks and results must be such as can be pickled: *function* stands at the top level of a module, and not of the script
        that is run. An exception comes out of here as it left the function. Raise Unwritten where a process dies.
        """
        if self.processes < 1:
            yield from map(function, chunks)
            return
        waiting: deque[Future[Result]] = deque()
        chunks = iter(chunks)
        try:
            if self._pool is None:  # while the processes start, this one begins; a single chunk starts none
                first = [*islice(chunks, 1)]
                waiting.extend(self.submit(function, chunk) for chunk in islice(chunks, IN_FLIGHT * self.processes))
                yield from map(function, first)
            for chunk in chunks:
                waiting.append(self.submit(function, chunk))
                if len(waiting) >= IN_FLIGHT * self.processes + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def submit(self, function: Callable[[Chunk], Result], chunk: Chunk) -> Future[Result]:
        """Return what *function* makes of *chunk* in a process, to come; there is at least one process. As in `map` otherwise."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # only where there are processes

            self._pool = ThreadPoolExecutor(self.processes, "worker")
        return self._pool.submit(self._worked_on, function, chunk, language())

    def end(self) -> None:
        """End the processes, whatever they do; nothing is left of them."""
        with self._lock:
            self._ended, started = True, self._started
            self._started = []
        for worker in started:
            worker.end()
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def _worked_on(self, function: Callable[[Chunk], Result], chunk: Chunk, spoken: str) -> Result:
        """Return what *function* makes of *chunk*; runs in a thread of the pool, which waits for its worker."""
        worker = self._worker()
        if worker is None or not worker.is_ready():
            if self._ended:
                raise RuntimeError("the workers were ended")
            with speaking(spoken):
                return function(chunk)
        result: Result = worker.ask(function, chunk, spoken)
        return result

    def _worker(self) -> _Worker | None:
        """Return the worker of this thread, None where none can be started."""
        if not hasattr(self._own, "worker"):
            self._own.worker = None
            with contextlib.suppress(OSError), self._lock:
                if not self._ended:
                    self._own.worker = _Worker()
                    self._started.append(self._own.worker)
        worker: _Worker | None = self._own.worker
        return worker


class _Worker:
    """One process, and the pipes to it. Raises OSError where this system can start none."""

    def __init__(self) -> None:
        self._process = open_child(PROGRAM, ONE_THREAD)
        self._ready: bool | None = None  # not asked yet

    def is_ready(self) -> bool:
        """Whether the process has started; wait until this is known."""
        if self._ready is None:
            try:
                self._ready = read_frame(self._pipes()[1]) == READY
            except (OSError, EOFError, ValueError):
                self._ready = False
        return self._ready

    def ask(self, function: Callable[[Any], Any], chunk: Any, spoken: str) -> Any:
        """Return what the process answers. Raise what the function raised there, or Unwritten where the process died."""
        asked = pickle.dumps((function, chunk, spoken), pickle.HIGHEST_PROTOCOL)
        requests, answers = self._pipes()
        try:
            write_frame(requests, asked)
            answer = read_frame(answers)
        except (OSError, EOFError, ValueError):
            raise Unwritten(_why_dead(self._process.wait())) from None
        result, error = pickle.loads(answer)
        if error is not None:
            raise error
        return result

    def end(self) -> None:
        """End the process; a thread that waits for its answer gets an error."""
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes():
            with contextlib.suppress(OSError):
                pipe.close()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin and self._process.stdout
        return self._process.stdin, self._process.stdout


def usual_processes() -> int:
    """Return how many processes are worth starting here: one for each core that this process may use, none where there is one core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_PROCESSES) if cores > 1 else 0


def serve() -> None:
    """Work on what comes through the standard input, until it ends: the life of a worker."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_take, args=(requests, asked), daemon=True).start()
    write_frame(answers, READY)
    while True:
        answer = _answer(asked.get())
        try:
            write_frame(answers, answer)
        except OSError:
            os._exit(1)


def _take(requests: IO[bytes], asked: queue.SimpleQueue[bytes]) -> None:
    """Put what is asked into the queue; end this process, even in the middle of a chunk, where its parent is gone."""
    with contextlib.suppress(EOFError, OSError, ValueError, MemoryError):
        while True:
            asked.put(read_frame(requests))
    os._exit(1)


def _answer(request: bytes) -> bytes:
    """Return the pickled pair of a result and no exception, or of None and the exception that came instead."""
    try:
        function, chunk, spoken = pickle.loads(request)
        with speaking(spoken):
            return pickle.dumps((function(chunk), None), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return _pickled_error(error)


def _pickled_error(error: Exception) -> bytes:
    """Return *error*, pickled, with the trace of where it came from where it is no error of ours; its text alone where it cannot be."""
    trace = "".join(traceback.format_exception(error))
    if not isinstance(error, QianliError):
        error.add_note(trace)
    try:
        pickled = pickle.dumps((None, error), pickle.HIGHEST_PROTOCOL)
        pickle.loads(pickled)
    except Exception:  # whatever the class of a stranger's exception does
        return pickle.dumps((None, RuntimeError(trace)), pickle.HIGHEST_PROTOCOL)
    return pickled


def _why_dead(code: int) -> str:
    """Return a line on a worker that ended with *code*."""
    why = say("too little memory, as it seems") if code == -getattr(signal, "SIGKILL", 9) else say("exit code {code}", code=code)
    return say(
        "a process that reads pages was ended by the system ({why}); the last good state stays: close other programs and try again, "
        "or give --workers 0",
        why=why,
    )
