"""A server in this process, over the index of the seeds; and one index that a test may change."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.searcher import Searcher, open_search
from search.server.application import application
from search.server.settings import ServerSettings

HOST = "http://127.0.0.1:8321"


def client_of(searcher: Searcher, settings: ServerSettings | None = None, **client: object) -> TestClient:
    """Return a client of a server over *searcher*."""
    app = application(searcher, settings or ServerSettings(rate=1e6, burst=1e6), client.pop("log", lambda fields: None))  # type: ignore[arg-type]
    return TestClient(app, HOST, raise_server_exceptions=False, **client)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def searcher(seeds_index: Path) -> Iterator[Searcher]:
    with open_search(seeds_index) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(searcher: Searcher) -> Iterator[TestClient]:
    with client_of(searcher) as client:
        yield client


@pytest.fixture
def update(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes pages, names by texts, and indexes them with the static model; it returns the index."""

    def write(**pages: str) -> Path:
        (tmp_path / "pages").mkdir(exist_ok=True)
        for name, text in pages.items():
            (tmp_path / "pages" / f"{name}.txt").write_text(text, "utf-8")
        encoder = open_encoder("static")
        with open_index(tmp_path / ".qianli", create=model_of(encoder)) as index:
            build([tmp_path / "pages"], index, encoder)
        return tmp_path / ".qianli"

    return write
