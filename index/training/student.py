"""The contextual model in torch: a BERT over the ids of a tokenizer of its own.

ids ──rows of the entrance──▶ + position ──LayerNorm──▶ layers ──mean──▶ 384, length 1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from index.encoders.onnx_encoder import MOST_TOKENS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

DIM = 384  # of a vector, and of what goes from layer to layer
HEADS = 12  # of attention in each layer
INNER = 1536  # width inside a layer
EPSILON = 1e-12  # of BERT's LayerNorm
GROUP = 5_000  # tokens, with padding, of texts of similar length that go through together
FAR = -1e4  # added to the scores of padding, whose weight is then 0 after the softmax, in bfloat16 too


class Layer(nn.Module):
    """Attention and two linear layers, as in BERT (Devlin et al., NAACL 2019); queries, keys and values in one product."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(DIM, 3 * DIM), nn.Linear(DIM, DIM)
        self.up, self.down = nn.Linear(DIM, INNER), nn.Linear(INNER, DIM)
        self.after_attention, self.after_inner = nn.LayerNorm(DIM, EPSILON), nn.LayerNorm(DIM, EPSILON)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = (
            part.reshape(batch * HEADS, length, -1)
            for part in self.qkv(x).view(batch, length, 3, HEADS, DIM // HEADS).permute(2, 0, 3, 1, 4)
        )
        # Three plain products: the backward pass of torch's fused attention takes four times as long on a processor.
        attention = torch.baddbmm(mask.to(q.dtype), q, k.transpose(1, 2), alpha=(DIM // HEADS) ** -0.5).softmax(-1)
        mixed = torch.bmm(attention.to(v.dtype), v).view(batch, HEADS, length, -1).transpose(1, 2).reshape(batch, length, DIM)
        x = self.after_attention(x + self.out(mixed))
        y: Tensor = self.after_inner(x + self.down(functional.gelu(self.up(x))))
        return y


class Layers(nn.Module):
    """All layers after the input embeddings."""

    def __init__(self, depth: int, positions: int) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(positions, DIM))
        self.before = nn.LayerNorm(DIM, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(depth))

    def forward(self, rows: Tensor, lengths: Tensor) -> Tensor:
        """Return (texts, 384) of length 1. *rows*: (texts, tokens, 384), padded; *lengths*: tokens of each text."""
        there = torch.arange(rows.shape[1]) < lengths[:, None]
        mask = torch.where(there, 0.0, FAR)[:, None, None, :].expand(-1, HEADS, -1, -1).reshape(-1, 1, rows.shape[1])
        x = self.before(rows + self.positions[: rows.shape[1]])
        for layer in self.layers:
            x = layer(x, mask)
        pooled = (x.float() * there[:, :, None]).sum(dim=1) / lengths[:, None]
        return functional.normalize(pooled, dim=1)


def encode(layers: Layers, entrance: Tensor, texts: Sequence[Tensor]) -> Tensor:
    """Return (len(texts), 384): texts of similar length go through together, so that there is little padding."""
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    parts = []
    with torch.autocast("cpu", torch.bfloat16):  # around all groups, so the weights are rounded once
        for group in groups(order, [len(text) for text in texts], GROUP):
            lengths = torch.tensor([len(texts[number]) for number in group])
            padded = nn.utils.rnn.pad_sequence([texts[number] for number in group], batch_first=True)
            parts.append(layers(functional.embedding(padded, entrance), lengths))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[back]


def groups(order: Sequence[int], lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield *order*, which begins with the shortest texts, in groups of at most *most* tokens with padding."""
    group: list[int] = []
    for number in order:
        if group and lengths[number] * (len(group) + 1) > most:
            yield group
            group = []
        group.append(number)
    if group:
        yield group


class Student(NamedTuple):
    """The model in training: layers, input embeddings and their tokenizer; an `evaluate.Encoder`."""

    layers: Layers
    entrance: Tensor
    tokenizer: Any

    def ids(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        """Return the ids of each text, between the ids of its two ends, 1 and 2."""
        found = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [[1, *encoding.ids[: longest - 2], 2] for encoding in found]

    def encode(self, texts: Sequence[str], longest: int = MOST_TOKENS) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1; only the first *longest* tokens of a text are read."""
        with torch.no_grad():
            vectors: Vectors = encode(self.layers, self.entrance, [torch.tensor(ids) for ids in self.ids(texts, longest)]).numpy()
        return vectors
