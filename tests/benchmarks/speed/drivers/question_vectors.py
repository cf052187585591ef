"""The vector of a question as qianli's static model makes it, without qianli: a tokenizer, a table of word vectors, their mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer


class QuestionVectors:
    """The static model of *folder*: tokenizer.json and model.safetensors with one tensor, float16."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        path = folder / "model.safetensors"
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            (tensor,) = (value for name, value in json.loads(file.read(length)).items() if name != "__metadata__")
        self._table = np.memmap(path, np.float16, "r", 8 + length + tensor["data_offsets"][0], tuple(tensor["shape"]))

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Return (len(texts), dim), float32, rows of length 1; zeros where no word is known."""
        vectors = np.zeros((len(texts), self._table.shape[1]), np.float32)
        for row, encoding in enumerate(self._tokenizer.encode_batch(list(texts), add_special_tokens=False)):
            if encoding.ids:
                mean = self._table[encoding.ids].astype(np.float32).mean(axis=0)
                vectors[row] = mean / (np.linalg.norm(mean) or 1)
        return vectors
