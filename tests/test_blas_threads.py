"""OpenBLAS has one thread while questions are answered from Python, and as many as before when the last answer is there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search import open_search
from search.blas_threads import SET_BY_HAND, one_blas_thread
from tests.conftest import SEEDS
from tests.toy import ToyEncoder


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Give OpenBLAS three threads, whatever the machine has."""
    monkeypatch.delenv(SET_BY_HAND, raising=False)
    with _openblas().limit(limits=3):
        yield 3


def threads() -> set[int]:
    return {library.num_threads for library in _openblas().lib_controllers}


def _openblas() -> ThreadpoolController:
    return ThreadpoolController().select(internal_api="openblas").select(threading_layer="pthreads")


class Watching(ToyEncoder):
    """Notes how many threads there are when a question is embedded."""

    def __init__(self) -> None:
        self.seen: list[set[int]] = []

    def encode_query(self, text: str) -> np.ndarray:
        self.seen.append(threads())
        return super().encode_query(text)


def test_a_question_is_answered_with_one_thread(several: int, tmp_path: Path) -> None:
    encoder = Watching()
    with open_index(tmp_path / "ix", create=model_of(encoder)) as index:
        build([SEEDS], index, encoder)
    with open_search(tmp_path / "ix", encoder) as searcher:
        for question in ("停车", "楼道充电"):
            assert searcher.search(question, min_score=0.0).hits
            assert threads() == {several}
    assert encoder.seen == [{1}, {1}]


def test_the_last_of_several_searches_gives_the_threads_back(several: int) -> None:
    both, first_is_out = Barrier(2), Barrier(2)

    def ask(first: bool) -> set[int]:
        with one_blas_thread():
            both.wait(10)
            if not first:
                first_is_out.wait(10)
            inside = threads()
        if first:
            first_is_out.wait(10)
        return inside

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, (True, False))) == [{1}, {1}]
    assert threads() == {several}


def test_an_error_gives_the_threads_back(several: int) -> None:
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        1 / 0  # noqa: B018
    assert threads() == {several}


def test_what_the_environment_says_holds(several: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SET_BY_HAND, "3")
    with one_blas_thread():
        assert threads() == {several}
