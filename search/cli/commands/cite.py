"""`qianli cite`: results or citations in, references or an evidence sheet out."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from index.messages import say
from search.cli.completion import forms
from search.cli.handing_in import Force, OutputFile, chosen_handover, hand_in
from search.cli.opened import open_for_results
from search.cli.options import IndexAt, Quiet, Roots


def cite(
    results: Annotated[
        list[str],
        typer.Argument(
            metavar="RESULT...",
            help=say("Files of search --json or batch, - for standard input, or citations (an id or SOURCE:LINE)."),
            show_default=False,
        ),
    ],
    form: Annotated[
        str | None,
        typer.Option(
            "--form",
            metavar="FORM",
            autocompletion=forms,
            help=say(
                "References: gbt7714, ris, bibtex, csl-json; an evidence sheet: md, docx. [default: by the name of --output, else gbt7714]"
            ),
        ),
    ] = None,
    output: OutputFile = None,
    force: Force = False,
    context: Annotated[
        int,
        typer.Option("--context", "-C", min=0, metavar="N", help=say("Passages before and after each quote of a sheet, from the index.")),
    ] = 1,
    root: Roots = None,
    index_at: IndexAt = None,
    quiet: Quiet = False,
) -> None:
    """Write results as references (GB/T 7714, RIS, BibTeX, CSL-JSON) or as an evidence sheet (Markdown, docx)."""
    from search.citing.cited import answers_in
    from search.verification.claims import is_file_of_results
    from search.verification.sources import open_sources

    handover = chosen_handover(form, output, force, results, quiet)
    with ExitStack() as stack:
        index = open_for_results(index_at, needed=not all(map(is_file_of_results, results)), quiet=quiet)
        if index:
            stack.enter_context(index)
        sources = open_sources(root or [], results, index)
        if not hand_in(answers_in(results, index, context), handover, index, sources):
            raise typer.Exit(1)
