"""Made-up pages in an index, and what brute force says of them: cosines by numpy, BM25 by its formula, filters by Python."""

import hashlib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from index.document import Article, Citation, Page, Paragraph, Passage
from index.engine.protocol import Index, Ranking, Selection, Source
from tests.engine.bm25 import Drift, bm25, drift
from tests.engine.pages import DIM, named_places, overlaps, pairs

SUBJECTS = ("电动自行车", "停车", "河道", "食堂", "电梯", "印章", "Kiosk", "12345")
VERBS = ("治理", "清理整治", "加装", "补贴", "排查", "热线回访")
PLACES = ("杭州市上城区笕桥街道", "杭州市余杭区", "宁波市", None)
DATES = ("2023-05-06", "2023-05", "2024", "2024-01-01", None)
QUERIES = ("电动自行车停车", "河道的治理", "食堂补贴12345", "印章", "没有这样的词")
HALF = 2e-3  # by which a cosine of float16 vectors may be off
ROUNDED = 2e-3  # by which a BM25 score may be off that is rounded to three decimals


@dataclass(frozen=True, slots=True)
class Made:
    """A page as a writer takes it."""

    page: Page
    file: Source
    articles: list[Article]
    passages: list[Passage]
    vectors: np.ndarray


def made_page(source: str, seed: int) -> Made:
    """Return a page of two articles, with short passages of which some are equal; the same for the same *seed*."""
    chance = np.random.default_rng(seed)
    sha256 = hashlib.sha256(f"{source} {seed}".encode()).hexdigest()
    articles, passages = [], []
    for number in (1, 2):
        title, place = f"{chance.choice(SUBJECTS)}{chance.choice(VERBS)}", PLACES[chance.integers(len(PLACES))]
        texts = [_text(chance) for _ in range(chance.integers(1, 5))]
        paragraphs = tuple(Paragraph(text, ((0, 1),), ((1, 1),)) for text in texts)
        dated = DATES[chance.integers(len(DATES))]
        places = (place, PLACES[chance.integers(3)]) if place else ()
        printed = {"places": places, "date": dated, "publication": "日报" if dated else None, "newspaper_page": 5 if dated else None}
        articles.append(Article(source, number, title, None, None, ("张三",), place, paragraphs, **printed))
        for paragraph, text in enumerate(texts, 1):
            line, id_ = len(passages) + 1, hashlib.sha256(f"{sha256} {len(passages)}".encode()).hexdigest()[:40]
            citation = Citation(source, ((line, line),), paragraph, title, None, ("张三",), place, sha256, id_, **printed)
            passages.append(Passage(text, title, number, citation))
    vectors = chance.normal(size=(len(passages), DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    page = Page(source, "\n".join(passage.text for passage in passages), sha256, "utf-8")
    return Made(page, Source(source, Path("/", source), seed, 1, sha256), articles, passages, vectors)


def _text(chance: np.random.Generator) -> str:
    return f"{chance.choice(SUBJECTS)}{chance.choice(VERBS)}" if chance.random() > 0.2 else "停车治理"


@dataclass(slots=True)
class Corpus:
    """What an index holds, page by page, and the passages that were removed from it since it was made."""

    pages: dict[str, Made] = field(default_factory=dict)
    removed: list[Passage] = field(default_factory=list)

    def put(self, index: Index, *pages: Made) -> None:
        """Add or replace pages, in one commit."""
        with index.writing() as writer:
            for made in pages:
                self._forget(made.file.source)
                self.pages[made.file.source] = made
                writer.add(made.page, made.file, made.articles, made.passages, made.vectors)

    def remove(self, index: Index, *sources: str) -> None:
        with index.writing() as writer:
            for source in sources:
                self._forget(source)
                writer.remove(source)

    @property
    def passages(self) -> list[Passage]:
        return [passage for _, made in sorted(self.pages.items()) for passage in made.passages]

    @property
    def vectors(self) -> np.ndarray:
        return np.concatenate([np.zeros((0, DIM), np.float32), *(made.vectors for _, made in sorted(self.pages.items()))])

    def selected(
        self, place: str | None = None, source: str | None = None, since: str | None = None, until: str | None = None
    ) -> np.ndarray:
        """Return which passages a filter leaves."""
        citations = [passage.citation for passage in self.passages]
        near = [place is None or any(place in name for name in named_places(citation)) for citation in citations]
        timely = [not (since or until) or (citation.date and overlaps(citation.date, since, until)) for citation in citations]
        matching = [source is None or fnmatchcase(citation.source, source) for citation in citations]
        return np.array(near, bool) & np.array(matching, bool) & np.array(timely, bool)

    def bm25(self, query: list[str]) -> np.ndarray:
        return bm25(query, self.passages)

    def drift(self, query: list[str]) -> Drift:
        return drift(query, self.passages, self.removed)

    def _forget(self, source: str) -> None:
        if made := self.pages.pop(source, None):
            self.removed += made.passages


def scores_by_id(index: Index, ranking: Ranking) -> dict[str, float]:
    """Return the score of each retrieved passage by its id, after the order of the ranking was checked."""
    found = pairs(ranking)
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    passages = index.passages([key for key, _ in found])
    return {passage.citation.id: score for passage, (_, score) in zip(passages, found, strict=True)}


def ids(index: Index, selection: Selection) -> set[str]:
    """Return the ids of the passages of a selection: a search for anything, within it, retrieves all."""
    return {*scores_by_id(index, index.nearest(np.ones((1, index.model.dim), np.float32), len(selection) + 1, selection)[0])}
