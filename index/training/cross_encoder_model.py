"""The cross-encoder in torch: it reads a question and a passage together and scores whether the passage answers.

    ids of a question and a passage ──input embeddings of the contextual model──▶ layers ──▶ score ──write──▶ model.onnx, config.json

`cross_encoder.py` trains it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from index.training.student import DIM, EPSILON, FAR, HEADS, Layer, groups

GROUP = 6_000  # tokens, with padding, of pairs of similar length that go through together


class CrossEncoder(nn.Module):
    """Layers of the contextual model over a question and a passage at once; both begin at position 0, as when read alone.

    score = Σ met · (mean of the question's tokens ⊙ mean of the passage's tokens, each of length 1) + start · first token + bias;
    before training it is ten times the cosine, less five.
    """

    def __init__(self, depth: int, positions: int) -> None:
        super().__init__()
        self.positions, self.sides = nn.Parameter(torch.zeros(positions, DIM)), nn.Parameter(torch.zeros(2, DIM))
        self.before = nn.LayerNorm(DIM, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(depth))
        self.met, self.start = nn.Parameter(torch.full((DIM,), 10.0)), nn.Linear(DIM, 1)
        nn.init.zeros_(self.start.weight)
        nn.init.constant_(self.start.bias, -5.0)

    def forward(self, embedded: Tensor, lengths: Tensor, asked: Tensor) -> Tensor:
        """Return (pairs,). *embedded*: (pairs, tokens, 384), padded; *lengths*, *asked*: tokens of each pair and of its question."""
        token = torch.arange(embedded.shape[1])
        there, question = token < lengths[:, None], token < asked[:, None]
        mask = torch.where(there, 0.0, FAR)[:, None, None, :].expand(-1, HEADS, -1, -1).reshape(-1, 1, embedded.shape[1])
        positions = torch.where(question, token, token - asked[:, None]).clamp(0, len(self.positions) - 1)
        x = self.before(embedded + self.positions[positions] + self.sides[(~question).long()])
        for layer in self.layers:
            x = layer(x, mask)
        x = x.float()
        means = [(x * side[:, :, None]).sum(1) / side.sum(1, keepdim=True) for side in (question, there & ~question)]
        met = functional.normalize(means[0], dim=1) * functional.normalize(means[1], dim=1) * self.met
        score: Tensor = met.sum(1) + self.start(x[:, 0]).squeeze(1)
        return score


def scores(model: CrossEncoder, entrance: Tensor, read: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Tensor:
    """Return (len(read),): the score of each question and passage, given as ids without START and END."""
    from index.encoders.onnx_encoder import END, START

    whole = [torch.tensor([START, *asked, END, *said, END]) for asked, said in read]
    order = sorted(range(len(whole)), key=lambda number: len(whole[number]))
    parts = []
    with torch.autocast("cpu", torch.bfloat16):
        for group in groups(order, [len(ids) for ids in whole], GROUP):
            padded = nn.utils.rnn.pad_sequence([whole[number] for number in group], batch_first=True)
            lengths = torch.tensor([len(whole[number]) for number in group])
            asked = torch.tensor([len(read[number][0]) + 2 for number in group])
            parts.append(model(functional.embedding(padded, entrance), lengths, asked))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[back]


def loss_of(found: Tensor) -> Tensor:
    """Return the loss of scores (questions, passages), of which the first in each row is the right one.

    In the binary part, right and wrong passages have the same weight in all.
    """
    order = functional.cross_entropy(found, torch.zeros(len(found), dtype=torch.long))
    truth = torch.zeros_like(found)
    truth[:, 0] = 1
    weights = torch.full_like(found, 0.5 / (found.shape[1] - 1))
    weights[:, 0] = 0.5
    return order + functional.binary_cross_entropy_with_logits(found, truth, weights, reduction="sum") / len(found)


def write(model: CrossEncoder, entrance: Tensor, measured: Sequence[tuple[list[int], list[int]]], folder: Path, made_for: str) -> None:
    """Write *model* to *folder*, with the ranges of its values on the pairs *measured*; *made_for*: the contextual model's fingerprint."""
    from index.training.cross_encoder_graph import cross_encoder
    from index.training.ship import watched

    def run() -> None:
        with torch.no_grad():
            for pair in measured:
                scores(model, entrance, [pair])

    ranges = watched(model, run)
    weights = {name: values.detach().numpy() for name, values in model.state_dict().items()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(cross_encoder(weights, len(model.layers), HEADS, ranges))
    (folder / "config.json").write_text(json.dumps({"contextual": made_for}) + "\n", "utf-8")
