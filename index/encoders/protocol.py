"""What an encoder is: text in, vectors out. `open.py` opens an encoder; each other file in this room is a kind of encoder.

Encoder (Protocol) ── StaticEncoder        word vectors, mean-pooled, read with numpy alone (static.py)
                   ├─ ContextualEncoder    the shipped contextual model, through onnxruntime (onnx_encoder.py)
                   └─ TransformerEncoder   every other model, through sentence-transformers (transformer.py)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Text to vectors. *name* opens the same encoder again; *fingerprint* changes when the weights behind the name are exchanged."""

    @property
    def name(self) -> str: ...
    @property
    def dim(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 (a text without a known word: zeros)."""

    def encode_query(self, text: str) -> Vectors:
        """Return (dim,), float32, of length 1 (or zeros)."""


def encode_queries(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Return (len(texts), dim), float32: the vectors of `encode_query`, made together if the encoder has a method `encode_queries`.

    Implement `encode_queries` only if a vector does not depend on the other texts of the batch. It does where texts are padded to one
    length.
    """
    import numpy as np

    together = getattr(encoder, "encode_queries", None)
    vectors = together(texts) if together else [encoder.encode_query(text) for text in texts]
    return np.asarray(vectors, np.float32).reshape(len(texts), encoder.dim)


def unit_rows(vectors: Vectors) -> Vectors:
    """Return the rows of *vectors* scaled to length 1; rows of zeros stay zeros."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    unit: Vectors = (vectors / lengths).astype(np.float32, copy=False)
    return unit
