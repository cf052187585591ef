"""The model of this folder as a sentence-transformers module: SentenceTransformer(folder, trust_remote_code=True).

It runs the files that qianli's own reader runs, one text at a time: the vectors are the same.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from safetensors.numpy import load_file
from sentence_transformers.models import Module
from tokenizers import Tokenizer

FILES = ("tokenizer.json", "entrance.safetensors", "model.onnx")
TOKENS = 256  # of a text, its two ends counted
START, END = 1, 2  # the ids of the ends
UNKNOWN, SPACE = 0, "▁"  # the id of whatever is no token; the token of a space


class ContextualModule(Module):  # type: ignore[misc]  # sentence-transformers has no types
    save_in_root = True

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.files = files
        self.max_seq_length = TOKENS
        self.tokenizer = Tokenizer.from_file(files["tokenizer.json"])
        self.tokenizer.no_padding()
        self.blank = {UNKNOWN, self.tokenizer.token_to_id(SPACE)}
        self.entrance = load_file(files["entrance.safetensors"])
        self.session = onnxruntime.InferenceSession(files["model.onnx"], options, providers=["CPUExecutionProvider"])

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **kwargs: Any) -> ContextualModule:
        known = {name: kwargs[name] for name in ("token", "cache_folder", "revision", "local_files_only") if name in kwargs}
        return cls({name: cls.load_file_path(model_name_or_path, name, subfolder=subfolder, **known) for name in FILES})

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        for name, path in self.files.items():
            shutil.copy(path, Path(output_path) / name)

    @property
    def modalities(self) -> list[str]:
        return ["text"]

    def get_sentence_embedding_dimension(self) -> int:
        rows = self.entrance["rows"]
        return int(rows.shape[1] * 2 * rows.shape[2] if rows.ndim == 3 else rows.shape[1])

    get_embedding_dimension = get_sentence_embedding_dimension

    def preprocess(self, inputs: list[str], prompt: str | None = None, **kwargs: Any) -> dict[str, torch.Tensor]:
        texts = [((prompt or "") + text).encode("utf-8", "replace").decode() for text in inputs]  # half characters are no text
        found = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        ids = [torch.tensor([START, *encoding.ids[: self.max_seq_length - 2], END]) for encoding in found]
        padded = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)
        lengths = torch.tensor([len(row) for row in ids])
        return {"input_ids": padded, "attention_mask": (torch.arange(padded.shape[1]) < lengths[:, None]).long()}

    def tokenize(self, texts: list[str], **kwargs: Any) -> dict[str, torch.Tensor]:
        return self.preprocess(texts)

    def forward(self, features: dict[str, torch.Tensor], **kwargs: Any) -> dict[str, torch.Tensor]:
        device = features["input_ids"].device
        counts = features["attention_mask"].sum(dim=1).tolist()
        ids = features["input_ids"].cpu().numpy()
        vectors = [self._vector(row[:count]) for row, count in zip(ids, counts, strict=True)]
        return {**features, "sentence_embedding": torch.from_numpy(np.stack(vectors)).to(device)}

    def _vector(self, ids: Any) -> Any:
        if self.blank.issuperset(ids[1:-1].tolist()):  # no known word between the ends
            return np.zeros(self.get_sentence_embedding_dimension(), np.float32)
        rows, scales = self.entrance["rows"][ids], self.entrance["scales"][ids].astype(np.float32)[..., None]
        if rows.ndim == 3:  # 4 bits: of a block of 32, byte j holds weight j in its lower half and weight j + 16 in its upper half
            rows = np.concatenate([rows & 15, rows >> 4 & 15], axis=2) - np.int8(8)
        embeddings = (rows.astype(np.float32) * scales).reshape(len(ids), -1)
        return self.session.run(None, {"rows": embeddings})[0]
