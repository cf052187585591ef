"""`qianli batch`: a file of questions in, one answer a line out, in order."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput
from index.messages import say
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
    from search.batch.questions import Questions
    from search.batch.resume import AnswerFile
    from search.batch.wish import Wish

UNWRITTEN = (".xlsx", ".xls", ".docx", ".doc", ".pdf")  # formats that people expect and that hold no answers here


def batch(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help=say("JSON lines, a JSON array, CSV, TSV or xlsx with a column `query`, or one question a line; - is standard input."),
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=say("Write there instead, and go on where an earlier run stopped. FILE.csv is written as CSV, FILE.md as Markdown."),
        ),
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", metavar="NAME", help=say("The column of the questions, such as 诉求内容. [default: query]"))
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(
            "--id-column", metavar="NAME", help=say("The column of their ids, such as 编号. [default: id, else the number of the row]")
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help=say("The sheet of a spreadsheet, by name or number. [default: the first]"))
    ] = None,
    again: Annotated[bool, typer.Option("--again", help=say("Ask everything anew that the file of -o answers already."))] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help=say("Ask anew what the file of -o answers from an older state of the index."))
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help=say("Exit code 1 also where empty rows were skipped."))] = False,
    index_at: IndexAt = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    min_score: MinScore = None,
    of_place: Place = None,
    of_source: SourceGlob = None,
    since: Since = None,
    until: Until = None,
    per_article: Annotated[
        int, typer.Option("--per-article", min=0, metavar="N", help=say("At most so many passages of one article; 0: no limit."))
    ] = 0,
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
    """Ask many questions: one result a line, in their order. Exit code 0 when all were asked, 1 when some could not be."""
    from index.workers import Workers, usual_processes
    from search.batch.answers import answer_all
    from search.batch.input import count_questions, typed
    from search.batch.processes import Opening, Processes
    from search.batch.questions import Wanted
    from search.batch.record import record_of
    from search.batch.tables import open_questions
    from search.batch.wish import Wish
    from search.options import SearchOptions
    from search.output.formats import batch_format
    from search.searcher import open_search

    form = _form(chosen_format(json=as_json, csv=as_csv, md=as_md, trec=as_trec), output, again or stale)
    streams.for_programs(json=form == "json")
    refuse_unshown(form, context)
    options = SearchOptions(top_k, mode, min_score, of_place and typed(of_place), of_source, per_article, context, since=since, until=until)
    opened = open_questions(file, Wanted(column and typed(column), id_column and typed(id_column)), sheet and typed(sheet))
    terminal = sys.stderr.isatty() and not quiet
    with open_search(index_at, model, device, rerank=rerank, words_only=mode == "lexical") as searcher, progress(quiet) as tell:
        for line in [*opened.notes, *searcher.explain_filters(options.place, of_source, since, until)]:
            note(quiet, line)
        columns, asked = opened.questions.columns(), record_of(searcher, options, rerank) if output else None
        wish = Wish(form, batch_format(form, columns, recorded=output is not None), asked, columns, again, stale)
        beside = usual_processes() if searcher.threads > 1 and not device else 0
        with _destination(output, opened.questions, wish) as answers, Workers(beside) as workers:
            opening = Opening(searcher.index.address, model, mode == "lexical")
            processes = Processes(workers, opening, searcher, options) if beside else None
            total = count_questions(file) if terminal else None
            tally = answer_all(answers, wish, searcher, options, opened.waiting, tell, total, processes)
    for line in tally.lines(opened.questions.skipped, terminal or strict):
        note(False, line)
    if tally.nothing_asked:
        raise BadInput(say("none of the questions could be asked; mend the rows that are named above"))
    raise typer.Exit(1 if tally.failed or (strict and opened.questions.skipped) else 0)


def _form(chosen: str | None, output: Path | None, renewing: bool) -> str:
    """Return the format that was *chosen*, else the one that the name of the *output* tells. Raise BadInput for one that is not written."""
    if output is None and renewing:
        raise BadInput(say("--again and --stale are about a file of answers; name it with -o"))
    suffix = output.suffix.lower() if output else ""
    if suffix in UNWRITTEN:
        raise BadInput(say("answers are not written as {suffix}; name a .jsonl or a .csv, which Excel opens", suffix=suffix))
    return chosen or {".csv": "csv", ".md": "md"}.get(suffix, "json")


@contextmanager
def _destination(output: Path | None, questions: Questions, wish: Wish) -> Iterator[AnswerFile]:
    """Yield the file of answers, or stdout as one in which nothing is answered yet."""
    from search.batch.resume import AnswerFile, answer_file

    if output:
        with answer_file(output, questions, wish) as opened:
            yield opened
        return
    print_lines([wish.format.header] if wish.format.header else [])
    yield AnswerFile(lambda lines, _: print_lines(lines, flush=True), questions, [])
