"""The comparison with other programs: its pages, its measuring, what it keeps between runs, its tables. No peer is installed here."""

import gzip
import json
import os
import sys
from pathlib import Path

import pytest

from tests.benchmarks.speed.comparison import Comparison, Plan
from tests.benchmarks.speed.corpora import paragraphs_of, passages_of, questions_of, write_corpora
from tests.benchmarks.speed.drivers.asking import FEWEST, figures
from tests.benchmarks.speed.peers import PEERS, Installed
from tests.benchmarks.speed.process import megabytes_of, parts_of, run
from tests.benchmarks.speed.records import Records
from tests.benchmarks.speed.tables import Tables

measured = pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system tells nothing of the processes that ended")
SENTENCE = "第{}条的内容写得很清楚，谁来办、怎么办、何时办完都有着落。"


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A shared folder with a corpus of 700 sentences in 35 lines, and the five sets of questions."""
    lines = ["".join(SENTENCE.format(20 * row + number) for number in range(20)) for row in range(35)]
    (tmp_path / "corpora" / "text").mkdir(parents=True)
    _write(tmp_path / "corpora" / "text" / "laws_zh.jsonl.gz", [{"text": line} for line in [*lines, lines[0]]])
    for name in ("petition_title-message", "mrc_antiterror_dev", "xquad_zh-zh", "drcd_dev", "cmrc2018_trial"):
        (tmp_path / "benchmarks" / name).mkdir(parents=True)
        _write(tmp_path / "benchmarks" / name / "queries.jsonl.gz", [{"text": f"{name} {number}"} for number in range(120)])
    return tmp_path


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_long_lines_are_cut_at_ends_of_sentences_and_none_comes_twice(shared: Path) -> None:
    paragraphs = paragraphs_of(shared / "corpora")["laws_zh"]
    assert all(60 <= len(paragraph) <= 400 and paragraph.endswith("。") for paragraph in paragraphs)
    assert "".join(paragraphs) == "".join(SENTENCE.format(number) for number in range(700))


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one_and_a_second_run_writes_the_same(shared: Path, tmp_path: Path) -> None:
    write_corpora(shared, tmp_path / "one", ["1k", "2k"])
    write_corpora(shared, tmp_path / "two", ["2k"])
    small, large, again = (
        {path.name: path.read_text("utf-8") for path in folder.rglob("*.txt")}
        for folder in (tmp_path / "one" / "1k", tmp_path / "one" / "2k", tmp_path / "two" / "2k")
    )
    assert (len(small), len(large)) == (100, 200)
    assert large == again
    assert small == {name: large[name] for name in small}
    assert all(len(page.strip().split("\n\n")) == 11 for page in large.values())  # a title and ten paragraphs


def test_questions_come_from_each_set_in_turn(shared: Path) -> None:
    questions = questions_of(shared)
    assert len(questions) == 500
    assert questions[4:7] == ["cmrc2018_trial 0", "petition_title-message 1", "mrc_antiterror_dev 1"]


@pytest.mark.parametrize("size", ["", "k", "10", "0k", "1.5m", "10g"])
def test_a_size_that_names_no_number_is_refused(size: str) -> None:
    with pytest.raises(ValueError, match="give one such as"):
        passages_of(size)


def test_a_program_that_is_slow_is_asked_fewer_questions() -> None:
    asked: list[str] = []
    made = figures(asked.append, asked.extend, [str(number) for number in range(400)], seconds=0)
    assert (made["alone"], made["together"]) == (FEWEST, FEWEST)
    assert asked[2:] == [*map(str, range(8)), *map(str, range(60, 68))]  # after two that are not measured


@measured
def test_what_child_processes_take_is_counted() -> None:
    child = "held = bytearray(60_000_000); held[::4096] = b'x' * len(held[::4096]); import time; time.sleep(.6)"
    ran = run([sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"])
    assert (ran.code, ran.failure) == (0, "")
    if Path("/proc/self/status").exists():
        assert ran.anon > 55


@measured
def test_a_command_that_takes_too_long_is_ended_with_its_children_and_says_so() -> None:
    ran = run([sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '600'])"], seconds=0.3)
    assert ran.failure.startswith("not finished in 0 s")
    assert ran.clock < 60


@measured
def test_a_traceback_is_a_failure_and_no_precedent_is_none() -> None:
    assert run([sys.executable, "-c", "raise ValueError('no such index')"]).failure == "ended with 1: ValueError: no such index"
    assert run([sys.executable, "-c", "raise SystemExit(1)"]).failure == ""


def test_a_file_of_two_names_is_counted_once_and_by_its_part(tmp_path: Path) -> None:
    for name in ("passages.db", "passages.db-wal", "vectors/base-000001.faiss", "generation-000002/terms/segment"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(os.urandom(1_000_000))
    os.link(tmp_path / "vectors" / "base-000001.faiss", tmp_path / "generation-000002" / "vectors.faiss")
    assert parts_of(tmp_path) == {
        "passages": pytest.approx(2, rel=0.02),
        "terms": pytest.approx(1, rel=0.02),
        "vectors": pytest.approx(1, rel=0.02),
    }
    assert megabytes_of(tmp_path) == pytest.approx(4, rel=0.02)


def test_a_line_that_was_cut_off_is_left_out_and_the_next_one_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    Records(path).add({"program": "a", "p50": 1.5})
    path.write_text(path.read_text("utf-8") + '{"program": "b", "p5', "utf-8")
    Records(path).add({"program": "c"})
    records = Records(path)
    assert [record["program"] for record in records.lines] == ["a", "c"]
    assert records.find(program="a")[0]["p50"] == 1.5


def test_tables_name_what_a_peer_could_not_do(tmp_path: Path) -> None:
    comparison = Comparison(Plan(tmp_path, tmp_path, ["10k", "100k"], [], 3, 420, 12_000, 20))
    ours = {"program": "qianli fast", "made by": comparison.commit}
    for size, many in (("10k", 10_000), ("100k", 100_000)):
        comparison.records.add({**ours, "size": size, "step": "embed", "passages": many, "characters": many * 140, "processor": 2.0})
        comparison.records.add(
            {**ours, "size": size, "step": "build", "clock": many / 1000, "processor": many / 500, "anon": 90.0, "mapped": 9.0, "disk": 5.0}
        )
    slow = next(Installed(peer, tmp_path) for peer in PEERS if peer.name == "tantivy")
    failed = {"made by": comparison.built_by(slow, "10k"), "failed": "not finished in 420 s"}
    comparison.records.add({"program": slow.name, "size": "10k", "step": "build", **failed})
    text = "\n".join(Tables(comparison).lines())
    assert "| tantivy | **not finished in 420 s** |" in text
    assert "| build, clock s | 10 | 100 | 1.00 |" in text  # ten times the passages, ten times the cost: an exponent of one
