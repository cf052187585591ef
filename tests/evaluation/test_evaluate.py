"""`qianli eval`: figures agree with ir_measures and the textbook, judgements with the rules as a person would apply them."""

import json
import math
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from ir_measures import RR, R, Success, nDCG

from search.evaluation.judgements import NONE, Anchor, JudgedQuestion, PassageNames, RankedPassage, anchor_text, judge
from search.evaluation.metrics import figures, metrics, paired_differences
from search.evaluation.report import report
from search.evaluation.runs import Answer
from search.ranking.probability import THRESHOLD
from search.searcher import open_search
from tests.conftest import Command

SEED_PAGE = "000_1e2b8c975dd70d3e.txt"


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def passage(name: str, source: str = "", text: str | None = None, score: float = 0.9) -> RankedPassage:
    return RankedPassage(name, source or name, text, score, {})


# By names: against ir_measures

GRADES = some.dictionaries(some.sampled_from([f"d{n}" for n in range(12)]), some.integers(0, 3), min_size=1)
RANKING = some.permutations([f"d{n}" for n in range(15)]).flatmap(lambda names: some.integers(0, 15).map(lambda k: list(names)[:k]))


@settings(deadline=None, max_examples=60)
@given(some.lists(some.tuples(GRADES.filter(lambda grades: any(grades.values())), RANKING), min_size=1, max_size=4))
def test_figures_by_names_are_those_of_ir_measures(judged: list[tuple[dict[str, int], list[str]]]) -> None:
    questions = [JudgedQuestion(f"q{n}", "", "", (), grades) for n, (grades, _) in enumerate(judged)]
    answers = {f"q{n}": Answer(None, [passage(name) for name in ranking]) for n, (_, ranking) in enumerate(judged)}
    names = PassageNames({name for grades, _ in judged for name in grades}, {f"d{n}" for n in range(15)})
    (row,) = report(questions, answers, names, 10, 0.5).rows
    docs = [
        ir_measures.ScoredDoc(f"q{n}", name, -float(rank))
        for n, (_, ranking) in enumerate(judged)
        for rank, name in enumerate(ranking[:10])
    ]

    def theirs(measure: Any, gain: Callable[[int], int]) -> float:
        qrels = [ir_measures.Qrel(f"q{n}", name, gain(grade)) for n, (grades, _) in enumerate(judged) for name, grade in grades.items()]
        values = {metric.query_id: metric.value for metric in ir_measures.iter_calc([measure], qrels, docs)}
        return sum(values.values()) / len(judged)  # a question that nothing was found for counts as 0

    for name, measure in {"MRR": RR, "hit@1": Success @ 1, "hit@5": Success @ 5, "recall@5": R @ 5, "recall@10": R @ 10}.items():
        assert row.figures[name].mean == pytest.approx(theirs(measure, lambda grade: int(grade > 0)), abs=1e-9), name
    # Its own exponential gain needs Perl; the linear one on grades raised before is the same.
    assert row.figures["nDCG@10"].mean == pytest.approx(theirs(nDCG @ 10, lambda grade: 2**grade - 1), abs=1e-9)


# By anchors: against the rules, one question at a time


def unit_of(judgement: dict[str, Any]) -> str:
    unit: str = judgement.get("unit") or judgement["anchor"]
    return unit


def counted_by_hand(relevant: list[dict[str, Any]], hits: list[tuple[str, str]]) -> tuple[float, float, float]:
    """Return nDCG@10, hit@1 and hit@5; a unit's grade counts at the first passage that holds one of its anchors."""

    def plain(text: str) -> str:
        return "".join(unicodedata.normalize("NFKC", text).split())

    units: dict[str, int] = {}
    for judgement in relevant:
        unit = unit_of(judgement)
        units[unit] = max(units.get(unit, 0), judgement["grade"])
    left, dcg, answers = dict(units), 0.0, []
    for rank, (source, text) in enumerate(hits[:10], 1):
        here = [
            judgement
            for judgement in relevant
            if judgement["file"] == PurePosixPath(source).name and plain(judgement["anchor"]) in plain(text)
        ]
        new = {unit_of(judgement) for judgement in here} & left.keys()
        dcg += (2 ** max((left[unit] for unit in new), default=0) - 1) / math.log2(rank + 1)
        left = {unit: grade for unit, grade in left.items() if unit not in new}
        answers.append(any(judgement["grade"] == 3 for judgement in here))
    best = sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(sorted(units.values(), reverse=True)[:10], 1))
    return dcg / best, float(answers[:1] == [True]), float(True in answers[:5])


PIECES = ("充电 点", "停车", "Ａ座", "坡道", "议事")
RELEVANT = some.lists(
    some.fixed_dictionaries(
        {"file": some.sampled_from(["a.txt", "b.txt"]), "anchor": some.sampled_from(PIECES), "grade": some.integers(1, 3)},
        optional={"unit": some.sampled_from(["u", "v"])},
    ),
    min_size=1,
    max_size=6,
)
TEXTS = some.lists(some.sampled_from([*PIECES, "充电点", "A 座", "别的"]), max_size=3).map("，".join)
HITS = some.lists(some.tuples(some.sampled_from(["a.txt", "x/a.txt", "b.txt"]), TEXTS), max_size=13)


@settings(deadline=None)
@given(RELEVANT, HITS)
def test_a_unit_counts_once_at_the_first_passage_that_holds_one_of_its_anchors(
    relevant: list[dict[str, Any]], hits: list[tuple[str, str]]
) -> None:
    anchors = [
        Anchor(judgement["file"], anchor_text(judgement["anchor"]), judgement["grade"], judgement.get("unit") or judgement["anchor"])
        for judgement in relevant
    ]
    got = judge(JudgedQuestion("q", "", "", tuple(anchors)), [passage("i", *hit) for hit in hits], PassageNames([], []))
    values = {name: measure(got) for name, measure in metrics(10).items()}
    assert (values["nDCG@10"], values["hit@1"], values["hit@5"]) == pytest.approx(counted_by_hand(relevant, hits))


def test_unanswerable_questions_count_for_found_alone() -> None:
    questions = [
        JudgedQuestion("a", "", "x", (), {"d": 1}),
        JudgedQuestion("b", "", "x", (), {"d": 1}),
        *(JudgedQuestion(q, "", NONE) for q in "cd"),
    ]
    answers = {
        "a": Answer(True, [passage("d", score=0.8)]),
        "b": Answer(True, [passage("e", score=0.8), passage("d", score=0.4)]),  # what is relevant stands below the threshold
        "c": Answer(True, [passage("d", score=0.8)]),
        "d": Answer(False, [passage("d", score=0.2)]),
    }
    made = report(questions, answers, PassageNames({"d"}, []), 10, 0.5)
    assert [(row.name, row.questions, row.figures["found"].mean, row.figures["MRR"].mean) for row in made.rows] == [
        ("all", 2, 1, 0.75),
        ("x", 2, 1, 0.75),
    ]
    assert [(row.name, row.questions, next(iter(row.figures.values())).mean) for row in made.reported] == [
        ("told found", 3, pytest.approx(1 / 3)),
        ("none", 2, 0.5),
    ]


# Intervals


def test_the_bootstrap_agrees_with_the_normal_interval_and_one_seed_gives_one_answer() -> None:
    chance = np.random.default_rng(7)
    values = chance.random(400)
    error = values.std(ddof=1) / math.sqrt(len(values))
    (figure,) = figures([[value] for value in values])
    assert figure == pytest.approx((values.mean(), values.mean() - 1.96 * error, values.mean() + 1.96 * error), abs=0.004)
    assert figures([[value] for value in values]) == [figure]


def test_a_difference_is_paired_and_has_its_probability() -> None:
    base = [float(n % 2) for n in range(100)]
    (steady,) = paired_differences([[value + 0.1] for value in base], [[value] for value in base])
    assert steady == pytest.approx((0.1, 0.1, 0.1, 0.0, 1.0))
    (same,) = paired_differences([[value] for value in base], [[value] for value in base])
    assert same == (0, 0, 0, 1, 0)
    (doubtful,) = paired_differences([[value] for value in base], [[1 - value] for value in base])
    assert doubtful.mean == 0
    assert doubtful.p > 0.8


# The command


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    page = {"file": SEED_PAGE}
    rows = [
        {"id": "a", "type": "problem", "query": "电瓶车到处乱停", "relevant": [{**page, "anchor": "我们有了集中充电点", "grade": 3}]},
        {"id": "b", "type": "关键词", "query": "红色帮帮团", "relevant": [{**page, "anchor": "组建了红色帮帮团", "grade": 3}]},
        {"id": "c", "type": "none", "query": "火星移民的税收优惠", "relevant": []},
    ]
    return written(tmp_path / "judged.jsonl", rows)


def test_an_index_and_the_run_that_batch_writes_of_it_have_the_same_figures(
    qianli: Command, judged: Path, tmp_path: Path, default_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIANLI_INDEX", str(default_index))
    code, out, err = qianli("eval", judged, "--json", "-o", tmp_path / "mine.jsonl")
    assert (code, err) == (0, "")
    made = json.loads(out)
    assert {**made, "types": sorted(made["types"])} == {
        **{"schema": "qianli.eval.v1", "queries": str(judged), "left_out": 0, "k": 10, "threshold": THRESHOLD, "against": None},
        **{"found": made["found"], "types": ["all", "problem", "关键词"]},
    }
    assert made["types"]["all"]["n"] == 2
    assert made["types"]["all"]["nDCG@10"]["mean"] > 0.5
    assert qianli("batch", judged, "--min-score", 0, "-o", tmp_path / "batch.jsonl")[0] == 0
    mine, batch = (
        [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text("utf-8").splitlines()] for name in ("mine", "batch")
    )
    assert mine == [{name: value for name, value in row.items() if name not in ("columns", "asked")} for row in batch]
    compared = json.loads(qianli("eval", judged, "--json", "--results", tmp_path / "batch.jsonl", "--against", tmp_path / "mine.jsonl")[1])
    assert (compared["types"], compared["found"]) == (made["types"], made["found"])
    assert compared["against"]["types"]["all"]["nDCG@10"] == {"mean": 0, "low": 0, "high": 0, "p": 1, "better": 0}


def test_people_get_a_table_and_spreadsheets_csv(qianli: Command, judged: Path, tmp_path: Path) -> None:
    qianli("eval", judged, "-o", tmp_path / "run.jsonl")
    code, out, _ = qianli("eval", judged, "--results", tmp_path / "run.jsonl", "--against", tmp_path / "run.jsonl")
    lines = out.splitlines()
    assert (code, lines[0].split()) == (0, ["n", "nDCG@10", "MRR", "hit@1", "hit@5", "recall@5", "recall@10", "found"])
    assert [line.split()[:2] for line in lines[1:4]] == [["all", "2"], ["problem", "1"], ["关键词", "1"]]
    assert re.search(r"(?m)^  nDCG@10 +\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]$", out)
    assert "of 1 that nothing answers, this share is told so: 1.000 [1.000, 1.000]" in out
    assert f"against {tmp_path / 'run.jsonl'}, paired by question" in out
    table = qianli("eval", judged, "--results", tmp_path / "run.jsonl", "--csv")[1]
    assert table.startswith("\ufeffquestions of,n,measure,mean,low,high,")
    assert "\nall,2,nDCG@10,1.0000,1.0000,1.0000,,,,\n" in table


def test_a_trec_run_keeps_the_order_whatever_the_probabilities(qianli: Command, judged: Path, tmp_path: Path, seeds_index: Path) -> None:
    code, out, _ = qianli("eval", judged, "--trec")
    with open_search(seeds_index) as precedents:
        hits = precedents.search("红色帮帮团", min_score=0).hits
    ranked = sorted(ir_measures.read_trec_run(out), key=lambda doc: -doc.score)
    assert (code, [doc.doc_id for doc in ranked if doc.query_id == "b"]) == (0, [hit.passage.citation.id for hit in hits])
    qrels = tmp_path / "qrels"
    qrels.write_text(f"b 0 {hits[1].passage.citation.id[:8]} 1\na 0 000000000000 1\n", "utf-8")
    (tmp_path / "run.trec").write_text(out, "utf-8")
    made = json.loads(qianli("eval", judged, "--qrels", qrels, "--results", tmp_path / "run.trec", "--json")[1])
    assert made["types"]["all"]["MRR"]["mean"] == 0.25
    assert made["found"] == {"precision": None, "recall": None, "told_none": None}


def test_a_judged_source_is_found_by_its_best_passage(qianli: Command, judged: Path, tmp_path: Path) -> None:
    stem = SEED_PAGE.removesuffix(".txt")
    (tmp_path / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\na\t{stem}\t1\nb\t{stem}\t1\n", "utf-8")
    made = json.loads(qianli("eval", judged, "--qrels", tmp_path / "qrels.tsv", "--json")[1])
    assert made["types"]["all"]["recall@5"]["mean"] == 1


def test_judgements_of_other_pages_get_a_warning(qianli: Command, judged: Path, tmp_path: Path) -> None:
    (tmp_path / "qrels.tsv").write_text("a\tp7\t1\n", "utf-8")
    code, _, err = qianli("eval", judged, "--qrels", tmp_path / "qrels.tsv")
    assert code == 0
    assert "left out 1 question: nothing relevant to it is among the judgements" in err
    assert "no answer bears a name that is judged, such as p7" in err


def test_a_question_without_a_word_has_an_empty_answer_and_stops_no_other(qianli: Command, tmp_path: Path) -> None:
    relevant = [{"file": SEED_PAGE, "anchor": "组建了红色帮帮团", "grade": 3}]
    file = written(tmp_path / "q.jsonl", [{"id": n, "query": text, "relevant": relevant} for n, text in enumerate(["？！", "红色帮帮团"])])
    made = json.loads(qianli("eval", file, "--json")[1])
    assert made["types"]["all"]["hit@5"]["mean"] == 0.5


def test_anchors_cannot_judge_a_trec_run_which_has_no_texts(qianli: Command, judged: Path, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a Q0 d 1 0.5 x\n", "utf-8")
    code, out, err = qianli("eval", judged, "--results", tmp_path / "run")
    assert (code, out) == (2, "")
    assert "give JSON lines, as batch writes them" in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--json", "--csv"], "only one of --json, --csv can be printed"),
        (["--calibrate", "--csv"], "leave out --csv"),
        (["--save"], "--save belong to --calibrate"),
        (["-o", "judged.jsonl"], "exists; remove it"),
    ],
)
def test_contradicting_options_are_refused(
    qianli: Command, judged: Path, options: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(judged.parent)
    code, _, err = qianli("eval", judged, *options)
    assert (code, err.count("\n")) == (2, 1)
    assert said in err
