"""Pages, vectors and questions for tests of engines: made up, small, and the same on every run."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from index.document import Article, Citation, Page, Paragraph, Passage
from index.engine.open import open_index
from index.engine.protocol import Index, Model, Ranking, Selection, Source

DIM = 8
MODEL = Model("toy", DIM, "1")
EVERY_DAY = [str(date(2022, 1, 1) + timedelta(days)) for days in range(4 * 365)]
TEXTS = [
    f"第{n}个小区{word}"
    for n, word in enumerate(["停车难", "停车位不够，停车要排队", "河道清淤", "加装电梯", "食堂助餐", "垃圾分类停放"] * 5)
]


def vectors_of(count: int, seed: int = 0) -> np.ndarray:
    """Return (count, DIM): rows of length 1 in random directions."""
    vectors = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def page_of(source: str, texts: Sequence[str], place: str | None = None) -> tuple[Page, Source, list[Article], list[Passage]]:
    """Return a page with one article and a passage per text, as a writer takes it."""
    page = Page(source, "\n".join(texts), "0" * 64, "utf-8")
    article = Article(source, 1, "标题", None, None, ("张三",), place, tuple(Paragraph(text, ((0, 1),), ((1, 1),)) for text in texts))
    passages = [
        Passage(text, "标题", 1, Citation(source, ((n, n),), n, "标题", None, ("张三",), place, "0" * 64, f"{source[:2]}{n:014x}"))
        for n, text in enumerate(texts, 1)
    ]
    return page, Source(source, Path("/", source), 1, 1, "0" * 64), [article], passages


def add(index: Index, source: str, texts: Sequence[str], place: str | None = None, seed: int = 0) -> np.ndarray:
    """Put a page with one article and a passage per text into *index*; return their vectors."""
    vectors = vectors_of(len(texts), seed)
    with index.writing() as writer:
        writer.add(*page_of(source, texts, place), vectors)
    return vectors


def filled(folder: Path) -> np.ndarray:
    """Make an index of one page with TEXTS in *folder*; return their vectors."""
    with open_index(folder, create=MODEL) as index:
        return add(index, "aa.txt", TEXTS, "杭州市上城区")


def pairs(ranking: Ranking) -> list[tuple[int, float]]:
    """Return the (key, score) of each passage of a ranking, best first."""
    return list(zip(ranking.keys.tolist(), ranking.scores.tolist(), strict=True))


def nearest(index: Index, vector: np.ndarray, k: int, within: Selection | None = None) -> list[tuple[int, float]]:
    """Return the (key, cosine) of the passages nearest to one vector."""
    return pairs(index.nearest(vector[None], k, within)[0])


def matching(index: Index, terms: Sequence[str], k: int, within: Selection | None = None) -> list[tuple[int, float]]:
    """Return the (key, BM25) of the passages that match one query's terms."""
    return pairs(index.matching([terms], k, within)[0])


def texts_of(index: Index, found: Sequence[tuple[int, float]]) -> list[str]:
    """Return the texts of the passages that were found, in their order."""
    return [passage.text for passage in index.passages([key for key, _ in found])]


def selected(index: Index, selection: Selection | None) -> list[str]:
    """Return the texts of the passages of a selection, in the order of their keys: a search for anything, within it, retrieves all."""
    assert selection is not None
    found = nearest(index, np.ones(index.model.dim, np.float32), len(selection) + 1, selection)
    assert len(found) == len(selection)
    return texts_of(index, sorted(found))


def named_places(citation: Citation) -> list[str]:
    """Return the places that the article of a passage speaks of."""
    return [*([citation.place] if citation.place else []), *citation.places]


def overlaps(printed: str, since: str | None, until: str | None) -> bool:
    """Whether a date, perhaps of a month or a year alone, has a day in the time from *since* to *until*, day by day."""
    return bool(set(_days(printed)) & {day for day in EVERY_DAY if (not since or day >= since) and (not until or day <= f"{until}-99-99")})


def _days(printed: str) -> list[str]:
    return [day for day in EVERY_DAY if day == printed or day.startswith(f"{printed}-")]
