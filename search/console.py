"""The terminal: how wide it is, whether it shows colours, progress and notes. Nothing of this reaches a pipe or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def width() -> int | None:
    """Return the columns of the terminal, None where the output goes elsewhere: then lines are left whole."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def colour() -> bool:
    """Say whether results may be coloured (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that takes what is being worked on; it shows a count on a terminal and nothing anywhere else."""
    if quiet or not sys.stderr.isatty():
        yield lambda what: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed}"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda what: bar.update(task, advance=1, description=what)


def note(quiet: bool, line: str) -> None:
    """Print a line about the work, not a result, to stderr."""
    if not quiet:
        from search.show import safe

        print(safe(line), file=sys.stderr)
