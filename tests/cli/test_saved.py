"""What was asked is kept for the one who asked; a saved search tells what is new since, and nothing else."""

import json
import os
import stat
import time
from pathlib import Path

import pytest

from search.cli.own_files import STORE, store
from tests.conftest import Command

QUESTION = "楼道里给电动车充电怎么管"
CHARGING = "# 柳荫街道建起充电棚\n\n柳荫街道在十二个老旧小区建起电动车充电棚，居民不再把电动车推进楼道充电，楼道里飞线充电的现象没有了。\n"
LATER = "# 石桥镇给楼道装上烟感\n\n石桥镇在楼道装上烟感和阻车系统，电动车推进楼道充电时会报警，网格员当场劝离，半年没有发生一起火情。\n"
OTHER = "# 春耕\n\n镇里的农机手抢抓农时翻耕水田，合作社备足了种子和化肥。\n"


@pytest.fixture
def pages(tmp_path: Path, qianli: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of two pages with an index of them; the private store is a folder of the test's own."""
    monkeypatch.setenv("QIANLI_INDEX", str(tmp_path / ".qianli"))
    monkeypatch.setenv("QIANLI_STATE", str(tmp_path / "own" / "qianli"))
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in (("a.md", CHARGING), ("b.md", OTHER)):
        (folder / name).write_text(text, "utf-8")
    assert qianli("index", folder, "-q")[0] == 0
    return folder


def told(out: str) -> list[str]:
    return [hit["citation"]["source"].rpartition("/")[2] for hit in json.loads(out)["hits"]]


def test_a_saved_search_tells_what_is_new_once(qianli: Command, pages: Path) -> None:
    code, out, err = qianli("search", QUESTION, "--save", "充电")
    assert (code, err) == (0, "saved; what is new since is told by: qianli new 充电\n")
    assert qianli("new", "充电") == (1, "", "")
    (pages / "c.md").write_text(LATER, "utf-8")
    qianli("index", pages, "-q")
    code, out, err = qianli("new", "充电")
    assert (code, err) == (0, "")
    assert out.startswith("1 new passage for 充电 since 20")
    assert "石桥镇" in out
    assert "柳荫街道" not in out
    assert qianli("new", "充电") == (1, "", "")
    code, out, _ = qianli("new", "充电", "--json")
    fields = json.loads(out)
    assert (code, fields["id"], fields["query"], fields["found"], fields["hits"]) == (1, "充电", QUESTION, False, [])
    assert fields["since"] > "2024"


def test_the_same_text_read_again_tells_nothing(qianli: Command, pages: Path, tmp_path: Path) -> None:
    qianli("search", QUESTION, "--save", "充电", "-q")
    (pages / "a.md").rename(pages / "moved.md")
    qianli("index", pages, "-q")
    assert qianli("new", "充电")[0] == 1
    (pages / "copy.txt").write_text(CHARGING.removeprefix("# ").replace("\n", "\r\n"), "gb18030")
    qianli("index", pages, "-q")
    assert qianli("new", "充电")[0] == 1
    assert qianli("index", pages, "-q", "--index", tmp_path / "anew")[0] == 0
    assert qianli("new", "充电", "--index", tmp_path / "anew") == (1, "", "")
    assert json.loads(qianli("new", "--json")[1])["index"] == str(tmp_path / "anew")


def test_a_passage_that_was_there_and_ranks_higher_now_is_not_new(
    qianli: Command, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIANLI_INDEX", str(tmp_path / "default"))
    qianli("index", pages, "-q", "--model", "contextual")  # which is in no doubt that nothing answers the first question
    assert qianli("search", "插秧机", "--save", "农机", "-q")[0] == 1
    assert qianli("search", QUESTION, "--save", "充电", "-k", 1, "-q")[0] == 0
    for number in range(3):
        (pages / f"more{number}.md").write_text(f"# 第{number}件事\n\n{number}号楼的长廊里新摆了{number + 3}盆花。\n", "utf-8")
    qianli("index", pages, "-q")
    assert qianli("new", "充电")[0] == 1
    assert qianli("new", "农机")[0] == 1


def test_what_was_not_written_out_is_told_again(qianli: Command, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qianli("search", QUESTION, "--save", "充电", "-q")
    (pages / "c.md").write_text(LATER, "utf-8")
    qianli("index", pages, "-q")

    def full(lines: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("search.cli.commands.new.print_lines", full)
        assert qianli("new", "充电")[0] == 2
    assert told(qianli("new", "充电", "--json")[1]) == ["c.md"]


def test_a_saved_search_keeps_its_options_and_can_be_removed(qianli: Command, pages: Path) -> None:
    qianli("search", QUESTION, "--save", "充电", "--source", "*a.md", "-q")
    (pages / "c.md").write_text(LATER, "utf-8")
    qianli("index", pages, "-q")
    assert qianli("new", "充电")[0] == 1
    assert qianli("search", QUESTION, "--save", "充电")[2].startswith("充电 was saved before; it asks this now\n")
    assert qianli("new")[1].split()[0] == "充电"
    assert qianli("new", "充电", "--remove") == (0, "", "removed the saved search 充电\n")
    assert qianli("new") == (0, "", "")
    assert qianli("new", "充电")[::2] == (2, "qianli: no search is saved as 充电; save one with: qianli search QUESTION --save 充电\n")
    assert qianli("search", QUESTION, "--save", " ")[0] == 2


def test_questions_are_kept_with_what_was_found(qianli: Command, pages: Path, tmp_path: Path) -> None:
    qianli("search", QUESTION)
    qianli("search", "怎样养好金鱼", "--mode", "lexical", "-q")
    (tmp_path / "q.txt").write_text("批量问的\n", "utf-8")
    qianli("batch", tmp_path / "q.txt")
    first, second = map(json.loads, qianli("history", "--json")[1].splitlines())
    assert (first["query"], first["found"], first["hits"], len(first["ids"])) == (QUESTION, True, 1, 1)
    assert (second["query"], second["found"]) == ("怎样养好金鱼", False)
    assert first["when"][:4] >= "2024"
    assert qianli("history", "-n", 1)[1].endswith("nothing  怎样养好金鱼\n")
    assert qianli("history", "--clear") == (0, "", "removed 2 questions\n")
    assert qianli("history") == (0, "", "no question is kept\n")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes: the folder of the person is theirs alone")
def test_only_the_one_who_asked_can_read_it(qianli: Command, pages: Path, tmp_path: Path) -> None:
    os.umask(os.umask(0))
    qianli("search", QUESTION)
    folder = tmp_path / "own" / "qianli"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    (folder / STORE).chmod(0o644)
    qianli("search", QUESTION)
    assert stat.S_IMODE((folder / STORE).stat().st_mode) == 0o600


def test_old_questions_go_and_their_words_with_them(qianli: Command, pages: Path, tmp_path: Path) -> None:
    qianli("search", "九十九天前的投诉", "-q")
    with store() as rows:
        rows.execute("UPDATE history SET seconds = ?", (time.time() - 99 * 86400,))
    qianli("search", QUESTION)
    assert [json.loads(line)["query"] for line in qianli("history", "--json")[1].splitlines()] == [QUESTION]
    assert "九十九天前的投诉".encode() not in (tmp_path / "own" / "qianli" / STORE).read_bytes()


def test_history_is_off_by_one_setting(qianli: Command, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANLI_CONFIG", str(tmp_path / "config.toml"))
    qianli("config", "history", "false")
    qianli("search", QUESTION)
    assert not (tmp_path / "own").exists()
    assert qianli("history")[1:] == ("", "questions are not kept now; keep them with: qianli config history true\nno question is kept\n")


@pytest.mark.parametrize("harm", ["a file in the way", "no database"])
def test_a_search_does_not_fail_because_of_its_history(qianli: Command, pages: Path, tmp_path: Path, harm: str) -> None:
    if harm == "no database":
        (tmp_path / "own" / "qianli").mkdir(parents=True)
        (tmp_path / "own" / "qianli" / STORE).write_text("三个和尚" * 999, "utf-8")
    else:
        (tmp_path / "own").write_text("", "utf-8")
    assert qianli("search", QUESTION)[::2] == (0, "")
    if harm == "no database":
        code, out, err = qianli("history")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert f"{STORE} cannot be used" in err
    assert qianli("search", QUESTION, "--save", "充电")[0] == 2


def test_a_search_is_not_left_unsaved_in_silence_where_its_name_is_empty(pages: Path, qianli: Command) -> None:
    code, out, err = qianli("search", "充电", "--save", "")
    assert (code, out) == (2, "") and "'' is no name for a saved search" in err
