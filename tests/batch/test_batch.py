"""`qianli batch`: answers come in the order of the questions, as they are typed, and a run that was stopped goes on."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import BadInput
from index.indexing import build
from index.workers import Workers
from search.batch.answers import CHUNK, MANY, answers, side_by_side
from search.batch.processes import Opening, Processes
from search.batch.questions import BatchQuestion
from search.options import SearchOptions
from search.searcher import Searcher, open_search
from tests.cli.test_cli import QUESTION, one_line, started
from tests.conftest import ROOT, Command


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
    assert code == 1
    assert [line.split(": ")[1] for line in err.splitlines()[:2]] == ["2", "c"]
    assert re.fullmatch(r"qianli: 4 questions in [0-9.]+ s: 2 with precedents, 0 without, 2 could not be asked", err.splitlines()[2])
    assert [row["id"] for row in rows] == ["a", "2", "c", "d"]
    assert ["error" in row for row in rows] == [False, True, True, False]
    assert [(row["found"], row["hits"]) for row in rows[1:3]] == [(False, [])] * 2
    single = json.loads(qianli("search", QUESTION, "--json")[1])
    assert rows[0] == {**single, "id": "a", "columns": {"type": "problem"}}


def test_batch_resumes_where_it_stopped(qianli: Command, tmp_path: Path) -> None:
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


def test_batch_resumes_csv_and_asks_the_last_question_again(qianli: Command, tmp_path: Path) -> None:
    file, answers = tmp_path / "q.csv", tmp_path / "a.csv"
    file.write_text('id,query\na,停车\nb,…\nc,"=充电,\n电动自行车"\nd,河道\n', "utf-8")
    assert qianli("batch", file, "-o", answers, "--csv", "--min-score", 0, "-k", 3)[0] == 1
    whole = answers.read_bytes()
    assert [row[0] for row in csv.reader(io.StringIO(whole.decode("utf-8-sig")))] == ["id", *"aaabcccddd"]
    for cut in (0, 5, len(whole) // 3, len(whole) // 2, len(whole) - 4, len(whole)):
        answers.write_bytes(whole[:cut])
        assert qianli("batch", file, "-o", answers, "--csv", "--min-score", 0, "-k", 3)[0] == 1
        assert answers.read_bytes() == whole
    file.write_text("id,query\na,别的\n", "utf-8")
    code, _, err = qianli("batch", file, "-o", answers, "--csv", "--min-score", 0, "-k", 3)
    assert (code, one_line(err)) == (2, True)
    assert "answers to other questions" in err
    assert answers.read_bytes() == whole


@pytest.mark.parametrize("form", ["--json", "--csv", "--md", "--trec"])
def test_a_question_that_cannot_be_asked_is_named_on_stderr_and_where_the_format_has_room_for_it(
    qianli: Command, tmp_path: Path, form: str
) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": "a", "query": "…"}\n{"id": "b\\u001b[2J", "query": 5}\n', "utf-8")
    code, out, err = qianli("batch", file, form)
    assert (code, out.count("the question is empty")) == (2, 0 if form == "--trec" else 1)
    assert err.splitlines() == [
        "qianli: a: the question is empty; ask in a few words, for example: qianli search 电动自行车充电",
        'qianli: b\ufffd[2J: line 2 has no text in "query"',
        "qianli: none of the questions could be asked; mend the rows that are named above",
    ]


def test_a_question_that_is_typed_is_answered_before_the_next_is_read(seeds_index: Path) -> None:
    command = [sys.executable, "-m", "search.cli.app", "batch", "-", "--index", str(seeds_index), "-k", "1"]
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


def test_chunks_are_answered_in_order_and_none_is_taken_while_answers_are_due() -> None:
    both = threading.Barrier(2)  # the second and third chunk meet here: neither is answered before the other is asked
    taken: list[int] = []

    def chunks() -> Iterator[list[BatchQuestion]]:
        for number in range(6):
            taken.append(number)
            yield [BatchQuestion(str(number), "停车")]

    def ask(chunk: list[BatchQuestion]) -> list[BadInput]:
        if chunk[0].id in "12":
            both.wait(timeout=60)
        return [BadInput(chunk[0].id)]

    due = []
    pool = ThreadPoolExecutor(2)
    for chunk, (answer,) in side_by_side(chunks(), ask, lambda chunk: pool.submit(ask, chunk).result, 2, lambda: len(taken) < 4):
        assert str(answer) == chunk[0].id
        due.append((chunk[0].id, len(taken)))
    assert [number for number, _ in due] == list("012345")
    assert due[3:] == [("3", 4), ("4", 5), ("5", 6)]  # none is waiting any more: one after the other


def test_a_file_is_answered_from_several_threads_as_it_is_from_one(seeds_index: Path) -> None:
    texts = [
        text[start : start + 30]
        for text in (page.read_text("utf-8") for page in sorted((ROOT / "seeds").glob("*.txt")))
        for start in range(0, 600, 20)
    ]
    chunks = [
        [BatchQuestion(str(number), text) for number, text in enumerate(texts[first : first + 8])] for first in range(0, len(texts), 8)
    ]
    with open_search(seeds_index) as precedents:
        alone = [result.to_dict() for chunk in chunks for _, result in answers([chunk], precedents, SearchOptions(5))]
        together = answers(chunks, precedents, SearchOptions(5), waiting=lambda: True)
        assert [result.to_dict() for _, result in together] == alone


def batch_of(count: int) -> list[list[BatchQuestion]]:
    words = ["停车难", "充电桩", "加装电梯", "?", "老年食堂", "河道清淤", "小区门口的摊贩"]
    questions = [BatchQuestion(str(number), f"{words[number % 7]}{number // 7 or ''}") for number in range(count)]
    return [questions[first : first + CHUNK] for first in range(0, count, CHUNK)]


def said(chunks: list[list[BatchQuestion]], searcher: Searcher, processes: Processes | None = None) -> list[dict[str, object]]:
    return [result.to_dict() for _, result in answers(chunks, searcher, SearchOptions(5), waiting=lambda: True, processes=processes)]


def test_a_long_batch_is_answered_in_processes_as_it_is_in_one(seeds_index: Path) -> None:
    chunks, asked = batch_of(CHUNK * (MANY + 3)), []
    with open_search(seeds_index, words_only=True) as searcher, Workers(2) as workers:
        processes = Processes(workers, Opening(seeds_index, None, True), searcher, SearchOptions(5, mode="lexical"))
        beside = answers(chunks, searcher, SearchOptions(5, mode="lexical"), waiting=lambda: True, processes=processes)
        for chunk in chunks:
            alone = searcher.search_many([question.text for question in chunk], SearchOptions(5, mode="lexical"))
            asked += [str(answer) if isinstance(answer, BadInput) else answer.to_dict() for answer in alone]
        told = [result.error or result.to_dict() for _, result in beside]
        assert told == asked
        assert any(result == asked[3] for result in told)  # "?" cannot be asked, in whatever process
        assert len(processes._same) == 2
        assert all(processes._same.values())


def test_processes_that_find_another_state_or_die_lose_no_answer(tmp_path: Path) -> None:
    page = tmp_path / "停车.txt"
    page.write_text("小区怎样治停车\n\n小区挖潜增设车位，停车问题解决了。\n", "utf-8")
    index_pages(page, tmp_path / "ix")
    chunks = batch_of(CHUNK * (MANY + 1))
    with open_search(tmp_path / "ix") as searcher, Workers(2) as workers:
        expected = said(chunks, searcher)
        page.write_text("别的小区\n\n河道清淤以后，水清了。\n", "utf-8")
        index_pages(page, tmp_path / "ix")
        processes = Processes(workers, Opening(tmp_path / "ix", None, False), searcher, SearchOptions(5))
        assert said(chunks, searcher, processes) == expected
        assert [*processes._same.values()] == [False, False]
        for worker in workers._started:
            worker._process.kill()
        assert said(chunks, searcher, processes) == expected


def index_pages(page: Path, address: Path) -> None:
    encoder = open_encoder("static")
    with open_index(address, create=model_of(encoder)) as index:
        build([page], index, encoder)


def test_a_file_of_many_questions_has_the_same_answers_as_a_few_of_them(qianli: Command, tmp_path: Path) -> None:
    file, few = tmp_path / "all.txt", tmp_path / "few.txt"
    questions = [question.text for chunk in batch_of(CHUNK * (MANY + 1)) for question in chunk]
    file.write_text("\n".join(questions), "utf-8")
    few.write_text("\n".join(questions[:40]), "utf-8")
    whole, part = (qianli("batch", asked, "--mode", "lexical", "-k", 3)[1].splitlines() for asked in (file, few))
    assert len(whole) == len(questions)
    assert whole[:40] == part


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_questions_come_through_a_named_pipe_as_well(qianli: Command, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(f"{QUESTION}\n停车难\n", "utf-8"))
    writer.start()
    code, out, err = qianli("batch", pipe, "--mode", "lexical")
    writer.join()
    assert (code, err) == (0, "")
    assert [json.loads(line)["query"] for line in out.splitlines()] == [QUESTION, "停车难"]
