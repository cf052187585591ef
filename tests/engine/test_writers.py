"""One writer at a time: the second one hears who writes, waits a while, and gives up; a writer that died holds nothing."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.engine.folder import database
from index.engine.folder.lock import locked, writer_of
from index.engine.open import open_index
from index.errors import Busy, QianliError, Unwritten
from tests.conftest import ROOT
from tests.engine.pages import TEXTS, add, filled, matching

HOLDER = """
import sys, time
from pathlib import Path
from index.engine.folder.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "目录" / ".qianli"


@pytest.fixture
def holder(folder: Path) -> subprocess.Popen[str]:
    """Return another process, which holds the lock until it gets a line."""
    filled(folder)
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], cwd=ROOT, stdin=-1, stdout=-1, text=True)
    assert process.stdout and process.stdout.readline() == "held\n"
    return process


def test_the_second_writer_is_told_who_writes(folder: Path, holder: subprocess.Popen[str]) -> None:
    lines: list[str] = []
    busy = pytest.raises(Busy, match=rf"process {holder.pid} on .* since \d\d:\d\d:\d\d; try again")
    with open_index(folder) as index, busy, index.writing(0.1, lines.append):
        pass
    assert lines and f"process {holder.pid} on " in lines[0]
    with open_index(folder) as index:  # readers need no lock
        assert len(list(index.every_passage())) == len(TEXTS)
    holder.communicate("\n")


def test_the_second_writer_goes_on_when_the_first_is_done(folder: Path, holder: subprocess.Popen[str]) -> None:
    def let_go(line: str) -> None:
        holder.communicate("\n")

    with open_index(folder) as index, index.writing(60, let_go) as writer:
        writer.remove("aa.txt")
    with open_index(folder) as index:
        assert len(index) == 0


def test_a_writer_that_was_killed_holds_nothing(folder: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate()
    assert (folder / "writer.json").exists()  # a leftover, which says nothing
    with open_index(folder) as index:
        add(index, "bb.txt", ["写完了"])
        assert len(index) == len(TEXTS) + 1
    assert not (folder / "writer.json").exists()


def test_the_command_says_who_writes_and_exits_2(folder: Path, holder: subprocess.Popen[str]) -> None:
    code = "import sys, search.cli.commands.index as command; command.WAIT = 0.1; from search.cli.app import main; main()"
    arguments = ["index", "--rebuild", "--index", str(folder)]
    made = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (made.returncode, made.stdout) == (2, "")
    waiting, busy = made.stderr.splitlines()
    assert waiting.startswith(f"waiting for process {holder.pid} on ")
    assert busy.startswith(f"qianli: process {holder.pid} on ")
    assert busy.endswith("; try again when it is done")
    holder.communicate("\n")


def test_who_writes_is_printed_as_text_whatever_the_file_holds(tmp_path: Path) -> None:
    with locked(tmp_path):
        (tmp_path / "writer.json").write_text(json.dumps({"pid": 1, "host": "\x1b[31mred", "since": time.time()}), "utf-8")
        assert "\x1b" not in writer_of(tmp_path)
        (tmp_path / "writer.json").write_text("no JSON", "utf-8")
        assert writer_of(tmp_path).startswith("another process")


def test_a_full_disk_leaves_the_last_good_state_and_the_error_says_so(folder: Path) -> None:
    filled(folder)
    full = """
import resource, sys
from pathlib import Path
from index.engine.open import open_index
from tests.engine.pages import TEXTS, add, filled
with open_index(Path(sys.argv[1])) as index:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
    add(index, "bb.txt", ["一段话" * 500] * 40)
"""
    for limit in (0, 100, 3_000, 20_000, 200_000):  # bytes that a file may have: nothing is written, the rows stop, a later file stops
        made = subprocess.run(
            [sys.executable, "-c", f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n{full}", str(folder), str(limit)],
            cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if made.returncode == 0:
            break
        assert made.stderr.splitlines()[-1].startswith("index.errors.Unwritten: "), made.stderr
        assert "the last good state stays" in made.stderr
        with open_index(folder) as index:
            assert [passage.text for _, passage in index.every_passage()] == TEXTS
            assert index.check() == []
    with open_index(folder) as index:
        add(index, "bb.txt", ["写完了"])
        assert len(index) == len(TEXTS) + 1
    assert len(list(folder.glob("generation-*"))) == 1


def test_where_sqlite_cannot_write_the_last_good_state_is_read_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a full disk or in a read-only folder, where there is no room for the shared memory of a write-ahead log."""
    filled(folder)

    def refuse(path: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(database, "connect", refuse)
    with open_index(folder) as index:
        assert [passage.text for _, passage in index.every_passage()] == TEXTS
        assert index.check() == []
        with pytest.raises(Unwritten, match=r"passages\.db cannot be read or written: .*; the last good state stays"):
            add(index, "bb.txt", ["新的一段"])
        assert len(matching(index, ["停"], 100)) > 1
    monkeypatch.setattr(database, "START_WAIT", 0.1)
    with (
        locked(folder),
        pytest.raises(QianliError, match=r"passages\.db"),
    ):  # a copy might hold half of their changes
        open_index(folder)


def test_who_may_read_the_index_may_read_all_of_it(folder: Path) -> None:
    filled(folder)
    with open_index(folder) as index:
        add(index, "bb.txt", ["新的一段"])
    files = [path for path in folder.glob("generation-*/**/*") if path.is_file()]
    assert {path.stat().st_mode for path in files} == {(folder / "passages.db").stat().st_mode}
