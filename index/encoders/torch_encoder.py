"""The shipped contextual model on a device of torch: the same weights, read out of model.onnx and dequantised, many texts at once.

    model.onnx ──products, biases, norms──▶ float32 ──▶ torch, on the device
    texts ──tokenizer, rows──▶ (texts, tokens, 384), padded ──▶ vectors

For those who embed millions of passages: a question is encoded by onnxruntime, as ever. The two differ where onnxruntime rounds the
inputs of products to 8 bits: their vectors have a cosine of .995 and more. Needs the extra `models`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.encoders.hub import refuse_missing_device
from index.encoders.onnx_encoder import END, MODEL_FILE, START, ContextualEncoder
from index.errors import NoModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

HEADS = 12  # of attention in each layer
EPSILON = 1e-12  # of LayerNorm, as in BERT
TOKENS_AT_ONCE = 32_768  # with padding
FAR = -1e9  # added to the scores of padding, whose weight is then 0 after the softmax


class Weights(NamedTuple):
    """The weights of the layers in float32, in the order in which the graph uses them.

    - *positions* (tokens, dim); *norms*: weight and bias of each LayerNorm, the first before all layers, two in each layer.
    - *products*: weight (out, in) and bias of four products in each layer: queries, keys and values; out; up; down.
    """

    positions: Vectors
    norms: list[tuple[Vectors, Vectors]]
    products: list[tuple[Vectors, Vectors]]


def read_weights(path: Path) -> Weights:
    """Return the weights of the graph *path*, which `index/training/graph.py` writes.

    A product divides its input by factors for the columns, if it does so, and multiplies it by integers with a scale for each row.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    constants = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    users = {given: node for node in graph.node for given in node.input}
    norms, products = [], []
    for node in graph.node:
        if node.op_type == "LayerNormalization":
            norms.append((constants[node.input[1]], constants[node.input[2]]))
        if node.op_type == "DynamicQuantizeMatMul":
            weight = constants[node.input[1]].T * constants[node.input[2]][:, None]
            smoothed = makers.get(makers[node.input[0]].input[0])
            if smoothed is not None and smoothed.op_type == "Mul" and smoothed.input[1] in constants and constants[smoothed.input[1]].ndim:
                weight = weight * constants[smoothed.input[1]]
            added = users[users[node.output[0]].output[0]]  # the product times the length of its input, plus the bias
            products.append((weight.astype("float32"), constants[added.input[1]]))
    positions = next(constants[node.input[0]] for node in graph.node if node.op_type == "Slice")
    return Weights(positions, norms, products)


class TorchContextualEncoder(ContextualEncoder):
    """The contextual model whose passages are embedded by torch on *device*; it has the name and the fingerprint of the other one."""

    def __init__(self, name: str, folder: Path, device: str) -> None:
        try:
            import torch
        except ImportError as error:
            raise NoModel(
                "--device {device} needs sentence-transformers; install it with: pip install 'sentence-transformers>=5'", device=device
            ) from error
        refuse_missing_device(device)
        super().__init__(name, folder)
        self.device = device
        weights = read_weights(folder / MODEL_FILE)

        def there(values: Vectors) -> Any:
            return torch.from_numpy(values.copy()).to(device)

        self._positions = there(weights.positions)
        self._norms = [(there(weight), there(bias)) for weight, bias in weights.norms]
        self._products = [(there(weight), there(bias)) for weight, bias in weights.products]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 (a text without a known word: zeros)."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dim), np.float32)
        ids = self.tokens(texts)
        for group in _groups([len(text) for text in ids]):
            vectors[group] = self._encoded([[START, *ids[row], END] for row in group])
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return super().encode_passages(texts)

    def _encoded(self, ids: Sequence[Sequence[int]]) -> Vectors:
        """Return the vectors of texts that go through together."""
        import torch
        from torch.nn import functional

        with torch.inference_mode():
            rows = [torch.from_numpy(self.rows(text)) for text in ids]
            x = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True).to(self.device)
            lengths = torch.tensor([len(text) for text in ids], device=self.device)
            there = torch.arange(x.shape[1], device=self.device) < lengths[:, None]
            mask = torch.where(there, 0.0, FAR)[:, None, None, :]
            x = self._normed(x + self._positions[: x.shape[1]], 0)
            for layer in range(len(self._products) // 4):
                x = self._layer(x, mask, layer)
            pooled = (x * there[:, :, None]).sum(dim=1) / lengths[:, None]
            vectors: Vectors = functional.normalize(pooled, dim=1).cpu().numpy()
        return vectors

    def _layer(self, x: Any, mask: Any, number: int) -> Any:
        from torch.nn import functional

        qkv, out, up, down = self._products[4 * number : 4 * number + 4]
        texts, tokens, dim = x.shape
        parts = functional.linear(x, *qkv).view(texts, tokens, 3, HEADS, dim // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], mask, scale=1.0)  # the queries are scaled already
        x = self._normed(x + functional.linear(mixed.transpose(1, 2).reshape(texts, tokens, dim), *out), 1 + 2 * number)
        inner = functional.gelu(functional.linear(x, *up))
        return self._normed(x + functional.linear(inner, *down), 2 + 2 * number)

    def _normed(self, x: Any, number: int) -> Any:
        from torch.nn import functional

        return functional.layer_norm(x, x.shape[-1:], *self._norms[number], EPSILON)


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the numbers of texts of similar length, the longest first, those without a token left out; a group has TOKENS_AT_ONCE at most.

    >>> list(_groups([2, 0, 4]))
    [[2, 0]]
    """
    group: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        if not lengths[number]:
            break
        if group and (lengths[group[0]] + 2) * (len(group) + 1) > TOKENS_AT_ONCE:
            yield group
            group = []
        group.append(number)
    if group:
        yield group
