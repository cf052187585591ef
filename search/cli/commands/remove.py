"""`qianli remove`: names of sources in, an index without them out."""

from __future__ import annotations

from typing import Annotated

import typer

from index.messages import counted, say
from search.cli.commands.index import WAIT, name_parent, shown
from search.cli.completion import sources as sources_of_index
from search.cli.console import note, print_lines
from search.cli.options import AsJson, IndexAt, Quiet

FAILED = 2  # exit code where a name means nothing


def remove(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help=say("Files, folders or patterns such as '2024/*', by name or path."),
            show_default=False,
            autocompletion=sources_of_index,
        ),
    ],
    index_at: IndexAt = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Take files, folders or patterns out of the index, whether they still exist or not. The files themselves stay."""
    from index.engine.open import find_index, open_index
    from index.indexing import Progress
    from index.indexing import remove as remove_from
    from search.output.index_report import removal_fields
    from search.output.json_lines import json_line
    from search.output.terminal import safe

    address = find_index(index_at)
    name_parent(address, quiet)
    with open_index(address) as opened:
        removal = remove_from(sources, opened, Progress(waiting=lambda line: note(quiet, line)), wait=WAIT)
        pages = int(opened.facts()["pages"])
    print_lines([json_line(removal_fields(removal))] if as_json else map(safe, removal.removed))
    left = counted(pages, "{index} holds {count} page now", "{index} holds {count} pages now", index=shown(address))
    count = counted(len(removal.removed), "removed {count} page", "removed {count} pages")
    note(quiet or as_json or not removal.removed, say("{removed}; {left}", removed=count, left=left))
    if removal.coming_back and not as_json:
        back = say("{source} still lies in a folder that is indexed, and comes back with: qianli index", source=removal.coming_back[0])
        note(quiet, back)
    if removal.unmatched:
        names = ", ".join(removal.unmatched)
        line = say("no source of the index is called {names}; give names as search prints them, folders or patterns", names=names)
        note(False, f"qianli: {line}")
        raise typer.Exit(FAILED)
