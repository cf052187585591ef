"""`qianli search`: one question, a passage or a file in; ranked passages with citations out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput
from index.messages import say
from search.cli.completion import forms
from search.cli.console import address_of, colour, note, print_lines, width
from search.cli.handing_in import Force, OutputFile, chosen_handover, hand_in
from search.cli.options import (
    AsCsv,
    AsJson,
    AsMarkdown,
    AsTrec,
    ContextSize,
    Device,
    IndexAt,
    MinScore,
    Mode,
    ModelName,
    Place,
    Quiet,
    RerankName,
    Since,
    SourceGlob,
    TopK,
    Until,
    chosen_format,
    refuse_unshown,
)

if TYPE_CHECKING:
    from search.cli.handing_in import Handover
    from search.cli.saved import Known, SavedSearch
    from search.options import SearchOptions
    from search.results import Result
    from search.searcher import Searcher

PER_ARTICLE = 3  # passages of one article in the list for people, unless asked otherwise


def search(
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="[QUERY]",
            help=say(
                'The question in your own words; - reads it from standard input. "exact words" must stand in a passage, -word must not.'
            ),
            show_default=False,
        ),
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            metavar="CITATION_OR_FILE",
            help=say("Instead of a question: more like this passage (an id or SOURCE:LINE), or like the text of this file."),
        ),
    ] = None,
    index_at: IndexAt = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    min_score: MinScore = None,
    of_place: Place = None,
    of_source: SourceGlob = None,
    since: Since = None,
    until: Until = None,
    per_article: Annotated[
        int | None,
        typer.Option(
            "--per-article",
            min=0,
            metavar="N",
            help=say("At most so many passages of one article; 0: no limit. [default: 3, in other formats 0]"),
        ),
    ] = None,
    context: ContextSize = 0,
    explain: Annotated[
        bool, typer.Option("--explain", help=say("Show what each hit's rank and probability are made of, and which words met."))
    ] = False,
    model: ModelName = None,
    device: Device = None,
    rerank: RerankName = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_md: AsMarkdown = False,
    as_trec: AsTrec = False,
    cite: Annotated[
        str | None,
        typer.Option(
            "--cite",
            metavar="FORM",
            autocompletion=forms,
            help=say("Print what is found as references (gbt7714, ris, bibtex, csl-json) or as an evidence sheet (md, docx with -o)."),
        ),
    ] = None,
    output: OutputFile = None,
    force: Force = False,
    save: Annotated[
        str | None,
        typer.Option("--save", metavar="NAME", help=say("Keep this search as NAME; later only what is new since: qianli new NAME.")),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Ask one question: ranked passages with citations. Exit code 1 when there is no precedent."""
    from search.cli.history import record
    from search.cli.settings import settings
    from search.options import SearchOptions
    from search.retrieval.operators import demands
    from search.searcher import open_search

    form = chosen_format(json=as_json, csv=as_csv, md=as_md, trec=as_trec)
    refuse_unshown(form, context, explain)
    handover = _handover(form, cite, output, force, quiet)
    question = _question(query, like)
    limit = per_article if per_article is not None else 0 if form or handover else PER_ARTICLE
    options = SearchOptions(top_k, mode, min_score, of_place, of_source, limit, context, explain, since, until)
    with open_search(index_at, model, device, rerank=rerank, words_only=mode == "lexical") as searcher:
        result = searcher.search(question, options=options) if like is None else searcher.like(question, options=options)
        kept = _as_saved(save, question, like is not None, searcher, options, (model, device, rerank)) if save is not None else None
        for line in [] if result.shown else searcher.explain_filters(of_place, of_source, since, until):
            note(quiet, line)
        if not result.shown and like is None and any(demands(question)[1]):
            note(quiet, say("no passage has what the quotes demand, or all have what -word excludes; leave the quotes or -word out"))
        address = str(searcher.index.address)
        if handover:
            _hand_in(result, handover, searcher, options, rerank)
    record(settings(), result.query, result.found, [hit.citation.id for hit in result.hits], index=address)
    print_lines([] if handover else _lines(result, form))
    if kept:
        _keep(*kept, quiet)
    if not result.found:
        raise typer.Exit(1)


def _handover(form: str | None, cite: str | None, output: Path | None, force: bool, quiet: bool) -> Handover | None:
    """Return how the result is handed in, None where it is shown."""
    if cite is None and output is None:
        return None
    if form:
        raise BadInput(say("--cite and -o write references and evidence sheets; for --{form} leave them out, and use > FILE", form=form))
    return chosen_handover(cite, output, force, [], quiet)


def _hand_in(result: Result, handover: Handover, searcher: Searcher, options: SearchOptions, rerank: str | None) -> None:
    """Write the result as references or as an evidence sheet; its quotes get a neighbour on either side."""
    from search.batch.record import record_of
    from search.citing.cited import answer_of, with_neighbours
    from search.verification.sources import open_sources

    index = searcher.index
    answer = answer_of({**result.to_dict(), "asked": record_of(searcher, options, rerank)}, result.query)
    hand_in([with_neighbours(answer, index, max(options.context, 1))], handover, index, open_sources([], [], index))


def _question(query: str | None, like: str | None) -> str:
    """Return the one of *query* and *like* that was given; a query of `-` is read from standard input."""
    if query is not None and like is not None:
        raise BadInput("a question and --like cannot be asked at once; ask one of them, and limit it with --place or --source")
    if query == "-":
        from search.batch.input import decoded

        return decoded(sys.stdin.buffer.read()).strip()
    question = query if like is None else like
    if question is None:
        raise BadInput("Missing argument 'QUERY'; ask in a few words, or name a passage or a file with --like; see: qianli search --help")
    if not question.isprintable():  # else it has no bytes that Python could not decode
        from search.batch.input import typed

        question = typed(question)
    return question


def _as_saved(
    name: str, question: str, like: bool, searcher: Searcher, options: SearchOptions, models: tuple[str | None, str | None, str | None]
) -> tuple[SavedSearch, Known]:
    """Return the search as it is saved, and what is known at this moment."""
    from search.cli.saved import SavedSearch, absolute, accepted_name, known_of, now

    if like and Path(question).is_file():
        question = str(Path(question).absolute())  # it will be asked from any folder
    time, fields = now(), {**asdict(options), "explain": False}
    saved = SavedSearch(accepted_name(name), question, like, absolute(str(searcher.index.address)), fields, *models, time, time)
    return saved, known_of(searcher, saved.ask(searcher))


def _keep(saved: SavedSearch, known: Known, quiet: bool) -> None:
    """Write a saved search, after its answer was written."""
    from search.cli.saved import keep

    sys.stdout.flush()
    replaced = keep(saved, known)
    note(quiet or not replaced, say("{name} was saved before; it asks this now", name=saved.name))
    note(quiet, say("saved; what is new since is told by: qianli new {name}", name=saved.name))


def _lines(result: Result, form: str | None) -> Iterator[str]:
    """Yield a result in the format *form*, or, without one, as text for people."""
    if form is None:
        from search.output.text import text_lines

        yield from text_lines(result, width(), colour(), address_of)
        return
    from search.output.formats import FORMATS

    yield from [header] if (header := FORMATS[form].header) else []
    yield from FORMATS[form].lines(result, None)
