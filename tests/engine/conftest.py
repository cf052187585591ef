"""The engines of which the contract is asked: `opening` opens an index of one, `address` is where a test has its own."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.protocol import Address, Index
from index.indexing import copy_index
from tests.engine.brute_force import BruteForceIndex
from tests.engine.server import GIVEN, Server

Opening = Callable[..., Index]
ENGINES: dict[str, Opening] = {"folder": open_index, "brute force": BruteForceIndex.open, "cluster": open_index}
if GIVEN in os.environ:
    ENGINES["given cluster"] = open_index
SERVERS = ("cluster", "given cluster")
NAMES = count()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opening(engine: str) -> Opening:
    return ENGINES[engine]


@pytest.fixture
def address(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Address:
    if engine == "cluster":
        server: Server = request.getfixturevalue("cluster")
        return server.address(f"索引 {next(NAMES)}")
    if engine == "given cluster":
        return f"{os.environ[GIVEN]}/test-{os.getpid()}-{next(NAMES)}"
    return tmp_path / "目录" / "index"


@pytest.fixture(scope="session")
def copied(cluster: Server, seeds_index: Path) -> str:
    address = cluster.address("种子")
    copy_index(seeds_index, address)
    return address


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the second and third corpus for a server: it takes some seconds to make an index."""
    left_out = [item for item in items if _parameter(item, "engine") in SERVERS and _parameter(item, "corpus") in (1, 2)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _parameter(item: pytest.Item, name: str) -> object:
    return item.callspec.params.get(name) if hasattr(item, "callspec") else None
