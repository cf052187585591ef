"""Judgements: files of judged questions in, questions out; and a ranking judged by them.

    {"id", "type", "query", "relevant": [{"file", "anchor", "grade", "unit"}]}      judged by strings that occur in the passages
    {"_id", "text"} + qrels: query-id corpus-id score | qid 0 docid rel             judged by names (BEIR, TREC)

An anchor is a verbatim string of a passage. Anchors of one paragraph share a unit, which counts once: at the first passage that holds it.
A name is a citation's id (or its beginning), a source, or a source without its folder or its suffix.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from index.errors import BadInput, reason
from index.messages import say
from search.evaluation.metrics import JudgedRank, JudgedRanking

NONE = "none"  # type of the questions that nothing answers
ANSWER = 3  # grade of an anchor that answers the question; 2 helps directly, 1 is a related precedent
SHORTEST_NAME = 6  # characters of a citation's id that name it, at least
FORMS = '{"id": …, "query": …, "relevant": [{"file": …, "anchor": …, "grade": 3}]}'
INTEGER = re.compile(r"-?\d+")


class RankedPassage(NamedTuple):
    """A passage of a ranking. *text* is None where the run has only its name (TREC); *scores* are those of the legs."""

    id: str
    source: str
    text: str | None
    score: float
    scores: dict[str, float | None]


class Anchor(NamedTuple):
    """A string that a relevant passage holds, normalised by `anchor_text`; *file* is the name of the source, or its end."""

    file: str
    text: str
    grade: int
    unit: str


class JudgedQuestion(NamedTuple):
    """A question with its judgements: by *anchors*, or, where there are none, by *names* with their grades."""

    id: str
    text: str
    kind: str
    anchors: tuple[Anchor, ...] = ()
    names: dict[str, int] = {}  # noqa: RUF012  # never changed


class HeldUnit(NamedTuple):
    """A judged unit that a passage holds, and whether the passage answers the question by it."""

    unit: str
    answers: bool


def read_judged_questions(file: Path, qrels: Path | None) -> tuple[list[JudgedQuestion], int]:
    """Return the questions of *file* that can be judged, and how many were left out because nothing relevant is known for them."""
    grades = _grades(qrels) if qrels else None
    questions: dict[str, JudgedQuestion] = {}
    for number, line in lines_in(file):
        where = say("{file} line {number}", file=file, number=number)
        question = _question(_object(line, where), number, where, grades)
        if question.id in questions:
            raise BadInput("{where}: a question {id} came before; give each its own id", where=where, id=question.id)
        questions[question.id] = question
    judged = [question for question in questions.values() if question.kind == NONE or any(_known_grades(question))]
    if not judged:
        if qrels:
            raise BadInput("{file} has no judged question that {qrels} knows; compare the ids of both files", file=file, qrels=qrels)
        raise BadInput('{file} has no judged question; give each its judgements in "relevant"', file=file)
    return judged, len(questions) - len(judged)


def judge(question: JudgedQuestion, passages: Sequence[RankedPassage], names: PassageNames) -> JudgedRanking:
    """Judge a ranking by the anchors of *question*, or by its names where it has none."""
    grades = _unit_grades(question)
    seen: set[str] = set()
    ranks = []
    for passage in passages:
        held = _held_units(question, passage, names)
        new = {unit for unit, _ in held} - seen
        seen |= new
        ranks.append(
            JudgedRank(
                grade=max((grades[unit] for unit in new), default=0),
                new=sum(grades[unit] > 0 for unit in new),
                relevant=any(grades[unit] > 0 for unit, _ in held),
                answers=any(answers for _, answers in held),
            )
        )
    return JudgedRanking(ranks, list(grades.values()))


class PassageNames:
    """The names that judgements give to passages: ids of citations, or sources.

    Where judgements name sources, a source counts once, at its best passage.
    """

    def __init__(self, judged: Collection[str], sources: Collection[str]) -> None:
        self._judged = set(judged)
        self._by_source = {source: name for source in sources if (name := self._name_of_source(source))}

    @property
    def of_sources(self) -> bool:
        """Whether the judgements name sources and not passages."""
        return bool(self._by_source)

    def name(self, passage: RankedPassage) -> str:
        """Return the name under which *passage* is judged, or would be."""
        if self._by_source:
            return self._by_source.get(passage.source, passage.source)
        beginnings = (passage.id[:length] for length in range(len(passage.id), SHORTEST_NAME - 1, -1))
        return next((name for name in beginnings if name in self._judged), passage.id)

    def without_repeats(self, passages: Sequence[RankedPassage]) -> list[RankedPassage]:
        """Return a ranking without the passages of a source that came before; where passages are judged, the whole ranking."""
        first: dict[str, RankedPassage] = {}
        for passage in passages:
            first.setdefault(self.name(passage), passage)
        return list(first.values()) if self._by_source else list(passages)

    def _name_of_source(self, source: str) -> str | None:
        path = PurePosixPath(source.replace("\\", "/"))
        return next((name for name in (source, str(path.with_suffix("")), path.name, path.stem) if name in self._judged), None)


def ends(source: str) -> list[str]:
    """Return the names that judgements may give a source: all of it, or its end.

    >>> ends("2024/07/一.txt")
    ['2024/07/一.txt', '07/一.txt', '一.txt']
    """
    parts = source.split("/")
    return ["/".join(parts[first:]) for first in range(len(parts))]


def anchor_text(text: str) -> str:
    """Return *text* as anchors are compared: NFKC, without white space.

    >>> anchor_text("Ａ座 电梯")
    'A座电梯'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _unit_grades(question: JudgedQuestion) -> dict[str, int]:
    """Return the best grade of each judged unit; by names, each name is a unit."""
    if not question.anchors:
        return dict(question.names)
    grades: dict[str, int] = defaultdict(int)
    for anchor in question.anchors:
        grades[anchor.unit] = max(grades[anchor.unit], anchor.grade)
    return dict(grades)


def _held_units(question: JudgedQuestion, passage: RankedPassage, names: PassageNames) -> list[HeldUnit]:
    """Return the judged units that *passage* holds, once for each anchor that it holds."""
    if not question.anchors:
        name = names.name(passage)
        return [HeldUnit(name, question.names[name] > 0)] if name in question.names else []
    if passage.text is None:
        raise BadInput("the questions are judged by strings in the passages, and this run has none; give JSON lines, as batch writes them")
    text, files = anchor_text(passage.text), ends(passage.source)
    return [HeldUnit(anchor.unit, anchor.grade == ANSWER) for anchor in question.anchors if anchor.file in files and anchor.text in text]


def _known_grades(question: JudgedQuestion) -> list[int]:
    return [anchor.grade for anchor in question.anchors] or list(question.names.values())


def _question(fields: dict[str, Any], number: int, where: str, grades: dict[str, dict[str, int]] | None) -> JudgedQuestion:
    id_ = str(fields.get("id", fields.get("_id", number)))
    text = fields.get("query", fields.get("text"))
    if not isinstance(text, str):
        raise BadInput('{where} has no text in "query"; write it as {forms}', where=where, forms=FORMS)
    kind = str(fields.get("type") or "")
    if grades is not None:
        return JudgedQuestion(id_, text, kind, (), grades.get(id_, {}))
    relevant = fields.get("relevant")
    if kind == NONE or relevant == []:
        return JudgedQuestion(id_, text, NONE)
    if not isinstance(relevant, list):
        raise BadInput(
            '{where} has no judgements in "relevant"; write them as {forms}, or name them with --qrels FILE', where=where, forms=FORMS
        )
    return JudgedQuestion(id_, text, kind, tuple(_anchor(judgement, where) for judgement in relevant))


def _anchor(judgement: Any, where: str) -> Anchor:
    fields = judgement if isinstance(judgement, dict) else {}
    file, anchor, grade = (fields.get(key) for key in ("file", "anchor", "grade"))
    if not (isinstance(file, str) and isinstance(anchor, str) and anchor_text(anchor)) or type(grade) is not int or grade < 0:
        raise BadInput(
            "{where}: {given} is no judgement; write it as {forms}",
            where=where,
            given=json.dumps(judgement, ensure_ascii=False)[:60],
            forms=FORMS,
        )
    return Anchor(file, anchor_text(anchor), grade, str(fields.get("unit") or anchor))


def _grades(qrels: Path) -> dict[str, dict[str, int]]:
    """Return question -> name -> grade; a grade below 0 (spam, in some TREC tracks) counts as not relevant."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for position, (number, line) in enumerate(lines_in(qrels)):
        fields = line.split("\t") if "\t" in line else line.split()
        graded = INTEGER.fullmatch(fields[-1].strip())
        if position == 0 and not graded:
            continue  # a header
        if len(fields) not in (3, 4) or not graded:
            raise BadInput(
                "{qrels} line {number} is no judgement: {given}; "
                "it must hold query-id, corpus-id, score (BEIR) or qid, 0, docid, rel (TREC)",
                qrels=qrels,
                number=number,
                given=repr(line.strip()[:60]),
            )
        question, *_, name, grade = (field.strip() for field in fields)
        grades[question][name] = max(int(grade), grades[question].get(name, 0))
    return grades


def _why(error: Exception) -> str:
    """Return what is wrong with a line of JSON."""
    if isinstance(error, json.JSONDecodeError):
        return say("something is wrong at character {column}", column=error.colno)
    return say("more brackets in each other than can be read") if isinstance(error, RecursionError) else str(error)


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            "{where} is no JSON: {error}; write one question a line: {forms}", where=where, error=_why(error), forms=FORMS
        ) from None
    if not isinstance(fields, dict):
        raise BadInput("{where} is no JSON object; write one question a line: {forms}", where=where, forms=FORMS)
    return fields


def lines_in(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file (.gz too) that are not blank, with their numbers."""
    try:
        with gzip.open(file, "rt", encoding="utf-8-sig") if file.suffix == ".gz" else file.open(encoding="utf-8-sig") as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadInput(
            "{file} cannot be read: {reason}; name a file of text in UTF-8, or one in .gz", file=file, reason=reason(error)
        ) from None
