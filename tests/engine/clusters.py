"""Indexes in a cluster for tests: filled, loaded, and altered behind the back of the engine; what they are compared by."""

from pathlib import Path

from index.engine.cluster.address import parsed
from index.engine.cluster.connection import connect
from index.engine.open import open_index
from index.engine.protocol import Ranking
from tests.engine.corpus import Corpus, made_page
from tests.engine.pages import MODEL, TEXTS, page_of, pairs, vectors_of


def filled(address: str, pages: int = 20) -> Corpus:
    corpus = Corpus()
    with open_index(address, create=MODEL) as opened:
        corpus.put(opened, *(made_page(f"{number:02}.txt", number) for number in range(pages)))
    return corpus


def loaded(address: str, pages: int, seed: int = 0) -> None:
    """Add pages of three passages, in one change that says beforehand how large it is."""
    with open_index(address, create=MODEL) as opened, opened.writing(building=True) as changed:
        changed.expect(3 * pages)
        for number in range(pages):
            changed.add(*page_of(f"{number:02}.txt", [f"{text}{number}" for text in TEXTS[:3]]), vectors_of(3, seed + number))


def run(address: str, statement: str, *values: object) -> None:
    """Change rows behind the back of the engine."""
    opened = connect(parsed(address))
    opened.run(statement.replace("TABLE_", parsed(address).prefix), *values)
    opened.close()


def assert_same(ours: Ranking, theirs: Ranking, within: float) -> None:
    """The same passages with the same scores, but for rounding; of those that are as good as the last one either may have others."""
    one, other = dict(pairs(ours)), dict(pairs(theirs))
    assert len(one) == len(other)
    assert all(abs(score - other[key]) <= within for key, score in one.items() if key in other)
    assert all(abs(score - ours.scores[-1]) <= within for key, score in [*one.items(), *other.items()] if not (key in one and key in other))


def questions_of(seeds_index: Path) -> list[str]:
    with open_index(seeds_index) as opened:
        return [passage.text[:24] for _, passage in opened.every_passage()][::3]
