"""`index` and `remove` as scripts and people meet them: JSON, exit codes, the index of a parent folder, an end on request."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.messages import VARIABLE
from search.cli.app import run
from tests.conftest import ROOT

Called = tuple[int, str, str]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two pages, a picture and a README, in which the commands are given."""
    (tmp_path / "2024").mkdir()
    for name, text in {"一.txt": "社区建了集中充电点，楼道里不再停车。\n", "二.txt": "河长组织清理河道垃圾，村民参加。\n"}.items():
        (tmp_path / "2024" / name).write_text(text, "utf-8")
    (tmp_path / "2024" / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "2024" / "README").write_text("Pages of 2024.\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QIANLI_STATE", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def called(office: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: object) -> Called:
        code = run([*map(str, arguments)])
        return (code, *capsys.readouterr())

    return call


def test_json_is_one_object_that_names_every_source(called, office: Path) -> None:
    def fields(*arguments: object) -> dict[str, object]:
        code, out, err = called("index", *arguments, "--json")
        assert (code, err, out.count("\n")) == (0, "", 1)
        return json.loads(out)

    planned = fields("2024", "--model", "fast", "--dry-run")
    assert not (office / ".qianli").exists()
    done = fields("2024", "--model", "fast")
    names = ["2024/一.txt", "2024/二.txt"]
    assert (planned["added"], planned["dry_run"], planned["holds"]) == (names, True, None)
    assert (done["schema"], done["added"], done["dry_run"]) == ("qianli.indexed.v1", names, False)
    assert (done["aside"], [skipped["source"] for skipped in done["skipped"]]) == (["2024/README"], ["2024/图.png"])
    assert done["holds"] == {"pages": 2, "articles": 2, "passages": 2}
    (office / "2024").rename(office / "2025")
    (office / "2025" / "图.png").unlink()
    moved = fields("2025")
    assert moved["moved"] == [{"from": name, "to": name.replace("2024", "2025")} for name in names]
    assert (moved["added"], moved["removed"], moved["embedded"], moved["skipped"]) == ([], [], 0, [])


def test_strict_tells_by_its_exit_code_that_a_file_was_skipped(called, office: Path) -> None:
    assert called("index", "2024", "--model", "fast", "--strict", "-q") == (1, "", "")
    assert called("index", "--strict", "--dry-run", "-q")[0] == 1
    (office / "2024" / "图.png").unlink()
    assert called("index", "--strict", "-q") == (0, "", "")


def test_lost_pages_are_one_line_exit_2_and_stay_found(called, office: Path) -> None:
    called("index", "2024", "--model", "fast")
    (office / "2024").rename(office / ".away")
    (office / "2024").mkdir()
    for arguments in (["index"], ["index", "2024"], ["index", "--dry-run"], ["index", "--json"]):
        code, out, err = called(*arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"qianli: {office / '2024'} is empty, and held 2 pages; nothing was changed: ")
    assert called("search", "充电", "--source", "2024/*", "--min-score", 0)[0] in (0, 1)
    assert called("index", "--prune")[2].startswith("files: 2 removed\n")


def test_an_index_in_a_parent_folder_is_named_before_it_is_written(called, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called("index", "2024/一.txt", "--model", "fast")
    monkeypatch.chdir(office / "2024")
    code, _, err = called("index", "二.txt")
    assert (code, err.splitlines()[0]) == (
        0,
        f"the index is {office / '.qianli'}, in a parent folder; for one in this folder, give --index .qianli",
    )
    assert f"{office / '.qianli'} holds 2 pages, 2 articles, 2 passages" in err
    assert called("index", "二.txt", "-q") == (0, "", "")
    code, out, err = called("remove", "二.txt")
    assert (code, out) == (0, "2024/二.txt\n")
    assert "the index is " in err.splitlines()[0]
    assert f"removed 1 page; {office / '.qianli'} holds 1 page now" in err


def test_remove_says_what_it_removed_and_what_means_nothing(called, office: Path) -> None:
    called("index", "2024", "--model", "fast")
    code, out, err = called("remove", "一.txt", "没有.txt")
    assert (code, out) == (2, "2024/一.txt\n")
    assert err.splitlines()[-1].startswith("qianli: no source of the index is called 没有.txt; ")
    assert json.loads(called("remove", "2024", "--json")[1]) == {
        "schema": "qianli.removed.v1", "removed": ["2024/二.txt"], "coming_back": [], "unmatched": [],
    }  # fmt: skip
    assert called("info", "--json")[0] == 0


def test_citations_of_before_resolve_by_the_end_of_their_names_and_by_their_former_ids(called, office: Path) -> None:
    from index.document import id_of

    called("index", "2024", "--model", "fast")
    former = id_of("一.txt", "社区建了集中充电点，楼道里不再停车。", 1)  # named by the folder that was indexed
    shown = [json.loads(called("show", name, "--json")[1])["passages"] for name in ("2024/一.txt:1", "一.txt:1", former)]
    assert shown[0] == shown[1] == shown[2]
    citation = shown[0][0]["citation"]
    assert (citation["source"], citation["path"]) == ("2024/一.txt", str(office / "2024" / "一.txt"))
    assert citation["id"] != former
    (office / "2025").mkdir()
    (office / "2025" / "一.txt").write_text("另一页：食堂给老人送饭。\n", "utf-8")
    called("index", "2025")
    code, _, err = called("show", "一.txt:1")
    assert (code, err) == (2, "qianli: 一.txt may be 2024/一.txt, 2025/一.txt; give more of the path\n")


def test_what_is_said_is_chinese_where_the_reader_is(called, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    err = called("index", "2024", "--model", "fast")[2]
    assert err.splitlines()[1:] == [
        "文件：新增 2 个、跳过 1 个",
        "未收入（只是对文件夹的说明）：2024/README",
        ".qianli 现有 2 个页面、2 篇文章、2 个段落",
    ]


IN_THE_BACKGROUND = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); from search.cli.app import main; main()"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to be sent")
def test_a_watch_in_the_background_of_a_script_ends_with_0_when_it_is_asked_to(office: Path) -> None:
    command = [sys.executable, "-c", IN_THE_BACKGROUND, "index", "2024", "--model", "fast", "--watch"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as process:
        guard = threading.Timer(240, process.kill)
        guard.start()
        assert process.stderr
        assert any("watching" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        guard.cancel()
    assert run(["show", "2024/一.txt:1"]) == 0


def test_citations_are_verified_although_their_folder_or_the_whole_root_was_renamed(
    called, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk := office / "桌面").mkdir()
    (office / "2024").rename(desk / "2024")
    monkeypatch.chdir(desk)
    called("index", "2024", "--model", "fast")
    results = office / "答.jsonl"
    results.write_text(called("search", "充电", "--json", "--min-score", 0, "-k", 2)[1], "utf-8")
    (desk / "2024").rename(desk / "2025")
    called("index", "2025")
    assert called("verify", results)[:2] == (0, "2 citations: 2 ok\n")
    monkeypatch.chdir(office)
    moved = desk.rename(office / "新桌面")
    monkeypatch.chdir(moved)
    assert called("verify", results)[:2] == (0, "2 citations: 2 ok\n")
    assert called("show", "一.txt:1")[2] == ""  # nothing became of its source
    assert "files: 2 unchanged, 1 skipped\n" in called("index")[2]
