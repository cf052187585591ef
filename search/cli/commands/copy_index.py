"""`qianli copy`: an index in, the same index at another address out: a folder, or a database of many machines."""

from __future__ import annotations

from typing import Annotated

import typer

from index.errors import BadInput
from index.messages import counted, say
from search.cli.commands.index import WAIT, shown
from search.cli.console import note, print_lines, progress
from search.cli.options import AsJson, Quiet


def copy_index(
    given: Annotated[str, typer.Argument(metavar="FROM", help=say("The index to copy: a folder such as .qianli, or an address."))],
    to: Annotated[
        str, typer.Argument(metavar="TO", help=say("Where the copy will be: oceanbase://USER@HOST:2881/DATABASE/NAME, or a folder."))
    ],
    prune: Annotated[bool, typer.Option("--prune", help=say("Take pages out of the copy that FROM no longer has."))] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Copy an index, from a folder to a cluster or back, with its vectors and without its sources. A copy that was stopped goes on."""
    from index import indexing
    from index.engine.open import find_index
    from search.output.index_report import copy_fields
    from search.output.json_lines import json_line

    source, target = find_index(given), find_index(to)
    if str(source) == str(target):
        raise BadInput("an index is not copied into itself; name another place for the copy")
    with progress(quiet) as tell:
        copied = indexing.copy_index(
            source, target, indexing.Progress(tell, waiting=lambda line: note(quiet, line)), prune=prune, wait=WAIT
        )
    if as_json:
        print_lines([json_line(copy_fields(copied, str(source), str(target)))])
        return
    pages = counted(copied.pages, "copied {count} page", "copied {count} pages")
    passages = counted(copied.passages, "{count} passage", "{count} passages")
    before = counted(copied.before, "{count} page was there before", "{count} pages were there before")
    whole = say("{to} holds what {source} holds", to=shown(target), source=shown(source))
    note(quiet, say("{pages}, {passages}; {before}; {whole}", pages=pages, passages=passages, before=before, whole=whole))
