"""A probability line of one's own: fitted as the textbook says, honest about itself, kept with the index, whole or refused."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import minimize
from scipy.stats import mannwhitneyu

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import Index, Model, model_of
from index.errors import BadInput, DamagedIndex
from index.indexing import build
from search.cli.app import run
from search.evaluation.fit import (
    PENALTY,
    area_under_curve,
    calibration_error,
    cross_validated,
    fit,
    highest_threshold,
    logistic_regression,
    sample_of,
)
from search.evaluation.judgements import NONE, JudgedQuestion, PassageNames, RankedPassage
from search.evaluation.runs import Answer
from search.ranking import probability as confidence
from search.ranking.calibration import NOTE, Calibration, load, save
from search.ranking.candidate_reader import ALIGNED
from search.ranking.probability import falling
from search.searcher import open_search
from tests.conftest import SEEDS

LINE = Calibration("m", None, -4.0, {"dense": 8.0, "align": 1.0}, False, 0.3)


def made(seed: int, slope: float, many: int = 200) -> tuple[list[JudgedQuestion], dict[str, Answer]]:
    """Questions whose passages are right with the chance 1 / (1 + exp(2 - slope · dense)); align says nothing."""
    chance = np.random.default_rng(seed)
    questions, run_ = [], {}
    for number in range(many):
        dense, align = chance.random((2, 10))
        right = chance.random(10) < 1 / (1 + np.exp(2 - slope * dense))
        names = {f"{number}-{at}": 1 for at in range(10) if right[at]}
        questions.append(JudgedQuestion(str(number), "", "" if names else NONE, (), names))
        hits = [
            RankedPassage(f"{number}-{at}", "", None, 0.5, {"dense": dense[at], "align": align[at], "lexical": 1.0}) for at in range(10)
        ]
        run_[str(number)] = Answer(True, hits)
    return questions, run_


def names(questions: list[JudgedQuestion]) -> PassageNames:
    return PassageNames({name for question in questions for name in question.names}, [])


def test_it_finds_the_line_that_made_the_labels_and_says_how_far_it_holds() -> None:
    questions, answers = made(1, 4.0)
    sample = sample_of(questions, answers, names(questions), 10)
    line = fit(sample, "m", None, 0.05)
    assert line.weights["dense"] == pytest.approx(4, abs=0.5)
    assert line.constant == pytest.approx(-2, abs=0.3)
    assert 0 <= line.weights["align"] < 0.3
    figures = cross_validated(sample, 0.05)
    assert (figures["ece"] or 1) < 0.05
    assert (figures["found"] or 0) == pytest.approx(0.95, abs=0.04)
    assert line.probability({"dense": 0.5, "align": 0.0}) == pytest.approx(0.5, abs=0.06)


def test_more_evidence_never_lowers_a_score() -> None:
    questions, answers = made(2, -3.0)  # the cosine speaks against an answer here
    line = fit(sample_of(questions, answers, names(questions), 10), "m", None, 0.05)
    assert line.weights["dense"] == 0
    assert all(weight >= 0 for weight in line.weights.values())


@settings(deadline=None, max_examples=25)
@given(some.integers(0, 10**6), some.integers(10, 60))
def test_the_regression_is_the_one_that_a_general_optimiser_finds(seed: int, many: int) -> None:
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(many, 3)) * (1, 5, 0.2) + 3
    right = (chance.random(many) < 0.4).astype(float)
    right[:2] = 0, 1
    constant, weights = logistic_regression(values, right)
    assert (weights >= 0).all()
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)

    def loss(line: np.ndarray) -> float:
        signs = (line[0] + scaled @ line[1:]) * (2 * right - 1)
        return float(np.logaddexp(0, -signs).sum() + PENALTY / 2 * (line[1:] ** 2).sum())

    best = minimize(loss, np.zeros(4), bounds=[(None, None), *[(0, None)] * 3])
    ours = np.array([constant + weights @ values.mean(axis=0), *(weights * values.std(axis=0))])
    assert loss(ours) == pytest.approx(best.fun, rel=2e-2)


def test_few_right_passages_above_all_others_make_no_certainty() -> None:
    values, right = np.array([[0.1], [0.2], [0.3], [0.9], [0.8]]), np.array([0.0, 0, 0, 1, 1])
    constant, weights = logistic_regression(values, right)
    assert 0.6 < 1 / (1 + math.exp(-(constant + weights[0] * 0.9))) < 0.95


def test_the_area_is_that_of_mann_and_whitney() -> None:
    chance = np.random.default_rng(3)
    scores, right = chance.integers(0, 6, 80) / 5, (chance.random(80) < 0.3).astype(float)
    wins = mannwhitneyu(scores[right > 0], scores[right == 0]).statistic
    assert area_under_curve(scores, right) == pytest.approx(wins / (right.sum() * (80 - right.sum())))


def test_the_calibration_error_is_the_mean_gap_of_ten_bins() -> None:
    chance = np.repeat(np.arange(10) / 10, 7)
    assert calibration_error(chance, np.zeros(70)) == pytest.approx(0.45)
    assert calibration_error(np.full(50, 0.5), np.tile([0.0, 1.0], 25)) == pytest.approx(0.1)  # bins of five hold two or three


def test_the_threshold_loses_no_more_than_was_said() -> None:
    best = np.array([0.9, 0.1, 0.8, 0.7, 0.6, 0.05])
    assert highest_threshold(best, [0, 1, 2, 3, 4], 0.0) == 0.1
    assert highest_threshold(best, [0, 1, 2, 3, 4], 0.2) == 0.6
    assert highest_threshold(best, [0, 1, 2, 3, 4], 0.39) == 0.6
    assert highest_threshold(best, [0, 1, 2, 3, 4], 1.0) == 0.9


def test_a_reranker_s_scores_between_0_and_1_count_by_their_odds() -> None:
    line = Calibration("m", "r", 0.0, {"rerank": 1.0}, True, 0.5)
    assert line.probability({"rerank": 0.25}) == pytest.approx(0.25)
    assert 0.999 < line.probability({"rerank": 1.0}) < 1
    assert line.probability({"rerank": None}) == 0


# Kept with the index


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path / "ix", create=Model("toy", 2, "m")) as opened:
        yield opened


def test_a_line_is_read_back_for_its_model_and_reranker_alone(index: Index) -> None:
    other = LINE._replace(reranker="r", weights={"rerank": 1.0})
    for line in (LINE._replace(threshold=0.9), other, LINE._replace(model="x"), LINE):
        save(index, line)
    assert [load(index, reranker) for reranker in (None, SimpleNamespace(fingerprint="r"))] == [LINE, other]
    assert load(index, SimpleNamespace(fingerprint="another")) is None


@pytest.mark.parametrize(
    ("old", "new"), [('"threshold": 0.3', '"threshold": 0.2'), ("qianli.calibration.v1", "other"), ("{", ""), ('"lines"', '"line"')]
)
def test_a_note_that_was_changed_is_an_error_that_names_it(index: Index, old: str, new: str) -> None:
    save(index, LINE)
    text = index.read_note(NOTE) or ""
    assert old in text
    index.write_note(NOTE, text.replace(old, new, 1))
    with pytest.raises(DamagedIndex, match=r"calibration\.json cannot be read .*remove it, and fit it anew with: qianli eval"):
        load(index, None)


@pytest.mark.parametrize("line", [LINE._replace(weights={"moon": 1.0}), LINE._replace(constant=math.nan)])
def test_a_line_that_cannot_be_used_is_refused(index: Index, line: Calibration) -> None:
    save(index, line)
    with pytest.raises(DamagedIndex, match=r"calibration\.json cannot be read"):
        load(index, None)


def test_an_index_is_calibrated_and_every_search_uses_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, encoder = tmp_path / "ix", open_encoder("static")
    with open_index(place, create=model_of(encoder)) as index:
        build([SEEDS], index, encoder)
        passages = [passage for _, passage in index.every_passage()][::7]
    monkeypatch.setenv("QIANLI_INDEX", str(place))
    rows = [
        {"id": n, "query": passage.text[4:16] + "停", "relevant": [{"file": passage.citation.source, "anchor": passage.text, "grade": 3}]}
        for n, passage in enumerate(passages)
    ]
    rows += [{"id": f"none{n}", "query": text, "relevant": []} for n, text in enumerate(["火星移民", "量子纠缠实验", "北极熊迁徙"])]
    (tmp_path / "q.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    before = [run_json(["search", "停车难", "--json", "--min-score", "0"], capsys)]
    assert run(["eval", str(tmp_path / "q.jsonl"), "--calibrate", "--save", "--error", "0.1"]) == 0
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert f"only {said['right']} right passages" in err or said["right"] >= 50
    assert (said["schema"], said["model"], said["questions"]) == ("qianli.calibration.v1", "static", len(rows))
    assert {"ece", "auc", "found", "told_none"} < said["cross_validated"].keys()
    with open_search(place) as precedents:
        line = precedents.calibration
        assert line is not None
        assert line._asdict() == said["line"]
        result = precedents.search("停车难", ALIGNED, min_score=0)
        assert len(result.hits) == ALIGNED
        assert [hit.score for hit in result.hits] == falling([line.probability(hit.scores) for hit in result.hits])
        assert result.found == any(hit.score >= line.threshold for hit in result.hits)
        assert all(hit.score >= line.threshold for hit in precedents.search("停车难").hits)
        words = precedents.search("停车难", mode="lexical", min_score=0).hits[0]
        assert words.scores["dense"] is None  # without the evidence the shipped line decides
        assert words.score > 0
        assert (precedents.threshold(), precedents.threshold("lexical")) == (line.threshold, confidence.threshold_of(False))
    after = run_json(["search", "停车难", "--json", "--min-score", "0"], capsys)
    assert [hit["citation"] for hit in after["hits"]] == [hit["citation"] for hit in before[0]["hits"]]
    assert run(["info", "--check"]) == 0
    assert run(["index", "--rebuild", "-q"]) == 0
    assert run_json(["search", "停车难", "--json", "--min-score", "0"], capsys) == after
    (place / "calibration.json").write_text("{}", "utf-8")
    capsys.readouterr()
    assert run(["search", "停车难"]) == 2
    assert capsys.readouterr().err.startswith(f"qianli: {place / 'calibration.json'} cannot be read")


def run_json(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, object]]]:
    capsys.readouterr()
    run(arguments)
    found: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


@pytest.mark.parametrize("keep", [lambda name: False, lambda name: True], ids=["none right", "all right"])
def test_nothing_to_tell_apart_is_refused(keep: Callable[[str], bool]) -> None:
    questions, answers = made(1, 4.0, 6)
    every = {passage.id for answer in answers.values() for passage in answer.passages}
    questions = [question._replace(kind="", names={name: int(keep(name)) for name in every}) for question in questions]
    with pytest.raises(BadInput, match="there is nothing to fit: 6 questions, 60 ranked passages"):
        sample_of(questions, answers, PassageNames(every, []), 10)
