"""An index of a few invented pages that the static model made, and one server on it for all tests that only ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from tests.server.mcp.wire import Server

PAGES = {
    "充电.txt": """老小区建起集中充电棚
本报讯 记者 李明 湖州市吴兴区
电动自行车进楼充电，楼道里飞线乱拉，居民很担心火灾。

湖州市吴兴区在老小区旁的空地上建起集中充电棚，电动自行车统一停放，充满自动断电，三个月里楼道起火为零。

街道同时请物业每晚巡查两次，劝离进楼的电动自行车。
""",
    "停车.txt": """错时停车解了难
本报讯 记者 王芳 嘉兴市南湖区
老城区停车难，晚上居民找不到车位，白天机关的车位又空着。

嘉兴市南湖区让机关大院的停车位在夜间向居民开放，错时共享，新增夜间车位一千二百个。
""",
}


def index_pages(folder: Path, pages: dict[str, str]) -> Path:
    """Write *pages* into *folder* and index them; return the address of the index."""
    paths = []
    for name, text in pages.items():
        (path := folder / name).write_text(text, "utf-8")
        paths.append(path)
    encoder = open_encoder("static")
    with open_index(folder / ".qianli", create=model_of(encoder)) as index:
        build(paths, index, encoder)
    return folder / ".qianli"


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_pages(tmp_path_factory.mktemp("报纸"), PAGES)


@pytest.fixture(scope="module")
def server(small_index: Path) -> Iterator[Server]:
    pytest.importorskip("mcp", reason="the extra mcp is not installed")
    running = Server("--index", small_index)
    yield running
    code, rest = running.end()
    assert (code, rest) == (0, [])
