"""Fit the log-odds of column breaks: sentences of running text are cut, and the signs at true and false joins are compared.

    paragraphs ──cut at a random offset──▶ upper │ lower                                                   true
                                           upper │ the beginning of another paragraph, or text further on  false
    signs ──logistic regression──▶ log-odds of each sign, alone and beside the trigram model

`python -m index.training.joins --shared ../shared` prints the fitted log-odds beside the points of `index/layout/column_breaks.py`,
which are rounded and adjusted by hand; how many joins score less than BAD in `index/layout/disorder.py`; and how much more often
paragraphs than pieces of sentences begin with the words that are signs. It writes nothing and takes some seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from math import log
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from index.layout.column_breaks import BEGINNING, OFTEN, OPENING, POINTS, TRIGRAM_SHARE, Join, signs, trigram_nats
from index.layout.disorder import BAD
from index.text.punctuation import ends_sentence
from index.text.trigrams import continuation_scores
from index.training.running_text import documents

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEED = 20
CUTS = 3  # of each paragraph
FIRST_CUT = 8  # characters at least above a cut
MOST_LOST = 60  # characters of lost text at most between the two texts of a false join
LEADING_MARKS = "，。、；：！？”’）》 "  # marks that are lost with the text before them: a piece that was lost takes its mark with it
RIDGE = 1.0  # of the regression: a sign that is never seen at false joins gets large but finite log-odds
NEWTON_STEPS = 30  # of Newton's method; it settles in ten


class Example(NamedTuple):
    """A join of which it is known whether the lower text continues the upper one."""

    join: Join
    is_true: bool


def examples(texts: Sequence[Sequence[str]], random: Random) -> Iterator[Example]:
    """Yield a true and a false join for each of CUTS random cuts of each paragraph of *texts*."""
    for document in texts:
        for number, paragraph in enumerate(document):
            positions = cuts(paragraph)
            for cut in random.sample(positions, min(CUTS, len(positions))):
                rest = paragraph[cut:]
                yield Example(_join(document, number, paragraph[:cut], rest), True)
                yield Example(_join(document, number, paragraph[:cut], _wrong(texts, rest, random)), False)


def cuts(paragraph: str) -> list[int]:
    """Return the positions within the sentences of *paragraph*: right after a sentence nobody could recognise a break."""
    return [cut for cut in range(FIRST_CUT, len(paragraph) - 1) if not ends_sentence(paragraph[:cut])]


def _wrong(texts: Sequence[Sequence[str]], rest: str, random: Random) -> str:
    """Return a text that does not continue the sentence: another paragraph, or *rest* without its first characters."""
    further_on = rest[random.randint(3, MOST_LOST) :].lstrip(LEADING_MARKS)
    return further_on if further_on and random.random() < 0.5 else random.choice(random.choice(texts))


def _join(document: Sequence[str], number: int, upper: str, lower: str) -> Join:
    """Return the join on a page of its document, with the other paragraphs around it."""
    above = "\n\n".join([*document[:number], upper, ""])
    return Join(upper, lower, above + "\n\n".join([lower, *document[number + 1 :]]), len(above))


def sign_weights(features: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the intercept and the log-odds of each column of *features* (n, k): (k + 1,), by Newton's method."""
    import numpy as np

    with_one = np.hstack([np.ones((len(features), 1)), features])
    weights = np.zeros(with_one.shape[1])
    ridge = np.diag([0.0, *[RIDGE] * features.shape[1]])
    for _ in range(NEWTON_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(with_one @ weights, -30, 30)))
        slope = with_one.T @ (labels - likely) - ridge @ weights
        curvature = (with_one * (likely * (1 - likely))[:, None]).T @ with_one + ridge
        weights = weights + np.linalg.solve(curvature, slope)
    return weights


def print_points(known: Sequence[Example]) -> None:
    """Print the log-odds of each sign: in the tree, fitted alone, and fitted beside the trigram model."""
    import numpy as np

    names, joins = [*POINTS], [example.join for example in known]
    held = [set(signs(join)) for join in joins]
    features = np.array([[float(name in holding) for name in names] for holding in held])
    nats, labels = np.array(trigram_nats(joins)), np.array([float(example.is_true) for example in known])
    alone = sign_weights(features, labels)[1:].tolist()
    beside = sign_weights(np.column_stack([features, nats]), labels)[1:].tolist()
    print("| sign of a join | true joins | false joins | in the tree | fitted alone | beside the trigrams |\n|---|---|---|---|---|---|")
    for number, name in enumerate(names):
        counts = [int(features[labels == label, number].sum()) for label in (1, 0)]
        print(f"| {name} | {counts[0]} | {counts[1]} | {POINTS[name]} | {alone[number]:.1f} | {beside[number]:.1f} |")
    print(f"| a nat of the trigram model | {int(labels.sum())} | {int((1 - labels).sum())} | {TRIGRAM_SHARE} | | {beside[-1]:.2f} |")
    points = features @ np.array([*POINTS.values()])
    right = [((odds > 0) == labels).mean() for odds in (points, points + nats * TRIGRAM_SHARE)]
    print(f"\nJoins recognised with the points in the tree: {right[0]:.3f} alone, {right[1]:.3f} beside the trigram model")


def print_bad(known: Sequence[Example]) -> None:
    """Print the share of true and of false joins whose continuation scores less than BAD."""
    for kind in (True, False):
        joins = [example.join for example in known if example.is_true is kind]
        bad = (continuation_scores([join.upper for join in joins], [join.lower for join in joins]) < BAD).mean()
        print(f"{'True' if kind else 'False'} joins that score less than {BAD} nats: {bad:.2f}")


def print_openings(known: Sequence[Example], texts: Sequence[Sequence[str]]) -> None:
    """Print how many times as often paragraphs as pieces of sentences begin with the words that are signs."""
    pieces = [example.join.lower for example in known if example.is_true]
    paragraphs = [paragraph for document in texts for paragraph in document]
    for name, pattern in (("BEGINNING", BEGINNING), ("OPENING", OPENING), ("OFTEN", OFTEN)):
        often, seldom = (sum(bool(pattern.match(text)) for text in kind) / len(kind) for kind in (paragraphs, pieces))
        ratio = often / max(seldom, 1 / len(pieces))
        print(f"{name} begins {often:.3f} of paragraphs, {seldom:.4f} of pieces: {ratio:.0f} times as often, log-odds {log(ratio):.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    options = parser.parse_args()
    texts = [*documents(options.shared / "corpora", options.shared, held_out=True)]
    known = [*examples(texts, Random(SEED))]
    print_points(known)
    print_bad(known)
    print_openings(known, texts)


if __name__ == "__main__":
    main()
