"""Write trained layers as an ONNX graph in 8 bits: input embeddings of a text (tokens, 384) ──▶ vector (384), length 1.

Weights are integers with one scale for each row. The inputs of a product are divided by the largest of their token and rounded to 8 bits;
that depends only on the text, so a text has the same vector whatever other texts there are. cross_encoder_graph.py has a faster form.

Columns with large inputs first shift a part of their size to the weights (SmoothQuant, Xiao et al., ICML 2023). What the rounding of
weights adds to a mean input is subtracted from the bias (Nagel et al., ICCV 2019). *ranges* are the largest and the mean input of each
column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Weights = Mapping[str, Vectors]

BITS = 7  # of a weight; with 8 bits the sum of two products overflows on processors without VNNI
OPSET = 17  # the first with LayerNormalization; onnxruntime supports it since 1.12
EPSILON = 1e-12  # of LayerNorm, as in BERT
ROOT_HALF = 0.5**0.5  # of GELU


class Graph:
    """A graph that grows: each method adds nodes or constants and returns the name of the result."""

    def __init__(self, quantised: bool) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self._quantised = quantised

    def constant(self, values: Any) -> str:
        """Return the name of the constant *values*; equal constants are kept once."""
        import numpy as np

        array = np.ascontiguousarray(values)
        for name, known in self.constants.items():
            if known.dtype == array.dtype and known.shape == array.shape and (known == array).all():
                return name
        name = f"c{len(self.constants)}"
        self.constants[name] = array
        return name

    def add(self, kind: str, inputs: Sequence[str], outputs: int = 1, domain: str = "", **attributes: Any) -> Any:
        from onnx import helper

        names = [f"n{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def linear(self, x: str, weight: Vectors, bias: Vectors, largest: Vectors | None = None, mean: Vectors | None = None) -> str:
        """Add *x* · *weight*ᵀ + *bias*; *weight* is (out, in), as in torch; *largest* and *mean* are of each column of *x*, if known."""
        if not self._quantised:
            product = self.add("MatMul", [x, self.constant(weight.T)])
            return str(self.add("Add", [product, self.constant(bias)]))
        if largest is not None:
            handed = smoothing(largest, weight)
            weight, x = weight * handed, self.add("Mul", [x, self.constant(1 / handed)])
            mean = None if mean is None else mean / handed
        length = self.add("ReduceMax", [self.add("Abs", [x])], axes=[1], keepdims=1)
        rounded, scales = whole(weight, BITS)
        if mean is not None:
            bias = bias + (weight - rounded * scales[:, None]) @ mean
        inputs = [self.add("Div", [x, length]), self.constant(rounded.T), self.constant(scales)]
        product = self.add("DynamicQuantizeMatMul", inputs, domain="com.microsoft")
        return str(self.add("Add", [self.add("Mul", [product, length]), self.constant(bias)]))

    def integer_product(
        self, x: str, zero: str, step: str, rounded: NDArray[np.int8], scales: Vectors, bias: Vectors | None = None
    ) -> str:  # fmt: skip
        """Add (*x* - *zero*) · *rounded* · *step* · *scales* + *bias* in 32 bits; *x* is in 8 bits, *rounded* (in, out)."""
        inputs = [x, self.constant(rounded), step, self.constant(scales), zero]
        if bias is not None:
            inputs += ["", self.constant(bias)]  # between them the zeros of the weights, which are 0
        return str(self.add("MatMulIntegerToFloat", inputs, domain="com.microsoft"))

    def normalised(self, x: str, weights: Weights, name: str) -> str:
        inputs = [x, self.constant(weights[f"{name}.weight"]), self.constant(weights[f"{name}.bias"])]
        return str(self.add("LayerNormalization", inputs, epsilon=EPSILON))

    def written(self, name: str, inputs: Mapping[str, tuple[str, int]], result: str, shape: Sequence[int]) -> bytes:
        """Return the graph in ONNX form: *inputs* by name with their shapes, and *result*."""
        from onnx import TensorProto, helper, numpy_helper

        output = "vector" if name == "contextual" else name  # of the cross-encoder: score
        self.nodes.append(helper.make_node("Identity", [result], [output]))
        made = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info(given, TensorProto.FLOAT, list(dims)) for given, dims in inputs.items()],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, list(shape))],
            [numpy_helper.from_array(values, constant) for constant, values in self.constants.items()],
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        proto = helper.make_model(made, opset_imports=opsets, ir_version=8, producer_name="qianli")
        return bytes(proto.SerializeToString())


def whole(weight: Vectors, bits: int = 8) -> tuple[Any, Vectors]:
    """Return *weight* (rows, n) rounded to integers of *bits* bits, int8, and the scale (rows,) of each row.

    >>> import numpy as np
    >>> rounded, scales = whole(np.asarray([[0.5, -1.27, 0.004]], np.float32))
    >>> rounded.tolist(), [round(float(scale), 4) for scale in scales]
    ([[50, -127, 0]], [0.01])
    """
    import numpy as np

    scales = np.maximum(np.abs(weight).max(axis=1), 1e-12) / (2 ** (bits - 1) - 1)
    return np.rint(weight / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def smoothing(largest: Vectors, weight: Vectors) -> Vectors:
    """Return the factor by which each column of the input is divided and of the weight multiplied, half way between their ranges."""
    import numpy as np

    handed = np.sqrt(np.maximum(largest, 1e-4) / np.maximum(np.abs(weight).max(axis=0), 1e-4))
    smooth: Vectors = (handed / np.exp(np.log(handed).mean())).astype(np.float32)
    return smooth


def model(weights: Weights, depth: int, heads: int, ranges: Weights | None = None) -> bytes:
    """Return the graph of *weights* (the names of `student.Layers`) in ONNX form, in 8 bits where *ranges* are given.

    *ranges*: the largest input of each column of `layers.N.qkv` and `layers.N.up`; under a name with `.mean` at its end, the mean input
    of each column of these, `layers.N.out` and `layers.N.down`.
    """
    import numpy as np

    graph = Graph(ranges is not None)
    dim = weights["positions"].shape[1]
    length = graph.add("Shape", ["rows"], end=1)
    zero = graph.constant(np.asarray([0]))
    positions = graph.add("Slice", [graph.constant(weights["positions"]), zero, length, zero])
    x = graph.normalised(graph.add("Add", ["rows", positions]), weights, "before")
    for number in range(depth):
        x = _layer(graph, x, _of_layer(weights, ranges, number), heads, dim)
    pooled = graph.add("ReduceMean", [x], axes=[0], keepdims=0)
    return graph.written("contextual", {"rows": ("tokens", dim)}, graph.add("LpNormalization", [pooled], axis=0, p=2), [dim])


def _of_layer(weights: Weights, ranges: Weights | None, number: int) -> dict[str, Vectors]:
    return {name.removeprefix(f"layers.{number}."): values for name, values in (*weights.items(), *(ranges or {}).items())}


def _layer(graph: Graph, x: str, weights: Weights, heads: int, dim: int) -> str:
    import numpy as np

    scale = np.ones((3 * dim, 1), np.float32)
    scale[:dim] = (dim // heads) ** -0.5  # of the queries
    qkv = graph.linear(x, weights["qkv.weight"] * scale, weights["qkv.bias"] * scale[:, 0], weights.get("qkv"), weights.get("qkv.mean"))
    by_head = graph.add("Reshape", [qkv, graph.constant(np.asarray([-1, 3, heads, dim // heads]))])
    split = graph.add("Split", [graph.add("Transpose", [by_head], perm=[1, 2, 0, 3])], outputs=3, axis=0)
    q, k, v = (graph.add("Squeeze", [part, graph.constant(np.asarray([0]))]) for part in split)
    scores = graph.add("Softmax", [graph.add("MatMul", [q, graph.add("Transpose", [k], perm=[0, 2, 1])])], axis=-1)
    mixed = graph.add("Transpose", [graph.add("MatMul", [scores, v])], perm=[1, 0, 2])
    joined = graph.add("Reshape", [mixed, graph.constant(np.asarray([-1, dim]))])
    out = graph.linear(joined, weights["out.weight"], weights["out.bias"], mean=weights.get("out.mean"))
    x = graph.normalised(graph.add("Add", [x, out]), weights, "after_attention")
    inner = graph.linear(x, weights["up.weight"], weights["up.bias"], weights.get("up"), weights.get("up.mean"))
    erf = graph.add("Erf", [graph.add("Mul", [inner, graph.constant(np.float32(ROOT_HALF))])])
    half = graph.add("Mul", [inner, graph.constant(np.float32(0.5))])
    gelu = graph.add("Mul", [half, graph.add("Add", [erf, graph.constant(np.float32(1))])])
    down = graph.linear(gelu, weights["down.weight"], weights["down.bias"], mean=weights.get("down.mean"))
    return graph.normalised(graph.add("Add", [x, down]), weights, "after_inner")
