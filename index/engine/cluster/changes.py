"""Changes to the tables of an index: rows, how many passages have each term, and the sums that a state names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from index.document import Article, Page, Passage
from index.engine.cluster import dialect
from index.engine.cluster.connection import Connection
from index.engine.cluster.dialect import Tables
from index.engine.cluster.queries import BESIDE, PASSAGE, Rows, name_number
from index.engine.cluster.state import State
from index.engine.cluster.weights import (
    Lengths,
    Sparse,
    counted,
    folded,
    folded_question,
    literal,
    of_literal,
    question_weights,
    score,
    weighted,
)
from index.engine.protocol import Model, Source, Terms
from index.engine.stored.digests import WRAP, content_number, state_of, values_digest
from index.engine.stored.keys import first_key, next_number, page_number
from index.engine.stored.rows import FILE_COLUMNS, article_values, file_values, passage_values
from index.errors import Unwritten
from index.text.joined_terms import terms_of_each

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

MANY = 500  # rows that are read or weighed at once
MANY_WEIGHED = 250  # rows that are weighed by one statement, some megabytes
MANY_TERMS = 5_000  # terms that are read or written at once
MOST_LOOKED_FOR = 200  # passages that came, spread over all of them
OWN_TERMS = 20  # the rarest of a passage, by which it is looked for
FOUND_AMONG = 50  # passages
ALIKE = 0.999  # share of its own score that others have where it is one of many copies
NEW = f"{PASSAGE.replace(', digest', ', content, digest')}, {BESIDE}, half, text_terms, heading_terms, vector, terms, folded"


class Insertion(NamedTuple):
    """A passage with what its row repeats of its article and its file."""

    key: int
    article: int
    passage: Passage
    article_digest: int
    areas: str
    date: str | None


class Changes:
    """Changes to *tables*, which hold what *state* says, in the transaction of a connection."""

    def __init__(self, connection: Connection, tables: Tables, state: State) -> None:
        self._connection, self._tables, self.state = connection, tables, state
        self.rows = Rows(connection, tables)
        self.pages_added = 0
        self.any = False
        self._numbers: dict[str, int] = {}  # of terms
        self._knows_all = not state.terms  # no term is in the tables that is not in _numbers
        self._new: dict[int, str] = {}  # terms that no row has yet
        self._having: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])  # by number: passages more, or fewer, in text and heading
        self._came: list[int] = []  # keys

    def add(
        self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors, terms: Terms
    ) -> None:
        """Insert a page whose source the tables do not have."""
        number = self._free_number(file.source)
        before = self.state.rows
        inserted: dict[int, tuple[int, int, str, str | None]] = {}
        rows = []
        for article in articles:
            key, values = first_key(number) | article.number, article_values(article, file.source)
            digest = values_digest(*values)
            inserted[article.number] = (key, digest, str(values[3]), article.date)
            rows.append((key, *values, digest))
            self.state = self.state.changed(articles=digest)
        self._connection.run_each(f"INSERT INTO {self._tables.articles} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", rows)
        insertions = []
        for key, passage in enumerate(passages, first_key(number)):
            article_key, digest, areas, date = inserted[passage.article]
            insertions.append(Insertion(key, article_key, passage, digest, areas, date))
        self.insert(insertions, vectors, terms)
        self._put_file(file, number, page.encoding, (self.state.rows - before) % WRAP)
        self.pages_added += 1

    def insert(self, insertions: Sequence[Insertion], vectors: Vectors, terms: Terms) -> None:
        """Insert passages, (n, dim) *vectors* and the terms of each."""
        self.any = True
        split = [{"text": text.split(), "heading": heading.split()} for text, heading in terms]
        numbers = self._numbered({term for fields in split for found in fields.values() for term in found})
        rows = []
        for one, vector, fields in zip(insertions, vectors, split, strict=True):
            values = passage_values(one.article, one.passage)
            digest, cited = values_digest(*values), one.passage.citation
            state, half = state_of(digest, one.article_digest, cited.sha256), vector.astype("<f2")
            lengths, counts = (len(fields["text"]), len(fields["heading"])), counted(fields, numbers)
            self._count(counts, 1)
            self._came.append(one.key)
            self._measure(1, lengths)
            self.state = self.state.changed(rows=state, vectors=values_digest(one.key, half.tobytes()))
            known = self.state.weighed
            weights: Sparse = weighted(counts, lengths, known.means) if known.passages else counts
            joined = literal(folded(weights)) if known.passages else None  # it comes with the weights
            rows.append(
                (
                    *(one.key, *values, content_number(one.passage), digest, state, cited.source, one.areas, one.date),
                    *(half.tobytes(), *lengths, dialect.as_vector(half), literal(weights), joined),
                )
            )
        self._connection.run_each(f"INSERT INTO {self._tables.passages} ({NEW}) VALUES ({', '.join(['%s'] * (NEW.count(',') + 1))})", rows)

    def remove(self, source: str) -> None:
        """Delete a page with all that was read out of it, if the tables have it."""
        page = self.rows.page_of(source)
        if page is None:
            return
        self.any = True
        among = f"WHERE `key` >= {first_key(page)} AND `key` < {first_key(page + 1)}"
        for key, state, half, *lengths, written in self._connection.rows(
            f"SELECT `key`, state, half, text_terms, heading_terms, terms FROM {self._tables.passages} {among}"
        ):
            self._count(of_literal(written or ""), -1)
            self._measure(-1, (lengths[0], lengths[1]))
            self.state = self.state.changed(rows=-state, vectors=-values_digest(key, half))
        for (digest,) in self._connection.rows(f"SELECT digest FROM {self._tables.articles} {among}"):
            self.state = self.state.changed(articles=-digest)
        self._came = [key for key in self._came if not first_key(page) <= key < first_key(page + 1)]
        for table in (self._tables.passages, self._tables.articles):
            self._connection.run(f"DELETE FROM {table} {among}")
        self._connection.run(f"DELETE FROM {self._tables.files} WHERE page = %s", page)

    def touch(self, file: Source) -> None:
        """Note a new path, size or time of a file whose text is the same."""
        page = self.rows.page_of(file.source)
        assert page is not None, file.source
        encoding, states = self.rows.encoding_and_states(page)
        self._put_file(file, page, encoding, states)

    def rename(self, model: Model) -> None:
        """Give the model another name; all vectors stay."""
        self.any = True
        self.state = self.state._replace(model=model)

    def finish(self) -> State:
        """Write the terms, weigh those of a new index, look for what came; return the state of the tables."""
        self.write_terms()
        if not self.state.weighed.passages:
            self.weigh(self.state.lengths)
        self.look_for_what_came()
        return self.state

    def write_new_terms(self) -> None:
        """Write the terms that no row has yet, as they are counted until now; how the counts of others changed is kept."""
        rows = [(_raw(term), number, *self._having.pop(number, (0, 0))) for number, term in self._new.items()]
        self._connection.run_each(f"INSERT INTO {self._tables.terms} (term, number, in_text, in_heading) VALUES (%s, %s, %s, %s)", rows)
        self._new.clear()

    def write_terms(self) -> None:
        """Write how many passages have each term that came or went."""
        changed = {number: counts for number, counts in self._having.items() if any(counts) or number in self._new}
        names = {number: term for term, number in self._numbers.items() if number in changed}
        unnamed = [number for number in changed if number not in names]
        for start in range(0, len(unnamed), MANY_TERMS):
            some = unnamed[start : start + MANY_TERMS]
            found = self._connection.rows(f"SELECT number, term FROM {self._tables.terms} WHERE number IN %s", some)
            names.update((number, _term(raw)) for number, raw in found)
        rows = [(_raw(names[number]), number, *counts) for number, counts in changed.items()]
        statement = dialect.upsert(self._tables.terms, "term, number, in_text, in_heading", "term, number", adding=True)
        self._connection.run_each(statement, rows)
        self._having.clear()
        self._new.clear()

    def count_again(self) -> None:
        """Count how many passages of the tables have each term more, or fewer, than was written."""
        for start in range(0, self.state.terms, MANY_TERMS):
            query = f"SELECT number, in_text, in_heading FROM {self._tables.terms} WHERE number >= %s AND number < %s"
            for number, *counts in self._connection.rows(query, start, start + MANY_TERMS):
                self._having[number] = [-count for count in counts]
        first = 0
        while found := self._connection.rows(
            f"SELECT `key`, terms FROM {self._tables.passages} WHERE `key` >= %s ORDER BY `key` LIMIT {MANY}", first
        ):
            for _, written in found:
                self._count(of_literal(written or ""), 1)
            first = found[-1][0] + 1

    def weigh(self, lengths: Lengths, first: int = 0, most: int | None = None) -> int | None:
        """Weigh terms that are counted until now by the mean lengths of *lengths*, from the key *first* on, *most* passages.

        Return the key to go on from, None where all are weighed.
        """
        self.state = self.state._replace(weighed=lengths)
        done = 0
        while most is None or done < most:
            query = (
                f"SELECT `key`, text_terms, heading_terms, terms FROM {self._tables.passages} WHERE `key` >= %s ORDER BY `key` LIMIT {MANY}"
            )
            if not (found := self._connection.rows(query, first)):
                return None
            every = [(key, weighted(of_literal(written), (text, heading), lengths.means)) for key, text, heading, written in found]
            weights = [(key, literal(of_passage), literal(folded(of_passage))) for key, of_passage in every]
            for start in range(0, len(weights), MANY_WEIGHED):
                some = weights[start : start + MANY_WEIGHED]
                self._connection.run(dialect.set_terms(self._tables.passages, len(some)), *(value for row in some for value in row))
            first, done = found[-1][0] + 1, done + len(found)
        return first

    def look_for_what_came(self) -> None:
        """Search for some of the passages that came, by their own vectors and terms; raise Unwritten where the server does not find one."""
        step = -(-len(self._came) // MOST_LOOKED_FOR) if self._came else 1
        keys = self._came[::step]
        lost = [key for key in keys if not self.is_found(key)]
        for key in lost:  # written once more, a row comes back
            self._connection.run(f"UPDATE {self._tables.passages} SET vector = vector, folded = folded WHERE `key` = %s", key)
        if any(not self.is_found(key) for key in lost):
            raise Unwritten(
                "the server of {address} does not find what was written; the last good state stays, repair it with: qianli index --rebuild",
                address=self._connection.address,
            )

    def is_found(self, key: int) -> bool:
        """Whether searches find the passage, or many others that fit as well as it does."""
        import numpy as np

        ((half, written),) = self._connection.rows(f"SELECT half, terms FROM {self._tables.passages} WHERE `key` = %s", key)
        weights, vector = of_literal(written), np.frombuffer(half, "<f2").astype(np.float32)
        searches = []
        if question := self._rarest(weights):
            asked = folded_question(question)
            query = dialect.matching(dialect.every(self._tables), literal(asked), FOUND_AMONG)
            searches.append((query, score(folded(weights), asked)))
        if self._by_vector and vector.any():
            query = dialect.nearest(dialect.every(self._tables), vector, FOUND_AMONG, exact=False)
            searches.append((query, float(vector @ vector)))
        for query, own in searches:
            found = dict(self._connection.rows(query))
            if key not in found and (len(found) < FOUND_AMONG or min(found.values()) < ALIKE * own):
                return False
        return True

    def _rarest(self, weights: Mapping[int, float]) -> Sparse:
        """Return a question of the rarest terms of a passage."""
        numbers = sorted({place // 2 for place in weights})
        if not numbers:
            return {}
        query = f"SELECT number, in_text, in_heading FROM {self._tables.terms} WHERE number IN %s"
        having = {number: (text, heading) for number, text, heading in self._connection.rows(query, numbers)}
        every = question_weights(having, self.state.lengths.passages)
        own = sorted((place for place in weights if place in every), key=lambda place: -every[place])
        return {place: every[place] for place in own[:OWN_TERMS]}

    @cached_property
    def _by_vector(self) -> bool:
        return dialect.has_index(self._connection, self._tables, "nearest")

    def _numbered(self, terms: Iterable[str]) -> dict[str, int]:
        """Return the number of each term; new terms get the next ones."""
        unknown = [term for term in terms if term not in self._numbers]
        for start in range(0, 0 if self._knows_all else len(unknown), MANY_TERMS):
            some = {_raw(term): term for term in unknown[start : start + MANY_TERMS]}
            found = self._connection.rows(f"SELECT term, number FROM {self._tables.terms} WHERE term IN %s", list(some))
            self._numbers.update((some[bytes(raw)], number) for raw, number in found)
        for term in sorted(term for term in unknown if term not in self._numbers):
            self._numbers[term] = number = self.state.terms
            self._new[number] = term
            self.state = self.state._replace(terms=number + 1)
        return self._numbers

    def _count(self, places: Iterable[int], by: int) -> None:
        for place in places:
            self._having[place >> 1][place & 1] += by

    def _measure(self, by: int, lengths: tuple[int, int]) -> None:
        known = self.state.lengths
        new = Lengths(known.passages + by, known.text + by * lengths[0], known.heading + by * lengths[1])
        self.state = self.state._replace(lengths=new, weighed=self.state.weighed if new.passages else Lengths(0, 0, 0))

    def _free_number(self, source: str) -> int:
        number = page_number(source)
        while self._connection.rows(f"SELECT 1 FROM {self._tables.files} WHERE page = %s", number):
            number = next_number(number)
        return number

    def _put_file(self, file: Source, page: int, encoding: str, states: int) -> None:
        self.any = True
        values = file_values(file, page, encoding)
        row = (*values, values_digest(*values), name_number(file.source), states)
        self._connection.run_each(dialect.upsert(self._tables.files, f"{FILE_COLUMNS}, name, states", "page"), [row])


def terms_of(passages: Sequence[Passage]) -> Terms:
    """Return the terms of the text and the heading of each passage, joined by blanks."""
    return terms_of_each([(passage.text, passage.heading) for passage in passages])


def _raw(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")


def _term(raw: bytes) -> str:
    return bytes(raw).decode("utf-8", "surrogatepass")
