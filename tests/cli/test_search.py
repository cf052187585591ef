"""`qianli search` and `batch` beyond the plain question: neighbours, explanations, more like this, filters that match nothing."""

import json
from pathlib import Path

import pytest

from tests.conftest import SEEDS, Command

QUESTION = "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的"


def test_context_brings_the_passages_before_and_after_a_hit(qianli: Command) -> None:
    _, out, _ = qianli("search", QUESTION, "--json", "--min-score", 0, "-C", 2, "--place", "上城区", "--per-article", 1)
    hits = json.loads(out)["hits"]
    for hit in hits:
        _, shown, _ = qianli("show", hit["citation"]["id"], "--json", "-C", 2)
        fields = json.loads(shown)
        assert hit["context"]["before"] == fields["passages"][: fields["at"]]
        assert hit["context"]["after"] == fields["passages"][fields["at"] + 1 :]
    assert any(len(hit["context"]["before"]) < 2 for hit in hits)  # at an article's beginning
    plain = json.loads(qianli("search", QUESTION, "--json", "--min-score", 0, "--place", "上城区", "--per-article", 1)[1])["hits"]
    assert [{**hit, "context": None} for hit in hits] == [{**hit, "context": None} for hit in plain]


def test_context_for_people_and_in_a_batch(qianli: Command, tmp_path: Path) -> None:
    _, out, _ = qianli("search", QUESTION, "-k", 1, "-C", 1)
    assert sum(line.startswith("-        ") for line in out.splitlines()) == 1  # the hit opens its article
    (tmp_path / "q.txt").write_text(f"{QUESTION}\n停车难\n", "utf-8")
    _, out, _ = qianli("batch", tmp_path / "q.txt", "-C", 1, "-k", 2)
    assert all("context" in hit for line in out.splitlines() for hit in json.loads(line)["hits"])


def test_like_takes_a_citation_or_a_file(qianli: Command, default_index: Path) -> None:
    code, out, err = qianli("search", "--like", "000_1e2b8c975dd70d3e.txt:37", "--min-score", 0, "-k", 3)
    assert err == ""
    assert out.startswith("more like: 共商共议 织密小区治理“一张网”")
    code, out, _ = qianli("search", "--like", SEEDS / "003_8a2bd877bb588409.txt", "--json", "--index", default_index)
    result = json.loads(out)
    assert (code, result["schema"], result["like"]) == (0, "qianli.result.v1", str(SEEDS / "003_8a2bd877bb588409.txt"))
    assert all(hit["citation"]["source"] != "seeds/003_8a2bd877bb588409.txt" for hit in result["hits"])
    assert "like" not in json.loads(qianli("search", "停车", "--json")[1])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--place", "上城镇"], "no passage of the index is about 上城镇; places it knows: 杭州市上城区"),
        (["--source", "004_*.md"], "no source of the index is called 004_*.md; sources it knows: seeds/00"),
        (
            ["--place", "嵊泗县", "--source", "000*"],
            "no passage of the index is about 嵊泗县 and stands in 000*; leave --place or --source out",
        ),
    ],
)
def test_a_filter_that_matches_nothing_names_what_the_index_knows(qianli: Command, tmp_path: Path, options: list[str], says: str) -> None:
    code, out, err = qianli("search", "停车", *options)
    assert (code, out) == (1, "no precedent found\n")
    assert err.startswith(says)
    assert err.count("\n") == 1
    assert json.loads(qianli("search", "停车", "--json", *options)[1])["hits"] == []
    (tmp_path / "q.txt").write_text("停车\n充电\n", "utf-8")
    assert qianli("batch", tmp_path / "q.txt", *options)[::2] == (0, err)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", "停车", "--like", "abcdef"], "a question and --like cannot be asked at once"),
        (["search", "--like", "no-such-file.txt"], "there is no such file, and as a citation: 'no-such-file.txt' is no citation"),
        (["search", "停车", "-C", "-1"], "-1 is not in the range x>=0"),
        (["search", "停车", "-C", "1", "--csv"], "--csv has no room for neighbours; leave --context out, or choose --json or --md"),
        (["batch", "-", "-C", "1", "--trec"], "--trec has no room for neighbours"),
        (["search", "停车", "--explain", "--md"], "--md has no room for --explain"),
        (["search"], "ask in a few words, or name a passage or a file with --like"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_line_and_exit_2(qianli: Command, arguments: list[str], says: str) -> None:
    code, out, err = qianli(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_a_very_long_question_and_a_very_large_k_are_answered(qianli: Command) -> None:
    code, out, _ = qianli("search", "老旧小区停车难，电动车乱停。" * 5000, "--json", "-k", 10**9, "--min-score", 0)
    assert code == 0
    assert any("停车" in hit["text"] for hit in json.loads(out)["hits"][:3])
