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
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.training.evidence import MODELS, OPEN, Gathered, load
from search.evaluation.fit import area_under_curve, calibration_error, highest_threshold, logistic_regression, probabilities
from search.ranking.cross_encoders import CROSS_ENCODED
from search.ranking.probability import ProbabilityLine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Booleans = NDArray[np.bool_]

LISTED = 10  # first hits of a list, on which the calibration is measured
ERROR = 0.05  # share of the answerable questions for which no precedent may be reported
FOLDS = 5
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
    """Return the logistic regression on the evidence *names* of the first candidates in these *rows*."""
    import numpy as np

    values, right = features(gathered, names, first)[rows], right_of(gathered, first)[rows]
    there = np.isfinite(values).all(axis=2)
    constant, weights = logistic_regression(values[there], right[there].astype(np.float64))
    by_name = {name: float(-weight if name == FALLING else weight) for name, weight in zip(names, weights, strict=True)}
    return ProbabilityLine(constant, *(by_name.get(name, 0.0) for name in NAMES))


def scored(gathered: Gathered, line: ProbabilityLine, names: Sequence[str], first: int) -> Scored:
    """Return the probability of each of the first candidates, ordered by it."""
    import numpy as np

    values = features(gathered, names, first)
    weights = np.array([getattr(line, name) * (-1 if name == FALLING else 1) for name in names])
    there = np.isfinite(values).all(axis=2)
    probability = np.where(
        there, probabilities(line.constant, weights, np.nan_to_num(values).reshape(-1, len(names))).reshape(there.shape), 0
    )
    order = np.argsort(-probability, axis=1, kind="stable")
    return Scored(np.take_along_axis(probability, order, 1), np.take_along_axis(right_of(gathered, first), order, 1))


def cross_validated(gathered: Gathered, names: Sequence[str], first: int) -> Scored:
    """Return the probabilities of each fifth of the passages by a line fitted on the others."""
    import numpy as np

    folds = np.random.default_rng(1).permutation(np.arange(gathered.passage.max() + 1) % FOLDS)[gathered.passage]
    probability, right = np.zeros((len(folds), first)), np.zeros((len(folds), first), bool)
    for fold in range(FOLDS):
        other = folds == fold
        one = scored(gathered, fitted(gathered, names, first, ~other), names, first)
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
    for kind in sorted(set(gathered.kinds[answerable])):
        some = answerable & (gathered.kinds == kind)
        yield f"  {kind} ({some.sum()}): nDCG@10 {_ndcg(given, some):.3f}, found {(best[some] >= least).mean():.3f}"
    yield f"  all ({answerable.sum()}): nDCG@10 {_ndcg(given, answerable):.3f}"
    for name in ("all", *sorted(set(gathered.languages))):
        some = np.ones(len(best), bool) if name == "all" else gathered.languages == name
        listed = given.probability[some][:, :LISTED] > 0
        every = calibration_error(given.probability[some][:, :LISTED][listed], given.right[some][:, :LISTED][listed].astype(float))
        first = calibration_error(best[some], given.right[some][:, 0].astype(float))
        sure = given.right[some][given.probability[some] >= 0.5]
        shares = f"{sure.mean():.2f} of {len(sure)} from .5 on are right" if len(sure) else "none from .5 on"
        yield f"  calibration error, {name}: {every:.3f} of all listed, {first:.3f} of first hits; {shares}"


def _ndcg(given: Scored, some: Booleans) -> float:
    import numpy as np

    right = given.right[some][:, :LISTED]
    return float((right / np.log2(np.arange(2, right.shape[1] + 2))).sum(axis=1).mean())


def report(name: str, gathered: Gathered, names: Sequence[str], first: int) -> Iterator[str]:
    import numpy as np

    line = fitted(gathered, names, first, np.ones(len(gathered.right), bool))
    yield f"{name} = ProbabilityLine({', '.join(f'{weight:.2f}' for weight in line)})"
    best = scored(gathered, line, names, first).probability[:, 0]
    least = highest_threshold(best, np.flatnonzero(gathered.answerable).tolist(), ERROR)
    yield f"  threshold {least:.3f} for an error of {ERROR} of the answerable questions; the first {first} candidates; by cross-validation:"
    yield from quality(gathered, cross_validated(gathered, names, first))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--first", type=int, default=CROSS_ENCODED, help="candidates that the cross-encoder reads")
    arguments = parser.parse_args()
    without = [name for name in NAMES if name != "judge"]
    for model in arguments.models:
        gathered = load(arguments.work / f"evidence_{model}.npz")
        print(*report(f'LINES["{model}"]', gathered, without, LISTED), sep="\n")
        if model == "contextual":
            print(*report(f'READ["{model}"]', gathered, NAMES, arguments.first), sep="\n")
            print(*report("WITHOUT_COSINE", gathered, [name for name in without if name != "cosine"], LISTED), sep="\n")


if __name__ == "__main__":
    main()
