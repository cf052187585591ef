"""What several tests share: the seed pages, and an index of them that is made once with the default model."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.cli.app import run
from search.searcher import Searcher, open_search

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
os.environ["QIANLI_LANG"] = "en"  # whatever the machine's locale is; what is said in Chinese has its own tests
Command = Callable[..., tuple[int, str, str]]  # arguments of the command line -> exit code, stdout, stderr


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / ".qianli"
    encoder = open_encoder()
    with open_index(folder, create=model_of(encoder)) as index:
        build([SEEDS], index, encoder)
    return folder


@pytest.fixture(scope="session")
def precedents(seeds_index: Path) -> Iterator[Searcher]:
    with open_search(seeds_index) as opened:
        yield opened


@pytest.fixture
def qianli(seeds_index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs one command in this process, on the index of the seeds."""
    monkeypatch.setenv("QIANLI_INDEX", str(seeds_index))

    def command(*arguments: object) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture(autouse=True)
def _without_own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test uses the index of the person who runs the tests."""
    monkeypatch.delenv("QIANLI_INDEX", raising=False)


@pytest.fixture(autouse=True)
def _without_own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or adds to the settings, history or saved searches of the person who runs the tests, or of another test."""
    monkeypatch.setenv("QIANLI_CONFIG", os.devnull)
    monkeypatch.setenv("QIANLI_STATE", str(tmp_path_factory.mktemp("own") / "state"))
