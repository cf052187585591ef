"""A second engine, for tests alone: it shows that the protocol suffices.

One SQLite file is read whole; numpy computes the cosines, and BM25 is written down as its formula.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from index.document import Article, Citation, Page, Passage
from index.engine.protocol import Located, Model, Ranking, Source, Stamp, StoredPage, Tell, Terms, silent, sorted_ranking
from index.engine.source_names import sources_named
from index.errors import BadInput, Busy, NoIndex
from index.text.gazetteer import with_province
from index.text.tokens import terms as terms_of
from tests.engine.bm25 import bm25
from tests.engine.pages import named_places, overlaps

SCHEMA = """CREATE TABLE IF NOT EXISTS state (commits INTEGER, model TEXT);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT);
CREATE TABLE IF NOT EXISTS files (source TEXT PRIMARY KEY, file TEXT);
CREATE TABLE IF NOT EXISTS passages (
    key INTEGER PRIMARY KEY, source TEXT REFERENCES files ON DELETE CASCADE, record TEXT, passage TEXT, vector BLOB)"""


class BruteForceWriter:
    """Changes in one transaction of SQLite's."""

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows

    def expect(self, passages: int) -> bool:
        return False

    def add(
        self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: np.ndarray, terms: Terms = ()
    ) -> None:
        self.remove(file.source)
        self._rows.execute("INSERT INTO files VALUES (?, ?)", (file.source, json.dumps(file._replace(path=str(file.path)))))
        records = {article.number: json.dumps(asdict(replace(article, paragraphs=()))) for article in articles}
        for passage, vector in zip(passages, vectors, strict=True):
            values = (file.source, records[passage.article], json.dumps(asdict(passage)), vector.astype("<f4").tobytes())
            self._rows.execute("INSERT INTO passages (source, record, passage, vector) VALUES (?, ?, ?, ?)", values)

    def remove(self, source: str) -> None:
        self._rows.execute("DELETE FROM files WHERE source = ?", (source,))

    def sources(self) -> Iterable[Source]:
        return [_file(text) for (text,) in self._rows.execute("SELECT file FROM files ORDER BY source")]

    def stamps(self) -> Iterable[Stamp]:
        return [Stamp(file.source, str(file.path), *file[2:]) for file in self.sources()]

    def source(self, name: str) -> Source:
        return next(file for file in self.sources() if file.source == name)

    def touch(self, file: Source) -> None:
        values = (json.dumps(file._replace(path=str(file.path))), file.source)
        self._rows.execute("UPDATE files SET file = ? WHERE source = ?", values)

    def known_vectors(self, passages: Sequence[Passage]) -> list[np.ndarray | None]:
        stored = {}
        for text, vector in self._rows.execute("SELECT passage, vector FROM passages"):
            passage = _passage(text)
            stored[passage.heading, passage.text] = np.frombuffer(vector, "<f4")
        return [stored.get((passage.heading, passage.text)) for passage in passages]

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, np.ndarray]]) -> None:
        self._rows.executemany("UPDATE passages SET vector = ? WHERE key = ?", ((v.astype("<f4").tobytes(), k) for k, v in vectors))
        self._rows.execute("UPDATE state SET model = ?", (json.dumps(model),))


class BruteForceIndex:
    """One state, read into memory when it is opened."""

    def __init__(self, address: Path) -> None:
        self.address, self._rows = address, _connect(address)
        self._read()

    @classmethod
    def open(cls, address: Path, create: Model | None = None) -> "BruteForceIndex":
        if not address.is_file():
            if create is None:
                raise NoIndex(f"no index in {address}")
            address.parent.mkdir(parents=True, exist_ok=True)
            rows = _connect(address)
            rows.executescript(SCHEMA)
            rows.execute("INSERT INTO state VALUES (0, ?)", (json.dumps(create),))
            rows.close()
        return cls(address)

    @property
    def model(self) -> Model:
        return self._model

    def __len__(self) -> int:
        return len(self._passages)

    def select(
        self, place: str | None = None, source: str | None = None, since: str | None = None, until: str | None = None
    ) -> list[int] | None:
        if place is source is since is until is None:
            return None
        citations = {key: passage.citation for key, passage in self._passages.items()}
        near = [key for key, citation in citations.items() if place is None or any(place in name for name in named_places(citation))]
        if since or until:
            near = [key for key in near if (date := citations[key].date) and overlaps(date, since, until)]
        wanted = {*sources_named(source, [*self._sources])} if source is not None else {*self._sources}
        return [key for key in near if citations[key].source in wanted]

    def nearest(self, vectors: np.ndarray, k: int, within: Any = None) -> list[Ranking]:
        keys = self._keys if within is None else np.asarray(within, np.int64)
        rows = self.vectors(keys.tolist())
        return [_first(keys, (rows * vector).sum(axis=1), k) if vector.any() else sorted_ranking([], []) for vector in vectors]

    def matching(self, queries: Sequence[Sequence[str]], k: int, within: Any = None) -> list[Ranking]:
        return [self._bm25(query, k, within) for query in queries]

    def bm25(self, queries: Sequence[Sequence[str]], keys: Sequence[Sequence[int]]) -> list[Ranking]:
        return [self._bm25(query, len(within), within) for query, within in zip(queries, keys, strict=True)]

    def known(self, terms: Sequence[str]) -> int:
        counted = Counter(term for p in self._passages.values() for term in (*terms_of(p.text), *terms_of(p.heading)))
        return sum(term in counted for term in terms)

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        return [self._passages[key] for key in keys]

    def vectors(self, keys: Sequence[int]) -> np.ndarray:
        return np.array([self._vectors[key] for key in keys], np.float32).reshape(len(keys), self.model.dim)

    def locate(self, citation: str) -> Located:
        source, _, line = citation.rpartition(":")
        if not line.isdecimal() if source else len(citation) < 6:
            raise BadInput(f"{citation!r} is no citation")
        keys = [key for key, p in self._passages.items() if p.citation.id.startswith(citation) or _stands_at(p.citation, source, line)]
        keys = [key for key in keys if self._passages[key].citation.source == source] or keys  # else the end of a name
        if len(keys) != 1:
            raise BadInput(f"{citation} may be several; give more characters" if keys else f"no passage {citation} in this index")
        (passage,) = self.passages(keys)
        article = [p for p in self._passages.values() if (p.citation.source, p.article) == (passage.citation.source, passage.article)]
        return Located(self._records[keys[0]], article, article.index(passage))

    def keys_of_file(self, sha256: str) -> list[int]:
        return [key for key, passage in self._passages.items() if passage.citation.sha256 == sha256]

    def every_passage(self) -> Iterable[tuple[int, Passage]]:
        return iter(self._passages.items())

    def sources(self) -> dict[str, Source]:
        return dict(self._sources)

    def stored(self, source: str) -> StoredPage:
        keys = [key for key, passage in self._passages.items() if passage.citation.source == source]
        articles = {self._passages[key].article: self._records[key] for key in keys}
        return StoredPage("utf-8", [_article(record) for record in articles.values()], self.passages(keys), keys, repr(self.passages(keys)))

    def places(self) -> list[str]:
        articles = {(p.citation.source, p.article): p.citation.place for p in self._passages.values()}
        counted = Counter(place for place in articles.values() if place)
        return sorted(counted, key=lambda place: (-counted[place], place))

    def areas(self) -> list[tuple[str, ...]]:
        articles = {(p.citation.source, p.article): (p.citation.place, *p.citation.places) for p in self._passages.values()}
        return [tuple(dict.fromkeys(with_province(place) for place in spoken if place)) for spoken in articles.values()]

    def read_note(self, name: str) -> str | None:
        row = self._rows.execute("SELECT text FROM notes WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def write_note(self, name: str, text: str) -> str:
        self._rows.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, text))
        return self.note_place(name)

    def note_place(self, name: str) -> str:
        return f"{self.address}: {name}"

    def facts(self) -> dict[str, Any]:
        return {"pages": len(self._sources), "passages": len(self), "model": self.model._asdict(), "approximate": None}

    def check(self) -> list[str]:
        return [line for (line,) in self._rows.execute("PRAGMA integrity_check") if line != "ok"]

    def is_current(self) -> bool:
        return bool(self._rows.execute("SELECT commits FROM state").fetchone()[0] == self._commits)

    @contextmanager
    def writing(self, wait: float = 0.0, tell: Tell = silent) -> Iterator[BruteForceWriter]:
        rows = _connect(self.address, wait)
        try:
            rows.execute("BEGIN IMMEDIATE")
            yield BruteForceWriter(rows)
            rows.execute("UPDATE state SET commits = commits + 1")
            rows.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise Busy(f"another process writes {self.address}; try again when it is done") from error
        finally:
            rows.close()
        self._read()

    def close(self) -> None:
        self._rows.close()

    def __enter__(self) -> "BruteForceIndex":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _read(self) -> None:
        self._commits, model = self._rows.execute("SELECT commits, model FROM state").fetchone()
        rows = self._rows.execute("SELECT key, record, passage, vector FROM passages ORDER BY key").fetchall()
        self._model = Model(*json.loads(model))
        self._sources = {file.source: file for (text,) in self._rows.execute("SELECT file FROM files") if (file := _file(text))}
        self._keys = np.array([row[0] for row in rows], np.int64)
        self._records = {row[0]: json.loads(row[1]) for row in rows}
        self._passages = {row[0]: _passage(row[2]) for row in rows}
        self._vectors = {row[0]: np.frombuffer(row[3], "<f4") for row in rows}

    def _bm25(self, query: Sequence[str], k: int, within: Any) -> Ranking:
        scores = bm25(query, list(self._passages.values()))
        allowed = (scores > 0) & (True if within is None else np.isin(self._keys, within))
        return _first(self._keys[allowed], scores[allowed], k)


def _connect(address: Path, wait: float = 5.0) -> sqlite3.Connection:
    rows = sqlite3.connect(address, timeout=wait, isolation_level=None)
    rows.execute("PRAGMA journal_mode = WAL")
    rows.execute("PRAGMA foreign_keys = ON")
    return rows


def _first(keys: np.ndarray, scores: np.ndarray, k: int) -> Ranking:
    whole = sorted_ranking(keys, scores)
    return Ranking(whole.keys[:k], whole.scores[:k])


def _file(text: str) -> Source:
    file = Source(*json.loads(text))
    return file._replace(path=Path(file.path))


def _passage(text: str) -> Passage:
    values = json.loads(text)
    citation = Citation(**values.pop("citation"))
    lines = tuple((first, last) for first, last in citation.lines)
    pairs = {name: tuple(value) for name in ("authors", "places", "chars", "box") if (value := getattr(citation, name)) is not None}
    return Passage(**values, citation=replace(citation, lines=lines, **pairs))


def _article(record: dict[str, Any]) -> Article:
    pairs = {name: tuple(record[name]) for name in ("authors", "places", "paragraphs", "headings")}
    return Article(**record | pairs)


def _stands_at(citation: Citation, source: str, line: str) -> bool:
    return f"/{citation.source}".endswith(f"/{source}") and any(first <= int(line) <= last for first, last in citation.lines)
