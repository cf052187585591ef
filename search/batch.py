"""Many questions in, one answer a line out, in order; with a file to write to, a run goes on where an earlier one stopped."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import BadInput, QianliError
from search.jsonline import json_line
from search.precedents import Precedents
from search.queries import Query, decoded
from search.show import FORMATS, SCHEMA, csv_header, safe


def lines_of(file: str) -> Iterator[str]:
    """Give the lines of a file (`-`: standard input) as they come."""
    if file == "-":
        yield from map(decoded, sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as opened:
            start = opened.read(2)
            opened.seek(0)
            if start in (b"\xff\xfe", b"\xfe\xff"):
                yield from opened.read().decode("utf-16", "replace").splitlines(keepends=True)
            else:
                yield from map(decoded, opened)
    except OSError as error:
        raise BadInput(
            f"{file} cannot be read: {(error.strerror or str(error)).lower()}; name a file with questions, or - for standard input"
        ) from None


def answers(
    queries: Iterable[Query], precedents: Precedents, k: int, form: str, options: dict[str, Any], tell: Callable[[str], None]
) -> Iterator[str]:
    """Give the answer to each query in the format *form* (see show.FORMATS); one that cannot be asked says so in its place."""
    if form == "csv":
        yield "\ufeff" + csv_header()
    for query in queries:
        tell(safe(query.text[:40]))
        try:
            if query.error:
                raise BadInput(query.error)
            yield from FORMATS[form](precedents.search(query.text, k, **options), query.id)
        except BadInput as error:
            yield from _refused(query, error, form)


@contextmanager
def resumed(output: Path, queries: Iterator[Query], form: str) -> Iterator[tuple[Callable[[str], None], Iterator[Query]]]:
    """Open *output* and give a function that writes one answer to it, and the queries that it does not answer yet.

    A last line that was not finished is written again. Raises BadInput when the file holds answers to other queries.
    """
    if form != "json" and output.exists() and output.stat().st_size:
        raise BadInput(f"{output} exists, and only JSON can go on where it stopped; remove it or name another file")
    with _writing(output):
        opened = output.open("a+b")
    with opened as file:
        file.seek(0)
        rest = _unanswered(file, output, queries)
        file.truncate()

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
        raise BadInput(f"{output} cannot be written: {(error.strerror or str(error)).lower()}; name another file with -o") from error


def _unanswered(file: Any, output: Path, queries: Iterator[Query]) -> Iterator[Query]:
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
        except (ValueError, KeyError, TypeError):
            same = False
        if not same:
            raise BadInput(f"{output} holds answers to other questions (line {number}); remove it or name another file with -o")
    raise AssertionError("unreachable")


def _refused(query: Query, error: QianliError, form: str) -> Iterator[str]:
    if form == "json":
        yield json_line({"schema": SCHEMA, "id": query.id, "query": query.text, "error": str(error)})
    else:
        print(f"qianli: {query.id}: {error}", file=sys.stderr)
