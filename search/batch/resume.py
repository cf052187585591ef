"""A file of answers as -o names it: one that an earlier run began goes on, is asked anew, or is refused; and no run loses an answer.

                                     same options, same state     older state        other options, index, questions
nothing there, or empty    new file
answers of this format               goes on                      --stale: anew      --again: anew, else refused
anything else              refused
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from index.errors import BadInput, reason
from index.messages import say
from search.batch.answered import KNOWN_BY, Answered, answered, fields_of, format_of
from search.batch.questions import BatchQuestion, Questions
from search.batch.record import refuse_other, same
from search.batch.wish import Wish

RESUMABLE = ("json", "csv")  # the formats that keep the questions
NEW = ".part"  # after the name of a file while its questions are asked anew; it takes its place when all are answered


class AnswerFile(NamedTuple):
    """An open file of answers.

    - *write* takes the lines of one answer; they are in the file when it returns, unless nothing but errors was written by then.
    - *remaining*: the questions that are not answered in it; *before*: each that is, and its answer.
    """

    write: Callable[[list[str], bool], None]
    remaining: Iterator[BatchQuestion]
    before: list[tuple[str, str | None, bool]]


@contextmanager
def answer_file(output: Path, questions: Questions, wish: Wish) -> Iterator[AnswerFile]:
    """Open *output* and yield an AnswerFile. Raise BadInput where it must not be written; it is as it was then.

    A file whose questions are asked anew stays until all are answered.
    """
    with _refusing(output):
        former = _former(output)
    if former:
        _refuse_other_format(output, former, wish.form)
    anew = bool(former) and (wish.again or _asked_anew(output, wish))
    target = output.with_name(output.name + NEW) if anew else output
    remaining: Iterator[BatchQuestion] = questions if wish.again or not anew else _of_file(output, questions, wish)
    with _refusing(target):
        begun = _former(target) if anew else former
        start = 0
    before: list[tuple[str, str | None, bool]] = []
    if begun and wish.form == "csv" and not anew and b"\n" in begun:
        _refuse_other_columns(output, begun, wish)
    if begun and not anew:
        start, remaining, before = _answered_already(target, remaining, wish)
    elif begun and format_of(begun) != wish.form:
        raise BadInput(say("{file} is in the way; remove it", file=target))
    elif begun and wish.form in RESUMABLE and _all_asked_so(target, wish):
        start, remaining, before = _answered_already(target, remaining, wish)
    writer = _Writer(target, start, wish.format.header)
    try:
        yield AnswerFile(writer.write, remaining, before)
        writer.finish()
    finally:
        writer.close()
    if anew and target.exists():
        with _refusing(output):
            target.replace(output)


class _Writer:
    """Appends answers to a file, which is made with the first of them; another program that writes to it is noticed."""

    def __init__(self, path: Path, start: int, header: str | None) -> None:
        self._path, self._start, self._header = path, start, header
        self._file: BinaryIO | None = None
        self._regular = path.is_file() or not path.exists()  # else a device, such as /dev/null
        self._size = path.stat().st_size if path.is_file() else 0
        self._held: list[str] = []  # errors alone: a file of them would only be in the way of the next run

    def write(self, lines: list[str], error: bool) -> None:
        if error and self._file is None and not self._start:
            self._held.extend(lines)
            return
        self._append([*self._held, *lines])
        self._held = []

    def finish(self) -> None:
        """Put all on the disk; a file of no question has its header, and one of errors alone is not made."""
        if self._file is None and not self._held and (not self._path.exists() or self._size != self._start):
            self._append([])
        if self._file and self._regular:
            with _refusing(self._path):
                os.fsync(self._file.fileno())

    def close(self) -> None:
        if self._file:
            self._file.close()

    def _append(self, lines: list[str]) -> None:
        with _refusing(self._path):
            if self._file is None:
                self._file = self._path.open("ab")
                self._refuse_if_shared()
                if self._size != self._start:
                    self._file.truncate(self._start)
                    self._size = self._start
                lines = [self._header, *lines] if self._header and not self._start else lines
            self._refuse_if_shared()
            written = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
            self._file.write(written)
            self._file.flush()
            self._size += len(written)

    def _refuse_if_shared(self) -> None:
        """Raise BadInput where the file is not as this run left it: two runs would mix their answers."""
        assert self._file
        if self._regular and os.fstat(self._file.fileno()).st_size != self._size:
            raise BadInput(say("{file} is being written by another program; wait for it, or name another file with -o", file=self._path))


def _former(output: Path) -> bytes:
    """Return the first bytes of *output*, none where there is no such file or it is a device. Raise BadInput for a folder."""
    if output.is_dir():
        raise BadInput(say("{file} is a folder; name a file for the answers with -o", file=output))
    if not output.is_file():
        return b""
    with output.open("rb") as file:
        return file.read(KNOWN_BY)


def _refuse_other_format(output: Path, former: bytes, form: str) -> None:
    """Raise BadInput unless the file that begins so holds answers of this format."""
    known = format_of(former)
    if known is None:
        raise BadInput(say("{file} exists and holds no answers; it is not overwritten: name another file with -o", file=output))
    if known != form:
        raise BadInput(say("{file} holds answers as {known}, and not as {form}; name another file with -o",
                           file=output, known=known, form=form))  # fmt: skip


def _refuse_other_columns(output: Path, former: bytes, wish: Wish) -> None:
    """Raise BadInput where a CSV has other columns than it would have now; no header is compared that does not say how it was asked."""
    header = (wish.format.header or "").encode("utf-8", "replace")
    if former.split(b"\n", 1)[0] != header:
        raise BadInput(say("{file} has other columns than its answers would have now; ask everything anew with --again, "
                           "or name another file with -o", file=output))  # fmt: skip


def _asked_anew(output: Path, wish: Wish) -> bool:
    """Return whether the stale answers in *output* are asked anew. Raise BadInput where they were not asked as they are now."""
    if wish.form not in RESUMABLE:
        raise BadInput(say("{file} exists, and only JSON and CSV can go on where they stopped; ask everything anew with --again, "
                           "or name another file with -o", file=output))  # fmt: skip
    with output.open("rb") as file:
        first = next(answered(file, wish.form, output), None)
    return first is not None and refuse_other(first.asked, wish.asked or {}, output, wish.stale)


def _all_asked_so(target: Path, wish: Wish) -> bool:
    """Whether an earlier run began *target* as questions are asked now, so that it can go on."""
    with target.open("rb") as file:
        first = next(answered(file, wish.form, target), None)
    return first is not None and same(first.asked, wish.asked or {})


def _answered_already(
    output: Path, questions: Iterator[BatchQuestion], wish: Wish
) -> tuple[int, Iterator[BatchQuestion], list[tuple[str, str | None, bool]]]:
    """Return the byte after the whole answers in *output*, the questions after them, and what they answered."""
    end = 0
    before: list[tuple[str, str | None, bool]] = []
    with output.open("rb") as file:
        for number, answer in enumerate(answered(file, wish.form, output), 1):
            question = next(questions, None)
            _refuse_other_question(output, number, question, answer, wish)
            if not same(answer.asked, wish.asked or {}):
                raise BadInput(say("{file}, answer {number}, was asked otherwise than the first; ask everything anew with --again",
                                   file=output, number=number))  # fmt: skip
            assert question is not None
            if not answer.whole:
                return end, itertools.chain([question], questions), before
            end = answer.end
            before.append((question.id, answer.error, answer.found))
    return end, questions, before


def _of_file(output: Path, questions: Iterator[BatchQuestion], wish: Wish) -> Iterator[BatchQuestion]:
    """Yield *questions*, and raise BadInput where they are not those that *output* answers."""
    with output.open("rb") as file:
        for number, answer in enumerate(answered(file, wish.form, output), 1):
            question = next(questions, None)
            _refuse_other_question(output, number, question, answer, wish)
            assert question is not None
            yield question
    yield from questions


def _refuse_other_question(output: Path, number: int, question: BatchQuestion | None, answer: Answered, wish: Wish) -> None:
    if question is None or fields_of(question, wish.form, wish.columns) != answer.fields:
        raise BadInput(say("{file} holds answers to other questions (answer {number}); ask everything anew with --again, "
                           "or name another file with -o", file=output, number=number))  # fmt: skip


@contextmanager
def _refusing(output: Path) -> Iterator[None]:
    """Raise BadInput that names *output* where it cannot be read or written."""
    try:
        yield
    except (OSError, ValueError) as error:
        what = say("{file} cannot be written: {reason}; name another file with -o", file=output, reason=reason(error))
        raise BadInput(what) from error
