"""Many questions in, one answer a line out, in order; with a file to write to, a run goes on where an earlier one stopped."""

from __future__ import annotations

import csv
import itertools
import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from index.errors import BadInput, QianliError, reason
from search.batch.questions import Query, decoded
from search.options import SearchOptions
from search.output.json_lines import json_line
from search.output.terminal import safe
from search.output.text import COLUMNS, FORMATS, cell, csv_header
from search.results import SCHEMA, Result
from search.retrieval.query import accepted, printable
from search.searcher import Searcher

Results = list[Result | BadInput]
Given = TypeVar("Given")

CHUNK = 32  # questions that are answered together: more share little more, and the first answer would wait for the last
BLOCK = 1 << 16  # bytes that are read at once; a pipe gives what is there


class Lines:
    """The lines of a file (`-`: standard input) as they come; *waiting* says whether one has come that was not taken yet."""

    def __init__(self, file: str) -> None:
        self._blocks = blocks_of(file)
        self._whole: deque[bytes] = deque()
        self._rest = b""

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            *whole, self._rest = (self._rest + block).split(b"\n")
            self._whole.extend(whole)
            while self._whole:
                yield decoded(self._whole.popleft() + b"\n")
        if self._rest:
            yield decoded(self._rest)

    def waiting(self) -> bool:
        return any(line.strip() for line in self._whole)


def blocks_of(file: str) -> Iterator[bytes]:
    """Give what there is to be read, as soon as there is anything."""
    if file == "-":
        while block := sys.stdin.buffer.read1(BLOCK):  # type: ignore[union-attr]  # standard input is buffered
            yield block
        return
    try:
        with Path(file).open("rb") as opened:
            start = opened.read1(BLOCK)  # a named pipe gives what is there, and cannot be read again
            if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
                yield (start + opened.read()).decode("utf-16", "replace").encode("utf-8", "replace")
            else:
                yield from itertools.chain([start], iter(lambda: opened.read1(BLOCK), b""))
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {reason(error)}; name a file with questions, or - for standard input") from None


def chunks(queries: Iterator[Query], waiting: Callable[[], bool]) -> Iterator[list[Query]]:
    """Gather queries that are there already: who types one a line gets an answer a line, and a file is answered CHUNK at a time."""
    while first := next(queries, None):
        chunk = [first]
        while len(chunk) < CHUNK and waiting() and (query := next(queries, None)):
            chunk.append(query)
        yield chunk


def answers(
    asked: Iterable[list[Query]],
    searcher: Searcher,
    options: SearchOptions,
    form: str,
    tell: Callable[[str], None],
    total: int | None = None,
    waiting: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Give the answer to each query in the format *form* (see show.FORMATS); one that cannot be asked says so in its place.
    *waiting* says whether more can be asked at once, before these answers are seen."""
    start, done = time.perf_counter(), 0

    def ask(some: list[Query]) -> Results:
        return searcher.search_many([query.text for query in some], options=options)

    for some, results in side_by_side(asked, ask, searcher.threads, waiting):
        for query, result in zip(some, results, strict=True):
            done += 1
            tell(f"{f'of {total}, ' if total else ''}{done / (time.perf_counter() - start):.0f} a second: {safe(query.text[:40])}")
            answer = BadInput(query.error) if query.error else result
            if isinstance(answer, BadInput):
                yield from _refused(query, answer, form)
            else:
                yield from FORMATS[form](answer, query.id)


def side_by_side(
    asked: Iterable[list[Query]], ask: Callable[[list[Query]], Given], threads: int, waiting: Callable[[], bool]
) -> Iterator[tuple[list[Query], Given]]:
    """Ask so many chunks at once as there are *threads*, and give each with its results, in order; while none is *waiting*, no more is
    asked for before all results are given."""
    chunks = iter(asked)
    for first in itertools.islice(chunks, 1):
        yield first, ask(first)  # alone: it opens what is opened when it is first used
    with ThreadPoolExecutor(threads) as pool:
        open_: deque[tuple[list[Query], Future[Given]]] = deque()
        for some in chunks:
            open_.append((some, pool.submit(ask, some)))
            while open_ and (len(open_) > threads or not waiting()):
                yield open_[0][0], open_.popleft()[1].result()
        for some, results in open_:
            yield some, results.result()


def counted(file: str) -> int | None:
    """Return how many questions a file has, one a line; None where that is not known: standard input, a pipe, CSV."""
    if file == "-" or file.lower().endswith(".csv") or not Path(file).is_file():
        return None
    return sum(1 for line in Lines(file) if line.strip())


@contextmanager
def resumed(output: Path, queries: Iterator[Query], form: str) -> Iterator[tuple[Callable[[str], None], Iterator[Query]]]:
    """Open *output* and give a function that writes one answer to it, and the queries that it does not answer yet.

    What was not finished is written again. Raises BadInput when the file holds answers to other queries.
    """
    if form not in RESUMED and output.exists() and output.stat().st_size:
        raise BadInput(
            f"{output} exists, and only JSON and CSV can go on where they stopped, since they keep the questions; "
            "remove it or name another file with -o"
        )
    with _writing(output):
        opened = output.open("a+b")
    with opened as file:
        file.seek(0)
        rest = RESUMED[form](file, output, queries) if form in RESUMED else queries
        file.truncate()
        if form == "csv" and not file.tell():
            file.write(f"\ufeff{csv_header()}\n".encode())

        def write(line: str) -> None:
            with _writing(output):
                file.write(f"{line}\n".encode())
                file.flush()

        yield write, rest
        os.fsync(file.fileno())


@contextmanager
def _writing(output: Path) -> Iterator[None]:
    """Name the file that cannot be written, and not what else went wrong meanwhile."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {reason(error)}; name another file with -o") from error


def _after_json(file: BinaryIO, output: Path, queries: Iterator[Query]) -> Iterator[Query]:
    """Return the queries that follow the answers in *file*, and leave the file's position after the last whole answer."""
    for number in itertools.count(1):
        at = file.tell()
        line = file.readline()
        if not line.endswith(b"\n"):
            file.seek(at)
            return queries
        query = next(queries, None)
        try:
            answer = json.loads(line)
            same = query is not None and (answer["id"], answer["query"]) == (query.id, query.text)
        except (ValueError, KeyError, TypeError, RecursionError):
            same = False
        if not same:
            raise _others(output, number)
    raise AssertionError("unreachable")


def _after_csv(file: BinaryIO, output: Path, queries: Iterator[Query]) -> Iterator[Query]:
    """Return the queries from the last one that has rows in *file*, which may miss some, and leave the file's position before these.

    A query without rows is one that could not be asked."""
    at = 0  # where the rows of the last query begin
    last: Query | None = None
    for number, (start, row) in enumerate(_rows(file)):
        if number == 0 and row == list(COLUMNS):
            continue
        if row[3] in ("", "1"):  # the rank: the rows of the next query begin
            at = start
            last = next((query for query in queries if not (query.error or isinstance(accepted(query.text), BadInput))), None)
        if last is None or row[:2] != [str(cell(last.id)), cell(printable(last.text))]:
            raise _others(output, number + 1)
    file.seek(at)
    return itertools.chain([last], queries) if last else queries


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Give each whole row with the byte at which it begins."""
    ends = [0]

    def lines() -> Iterator[str]:
        for line in file:
            ends[0] += len(line)
            if line.endswith(b"\n"):
                yield line.decode("utf-8-sig", "replace")

    start = 0
    try:
        for row in csv.reader(lines()):
            if len(row) == len(COLUMNS):
                yield start, row
            start = ends[0]
    except csv.Error as error:
        raise BadInput(f"{file.name}: no answers in CSV ({error}); remove it or name another file with -o") from error


def _others(output: Path, number: int) -> BadInput:
    return BadInput(f"{output} holds answers to other questions (line {number}); remove it or name another file with -o")


RESUMED = {"json": _after_json, "csv": _after_csv}


def _refused(query: Query, error: QianliError, form: str) -> Iterator[str]:
    if form == "json":
        yield json_line({"schema": SCHEMA, "id": query.id, "query": query.text, "error": str(error)})
    else:
        print(f"qianli: {query.id}: {error}", file=sys.stderr)
