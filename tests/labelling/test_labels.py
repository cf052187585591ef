"""The model of lines: its best labels and its second ones are those of brute force over all sequences of labels."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from index.labelling.labels import LABELS, LineLabels, line_labels

JOINTS = ("first", "touching", "text between")


def drawn(seed: int, count: int) -> tuple[LineLabels, list[list[str]], list[str]]:
    """Return a model of random weights, and *count* candidates with random features."""
    random = Random(seed)
    features = {f"feature {i}": [random.uniform(-3, 3) for _ in LABELS] for i in range(6)}
    joints = {joint: [random.uniform(-3, 3) for _ in range(len(LABELS) ** 2)] for joint in JOINTS}
    names = [random.sample([*features, "unknown to the model"], 3) for _ in range(count)]
    return LineLabels(features, joints), names, ["first", *(random.choice(JOINTS[1:]) for _ in range(count - 1))]


def brute_force(
    model: LineLabels, names: list[list[str]], joints: list[str], weights: dict[str, list[float]]
) -> dict[tuple[int, ...], float]:
    """Return the score of every sequence of labels; the first candidate follows text."""
    size = len(LABELS)
    scores = model.scores(names).tolist()
    answer = {}
    for labels in product(range(size), repeat=len(names)):
        before = (0, *labels)
        answer[labels] = sum(
            own[label] + weights[joint][last * size + label]
            for own, joint, last, label in zip(scores, joints, before, labels, strict=False)
        )
    return answer


@pytest.mark.parametrize("seed", range(5))
def test_the_best_labels_and_the_second_ones_are_those_of_brute_force(seed: int) -> None:
    model, names, joints = drawn(seed, 4)
    random = Random(seed)
    [random.uniform(-3, 3) for _ in range(6 * len(LABELS))]
    weights = {joint: [random.uniform(-3, 3) for _ in range(len(LABELS) ** 2)] for joint in JOINTS}
    scored = brute_force(model, names, joints, weights)
    best = max(scored, key=scored.__getitem__)
    assert model.best(names, joints) == [LABELS[label] for label in best]
    for i, (label, second, nats) in enumerate(model.seconds(names, joints)):
        others = {labels: score for labels, score in scored.items() if labels[i] != best[i]}
        runner_up = max(others, key=others.__getitem__)
        assert (label, second) == (LABELS[best[i]], LABELS[runner_up[i]])
        assert nats == pytest.approx(scored[best] - others[runner_up])


def test_lines_that_are_set_alike_share_what_they_prefer() -> None:
    title, subhead = ([float(label == name) * 2 for label in LABELS] for name in ("title", "subhead"))
    weak = [0.6 if label == "subhead" else 0.0 for label in LABELS]
    model = LineLabels({"a": title, "b": weak, "c": subhead}, {joint: [0.0] * len(LABELS) ** 2 for joint in JOINTS})
    names, joints = [["a"], ["b"], ["a"]], ["first", "text between", "text between"]
    assert model.best(names, joints) == ["title", "subhead", "title"]
    assert model.best(names, joints, ["set so"] * 3) == ["title"] * 3
    assert model.best(names, joints, ["set so", "otherwise", "set so"]) == ["title", "subhead", "title"]


def test_names_below_a_line_sign_no_section() -> None:
    model = line_labels()
    below_names, marked = model.scores([["below is byline"], ["marks"]]).tolist()
    assert below_names[LABELS.index("section")] < -1000 < below_names[LABELS.index("text")]
    assert marked[LABELS.index("text")] < -1000 < marked[LABELS.index("section")]


def test_a_page_without_candidates_has_no_labels() -> None:
    assert line_labels().best([], []) == []


def test_the_score_of_a_label_is_the_sum_of_the_weights_of_the_features() -> None:
    features = {"a": [float(i) for i in range(len(LABELS))], "b": [10.0] * len(LABELS)}
    model = LineLabels(features, {})
    scores = model.scores([["a"], ["b", "a", "unknown"], ["unknown"], ["b", "b"]]).tolist()
    assert scores == [features["a"], [10.0 + i for i in range(len(LABELS))], [0.0] * len(LABELS), [20.0] * len(LABELS)]
