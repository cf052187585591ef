"""Runs: what a search answered to each question. Read from a file of results or a TREC run, or asked of an index now.

RESULTS.jsonl ─┐
run.trec ──────┼──▶ {id of the question: Answer}
an index ──────┘
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import BadInput
from search.evaluation.judgements import JudgedQuestion, RankedPassage, lines_in
from search.options import SearchOptions
from search.results import Hit, Result
from search.searcher import Searcher

QUESTIONS_AT_ONCE = 64  # more at once are no faster and only take memory


class Answer(NamedTuple):
    """A ranking, and whether a precedent was reported as found (None for a TREC run, which does not report it)."""

    found: bool | None
    passages: list[RankedPassage]


Run = Mapping[str, Answer]


def read_run(file: Path, questions: Sequence[JudgedQuestion]) -> Run:
    """Return the answers to *questions* in *file*.

    A file of results must answer every question; in a TREC run a question without a line has an empty answer.
    """
    lines = lines_in(file)
    first = next(lines, None)
    if first is None:
        raise BadInput("{file} is empty; make it with: qianli batch QUERIES -k 10 --min-score 0 -o {file}", file=file)
    is_json = first[1].lstrip().startswith("{")
    run = _read_json_lines(file, first, lines) if is_json else _read_trec_run(file, first, lines)
    missing = [question.id for question in questions if question.id not in run]
    if is_json and missing:
        raise BadInput(
            "{count} questions have no answer in {file}, the first is {missing}; ask them all, or judge fewer",
            count=len(missing),
            file=file,
            missing=missing[0],
        )
    if len(missing) == len(questions):
        raise BadInput("{file} answers none of the judged questions; compare the ids of both files", file=file)
    return {**run, **{id_: Answer(None, []) for id_ in missing}}


def ask_questions(
    questions: Sequence[JudgedQuestion], searcher: Searcher, options: SearchOptions, tell: Callable[[str], None]
) -> dict[str, Result]:
    """Ask every question and return the results by the questions' ids; *tell* is called with each question.

    A question that cannot be asked (no word in it) has an empty result. Raise BadInput where no question can be asked.
    """
    results: dict[str, Result] = {}
    refusal: BadInput | None = None
    for first in range(0, len(questions), QUESTIONS_AT_ONCE):
        chunk = questions[first : first + QUESTIONS_AT_ONCE]
        answers = searcher.search_many([question.text for question in chunk], options=options)
        for question, result in zip(chunk, answers, strict=True):
            tell(question.text[:40])
            if isinstance(result, BadInput):
                refusal, result = result, Result(question.text, False, [], [])
            results[question.id] = result
    if refusal and not any(result.hits for result in results.values()):
        raise refusal
    return results


def run_of(results: Mapping[str, Result]) -> Run:
    """Return results of a search as a run."""
    return {id_: Answer(result.found, [_ranked_passage(hit) for hit in result.hits]) for id_, result in results.items()}


def _ranked_passage(hit: Hit) -> RankedPassage:
    citation = hit.passage.citation
    return RankedPassage(citation.id, citation.source, hit.passage.text, hit.score, hit.scores)


def _read_json_lines(file: Path, first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> dict[str, Answer]:
    run: dict[str, Answer] = {}
    for number, line in (first, *rest):
        try:
            fields = json.loads(line)
            id_ = str(fields["id"])
            passages = [] if "error" in fields else [_passage_of_fields(hit) for hit in fields["hits"]]
            run[id_] = Answer("error" not in fields and bool(fields["found"]), passages)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(
                "{file} line {number} is no answer ({error}); it must be as batch writes it: id, found, hits",
                file=file,
                number=number,
                error=repr(error),
            ) from None
    return run


def _passage_of_fields(hit: dict[str, Any]) -> RankedPassage:
    citation = hit["citation"]
    id_, score = str(citation.get("id", "")), float(hit.get("score", 0))
    return RankedPassage(id_, citation["source"], hit["text"], score, hit.get("scores", {}))


def _read_trec_run(file: Path, first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> dict[str, Answer]:
    """Return the answers of a TREC run, ordered by score as other programs do; equal scores stay in the order of the file."""
    rankings: dict[str, list[RankedPassage]] = defaultdict(list)
    for number, line in (first, *rest):
        try:
            id_, _, name, _, score, _ = line.split()
            rankings[id_].append(RankedPassage(name, name, None, float(score), {}))
        except ValueError:
            raise BadInput(
                "{file} line {number} is no line of a TREC run: {given}; it must be: qid Q0 docid rank score tag",
                file=file,
                number=number,
                given=repr(line.strip()[:60]),
            ) from None
    return {id_: Answer(None, sorted(ranking, key=lambda passage: -passage.score)) for id_, ranking in rankings.items()}
