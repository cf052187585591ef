"""A run: what a search answered to each question. Read from JSON lines, as `qianli batch` writes them, or from a TREC run; or asked anew.

RESULTS.jsonl ─┐
run.trec ──────┼──▶ {question: Answer}
an index ──────┘
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import BadInput
from search.evaluation.judgements import Found, Question, lines_in
from search.options import SearchOptions
from search.results import Hit, Result
from search.searcher import Searcher

TOGETHER = 64  # questions that are asked at once; more are no faster and only take memory


class Answer(NamedTuple):
    """A ranking, and whether it was told to hold a precedent (None in a TREC run, which tells nothing of the kind)."""

    found: bool | None
    hits: list[Found]


Run = Mapping[str, Answer]


def read_run(file: Path, questions: Sequence[Question]) -> Run:
    """Return the answers to *questions* in *file*. In JSON lines every question must have one; in a TREC run what has none found
    nothing."""
    lines = lines_in(file)
    first = next(lines, None)
    if first is None:
        raise BadInput(f"{file} is empty; make it with: qianli batch QUERIES -k 10 --min-score 0 -o {file}")
    json_lines = first[1].lstrip().startswith("{")
    run = _from_json(file, first, lines) if json_lines else _from_trec(file, first, lines)
    missing = [question.id for question in questions if question.id not in run]
    if json_lines and missing:
        raise BadInput(f"{len(missing)} questions have no answer in {file}, the first is {missing[0]}; ask them all, or judge fewer")
    if len(missing) == len(questions):
        raise BadInput(f"{file} answers none of the judged questions; compare the ids of both files")
    return {**run, **{id_: Answer(None, []) for id_ in missing}}


def asked(questions: Sequence[Question], searcher: Searcher, options: SearchOptions, tell: Callable[[str], None]) -> dict[str, Result]:
    """Ask every question; one that cannot be asked (no word in it) finds nothing. Raises BadInput when none can."""
    results: dict[str, Result] = {}
    refused: BadInput | None = None
    for first in range(0, len(questions), TOGETHER):
        some = questions[first : first + TOGETHER]
        found = searcher.search_many([question.text for question in some], options=options)
        for question, result in zip(some, found, strict=True):
            tell(question.text[:40])
            if isinstance(result, BadInput):
                refused, result = result, Result(question.text, False, [], [])
            results[question.id] = result
    if refused and not any(result.hits for result in results.values()):
        raise refused
    return results


def run_of(results: Mapping[str, Result]) -> Run:
    return {id_: Answer(result.found, [_found(hit) for hit in result.hits]) for id_, result in results.items()}


def _found(hit: Hit) -> Found:
    citation = hit.passage.citation
    return Found(citation.id, citation.source, hit.passage.text, hit.score, hit.scores)


def _from_json(file: Path, first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> dict[str, Answer]:
    run: dict[str, Answer] = {}
    for number, line in (first, *rest):
        try:
            fields = json.loads(line)
            id_ = str(fields["id"])
            hits = [] if "error" in fields else [_hit(hit) for hit in fields["hits"]]
            run[id_] = Answer("error" not in fields and bool(fields["found"]), hits)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(f"{file} line {number} is no answer ({error!r}); it must be as batch writes it: id, found, hits") from None
    return run


def _hit(fields: dict[str, Any]) -> Found:
    citation = fields["citation"]
    return Found(str(citation.get("id", "")), citation["source"], fields["text"], float(fields.get("score", 0)), fields.get("scores", {}))


def _from_trec(file: Path, first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> dict[str, Answer]:
    """Order by score, as every program does that reads such files; equal scores stay in the order of the file."""
    hits: dict[str, list[Found]] = defaultdict(list)
    for number, line in (first, *rest):
        try:
            id_, _, name, _, score, _ = line.split()
            hits[id_].append(Found(name, name, None, float(score), {}))
        except ValueError:
            raise BadInput(
                f"{file} line {number} is no line of a TREC run: {line.strip()[:60]!r}; it must be: qid Q0 docid rank score tag"
            ) from None
    return {id_: Answer(None, sorted(found, key=lambda hit: -hit.score)) for id_, found in hits.items()}
