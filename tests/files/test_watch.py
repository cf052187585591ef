"""`qianli index --watch` in its own process: every change is indexed, a folder may vanish and come back, Ctrl-C ends the watch."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchfiles import Change

from index.engine.open import open_index
from index.files.watch import changes
from tests.conftest import ROOT

# A shell lets its background processes ignore Ctrl-C, and their children inherit that.
LISTENING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from search.cli.app import main; main()"
TIMEOUT = 240  # seconds until a silent process is killed, and the test fails


class Watching:
    """A running `qianli index FOLDER --watch`; `until` reads the lines of standard error up to the one with the given words."""

    def __init__(self, pages: Path, index: Path) -> None:
        command = [sys.executable, "-c", LISTENING, "index", str(pages), "--index", str(index), "--model", "static", "--watch"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        self.guard = threading.Timer(TIMEOUT, self.process.kill)
        self.guard.start()

    def until(self, words: str) -> list[str]:
        lines: list[str] = []
        assert self.process.stderr
        for line in self.process.stderr:
            lines.append(line)
            if words in line:
                return lines
        raise AssertionError(f"the process ended without {words!r}: {lines}")

    def stopped(self) -> tuple[int, str, str]:
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate()
        return self.process.returncode, out, err


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "报纸"
    folder.mkdir()
    (folder / "一.txt").write_text("社区建了集中充电点，停车问题也解决了。\n", "utf-8")
    return folder


@pytest.fixture
def watching(pages: Path) -> Iterator[Watching]:
    started = Watching(pages, pages / ".qianli")  # the index lies in the watched folder, and its own changes do not count
    yield started
    started.guard.cancel()
    started.process.kill()
    started.process.communicate()


def sources(folder: Path) -> set[str]:
    with open_index(folder) as index:
        return set(index.sources())


def test_new_and_renamed_pages_are_indexed_until_the_watch_is_interrupted(watching: Watching, pages: Path) -> None:
    assert "files: 1 new" in "".join(watching.until("watching; stop with Ctrl-C"))
    (pages / "二.txt").write_text("河道里的垃圾由河长组织清理，每周一次。\n", "utf-8")
    (line,) = watching.until("files: ")
    assert line.endswith("files: 1 new, 1 unchanged\n")
    assert sources(pages / ".qianli") == {"一.txt", "二.txt"}
    (pages / "一.txt").rename(pages / "三.txt")
    (line,) = watching.until("files: ")
    assert line.endswith("files: 1 moved, 1 unchanged\n")
    assert watching.stopped() == (130, "", "qianli: interrupted; what was not finished is as it was before\n")
    assert sources(pages / ".qianli") == {"二.txt", "三.txt"}


def test_without_changes_nothing_is_looks_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def watch(*paths: Path, **how: object) -> Iterator[set[tuple[Change, str]]]:
        yield from (set(), set(), set(), {(Change.added, str(tmp_path / "一.txt"))}, set(), set())  # one a second
        raise KeyboardInterrupt

    monkeypatch.setattr("watchfiles.watch", watch)
    looks = []
    with pytest.raises(KeyboardInterrupt):
        looks.extend(changes([tmp_path], tmp_path / "ix", lambda line: None))
    assert looks == [[tmp_path]] * 3  # before the watch, when it begins (a file may have changed in between), after the change


def test_a_folder_that_vanishes_keeps_its_pages_and_is_read_again_when_it_is_back(pages: Path, tmp_path: Path) -> None:
    index = tmp_path / "ix"
    watching = Watching(pages, index)
    try:
        watching.until("watching")
        pages.rename(tmp_path / "away")
        watching.until("is not there now; its pages stay")
        assert sources(index) == {"报纸/一.txt"}
        (tmp_path / "away" / "二.txt").write_text("河道里的垃圾由河长组织清理，每周一次。\n", "utf-8")
        (tmp_path / "away").rename(pages)
        (line,) = watching.until("files: ")
        assert line.endswith("files: 1 new, 1 unchanged\n")
    finally:
        code, _, _ = watching.stopped()
        watching.guard.cancel()
    assert code == 130
