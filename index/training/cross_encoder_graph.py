"""Write a trained cross-encoder as an ONNX graph in 8 bits: input embeddings of a question and of a passage (tokens, 384) ──▶ score (1).

    x (tokens, 384) ──divided by column──▶ rounded by one fixed step ──8-bit product, scales and bias in one──▶ (tokens, 1152) …

The contextual model's graph (graph.py) measures the range of every product's inputs anew for every text, which takes six passes over the
values of a product. Here the ranges are fixed, measured on training texts. After GELU alone each token has its own, since a few tokens
have values there that are twenty times those of the others. So a pair has the same score whatever other pairs there are, in half the
processor time. Weights, smoothing and bias are rounded and corrected as in graph.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.training.graph import BITS, Graph, smoothing, whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.training.graph import Vectors, Weights

SMOOTHED = ("qkv", "up")  # products whose inputs come from a LayerNorm, with a few large columns
FIXED = (*SMOOTHED, "out")  # products whose inputs have one range for all texts
MIDDLE = 128  # the 8-bit number of 0 where the range is fixed; it reaches as far below 0 as above
GELU_ZERO = 32  # the 8-bit number of 0 after GELU, which goes up to any value
GELU_LEAST = 0.17  # GELU is never below the negative of this
UNMEASURED = 8.0  # largest input of a product of which no range is known


class Product(NamedTuple):
    """A product x · weight + bias in 8 bits.

    - *rounded* (in, out), int8, and *scales* (out,): the weights; *bias* (out,).
    - *divisor* (in,): x is divided by it first; None: by nothing.
    - *largest*: the largest absolute input after that, on training texts; None: each token has its own range.
    """

    rounded: NDArray[np.int8]
    scales: Vectors
    bias: Vectors
    divisor: Vectors | None
    largest: float | None

    def columns(self, numbers: NDArray[np.int64]) -> Product:
        return self._replace(rounded=self.rounded[:, numbers], scales=self.scales[numbers], bias=self.bias[numbers])


def cross_encoder(weights: Weights, depth: int, heads: int, ranges: Weights | None = None) -> bytes:
    """Return the graph of the cross-encoder: `asked` and `said`, (tokens, dim) each, to `score`, (1,).

    *weights* are named as in `cross_encoder_model.CrossEncoder`; *ranges* as `ship.watched` returns them, None for products in 32 bits.
    """
    if ranges is None:
        return written(weights, [None] * depth, heads)
    return written(weights, [products(_of_layer(weights, number), _of_layer(ranges, number), heads) for number in range(depth)], heads)


def products(weights: Weights, ranges: Weights, heads: int) -> dict[str, Product]:
    """Return the products of one layer by name; *weights* and *ranges* are those of the layer."""
    import numpy as np

    made = {}
    for name in ("qkv", "out", "up", "down"):
        weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        if name == "qkv":
            factor = _query_scale(len(weight) // 3, heads)
            weight, bias = weight * factor[:, None], bias * factor
        largest, mean = ranges.get(name), ranges.get(f"{name}.mean")
        divisor = None
        if largest is not None and name in SMOOTHED:
            divisor = smoothing(largest, weight)
            weight, largest = weight * divisor, largest / divisor
            mean = None if mean is None else mean / divisor
        rounded, scales = whole(weight, BITS)
        if mean is not None:
            bias = bias + (weight - rounded * scales[:, None]) @ mean
        reach = None if name not in FIXED else UNMEASURED if largest is None else float(np.max(largest))
        made[name] = Product(np.ascontiguousarray(rounded.T), scales, bias.astype(np.float32), divisor, reach)
    return made


def written(weights: Weights, layers: Sequence[Mapping[str, Product] | None], heads: int) -> bytes:
    """Return the graph in ONNX form. *layers*: the products of each layer; None: its products are made in 32 bits of *weights*."""
    import numpy as np

    graph = Graph(quantised=False)
    dim = weights["positions"].shape[1]
    zero, lengths, sides = graph.constant(np.asarray([0])), {}, []
    for number, name in enumerate(("asked", "said")):
        lengths[name] = graph.add("Shape", [name], end=1)
        positions = graph.constant(weights["positions"] + weights["sides"][number])
        sides.append(graph.add("Add", [name, graph.add("Slice", [positions, zero, lengths[name], zero])]))
    x = graph.normalised(graph.add("Concat", sides, axis=0), weights, "before")
    zeros = graph.add("Expand", [graph.constant(np.uint8(GELU_ZERO)), graph.add("Shape", [x], end=1)])
    for number, made in enumerate(layers):
        x = _Layer(graph, _of_layer(weights, number), made, heads, zeros).added(x)
    both = graph.add("Split", [x, graph.add("Concat", list(lengths.values()), axis=0)], outputs=2, axis=0)
    means = [graph.add("LpNormalization", [graph.add("ReduceMean", [side], axes=[0], keepdims=0)], axis=0, p=2) for side in both]
    met = graph.add("MatMul", [graph.add("Mul", means), graph.constant(weights["met"])])
    first = graph.add("Squeeze", [graph.add("Slice", [x, zero, graph.constant(np.asarray([1])), zero]), zero])
    start = graph.add("MatMul", [first, graph.constant(weights["start.weight"][0])])
    score = graph.add("Add", [graph.add("Add", [met, start]), graph.constant(weights["start.bias"])])
    return graph.written("score", {"asked": ("asked_tokens", dim), "said": ("said_tokens", dim)}, score, [1])


class _Layer:
    """One layer, with its *weights* by name and its *products*, if they are in 8 bits; *zeros*: GELU_ZERO for each token."""

    def __init__(self, graph: Graph, weights: Weights, products: Mapping[str, Product] | None, heads: int, zeros: str) -> None:
        self._graph, self._weights, self._products, self._heads, self._zeros = graph, weights, products, heads, zeros

    def added(self, x: str) -> str:
        graph = self._graph
        attended = self._attended(*self._linear(x, "qkv", parts=3))
        x = graph.normalised(graph.add("Add", [x, *self._linear(attended, "out")]), self._weights, "after_attention")
        [inner] = self._linear(x, "up")
        [outer] = self._linear(graph.add("Gelu", [inner], domain="com.microsoft"), "down")
        return graph.normalised(graph.add("Add", [x, outer]), self._weights, "after_inner")

    def _attended(self, queries: str, keys: str, values: str) -> str:
        """Return the values, mixed by attention; all are (tokens, dim), and the products take the heads out of it by themselves."""
        import numpy as np

        graph, dim = self._graph, len(self._weights["out.bias"])
        split = graph.constant(np.asarray([-1, self._heads, dim // self._heads]))
        queries, keys, values = (graph.add("Reshape", [part, split]) for part in (queries, keys, values))
        met = graph.add("FusedMatMul", [queries, keys], domain="com.microsoft", transBatchA=1, transBatchB=1, transB=1)
        weights = graph.add("Softmax", [met], axis=-1)
        mixed = graph.add("FusedMatMul", [weights, values], domain="com.microsoft", transBatchB=1)
        mixed = graph.add("Transpose", [mixed], perm=[1, 0, 2])
        return str(graph.add("Reshape", [mixed, graph.constant(np.asarray([-1, dim]))]))

    def _linear(self, x: str, name: str, parts: int = 1) -> list[str]:
        """Return the product *name* of *x*, its columns in *parts* equal parts."""
        import numpy as np

        if self._products is None:
            weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
            if name == "qkv":
                factor = _query_scale(len(bias) // 3, self._heads)
                weight, bias = weight * factor[:, None], bias * factor
            return [self._graph.linear(x, weight[rows], bias[rows]) for rows in np.split(np.arange(len(bias)), parts)]
        product = self._products[name]
        columns = [product.columns(numbers) for numbers in np.split(np.arange(len(product.bias)), parts)]
        if product.divisor is not None:
            x = self._graph.add("Mul", [x, self._graph.constant(1 / product.divisor)])
        return self._by_token(x, columns) if product.largest is None else self._by_fixed_range(x, columns, product.largest)

    def _by_fixed_range(self, x: str, columns: Sequence[Product], largest: float) -> list[str]:
        import numpy as np

        graph = self._graph
        step, middle = graph.constant(np.float32(largest / (MIDDLE - 1))), graph.constant(np.uint8(MIDDLE))
        x = graph.add("QuantizeLinear", [x, step, middle])
        return [graph.integer_product(x, middle, step, part.rounded, part.scales, part.bias) for part in columns]

    def _by_token(self, x: str, columns: Sequence[Product]) -> list[str]:
        """Return the products of *x* after GELU: the range of a token reaches from GELU_LEAST below 0 to its largest value."""
        import numpy as np

        graph = self._graph
        largest = graph.add("ReduceMax", [x], axes=[1], keepdims=0)
        steps = graph.add("Mul", [largest, graph.constant(np.float32(1 / (255 - GELU_ZERO)))])
        steps = graph.add("Max", [steps, graph.constant(np.float32(GELU_LEAST / GELU_ZERO))])
        x = graph.add("QuantizeLinear", [x, steps, self._zeros], axis=0)
        by_row = graph.add("Unsqueeze", [steps, graph.constant(np.asarray([1]))])
        one, zero = graph.constant(np.float32(1)), graph.constant(np.uint8(GELU_ZERO))
        made = [graph.integer_product(x, zero, one, part.rounded, part.scales) for part in columns]
        return [
            graph.add("Add", [graph.add("Mul", [product, by_row]), graph.constant(part.bias)])
            for product, part in zip(made, columns, strict=True)
        ]


def _query_scale(dim: int, heads: int) -> Vectors:
    """Return the factor (3 · dim,) of each row of queries, keys and values: attention divides the queries by the root of their length."""
    import numpy as np

    factor = np.ones(3 * dim, np.float32)
    factor[:dim] = (dim // heads) ** -0.5
    return factor


def _of_layer(weights: Weights, number: int) -> dict[str, Vectors]:
    prefix = f"layers.{number}."
    return {name.removeprefix(prefix): values for name, values in weights.items() if name.startswith(prefix)}
