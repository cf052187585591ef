"""Training the cross-encoder: its graph computes what was trained; batches, mined passages and the loss are as described."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from index.encoders.onnx_encoder import ContextualEncoder, open_session
from index.encoders.shipped import SHIPPED
from index.training import cross_encoder, graph
from index.training.student import DIM, HEADS
from tests.ranking.test_shipped_cross_encoder import ANSWER, FAR, NEAR, QUESTION


@pytest.fixture(scope="module")
def contextual() -> ContextualEncoder:
    return ContextualEncoder("contextual", SHIPPED / "contextual")


def trained(depth: int) -> cross_encoder.CrossEncoder:
    torch.manual_seed(7)
    made = cross_encoder.CrossEncoder(depth)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return made


def test_the_graph_computes_what_was_trained() -> None:
    made = trained(2).eval()
    entrance = torch.randn(40, DIM)
    question, passage = [5, 9, 30], [7, 9, 9, 22, 31]
    weights = {name: values.detach().numpy() for name, values in made.state_dict().items()}
    session = open_session(graph.cross_encoder(weights, 2, HEADS))
    rows = entrance.numpy()
    found = session.run(None, {"asked": rows[[1, *question, 2]], "said": rows[[*passage, 2]]})[0]
    with torch.no_grad():
        embedded = entrance[[1, *question, 2, *passage, 2]][None]
        expected = made(embedded, torch.tensor([embedded.shape[1]]), torch.tensor([len(question) + 2]))
    assert found == pytest.approx(expected.numpy(), abs=1e-3)


def test_padding_changes_no_score() -> None:
    made, entrance = trained(1).eval(), torch.randn(40, DIM)
    short, long = ([5], [7, 8]), ([5, 6, 7, 8], list(range(3, 39)))
    with torch.no_grad():
        alone = [cross_encoder.scores(made, entrance, [pair]) for pair in (short, long)]
        together = cross_encoder.scores(made, entrance, [short, long])
    assert together.tolist() == pytest.approx([float(score) for score in alone], abs=0.05)  # bfloat16


def ids(questions: int, passages: int) -> cross_encoder.Ids:
    asked = [(f"q{row}", row, [number for number in range(passages) if number != row][:36], [row + 1]) for row in range(questions)]
    return cross_encoder.Ids([[number] for number in range(passages)], [[1000 + row] for row in range(questions)], asked)


def test_in_a_batch_the_first_passage_of_each_question_is_right_and_the_others_are_wrong() -> None:
    drawn = cross_encoder.batches([(1.0, ids(40, 60)), (2.0, ids(20, 30))], "seed")
    for _ in range(20):
        batch = next(drawn)
        assert len(batch) == cross_encoder.QUESTIONS * (1 + cross_encoder.WRONG)
        for first in range(0, len(batch), 1 + cross_encoder.WRONG):
            (question, right), *wrong = batch[first : first + 1 + cross_encoder.WRONG]
            assert right == [question[0] - 1000]
            assert all(other == question and passage != right for other, passage in wrong)


def test_the_loss_is_lowest_if_right_passages_score_above_0_and_wrong_ones_below() -> None:
    good = torch.tensor([[4.0, -4, -4], [4, -4, -4]])
    assert cross_encoder.loss_of(good) < cross_encoder.loss_of(good + 4), "the right order, but every score says yes"
    assert cross_encoder.loss_of(good) < cross_encoder.loss_of(good * 0.1)
    assert cross_encoder.loss_of(good) < cross_encoder.loss_of(-good)


def test_the_answer_and_its_copies_are_not_among_the_mined_passages(contextual: ContextualEncoder) -> None:
    chance = random.Random(3)
    passages = [ANSWER, ANSWER + "（转载）", NEAR, FAR, *("".join(chance.sample(NEAR + FAR, 40)) for _ in range(40))]
    mined = cross_encoder._mined([(QUESTION, ANSWER, [NEAR])], passages, contextual)
    [(question, answer, nearest, near)] = mined.asked
    assert (question, answer, near) == (QUESTION, 0, [2])
    assert not {0, 1} & set(nearest)
    best = np.argsort(-(contextual.encode_passages(passages) @ contextual.encode_query(QUESTION)))
    assert nearest == [number for number in best.tolist() if number not in (0, 1)][: len(nearest)]
