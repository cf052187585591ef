"""Indexes in a cluster for tests: filled, loaded, and altered behind the back of the engine."""

from index.engine.cluster.address import parsed
from index.engine.cluster.connection import connect
from index.engine.open import open_index
from tests.engine.corpus import Corpus, made_page
from tests.engine.pages import MODEL, TEXTS, page_of, vectors_of


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
