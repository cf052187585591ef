"""A server over some invented pages, one of which would like to be obeyed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.searcher import Searcher, open_search
from tests.server.conftest import client_of
from tests.server.page.reading import Element, read

QUESTION = "楼道里堆放杂物怎么清理"
HOSTILE = '<script>alert("楼道")</script>'
PAGES = {
    "corridor.txt": "楼道清爽了\n\n清河市柳林街道发动居民清理楼道杂物，三个月里搬走两百车旧家具，楼道又通畅了。\n\n"
    "街道还给每个楼门配了一名楼长，每周检查一次楼道，发现堆放杂物当天清走。\n\n居民说，上下楼不再磕碰，孩子也敢一个人回家。\n",
    "noise.txt": "广场舞有了约定\n\n杭州市西湖区北山街道与舞队约定，晚上八点半以后不放音乐，音量由居民一起测定。\n\n"
    "约定贴在广场入口，违反两次的舞队停跳一周。\n",
    "hostile.txt": f"楼道{HOSTILE}整治\n\n社区请来师傅，把楼道{HOSTILE}里的‮杂物\x07清理干净，又贴了\"告示\"&'公约'。\n",
}
Got = Callable[..., Element]


@pytest.fixture(scope="package")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    (folder / "pages").mkdir()
    for name, text in PAGES.items():
        (folder / "pages" / name).write_text(text, "utf-8")
    encoder = open_encoder("static")
    with open_index(folder / ".qianli", create=model_of(encoder)) as index:
        build([folder / "pages"], index, encoder)
    return folder


@pytest.fixture(scope="package")
def office(pages: Path) -> Iterator[Searcher]:
    with open_search(pages / ".qianli") as opened:
        yield opened


@pytest.fixture
def desk(office: Searcher) -> TestClient:
    """A browser at a desk: it asks for pages and keeps cookies."""
    return client_of(office, headers={"Accept": "text/html,*/*;q=0.8"})


@pytest.fixture
def got(desk: TestClient) -> Got:
    """Return a function that goes to an address and returns its page."""

    def go(path: str, status: int = 200, **query: object) -> Element:
        answer = desk.get(path, params={name: str(value) for name, value in query.items()} or None)
        assert answer.status_code == status, answer.text[:500]
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return read(answer.text)

    return go
