"""The report on a run: judged questions and their answers in, figures out: by type, of `found`, and compared with another run.

questions, run ──▶ a value for each question and metric ──▶ means with intervals ──▶ Report
another run    ──▶ the same                             ──▶ differences, paired by question
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from search.evaluation.judgements import NONE, JudgedQuestion, PassageNames, judge
from search.evaluation.metrics import Figure, PairedDifference, figures, metrics, paired_differences
from search.evaluation.runs import Answer, Run

SCHEMA = "qianli.eval.v1"
# Names of rows: all questions that have an answer, those reported as found, those that nothing answers.
ALL = "all"
REPORTED_FOUND = "told found"
UNANSWERABLE = "none"
# Metrics of `found`, 0 or 1 for each question: is it reported as found, is a hit above the threshold relevant, is no precedent reported?
FOUND = "found"
RIGHT = "right"
REPORTED_NONE = "told none"


class ReportRow(NamedTuple):
    """The figures of a group of questions, and its differences to the other run."""

    name: str
    questions: int
    figures: dict[str, Figure]
    differences: dict[str, PairedDifference]


class Report(NamedTuple):
    """The figures of a run. *rows*: all questions that have an answer, then each type of them.

    *reported*: how right `found` is. Of the questions reported as found, how many have a relevant passage among the hits above the
    threshold (precision); of the questions that nothing answers, how many are reported so. The recall of `found` is in *rows*.
    """

    k: int
    rows: list[ReportRow]
    reported: list[ReportRow]


class JudgedAnswer(NamedTuple):
    """The values of one question by metric, and whether it was reported as found; *other*: the same of the other run."""

    question: JudgedQuestion
    values: dict[str, float]
    found: bool | None
    other: JudgedAnswer | None = None


def report(
    questions: Sequence[JudgedQuestion], run: Run, names: PassageNames, k: int, threshold: float, against: Run | None = None
) -> Report:
    """Judge the first *k* passages of every question; hits with a score of at least *threshold* count as reported."""
    answers = []
    for question in questions:
        other = _judged(question, against[question.id], names, k, threshold) if against else None
        answers.append(_judged(question, run[question.id], names, k, threshold)._replace(other=other))
    reports_found = all(answer.found is not None for answer in answers)
    measured = [*metrics(k), *([FOUND] if reports_found else [])]
    rows = [_row(name, group, measured) for name, group in _by_type(answers).items() if group]
    return Report(k, rows, _rows_of_found(answers) if reports_found else [])


def report_fields(report: Report, facts: dict[str, Any]) -> dict[str, Any]:
    """Return a report as the fields of the JSON schema qianli.eval.v1; *facts* say what was judged."""
    types = {row.name: {"n": row.questions, **_rounded(row.figures)} for row in report.rows}
    reported = {row.name: {"n": row.questions, **_rounded(row.figures)[metric]} for row in report.reported for metric in row.figures}
    recall = {row.name: _rounded(row.figures).get(FOUND) for row in report.rows}.get(ALL)
    found = {"precision": reported.get(REPORTED_FOUND), "recall": recall, "told_none": reported.get(UNANSWERABLE)}
    against = {row.name: {"n": row.questions, **_rounded(row.differences)} for row in report.rows if row.differences}
    compared = {"run": facts["against"], "types": against} if against else None
    return {"schema": SCHEMA, **facts, "k": report.k, "types": types, "found": found, "against": compared}


def _judged(question: JudgedQuestion, answer: Answer, names: PassageNames, k: int, threshold: float) -> JudgedAnswer:
    passages = names.without_repeats(answer.passages)[:k]
    ranking = judge(question, passages, names)
    right = any(rank.relevant for passage, rank in zip(passages, ranking.ranks, strict=True) if passage.score >= threshold)
    values = {name: metric(ranking) for name, metric in metrics(k).items()}
    values |= {FOUND: float(bool(answer.found)), RIGHT: float(right), REPORTED_NONE: float(not answer.found)}
    return JudgedAnswer(question, values, answer.found)


def _by_type(answers: Sequence[JudgedAnswer]) -> dict[str, list[JudgedAnswer]]:
    """Return the questions that have an answer: all of them, then those of each type."""
    answerable = [answer for answer in answers if answer.question.kind != NONE]
    kinds = dict.fromkeys(answer.question.kind for answer in answerable)
    return {ALL: answerable, **{kind: [answer for answer in answerable if answer.question.kind == kind] for kind in kinds if kind}}


def _rows_of_found(answers: Sequence[JudgedAnswer]) -> list[ReportRow]:
    found = [answer for answer in answers if answer.found]
    unanswerable = [answer for answer in answers if answer.question.kind == NONE]
    groups = ((REPORTED_FOUND, found, RIGHT), (UNANSWERABLE, unanswerable, REPORTED_NONE))
    return [_row(name, [answer._replace(other=None) for answer in group], [metric]) for name, group, metric in groups if group]


def _row(name: str, answers: Sequence[JudgedAnswer], measured: Sequence[str]) -> ReportRow:
    values = [[answer.values[metric] for metric in measured] for answer in answers]
    return ReportRow(name, len(answers), dict(zip(measured, figures(values), strict=True)), _differences(answers, measured, values))


def _differences(
    answers: Sequence[JudgedAnswer], measured: Sequence[str], values: Sequence[Sequence[float]]
) -> dict[str, PairedDifference]:
    """Return the differences to the other run, if there is one; of `found` only where that run reports it."""
    others = [answer.other for answer in answers if answer.other]
    if not others:
        return {}
    baseline = [[other.values[metric] for metric in measured] for other in others]
    differences = zip(measured, paired_differences(values, baseline), strict=True)
    reports_found = all(other.found is not None for other in others)
    return {metric: difference for metric, difference in differences if reports_found or metric != FOUND}


def _rounded(figures: dict[str, Any]) -> dict[str, dict[str, float]]:
    return {name: {part: round(value, 4) for part, value in figure._asdict().items()} for name, figure in figures.items()}
