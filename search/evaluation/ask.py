"""The answers that are judged: asked of an index now, or read from an earlier run; and what is fitted on them.

questions ─┬─ index ───▶ Judged ──▶ evaluate.report
           ├─ a run ──────┘
           └─ index ───▶ fit ──▶ what `--calibrate` prints, calibration.json (--save)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index.engine.protocol import Address
from index.errors import BadInput
from search.cli.console import note, progress
from search.evaluation.fit import FEW, as_it_is, fitted, sampled, validated
from search.evaluation.judgements import NONE, Names, Question
from search.evaluation.runs import Run, asked, read_run, run_of
from search.options import SearchOptions
from search.output.text import as_json
from search.ranking.calibration import SCHEMA, save
from search.ranking.probability import THRESHOLD
from search.searcher import Searcher, open_search

PASSAGES = 5  # asked for each source that is judged: a source counts once, at its best passage


class Opening(NamedTuple):
    """What is asked, and how: see open_search."""

    address: Address | None
    model: str | None
    device: str | None
    rerank: str | None
    mode: str

    def open(self) -> Searcher:
        return open_search(self.address, self.model, self.device, rerank=self.rerank, words_only=self.mode == "lexical")


class Judged(NamedTuple):
    """The answers to the questions, under the names that the judgements use; *lines*: the same as batch prints them, where they were asked
    now."""

    run: Run
    names: Names
    threshold: float
    lines: list[str] | None = None


def ask(opening: Opening, questions: Sequence[Question], k: int, quiet: bool) -> Judged:
    """Ask the index every question for *k* passages, or for as many sources where the judgements name sources."""
    with opening.open() as searcher:
        judged = _asked(searcher, questions, k, opening.mode, quiet)
    _note_strangers(questions, judged, quiet)
    return judged


def read(results: Path, questions: Sequence[Question], quiet: bool) -> Judged:
    """Read the answers of an earlier run; what it tells as found stays, and its probabilities are held against the shipped threshold."""
    run = read_run(results, questions)
    judged = Judged(run, Names(_names(questions), {hit.source for answer in run.values() for hit in answer.hits}), THRESHOLD)
    _note_strangers(questions, judged, quiet)
    return judged


def calibrated(opening: Opening, questions: Sequence[Question], k: int, error: float, keep: bool, quiet: bool) -> dict[str, Any]:
    """Fit a line on the first *k* passages of every question; *keep* it in the index. Returns it with how good it is, and how good what
    it replaces is, as the fields of qianli.calibration.v1."""
    if opening.mode == "lexical":
        raise BadInput("--mode lexical has no cosine to calibrate; leave it out")
    with opening.open() as searcher:
        judged = _asked(searcher, questions, k, opening.mode, quiet)
        sample = sampled(questions, judged.run, judged.names, k)
        right = int(sample.right.sum())
        note(quiet or right >= FEW, f"only {right} right passages: the scores may move by a tenth or more; {FEW} are the least to rely on")
        reranker, model = searcher.reranker, searcher.index.model
        line = fitted(sample, model.fingerprint, reranker.fingerprint if reranker else None, error)
        fields = {
            "schema": SCHEMA, "model": model.name, "reranker": reranker.name if reranker else None, "line": line._asdict(),
            "error": error, "k": k, "questions": len(questions), "passages": len(sample.right), "right": right,
            "cross_validated": validated(sample, error), "before": as_it_is(sample, judged.threshold),
        }  # fmt: skip
        if keep:
            note(quiet, f"kept in {save(searcher.index, line)}; every search of this index with this model uses it from now on")
    return fields


def _asked(searcher: Searcher, questions: Sequence[Question], k: int, mode: str, quiet: bool) -> Judged:
    names = Names(_names(questions), searcher.index.sources())
    with progress(quiet) as tell:
        results = asked(questions, searcher, SearchOptions(k * PASSAGES if names.of_sources else k, mode, min_score=0), tell)
    lines = [line for id_, result in results.items() for line in as_json(result, id_)]
    return Judged(run_of(results), names, searcher.threshold(mode), lines)


def _names(questions: Sequence[Question]) -> set[str]:
    return {name for question in questions for name in question.names}


def _note_strangers(questions: Sequence[Question], judged: Judged, quiet: bool) -> None:
    """Say when nothing that is judged is among the answers: then the judgements are likely of other pages, or by other names."""
    hits = [hit for answer in judged.run.values() for hit in answer.hits]
    files = {anchor.file for question in questions for anchor in question.anchors}
    there = {Path(hit.source).name for hit in hits} & files or {judged.names.name(hit) for hit in hits} & _names(questions)
    if hits and not there and any(question.kind != NONE for question in questions):
        example = next(iter(sorted(files or _names(questions))))
        note(quiet, f"no answer bears a name that is judged, such as {example}: names are ids of citations, sources, or these without .txt")
