"""A report to text for people, JSON and CSV; a run to TREC."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from search.evaluation.metrics import PairedDifference
from search.evaluation.report import FOUND, TOLD_FOUND, Report, Row, report_fields
from search.evaluation.runs import Run
from search.output.json_lines import json_line

COLUMNS = ("questions of", "n", "measure", "mean", "low", "high", "difference", "difference low", "difference high", "p")
TOLD = {
    TOLD_FOUND: "of {n} told found, this share has a relevant passage among the hits",
    "none": "of {n} that nothing answers, this share is told so",
}


def as_text(report: Report, facts: dict[str, Any]) -> Iterator[str]:
    """Give a table of means by type, then what holds for all questions with its interval, then differences."""
    first = report.rows[0] if report.rows else None
    if first:
        head = ["", "n", *first.figures]
        yield from _table(
            [head, *([row.name, str(row.questions), *(f"{each.mean:.3f}" for each in row.figures.values())] for row in report.rows)]
        )
        yield ""
        yield "all, with 95 % intervals of a bootstrap over questions"
        yield from _table([[f"  {name}", f"{each:.3f}"] for name, each in first.figures.items()])
    for row in report.told:
        for figure in row.figures.values():
            yield f"{FOUND}: {TOLD[row.name].format(n=row.questions)}: {figure:.3f}"
    if first and first.differences:
        yield ""
        yield f"against {facts['against']}, paired by question"
        yield from _table([[f"  {name}", _difference(each)] for name, each in first.differences.items()])


def as_json(report: Report, facts: dict[str, Any]) -> Iterator[str]:
    yield json_line(report_fields(report, facts))


def as_csv(report: Report, facts: dict[str, Any]) -> Iterator[str]:
    yield "\ufeff" + _csv_line(COLUMNS)
    for row in (*report.rows, *report.told):
        for name, figure in row.figures.items():
            compared = _compared(row, name)
            yield _csv_line(
                [row.name, row.questions, name, *(f"{value:.4f}" for value in (*figure, *compared)), *[""] * (4 - len(compared))]
            )


REPORTS: dict[str, Callable[[Report, dict[str, Any]], Iterator[str]]] = {"text": as_text, "json": as_json, "csv": as_csv}


def trec_lines(run: Run) -> Iterator[str]:
    """Give a TREC run. Other programs order by the score alone, so it falls with the rank: probabilities need not."""
    for id_, answer in run.items():
        for rank, hit in enumerate(answer.passages, 1):
            yield f"{id_} Q0 {hit.id} {rank} {1 / rank:.6f} qianli"


def _difference(difference: PairedDifference) -> str:
    return f"{difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]  p {difference.p:.3f}"


def _compared(row: Row, name: str) -> Sequence[float]:
    return row.differences[name][:4] if name in row.differences else ()


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Pad cells to columns; a Chinese character takes two."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _csv_line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
