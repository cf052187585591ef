"""Fit the weights of displaced paragraphs (`index/segmentation/displaced.py`): a logistic regression on pages of three titled texts.

    titled texts that are not held out ──▶ pages, half of them with the opening of an article inside the one above ──▶ weights

    python -m index.training.displaced --corpora ../shared/corpora [--pages 4000]

prints the weights, and on other pages for each threshold how many displaced paragraphs are found and how many of those found are.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from index.document import Article, Paragraph
from index.segmentation.displaced import FEATURES, evidence
from index.text.gazetteer import gazetteer
from index.training.page_texts import GIVEN, Texts

KINDS = ("news", "news", "letter", "mixed", "report")  # of texts; in a mixed one no paragraph has to do with another
LOCAL = 0.5  # share of articles whose place is named in their opening and again below, as reports do
MOST_PARAGRAPHS = 8
STEPS = 50  # of Newton's method
DECAY = 0.01
THRESHOLDS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
Examples = tuple[NDArray[np.float64], NDArray[np.float64], int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--pages", type=int, default=4000)
    options = parser.parse_args()
    texts = Texts(options.corpora)
    features, labels, _ = examples(texts, options.pages, 1)
    weights = fitted(features, labels)
    for name, weight in zip((*FEATURES, "INTERCEPT"), weights, strict=True):
        print(f"{weight:8.3f}  {name}")
    others, answers, moved = examples(texts, options.pages // 2, 2)
    probabilities = 1 / (1 + np.exp(-others @ weights[:-1] - weights[-1]))
    print("threshold, found, precision, recall")
    for threshold in THRESHOLDS:
        found = probabilities >= threshold
        print(f"{threshold}  {found.sum()}  {answers[found].mean():.3f}  {answers[found].sum() / moved:.3f}")


def examples(texts: Texts, pages: int, seed: int) -> Examples:
    """Return the features of every paragraph with a sign, and whether it is displaced; and how many are, with a sign or without."""
    random = Random(seed)
    rows, labels, displaced = [], [], 0
    for _ in range(pages):
        articles, moved = _page(texts, random)
        displaced += moved is not None
        for i, number, other, features in evidence(articles):
            rows.append(features)
            labels.append(float((i, number, other) == moved))
    return np.array(rows), np.array(labels), displaced


def fitted(features: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression and its intercept, by Newton's method."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    rows = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        probabilities = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (probabilities - labels) + DECAY * weights
        curve = (rows * (probabilities * (1 - probabilities))[:, None]).T @ rows + DECAY * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - plain @ mean)


def _page(texts: Texts, random: Random) -> tuple[list[Article], tuple[int, int, int] | None]:
    """Return three articles, and which paragraph was moved from the opening of which article."""
    drawn = [*(_story(texts, random) for _ in range(3))]
    moved = None
    if random.random() < 0.5:
        i = random.choice((0, 1))
        number = random.randint(1, len(drawn[i][1]) - 1)
        drawn[i][1].insert(number, drawn[i + 1][1].pop(0))
        moved = i, number, i + 1
    return [
        Article("", n, title, None, None, (), None, tuple(Paragraph(text, ((0, 0),), ((1, 1),)) for text in paragraphs))
        for n, (title, paragraphs) in enumerate(drawn, 1)
    ], moved


def _story(texts: Texts, random: Random) -> tuple[str, list[str]]:
    while True:
        story = texts.story(random, random.choice(KINDS))
        paragraphs = [text for section in story.sections for text in section.paragraphs][:MOST_PARAGRAPHS]
        if len(paragraphs) >= 3:
            break
    if random.random() < LOCAL:
        county, town = random.choice([*gazetteer().counties]), "".join(random.sample(GIVEN, 2)) + random.choice(("街道", "镇"))
        paragraphs[0] = f"{random.choice(('近日，', '今年，', ''))}{county}{town}{paragraphs[0]}"
        below = random.randint(1, len(paragraphs) - 1)
        paragraphs[below] = f"{random.choice(('记者从', '在', '目前，', ''))}{town}{paragraphs[below]}"
    return story.title, paragraphs


if __name__ == "__main__":
    main()
