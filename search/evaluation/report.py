"""A run and judged questions to figures: by type, of `found`, and against another run.

questions, run ──▶ one value a question and measure ──▶ means with intervals ──▶ Report
the other run  ──▶ the same                         ──▶ differences, paired by question
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from search.evaluation.judgements import NONE, Names, Question, earned
from search.evaluation.metrics import Figure, Gain, figures, gains, measures
from search.evaluation.runs import Answer, Run

SCHEMA = "qianli.eval.v1"
ALL, TOLD_FOUND, TOLD_NONE = "all", "told found", "none"
FOUND, RIGHT, SAID = "found", "right", "told none"  # what is measured of `found`: see Report


class Row(NamedTuple):
    """Figures of some questions: of *all* that have an answer, of one type of them, of those told found, of those with no answer."""

    name: str
    questions: int
    figures: dict[str, Figure]
    gains: dict[str, Gain]


class Report(NamedTuple):
    """*rows*: all, then each type. *told*: of the questions told found, how many have a relevant passage among the hits above the
    threshold (precision), and of those that nothing answers, how many are told so; the recall of `found` is in the rows."""

    k: int
    rows: list[Row]
    told: list[Row]


class Valued(NamedTuple):
    """One question with its values by measure."""

    question: Question
    values: dict[str, float]
    found: bool | None


def report(questions: Sequence[Question], run: Run, names: Names, k: int, threshold: float, against: Run | None = None) -> Report:
    """Judge the first *k* passages of every question; hits from *threshold* on count as told."""
    ours = [_valued(question, run[question.id], names, k, threshold) for question in questions]
    theirs = [_valued(question, against[question.id], names, k, threshold) for question in questions] if against else None
    answerable = [at for at, question in enumerate(questions) if question.kind != NONE]
    kinds = dict.fromkeys(questions[at].kind for at in answerable)
    groups = {ALL: answerable, **{kind: [at for at in answerable if questions[at].kind == kind] for kind in kinds if kind}}
    told = {
        TOLD_FOUND: [at for at, each in enumerate(ours) if each.found],
        TOLD_NONE: [at for at, q in enumerate(questions) if q.kind == NONE],
    }
    knows = all(each.found is not None for each in ours)
    ranked = [*measures(k), *([FOUND] if knows else [])]
    return Report(
        k,
        [_row(name, chosen, ranked, ours, theirs) for name, chosen in groups.items() if chosen],
        [_row(name, told[name], [what], ours, None) for name, what in ((TOLD_FOUND, RIGHT), (TOLD_NONE, SAID)) if knows and told[name]],
    )


def report_fields(given: Report, facts: dict[str, Any]) -> dict[str, Any]:
    """Return a report as the fields of the JSON schema qianli.eval.v1; *facts* say what was judged."""
    types = {row.name: {"n": row.questions, **_rounded(row.figures)} for row in given.rows}
    told = {row.name: {"n": row.questions, **_rounded(row.figures)[what]} for row in given.told for what in row.figures}
    recall = {row.name: _rounded(row.figures).get(FOUND) for row in given.rows}.get(ALL)
    found = {"precision": told.get(TOLD_FOUND), "recall": recall, "told_none": told.get(TOLD_NONE)}
    against = {row.name: {"n": row.questions, **_rounded(row.gains)} for row in given.rows if row.gains}
    compared = {"run": facts["against"], "types": against} if against else None
    return {"schema": SCHEMA, **facts, "k": given.k, "types": types, "found": found, "against": compared}


def _valued(question: Question, answer: Answer, names: Names, k: int, threshold: float) -> Valued:
    hits = names.once(answer.hits)[:k]
    got = earned(question, hits, names)
    told = [relevant for hit, relevant in zip(hits, got.relevant, strict=True) if hit.score >= threshold]
    values = {name: measure(got) for name, measure in measures(k).items()}
    values |= {FOUND: float(bool(answer.found)), RIGHT: float(any(told)), SAID: float(not answer.found)}
    return Valued(question, values, answer.found)


def _row(name: str, chosen: list[int], what: Sequence[str], ours: list[Valued], theirs: list[Valued] | None) -> Row:
    rows = [[ours[at].values[measure] for measure in what] for at in chosen]
    compared: dict[str, Gain] = {}
    if theirs:
        over = [[theirs[at].values[measure] for measure in what] for at in chosen]
        told = all(theirs[at].found is not None for at in chosen)
        compared = {measure: each for measure, each in zip(what, gains(rows, over), strict=True) if told or measure != FOUND}
    return Row(name, len(chosen), dict(zip(what, figures(rows), strict=True)), compared)


def _rounded(figures: dict[str, Any]) -> dict[str, dict[str, float]]:
    return {name: {part: round(value, 4) for part, value in each._asdict().items()} for name, each in figures.items()}
