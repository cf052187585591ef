import os
from threading import Barrier, get_ident

import pytest

from index.threads import side_by_side


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert side_by_side([lambda number=number: number * number for number in range(50)]) == [number * number for number in range(50)]  # type: ignore[misc]


def test_two_tasks_run_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    both = Barrier(2, timeout=20)  # each waits until the other one is there
    assert sorted(side_by_side([both.wait, both.wait])) == [0, 1]


def test_the_first_task_runs_where_it_was_asked_for() -> None:
    assert side_by_side([get_ident, get_ident])[0] == get_ident()


def test_tasks_have_tasks_of_their_own_deeper_than_there_are_threads() -> None:
    def tree(depth: int) -> int:
        return sum(side_by_side([lambda: tree(depth - 1)] * 3)) if depth else 1

    assert tree(5) == 3**5


def test_an_error_is_raised_once_no_task_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    begun, ended = Barrier(2, timeout=20), []

    def fail() -> None:
        begun.wait()
        raise ValueError("the first")

    def work() -> None:
        begun.wait()
        for _ in range(200_000):
            pass
        ended.append(True)

    with pytest.raises(ValueError, match="the first"):
        side_by_side([fail, work])
    assert ended == [True]


def test_the_error_of_another_thread_is_raised_here() -> None:
    def fail() -> None:
        raise ValueError("the second")

    with pytest.raises(ValueError, match="the second"):
        side_by_side([lambda: None, fail, lambda: None])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 warns of what is tested here
def test_a_child_of_a_process_that_searched_has_threads_of_its_own() -> None:
    assert side_by_side([lambda: 1, lambda: 2]) == [1, 2]
    child = os.fork()
    if not child:
        try:
            os._exit(sum(side_by_side([lambda: 1, lambda: 2])))
        finally:
            os._exit(99)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
