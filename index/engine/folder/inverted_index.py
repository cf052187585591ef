"""The inverted index of a snapshot (tantivy): passages as documents of terms, searched for the highest BM25.

TermsWriter      adds and removes passages, then commits: in an empty folder, or in one of links to an older snapshot
InvertedIndex    answers queries, read only

In a large index rare terms find passages and all terms score them: the terms of many passages, mostly single characters, cost the most
to look through and hardly decide what is found. tests/benchmarks/frequent_terms.py measures what that loses.

tantivy writes removals into a small file of their own and still counts removed passages in its statistics (document frequencies and
the mean length) until it merges the segment. So after an update scores differ a little from those of a new index; the figures are in
tests/benchmarks/README.md. Every passage is found all the same, and a removed passage never is.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.engine.folder.checksums import link
from index.engine.folder.vectors import LARGE
from index.engine.protocol import DECIMALS, FIELDS, Ranking, sorted_ranking
from index.errors import DamagedIndex
from index.threads import side_by_side

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

MOST_CLAUSES = 20_000  # terms whose clauses are kept for the next queries
WHOLE_HEAP = 64_000_000  # bytes that tantivy gathers before it writes a segment of a new index
UPDATE_HEAP = 15_000_000  # bytes; the least that tantivy takes
JOINED = 8  # segments of about one size are joined by tantivy
MOST_IN_SEGMENT = 16_000  # passages; so many of 200 characters fill the heap
MOST_FOUND = 800  # passages; for more, scores by the frequent terms take longer than a search for all terms
MANY = 200_000  # passages; among fewer, a search for all terms takes no longer than for the rare ones, with scores for the others
FREQUENT = 0.1  # share of the passages that have a term; scored later, such terms cost no nDCG@10 (tests/benchmarks/frequent_terms.py)
KEPT_BY_RARE = {"passages": 107_781, "nDCG@10": 1.0}  # share of that of all terms, the same in each of five public sets, 400 questions each
FOUND = 200  # passages that the rare terms find at least, in a large index; of the first ten by all terms they missed none (30 questions)


class TermsWriter:
    """Changes the inverted index in *folder*, which is made where it is missing; nothing is read from it before `commit`.

    *passages*: about how many will be added to a new index. They become one segment, which is searched sooner and is smaller than many.
    """

    def __init__(self, folder: Path, heap: int = WHOLE_HEAP, passages: int = 0) -> None:
        self._index = _open(folder) if folder.is_dir() else _make(folder)
        self._added = self._started = self._ended = 0  # passages, also before the segment that is being filled; segments
        self._segments = 1
        self.expect(passages)
        self._writer = self._index.writer(heap_size=heap, num_threads=1)  # one thread: the same rows give the same segments

    def expect(self, passages: int) -> None:
        """Let the segments that are left to be filled be of one size, where about so many *passages* will be added in all."""
        self._expected, self._segments = passages, max(self._segments, _segments(passages))
        left = self._segments - self._ended
        self._end = self._started + -(-(passages - self._started) // left) if left > 1 else 0

    def add(self, key: int, text_terms: str, heading_terms: str) -> None:
        """Add the passage with this key; its terms are joined by blanks, as `joined_terms.terms_of_each` returns them."""
        import tantivy

        document = tantivy.Document()
        document.add_unsigned("key", key)
        document.add_text("text", text_terms)
        document.add_text("heading", heading_terms)
        self._writer.add_document(document)
        self._added += 1
        if self._end and self._added >= self._end:
            self._writer.commit()
            self._started, self._ended = self._added, self._ended + 1
            self.expect(self._expected)

    def remove(self, keys: Iterable[int]) -> None:
        """Remove the passages of *keys*, as they were before this writer."""
        import tantivy

        which = tantivy.Query.term_set_query(
            self._index.schema, "key", list(keys)
        )  # a single term of an integer removes nothing, in silence
        self._writer.delete_documents_by_query(which)

    def commit(self) -> int:
        """Write all changes, wait until tantivy has merged its segments, and return how many passages the index holds now."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._index.reload()
        searcher = self._index.searcher()
        self.segments = int(searcher.num_segments)
        return int(searcher.num_docs)


class Clause(NamedTuple):
    """tantivy's *query* for a term in one field, how many *passages* have it there, and the query as a *part* that matches every passage:
    it scores 0 where the term is missing."""

    query: Any
    passages: int
    part: Any


class InvertedIndex:
    """The terms of a snapshot, opened. *removed*: how many passages tantivy counts at most that are no longer there."""

    def __init__(self, folder: Path, removed: int) -> None:
        self._borrowed: list[TemporaryDirectory[str]] = []
        self._schema, self._searcher = self._opened(folder)
        self._removed = removed
        self._known: dict[str, list[Clause]] = {}  # by term

    def matching(self, queries: Sequence[Sequence[str]], k: int, within: Sequence[Sequence[int] | None]) -> list[Ranking]:
        """Return a ranking of at most *k* keys for each query's terms, each *within* keys of its own; several run side by side."""
        return self._of_each(lambda terms, keys: self._ranking(terms, k, keys), queries, within)

    def bm25(self, queries: Sequence[Sequence[str]], keys: Sequence[Sequence[int]]) -> list[Ranking]:
        """Return for each query a ranking of its *keys*, of those that have any of its terms; several run side by side."""
        return self._of_each(lambda terms, its_keys: _first(self._scores(self._clauses_of(terms), its_keys)), queries, keys)

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* occur in any passage or heading."""
        return sum(bool(self._clauses(term)) for term in terms)

    def close(self) -> None:
        self._searcher = None
        for borrowed in self._borrowed:
            borrowed.cleanup()

    def _of_each(self, answer: Callable[[Sequence[str], Any], Ranking], queries: Sequence[Sequence[str]], keys: Any) -> list[Ranking]:
        tasks = [partial(answer, *of_query) for of_query in zip(queries, keys, strict=True)]
        return [task() for task in tasks] if self._searcher.num_docs < LARGE else side_by_side(tasks)

    def _ranking(self, terms: Sequence[str], k: int, within: Sequence[int] | None) -> Ranking:
        among = self._searcher.num_docs if within is None else len(within)
        clauses, k = self._clauses_of(terms), min(k, among)
        if not clauses or k == 0:
            return sorted_ranking([], [])
        if within is not None and among <= FOUND:
            return _first(self._scores(clauses, within), k)
        rare, frequent = self._by_frequency(clauses)
        if frequent and k <= MOST_FOUND:
            wanted = min(max(k, FOUND), among)
            keys, scores = self._found(rare, wanted, within)
            if len(keys) >= wanted:
                of_key = dict(zip(*self._scores(frequent, keys.tolist()), strict=True))
                return _first(Ranking(keys, scores + [of_key.get(key, 0.0) for key in keys.tolist()]), k)
        return _first(self._found(clauses, k, within), k)

    def _by_frequency(self, clauses: list[Clause]) -> tuple[list[Clause], list[Clause]]:
        """Return the clauses that find passages, and those that only add to their scores: the frequent ones, in a large index.

        Where all terms are frequent, all find passages.
        """
        most = FREQUENT * self._searcher.num_docs
        rare = [clause for clause in clauses if clause.passages <= most]
        if self._searcher.num_docs < MANY or not rare:
            return clauses, []
        return rare, [clause for clause in clauses if clause.passages > most]

    def _found(self, clauses: list[Clause], k: int, within: Sequence[int] | None = None) -> Ranking:
        """Return the passages with the highest scores, at least *k* where there are so many, in any order."""
        import tantivy

        must, query = tantivy.Occur.Must, tantivy.Query.boolean_query([(tantivy.Occur.Should, clause.query) for clause in clauses])
        if within is not None:
            keys = tantivy.Query.term_set_query(self._schema, "key", list(within))
            query = tantivy.Query.boolean_query([(must, query), (must, tantivy.Query.const_score_query(keys, 0.0))])
        return self._ranking_of(_with_equals(lambda many: self._searcher.search(query, many, count=False).hits, k))

    def _scores(self, clauses: list[Clause], keys: Sequence[int]) -> Ranking:
        """Return the scores of those *keys* that match any clause, in any order.

        Each term is sought in these passages alone; a union of the terms would be read whole, however few passages are asked for.
        """
        import tantivy

        if not clauses or not len(keys):
            return sorted_ranking([], [])
        query, must, should = tantivy.Query, tantivy.Occur.Must, tantivy.Occur.Should
        asked = query.boolean_query([(should, query.term_query(self._schema, "key", key, "basic")) for key in keys])
        whole = query.boolean_query([(must, query.const_score_query(asked, 0.0)), *((must, clause.part) for clause in clauses)])
        return self._ranking_of([hit for hit in self._searcher.search(whole, len(keys), count=False).hits if hit[0] > 0])

    def _ranking_of(self, hits: Sequence[Any]) -> Ranking:
        """Return the keys and scores of tantivy's hits, in the same order."""
        import numpy as np

        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return Ranking(np.array(keys, np.int64), np.array([score for score, _ in hits], np.float64))

    def _clauses_of(self, terms: Sequence[str]) -> list[Clause]:
        return [clause for term in dict.fromkeys(terms) for clause in self._clauses(term)]

    def _clauses(self, term: str) -> list[Clause]:
        """Return the clauses that match *term* in each field where it occurs; they are kept, since queries share terms."""
        import tantivy

        clauses = self._known.get(term)
        if clauses is None:
            queries = {field: tantivy.Query.term_query(self._schema, field, term, "freq") for field in FIELDS}
            clauses = [
                _clause(query if FIELDS[field] == 1 else tantivy.Query.boost_query(query, FIELDS[field]), passages)
                for field, query in queries.items()
                if (passages := self._passages_with(field, term, query))
            ]
            if len(self._known) >= MOST_CLAUSES:
                self._known.clear()  # another thread may do so at any time: nothing is read back
            self._known[term] = clauses
        return clauses

    def _passages_with(self, field: str, term: str, query: Any) -> int:
        """Return how many passages have *term* in *field*; tantivy counts removed ones too, so that a low number is no proof of any."""
        counted = int(self._searcher.doc_freq(field, term))
        return counted if counted > self._removed or (counted and self._searcher.search(query, 1, count=False).hits) else 0

    def _opened(self, folder: Path) -> tuple[Any, Any]:
        """Return the schema and a searcher of *folder*, also where tantivy cannot put its lock: in a read-only folder, on a full disk."""
        try:
            index = _open(folder)
            return index.schema, index.searcher()
        except ValueError:  # tantivy has no other error
            try:
                index = _open(self._borrow(folder))
                return index.schema, index.searcher()
            except (ValueError, OSError) as error:
                raise DamagedIndex(
                    "{folder} cannot be read ({error}); repair it with: qianli index --rebuild", folder=folder, error=error
                ) from error

    def _borrow(self, folder: Path) -> Path:
        """Return a temporary folder elsewhere with links to the files of *folder*."""
        import tempfile

        self._borrowed.append(tempfile.TemporaryDirectory(prefix="qianli-", ignore_cleanup_errors=True))
        borrowed = Path(self._borrowed[-1].name)
        for path in folder.iterdir():
            try:
                (borrowed / path.name).symlink_to(path.resolve())
            except OSError:  # Windows lets few people make links
                shutil.copyfile(path, borrowed / path.name)
        return borrowed


def link_terms(source: Path, target: Path) -> list[str]:
    """Make *target* an inverted index like *source*, of which no byte changes whatever a TermsWriter does there; return the linked names.

    tantivy replaces its two lists of files, which are copied; segments and removals are files that it writes once, which are linked.
    """
    target.mkdir()
    linked = []
    for path in sorted(source.iterdir()):
        if path.suffix == ".json":
            shutil.copyfile(path, target / path.name)
        elif path.suffix != ".lock":
            link(path, target / path.name)
            linked.append(path.name)
    return linked


def _clause(query: Any, passages: int) -> Clause:
    """Return the clause of tantivy's *query* for a term."""
    import tantivy

    every = tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)
    part = tantivy.Query.boolean_query([(tantivy.Occur.Must, every), (tantivy.Occur.Should, query)])
    return Clause(query, passages, part)


def _with_equals(search: Callable[[int], list[Any]], k: int) -> list[Any]:
    """Return the first *k* hits and all that score as the last of them does: which of these come first must not be chance."""
    many = k + 1 + k // 16  # a second search is dear, and a few hits more are not
    while len(hits := search(many)) == many and hits[-1][0] > hits[k - 1][0] - 10**-DECIMALS:
        many *= 2
    return hits


def _first(scored: Ranking, k: int | None = None) -> Ranking:
    """Return the best *k* keys of *scored*, which are in any order, by their rounded scores."""
    ranking = sorted_ranking(scored.keys, scored.scores.round(DECIMALS))
    return Ranking(ranking.keys[:k], ranking.scores[:k])


def _segments(passages: int) -> int:
    """Return how many segments of a size so many passages make, so that tantivy, which joins eight of a size, is left with one.

    >>> [_segments(passages) for passages in (0, 9_000, 100_000, 1_000_000)]
    [1, 1, 8, 64]
    """
    segments = 1
    while passages > segments * MOST_IN_SEGMENT:
        segments *= JOINED
    return segments


def _make(folder: Path) -> Any:
    folder.mkdir(parents=True)
    return _index(folder, reuse=False)


def _open(folder: Path) -> Any:
    return _index(folder, reuse=True)


def _index(folder: Path, reuse: bool) -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)  # a column: tantivy reads the keys of all hits at once
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="terms", index_option="freq")
    index = tantivy.Index(builder.build(), path=str(folder), reuse=reuse)
    index.register_tokenizer("terms", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index
