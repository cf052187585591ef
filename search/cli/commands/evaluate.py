"""`qianli eval`: judged questions in, figures of the ranking out; or a calibration that is fitted on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput, reason
from index.messages import counted, listed, say
from search.cli.console import note, print_lines, progress
from search.cli.options import AsCsv, AsJson, AsTrec, Device, IndexAt, Mode, ModelName, Quiet, RerankName, TopK

if TYPE_CHECKING:
    from search.evaluation.ask import JudgedRun
    from search.evaluation.judgements import JudgedQuestion
    from search.searcher import Searcher

Queries = Annotated[Path, typer.Argument(metavar="QUERIES", help=say('JSON lines: id, query, and judgements in "relevant" or in --qrels.'))]
Qrels = Annotated[
    Path | None,
    typer.Option("--qrels", metavar="FILE", help=say("Judgements by name, as BEIR and TREC have them; QUERIES holds the questions.")),
]
Results = Annotated[
    Path | None, typer.Option("--results", metavar="FILE", help=say("Judge this run (what batch wrote, or a TREC run) and ask no index."))
]
Against = Annotated[Path | None, typer.Option("--against", metavar="FILE", help=say("Compare with this run, question by question."))]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help=say("Write the run there: JSON lines, or a TREC run with --trec."))
]
Calibrate = Annotated[
    bool, typer.Option("--calibrate", help=say("Fit the probabilities of this model (or reranker) on the judged questions."))
]
Error = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=1.0,
        metavar="SHARE",
        help=say("With --calibrate: the share of answerable questions that may be told nothing."),
        show_default="0.05",
    ),
]
Save = Annotated[bool, typer.Option("--save", help=say("With --calibrate: keep the line in the index, for every later search."))]
ERROR = 0.05  # share of the answerable questions that a calibration may report as having no precedent


def evaluate(
    queries: Queries,
    qrels: Qrels = None,
    index_at: IndexAt = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    model: ModelName = None,
    device: Device = None,
    rerank: RerankName = None,
    results: Results = None,
    against: Against = None,
    output: Output = None,
    calibrate: Calibrate = False,
    error: Error = None,
    save: Save = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_trec: AsTrec = False,
    quiet: Quiet = False,
) -> None:
    """Measure the ranking on judged questions: nDCG@10, MRR, hits, recall and what is told as found, by type, with 95 % intervals."""
    from search.evaluation.ask import read_judged_run, stranger_warning
    from search.evaluation.judgements import read_judged_questions
    from search.evaluation.report import report
    from search.evaluation.runs import read_run
    from search.output.evaluation import REPORTS, run_trec_lines
    from search.searcher import open_search

    printed = {"--json": as_json, "--csv": as_csv, "--trec": as_trec and not output}
    unwanted = {"--results": results, "--against": against, "-o": output, **printed, "--json": False}
    if calibrate and any(unwanted.values()):
        raise BadInput("--calibrate asks the index and prints JSON; leave out {options}", options=_given(unwanted))
    if (save or error is not None) and not calibrate:
        raise BadInput("--error and --save belong to --calibrate; add it")
    if sum(printed.values()) > 1:
        raise BadInput("only one of {options} can be printed; choose one", options=_given(printed))
    if output and output.exists():
        raise BadInput("{file} exists; remove it, or name another file with -o", file=output)
    if output and results and not as_trec:
        raise BadInput("-o with --results writes a TREC run; add --trec")
    questions, left_out = read_judged_questions(queries, qrels)
    note(
        quiet or not left_out,
        counted(
            left_out,
            "left out {count} question: nothing relevant to it is among the judgements",
            "left out {count} questions: nothing relevant to them is among the judgements",
        ),
    )
    other_run = read_run(against, questions) if against else None
    opened = partial(open_search, index_at, model, device, rerank=rerank, words_only=mode == "lexical")
    if calibrate:
        if mode == "lexical":
            raise BadInput("--mode lexical has no cosine to calibrate; leave it out")
        with opened() as searcher:
            judged = _ask(searcher, questions, top_k, mode, quiet)
            _calibrate(searcher, questions, judged, top_k, ERROR if error is None else error, save, quiet)
        return
    if results:
        judged = read_judged_run(results, questions)
    else:
        with opened() as searcher:
            judged = _ask(searcher, questions, top_k, mode, quiet)
    warning = stranger_warning(questions, judged)
    note(quiet or not warning, str(warning))
    if output:
        _write(output, run_trec_lines(judged.run) if as_trec else _result_lines(judged))
    elif as_trec:
        print_lines(run_trec_lines(judged.run))
        return
    figures = report(questions, judged.run, judged.names, top_k, judged.threshold, other_run)
    facts = {"queries": str(queries), "left_out": left_out, "threshold": judged.threshold, "against": str(against) if against else None}
    print_lines(REPORTS["json" if as_json else "csv" if as_csv else "text"](figures, facts))


def _ask(searcher: Searcher, questions: Sequence[JudgedQuestion], k: int, mode: str, quiet: bool) -> JudgedRun:
    from search.evaluation.ask import ask

    with progress(quiet) as tell:
        return ask(searcher, questions, k, mode, tell)


def _calibrate(
    searcher: Searcher, questions: Sequence[JudgedQuestion], judged: JudgedRun, k: int, error: float, save: bool, quiet: bool
) -> None:
    """Fit a calibration, with *save* keep it in the index, and print it with its quality."""
    from search.evaluation.ask import calibrated
    from search.output.json_lines import json_line
    from search.ranking.calibration import save as save_in

    fitted = calibrated(searcher, questions, judged, k, error, lambda line: note(quiet, line))
    if save:
        kept = save_in(searcher.index, fitted.line)
        note(quiet, say("kept in {file}; every search of this index with this model uses it from now on", file=kept))
    print_lines([json_line(fitted.fields)])


def _given(options: Mapping[str, object]) -> str:
    return listed(name for name, value in options.items() if value)


def _result_lines(judged: JudgedRun) -> list[str]:
    """Return the results as `qianli batch` prints them."""
    from search.output.json_lines import result_lines

    return [line for id_, result in (judged.results or {}).items() for line in result_lines(result, id_)]


def _write(output: Path, lines: Iterable[str]) -> None:
    try:
        output.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    except OSError as error:
        raise BadInput("{file} cannot be written: {reason}; name another file with -o", file=output, reason=reason(error)) from error
