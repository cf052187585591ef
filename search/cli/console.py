"""The terminal: how wide it is, whether it shows colours, progress and notes. Nothing of this reaches a pipe or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


def width() -> int | None:
    """Return the columns of the terminal, None where the output goes elsewhere: then lines are left whole."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def colour() -> bool:
    """Say whether results may be coloured (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Told(Protocol):
    """Takes what is being worked on, and how many passages are embedded."""

    def __call__(self, what: str) -> None: ...
    def embedded(self, done: int, of: int) -> None: ...


class Untold:
    """Nobody looks."""

    def __call__(self, what: str) -> None: ...
    def embedded(self, done: int, of: int) -> None: ...


class Bars:
    """A count of what was worked on and, once something is embedded, a bar below it."""

    def __init__(self, counted: Progress, passages: Progress) -> None:
        self._counted, self._passages = counted, passages
        self._count = counted.add_task("")
        self._bar: TaskID | None = None

    def __call__(self, what: str) -> None:
        from search.output.terminal import safe

        self._counted.update(self._count, advance=1, description=safe(what))

    def embedded(self, done: int, of: int) -> None:
        if self._bar is None:
            self._bar = self._passages.add_task("")
        self._passages.update(self._bar, completed=done, total=of)


@contextmanager
def progress(quiet: bool) -> Iterator[Told]:
    """Give what can be told of the work; it shows on a terminal and nowhere else."""
    if quiet or not sys.stderr.isatty():
        yield Untold()
        return
    from rich.console import Console, Group
    from rich.live import Live
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    counted = Progress(SpinnerColumn(), TextColumn("{task.completed}"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    passages = Progress(TextColumn("embedding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Live(Group(counted, passages), console=Console(stderr=True), transient=True):
        yield Bars(counted, passages)


def note(quiet: bool, line: str) -> None:
    """Print a line about the work, not a result, to stderr."""
    if not quiet:
        from search.output.terminal import safe

        print(safe(line), file=sys.stderr)
