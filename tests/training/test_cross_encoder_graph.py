"""The cross-encoder's graph in 8 bits: what it loses by rounding, and where each token has a range of its own."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch

from index.encoders.onnx_encoder import open_session
from index.encoders.shipped import SHIPPED
from index.training import cross_encoder_graph
from index.training.cross_encoder_graph import GELU_LEAST, Product, _Layer, cross_encoder, products
from index.training.cross_encoder_model import CrossEncoder
from index.training.graph import Graph
from index.training.ship import watched
from index.training.student import DIM, HEADS

DEPTH, POSITIONS, WIDE = 2, 64, 96


@pytest.fixture(scope="module")
def made() -> CrossEncoder:
    torch.manual_seed(5)
    model = CrossEncoder(DEPTH, POSITIONS).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


def embeddings(lengths: tuple[int, int], seed: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    return {name: chance.standard_normal((length, DIM)).astype(np.float32) for name, length in zip(("asked", "said"), lengths, strict=True)}


def score(model: CrossEncoder, given: dict[str, np.ndarray]) -> float:
    together = torch.from_numpy(np.concatenate(list(given.values())))[None]
    with torch.no_grad():
        return float(model(together, torch.tensor([together.shape[1]]), torch.tensor([len(given["asked"])])))


def test_fixed_ranges_lose_little_on_texts_of_the_kind_they_were_measured_on(made: CrossEncoder) -> None:
    def run() -> None:
        for seed in range(8):
            score(made, embeddings((6, 20), seed))

    ranges = watched(made, run)
    weights = {name: values.detach().numpy() for name, values in made.state_dict().items()}
    session = open_session(cross_encoder(weights, DEPTH, HEADS, ranges))
    for seed in range(20, 26):
        given = embeddings((5, 3 * seed - 50), seed)
        assert session.run(None, given)[0] == pytest.approx([score(made, given)], abs=0.15)


def test_the_product_after_gelu_gives_each_token_its_own_range() -> None:
    chance = np.random.default_rng(2)
    values = np.maximum(chance.standard_normal((9, WIDE)), -GELU_LEAST).astype(np.float32)
    weight, bias = (chance.standard_normal(shape).astype(np.float32) for shape in ((16, WIDE), (16,)))
    expected = values @ weight.T + bias
    graph = Graph(quantised=False)
    weights = {f"{name}.{part}": one for name in ("out", "up", "down") for part, one in (("weight", weight), ("bias", bias))}
    made = products({"qkv.weight": np.zeros((3, WIDE), np.float32), "qkv.bias": np.zeros(3, np.float32)} | weights, {}, 1)
    assert made["down"].largest is None
    zeros = graph.add("Expand", [graph.constant(np.uint8(cross_encoder_graph.GELU_ZERO)), graph.add("Shape", ["x"], end=1)])
    [result] = _Layer(graph, {}, made, 1, zeros)._linear("x", "down")
    session = open_session(graph.written("y", {"x": ("tokens", WIDE)}, result, [9, 16]))
    [alone] = session.run(None, {"x": values})
    assert alone == pytest.approx(expected, abs=0.5)
    values[3] *= 1000
    [beside] = session.run(None, {"x": values})
    assert (np.delete(beside, 3, axis=0) == np.delete(alone, 3, axis=0)).all(), "a token of large values costs the others nothing"
    assert beside[3] - bias == pytest.approx(1000 * (expected[3] - bias), abs=500)


def test_the_parts_of_a_product_are_the_product() -> None:
    whole = Product(np.arange(24, dtype=np.int8).reshape(2, 12), *(np.arange(12, dtype=np.float32),) * 2, None, 2.0)
    parts = [whole.columns(numbers) for numbers in np.split(np.arange(12), 3)]
    for field in ("rounded", "scales", "bias"):
        assert (np.concatenate([getattr(part, field) for part in parts], axis=-1) == getattr(whole, field)).all()


def test_the_shipped_model_has_the_form_that_the_export_writes() -> None:
    weights = {name: values.detach().numpy() for name, values in CrossEncoder(8, POSITIONS).state_dict().items()}
    ranges = {f"layers.{number}.{name}": np.ones(DIM, np.float32) for number in range(8) for name in ("qkv", "out", "up")}
    written = onnx.load_from_string(cross_encoder(weights, 8, HEADS, ranges))
    shipped = onnx.load(SHIPPED / "cross_encoder" / "model.onnx")
    assert form(shipped) == form(written)


def form(model: onnx.ModelProto) -> list[tuple[str, str, list[str], list[str]]]:
    """Return the nodes in order: domain, operator, inputs without the constants, whose names depend on their values, and outputs."""
    constants = {constant.name for constant in model.graph.initializer}
    return [
        (node.domain, node.op_type, [name for name in node.input if name not in constants], list(node.output)) for node in model.graph.node
    ]
