"""`"exact phrase"` and `-word`: what stands between straight quotes must stand in the passage, what follows a hyphen must not."""

import json
from pathlib import Path

import pytest

from search.retrieval.operators import NOTHING, demands
from tests.conftest import Command

PAGES = {
    "a.md": "# 停车\n\n老旧小区白天把车位让给附近上班的人，晚上还给居民，这样的错时共享办法不收费。\n",
    "b.md": "# 停车\n\n小区停车位实行共享，错时开放，物业按次收费，每次三元。\n",
    "c.md": "# 停車\n\n街道推行錯時　共享停車，居民與商戶都說好。\n",
    "d.md": "# Parking\n\nThe town opened a one-stop service for parking permits; category fees stay the same.\n",
}


@pytest.fixture
def ask(qianli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that gives the names of the pages which answer a question, whatever their scores."""
    for name, text in PAGES.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.setenv("QIANLI_INDEX", str(tmp_path / ".qianli"))
    assert qianli("index", *(tmp_path / name for name in PAGES), "-q")[0] == 0

    def names(question: str, *options: object) -> set[str]:
        out = qianli("search", question, "--json", "--min-score", 0, "-k", 50, *options)[1]
        return {hit["citation"]["source"].rpartition("/")[2] for hit in json.loads(out)["hits"]}

    return names


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_a_quoted_phrase_stands_in_every_passage(ask, mode: str) -> None:
    assert ask('停车 "错时共享"', "--mode", mode) == {"a.md", "c.md"}  # traditional, and with a blank
    assert ask('"错时共享"', "--mode", mode) == {"a.md", "c.md"}
    assert ask('停车 "错时共享" "居民与商户"', "--mode", mode) == {"c.md"}


def test_an_excluded_word_stands_in_no_passage(ask) -> None:
    assert ask("小区停车 -收费") == {"c.md", "d.md"}
    assert ask('小区停车 -"按次收费"') == {"a.md", "c.md", "d.md"}
    assert "d.md" in ask("parking permits -cat")  # category is another word
    assert "d.md" not in ask("parking permits -CATEGORY")


def test_what_nothing_has_is_said(qianli: Command, ask) -> None:
    code, out, err = qianli("search", '停车 "立体车库"')
    assert (code, out) == (1, "no precedent found\n")
    assert err.startswith("no passage has what the quotes demand")


def test_a_batch_asks_the_same(qianli: Command, ask, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text('停车 "错时共享"\n停车\n', "utf-8")
    out = qianli("batch", tmp_path / "q.txt", "--min-score", 0)[1]
    first, second = ({hit["citation"]["source"].rpartition("/")[2] for hit in json.loads(line)["hits"]} for line in out.splitlines())
    assert (first, second) == ({"a.md", "c.md"}, {*PAGES})


@pytest.mark.parametrize(
    "question",
    [
        "什么是“错时共享”",
        "什么是“错时共享” 和 『一网通办』",
        '请问"错时共享"怎么做',  # within a sentence: quotes as in print
        "气温 -5 度时怎么供暖",
        "Wi-Fi 覆盖 - 怎么收费",
        "反映的问题：\n-停车位被占\n-楼道堆物",
        '电梯"',
        '停车 "" 怎么办 "？"',
    ],
)
def test_ordinary_quotes_and_hyphens_demand_nothing(question: str) -> None:
    assert demands(question) == (question, ((), ()))


def test_a_file_that_is_compared_demands_nothing(qianli: Command, ask, tmp_path: Path) -> None:
    (tmp_path / "case.txt").write_text('居民反映停车难 "从未见过的词" -小区\n', "utf-8")
    out = qianli("search", "--like", tmp_path / "case.txt", "--json", "--min-score", 0)[1]
    assert len(json.loads(out)["hits"]) == len(PAGES)


def test_full_width_signs_demand_as_their_half_width_forms_do() -> None:
    assert demands("停车　－收费 ＂错时共享＂")[1] == demands('停车 -收费 "错时共享"')[1]
    assert demands("充电桩——谁来管 2023－2024 甲－乙")[1] == NOTHING
