"""Both shipped models in one encoder: a vector whose cosine is the weighted mean of the cosines by each model.

    contextual (384) · √SHARE ───────┐
    static     (256) · √(1 − SHARE) ─┴─▶ 640 numbers, length 1

The contextual model reads words in their order, the static model knows more words. Together they rank better than either alone,
and an index needs to know only one vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from index.encoders.protocol import unit_rows

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

SHARE = 0.6  # of the contextual model in the cosine; 0.3 to 0.7 rank alike on held-out questions (index/training/fusion.py)


class Part(Protocol):
    """An encoder that can be combined: it gives a question the same vector alone and among others."""

    @property
    def dim(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...
    def encode_query(self, text: str) -> Vectors: ...
    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...


class CombinedEncoder:
    """The vectors of two encoders side by side: *contextual* reads words in their order, *static* also serves as the lexicon."""

    def __init__(self, name: str, contextual: Part, static: Part) -> None:
        self._name, self.contextual, self.static = name, contextual, static

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        return self.contextual.dim + self.static.dim

    @property
    def fingerprint(self) -> str:
        return f"{self.contextual.fingerprint}-{self.static.fingerprint}-{SHARE}"

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 (a text without a known word: zeros)."""
        return _side_by_side(self.contextual.encode_passages(texts), self.static.encode_passages(texts))

    def encode_query(self, text: str) -> Vectors:
        return self.encode_queries([text])[0]  # type: ignore[no-any-return]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return _side_by_side(self.contextual.encode_queries(texts), self.static.encode_queries(texts))


def _side_by_side(contextual: Vectors, static: Vectors) -> Vectors:
    import numpy as np

    return unit_rows(np.hstack([SHARE**0.5 * contextual, (1 - SHARE) ** 0.5 * static]))  # shorter if one model knows no word of a text
