"""The two commands that ask: `qianli search` one question, `qianli batch` many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput
from search.console import colour, progress, width
from search.options import (
    AsCsv,
    AsJson,
    AsMarkdown,
    AsTrec,
    Device,
    MinScore,
    Mode,
    ModelName,
    OfPlace,
    OfSource,
    Place,
    Quiet,
    TopK,
)

if TYPE_CHECKING:
    from search.retrieve import Result


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The question in your own words; - reads it from standard input.")],
    place: Place = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    min_score: MinScore = None,
    of_place: OfPlace = None,
    of_source: OfSource = None,
    per_article: Annotated[
        int | None,
        typer.Option("--per-article", min=0, help="At most so many passages of one article; 0: no limit. [default: 3, in other formats 0]"),
    ] = None,
    model: ModelName = None,
    device: Device = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_md: AsMarkdown = False,
    as_trec: AsTrec = False,
    quiet: Quiet = False,
) -> None:
    """Ask one question: ranked passages with citations. Exit code 1 when there is no precedent."""
    from search.precedents import open_search

    if query == "-":
        from search.queries import decoded

        query = decoded(sys.stdin.buffer.read()).removeprefix("\ufeff").strip()
    form = _form(json=as_json, csv=as_csv, md=as_md, trec=as_trec)
    limit = per_article if per_article is not None else 0 if form else 3
    with open_search(place, model, device, words_only=mode == "lexical") as precedents:
        result = precedents.search(query, top_k, mode=mode, min_score=min_score, place=of_place, source=of_source, per_article=limit)
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
    place: Place = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    min_score: MinScore = None,
    of_place: OfPlace = None,
    of_source: OfSource = None,
    per_article: Annotated[int, typer.Option("--per-article", min=0, help="At most so many passages of one article; 0: no limit.")] = 0,
    model: ModelName = None,
    device: Device = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_md: AsMarkdown = False,
    as_trec: AsTrec = False,
    quiet: Quiet = False,
) -> None:
    """Ask many questions: one result a line, in their order. Exit code 0 when all were asked, whatever was found."""
    from search.batch import answers, lines_of, resumed
    from search.precedents import open_search
    from search.queries import read_queries

    form = _form(json=as_json, csv=as_csv, md=as_md, trec=as_trec) or "json"
    queries = read_queries(lines_of(file), csv_named=file.lower().endswith(".csv"))
    options = {"mode": mode, "min_score": min_score, "place": of_place, "source": of_source, "per_article": per_article}
    with open_search(place, model, device, words_only=mode == "lexical") as precedents, progress(quiet) as tell:
        if output is None:
            for line in answers(queries, precedents, top_k, form, options, tell):
                print(line, flush=True)
            return
        with resumed(output, queries, form) as (write, rest):
            for line in answers(rest, precedents, top_k, form, options, tell):
                write(line)


def _form(**chosen: bool) -> str | None:
    """Return the one format that was asked for, None for text."""
    names = [name for name, wanted in chosen.items() if wanted]
    if len(names) > 1:
        raise BadInput(f"only one of {', '.join(f'--{name}' for name in names)} can be printed; choose one")
    return names[0] if names else None


def _shown(result: Result, form: str | None) -> Iterator[str]:
    from search.show import FORMATS, as_text, csv_header

    if form is None:
        return as_text(result, width(), colour())
    header = ["\ufeff" + csv_header()] if form == "csv" else []
    return iter([*header, *FORMATS[form](result, None)])
