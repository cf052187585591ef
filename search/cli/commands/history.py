"""`qianli history`: what was asked on this machine by this person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from index.errors import BadInput
from index.messages import counted, say
from search.cli.console import note, print_lines
from search.cli.options import AsJson, Quiet


def history(
    last: Annotated[int, typer.Option("--last", "-n", min=0, metavar="N", help=say("Only the last N questions; 0: all."))] = 0,
    clear: Annotated[bool, typer.Option("--clear", help=say("Remove all questions that were kept."))] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show what was asked, when, and whether a precedent was found. Only you can read it; batches are not kept."""
    from search.cli.history import clear as clear_all
    from search.cli.history import questions
    from search.cli.settings import settings

    if clear:
        if as_json or last:
            raise BadInput(say("--clear removes all questions; leave the other options out"))
        note(quiet, counted(clear_all(), "removed {count} question", "removed {count} questions"))
        return
    found = settings()
    asked = questions(found["history_days"].value)[-last:]
    note(quiet or bool(found["history"].value), say("questions are not kept now; keep them with: qianli config history true"))
    note(quiet or bool(asked), say("no question is kept"))
    print_lines(_json_lines(asked) if as_json else map(_line, asked))


def _json_lines(asked: list[dict[str, Any]]) -> Iterator[str]:
    from search.output.json_lines import json_line

    return map(json_line, asked)


def _line(fields: dict[str, Any]) -> str:
    from search.output.terminal import safe

    found = counted(fields["hits"], "{count} hit", "{count} hits") if fields["found"] else say("nothing")
    return safe(f"{fields['when'][:16].replace('T', ' ')}  {found}  {fields['query']}")
