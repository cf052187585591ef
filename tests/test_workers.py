"""Worker processes: the results of a function in order, its errors as they are, and no process that outlives its time."""

import operator
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from string import capwords

import pytest

from index import workers
from index.errors import BadInput, Unwritten, reason
from index.files.content import unreadable
from index.messages import say, speaking
from index.workers import Workers, usual_processes
from tests.conftest import ROOT

NUMBERS = range(1, 60)
LATE = 20.0  # seconds; a process that is to end is gone within a fraction of one


@pytest.fixture
def two() -> Iterator[Workers]:
    with Workers(2) as both:
        list(both.map(abs, [0, -1, -2, -3]))  # started, so that what follows is done in the processes
        yield both


def ends(number: int) -> bool:
    """Whether the process of this number ends soon."""
    until = time.monotonic() + LATE
    while time.monotonic() < until:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def numbers_of(both: Workers) -> list[int]:
    return [worker._process.pid for worker in both._started]


@pytest.mark.parametrize("processes", [0, 1, 3])
def test_results_come_in_the_order_of_the_chunks(processes: int) -> None:
    with Workers(processes) as some:
        assert list(some.map(operator.neg, NUMBERS)) == [-number for number in NUMBERS]
        assert list(some.map(capwords, ["a b", "c"])) == ["A B", "C"]  # a second time, with another function


def test_without_processes_nothing_is_done_before_it_is_asked_for() -> None:
    done: list[int] = []
    results = Workers().map(done.append, NUMBERS)
    assert done == []
    next(results)
    assert done == [1]


def test_a_bounded_number_of_chunks_is_taken_ahead(two: Workers) -> None:
    taken = 0

    def chunks() -> Iterator[int]:
        nonlocal taken
        for number in NUMBERS:
            taken += 1
            yield number

    next(two.map(abs, chunks()))
    assert taken < 10


def test_the_work_is_done_in_other_processes(two: Workers) -> None:
    assert {*two.map(eval, ["__import__('os').getpid()"] * 20)} <= {*numbers_of(two)}


def test_one_chunk_alone_starts_no_process() -> None:
    with Workers(2) as both:
        assert list(both.map(abs, [-7])) == [7]
        assert numbers_of(both) == []


def test_an_error_of_ours_keeps_its_sentence_and_its_class(two: Workers) -> None:
    with pytest.raises(BadInput, match="the page is torn"):
        list(two.map(exec, ["from index.errors import BadInput\nraise BadInput('the page is {how}', how='torn')"]))


def test_another_error_says_where_it_came_from(two: Workers) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        list(two.map(eval, ["1 / 0"]))
    assert "<string>" in "".join(caught.value.__notes__)


def test_an_error_that_cannot_travel_comes_as_its_text(two: Workers) -> None:
    raising = "class Own(Exception): ...\nraise Own('only known there')"
    with pytest.raises(RuntimeError, match="only known there"):
        list(two.map(exec, [raising]))


def test_results_before_an_error_are_not_lost(two: Workers) -> None:
    results = two.map(eval, ["1", "2", "1 / 0", "4"])
    assert [next(results), next(results)] == [1, 2]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert list(two.map(eval, ["5"])) == [5]  # and the processes work on


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_a_worker_speaks_the_language_of_who_asks(two: Workers, spoken: str) -> None:
    with speaking(spoken):
        expected = say("permission denied")
        assert list(two.map(reason, [PermissionError(13, "Permission denied")])) == [expected]
        assert list(two.map(eval, ["__import__('index.messages').messages.language()"])) == [spoken]


def test_what_a_function_prints_is_no_answer(two: Workers) -> None:
    assert list(two.map(exec, ["import os; print('x' * 100000, flush=True); os.write(1, b'raw')"])) == [None]


def test_a_worker_that_dies_is_one_clear_error(two: Workers) -> None:
    with speaking("en"), pytest.raises(Unwritten, match=r"was ended by the system \(exit code 7\)"):
        list(two.map(eval, ["__import__('os')._exit(7)"] * 3))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_worker_killed_for_its_memory_is_named_so(two: Workers) -> None:
    with speaking("en"), pytest.raises(Unwritten, match="too little memory, as it seems"):
        list(two.map(eval, ["__import__('os').kill(__import__('os').getpid(), 9)"]))


def test_nothing_is_left_when_the_block_ends_in_the_middle_of_a_chunk() -> None:
    with pytest.raises(KeyboardInterrupt), Workers(2) as both:
        results = both.map(eval, ["1", "2", *["__import__('time').sleep(300)"] * 4])
        assert [next(results), next(results)] == [1, 2]
        running = numbers_of(both)
        raise KeyboardInterrupt
    assert running
    assert all(ends(number) for number in running)


@pytest.mark.skipif(sys.platform == "win32", reason="a killed process is looked for by its number")
def test_workers_end_with_a_killed_parent_even_in_the_middle_of_a_chunk() -> None:
    code = """
import os
from index.workers import Workers
both = Workers(2)
results = both.map(eval, ["1", "2", "__import__('time').sleep(300)", "__import__('time').sleep(300)"])
next(results), next(results)
print(*(worker._process.pid for worker in both._started), flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    started = [int(number) for number in done.stdout.split()]
    assert done.returncode == -9
    assert started
    assert all(ends(number) for number in started)


def test_the_script_that_asks_is_not_run_once_more(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    lines = ("from index.workers import Workers", "print('once')", "with Workers(2) as both:", " print(sum(both.map(abs, range(-9, 0))))")
    script.write_text("\n".join(lines))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout, done.stderr) == ("once\n45\n", "")


def test_where_no_process_can_be_started_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with Workers(2) as both:
        assert [*both.map(operator.neg, NUMBERS)] == [-number for number in NUMBERS]


def test_where_the_interpreter_is_none_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PROGRAM", "print('I am no worker')")
    with Workers(2) as both:
        assert [*both.map(operator.neg, NUMBERS)] == [-number for number in NUMBERS]


def test_a_program_with_one_core_starts_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, expected in (({0}, 0), ({0, 1}, 2), ({*range(64)}, 8)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda process, cores=cores: cores, raising=False)
        assert usual_processes() == expected


def test_what_a_worker_returns_arrives_whole(two: Workers) -> None:
    error = PermissionError(13, "")
    assert [*two.map(partial(unreadable, "a.txt"), [error])] == [unreadable("a.txt", error)]
