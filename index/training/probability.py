"""Fit the lines of search/ranking/probability.py: how likely does a passage answer a question, given the evidence for it?

    python -m index.training.evidence --shared ../shared        # first: asks the held-out questions
    python -m index.training.probability                        # seconds; prints the lines and their quality

    evidence of the first candidates ──logistic regression──▶ ProbabilityLine ──▶ threshold, calibration error

A candidate is right if it is the passage that the question was written for; others may answer as well and count as wrong. About half of
the questions have an answer. The threshold of `found` is the highest at which no precedent is reported for 5 % of the answerable ones.
The quality is that of questions whose passage was not fitted on: each fifth of the passages by a fit on the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.training.evidence import MODELS, OPEN, Gathered, load
from search.evaluation.fit import area_under_curve, calibration_error, highest_threshold, logistic_regression, probabilities
from search.ranking.cross_encoders import CROSS_ENCODED
from search.ranking.probability import ProbabilityLine, falling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Booleans = NDArray[np.bool_]

LISTED = 10  # first hits of a list, on which the calibration is measured
ERROR = 0.05  # share of the answerable questions for which no precedent may be reported
FOLDS = 5
AMONG = 2  # most probable candidates of a list on which a line is fitted
ROUNDS = 4  # of fitting; after that the candidates hardly change
LIMITS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)  # thresholds that are shown: without the cross-encoder one is chosen by hand
BINS = 5  # of the reliability table
NAMES = ProbabilityLine._fields[1:]
FALLING = (
    "missing"  # the one evidence that speaks against a passage; the fit knows no weight below 0, so it is weighed with its sign turned
)


class Scored(NamedTuple):
    """*probability* (asked, candidates) of each candidate, 0 where there is none, and *right*, whether it answers."""

    probability: Floats
    right: Booleans


def features(gathered: Gathered, names: Sequence[str], first: int) -> Floats:
    """Return (asked, first, len(names)): the evidence *names* of the first candidates."""
    import numpy as np

    return np.stack([gathered.values[name][:, :first] * (-1 if name == FALLING else 1) for name in names], axis=2).astype(np.float64)


def right_of(gathered: Gathered, first: int) -> Booleans:
    import numpy as np

    right: Booleans = gathered.right[:, None] == np.arange(first)[None, :]
    return right


def fitted(gathered: Gathered, names: Sequence[str], first: int, rows: Booleans) -> ProbabilityLine:
    """Return the logistic regression on the evidence *names* of the AMONG most probable of the first candidates in these *rows*.

    Which these are depends on the line, so it is fitted a few times. Fitted on all candidates, nearly all of which are hopeless, the line
    says too little of what stands first; fitted on the first alone, too much of what follows.
    """
    import numpy as np

    values, right = features(gathered, names, first)[rows], right_of(gathered, first)[rows]
    there = np.isfinite(values).all(axis=2)
    chosen = there
    for _ in range(ROUNDS):
        constant, weights = logistic_regression(values[chosen], right[chosen].astype(np.float64))
        sums = np.where(there, constant + np.nan_to_num(values) @ weights, -np.inf)
        chosen = there & (np.argsort(np.argsort(-sums, axis=1, kind="stable"), axis=1) < AMONG)
    by_name = {name: float(-weight if name == FALLING else weight) for name, weight in zip(names, weights, strict=True)}
    return ProbabilityLine(float(constant), *(by_name.get(name, 0.0) for name in NAMES))


def scored(gathered: Gathered, line: ProbabilityLine, names: Sequence[str], first: int, reorder: bool) -> Scored:
    """Return the scores of the first candidates, in their order or, with *reorder*, the most probable first."""
    import numpy as np

    values, right = features(gathered, names, first), right_of(gathered, first)
    probability = _probabilities(line, names, values)
    if reorder:
        order = np.argsort(-probability, axis=1, kind="stable")
        probability, right = np.take_along_axis(probability, order, 1), np.take_along_axis(right, order, 1)
    return Scored(np.array([falling(row) for row in probability.tolist()]), right)


def _probabilities(line: ProbabilityLine, names: Sequence[str], values: Floats) -> Floats:
    import numpy as np

    there = np.isfinite(values).all(axis=2)
    weights = np.array([getattr(line, name) * (-1 if name == FALLING else 1) for name in names])
    found = probabilities(line.constant, weights, np.nan_to_num(values).reshape(-1, len(names))).reshape(there.shape)
    return np.where(there, found, 0)


def cross_validated(gathered: Gathered, names: Sequence[str], first: int, reorder: bool) -> Scored:
    """Return the scores of each fifth of the passages by a line fitted on the others."""
    import numpy as np

    folds = np.random.default_rng(1).permutation(np.arange(gathered.passage.max() + 1) % FOLDS)[gathered.passage]
    probability, right = np.zeros((len(folds), first)), np.zeros((len(folds), first), bool)
    for fold in range(FOLDS):
        other = folds == fold
        one = scored(gathered, fitted(gathered, names, first, ~other), names, first, reorder)
        probability[other], right[other] = one.probability[other], one.right[other]
    return Scored(probability, right)


def quality(gathered: Gathered, given: Scored) -> Iterator[str]:
    """Yield what the probabilities are worth: how well they separate, how well they are calibrated, how well they order."""
    import numpy as np

    best = given.probability[:, 0]
    answerable, near = gathered.answerable, gathered.kinds == OPEN
    least = highest_threshold(best, np.flatnonzero(answerable).tolist(), ERROR)
    for name, some in (("all", ~answerable), ("answer taken away", ~answerable & ~near), ("near-topic", near)):
        if not some.any():
            continue
        area = area_under_curve(np.concatenate([best[answerable], best[some]]), np.repeat([1.0, 0.0], [answerable.sum(), some.sum()]))
        yield f"  unanswerable, {name} ({some.sum()}): AUC {area:.3f}, refused at {least:.3f}: {(best[some] < least).mean():.3f}"
    for limit in LIMITS:
        yield f"  at {limit:.2f}: {(best[answerable] >= limit).mean():.2f} found, {(best[~answerable] < limit).mean():.2f} refused"
    for kind in sorted(set(gathered.kinds[answerable])):
        some = answerable & (gathered.kinds == kind)
        yield f"  {kind} ({some.sum()}): nDCG@10 {_ndcg(given, some):.3f}, found {(best[some] >= least).mean():.3f}"
    yield f"  all ({answerable.sum()}): nDCG@10 {_ndcg(given, answerable):.3f}"
    for name in ("all", *sorted(set(gathered.languages))):
        some = np.ones(len(best), bool) if name == "all" else gathered.languages == name
        every, right = given.probability[some][:, :LISTED], given.right[some][:, :LISTED]
        errors = {"all listed": every > 0, "all shown": every >= least}
        said = [f"{calibration_error(every[hits], right[hits].astype(float)):.3f} of {kind}" for kind, hits in errors.items()]
        said.append(f"{calibration_error(best[some], right[:, 0].astype(float)):.3f} of first hits")
        sure = right[every >= 0.5]
        said.append(f"{sure.mean():.2f} of {len(sure)} from .5 on are right" if len(sure) else "none from .5 on")
        yield f"  calibration error, {name}: {', '.join(said)}"
    yield from reliability(given)


def reliability(given: Scored) -> Iterator[str]:
    """Yield a table of the hits by their score: how many are right, of the first ones and of the others."""
    import numpy as np

    yield "  | score | first hits | mean score | right | other hits | mean score | right |\n  |---|---|---|---|---|---|---|"
    first, others = (slice(0, 1), slice(1, LISTED))
    for low, high in pairwise(np.linspace(0, 1, BINS + 1)):
        cells = [f"{low:.1f} to {high:.1f}"]
        for part in (first, others):
            score, right = given.probability[:, part], given.right[:, part]
            inside = (score >= low) & (score < high if high < 1 else score <= high) & (score > 0)
            cells += [str(inside.sum()), *(f"{values[inside].mean():.2f}" if inside.any() else "" for values in (score, right))]
        yield f"  | {' | '.join(cells)} |"


def _ndcg(given: Scored, some: Booleans) -> float:
    import numpy as np

    right = given.right[some][:, :LISTED]
    return float((right / np.log2(np.arange(2, right.shape[1] + 2))).sum(axis=1).mean())


def report(name: str, gathered: Gathered, names: Sequence[str], first: int, reorder: bool) -> Iterator[str]:
    """Yield the line *name*, the threshold, and the quality on held-out questions that were not fitted on."""
    import numpy as np

    line = fitted(gathered, names, first, np.ones(len(gathered.right), bool))
    yield f"{name} = ProbabilityLine({', '.join(f'{weight:.2f}' for weight in line)})"
    best = scored(gathered, line, names, first, reorder).probability[:, 0]
    least = highest_threshold(best, np.flatnonzero(gathered.answerable).tolist(), ERROR)
    yield f"  threshold {least:.3f} for an error of {ERROR} of the answerable questions; the first {first} candidates; by cross-validation:"
    yield from quality(gathered, cross_validated(gathered, names, first, reorder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--first", type=int, default=CROSS_ENCODED, help="candidates that the cross-encoder reads")
    arguments = parser.parse_args()
    without = [name for name in NAMES if name != "judge"]
    for model in arguments.models:
        gathered = load(arguments.work / f"evidence_{model}.npz")
        print(*report(f'LINES["{model}"]', gathered, without, LISTED, reorder=False), sep="\n")
        if model == "contextual":
            print(*report(f'READ["{model}"]', gathered, NAMES, arguments.first, reorder=True), sep="\n")
            print(*report("WITHOUT_COSINE", gathered, [name for name in without if name != "relative"], LISTED, reorder=False), sep="\n")


if __name__ == "__main__":
    main()
