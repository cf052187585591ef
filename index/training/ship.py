"""Write the folder of the contextual model from the trained student: weights in 8 bits, readable without torch.

tokenizer.json  entrance.safetensors (rows int8, scales float16)  model.onnx  modules.json  config_sentence_transformers.json
contextual_module.py, README.md and LICENSE are written by hand and stay.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.training.export import CONFIG, replace
from index.training.graph import model, whole

if TYPE_CHECKING:
    from torch import nn

    from index.training.student import Student

MODULES = [{"idx": 0, "name": "0", "path": "", "type": "contextual_module.ContextualModule"}]


def ship(student: Student, texts: Sequence[str], folder: Path) -> None:
    """Write *student* to *folder*, replaced as a whole; the ranges of the values between the layers are measured on *texts*."""
    import numpy as np
    from safetensors.numpy import save_file

    from index.training.student import DEPTH, HEADS

    rows, scales = whole(student.entrance.detach().numpy())
    weights = {name: values.detach().numpy() for name, values in student.layers.state_dict().items()}
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    (fresh / "modules.json").write_text(json.dumps(MODULES, indent=2) + "\n", "utf-8")
    (fresh / "config_sentence_transformers.json").write_text(json.dumps(CONFIG, indent=2) + "\n", "utf-8")
    (fresh / "tokenizer.json").write_text(student.tokenizer.to_str(pretty=False), "utf-8")
    (fresh / "model.onnx").write_bytes(model(weights, DEPTH, HEADS, ranges(student, texts)))
    save_file({"rows": rows, "scales": scales.astype(np.float16)}, fresh / "entrance.safetensors", {"format": "np"})
    (fresh / "entrance.safetensors").chmod(0o644)  # safetensors makes it readable for the owner only
    replace(fresh, folder)


def ranges(student: Student, texts: Sequence[str]) -> dict[str, Any]:
    """Return the largest input of each column of the products that follow a LayerNorm, over *texts*."""

    def run() -> None:
        for text in texts:
            student.encode([text])  # alone, since padding would be measured too

    return watched(student.layers, run)


def watched(module: nn.Module, run: Callable[[], None]) -> dict[str, Any]:
    """Return the largest input of each column of the products of *module* that follow a LayerNorm, while *run* runs."""
    import numpy as np

    largest: dict[str, Any] = {}

    def watch(name: str) -> Any:
        def seen(_: nn.Module, inputs: Any) -> None:
            values = inputs[0].detach().float().abs().flatten(0, 1).amax(dim=0).numpy()
            largest[name] = np.maximum(largest.get(name, 0), values)

        return seen

    hooks = [part.register_forward_pre_hook(watch(name)) for name, part in module.named_modules() if name.endswith((".qkv", ".up"))]
    run()
    for hook in hooks:
        hook.remove()
    return largest
