"""Write the folder of the contextual model from the trained student: layers in 8 bits, readable without torch.

tokenizer.json  entrance.safetensors (rows, scales)  model.onnx  modules.json  config_sentence_transformers.json
The input embeddings came in 4 bits and were not trained; they keep their blocks of 32 weights: 16 bytes (stored as int8) with a float16
scale each.
contextual_module.py, README.md and LICENSE are written by hand and stay.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.training.export import CONFIG, replace
from index.training.graph import model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import nn

    from index.training.student import Student

RANGED = (".qkv", ".out", ".up")  # products whose largest inputs the graph needs
PRODUCTS = (*RANGED, ".down")  # of a layer
MODULES = [{"idx": 0, "name": "0", "path": "", "type": "contextual_module.ContextualModule"}]


def ship(student: Student, texts: Sequence[str], folder: Path, blocks: NDArray[np.uint8]) -> None:
    """Write *student* to *folder*, replaced as a whole; the ranges of the values between the layers are measured on *texts*.

    *blocks*: the input embeddings in 4 bits, (words, blocks, 18) bytes as `e5.blocks` returns them.
    """
    import numpy as np
    from safetensors.numpy import save_file

    from index.encoders.onnx_encoder import MOST_TOKENS
    from index.training.student import HEADS

    scales = np.ascontiguousarray(blocks[:, :, :2]).view("<f2")[..., 0]
    rows = np.ascontiguousarray(blocks[:, :, 2:]).view(np.int8)
    weights = {name: values.detach().numpy() for name, values in student.layers.state_dict().items()}
    weights["positions"] = weights["positions"][:MOST_TOKENS]
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    (fresh / "modules.json").write_text(json.dumps(MODULES, indent=2) + "\n", "utf-8")
    (fresh / "config_sentence_transformers.json").write_text(json.dumps(CONFIG, indent=2) + "\n", "utf-8")
    (fresh / "tokenizer.json").write_text(student.tokenizer.to_str(pretty=False), "utf-8")
    (fresh / "model.onnx").write_bytes(model(weights, len(student.layers.layers), HEADS, ranges(student, texts)))
    save_file({"rows": rows, "scales": scales.astype(np.float16)}, fresh / "entrance.safetensors", {"format": "np"})
    (fresh / "entrance.safetensors").chmod(0o644)  # safetensors makes it readable for the owner only
    replace(fresh, folder)


def ranges(student: Student, texts: Sequence[str]) -> dict[str, Any]:
    """Return the largest and mean inputs of the products of the layers over *texts*, as `watched` names them."""

    def run() -> None:
        for text in texts:
            student.encode([text])  # alone, since padding would be measured too

    return watched(student.layers, run)


def watched(module: nn.Module, run: Callable[[], None]) -> dict[str, Any]:
    """Return the inputs of the products of *module* while *run* runs, by the name of the product.

    Under the name of each product but the last: the largest input of each column. Under each name with `.mean`: the mean input.
    """
    import numpy as np

    largest: dict[str, Any] = {}
    sums: dict[str, Any] = {}
    calls: Counter[str] = Counter()

    def watch(name: str) -> Any:
        def seen(_: nn.Module, inputs: Any) -> None:
            values = inputs[0].detach().float().flatten(0, 1)
            sums[name], calls[name] = sums.get(name, 0) + values.mean(dim=0).numpy(), calls[name] + 1
            if name.endswith(RANGED):
                largest[name] = np.maximum(largest.get(name, 0), values.abs().amax(dim=0).numpy())

        return seen

    hooks = [part.register_forward_pre_hook(watch(name)) for name, part in module.named_modules() if name.endswith(PRODUCTS)]
    run()
    for hook in hooks:
        hook.remove()
    return largest | {f"{name}.mean": total / calls[name] for name, total in sums.items()}
