"""Any model of sentence-transformers as an encoder, by path or by name; needs the extra `models`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from index.encoders.hub import fingerprint, load_model
from index.encoders.protocol import unit_rows
from index.encoders.shipped import shipped_models
from index.messages import say

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

BATCH = 64  # texts that go through the model at once; more are no faster on two cores


class TransformerEncoder:
    """A SentenceTransformer, with the prompts for queries and passages that it brings."""

    def __init__(self, name: str, device: str | None = None) -> None:
        self._name = name
        instead = say(
            "name the folder of a sentence-transformers model, or one that is shipped: {shipped}", shipped=", ".join(shipped_models())
        )
        self._model = load_model("SentenceTransformer", name, device, instead)
        prompts = {kind: prompt for kind, prompt in self._model.prompts.items() if prompt}
        self._fingerprint = fingerprint(self._model, prompts, self._model.max_seq_length)
        self._dim = int(self._model.encode_query([""], show_progress_bar=False).shape[1])  # the method that returns it has changed its name

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        return self._dim

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 (or zeros)."""
        return self._encode(self._model.encode_document, list(texts))

    def encode_query(self, text: str) -> Vectors:
        return self._encode(self._model.encode_query, [text])[0]  # type: ignore[no-any-return]

    def _encode(self, encode: Callable[..., Any], texts: list[str]) -> Vectors:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dim), np.float32)
        vectors = np.asarray(encode(texts, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True), np.float32)
        vectors[~np.isfinite(vectors).all(axis=1)] = 0  # in half precision a vector of zeros is divided by its length
        return unit_rows(vectors)
