"""A first build is committed in steps that no reader sees; one that was killed goes on, and ends as if it had never been."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index.engine.folder import database, snapshot_writer, writer
from index.engine.open import open_index, rederive
from index.engine.protocol import model_of
from index.errors import BadInput, NoIndex, OtherModel
from index.indexing import build, remove
from search.searcher import open_search
from tests.engine.pages import MODEL, add, matching, page_of, vectors_of
from tests.toy import ToyEncoder

ROOT = Path(__file__).parent.parent.parent
TOY = ToyEncoder()
KILLED = """
import os, signal, sys
from pathlib import Path
from index.engine.folder import snapshot_writer, writer
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from tests.toy import ToyEncoder

steps, last = [], int(sys.argv[3])
commit = writer.FolderWriter._step

def step(self):
    commit(self)
    steps.append(1)
    if len(steps) == last:
        os.kill(os.getpid(), signal.SIGKILL)

writer.STEP = 0.0
writer.FolderWriter._step = step
with open_index(Path(sys.argv[1]), create=model_of(ToyEncoder())) as index:
    build([Path(sys.argv[2])], index, ToyEncoder())
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(f"第{number}个小区怎样治停车\n\n第{number}个小区挖潜增设车位，停车问题解决了。\n", "utf-8")
    return folder


def killed(address: Path, pages: Path, steps: int) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, address, pages, str(steps)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL


def said(address: Path) -> object:
    with open_index(address) as index:
        assert index.check() == []
        keyed = dict(index.every_passage())
        return keyed, index.vectors(list(keyed)).tolist(), sorted(index.sources()), index.places()


def test_what_a_step_commits_does_not_pile_up_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it did, a first build of a million passages had a log of 3.4 GB beside a database of 1 GB."""
    monkeypatch.setattr(writer, "STEP", 0.0)
    log, sizes = tmp_path / "ix" / "passages.db-wal", []
    with open_index(tmp_path / "ix", create=MODEL) as index, index.writing(building=True) as writing:
        for number in range(120):
            texts = [f"第{number}个小区第{line}条：{'车位挖潜增设，' * 40}" for line in range(20)]
            writing.add(*page_of(f"{number:03}.txt", texts), vectors_of(len(texts)))
            sizes.append(log.stat().st_size)
    assert max(sizes) < 3 * sizes[30]


def test_the_rows_of_a_large_first_build_lie_close_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages come in another order than their keys, which leaves a seventh of the database empty."""
    sizes = []
    for large in (10**9, 1000):
        monkeypatch.setattr(database, "LARGE_BUILD", large)
        address = tmp_path / str(large)
        with open_index(address, create=MODEL) as index, index.writing(building=True) as writing:
            for number in range(100):
                texts = [f"第{number}个小区第{line}条：{'车位挖潜增设，' * 12}" for line in range(10)]
                writing.add(*page_of(f"{number:03}.txt", texts), vectors_of(len(texts)))
        with open_index(address) as index:
            assert index.check() == []
            assert len(index) == 1000
        sizes.append((address / "passages.db").stat().st_size)
    assert sizes[1] < 0.95 * sizes[0]


def test_no_reader_sees_a_first_build_before_its_end_and_the_next_one_goes_on(pages: Path, tmp_path: Path) -> None:
    address = tmp_path / "ix"
    killed(address, pages, 5)
    with open_index(address) as index:
        assert (len(index), index.sources(), index.facts()["pages"], index.check(), index.areas()) == (0, {}, 0, [], [])
        assert index.facts()["unfinished"] == 5
    with pytest.raises(NoIndex, match="is not finished; go on with it: qianli index FOLDER"):
        open_search(address, TOY)
    killed(address, pages, 3)
    texts: list[str] = []
    with open_index(address) as index:
        report = build([pages], index, Counting(texts))
        assert (report.added, report.unchanged, report.passages) == (12, 0, len(texts))
        assert 0 < len(texts) <= 12 - 3
        assert "unfinished" not in index.facts()
    with open_index(tmp_path / "once", create=model_of(TOY)) as index:
        build([pages], index, TOY)
    assert said(address) == said(tmp_path / "once")
    assert sorted(path.name for path in address.iterdir() if path.is_dir()) == ["generation-000002", "vectors"]


def test_a_file_that_went_meanwhile_and_a_folder_that_is_not_named_again_leave_nothing(pages: Path, tmp_path: Path) -> None:
    killed(tmp_path / "ix", pages, 8)
    other = tmp_path / "other"
    other.mkdir()
    (pages / "11.txt").rename(other / "11.txt")
    with open_index(tmp_path / "ix") as index:
        report = build([other], index, TOY)
        assert (report.added, report.removed, list(index.sources())) == (1, 0, ["other/11.txt"])


def test_nothing_but_a_build_goes_on_with_a_first_build(pages: Path, tmp_path: Path) -> None:
    killed(tmp_path / "ix", pages, 2)
    with open_index(tmp_path / "ix") as index:
        with pytest.raises(BadInput, match="not finished; go on with it: qianli index FOLDER"):
            remove(["00.txt"], index)
        with pytest.raises(BadInput, match="not finished"):
            rederive(tmp_path / "ix")
        with pytest.raises(BadInput, match="name files or folders"):
            build(None, index, TOY)
        with pytest.raises(OtherModel, match="name another folder with --index, since the first build of this one is not finished"):
            build([pages], index, Changed())


def test_lost_vectors_of_a_first_build_are_made_again(pages: Path, tmp_path: Path) -> None:
    killed(tmp_path / "ix", pages, 4)
    (tmp_path / "ix" / "new" / "vectors").write_bytes(b"")
    with open_index(tmp_path / "ix") as index:
        assert build([pages], index, TOY).added == 12
        assert index.check() == []


def test_an_error_in_a_first_build_leaves_an_empty_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "STEP", 0.0)

    class Stop(Exception): ...

    with open_index(tmp_path / "ix", create=MODEL) as index:
        with pytest.raises(Stop), index.writing(building=True) as opened:
            add_to(opened, "aa.txt")
            raise Stop
        assert (len(index), index.sources()) == (0, {})
        with index.writing(building=True) as opened:
            assert opened.unfinished
            assert [file.source for file in opened.sources()] == ["aa.txt"]
        assert list(index.sources()) == ["aa.txt"]
        add(index, "bb.txt", ["后来的一段"])
        assert {passage.text for _, passage in index.every_passage()} == {"一段", "后来的一段"}


def add_to(opened: writer.FolderWriter, source: str) -> None:
    opened.add(*page_of(source, ["一段"]), vectors_of(1))


class Counting(ToyEncoder):
    """Keeps the texts that it embeds."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self._texts = texts

    def encode_passages(self, texts):  # type: ignore[no-untyped-def]
        self._texts += texts
        return super().encode_passages(texts)


class Changed(ToyEncoder):
    """The same model with other weights."""

    fingerprint = "2"


@pytest.mark.parametrize("change", ["none", "a page comes twice", "a page goes", "too many segments"])
def test_terms_written_while_pages_come_are_those_of_the_rows(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if change == "too many segments":
        monkeypatch.setattr(snapshot_writer, "MOST_SEGMENTS", 0)
    with open_index(tmp_path / "q", create=MODEL) as index:
        with index.writing() as writing:
            for number, text in enumerate(["停车难", "停车位", "河道清淤", "加装电梯"]):
                writing.add(*page_of(f"{number}.txt", [text, "食堂"]), vectors_of(2, number))
            if change == "a page comes twice":
                writing.add(*page_of("0.txt", ["停车难", "食堂"]), vectors_of(2, 0))
            if change == "a page goes":
                writing.remove("3.txt")
        found = [matching(index, terms, 9) for terms in (["停车"], ["食堂", "河道"], ["电梯"])]
    assert [len(hits) for hits in found] == ([2, 4, 0] if change == "a page goes" else [2, 5, 1])
    assert sorted((tmp_path / "q").glob("generation-*"))[-1].name == "generation-000002"
    rederive(tmp_path / "q")
    with open_index(tmp_path / "q") as index:
        assert index.check() == []
        assert [matching(index, terms, 9) for terms in (["停车"], ["食堂", "河道"], ["电梯"])] == found
