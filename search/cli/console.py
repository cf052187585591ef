"""The terminal: its width and colours, progress and notes. None of these reach a pipe or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Protocol

from index.messages import say

if TYPE_CHECKING:
    from types import FrameType

    from rich.progress import Progress, TaskID

    from index.document import Citation


def width() -> int | None:
    """Return the columns of the terminal; None where the output goes elsewhere and lines are left whole."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def colour() -> bool:
    """Whether results may be coloured (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def address_of(citation: Citation) -> str | None:
    """Return the address of the file of a citation where the terminal makes links of such addresses; else None."""
    from search.cli.settings import settings
    from search.output.terminal import file_address

    if citation.path is None or not colour() or os.environ.get("TERM") == "linux" or not settings()["links"].value:
        return None
    return file_address(citation.path, _host()) + (f"#page={citation.page}" if citation.page else "")  # as viewers of PDF read it


@cache
def _host() -> str:
    import socket

    return socket.gethostname()


def print_lines(lines: Iterable[str], flush: bool = False) -> None:
    """Print results to stdout, one a line, as they come; *flush*: each at once, also into a pipe."""
    for line in lines:
        print(line, flush=flush)


def note(quiet: bool, line: str) -> None:
    """Print a line about the work, not a result, to stderr."""
    if not quiet:
        from search.output.terminal import safe

        print(safe(line), file=sys.stderr)


class Listener(Protocol):
    """Takes the name of each thing that is worked on, and how many passages are embedded."""

    def __call__(self, name: str) -> None: ...
    def embedded(self, done: int, of: int) -> None: ...


class NobodyListens:
    """Takes progress where none is shown."""

    def __call__(self, name: str) -> None: ...
    def embedded(self, done: int, of: int) -> None: ...


class ProgressBars:
    """Shows how many things were worked on and which one is now; below it a bar, once passages are embedded."""

    def __init__(self, things: Progress, passages: Progress) -> None:
        self._things, self._passages = things, passages
        self._count = things.add_task("")
        self._bar: TaskID | None = None

    def __call__(self, name: str) -> None:
        from search.output.terminal import safe

        self._things.update(self._count, advance=1, description=safe(name))

    def embedded(self, done: int, of: int) -> None:
        if self._bar is None:
            self._bar = self._passages.add_task("")
        self._passages.update(self._bar, completed=done, total=of)


@contextmanager
def progress(quiet: bool) -> Iterator[Listener]:
    """Yield what progress is reported to; it shows on a terminal and nowhere else."""
    if quiet or not sys.stderr.isatty():
        yield NobodyListens()
        return
    from rich.console import Console, Group
    from rich.live import Live
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    things = Progress(SpinnerColumn(), TextColumn("{task.completed}"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    passages = Progress(TextColumn(say("embedding")), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Live(Group(things, passages), console=Console(stderr=True), transient=True):
        yield ProgressBars(things, passages)


@contextmanager
def ending_on_request() -> Iterator[None]:
    """End with exit code 0 where the block is asked to by SIGTERM, which a script may send where it cannot send Ctrl-C."""
    import signal

    import typer

    asked = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        raise KeyboardInterrupt  # watchfiles passes on no other exception of a signal

    former = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        if not asked:
            raise
        raise typer.Exit(0) from None
    finally:
        signal.signal(signal.SIGTERM, former)
