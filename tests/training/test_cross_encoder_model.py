"""The cross-encoder in torch: its graph computes what was trained, and the loss is as described."""

from __future__ import annotations

import pytest
import torch

from index.encoders.onnx_encoder import open_session
from index.training import cross_encoder_model
from index.training.cross_encoder_graph import cross_encoder
from index.training.student import DIM, HEADS

POSITIONS = 64


def trained(depth: int) -> cross_encoder_model.CrossEncoder:
    torch.manual_seed(7)
    made = cross_encoder_model.CrossEncoder(depth, POSITIONS)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return made


def test_the_graph_computes_what_was_trained() -> None:
    made = trained(2).eval()
    entrance = torch.randn(40, DIM)
    question, passage = [5, 9, 30], [7, 9, 9, 22, 31]
    weights = {name: values.detach().numpy() for name, values in made.state_dict().items()}
    session = open_session(cross_encoder(weights, 2, HEADS))
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
        alone = [cross_encoder_model.scores(made, entrance, [pair]) for pair in (short, long)]
        together = cross_encoder_model.scores(made, entrance, [short, long])
    assert together.tolist() == pytest.approx([float(score) for score in alone], abs=0.05)  # bfloat16


def test_the_loss_is_lowest_if_right_passages_score_above_0_and_wrong_ones_below() -> None:
    good = torch.tensor([[4.0, -4, -4], [4, -4, -4]])
    assert cross_encoder_model.loss_of(good) < cross_encoder_model.loss_of(good + 4), "the right order, but every score says yes"
    assert cross_encoder_model.loss_of(good) < cross_encoder_model.loss_of(good * 0.1)
    assert cross_encoder_model.loss_of(good) < cross_encoder_model.loss_of(-good)
