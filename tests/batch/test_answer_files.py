"""Files of answers as -o names them: they go on, are asked anew or refused, are never mixed, and no run loses an answer."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_cli import one_line
from tests.conftest import ROOT, SEEDS, Command, indexed
from tests.documents.xlsx import Number, write_xlsx

QUESTIONS = ["停车难", "充电", "河道", "加装电梯", "垃圾分类"]


@pytest.fixture
def asked(qianli: Command, tmp_path: Path) -> Path:
    """Return a file with the answers to QUESTIONS, of which one cannot be asked."""
    (tmp_path / "q.txt").write_text("\n".join([*QUESTIONS, "？"]), "utf-8")
    assert qianli("batch", tmp_path / "q.txt", "-o", tmp_path / "a.jsonl", "-k", 2)[0] == 1
    return tmp_path / "a.jsonl"


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_an_answer_says_of_which_index_and_how_it_was_asked(asked: Path, seeds_index: Path) -> None:
    how = rows_of(asked)[0]["asked"]
    assert isinstance(how, dict)
    assert (how["index"], how["options"]["k"], how["options"]["mode"]) == (str(seeds_index.resolve()), 2, "hybrid")
    assert all(row["asked"] == how for row in rows_of(asked))
    assert (rows_of(asked)[-1]["found"], rows_of(asked)[-1]["hits"], "error" in rows_of(asked)[-1]) == (False, [], True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-k", 3], "was asked with k=2, not k=3"),
        (["-k", 2, "--mode", "lexical"], "was asked with mode=hybrid, not mode=lexical"),
        (["-k", 2, "--place", "杭州市"], "was asked with place=-, not place=杭州市"),
        (["-k", 2, "--min-score", 0.5], "was asked with min_score=-, not min_score=0.5"),
        (["-k", 2, "--context", 1], "was asked with context=0, not context=1"),
        (["-k", 2, "--stale", "--per-article", 1], "was asked with per_article=0, not per_article=1"),
        (["-k", 2, "--csv"], "holds answers as json, and not as csv"),
        (["-k", 2, "--again", "--md"], "holds answers as json, and not as md"),
    ],
)
def test_answers_to_another_wish_are_refused_and_stay(qianli: Command, asked: Path, options: list[object], said: str) -> None:
    whole = asked.read_bytes()
    code, out, err = qianli("batch", asked.with_name("q.txt"), "-o", asked, *options)
    assert (code, out, one_line(err)) == (2, "", True)
    assert said in err
    assert asked.read_bytes() == whole
    assert sorted(path.name for path in asked.parent.iterdir()) == ["a.jsonl", "q.txt"]


def test_the_same_wish_goes_on_and_still_says_what_failed(qianli: Command, asked: Path) -> None:
    whole = asked.read_bytes()
    code, _, err = qianli("batch", asked.with_name("q.txt"), "-o", asked, "-k", 2)
    assert (code, err.splitlines()[0].startswith("qianli: 6: ")) == (1, True)
    assert asked.read_bytes() == whole


def test_again_asks_everything_anew(qianli: Command, asked: Path) -> None:
    asked.with_name("q.txt").write_text("河道\n", "utf-8")
    assert qianli("batch", asked.with_name("q.txt"), "-o", asked, "-k", 1, "--again")[0] == 0
    assert [row["query"] for row in rows_of(asked)] == ["河道"]
    assert sorted(path.name for path in asked.parent.iterdir()) == ["a.jsonl", "q.txt"]


def test_what_holds_no_answers_is_never_overwritten(qianli: Command, tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"query": "停车"}\n', "utf-8")
    for options in ([], ["--again"], ["--stale"]):
        code, _, err = qianli("batch", questions, "-o", questions, *options)
        assert (code, "holds no answers; it is not overwritten" in err) == (2, True)
    assert questions.read_text("utf-8") == '{"query": "停车"}\n'


def test_results_of_stdout_do_not_say_how_they_were_asked_and_are_not_gone_on_with(qianli: Command, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("停车\n充电\n", "utf-8")
    (tmp_path / "a.jsonl").write_text(qianli("batch", tmp_path / "q.txt")[1], "utf-8")
    code, _, err = qianli("batch", tmp_path / "q.txt", "-o", tmp_path / "a.jsonl")
    assert (code, "does not say how its questions were asked" in err) == (2, True)


def test_a_run_that_fails_leaves_no_file(qianli: Command, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"ask": "停车"}\n', "utf-8")
    (tmp_path / "bad.jsonl").write_text('{"query": 1}\n{"query": "？"}\n', "utf-8")
    for name in ("q.jsonl", "bad.jsonl"):
        for form in ("--json", "--csv"):
            assert qianli("batch", tmp_path / name, "-o", tmp_path / "a", form)[0] == 2
    assert qianli("batch", tmp_path / "bad.jsonl", "-o", tmp_path / "a", "--index", tmp_path / "none")[0] == 2
    assert not (tmp_path / "a").exists()


def test_an_empty_file_is_answered_with_an_empty_one(qianli: Command, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("\n \n", "utf-8")
    assert qianli("batch", tmp_path / "q.txt") == (0, "", "")
    assert qianli("batch", tmp_path / "q.txt", "-o", tmp_path / "a.jsonl") == (0, "", "")
    assert (tmp_path / "a.jsonl").read_bytes() == b""
    assert qianli("batch", tmp_path / "q.txt", "-o", tmp_path / "a.csv") == (0, "", "")
    assert (tmp_path / "a.csv").read_text("utf-8-sig").startswith("id,query,found,")


def test_the_name_of_the_file_tells_its_format(qianli: Command, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("停车\n", "utf-8")
    assert qianli("batch", tmp_path / "q.txt", "-o", tmp_path / "a.md", "-k", 1)[0] == 0
    assert (tmp_path / "a.md").read_text("utf-8").startswith("## 停车\n\n- id: 1\n")
    assert qianli("batch", tmp_path / "q.txt", "-o", tmp_path / "a.md", "-k", 1)[0] == 2
    assert qianli("batch", tmp_path / "q.txt", "-o", tmp_path / "a.md", "-k", 2, "--again")[0] == 0
    code, _, err = qianli("batch", tmp_path / "q.txt", "-o", tmp_path / "a.xlsx")
    assert (code, "answers are not written as .xlsx" in err) == (2, True)


def test_again_and_stale_need_a_file(qianli: Command, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("停车\n", "utf-8")
    for option in ("--again", "--stale"):
        code, _, err = qianli("batch", tmp_path / "q.txt", option)
        assert (code, "name it with -o" in err) == (2, True)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_answers_of_an_older_state_are_asked_anew_only_where_that_is_said(name: str, qianli: Command, tmp_path: Path) -> None:
    first, second = sorted(SEEDS.glob("*.txt"))[:2]
    index, answers = indexed(tmp_path / "index", first), tmp_path / name
    (tmp_path / "q.txt").write_text("\n".join(QUESTIONS[:2]), "utf-8")
    command = ["batch", tmp_path / "q.txt", "-o", answers, "--index", index, "--min-score", 0]
    assert qianli(*command)[0] == 0
    older = answers.read_bytes()
    indexed(index, first)
    assert qianli(*command)[0] == 0  # nothing has changed
    assert answers.read_bytes() == older
    indexed(index, first, second)
    code, _, err = qianli(*command)
    assert (code, one_line(err), "was asked before the index changed" in err) == (2, True, True)
    assert answers.read_bytes() == older
    assert qianli(*command, "--stale", "-k", 2)[0] == 2
    (tmp_path / "q.txt").write_text("\n".join(QUESTIONS[1:3]), "utf-8")
    assert qianli(*command, "--stale")[0] == 2  # other questions
    assert answers.read_bytes() == older
    (tmp_path / "q.txt").write_text("\n".join(QUESTIONS[:3]), "utf-8")
    assert qianli(*command, "--stale")[0] == 0
    fresh = tmp_path / f"fresh{answers.suffix}"
    assert qianli(*command[:3], fresh, *command[4:])[0] == 0
    assert answers.read_bytes() == fresh.read_bytes() != older
    assert not list(tmp_path.glob("*.part"))


def test_another_index_is_refused_but_one_that_was_moved_is_the_same(qianli: Command, tmp_path: Path) -> None:
    first, second = sorted(SEEDS.glob("*.txt"))[:2]
    index, other = indexed(tmp_path / "index", first), indexed(tmp_path / "other", second)
    (tmp_path / "q.txt").write_text("停车\n", "utf-8")
    command = ["batch", tmp_path / "q.txt", "-o", tmp_path / "a.jsonl", "--index"]
    assert qianli(*command, index)[0] == 0
    code, _, err = qianli(*command, other)
    assert (code, one_line(err), "was asked of the index" in err) == (2, True, True)
    assert qianli(*command, index.rename(tmp_path / "moved"))[0] == 0
    assert len(rows_of(tmp_path / "a.jsonl")) == 1


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_a_run_that_is_killed_loses_no_row_and_doubles_none(qianli: Command, form: str, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("\n".join(f"{question}第{number}号" for number in range(60) for question in QUESTIONS), "utf-8")

    def command(name: str) -> list[str]:
        return ["batch", str(tmp_path / "q.txt"), "--mode", "lexical", form, "-k", "2", "--min-score", "0", "-o", str(tmp_path / name)]

    start = [sys.executable, "-m", "search.cli.app"]
    for _ in range(3):
        with subprocess.Popen([*start, *command("killed")], cwd=ROOT, stderr=subprocess.DEVNULL) as running:
            _wait(lambda: running.poll() is not None or ((tmp_path / "killed").exists() and (tmp_path / "killed").stat().st_size > 0))
            running.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    for name in ("killed", "whole"):
        assert qianli(*command(name))[0] == 0
    assert (tmp_path / "killed").read_bytes() == (tmp_path / "whole").read_bytes()


def _wait(happened: Callable[[], bool]) -> None:
    while not happened():
        time.sleep(0.005)


def test_a_run_that_is_killed_while_it_asks_anew_leaves_the_old_answers_and_goes_on(qianli: Command, asked: Path) -> None:
    whole = asked.read_bytes()
    assert qianli("batch", asked.with_name("q.txt"), "-o", asked, "-k", 1, "--again")[0] == 1
    anew = asked.read_bytes()
    asked.write_bytes(whole)
    part = asked.with_name("a.jsonl.part")
    part.write_bytes(anew[: len(anew) // 2])
    assert qianli("batch", asked.with_name("q.txt"), "-o", asked, "-k", 1, "--again")[0] == 1
    assert (asked.read_bytes(), part.exists()) == (anew, False)


def test_two_runs_do_not_write_one_file(qianli: Command, asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from search.batch import answers

    def slow(*arguments: object, ask: Callable[..., object] = answers.answers, **options: object):
        for question, result in ask(*arguments, **options):  # type: ignore[attr-defined]
            yield question, result
            with asked.open("ab") as file:  # another run adds a line of its own
                file.write(b"{}\n")

    asked.unlink()
    monkeypatch.setattr(answers, "answers", slow)
    code, _, err = qianli("batch", asked.with_name("q.txt"), "-o", asked, "-k", 2)
    assert (code, "is being written by another program" in err) == (2, True)


def test_a_table_of_complaints_is_asked_by_its_column_and_its_other_columns_come_along(qianli: Command, tmp_path: Path) -> None:
    rows = [
        ["编号", "诉求内容", "街道", "日期", "text"],
        [Number(7, "0000"), "小区停车难", "城厢", Number(45356, "yyyy/m/d"), "甲"],
        [None, None, None, None, None],
        [Number(8, "0000"), "河道黑臭", "北干", Number(45357, "yyyy/m/d"), "=1+1"],
        [Number(7, "0000"), "？", None, None, None],
    ]
    table = write_xlsx(tmp_path / "诉求.xlsx", {"说明": rows[:1], "诉求": rows}, hidden=["说明"])
    code, out, err = qianli("batch", table, "--column", "诉求内容", "--id-column", "编号", "-k", 1, "--strict")
    answered = [json.loads(line) for line in out.splitlines()]
    assert [row["id"] for row in answered] == ["0007", "0008", "0007"]
    assert answered[0]["columns"] == {"街道": "城厢", "日期": "2024/3/5", "text": "甲"}
    assert (code, "error" in answered[2], "an id occurs more than once: 0007" in err, "1 empty row was skipped" in err) == (
        1,
        True,
        True,
        True,
    )
    assert qianli("batch", table, "--column", "诉求内容", "-o", tmp_path / "a.csv", "-k", 1)[0] == 1
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        carried = [(row["街道"], row["编号"], row["columns.text"], bool(row["error"])) for row in csv.DictReader(file)]
    assert carried == [("城厢", "0007", "甲", False), ("北干", "0008", "'=1+1", False), ("", "0007", "", True)]
    assert "- 街道: 北干\n- 日期: 2024/3/6\n" in qianli("batch", table, "--column", "诉求内容", "--id-column", "编号", "--md")[1]


def test_a_sheet_is_chosen_by_name_or_number_and_the_others_are_named(qianli: Command, tmp_path: Path) -> None:
    table = write_xlsx(
        tmp_path / "q.xlsx", {"说明": [["本表供提问用"]], "三月": [["query"], ["停车"]], "四月": [["query"], ["充电"], ["河道"]]}
    )
    code, _, err = qianli("batch", table)
    assert (code, one_line(err)) == (2, True)
    assert "in the sheet 说明 (other sheets: 三月, 四月; choose one with --sheet)" in err
    for sheet in ("四月", 3):
        assert len(qianli("batch", table, "--sheet", sheet)[1].splitlines()) == 2
    assert "has no sheet 五月, only 说明, 三月, 四月" in qianli("batch", table, "--sheet", "五月")[2]
    (tmp_path / "q.csv").write_text("query\n停车\n", "utf-8")
    assert "has no sheets" in qianli("batch", tmp_path / "q.csv", "--sheet", 1)[2]


@pytest.mark.skipif(os.name == "nt", reason="arguments are text on Windows")
def test_arguments_in_gbk_are_decoded_as_standard_input_is(qianli: Command, tmp_path: Path) -> None:
    def in_gbk(text: str) -> str:
        return text.encode("gbk").decode("utf-8", "surrogateescape")

    code, out, _ = qianli("search", in_gbk("小区停车难怎么办"), "--json", "-k", 1)
    assert (code, json.loads(out)["query"]) == (0, "小区停车难怎么办")
    (tmp_path / "q.csv").write_bytes("诉求,街道\n停车难,城厢\n".encode("gbk"))
    code, out, _ = qianli("batch", tmp_path / "q.csv", "--column", in_gbk("诉求"))
    assert (code, json.loads(out)["columns"]) == (0, {"街道": "城厢"})
