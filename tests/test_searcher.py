"""The open search of scripts: every verb, newer states of the index, many threads, and the alias package."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import BadInput, NoIndex, OtherModel
from index.indexing import build, rebuild_index
from search import Searcher, SearchOptions, open_search
from tests.conftest import ROOT, SEEDS
from tests.toy import ToyEncoder

CITED = "000_1e2b8c975dd70d3e.txt:37"
QUESTIONS = ("电瓶车没地方充电", "停车难", "智慧印章", "老楼加装电梯", "垃圾分类", "独居老人")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    shutil.copyfile(SEEDS / "000_1e2b8c975dd70d3e.txt", folder / "a.txt")
    return folder


@pytest.fixture
def address(pages: Path, tmp_path: Path) -> Path:
    update(pages, tmp_path / "ix")
    return tmp_path / "ix"


def update(pages: Path, address: Path, model: str = "static") -> None:
    encoder = open_encoder(model)
    with open_index(address, create=model_of(encoder)) as index:
        build([pages], index, encoder)


def test_options_may_be_given_whole_by_name_or_both(precedents: Searcher) -> None:
    whole = precedents.search("停车", options=SearchOptions(5, min_score=0, place="上城区"))
    assert whole == precedents.search("停车", 5, min_score=0, place="上城区")
    assert whole == precedents.search("停车", SearchOptions(5, min_score=0, place="上城区"))
    assert whole == precedents.search("停车", 5, SearchOptions(9, min_score=0), place="上城区")
    assert whole == precedents.search_many(["停车"], k=5, min_score=0, place="上城区")[0]
    assert {hit.citation.place for hit in whole.hits if hit.citation.place and "上城区" not in hit.citation.place} == set()


def test_a_result_as_fields_is_what_the_command_line_prints(precedents: Searcher, default_index: Path) -> None:
    command = ["search", QUESTIONS[0], "--json", "--explain", "-C", "1", "--index", str(default_index)]
    printed = subprocess.run(
        [sys.executable, "-m", "qianli", *command], capture_output=True, text=True, cwd=default_index.parent, check=True
    )
    result = precedents.search(QUESTIONS[0], context=1, explain=True)
    assert json.loads(printed.stdout) == json.loads(json.dumps(result.to_dict()))
    assert result.hits[0].to_dict() == result.to_dict()["hits"][0]


def test_show_finds_a_passage_with_its_neighbours_and_what_became_of_its_source(address: Path, pages: Path) -> None:
    with open_search(address) as searcher:
        located, shown = searcher.index.locate("a.txt:37"), searcher.show("a.txt:37", context=2)
        assert (shown.passage.citation.lines, shown.source_status) == (((37, 37),), "unchanged")
        assert shown.passages == located.passages[: located.position + 3]
        assert shown.to_dict()["passages"][shown.position]["text"] == shown.passage.text
        (pages / "a.txt").write_text("另一页", "utf-8")
        assert searcher.show("a.txt:37").source_status == "changed"
        with pytest.raises(BadInput, match="no passage"):
            searcher.show("a.txt:99999")


def test_verify_checks_hits_citations_and_the_whole_index(address: Path, pages: Path) -> None:
    with open_search(address) as searcher:
        hits = searcher.search("充电", min_score=0).hits
        assert [verdict.status for verdict in searcher.verify(hits)] == ["ok"] * len(hits)
        assert [verdict.status for verdict in searcher.verify()] == ["ok"] * len(searcher.index)
        text = (pages / "a.txt").read_text("utf-8")
        (pages / "a.txt").write_text("新的第一行\n\n" + text, "utf-8")
        assert [verdict.status for verdict in searcher.verify(["a.txt:37"])] == ["moved"]


def test_what_a_search_returned_can_be_shown_verified_and_asked_with(address: Path) -> None:
    with open_search(address) as searcher:
        result = searcher.search("充电", min_score=0)
        hit = result.hits[0]
        assert searcher.show(hit) == searcher.show(hit.citation) == searcher.show(hit.citation.id)
        assert [verdict.status for verdict in searcher.verify(result)] == ["ok"] * len(result.hits)
        assert [verdict.claim.id for verdict in searcher.verify([hit, hit.citation, hit.citation.id])] == [hit.citation.id] * 3
        assert searcher.like(hit) == searcher.like(hit.citation) == searcher.like(hit.citation.id)


def test_a_search_that_is_closed_says_so(address: Path) -> None:
    with open_search(address) as searcher:
        searcher.search("充电")
    searcher.close()
    for ask in (lambda: searcher.search("充电"), lambda: searcher.like("a.txt:37"), lambda: searcher.show("a.txt:37"),
                searcher.verify, searcher.facts, searcher.refresh):  # fmt: skip
        with pytest.raises(BadInput, match="this search is closed; open it again with open_search"):
            ask()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((None,), "a question is text, and this is NoneType"),
        ((3,), "a question is text, and this is int"),
        (("停车", None, {"k": 2}), "options are SearchOptions, such as SearchOptions"),
    ],
)
def test_what_is_no_question_or_no_options_is_refused(arguments: tuple[object, ...], says: str, precedents: Searcher) -> None:
    with pytest.raises(BadInput, match=says):
        precedents.search(*arguments)


def test_one_text_is_not_several_questions(precedents: Searcher) -> None:
    with pytest.raises(BadInput, match="several questions are a list of texts"):
        precedents.search_many("停车难")


def test_facts_are_those_of_the_index(address: Path) -> None:
    with open_search(address) as searcher:
        assert searcher.facts() == searcher.index.facts()
        assert searcher.facts()["passages"] == len(searcher.index)


def test_filters_that_leave_nothing_are_explained(precedents: Searcher) -> None:
    assert precedents.explain_filters("上城区") == []
    (line,) = precedents.explain_filters("火星")
    assert line.startswith("no passage of the index is about 火星; places it knows: ")
    assert precedents.explain_filters(since="1700", until="1701-05") == [
        "no passage of the index was printed since 1700 until 1701-05; articles without a printed date are left out: "
        "leave --since or --until out"
    ]


def test_a_newer_state_is_taken_up_when_it_is_asked_for(address: Path, pages: Path) -> None:
    with open_search(address) as searcher:
        before = searcher.search("流浪猫绝育", min_score=0)
        assert searcher.refresh() is False
        (pages / "b.txt").write_text("社区里的流浪猫由志愿者送去绝育，居民不再投诉。\n", "utf-8")
        update(pages, address)
        assert searcher.search("流浪猫绝育", min_score=0) == before
        assert searcher.refresh() is True
        assert searcher.search("流浪猫绝育").hits[0].citation.source == "pages/b.txt"
        assert searcher.refresh() is False


def test_an_index_that_has_another_model_now_is_refused_and_the_old_state_still_answers(address: Path) -> None:
    with open_search(address) as searcher:
        before = searcher.search("充电", min_score=0)
        rebuild_index(address, open_encoder("contextual"))
        with pytest.raises(OtherModel, match="made with the model contextual, not static"):
            searcher.refresh()
        assert searcher.search("充电", min_score=0) == before


def test_an_encoder_of_ones_own_serves_an_index_that_it_made(pages: Path, tmp_path: Path) -> None:
    with open_index(tmp_path / "toy", create=model_of(ToyEncoder())) as index:
        build([pages], index, ToyEncoder())
    with open_search(tmp_path / "toy", ToyEncoder()) as searcher:
        best = searcher.search("充电", mode="dense", min_score=0).hits[0]
        assert "充电" in best.text
        assert best.scores["dense"] == pytest.approx(
            float(ToyEncoder().encode_query("充电") @ ToyEncoder().encode_query(best.text)), abs=0.02
        )
    with pytest.raises(OtherModel, match="made with the model toy, not static"):
        open_search(tmp_path / "toy", "static")


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_threads_that_ask_at_once_get_the_answers_of_one(address: Path, mode: str) -> None:
    options = SearchOptions(5, mode=mode, min_score=0, per_article=2)
    with open_search(address) as searcher:
        alone = {question: searcher.search(question, options=options) for question in QUESTIONS}
    with open_search(address) as fresh, ThreadPoolExecutor(8) as threads:
        asked = [question for question in QUESTIONS for _ in range(8)]
        together = list(threads.map(lambda question: fresh.search(question, options=options), asked))
    assert together == [alone[question] for question in asked]


def test_threads_may_ask_with_more_filters_and_terms_than_are_kept(address: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.engine.folder.index.MOST_SELECTIONS", 2)
    monkeypatch.setattr("index.engine.folder.inverted_index.MOST_CLAUSES", 3)
    with open_search(address) as searcher, ThreadPoolExecutor(8) as threads:
        asked = [(question, source) for _ in range(6) for question in QUESTIONS for source in ("a*", "b*", "*", "?.txt")]
        results = list(threads.map(lambda pair: searcher.search(pair[0], source=pair[1], min_score=0), asked))
        assert results == [searcher.search(question, source=source, min_score=0) for question, source in asked]


def test_threads_may_ask_while_a_newer_state_is_taken_up(address: Path, pages: Path) -> None:
    with open_search(address) as searcher, ThreadPoolExecutor(4) as threads:
        old = searcher.search("充电", min_score=0)
        answers = [threads.submit(searcher.search, "充电", min_score=0) for _ in range(40)]
        (pages / "b.txt").write_text("充电的另一页。\n", "utf-8")
        update(pages, address)
        searcher.refresh()
        answers += [threads.submit(searcher.search, "充电", min_score=0) for _ in range(40)]
        results = [answer.result() for answer in answers]
        new = searcher.search("充电", min_score=0)
    assert old != new
    assert all(result in (old, new) for result in results)
    assert results[-1] == new


def test_qianli_is_an_alias_of_the_public_names_and_imports_nothing_heavy() -> None:
    script = """
import sys, qianli, search, index
assert not {"numpy", "faiss", "typer", "sqlite3", "onnxruntime"} & set(sys.modules), sorted(sys.modules)
assert qianli.open_search is search.open_search and qianli.Page is index.Page and qianli.BadInput is search.errors.BadInput
for name in qianli.__all__:
    getattr(qianli, name)
assert qianli.build is index.build and callable(qianli.build)
"""
    made = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT.parent, check=False)
    assert (made.returncode, made.stderr) == (0, "")


def test_an_empty_index_is_an_error_and_not_no_precedent(tmp_path: Path) -> None:
    open_index(tmp_path / "ix", create=model_of(open_encoder())).close()
    with pytest.raises(NoIndex, match="is empty; fill it with: qianli index FOLDER"):
        open_search(tmp_path / "ix")


def test_another_model_than_the_one_that_made_the_index_is_refused(address: Path) -> None:
    with pytest.raises(OtherModel, match="made with the model static, not contextual"):
        open_search(address, model="contextual")
