"""`qianli show`: a citation in, the cited passage inside its article out."""

from __future__ import annotations

from typing import Annotated

import typer

from search.cli.completion import citations
from search.cli.console import colour, note, print_lines, width
from search.cli.options import AsJson, IndexAt


def show(
    citation: Annotated[
        str,
        typer.Argument(
            metavar="CITATION", autocompletion=citations, help="The id of a citation (its first six characters will do), or SOURCE:LINE."
        ),
    ],
    context: Annotated[int, typer.Option("--context", "-C", min=0, help="How many passages before and after it.")] = 1,
    index_at: IndexAt = None,
    as_json: AsJson = False,
) -> None:
    """Show a cited passage inside its article, with its neighbours."""
    from index.engine.open import find_index, open_index
    from search.output.json_lines import json_line
    from search.output.text import SOURCE_STATUS, shown_lines
    from search.searcher import show as show_in

    with open_index(find_index(index_at)) as opened:
        shown = show_in(opened, citation, context)
    print_lines([json_line(shown.to_dict())] if as_json else shown_lines(shown, width(), colour()))
    status = SOURCE_STATUS.get(shown.source_status)
    note(not status, f"qianli: {shown.path} {status}; above stands what it said then; see: qianli verify {citation}")
