"""The two commands that ask: `qianli search` one question, `qianli batch` many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput
from search.cli.console import colour, note, progress, width
from search.cli.options import (
    Around,
    AsCsv,
    AsJson,
    AsMarkdown,
    AsTrec,
    Device,
    IndexAt,
    MinScore,
    Mode,
    ModelName,
    OfPlace,
    OfSource,
    Quiet,
    RerankName,
    TopK,
)
from search.options import SearchOptions

if TYPE_CHECKING:
    from search.results import Result


def search(
    query: Annotated[
        str | None,
        typer.Argument(metavar="[QUERY]", help="The question in your own words; - reads it from standard input.", show_default=False),
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            metavar="CITATION_OR_FILE",
            help="Instead of a question: more like this passage (an id or SOURCE:LINE), or like the text of this file.",
        ),
    ] = None,
    index_at: IndexAt = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    min_score: MinScore = None,
    of_place: OfPlace = None,
    of_source: OfSource = None,
    per_article: Annotated[
        int | None,
        typer.Option("--per-article", min=0, help="At most so many passages of one article; 0: no limit. [default: 3, in other formats 0]"),
    ] = None,
    context: Around = 0,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what each hit's rank and probability are made of, and which words met.")
    ] = False,
    model: ModelName = None,
    device: Device = None,
    rerank: RerankName = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_md: AsMarkdown = False,
    as_trec: AsTrec = False,
    quiet: Quiet = False,
) -> None:
    """Ask one question: ranked passages with citations. Exit code 1 when there is no precedent."""
    from search.searcher import open_search

    form = _form(json=as_json, csv=as_csv, md=as_md, trec=as_trec)
    _refuse_unshown(form, context, explain)
    asked = _asked(query, like)
    limit = per_article if per_article is not None else 0 if form else 3
    options = SearchOptions(top_k, mode, min_score, of_place, of_source, limit, context, explain)
    with open_search(index_at, model, device, rerank=rerank, words_only=mode == "lexical") as searcher:
        result = searcher.search(asked, options=options) if like is None else searcher.like(asked, options=options)
        if not result.hits and not result.nearest:
            for line in searcher.explain_filters(of_place, of_source):
                note(quiet, line)
    for line in _shown(result, form):
        print(line)
    if not result.found:
        raise typer.Exit(1)


def batch(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="JSON lines with id and query, CSV with a header, or one question a line; - is standard input."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead, and go on where an earlier run stopped.")
    ] = None,
    index_at: IndexAt = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    min_score: MinScore = None,
    of_place: OfPlace = None,
    of_source: OfSource = None,
    per_article: Annotated[int, typer.Option("--per-article", min=0, help="At most so many passages of one article; 0: no limit.")] = 0,
    context: Around = 0,
    model: ModelName = None,
    device: Device = None,
    rerank: RerankName = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_md: AsMarkdown = False,
    as_trec: AsTrec = False,
    quiet: Quiet = False,
) -> None:
    """Ask many questions: one result a line, in their order. Exit code 0 when all were asked, whatever was found."""
    from search.batch.answers import Lines, answers, chunks, counted, resumed
    from search.batch.questions import read_queries
    from search.output.text import csv_header
    from search.searcher import open_search

    form = _form(json=as_json, csv=as_csv, md=as_md, trec=as_trec) or "json"
    _refuse_unshown(form, context)
    lines = Lines(file)
    queries = read_queries(lines, csv_named=file.lower().endswith(".csv"))
    options = SearchOptions(top_k, mode, min_score, of_place, of_source, per_article, context)
    with open_search(index_at, model, device, rerank=rerank, words_only=mode == "lexical") as searcher, progress(quiet) as tell:
        for line in searcher.explain_filters(of_place, of_source):
            note(quiet, line)
        total = counted(file) if sys.stderr.isatty() and not quiet else None
        if output is None:
            if form == "csv":
                print("\ufeff" + csv_header())
            for line in answers(chunks(queries, lines.waiting), searcher, options, form, tell, total, lines.waiting):
                print(line, flush=True)
            return
        with resumed(output, queries, form) as (write, rest):
            for line in answers(chunks(rest, lines.waiting), searcher, options, form, tell, total, lines.waiting):
                write(line)


def _asked(query: str | None, like: str | None) -> str:
    """Return what is asked: the one of *query* and *like* that was given; a query of - is read from standard input."""
    if query is not None and like is not None:
        raise BadInput("a question and --like cannot be asked at once; ask one of them, and limit it with --place or --source")
    if query == "-":
        from search.batch.questions import decoded

        return decoded(sys.stdin.buffer.read()).removeprefix("\ufeff").strip()
    asked = query if like is None else like
    if asked is None:
        raise BadInput("Missing argument 'QUERY'; ask in a few words, or name a passage or a file with --like; see: qianli search --help")
    return asked


def _refuse_unshown(form: str | None, context: int, explain: bool = False) -> None:
    """Refuse what a format has no room for, rather than leave it out in silence."""
    if context and form in ("csv", "trec"):
        raise BadInput(f"--{form} has no room for neighbours; leave --context out, or choose --json or --md")
    if explain and form not in (None, "json"):
        raise BadInput(f"--{form} has no room for --explain; leave one of them out, or choose --json")


def _form(**chosen: bool) -> str | None:
    """Return the one format that was asked for, None for text."""
    names = [name for name, wanted in chosen.items() if wanted]
    if len(names) > 1:
        raise BadInput(f"only one of {', '.join(f'--{name}' for name in names)} can be printed; choose one")
    return names[0] if names else None


def _shown(result: Result, form: str | None) -> Iterator[str]:
    from search.output.text import FORMATS, as_text, csv_header

    if form is None:
        return as_text(result, width(), colour())
    header = ["\ufeff" + csv_header()] if form == "csv" else []
    return iter([*header, *FORMATS[form](result, None)])
