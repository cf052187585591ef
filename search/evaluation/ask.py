"""The answers that are judged: asked of an index now, or read from an earlier run; and a calibration that is fitted on them.

questions ─┬─ index ─────▶ JudgedRun ──▶ report.report
           ├─ a run ────────┘   └──▶ fitted ──▶ what `--calibrate` prints, and the index keeps with `--save`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index.messages import say
from search.evaluation.fit import FEW_RIGHT, cross_validated, fit, quality_now, sample_of
from search.evaluation.judgements import NONE, JudgedQuestion, PassageNames, ends
from search.evaluation.runs import Run, ask_questions, read_run, run_of
from search.options import SearchOptions
from search.ranking.calibration import SCHEMA, Calibration
from search.ranking.probability import THRESHOLD
from search.results import Result
from search.searcher import Searcher

PASSAGES_PER_SOURCE = 5  # asked for each source where sources are judged: a source counts once, at its best passage


class JudgedRun(NamedTuple):
    """Answers to judged questions, and the names of their passages in the judgements.

    *threshold* is the lowest score that counts as found; *results* are the search's own, where the questions were asked now.
    """

    run: Run
    names: PassageNames
    threshold: float
    results: Mapping[str, Result] | None = None


class FittedCalibration(NamedTuple):
    """A calibration, and *fields*, which say how good it is and what it replaces (JSON schema qianli.calibration.v1)."""

    line: Calibration
    fields: dict[str, Any]


def ask(searcher: Searcher, questions: Sequence[JudgedQuestion], k: int, mode: str, tell: Callable[[str], None]) -> JudgedRun:
    """Ask every question for *k* passages, or for as many sources where the judgements name sources."""
    names = PassageNames(_judged_names(questions), searcher.index.sources())
    options = SearchOptions(k * PASSAGES_PER_SOURCE if names.of_sources else k, mode, min_score=0)
    results = ask_questions(questions, searcher, options, tell)
    return JudgedRun(run_of(results), names, searcher.threshold(mode), results)


def read_judged_run(results: Path, questions: Sequence[JudgedQuestion]) -> JudgedRun:
    """Read the answers of an earlier run. What it reports as found stays; its scores are compared with the shipped threshold."""
    run = read_run(results, questions)
    sources = {passage.source for answer in run.values() for passage in answer.passages}
    return JudgedRun(run, PassageNames(_judged_names(questions), sources), THRESHOLD)


def stranger_warning(questions: Sequence[JudgedQuestion], judged: JudgedRun) -> str | None:
    """Return a warning where no passage of the answers is judged: the judgements may be of other pages, or use other names."""
    passages = [passage for answer in judged.run.values() for passage in answer.passages]
    files = {anchor.file for question in questions for anchor in question.anchors}
    names = _judged_names(questions)
    known = files.intersection(end for passage in passages for end in ends(passage.source))
    known = known or {judged.names.name(passage) for passage in passages} & names
    if not passages or known or all(question.kind == NONE for question in questions):
        return None
    example = next(iter(sorted(files or names)))
    return say(
        "no answer bears a name that is judged, such as {example}: names are ids of citations, sources, or these without .txt",
        example=example,
    )


def calibrated(
    searcher: Searcher, questions: Sequence[JudgedQuestion], judged: JudgedRun, k: int, error: float, tell: Callable[[str], None]
) -> FittedCalibration:
    """Fit a calibration on the first *k* passages of every question; *tell* is called with a warning where they are few.

    *error*: the share of answerable questions that may be reported as having no precedent.
    """
    sample = sample_of(questions, judged.run, judged.names, k)
    right = int(sample.right.sum())
    if right < FEW_RIGHT:
        tell(
            say(
                "only {right} right passages: the scores may move by a tenth or more; {few} are the least to rely on",
                right=right,
                few=FEW_RIGHT,
            )
        )
    reranker, model = searcher.reranker, searcher.index.model
    line = fit(sample, model.fingerprint, reranker.fingerprint if reranker else None, error)
    fields = {
        "schema": SCHEMA, "model": model.name, "reranker": reranker.name if reranker else None, "line": line._asdict(),
        "error": error, "k": k, "questions": len(questions), "passages": len(sample.right), "right": right,
        "cross_validated": cross_validated(sample, error), "before": quality_now(sample, judged.threshold),
    }  # fmt: skip
    return FittedCalibration(line, fields)


def _judged_names(questions: Sequence[JudgedQuestion]) -> set[str]:
    return {name for question in questions for name in question.names}
