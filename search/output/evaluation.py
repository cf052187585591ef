"""Reports on rankings as text for people, JSON and CSV; runs as TREC."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from index.messages import say
from search.evaluation.metrics import Figure, PairedDifference
from search.evaluation.report import ALL, REPORTED_FOUND, Report, ReportRow, report_fields
from search.evaluation.runs import Run
from search.output.json_lines import json_line
from search.output.tables import BOM, csv_line, trec_line

COLUMNS = ("questions of", "n", "measure", "mean", "low", "high", "difference", "difference low", "difference high", "p")
DIFFERENCE_COLUMNS = 4  # at the end of COLUMNS; empty where there is no other run


def report_text_lines(report: Report, facts: dict[str, Any]) -> Iterator[str]:
    """Yield a table of means by type, the intervals of all questions, and the differences to the other run."""
    first = report.rows[0] if report.rows else None
    if first:
        yield from _table([["", "n", *first.figures], *map(_means, report.rows)])
        yield ""
        yield say("all, with 95 % intervals of a bootstrap over questions")
        yield from _table([[f"  {name}", f"{figure:.3f}"] for name, figure in first.figures.items()])
    for row in report.reported:
        for figure in row.figures.values():
            yield _share_line(row, figure)
    if first and first.differences:
        yield ""
        yield say("against {run}, paired by question", run=facts["against"])
        yield from _table([[f"  {name}", _difference(difference)] for name, difference in first.differences.items()])


def report_json_lines(report: Report, facts: dict[str, Any]) -> Iterator[str]:
    """Yield a report as one line of the JSON schema qianli.eval.v1."""
    yield json_line(report_fields(report, facts))


def report_csv_lines(report: Report, facts: dict[str, Any]) -> Iterator[str]:
    """Yield a row for each group of questions and metric, below COLUMNS."""
    yield BOM + csv_line(COLUMNS)
    for row in (*report.rows, *report.reported):
        for name, figure in row.figures.items():
            difference = row.differences[name][:DIFFERENCE_COLUMNS] if name in row.differences else ()
            empty = [""] * (DIFFERENCE_COLUMNS - len(difference))
            yield csv_line([row.name, row.questions, name, *(f"{value:.4f}" for value in (*figure, *difference)), *empty])


REPORTS: dict[str, Callable[[Report, dict[str, Any]], Iterator[str]]] = {
    "text": report_text_lines,
    "json": report_json_lines,
    "csv": report_csv_lines,
}


def run_trec_lines(run: Run) -> Iterator[str]:
    """Yield a run as the lines of a TREC run."""
    for id_, answer in run.items():
        for rank, passage in enumerate(answer.passages, 1):
            yield trec_line(id_, passage.id, rank)


def _means(row: ReportRow) -> list[str]:
    return [say("all") if row.name == ALL else row.name, str(row.questions), *(f"{figure.mean:.3f}" for figure in row.figures.values())]


def _share_line(row: ReportRow, share: Figure) -> str:
    """Return what `found` is worth in one group of questions: its name tells what *share* is the share of."""
    values = {"count": row.questions, "share": f"{share:.3f}"}
    if row.name == REPORTED_FOUND:
        return say("found: of {count} told found, this share has a relevant passage among the hits: {share}", **values)
    return say("found: of {count} that nothing answers, this share is told so: {share}", **values)


def _difference(difference: PairedDifference) -> str:
    return f"{difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]  p {difference.p:.3f}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield *rows* with their cells padded to columns; a Chinese character takes two columns."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
