"""What several tests share: the seed pages, and indexes of them that are made once.

seeds_index     with the static model: opens and answers in a tenth of a second, and holds whatever does not depend on the model
default_index   with the default model, which takes ten seconds to make: for tests of what it finds and how sure it is
precedents      the default index, opened
qianli          runs a command in this process, on seeds_index; a new index gets the static model unless --model names another
"""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from filelock import FileLock

from index.encoders.open import open_encoder
from index.encoders.shipped import DEFAULT, STATIC
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.cli.app import run
from search.searcher import Searcher, open_search
from tests.engine.server import Server, running

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
os.environ["QIANLI_LANG"] = "en"  # whatever the machine's locale is; what is said in Chinese has its own tests
NUMBERS = count()  # one for each test
Command = Callable[..., tuple[int, str, str]]  # arguments of the command line -> exit code, stdout, stderr


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder *name*, which *make* fills once, also where several processes run tests side by side."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # each worker has a folder of its own below it
    folder, whole = base / "shared" / name, base / "shared" / f"{name}.whole"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not whole.exists():
            make(folder)
            whole.touch()
    return folder


def indexed(address: Path, *pages: Path, model: str = STATIC) -> Path:
    """Bring the index at *address* up to date with *pages* and return the address."""
    encoder = open_encoder(model)
    with open_index(address, create=model_of(encoder)) as index:
        build(list(pages), index, encoder)
    return address


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "seeds", lambda folder: indexed(folder / ".qianli", SEEDS)) / ".qianli"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Server]:
    """A server of seekdb, started for these tests; its password is in the environment."""
    with TemporaryDirectory(prefix="qianli-") as base, running(Path(base)) as server:  # a socket's path must be short
        yield server


@pytest.fixture(scope="session")
def default_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "default", lambda folder: indexed(folder / ".qianli", SEEDS, model=DEFAULT)) / ".qianli"


@pytest.fixture(scope="session")
def precedents(default_index: Path) -> Iterator[Searcher]:
    with open_search(default_index) as opened:
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


@pytest.fixture(scope="session", autouse=True)
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test uses the index or the settings of the person who runs the tests; a new index has the static model unless a test says
    otherwise."""
    file = tmp_path_factory.mktemp("settings") / "config.toml"
    file.write_text(f'model = "{STATIC}"\n', "utf-8")
    with pytest.MonkeyPatch.context() as changed:
        changed.delenv("QIANLI_INDEX", raising=False)
        changed.setenv("QIANLI_CONFIG", str(file))
        changed.setenv("QIANLI_STATE", str(file.with_name("state")))
        yield file


@pytest.fixture(autouse=True)
def _without_the_state_of_another_test(_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the history or the saved searches of another."""
    monkeypatch.setenv("QIANLI_STATE", str(_settings.with_name(f"state-{next(NUMBERS)}")))  # not made unless it is used
