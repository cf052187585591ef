"""A file of answers that an earlier run began: the file and all questions in, the questions that it does not answer yet out.

answers.jsonl ──▶ its whole lines stay ──▶ the questions after them
answers.csv   ──▶ all but the rows of its last question stay, which may be incomplete ──▶ that question and those after it
"""

from __future__ import annotations

import csv
import itertools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from index.errors import BadInput, reason
from search.batch.questions import BatchQuestion
from search.output.formats import FORMATS
from search.output.tables import COLUMNS, cell
from search.retrieval.query import accepted, printable


@contextmanager
def resumed(output: Path, questions: Iterator[BatchQuestion], form: str) -> Iterator[tuple[Callable[[str], None], Iterator[BatchQuestion]]]:
    """Open *output* and yield a function that writes one line to it, and the questions that *output* does not answer yet.

    Raise BadInput where the file answers other questions, or its format does not keep the questions.
    """
    if form not in RESUMABLE and output.exists() and output.stat().st_size:
        raise BadInput(
            f"{output} exists, and only JSON and CSV can go on where they stopped, since they keep the questions; "
            "remove it or name another file with -o"
        )
    header = FORMATS[form].header
    with _refusing(output):
        opened = output.open("a+b")
    with opened as file:
        file.seek(0)
        remaining = RESUMABLE[form](file, output, questions) if form in RESUMABLE else questions
        file.truncate()
        if header and not file.tell():
            file.write(f"{header}\n".encode())

        def write(line: str) -> None:
            with _refusing(output):
                file.write(f"{line}\n".encode())
                file.flush()

        yield write, remaining
        os.fsync(file.fileno())


@contextmanager
def _refusing(output: Path) -> Iterator[None]:
    """Raise BadInput that names *output* where it cannot be written."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {reason(error)}; name another file with -o") from error


def _after_json(file: BinaryIO, output: Path, questions: Iterator[BatchQuestion]) -> Iterator[BatchQuestion]:
    """Return the questions after those that *file* answers, and leave the file's position after its last whole line."""
    for number in itertools.count(1):
        start = file.tell()
        line = file.readline()
        if not line.endswith(b"\n"):
            file.seek(start)
            return questions
        question = next(questions, None)
        try:
            answer = json.loads(line)
            same = question is not None and (answer["id"], answer["query"]) == (question.id, question.text)
        except (ValueError, KeyError, TypeError, RecursionError):
            same = False
        if not same:
            raise _other_questions(output, number)
    raise AssertionError("unreachable")


def _after_csv(file: BinaryIO, output: Path, questions: Iterator[BatchQuestion]) -> Iterator[BatchQuestion]:
    """Return the questions from the last one on that has rows in *file*, and leave the file's position before these rows.

    Some of its rows may be missing, so it is asked again. A question without rows is one that could not be asked.
    """
    start_of_last = 0  # byte
    last: BatchQuestion | None = None
    for number, (start, row) in enumerate(_rows(file)):
        if number == 0 and row == list(COLUMNS):
            continue
        if row[COLUMNS.index("rank")] in ("", "1"):  # the rows of the next question begin
            start_of_last = start
            last = next((question for question in questions if _is_asked(question)), None)
        if last is None or row[:2] != [str(cell(last.id)), cell(printable(last.text))]:
            raise _other_questions(output, number + 1)
    file.seek(start_of_last)
    return itertools.chain([last], questions) if last else questions


def _is_asked(question: BatchQuestion) -> bool:
    return not question.error and not isinstance(accepted(question.text), BadInput)


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield each whole row with the byte at which it begins."""
    end = 0

    def lines() -> Iterator[str]:
        nonlocal end
        for line in file:
            end += len(line)
            if line.endswith(b"\n"):
                yield line.decode("utf-8-sig", "replace")

    start = 0
    try:
        for row in csv.reader(lines()):
            if len(row) == len(COLUMNS):
                yield start, row
            start = end
    except csv.Error as error:
        raise BadInput(f"{file.name}: no answers in CSV ({error}); remove it or name another file with -o") from error


def _other_questions(output: Path, number: int) -> BadInput:
    return BadInput(f"{output} holds answers to other questions (line {number}); remove it or name another file with -o")


RESUMABLE = {"json": _after_json, "csv": _after_csv}  # the formats that keep the questions
