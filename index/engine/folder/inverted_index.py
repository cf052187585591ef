"""The inverted index of a generation (tantivy): passages as documents of terms, asked for what matches best by BM25.

What is gone still counts in tantivy's statistics until the base is written anew. Here it does not: document frequencies are those of
all less those of what is gone, and `ballast` (see `derive.py`) keeps the mean length what it is without them. So BM25 gives what a new
index would give.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.document import Passage
from index.engine.folder.checksums import REPAIR
from index.engine.folder.vectors import LARGE
from index.engine.protocol import Ranking, ranking
from index.errors import DamagedIndex
from index.text.tokens import terms as terms_of

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

FIELDS = {"text": 1.0, "heading": 0.5}  # weight of a term in each: in the title and place it helps the match and must not carry it
DECIMALS = 3  # of a BM25 score: the last ones depend on the order of adding
KEPT = 20_000  # terms whose clauses are kept
LITTLE = 15_000_000  # bytes, the least that tantivy takes to gather terms in


class Counts(NamedTuple):
    """How many passages there are, and how many tantivy counts: with what is gone, and with ballast."""

    passages: int
    counted: int


class Inverted:
    """The terms of a generation, opened, and those of the passages that are *gone* from it."""

    def __init__(self, terms: Path, gone: Path | None, counts: Counts) -> None:
        self._borrowed: list[TemporaryDirectory[str]] = []
        self._schema, self._searcher = self._opened(terms)
        self._counts = counts
        self._gone = self._opened(gone)[1] if gone else None
        self._keys: dict[tuple[int, int], int] = {}  # where this searcher holds a passage -> its key
        self._found: dict[str, list[Any]] = {}  # term -> the clauses that find it

    def matching(self, asked: Sequence[Sequence[str]], k: int, within: Sequence[Sequence[int] | None]) -> list[Ranking]:
        """Return a ranking for each question's terms, each *within* its own keys; several are looked up side by side."""
        if len(asked) == 1 or self._counts.passages < LARGE:
            return [self._looked_up(terms, k, keys) for terms, keys in zip(asked, within, strict=True)]
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return list(threads.map(lambda terms, keys: self._looked_up(terms, k, keys), asked, within))

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* stand in any passage or heading."""
        return sum(bool(self._clauses(term)) for term in terms)

    def close(self) -> None:
        self._searcher = self._gone = None
        for borrowed in self._borrowed:
            borrowed.cleanup()

    def _looked_up(self, terms: Sequence[str], k: int, within: Sequence[int] | None) -> Ranking:
        k = min(k, self._counts.passages if within is None else len(within))
        if not terms or k == 0:
            return ranking([], [])
        query = self._query(terms, within)
        hits = _with_equals(lambda many: self._searcher.search(query, many, count=False).hits, k)
        found = ranking([self._key(address) for _, address in hits], [round(float(score), DECIMALS) for score, _ in hits])
        return Ranking(found.keys[:k], found.scores[:k])

    def _query(self, terms: Sequence[str], within: Sequence[int] | None) -> Any:
        """Return what finds passages with any of *terms* in text or heading."""
        import tantivy

        clauses = [clause for term in dict.fromkeys(terms) for clause in self._clauses(term)]
        query = tantivy.Query.boolean_query(clauses)
        if within is None:
            return query
        keys = tantivy.Query.term_set_query(self._schema, "key", [str(key) for key in within])
        only = tantivy.Query.const_score_query(keys, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)])

    def _clauses(self, term: str) -> list[Any]:
        """Return what finds a *term* in text and heading, where it stands there; the next questions often have the same."""
        import tantivy

        found = self._found.get(term)
        if found is None:
            if len(self._found) >= KEPT:
                self._found.clear()
            found = []
            for field in (field for field in FIELDS if self._holding(field, term)):
                one = tantivy.Query.term_query(self._schema, field, term, "freq")
                weight = FIELDS[field] * self._corrected(field, term)
                found.append((tantivy.Occur.Should, one if weight == 1 else tantivy.Query.boost_query(one, weight)))
            self._found[term] = found
        return found

    def _key(self, address: Any) -> int:
        """Return the key of the passage at an *address*; what was looked up once is not read from the disk again."""
        place = (address.segment_ord, address.doc)
        key = self._keys.get(place)
        if key is None:
            key = self._keys[place] = int(self._searcher.doc(address)["key"][0])
        return key

    def _holding(self, field: str, term: str) -> int:
        """Return how many passages hold *term* in *field*."""
        count: int = self._searcher.doc_freq(field, term)
        return count - (self._gone.doc_freq(field, term) if self._gone else 0)

    def _corrected(self, field: str, term: str) -> float:
        """Return what a term's weight is without the passages that are gone, as a multiple of what tantivy takes it for."""
        holding = self._holding(field, term) if self._gone else 0
        if not holding:
            return 1.0
        counted = self._searcher.doc_freq(field, term)
        return _rarity(holding, self._counts.passages) / _rarity(counted, self._counts.counted)

    def _opened(self, terms: Path) -> tuple[Any, Any]:
        """Return the schema and a searcher of *terms*, also where tantivy cannot put its lock: in a read-only folder, on a full disk."""
        try:
            index = open_terms(terms)
            return index.schema, index.searcher()
        except ValueError:  # whatever it is
            try:
                index = open_terms(self._borrow(terms))
                return index.schema, index.searcher()
            except (ValueError, OSError) as error:
                raise DamagedIndex(f"{terms} cannot be read ({error}); {REPAIR}") from error

    def _borrow(self, terms: Path) -> Path:
        """Return a folder elsewhere with the files of *terms*."""
        import tempfile

        self._borrowed.append(tempfile.TemporaryDirectory(prefix="qianli-", ignore_cleanup_errors=True))
        borrowed = Path(self._borrowed[-1].name)
        for path in terms.iterdir():
            try:
                (borrowed / path.name).symlink_to(path.resolve())
            except OSError:  # Windows lets few people make links
                shutil.copyfile(path, borrowed / path.name)
        return borrowed


def empty_terms(folder: Path) -> Any:
    """Make an index of terms in *folder*."""
    folder.mkdir(parents=True)
    return _index(folder, reuse=False)


def open_terms(folder: Path) -> Any:
    return _index(folder, reuse=True)


def document(key: int | None, fields: Mapping[str, Sequence[str]]) -> Any:
    import tantivy

    made = tantivy.Document()
    made.add_text("key", "" if key is None else str(key))  # as raw text: tantivy deletes nothing by a number, silently
    for field, terms in fields.items():
        made.add_text(field, " ".join(terms))
    return made


def fields_of(passage: Passage) -> dict[str, list[str]]:
    """Return the terms of *passage* in each of FIELDS."""
    return {"text": terms_of(passage.text), "heading": terms_of(passage.heading)}


def without(folder: Path, keys: Iterable[int]) -> list[dict[str, Any]]:
    """Delete the documents of *keys* from the index of terms in *folder*; return its segments."""
    import tantivy

    index = open_terms(folder)
    writer = index.writer(heap_size=LITTLE, num_threads=1)
    writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "key", [str(key) for key in keys]))
    writer.commit()
    writer.wait_merging_threads()
    return segments(folder)


def segments(folder: Path) -> list[dict[str, Any]]:
    """Return what tantivy knows of each segment in *folder*: its name, its size, what is deleted in it."""
    found: list[dict[str, Any]] = json.loads((folder / "meta.json").read_text("utf-8"))["segments"]
    return found


def _rarity(holding: int, passages: int) -> float:
    """Return a term's inverse document frequency, as Lucene and tantivy have it."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def _with_equals(search: Callable[[int], list[Any]], k: int) -> list[Any]:
    """Return the first *k* hits and those that are as good as the last of them: which of these come first must not be chance."""
    many = k + 1
    while len(hits := search(many)) == many and hits[-1][0] > hits[k - 1][0] - 10**-DECIMALS:
        many *= 2
    return hits


def _index(folder: Path, reuse: bool) -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="terms", index_option="freq")
    index = tantivy.Index(builder.build(), path=str(folder), reuse=reuse)
    index.register_tokenizer("terms", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index
