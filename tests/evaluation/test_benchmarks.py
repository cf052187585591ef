"""The report on quality: figures agree with the run files, intervals with the textbook."""

import gzip
import json
import math
import re
from pathlib import Path

import pytest

from tests.benchmarks import quality
from tests.benchmarks.figures import figure, gain
from tests.benchmarks.sets import chosen, open_set

TEXTS = ["电动自行车集中充电点建成", "河道水质明显改善", "村里的印章装进智能套筒", "社区食堂给老人送饭上门"]
QUERIES = [("电瓶车没地方充电", {0: 1}), ("印章 河道", {2: 2, 1: 1}), ("seal of the village", {2: 1}), ("食堂", {3: 1})]


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder with two public sets of four passages and four questions each."""
    for name in ("benchmarks/tatoeba_x", "benchmarks/y"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        _write(folder / "corpus.jsonl.gz", [{"id": f"d{number}", "text": text} for number, text in enumerate(TEXTS)])
        _write(folder / "queries.jsonl.gz", [{"id": f"q{number}", "text": text} for number, (text, _) in enumerate(QUERIES)])
        lines = [f"q{number}\td{passage}\t{grade}" for number, (_, grades) in enumerate(QUERIES) for passage, grade in grades.items()]
        (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *lines]) + "\n", "utf-8")
    return tmp_path


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_the_figures_agree_with_the_run_files(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quality.main(["--shared", str(shared), "--models", "static", "--runs", str(tmp_path / "runs")])
    out, err = capsys.readouterr()
    assert re.match(r"\d{4}-\d\d-\d\d, commit .+, `python -m tests\.benchmarks\.quality --shared ", out)
    table = next(block for block in out.split("\n\n") if block.startswith("| nDCG@10"))
    head, _, *rows = [line[2:-2].split(" | ") for line in table.strip().splitlines()]
    assert [row[0] for row in rows] == ["tatoeba_x", "y"]
    for name, _, _, *cells in rows:
        for method, cell in zip(head[3:], cells, strict=True):
            tag = re.sub(r"[^\w.]+", "-", method)
            assert float(cell.split()[0]) == pytest.approx(_recomputed(tmp_path / "runs" / f"{name}.{tag}.trec"), abs=5e-4)
    assert "y, BM25: 4 questions" in err


def _recomputed(run: Path) -> float:
    """Return the mean nDCG@10 of a run file, by its definition."""
    discounted: dict[str, float] = {}
    scores: dict[str, float] = {}
    for line in run.read_text("utf-8").splitlines():
        query, q0, passage, rank, score, tag = line.split(" ")
        assert (q0, tag) == ("Q0", run.name.split(".")[1])
        assert float(score) <= scores.get(query, math.inf)
        scores[query] = float(score)
        grade = QUERIES[int(query[1:])][1].get(int(passage[1:]), 0)
        discounted[query] = discounted.get(query, 0.0) + (2**grade - 1) / math.log2(int(rank) + 1)
    ideal = [sum((2**g - 1) / math.log2(n + 2) for n, g in enumerate(sorted(grades.values(), reverse=True))) for _, grades in QUERIES]
    return sum(discounted.get(f"q{at}", 0.0) / best for at, best in enumerate(ideal)) / len(QUERIES)


def test_no_passage_is_encoded_twice() -> None:
    class Counting:
        name, dim, fingerprint, seen = "toy", 1, "1", 0

        def encode_passages(self, texts: list[str]) -> list[list[float]]:
            self.seen += len(texts)
            return [[float(len(text))] for text in texts]

        def encode_query(self, text: str) -> list[float]:
            return [float(len(text))]

    counting = Counting()
    encoder = quality.Remembering(counting)
    assert encoder.encode_passages(["一", "二二", "一"]).tolist() == [[1], [2], [1]]
    assert encoder.encode_passages(["二二", "三三三"]).tolist() == [[2], [3]]
    assert counting.seen == 3


def test_an_interval_is_as_wide_as_the_normal_one_and_a_paired_one_narrower() -> None:
    values = [float(number % 2) for number in range(400)]  # standard error of the mean: .025
    assert figure(values) == pytest.approx((0.5, 0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.006)
    assert figure(values) == figure(values)
    better = [value + 0.1 for value in values]  # by the same on every question: no doubt is left
    assert gain(better, values) == pytest.approx((0.1, 0.1, 0.1))


def test_a_large_set_is_sampled_the_same_way_every_time(shared: Path) -> None:
    sample = open_set(shared, "y", 2).questions
    assert len(sample) == 2
    assert sample == open_set(shared, "y", 2).questions
    assert len(open_set(shared, "y", 0).questions) == len(QUERIES)


def test_an_unknown_set_ends_the_program_with_the_known_names(shared: Path) -> None:
    assert chosen(shared, None) == ["tatoeba_x", "y"]
    with pytest.raises(SystemExit, match=r"no set z .*tatoeba_x, y"):
        chosen(shared, ["y", "z"])
