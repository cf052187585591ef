"""An index lives where the system has no locks on open files, as on Windows: it is made, changed, checked and derived anew."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

WINDOWS = "import sys; sys.modules['fcntl'] = None; from search.cli.app import run; raise SystemExit(run(sys.argv[1:]))"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "电梯.txt").write_text("老旧小区加装电梯\r\n\r\n街道牵头协调一楼住户，三个月装成十二部电梯。\r\n", "utf-8")
    (tmp_path / "停车.txt").write_text("停车难\r\n\r\n社区腾出闲置空地，新增车位八十个，晚间向居民开放。\r\n", "utf-8")
    return tmp_path


def qianli(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-c", WINDOWS, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("QIANLI_INDEX", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, done.stdout.decode()


def test_an_index_is_made_changed_checked_and_derived_anew(pages: Path) -> None:
    assert qianli(pages, "index", ".", "--model", "static")[0] == 0
    (pages / "电梯.txt").unlink()
    (pages / "停车.txt").write_text("停车难\r\n\r\n社区把空地改成车位一百二十个，晚间向居民开放。\r\n", "utf-8")
    assert qianli(pages, "index", ".")[0] == 0
    line = qianli(pages, "search", "停车难怎么办", "--json", "--min-score", "0")[1]
    assert [hit["text"] for hit in json.loads(line)["hits"]] == ["社区把空地改成车位一百二十个，晚间向居民开放。"]
    assert qianli(pages, "index", "--rebuild")[0] == 0
    assert "none: every row and file agrees with its digest" in qianli(pages, "info", "--check")[1]
    assert len(list((pages / ".qianli").glob("generation-*"))) == 1
