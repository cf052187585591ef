"""All stages of training: they run in their order, each once, and go on after an interruption."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from index.training import __main__ as program
from index.training.stages import Stage, StageFailed, run

PROGRAM = """
import pathlib, sys
work, name, result = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with (work / "ran").open("a") as ran:
    ran.write(name + " ")
print("lines of", name, flush=True)
if (work / f"break_{name}").exists():
    sys.exit(3)
if result:
    (work / result).write_text("made")
"""


def fake(work: Path, name: str, result: str) -> Stage:
    return Stage(name, 1, [sys.executable, "-c", PROGRAM, str(work), name, "" if result.endswith(".done") else result], result)


def test_stages_run_in_order_and_after_a_failure_only_what_is_missing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stages = [fake(tmp_path, "one", "one.json"), fake(tmp_path, "two", "two.done"), fake(tmp_path, "three", "three.json")]
    (tmp_path / "break_two").touch()
    with pytest.raises(StageFailed, match="two ended with exit code 3"):
        run(stages, tmp_path)
    assert (tmp_path / "ran").read_text() == "one two "
    assert not (tmp_path / "two.done").exists()
    (tmp_path / "break_two").unlink()
    run(stages, tmp_path)
    assert (tmp_path / "ran").read_text() == "one two two three "
    run(stages, tmp_path)
    assert (tmp_path / "ran").read_text() == "one two two three ", "nothing is left to do"
    printed = capsys.readouterr().out.splitlines()
    logged = (tmp_path / "log.txt").read_text("utf-8").splitlines()
    assert [re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", "", line) for line in logged] == printed
    assert printed.count("lines of two") == 2


def test_a_program_that_leaves_no_result_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StageFailed, match="without its result"):
        run([Stage("one", 1, [sys.executable, "-c", ""], "one.json")], tmp_path)


def test_every_stage_is_a_program_that_takes_its_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import argparse
    from importlib import import_module

    class Parsed(Exception):
        pass

    parse = argparse.ArgumentParser.parse_args

    def parse_only(parser: argparse.ArgumentParser) -> None:
        parse(parser)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_only)
    for stage in program.stages(tmp_path, tmp_path, tmp_path, tmp_path, 2):
        assert stage.minutes < 100
        monkeypatch.setattr(sys, "argv", list(stage.command[2:]))
        with pytest.raises(Parsed):
            import_module(stage.command[2]).main()


def test_until_ends_the_list_and_a_result_that_is_there_counts_as_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pairs.jsonl").touch()
    program.main(["--work", str(tmp_path), "--until", "encoder", "--list"])
    words = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in words] == ["clean", "texts", "encoder"]
    assert [line[-1] for line in words] == ["done", "min", "min"]


def test_at_the_end_the_constants_to_fit_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "stages", lambda *_: [fake(tmp_path, "only", "only.json")])
    monkeypatch.setattr(program, "STAGES", {"only": program.STAGES["clean"]})
    program.main(["--work", str(tmp_path)])
    printed = capsys.readouterr().out
    assert printed.index("lines of only") < printed.index("index.training.fusion") < printed.index("index.training.probability")
