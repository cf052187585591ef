"""Train the model that labels the lines of a page (`index/labelling`): a linear-chain CRF (Lafferty, McCallum and Pereira, ICML 2001).

    titled texts ──page_layouts──▶ pages with labels ──features──▶ sequences of candidates ──maximum likelihood──▶ weights.json

    python -m index.training.line_labels --corpora ../shared/corpora [--pages 9000] [--out index/labelling/weights.json]

prints how well pages that were not trained on are labelled, and writes the weight of each feature for each label.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from index.document import Page
from index.labelling.candidates import habits, surroundings
from index.labelling.features import page_features
from index.labelling.labels import LABELS, WEIGHTS, joint_of
from index.layout.lines import lines
from index.layout.markup import with_markup
from index.layout.page_edges import with_furniture, without_furniture
from index.layout.paragraphs import line_wrap, without_blank_leading
from index.training.page_layouts import page
from index.training.page_setter import LabelledPage
from index.training.page_texts import Texts

if TYPE_CHECKING:
    import torch

LEAST_COUNT = 8  # pages on which a feature must be seen, so that it is weighed at all
LEARNING_RATE = 0.03
DECAY = 2e-6  # of the squares of all weights, for each candidate
EPOCHS = 8
BATCH = 64  # pages
DIGITS = 2  # decimals of a weight that is kept
LEAST_WEIGHT = 0.02  # a smaller weight is left out


class LabelledCandidates(NamedTuple):
    """The candidates of a page: their features, their labels as numbers, and how each is joined to the one before."""

    features: list[list[str]]
    joints: list[str]
    labels: list[int]


def sequence(labelled: LabelledPage) -> LabelledCandidates | None:
    """Return the candidates of a page, None if it has none."""
    text = Page("", labelled.text, "", "utf-8", labelled.markdown)
    marked = without_blank_leading(without_furniture(with_furniture(text, with_markup(text, lines(text)))))
    wrap = line_wrap(marked)
    around = surroundings(marked, wrap.fills if wrap else None)
    if not around:
        return None
    names = page_features(around, habits(marked, around, wrap.fills if wrap else None))
    return LabelledCandidates(names, joint_of(around), [LABELS.index(labelled.labels[one.line.number]) for one in around])


def train(sequences: Sequence[LabelledCandidates], epochs: int = EPOCHS) -> dict[str, dict[str, list[float]]]:
    """Return the weights of features (a number a label) and of joints (a number a pair of labels), by name."""
    import torch

    torch.set_num_threads(1)  # the tensors are small: threads would wait for each other
    counts = Counter(name for one in sequences for names in one.features for name in set(names))
    vocabulary = [name for name, count in counts.items() if count >= LEAST_COUNT]
    number = {name: i + 1 for i, name in enumerate(vocabulary)}
    joints = sorted({joint for one in sequences for joint in one.joints})
    size = len(LABELS)
    emissions = torch.nn.EmbeddingBag(len(vocabulary) + 1, size, mode="sum", padding_idx=0)
    torch.nn.init.zeros_(emissions.weight)
    transitions = torch.nn.Parameter(torch.zeros(len(joints), size, size))
    coded = [_coded(one, number, joints) for one in sequences]
    coded.sort(key=lambda one: len(one.labels))
    batches = [_batch(coded[start : start + BATCH]) for start in range(0, len(coded), BATCH)]  # pages of about one length
    optimizer = torch.optim.Adam([*emissions.parameters(), transitions], LEARNING_RATE)
    random = Random(1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / (epochs * len(batches)))
    for epoch in range(epochs):
        random.shuffle(batches)
        total, candidates = 0.0, 0
        for batch in batches:
            loss = _loss(batch, emissions, transitions)
            count = int(batch.inside.sum())
            decay = DECAY * count * (emissions.weight.square().sum() + transitions.square().sum())
            optimizer.zero_grad()
            ((loss + decay) / count).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total, candidates = total + loss.item(), candidates + count
        print(f"epoch {epoch}: {total / candidates:.4f} nats a candidate", flush=True)
    weights = emissions.weight.detach().tolist()
    return {
        "features": {name: _rounded(weights[i]) for name, i in number.items() if max(map(abs, weights[i])) >= LEAST_WEIGHT},
        "joints": {joint: _rounded([value for row in transitions[j].tolist() for value in row]) for j, joint in enumerate(joints)},
    }


class _Coded(NamedTuple):
    """The candidates of a page as numbers: of their features, of their joints, of their labels."""

    features: list[list[int]]
    joints: list[int]
    labels: list[int]


class _Batch(NamedTuple):
    """Pages of about one length, padded to (pages, candidates); *flat* and *offsets* are the features of all candidates in a row."""

    flat: torch.Tensor
    offsets: torch.Tensor
    sizes: list[int]
    labels: torch.Tensor
    joints: torch.Tensor
    inside: torch.Tensor


def _coded(one: LabelledCandidates, number: dict[str, int], joints: list[str]) -> _Coded:
    features = [[number[name] for name in names if name in number] for names in one.features]
    return _Coded(features, [joints.index(joint) for joint in one.joints], one.labels)


def _batch(pages: Sequence[_Coded]) -> _Batch:
    import torch

    sizes = [len(one.labels) for one in pages]
    longest = max(sizes)
    rows = [row for one in pages for row in one.features]
    return _Batch(
        flat=torch.tensor([code for row in rows for code in row]),
        offsets=torch.tensor([0, *accumulate(map(len, rows[:-1]))]),
        sizes=sizes,
        labels=torch.tensor([[*one.labels, *[0] * (longest - len(one.labels))] for one in pages]),
        joints=torch.tensor([[*one.joints, *[0] * (longest - len(one.joints))] for one in pages]),
        inside=torch.tensor([[i < size for i in range(longest)] for size in sizes]),
    )


def _loss(batch: _Batch, emissions: torch.nn.EmbeddingBag, transitions: torch.Tensor) -> torch.Tensor:
    """Return the negative log-likelihood of the labels of *batch*, by the forward algorithm."""
    import torch

    scored = emissions(batch.flat, batch.offsets)
    padded = torch.nn.utils.rnn.pad_sequence(list(torch.split(scored, batch.sizes)), batch_first=True)
    labels, rows = batch.labels, torch.arange(len(batch.sizes))
    start = torch.zeros(len(batch.sizes), dtype=torch.long)  # the first candidate follows text
    alpha = transitions[batch.joints[:, 0], start] + padded[:, 0]
    gold = alpha[rows, labels[:, 0]]
    for i in range(1, labels.shape[1]):
        step, inside = transitions[batch.joints[:, i]], batch.inside[:, i]
        following = torch.logsumexp(alpha[:, :, None] + step, 1) + padded[:, i]
        alpha = torch.where(inside[:, None], following, alpha)
        gold = gold + torch.where(inside, step[rows, labels[:, i - 1], labels[:, i]] + padded[rows, i, labels[:, i]], 0.0)
    return (torch.logsumexp(alpha, 1) - gold).sum()


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, DIGITS) for value in values]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--pages", type=int, default=9_000)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    texts = Texts(options.corpora)
    sequences = list(_sequences(texts, "page", options.pages))
    unseen = list(_sequences(texts, "unseen page", 500))
    print(f"{len(sequences)} pages, {sum(len(one.labels) for one in sequences)} candidates", flush=True)
    weights = train(sequences)
    options.out.write_text(json.dumps(weights, ensure_ascii=False, separators=(",", ":")), "utf-8")
    print_figures(unseen, weights)


def _sequences(texts: Texts, name: str, count: int) -> Iterator[LabelledCandidates]:
    for seed in range(count):
        one = sequence(page(Random(f"{name} {seed}"), texts))
        if one:
            yield one


def print_figures(sequences: Sequence[LabelledCandidates], weights: dict[str, dict[str, list[float]]]) -> None:
    """Print precision and recall of each label on *sequences*."""
    from index.labelling.labels import LineLabels

    model = LineLabels(weights["features"], weights["joints"])
    right, given, true = Counter[str](), Counter[str](), Counter[str]()
    for one in sequences:
        for label, gold in zip(model.best(one.features, one.joints), one.labels, strict=True):
            given[label] += 1
            true[LABELS[gold]] += 1
            right[label] += label == LABELS[gold]
    print("\n| label | precision | recall | lines |\n|---|---|---|---|")
    for label in LABELS:
        print(f"| {label} | {right[label] / max(1, given[label]):.3f} | {right[label] / max(1, true[label]):.3f} | {true[label]} |")


if __name__ == "__main__":
    main()
