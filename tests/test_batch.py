"""Many questions in, one answer a line out: in order, resumed, as they are typed."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.test_cli import QUESTION, Command, one_line, qianli, started

__all__ = ["qianli"]  # a fixture


def test_batch_answers_in_order_and_goes_on_after_a_bad_line(qianli: Command, tmp_path: Path) -> None:
    file = tmp_path / "问题.jsonl"
    lines = [
        f'{{"id": "a", "query": "{QUESTION}", "type": "problem"}}',
        "nonsense {",
        '{"id": "c", "query": "…"}',
        '{"id": "d", "query": "天然气"}',
    ]
    file.write_text("\n".join(lines), "utf-8")
    code, out, err = qianli("batch", file)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [row["id"] for row in rows] == ["a", "2", "c", "d"]
    assert ["error" in row for row in rows] == [False, True, True, False]
    single = json.loads(qianli("search", QUESTION, "--json")[1])
    assert rows[0] == {"schema": single["schema"], "id": "a", **{key: value for key, value in single.items() if key != "schema"}}


def test_batch_goes_on_where_it_stopped(qianli: Command, tmp_path: Path) -> None:
    file, answers = tmp_path / "q.txt", tmp_path / "a.jsonl"
    file.write_text("停车\n充电\n河道\n", "utf-8")
    assert qianli("batch", file, "-o", answers) == (0, "", "")
    whole = answers.read_text("utf-8")
    lines = whole.splitlines(keepends=True)
    answers.write_text(lines[0] + lines[1][:20], "utf-8")  # killed in the middle of a line
    assert qianli("batch", file, "-o", answers)[0] == 0
    assert answers.read_text("utf-8") == whole
    assert qianli("batch", file, "-o", answers)[0] == 0
    assert answers.read_text("utf-8") == whole
    file.write_text("别的问题\n", "utf-8")
    code, _, err = qianli("batch", file, "-o", answers)
    assert (code, one_line(err)) == (2, True)
    assert "answers to other questions" in err
    assert answers.read_text("utf-8") == whole


def test_batch_goes_on_in_csv_too_and_writes_the_last_question_anew(qianli: Command, tmp_path: Path) -> None:
    file, answers = tmp_path / "q.csv", tmp_path / "a.csv"
    file.write_text('id,query\na,停车\nb,…\nc,"=充电,\n电动自行车"\nd,河道\n', "utf-8")
    assert qianli("batch", file, "-o", answers, "--csv", "--min-score", 0, "-k", 3)[0] == 0
    whole = answers.read_bytes()
    assert [row[0] for row in csv.reader(io.StringIO(whole.decode("utf-8-sig")))] == ["id", *"aaacccddd"]
    for cut in (0, 5, len(whole) // 3, len(whole) // 2, len(whole) - 4, len(whole)):
        answers.write_bytes(whole[:cut])
        assert qianli("batch", file, "-o", answers, "--csv", "--min-score", 0, "-k", 3)[0] == 0
        assert answers.read_bytes() == whole
    file.write_text("id,query\na,别的\n", "utf-8")
    code, _, err = qianli("batch", file, "-o", answers, "--csv")
    assert (code, one_line(err)) == (2, True)
    assert "answers to other questions" in err
    code, _, err = qianli("batch", file, "-o", answers, "--trec")
    assert (code, "only JSON and CSV can go on" in err) == (2, True)


def test_who_types_one_question_a_line_gets_an_answer_a_line(seeds_index: Path) -> None:
    command = [sys.executable, "-m", "search.cli", "batch", "-", "--index", str(seeds_index), "-k", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin
        assert running.stdout
        for question in ("停车", "充电\n", "河道"):
            running.stdin.write(f"{question}\n".encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["query"] == question.strip()
        running.stdin.close()
        assert running.stdout.read() == b""


def test_batch_streams_from_standard_input(seeds_index: Path) -> None:
    made = started("batch", "-", "--index", seeds_index, "-k", 1, stdin="停车\n充电\n".encode())
    assert made.returncode == 0
    assert [json.loads(line)["query"] for line in made.stdout.decode().splitlines()] == ["停车", "充电"]
