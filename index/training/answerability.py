"""Measure whether a cross-encoder separates questions that have an answer from questions that have none.

    held-out questions ──encoder──▶ 16 candidates each ──cross-encoder──▶ ReadCandidates ──separation──▶ AUC, rejected share, nDCG@10

A question without an answer is the same question after its answer has been removed from the candidates. A second measure takes written
pairs of a question and a passage that answers it, and of a question and a passage that leaves it open.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.training.contextual import ASKED, SAID
from index.training.data import HELD_OUT_ANSWERED, HELD_OUT_UNANSWERED, Leak, rows, single_questions
from index.training.held_out import questions_by_kind, searched_passages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.training.cross_encoder_model import CrossEncoder
    from index.training.student import Student

    Floats = NDArray[np.float32]

READ = 15  # candidates that the cross-encoder reads for each question; one more takes the place of a removed answer
BATCH = 512  # pairs that the cross-encoder reads at once
TOP = 10  # of nDCG
FOUND = (95, 90)  # percent of the answerable questions that a threshold must let pass
SCORE_WEIGHTS = (0.5, 1.0, 2.0)  # weights of the score beside a cosine of weight 1; both have variance 1

POOL = {  # texts of the field -> passages that are drawn of each
    "shenlun_materials": 1500,
    "shenlun2_materials": 1500,
    "gov_docs_shenlun": 1500,
    "city_policy_docs": 500,
    "xwlb_news": 500,
    "petition_messages": 500,
}


class ReadCandidates(NamedTuple):
    """*cosines* and *scores* of the candidates, (questions, READ + 1), by descending cosine; *answers*: their positions, or -1."""

    cosines: Floats
    scores: Floats
    answers: NDArray[np.int64]


def report(student: Student, model: CrossEncoder, corpora: Path, leak: Leak) -> dict[str, float]:
    """Return all measures by name; passages of the pool that *leak* catches are no candidates."""
    return separation(read_candidates(student, model, corpora, leak)) | separation_of_pairs(student, model, corpora)


def read_candidates(student: Student, model: CrossEncoder, corpora: Path, leak: Leak) -> ReadCandidates:
    """Let *model* read the candidates that *student* retrieves for each held-out question."""
    import numpy as np

    questions = list(questions_by_kind(corpora))
    more = (text for text in pool(corpora) if not leak.caught(text))
    passages = list(dict.fromkeys([*searched_passages(corpora), *more]))
    numbers = {text: number for number, text in enumerate(passages)}
    texts = [question.text for question in questions]
    cosines = student.encode(texts, ASKED) @ student.encode(passages).T
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, : READ + 1]
    pairs = [(text, passages[number]) for text, row in zip(texts, nearest.tolist(), strict=True) for number in row]
    hits = nearest == np.asarray([numbers[question.passage] for question in questions])[:, None]
    scores = _scores(student, model, pairs).reshape(nearest.shape)
    return ReadCandidates(np.take_along_axis(cosines, nearest, 1), scores, np.where(hits.any(axis=1), hits.argmax(axis=1), -1))


def pool(corpora: Path) -> Iterator[str]:
    """Yield passages of the field, drawn from the texts in POOL, that make the search harder."""
    for name, many in POOL.items():
        texts = [row["text"].strip().replace("\n", " ") for row in rows(corpora / "text" / f"{name}.jsonl.gz")]
        texts = [text for text in texts if 40 < len(text) < 600]
        yield from random.Random(name).sample(texts, min(len(texts), many))


def _scores(student: Student, model: CrossEncoder, pairs: list[tuple[str, str]]) -> Floats:
    """Return (len(pairs),), float32: the score of each question and passage."""
    import torch

    from index.training.cross_encoder_model import scores

    asked, said = ({text: ids[1:-1] for text, ids in zip(side, student.ids(side, most), strict=True)} for side, most in _sides(pairs))
    ids = [(asked[question], said[passage]) for question, passage in pairs]
    with torch.no_grad():
        parts = [scores(model, student.entrance, ids[first : first + BATCH]) for first in range(0, len(ids), BATCH)]
    found: Floats = torch.cat(parts).numpy()
    return found


def _sides(pairs: list[tuple[str, str]]) -> tuple[tuple[list[str], int], tuple[list[str], int]]:
    """Return the questions and the passages, each once, with the tokens that are read of each."""
    return (list(dict.fromkeys(a for a, _ in pairs)), ASKED), (list(dict.fromkeys(b for _, b in pairs)), SAID + 2)


def separation(read: ReadCandidates) -> dict[str, float]:
    """Return AUC, the share of unanswerable questions that are rejected, and nDCG@10: by cosine, by score and by weighted sums."""
    import numpy as np

    cosine, score = ((values - values.mean()) / values.std() for values in (read.cosines, read.scores))
    sums = {f"cosine + {weight} score": cosine + weight * score for weight in SCORE_WEIGHTS}
    answered = np.flatnonzero(read.answers >= 0)
    wrong = np.ones_like(read.cosines, bool)
    wrong[answered, read.answers[answered]] = False
    measures: dict[str, float] = {}
    for name, values in {"cosine": cosine, "score": score, **sums}.items():
        with_answer = values[:, :READ].max(axis=1)
        without = np.where(wrong, values, -np.inf).max(axis=1)
        measures[f"AUC {name}"] = auc(with_answer, without)
        for share in FOUND:
            measures[f"rejected at {share} % found, {name}"] = float((without < np.quantile(with_answer, 1 - share / 100)).mean())
        right = values[np.arange(len(values)), read.answers][:, None]
        rank = 1 + (values[:, :READ] > right).sum(axis=1)
        ranked = (read.answers >= 0) & (read.answers < READ) & (rank <= TOP)
        measures[f"nDCG@10 by {name}"] = float(np.where(ranked, 1 / np.log2(rank + 1), 0).mean())
    return measures


def separation_of_pairs(student: Student, model: CrossEncoder, corpora: Path) -> dict[str, float]:
    """Return the AUC of held-out pairs in which the passage answers the question, against pairs in which it leaves the question open."""
    values: dict[str, list[Floats]] = {"cosine": [], "score": []}
    for names in (HELD_OUT_ANSWERED, HELD_OUT_UNANSWERED):
        pairs = [(pair.a, pair.b) for pair in single_questions(corpora, names)]
        asked, said = [question for question, _ in pairs], [passage for _, passage in pairs]
        values["cosine"].append((student.encode(asked, ASKED) * student.encode(said)).sum(axis=1))
        values["score"].append(_scores(student, model, pairs))
    return {f"AUC of a passage that answers, {name}": auc(answers, others) for name, (answers, others) in values.items()}


def auc(right: Floats, wrong: Floats) -> float:
    """Return how often a value of *right* is greater than one of *wrong*.

    >>> import numpy as np
    >>> auc(np.asarray([0.2, 0.8], np.float32), np.asarray([0.1, 0.5], np.float32))
    0.75
    """
    return float((right[:, None] > wrong[None, :]).mean())
