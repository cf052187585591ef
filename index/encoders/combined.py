"""Texts to vectors by both shipped models at once: one vector whose cosine is the weighted mean of their cosines.

    contextual (384) · √SHARE ─┐
    static     (256) · √(1 − SHARE) ─┴─▶ 640, length 1

What reads words in their order and what knows more words miss different things; together they rank better than either, and the
index needs to know of one vector only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

SHARE = 0.6  # of the contextual model in the cosine; chosen on written questions that are kept aside (tests/benchmarks/README.md)


class Part(Protocol):
    """What an encoder is asked for here."""

    @property
    def dim(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...
    def encode_query(self, text: str) -> Vectors: ...
    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...


class BothEncoder:
    """The two shipped models side by side. *static* also knows single words, *contextual* reads them in order."""

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

    joined = np.hstack([SHARE**0.5 * contextual, (1 - SHARE) ** 0.5 * static])
    lengths = np.linalg.norm(joined, axis=1, keepdims=True)  # less than 1 where one of the two knows no word of a text
    lengths[lengths == 0] = 1
    vectors: Vectors = (joined / lengths).astype(np.float32, copy=False)
    return vectors
