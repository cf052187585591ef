"""Questions of many clients are asked together; each has its own answer, its own error, and its own end."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import BadInput, Busy, DamagedIndex
from search.options import SearchOptions
from search.results import Result
from search.searcher import Searcher, open_search
from search.server.asking import MOST_TOGETHER, Asker
from search.server.settings import ServerSettings

QUESTIONS = ["电动自行车停放充电", "楼道堆物", "垃圾分类", "社区食堂", "燃气安全", "河道治理"]


class Recorder:
    """A search that notes what it is asked together, and answers with the question."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.asked: list[list[str]] = []
        self._seconds = seconds

    def refresh(self, ready: bool) -> bool:
        return False

    def search_many(self, queries: Sequence[str], options: SearchOptions) -> list[Result | BadInput]:
        self.asked.append(list(queries))
        time.sleep(self._seconds)
        if any("bug" in query for query in queries):
            raise RuntimeError("a bug")
        return [BadInput("bad") if "bad" in query else Result(query, True, [], []) for query in queries]


def asked(searcher: Any, ask: Callable[[Asker], Any], **settings: Any) -> Any:
    """Return what *ask* returns with an asker over *searcher*."""
    asker = Asker(searcher, ServerSettings(**settings))
    try:
        return asyncio.run(ask(asker))
    finally:
        asker.close()


def test_questions_that_come_together_are_asked_together_and_answered_apart(searcher: Searcher) -> None:
    together: list[int] = []

    class Counting:
        def refresh(self, ready: bool) -> bool:
            return False

        def search_many(self, queries: Sequence[str], options: SearchOptions) -> list[Result | BadInput]:
            together.append(len(queries))
            return searcher.search_many(queries, options=options)

    async def ask(asker: Asker) -> Any:
        return await asyncio.gather(*(asker.search([question], SearchOptions(k=2)) for question in QUESTIONS))

    answers = asked(Counting(), ask, gather=0.2)
    assert together == [len(QUESTIONS)]
    assert [answer for (answer,) in answers] == [searcher.search(question, 2) for question in QUESTIONS]


def test_questions_with_other_options_are_asked_apart() -> None:
    async def ask(asker: Asker) -> Any:
        return await asyncio.gather(*(asker.search([str(k)], SearchOptions(k=1 + k % 2)) for k in range(6)))

    recorder = Recorder()
    answers = asked(recorder, ask, gather=0.2)
    assert sorted(recorder.asked) == [["0", "2", "4"], ["1", "3", "5"]]
    assert [answer.query for (answer,) in answers] == ["0", "1", "2", "3", "4", "5"]


def test_an_error_is_that_of_its_own_question() -> None:
    async def ask(asker: Asker) -> Any:
        one = asker.search(["bad", "good"], SearchOptions())
        return await asyncio.gather(
            one, asker.search(["bug"], SearchOptions()), asker.search(["fine"], SearchOptions()), return_exceptions=True
        )

    first, bug, fine = asked(Recorder(), ask, gather=0.2)
    assert isinstance(first[0], BadInput) and first[1].query == "good"
    assert isinstance(bug, RuntimeError)
    assert [answer.query for answer in fine] == ["fine"]


def test_a_request_that_is_given_up_hurts_no_other() -> None:
    async def ask(asker: Asker) -> Any:
        tasks = [asyncio.create_task(asker.search([str(number)], SearchOptions())) for number in range(4)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    recorder = Recorder()
    answers = asked(recorder, ask, gather=0.2)
    assert isinstance(answers[1], asyncio.CancelledError)
    assert [answer[0].query for number, answer in enumerate(answers) if number != 1] == ["0", "2", "3"]
    assert recorder.asked == [["0", "2", "3"]]


def test_a_single_question_does_not_wait_for_a_hundred_of_another() -> None:
    order: list[str] = []

    async def one(asker: Asker, name: str, count: int) -> None:
        answers = await asker.search([f"{name}{number}" for number in range(count)], SearchOptions())
        assert [answer.query for answer in answers if isinstance(answer, Result)] == [f"{name}{number}" for number in range(count)]
        order.append(name)

    async def ask(asker: Asker) -> None:
        many = asyncio.create_task(one(asker, "many", 100))
        await asyncio.sleep(0.05)
        await asyncio.gather(many, one(asker, "single", 1))

    recorder = Recorder(0.05)
    asked(recorder, ask)
    assert order == ["single", "many"]
    assert max(map(len, recorder.asked)) <= MOST_TOGETHER


def test_who_comes_when_the_queue_is_full_is_sent_away() -> None:
    async def ask(asker: Asker) -> Any:
        return await asyncio.gather(*(asker.search([str(number)], SearchOptions()) for number in range(8)), return_exceptions=True)

    answers = asked(Recorder(), ask, queue=5, gather=0.2)
    assert [isinstance(answer, Busy) for answer in answers] == [False] * 5 + [True] * 3


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    async def ask(asker: Asker) -> Any:
        with pytest.raises(Busy, match="no answer within"):
            await asker.search(["slow"], SearchOptions())
        return True

    assert asked(Recorder(0.5), ask, timeout=0.05)


def test_a_new_state_of_the_index_is_taken_up_at_the_next_question(update: Callable[..., Path]) -> None:
    index = update(one="东门社区划出二十处停车点，电瓶车不再堵住楼道。")

    async def ask(asker: Asker) -> tuple[str, str]:
        (before,) = await asker.search(["停车"], SearchOptions(min_score=0))
        update(two="西门街道新开社区食堂，老人在家门口吃饭。")
        (after,) = await asker.search(["社区食堂"], SearchOptions(min_score=0, k=1))
        assert isinstance(before, Result) and isinstance(after, Result)
        return before.hits[0].text, after.hits[0].text

    with open_search(index) as searcher:
        before, after = asked(searcher, ask)
    assert before.startswith("东门社区") and after.startswith("西门街道")


def test_the_last_good_state_serves_while_the_newest_cannot_be_opened(update: Callable[..., Path]) -> None:
    index = update(one="东门社区划出二十处停车点，电瓶车不再堵住楼道。")

    async def ask(asker: Asker) -> str | None:
        await asker.search(["停车"], SearchOptions())
        update(two="西门街道新开社区食堂，老人在家门口吃饭。")
        for part in index.glob("generation-*/vectors.faiss"):
            part.unlink()
            part.write_bytes(b"damaged")
        (answer,) = await asker.search(["停车"], SearchOptions(min_score=0))
        assert isinstance(answer, Result)
        assert answer.hits[0].text.startswith("东门社区")
        return asker.trouble

    with open_search(index) as searcher:
        trouble = asked(searcher, ask)
        with pytest.raises(DamagedIndex, match=r".+") as newest:
            searcher.refresh()
    assert trouble == str(newest.value)
