"""The contextual model in torch: its graph computes what its layers compute, and padding changes nothing."""

from __future__ import annotations

import pytest
import torch

from index.training import graph
from index.training.student import DIM, HEADS, Layers, encode

DEPTH, POSITIONS = 2, 64


@pytest.fixture(scope="module")
def layers() -> Layers:
    torch.manual_seed(4)
    made = Layers(DEPTH, POSITIONS)
    for name, parameter in made.named_parameters():
        if "after" not in name and "before" not in name:
            torch.nn.init.normal_(parameter, std=0.05)
    return made


def test_the_graph_computes_what_the_layers_compute(layers: Layers) -> None:
    import onnxruntime

    rows = torch.randn(9, DIM)
    with torch.no_grad():
        expected = layers(rows[None], torch.tensor([9]))[0].numpy()
    weights = {name: values.detach().numpy() for name, values in layers.state_dict().items()}
    exact = onnxruntime.InferenceSession(graph.model(weights, DEPTH, HEADS), providers=["CPUExecutionProvider"])
    assert exact.run(None, {"rows": rows.numpy()})[0] == pytest.approx(expected, abs=1e-4)
    rounded = onnxruntime.InferenceSession(graph.model(weights, DEPTH, HEADS, ranges={}), providers=["CPUExecutionProvider"])
    assert float(rounded.run(None, {"rows": rows.numpy()})[0] @ expected) > 0.98


def test_padding_changes_no_vector(layers: Layers) -> None:
    table = torch.randn(50, DIM)
    texts = [torch.randint(3, 50, (length,)) for length in (3, 40, 7)]
    with torch.no_grad():
        together = encode(layers, table, texts)
        alone = torch.cat([encode(layers, table, [text]) for text in texts])
    assert together.numpy() == pytest.approx(alone.numpy(), abs=2e-2), "bfloat16"
