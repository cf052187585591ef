"""Fits the lines of search/confidence.py: how likely is a passage an answer, given cosine, coverage and similarity?

    python -m tests.benchmarks.calibrate --shared ../shared

Questions: the written ones that the model was not trained on, each with the passage it was written for. Right: that passage. Wrong: the
best hit for the same question among 200 other paragraphs of the same kind, as many as a few newspaper pages hold, drawn anew for every
twentieth question. Both weigh the same, so the probability means: of a passage on top, when every second question
has an answer. The judged dev queries and the seeds are not used.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encode import Encoder, open_encoder, open_lexicon
from index.training.data import rows, task
from search.align import Question
from search.confidence import LINES, THRESHOLD, WITHOUT_COSINE, Line
from search.precedents import open_search
from tests.benchmarks.sets import indexed

POOL = ("shenlun_materials", "shenlun2_materials", "gov_docs_shenlun")
MANY = 4000  # paragraphs of each
SIZE = 200  # paragraphs of one draw
PRIOR = 1  # questions with an answer for each without
SHARED_BY = 20  # questions that share a draw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    corpora = parser.parse_args().shared / "corpora"
    asked = [(pair.a, pair.b) for pair in task(corpora) if pair.held_out]
    answers = list(dict.fromkeys(answer for _, answer in asked))
    pool = [row["text"] for name in POOL for row, _ in zip(rows(corpora / "text" / f"{name}.jsonl.gz"), range(MANY), strict=False)]
    starts = {answer[:60] for answer in answers}
    others = [text for text in dict.fromkeys(pool) if len(text) > 40 and text[:60] not in starts]
    chance = random.Random(1)
    chance.shuffle(asked)
    draws = [chance.sample(others, SIZE) for _ in range(0, len(asked), SHARED_BY)]
    for name in LINES:
        known, labels = gathered(asked, answers, draws, open_encoder(name))
        print(f"{name}: {(labels == 1).sum()} right, {(labels == 0).sum()} wrong")
        line = fitted(known, labels)
        print(f'LINES["{name}"] = {written(line)}  # {report(line, known, labels)}')
        print(f"  as it is now: {report(LINES[name], known, labels)}")
    line = fitted(known * (0, 1, 1), labels)
    print(f"WITHOUT_COSINE = {written(line)}  # {report(line, known, labels)}")
    print(f"  as it is now: {report(WITHOUT_COSINE, known, labels)}")


def gathered(asked: list[tuple[str, str]], answers: list[str], draws: list[list[str]], encoder: Encoder) -> tuple[np.ndarray, np.ndarray]:
    """Return what is known of each question's own passage and of its best hit among others (n, 3), and which is which (n,)."""
    with tempfile.TemporaryDirectory() as folder:
        right = evidence([*asked], answers, encoder, Path(folder) / "right")
        wrong = []
        for at, draw in enumerate(draws):
            some = [(question, None) for question, _ in asked[at * SHARED_BY : (at + 1) * SHARED_BY]]
            wrong += evidence(some, draw, encoder, Path(folder) / f"wrong{at}")
    return np.array([*right * PRIOR, *wrong]), np.array([1] * (len(right) * PRIOR) + [0] * len(wrong))


def written(line: Line) -> str:
    return f"Line({', '.join(f'{weight:.2f}' for weight in line)})"


Known = tuple[float, float, float]


def evidence(asked: Sequence[tuple[str, str | None]], texts: list[str], encoder: Encoder, place: Path) -> list[Known]:
    """Return cosine, coverage and similarity of each question's own passage among *texts*, or of the best hit where it has none."""
    found = []
    lexicon = open_lexicon(encoder)
    with open_search(indexed([{"id": str(at), "text": text} for at, text in enumerate(texts)], encoder, place)) as precedents:
        for question, answer in asked:
            hits = precedents.search(question, len(texts), min_score=0).hits
            hit = next((hit for hit in hits if answer in (None, hit.passage.text)), None)
            if hit:
                covered = Question(question, lexicon).covered(hit.passage)
                found.append((hit.scores["dense"] or 0.0, covered.coverage, covered.similarity))
    return found


def fitted(evidence: np.ndarray, labels: np.ndarray, penalty: float = 1e-3) -> Line:
    """Return the logistic regression of *labels* on *evidence* (n, 3), by Newton's method, with no weight below 0: more evidence must
    never lower a score, so what would is left out and the rest fitted again."""
    used = evidence.any(axis=0)
    while True:
        features = np.column_stack([np.ones(len(evidence)), evidence[:, used]])
        weights = np.zeros(features.shape[1])
        for _ in range(50):
            chances = 1 / (1 + np.exp(-features @ weights))
            slope = features.T @ (labels - chances) - penalty * weights
            curve = (features * (chances * (1 - chances))[:, None]).T @ features + penalty * np.eye(len(weights))
            weights += np.linalg.solve(curve, slope)
        if (weights[1:] >= 0).all():
            break
        used[np.flatnonzero(used)[weights[1:].argmin()]] = False
    line = np.zeros(4)
    line[np.flatnonzero([True, *used])] = weights
    return Line(*map(float, line))


def report(line: Line, evidence: np.ndarray, labels: np.ndarray) -> str:
    """Return accuracy at the threshold and the expected calibration error over ten bins (Naeini et al., AAAI 2015)."""
    chances = 1 / (1 + np.exp(-(line.constant + evidence @ np.array(line[1:]))))
    bins = np.minimum((chances * 10).astype(int), 9)
    filled = [bins == one for one in range(10) if (bins == one).any()]
    errors = [abs(chances[bin_].mean() - labels[bin_].mean()) * bin_.mean() for bin_ in filled]
    right, wrong = (chances >= THRESHOLD)[labels == 1].mean(), (chances >= THRESHOLD)[labels == 0].mean()
    return f"found {right:.2f} of the right, {wrong:.2f} of the wrong, calibration error {sum(errors):.3f}"


if __name__ == "__main__":
    main()
