"""Write the folder of the static model, which sentence-transformers and our own reader open.

modules.json  config_sentence_transformers.json  tokenizer.json  model.safetensors (embedding.weight, float16)
weights.safetensors (idf, float16: how rare each word is, for late interaction; sentence-transformers does not read it)
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Vectors = NDArray[np.float32]

KEPT = ("README.md", "LICENSE", "contextual_module.py")  # written by hand, so an export keeps them
LENGTH = 1.0  # mean length of a word vector; sums of 500 such vectors keep their digits in half precision
# The names of modules since sentence-transformers 3.2; later releases translate them.
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]
CONFIG: dict[str, object] = {"model_type": "SentenceTransformer", "prompts": {}, "similarity_fn_name": "cosine"}


def idf(texts: Iterable[str], tokenizer: Tokenizer) -> Vectors:
    """Return ln((n + 1) / (df + 1)) of each word of *tokenizer* over *texts*; a word in no text has the highest."""
    import numpy as np

    frequency = np.zeros(tokenizer.get_vocab_size(), np.int64)
    total = 0
    for batch in _batches(texts):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            frequency[list(set(encoding.ids))] += 1
        total += len(batch)
    return np.log((total + 1) / (frequency + 1)).astype(np.float32)


def _batches(texts: Iterable[str], size: int = 5_000) -> Iterable[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def export(vectors: Vectors, tokenizer: Tokenizer, weights: Vectors, folder: Path) -> None:
    """Write the model to *folder*, replaced as a whole but for README.md and LICENSE."""
    import numpy as np
    from safetensors.numpy import save_file

    lengths = np.linalg.norm(vectors, axis=1)
    scaled = (vectors * (LENGTH / lengths[lengths > 0].mean())).astype(np.float16)
    scaled[0] = 0  # the unknown token has no meaning
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "1_Normalize").mkdir(parents=True)
    (fresh / "modules.json").write_text(json.dumps(MODULES, indent=2) + "\n", "utf-8")
    (fresh / "config_sentence_transformers.json").write_text(json.dumps(CONFIG, indent=2) + "\n", "utf-8")
    (fresh / "1_Normalize" / "config.json").write_text("{}\n", "utf-8")  # git keeps no empty folder
    (fresh / "tokenizer.json").write_text(tokenizer.to_str(pretty=False), "utf-8")
    save_file({"embedding.weight": scaled}, fresh / "model.safetensors", {"format": "pt"})
    save_file({"idf": weights.astype(np.float16)}, fresh / "weights.safetensors", {"format": "np"})
    for path in fresh.glob("*.safetensors"):
        path.chmod(0o644)  # safetensors makes them readable for the owner only
    replace(fresh, folder)


def replace(fresh: Path, folder: Path) -> None:
    """Replace *folder* by *fresh*; a process that has opened the old files keeps them."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    for name in KEPT:
        if (folder / name).is_file():
            shutil.copy2(folder / name, fresh / name)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
