"""Files of judged questions to questions, and what a ranking earns by their judgements.

    {"id", "type", "query", "relevant": [{"file", "anchor", "grade", "unit"}]}      judged by strings that stand in the passages
    {"_id", "text"} + qrels: query-id corpus-id score | qid 0 docid rel             judged by names (BEIR, TREC)

An anchor is a verbatim string of the passage; anchors of one paragraph share a unit, which counts once, at the first passage that holds it.
A name is a citation's id (or its beginning), a source, or a source without folder or ending.
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
from search.evaluation.metrics import Earned

NONE = "none"  # type of the questions that nothing answers
ANSWER = 3  # grade of an anchor that answers the question; 2 helps directly, 1 is a related precedent
NAME_LENGTH = 6  # characters of a citation's id that name it, at least
FORMS = '{"id": …, "query": …, "relevant": [{"file": …, "anchor": …, "grade": 3}]}'


class Found(NamedTuple):
    """A passage of a ranking. *text* is None where only its name is known (a TREC run); *scores* by the legs."""

    id: str
    source: str
    text: str | None
    score: float
    scores: dict[str, float | None]


class Anchor(NamedTuple):
    file: str
    text: str  # without white space, NFKC
    grade: int
    unit: str


class Question(NamedTuple):
    """A judged question: by *anchors* or, where there are none, by *names* with their grades."""

    id: str
    text: str
    kind: str
    anchors: tuple[Anchor, ...] = ()
    names: dict[str, int] = {}  # noqa: RUF012  # never changed


def read_questions(file: Path, qrels: Path | None) -> tuple[list[Question], int]:
    """Return the questions of *file* that can be judged, and how many were left out because nothing relevant is known for them."""
    names = _grades(qrels) if qrels else None
    every: dict[str, Question] = {}
    for number, line in lines_in(file):
        where = f"{file} line {number}"
        question = _question(_object(line, where), number, where, names)
        if question.id in every:
            raise BadInput(f"{where}: a question {question.id} came before; give each its own id")
        every[question.id] = question
    judged = [question for question in every.values() if question.kind == NONE or any(_ideal(question))]
    if not judged:
        raise BadInput(f"{file} has no judged question{f' that {qrels} knows' if qrels else ''}; compare the ids of both files")
    return judged, len(every) - len(judged)


def earned(question: Question, hits: Sequence[Found], names: Names) -> Earned:
    """Judge a ranking by the question's anchors, or by its names."""
    judge = _by_anchors(question) if question.anchors else [(grade, name, grade > 0) for name, grade in question.names.items()]
    best: dict[str, int] = defaultdict(int)
    for grade, unit, _ in judge:
        best[unit] = max(best[unit], grade)
    seen: set[str] = set()
    result = Earned([], [], [], [], list(best.values()))
    for hit in hits:
        held = _held(question, hit, names)
        fresh = {unit for unit, _ in held} - seen
        seen |= fresh
        result.grades.append(max((best[unit] for unit in fresh), default=0))
        result.new.append(sum(best[unit] > 0 for unit in fresh))
        result.relevant.append(any(best[unit] > 0 for unit, _ in held))
        result.answers.append(any(answers for _, answers in held))
    return result


class Names:
    """Passages by the names that judgements give them. Where judgements name sources, a source counts once: at its best passage."""

    def __init__(self, judged: Collection[str], sources: Collection[str]) -> None:
        self._judged = set(judged)
        self._of = {source: named for source in sources if (named := self._source(source))}

    @property
    def of_sources(self) -> bool:
        return bool(self._of)

    def name(self, hit: Found) -> str:
        if self._of:
            return self._of.get(hit.source, hit.source)
        beginnings = (hit.id[:length] for length in range(len(hit.id), NAME_LENGTH - 1, -1))
        return next((name for name in beginnings if name in self._judged), hit.id)

    def once(self, hits: Sequence[Found]) -> list[Found]:
        """Leave out of a ranking what bears a name that came before."""
        first: dict[str, Found] = {}
        for hit in hits:
            first.setdefault(self.name(hit), hit)
        return list(first.values()) if self._of else list(hits)

    def _source(self, source: str) -> str | None:
        path = PurePosixPath(source.replace("\\", "/"))
        return next((name for name in (source, str(path.with_suffix("")), path.name, path.stem) if name in self._judged), None)


def bare(text: str) -> str:
    """Return *text* as anchors are compared: NFKC, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _by_anchors(question: Question) -> list[tuple[int, str, bool]]:
    return [(anchor.grade, anchor.unit, anchor.grade == ANSWER) for anchor in question.anchors]


def _held(question: Question, hit: Found, names: Names) -> list[tuple[str, bool]]:
    """Return the judged units that *hit* holds, and whether it answers the question by them."""
    if not question.anchors:
        name = names.name(hit)
        return [(name, question.names[name] > 0)] if name in question.names else []
    if hit.text is None:
        raise BadInput("the questions are judged by strings in the passages, and this run has none; give JSON lines, as batch writes them")
    text, file = bare(hit.text), PurePosixPath(hit.source).name
    return [(each.unit, each.grade == ANSWER) for each in question.anchors if each.file == file and each.text in text]


def _ideal(question: Question) -> list[int]:
    return [anchor.grade for anchor in question.anchors] or list(question.names.values())


def _question(fields: dict[str, Any], number: int, where: str, names: dict[str, dict[str, int]] | None) -> Question:
    id_ = str(fields.get("id", fields.get("_id", number)))
    text = fields.get("query", fields.get("text"))
    if not isinstance(text, str):
        raise BadInput(f'{where} has no text in "query"; write it as {FORMS}')
    kind = str(fields.get("type") or "")
    if names is not None:
        return Question(id_, text, kind, (), names.get(id_, {}))
    relevant = fields.get("relevant")
    if kind == NONE or relevant == []:
        return Question(id_, text, NONE)
    if not isinstance(relevant, list):
        raise BadInput(f'{where} has no judgements in "relevant"; write them as {FORMS}, or name them with --qrels FILE')
    return Question(id_, text, kind, tuple(_anchor(each, where) for each in relevant))


def _anchor(fields: Any, where: str) -> Anchor:
    given = fields if isinstance(fields, dict) else {}
    file, anchor, grade = (given.get(key) for key in ("file", "anchor", "grade"))
    if not (isinstance(file, str) and isinstance(anchor, str) and bare(anchor)) or type(grade) is not int or grade < 0:
        raise BadInput(f"{where}: {json.dumps(fields, ensure_ascii=False)[:60]} is no judgement; write it as {FORMS}")
    return Anchor(file, bare(anchor), grade, str(given.get("unit") or anchor))


def _grades(qrels: Path) -> dict[str, dict[str, int]]:
    """Return question -> name -> grade; what was judged below 0 (spam, in some tracks) is not relevant."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for at, (number, line) in enumerate(lines_in(qrels)):
        fields = line.split("\t") if "\t" in line else line.split()
        if at == 0 and not re.fullmatch(r"-?\d+", fields[-1].strip()):
            continue  # a header
        if len(fields) not in (3, 4) or not re.fullmatch(r"-?\d+", fields[-1].strip()):
            shapes = "query-id, corpus-id, score (BEIR) or qid, 0, docid, rel (TREC)"
            raise BadInput(f"{qrels} line {number} is no judgement: {line.strip()[:60]!r}; it must hold {shapes}")
        question, *_, name, grade = (field.strip() for field in fields)
        grades[question][name] = max(int(grade), grades[question].get(name, 0))
    return grades


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{where} is no JSON: {error}; write one question a line: {FORMS}") from None
    if not isinstance(fields, dict):
        raise BadInput(f"{where} is no JSON object; write one question a line: {FORMS}")
    return fields


def lines_in(file: Path) -> Iterator[tuple[int, str]]:
    """Give the lines of a file (.gz too) that are not blank, with their numbers."""
    try:
        with gzip.open(file, "rt", encoding="utf-8-sig") if file.suffix == ".gz" else file.open(encoding="utf-8-sig") as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read: {reason(error)}; name a file of text in UTF-8, or one in .gz") from None
