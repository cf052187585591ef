"""`qianli batch`: a file of questions in, one answer a line out, in order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.cli import streams
from search.cli.console import note, print_lines, progress
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
    from search.batch.questions import BatchQuestion


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
    of_place: Place = None,
    of_source: SourceGlob = None,
    since: Since = None,
    until: Until = None,
    per_article: Annotated[int, typer.Option("--per-article", min=0, help="At most so many passages of one article; 0: no limit.")] = 0,
    context: ContextSize = 0,
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
    from search.batch.answers import Listeners, answers, chunks
    from search.batch.input import InputLines, count_questions
    from search.batch.questions import parse_questions
    from search.options import SearchOptions
    from search.searcher import open_search

    form = chosen_format(json=as_json, csv=as_csv, md=as_md, trec=as_trec) or "json"
    streams.for_programs(json=form == "json")
    refuse_unshown(form, context)
    lines = InputLines(file)
    questions = parse_questions(lines, csv_named=file.lower().endswith(".csv"))
    options = SearchOptions(top_k, mode, min_score, of_place, of_source, per_article, context, since=since, until=until)
    with open_search(index_at, model, device, rerank=rerank, words_only=mode == "lexical") as searcher, progress(quiet) as tell:
        for line in searcher.explain_filters(of_place, of_source, since, until):
            note(quiet, line)
        total = count_questions(file) if sys.stderr.isatty() and not quiet else None
        listeners = Listeners(tell, lambda line: note(False, line), total)
        with _destination(output, questions, form) as (write, remaining):
            for line in answers(chunks(remaining, lines.waiting), searcher, options, form, listeners, lines.waiting):
                write(line)


@contextmanager
def _destination(
    output: Path | None, questions: Iterator[BatchQuestion], form: str
) -> Iterator[tuple[Callable[[str], None], Iterator[BatchQuestion]]]:
    """Yield a function that writes a line to *output* or stdout, and the questions that *output* does not answer yet."""
    if output:
        from search.batch.resume import resumed

        with resumed(output, questions, form) as opened:
            yield opened
        return
    from search.output.formats import FORMATS

    print_lines([header] if (header := FORMATS[form].header) else [])
    yield lambda line: print(line, flush=True), questions
