"""`qianli show`: a citation in, the cited passage inside its article out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput
from index.messages import say
from search.cli.completion import citations
from search.cli.console import address_of, colour, note, print_lines, width
from search.cli.options import AsJson, IndexAt

if TYPE_CHECKING:
    from index.engine.protocol import Index
    from search.results import ShownPassage


def show(
    citation: Annotated[
        str,
        typer.Argument(
            metavar="CITATION",
            autocompletion=citations,
            help=say("The id of a citation (its first six characters will do), or SOURCE:LINE."),
        ),
    ],
    context: Annotated[int, typer.Option("--context", "-C", min=0, metavar="N", help=say("How many passages before and after it."))] = 1,
    index_at: IndexAt = None,
    opened: Annotated[
        bool, typer.Option("--open", help=say("Open the source at its line in your editor (VISUAL, EDITOR), else in the system's viewer."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a cited passage inside its article, with its neighbours."""
    from index.engine.open import find_index, open_index
    from search.output.json_lines import json_line
    from search.output.text import shown_lines, source_line
    from search.searcher import show as show_in

    with open_index(find_index(index_at)) as index:
        shown = show_in(index, citation, context)
        where = _source(shown, index) if opened else None
    print_lines([json_line(shown.to_dict())] if as_json else shown_lines(shown, width(), colour(), address_of))
    if changed := source_line(shown.source_status, shown.path):
        note(False, say("qianli: {what}; above stands what it said then; see: qianli verify {citation}", what=changed, citation=citation))
    if where:
        from search.cli.opening import open_at

        sys.stdout.flush()
        open_at(*where)


def _source(shown: ShownPassage, index: Index) -> tuple[Path, int, int | None]:
    """Return where the source of a passage lies now, the first line of the passage in it, and its page, where the source is a PDF.

    Raise BadInput where the source is gone.
    """
    from search.verification.claims import claim_of
    from search.verification.sources import open_sources
    from search.verification.verify import verify

    cited = shown.passage.citation
    sources = open_sources([], [], index)
    (verdict,) = verify([claim_of(shown.passage)], sources)
    page = sources.page(cited.source, cited.sha256)
    path = Path(getattr(page, "path", shown.path))
    if verdict.status == "missing" and not path.is_file():
        raise BadInput(say("{path} is not there any more; where it lies now can be indexed with: qianli index FOLDER", path=shown.path))
    return path, (verdict.now or cited.lines)[0][0], verdict.spot.page if verdict.spot else cited.page
