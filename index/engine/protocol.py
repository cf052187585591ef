"""The protocol of an engine: what an index and its writer can do. `open.py` opens an index; each folder beside this file is an engine.

open_index(".qianli")  ──▶  Index   nearest, matching, passages, …     one state, from opening to closing
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

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.workers import Workers

    Keys = NDArray[np.int64]
    Scores = NDArray[np.float64]

Address = Path | str  # a folder, or the address of another engine: scheme://…
Embed = Callable[[Sequence[Passage]], "Vectors"]  # returns the vectors of passages, (n, dim), as the model of an index makes them
Terms = Sequence[tuple[str, str]]  # of passages
Tell = Callable[[str], None]  # takes a line for people: who else writes, which page was left out
FIELDS = {"text": 1.0, "heading": 0.5}  # weight of a term in each field: a heading helps the match and must not carry it
DECIMALS = 3  # of a BM25 score: the last digits of a sum of small floats depend on the order of adding


def silent(line: str) -> None:
    """Drop a line that nobody wants to read."""


class Model(NamedTuple):
    """The encoder that an index was made with. *fingerprint* changes when the weights behind the name are exchanged."""

    name: str
    dim: int
    fingerprint: str


class Source(NamedTuple):
    """One file as it was when it was read: *path* is absolute, *size* in bytes, *modified* in nanoseconds since the epoch.

    *sha256* is the digest of the page alone, since citations carry it. *sidecar* is a digest of the corrections beside the page
    (see `corrections.sidecar.stamp`). *noted* is when the file was looked at, before it was read, in nanoseconds since the epoch.
    """

    source: str
    path: Path
    size: int
    modified: int
    sha256: str
    sidecar: str = ""
    noted: int = 0


class Stamp(NamedTuple):
    """What shows whether a file changed since it was read: fields of its Source, *path* as a string."""

    source: str
    path: str
    size: int
    modified: int
    sha256: str
    sidecar: str
    noted: int


class Ranking(NamedTuple):
    """The passages that one query retrieves, best first: *keys* (n,), int64, and *scores* (n,), float64. Ties are ordered by key."""

    keys: Keys
    scores: Scores


def sorted_ranking(keys: Any, scores: Any) -> Ranking:
    """Return keys and scores, in any order, as a ranking."""
    import numpy as np

    keys, scores = np.asarray(keys, np.int64), np.asarray(scores, np.float64)
    order = np.lexsort((keys, -scores))
    return Ranking(keys[order], scores[order])


class Filter(NamedTuple):
    """Which articles are searched; a part that is None excludes none.

    - *place*: those that speak of this place or a part of it.
    - *source*: those in the sources that `source_names.sources_named` finds by this name, folder or pattern.
    - *since*, *until*: those printed in this time, both ends included; dates are `2024-05-06`, `2024-05` or `2024`. A partial date of an
      article is kept if it overlaps, an article without a date is not.
    """

    place: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None


class Selection(Protocol):
    """The passages that a filter leaves, as `Index.select` returns them. Only the engine looks inside."""

    def __len__(self) -> int:
        """Return the number of passages."""


class Located(NamedTuple):
    """A passage inside its article.

    - *article*: the fields of the article, such as title and authors, by name.
    - *passages*: all passages of the article, in the order of the page.
    - *position*: which of them is the passage, from 0.
    """

    article: dict[str, Any]
    passages: list[Passage]
    position: int

    @property
    def passage(self) -> Passage:
        return self.passages[self.position]

    def neighbours(self, count: int) -> tuple[list[Passage], list[Passage]]:
        """Return at most *count* passages before and after the passage; between paragraphs, captions and headings are passed over."""
        every = self.passage.citation.paragraph is None
        before = [other for other in self.passages[: self.position] if every or other.citation.paragraph is not None]
        after = [other for other in self.passages[self.position + 1 :] if every or other.citation.paragraph is not None]
        return before[max(0, len(before) - count) :], after[:count]


class StoredPage(NamedTuple):
    """A page as an index keeps it: without its text, its articles without their paragraphs.

    - *keys*: of the passages, in this order.
    - *digest*: of the rows of the file, the articles and the passages; the same in every engine.
    """

    encoding: str
    articles: list[Article]
    passages: list[Passage]
    keys: list[int]
    digest: str


class Writer(Protocol):
    """Changes that become visible together, when the `with` block ends without an error."""

    def expect(self, passages: int) -> bool:
        """Note about how many *passages* will be added in all. Return whether their terms will save work that `add` has else to do."""

    def add(
        self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors, terms: Terms = ()
    ) -> None:
        """Add a page, replacing any page of the same source. The `article` of a passage is the `number` of its article. *vectors* is
        (len(passages), dim), rows of length 1. *page* may be without its text and *articles* without their paragraphs: the passages have
        all of that. *terms*, if any: of the text and the heading of each passage, as `joined_terms.terms_of_each` returns them."""

    def remove(self, source: str) -> None:
        """Remove the page of this source with its passages, if the index has one."""

    @property
    def unfinished(self) -> bool:
        """Whether this goes on with a first build that was killed: `sources` then yields files that no reader has seen yet."""

    def sources(self) -> Iterable[Source]:
        """Yield the files that the index holds now: another writer may have changed them since the index was opened."""

    def stamps(self) -> Iterable[Stamp]:
        """Yield the stamps of these files. They are not checked against any digest: what differs from the disk is read once more anyway."""

    def source(self, name: str) -> Source:
        """Return the file of this name, one of `sources`."""

    def touch(self, file: Source) -> None:
        """Note a new path, size or time of a file whose text is the same."""

    def known_vectors(self, passages: Sequence[Passage]) -> list[Vectors | None]:
        """Return for each passage the vector of an indexed passage with the same heading and text, None where there is none."""

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, Vectors]]) -> None:
        """Replace the vector of every passage: *vectors* are pairs of a key and a vector, (dim,), that *model* made."""


class Index(Protocol):
    """An index at one commit; after its own writer commits, it shows that commit. Keys belong to the engine; people see citations."""

    @property
    def address(self) -> Address:
        """Where the index lives."""

    @property
    def model(self) -> Model:
        """The encoder that made its vectors."""

    def __len__(self) -> int:
        """Return the number of passages."""

    def select(
        self, place: str | None = None, source: str | None = None, since: str | None = None, until: str | None = None
    ) -> Selection | None:
        """Return the passages of the articles that a Filter of these parts keeps; None without any part."""

    def nearest(self, vectors: Vectors, k: int, within: Selection | None = None) -> list[Ranking]:
        """Return for each row of *vectors*, (n, dim), float32, of length 1, at most *k* passages, highest cosine first.

        A row of zeros retrieves nothing. A row's ranking is the same to the last bit whatever other rows there are.
        """

    def matching(self, queries: Sequence[Sequence[str]], k: int, within: Selection | None = None) -> list[Ranking]:
        """Each query is a list of distinct terms. Return the *k* passages with the highest BM25 that contain at least one of them.

        Terms are those of `text.tokens.terms`, BM25 is that of Robertson and Zaragoza (2009). A query's ranking is the same to the last
        bit whatever other queries there are. After an update an engine may count removed passages in its statistics for a while: scores
        are then a little off.
        """

    def bm25(self, queries: Sequence[Sequence[str]], keys: Sequence[Sequence[int]]) -> list[Ranking]:
        """Return for each query a ranking of the passages of its *keys* by BM25; those that contain none of its terms are left out."""

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* occur in any passage or its heading."""

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        """Return the passages of these keys, in this order."""

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of these keys, (len(keys), dim), float32, in this order."""

    def locate(self, citation: str) -> Located:
        """Return the passage that *citation* names: an id, the first six or more characters of an id, or SOURCE:LINE,
        where SOURCE may be the end of a name.

        Raises BadInput where no passage has this name, or several may have it.
        """

    def keys_of_file(self, sha256: str) -> list[int]:
        """Return the keys of the passages that were read from a file with this digest, whatever its name, in order."""

    def every_passage(self) -> Iterable[tuple[int, Passage]]:
        """Yield every passage with its key, in the order of the keys."""

    def sources(self) -> dict[str, Source]:
        """Return the files that the index holds, by the names that citations give them."""

    def stored(self, source: str) -> StoredPage:
        """Return the page of *source*, one of `sources`, as `Writer.add` of another index takes it."""

    def places(self) -> list[str]:
        """Return the places that articles are about, those of most articles first."""

    def areas(self) -> Iterable[tuple[str, ...]]:
        """Yield for each article the places that it speaks of, each with its province before it; a filter by place searches these."""

    def read_note(self, name: str) -> str | None:
        """Return the text of a note, for example the calibration; None if there is no note of this *name*."""

    def write_note(self, name: str, text: str) -> str:
        """Write *text* as the note of this *name*, whole or not at all; return its path, for messages. Raises Unwritten."""

    def note_place(self, name: str) -> str:
        """Return where a note stands, for messages that say to remove it."""

    def facts(self) -> dict[str, Any]:
        """Return what `qianli info` prints: at least the counts of pages and passages, the model, and what is `approximate`.

        `approximate` is None where every search looks at all passages. Else it has `vectors`, `terms` or both, each with `method` and its
        numbers, `from_passages` (in smaller indexes it is exact) and `measured` (shares of what the exact search reaches, by measure, and
        `passages`, among how many). `unfinished` is there before the end of a first build alone: how many of its pages are committed.
        """

    def check(self) -> list[str]:
        """Read every row and file; return a line for each fault, none if the index is sound."""

    def is_current(self) -> bool:
        """Whether nobody has committed another state since this one was opened."""

    def writing(
        self, wait: float = 0.0, tell: Tell = silent, workers: Workers | None = None, building: bool = False
    ) -> AbstractContextManager[Writer]:
        """Return a context with the one writer, which commits when the block ends without an error.

        While another process writes, *tell* who, and wait at most *wait* seconds; then raise Busy. *workers* may do a part of the work.
        Only who is *building*, that is adds whatever is missing, may go on with a first build that was killed; others get BadInput.
        """

    def close(self) -> None:
        """Release the files. A closed index answers nothing."""

    def __enter__(self) -> Index: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def model_of(encoder: Encoder) -> Model:
    """Return the name, dimensions and fingerprint of an encoder."""
    return Model(encoder.name, encoder.dim, encoder.fingerprint)
