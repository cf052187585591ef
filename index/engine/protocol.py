"""What an index can do, in our words, and the function that opens one. The embedded engine is `folder.py`; another is one more file.

open_index(".qianli")  ──▶  Index   nearest, matching, passages, …     one whole state, from opening to closing
                              └── writing() ──▶ Writer   add, remove   one commit: all of it or nothing
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from index.document import Article, Page, Passage
from index.encoders.protocol import Encoder
from index.errors import OtherModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors

    Keys = NDArray[np.int64]
    Scores = NDArray[np.float64]


class Model(NamedTuple):
    """The encoder that an index was made with. *fingerprint* tells when the weights behind the name were exchanged."""

    name: str
    dim: int
    fingerprint: str


class Source(NamedTuple):
    """One file as it was when it was read: *path* is absolute, *size* in bytes, *modified* in nanoseconds since the epoch.

    *sha256* is of the page alone, since citations carry it; *sidecar* tells when what a person wrote beside it changes (see `stamp`);
    *noted* is when the file was looked at, before it was read.
    """

    source: str
    path: Path
    size: int
    modified: int
    sha256: str
    sidecar: str = ""
    noted: int = 0


class Scored(NamedTuple):
    """A passage's key and its score: the cosine (nearest) or the BM25 score (matching)."""

    key: int
    score: float


class Ranking(NamedTuple):
    """What one question brings up, best first: *keys* (n,), int64, and *scores* (n,), float64; the same score: in the order of the keys."""

    keys: Keys
    scores: Scores


def ranking(keys: Any, scores: Any) -> Ranking:
    """Return keys and scores as a ranking: best first, the same score in the order of the keys."""
    import numpy as np

    keys, scores = np.asarray(keys, np.int64), np.asarray(scores, np.float64)
    order = np.lexsort((keys, -scores))
    return Ranking(keys[order], scores[order])


class Shown(NamedTuple):
    """A passage inside its article: its neighbours in the order of the page, with the place of the passage among them."""

    article: dict[str, Any]
    passages: list[Passage]
    at: int


class Writer(Protocol):
    """Changes that become visible together, when the `with` block ends without an error."""

    def add(self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors) -> None:
        """Put one page in the place of what its source held before. *vectors* is (len(passages), dim), rows of length 1."""

    def remove(self, source: str) -> None: ...
    def sources(self) -> Iterable[Source]:
        """Give what the index holds now, which another writer may have changed since it was opened."""

    def touch(self, file: Source) -> None:
        """Note a new path, size or time of a file whose text is the same."""

    def embedded(self, passages: Sequence[Passage]) -> list[Vectors | None]:
        """Return for each passage the vector of one that has the same heading and text, None where there is none."""

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, Vectors]]) -> None:
        """Give every passage (by key) another vector, made by another *model*."""


class Index(Protocol):
    """One state of an index, from opening to closing or to its own next commit. Keys are an engine's own; people see citations."""

    @property
    def place(self) -> Path: ...
    @property
    def model(self) -> Model: ...
    def __len__(self) -> int:
        """Return the number of passages."""

    def sources(self) -> dict[str, Source]: ...
    def nearest(self, vector: Vectors, k: int, within: Sequence[int] | None = None) -> list[Scored]:
        """Return at most *k* passages, highest cosine first. *vector* is (dim,), float32, of length 1; *within* limits the keys."""

    def nearest_of_each(self, vectors: Vectors, k: int, within: Sequence[int] | None = None) -> list[Ranking]:
        """Return what `nearest` gives for each row of *vectors*, the same to the last bit."""

    def matching(self, terms: Sequence[str], k: int, within: Sequence[int] | None = None) -> list[Scored]:
        """Return at most *k* passages that share a term (see words.terms), highest BM25 first. Robertson and Zaragoza 2009."""

    def matching_of_each(self, asked: Sequence[Sequence[str]], k: int, within: Sequence[Sequence[int] | None]) -> list[Ranking]:
        """Return what `matching` gives for each question's terms, each *within* its own keys: the same to the last bit."""

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* stand in any passage or its heading."""

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        """Return the passages of these keys, in this order."""

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of these keys, (len(keys), dim), float32, in this order."""

    def select(self, place: str | None, source: str | None) -> list[int] | None:
        """Return the keys of articles about *place* or below it, in sources that match the glob; None when neither is given."""

    def places(self) -> list[str]:
        """Return the places that articles are about, those of most articles first."""

    def of_file(self, sha256: str) -> list[int]:
        """Return the keys of the passages that were read from a file with this digest, whatever its name, in order."""

    def shown(self, citation: str) -> Shown:
        """Return the passage that an id (or its first characters, six at least) or SOURCE:LINE names, inside its article."""

    def texts(self) -> Iterable[tuple[int, Passage]]:
        """Give every passage with its key, in the order of the keys."""

    def facts(self) -> dict[str, Any]:
        """Return what there is to know: counts, model, format, generation, bytes."""

    def check(self) -> list[str]:
        """Read every row and file; return what is wrong, a line each."""

    def writing(self, wait: float = 0.0, tell: Callable[[str], None] = ...) -> AbstractContextManager[Writer]:
        """Give the one writer. While there is another, wait *wait* seconds at most after telling who it is; then raise Busy."""

    def close(self) -> None: ...
    def __enter__(self) -> Index: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def model_of(encoder: Encoder) -> Model:
    return Model(encoder.name, encoder.dim, encoder.fingerprint)


def refuse_other_model(index: Index, encoder: Encoder) -> None:
    """Raise OtherModel unless *encoder* is the one that made *index*: vectors of two models cannot be compared. A model is known by its
    weights: it may have moved."""
    theirs, ours = index.model, model_of(encoder)
    if theirs[1:] == ours[1:]:
        return
    again = f"embed it again with: qianli index --rebuild --model {ours.name}"
    if theirs.name == ours.name:
        raise OtherModel(f"the model {ours.name} has changed since the index in {index.place} was made; {again}")
    raise OtherModel(f"the index in {index.place} was made with the model {theirs.name}, not {ours.name}; leave --model out, or {again}")
