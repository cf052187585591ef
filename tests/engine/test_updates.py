"""An index that was changed many times answers as an index that was made at once: exactly, but for a bounded drift of BM25."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index.document import Passage
from index.engine.open import open_index
from index.engine.protocol import Index
from index.text.tokens import terms
from tests.engine.bm25 import drift
from tests.engine.pages import MODEL, matching, nearest, page_of, texts_of, vectors_of

SUBJECTS = ("电动自行车", "停车", "河道", "食堂", "电梯", "印章", "Kiosk", "12345")
VERBS = ("治理", "清理整治", "加装之后的管理", "补贴", "排查", "热线回访")
QUESTIONS = ("电动自行车停车", "河道的治理", "食堂补贴12345", "印章")
WORDS = "电动自行车停车河道食堂电梯印章Kiosk12345排查热线"
ROUNDED = 2e-3  # scores are rounded to three decimals


def made_up(seed: int, count: int) -> list[str]:
    """Return paragraphs of many lengths; some are equal, so that there are equal scores to be put in order."""
    chance = np.random.default_rng(seed)
    texts = ["，".join(f"{chance.choice(SUBJECTS)}{chance.choice(VERBS)}" for _ in range(chance.integers(1, 12))) for _ in range(count)]
    return [text if chance.random() > 0.2 else "停车治理" for text in texts]


def passages_of(source: str, seed: int) -> list[Passage]:
    *_, passages = page_of(source, made_up(seed, 1 + seed % 9))
    return passages


def put(index: Index, pages: dict[str, int]) -> None:
    with index.writing() as writer:
        for source, seed in pages.items():
            writer.add(*page_of(source, made_up(seed, 1 + seed % 9)), vectors_of(1 + seed % 9, seed))


def exact_answers(index: Index) -> list[object]:
    """Return all answers that do not depend on statistics, with the engine's keys: these must not tell what was indexed when."""
    keyed = [(key, passage.text) for key, passage in index.every_passage()]
    answers: list[object] = [len(index), keyed, index.check(), index.known(terms(WORDS)), index.vectors([key for key, _ in keyed]).tolist()]
    for vector in vectors_of(len(QUESTIONS), seed=99):
        for within in (None, index.select(source="*[02468].txt")):
            every = nearest(index, vector, 1000, within)
            assert nearest(index, vector, 3, within) == every[:3]
            answers.append(every)
    return answers


def lexical_answers(index: Index, question: str) -> list[dict[int, float]]:
    """Return key to score for one question, of all passages and of a selection, after the order was checked."""
    answers = []
    for within in (None, index.select(source="*[02468].txt")):
        every = matching(index, terms(question), 1000, within)
        assert every == sorted(every, key=lambda pair: (-pair[1], pair[0]))
        assert matching(index, terms(question), 3, within) == every[:3]
        answers.append(dict(every))
    return answers


class Updates(RuleBasedStateMachine):
    """Pages come, change and go, a few at a time; the *seed* of a page says what it holds."""

    @initialize(count=st.sampled_from([1, 12, 40]))
    def made(self, count: int) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.address = self.folder / "ix"
        self.pages = {f"{n:02}.txt": n for n in range(count)}
        self.removed: list[Passage] = []
        with open_index(self.address, create=MODEL) as index:
            put(index, self.pages)

    @rule(page=st.integers(0, 60), seed=st.integers(100, 130))
    def come_or_change(self, page: int, seed: int) -> None:
        self._forget(f"{page:02}.txt")
        self.pages[f"{page:02}.txt"] = seed
        with open_index(self.address) as index:
            put(index, {f"{page:02}.txt": seed})

    @rule(page=st.integers(0, 60))
    def go(self, page: int) -> None:
        self._forget(f"{page:02}.txt")
        with open_index(self.address) as index, index.writing() as writer:
            writer.remove(f"{page:02}.txt")

    @rule(page=st.integers(0, 60))
    def go_and_come_back(self, page: int) -> None:
        self.go(page)
        self.come_or_change(page, 130 - page)

    def _forget(self, source: str) -> None:
        if source in self.pages:
            self.removed += passages_of(source, self.pages.pop(source))

    @invariant()
    def answers_as_a_fresh_index(self) -> None:
        passages = [passage for source, seed in self.pages.items() for passage in passages_of(source, seed)]
        with open_index(self.folder / "fresh", create=MODEL) as fresh, open_index(self.address) as index:
            put(fresh, dict(sorted(self.pages.items(), reverse=True)))
            assert exact_answers(index) == exact_answers(fresh)
            for question in QUESTIONS:
                least, most = drift(terms(question), passages, self.removed)
                for ours, theirs in zip(lexical_answers(index, question), lexical_answers(fresh, question), strict=True):
                    assert ours.keys() == theirs.keys()
                    assert all(score * least - ROUNDED <= ours[key] <= score * most + ROUNDED for key, score in theirs.items())
        shutil.rmtree(self.folder / "fresh")

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


TestUpdates = Updates.TestCase
TestUpdates.settings = settings(
    max_examples=8, stateful_step_count=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True
)


def test_equal_scores_stand_in_the_same_order_whatever_came_first(tmp_path: Path) -> None:
    def first_three(folder: Path, sources: list[str]) -> list[list[str]]:
        with open_index(folder, create=MODEL) as index:
            for source in sources:
                with index.writing() as writer:
                    writer.add(*page_of(source, ["停车治理"]), vectors_of(1))
        with open_index(folder) as index:
            answers = (matching(index, ["停", "车"], 3), nearest(index, vectors_of(1)[0], 3))
            return [[passage.citation.source for passage in index.passages([key for key, _ in answer])] for answer in answers]

    sources = [f"{n}.txt" for n in range(14)]
    assert first_three(tmp_path / "a", sources) == first_three(tmp_path / "b", sources[::-1])


def files_below(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Return each file of a snapshot with its inode and its bytes."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): (path.stat().st_ino, path.read_bytes()) for path in paths}


def test_an_update_links_what_did_not_change_and_never_touches_the_old_snapshot(tmp_path: Path) -> None:
    with open_index(tmp_path, create=MODEL) as index:
        put(index, {f"{n:02}.txt": n for n in range(40)})
        for step in range(6):  # far enough that tantivy joins segments of its own accord
            (old,) = tmp_path.glob("generation-*")
            with open_index(tmp_path):  # a reader keeps the old snapshot
                before = files_below(old)
                put(index, {f"0{step}.txt": 141 + step % 2})
                assert files_below(old) == before
            (new,) = set(tmp_path.glob("generation-*")) - {old}
            after = files_below(new)
            if step == 0:
                linked = {path for path in before if after.get(path, (0,))[0] == before[path][0]}
                assert {path.suffix for path in before.keys() - linked} == {".json"}
                assert any(path.suffix == ".del" for path in after)
            put(index, {"last.txt": 9 * step})  # nobody reads the old snapshot any more
            assert len([*tmp_path.glob("generation-*")]) == 1


def test_many_small_updates_leave_few_files_and_a_large_update_leaves_one(tmp_path: Path) -> None:
    with open_index(tmp_path, create=MODEL) as index:
        put(index, {f"{n:03}.txt": 8 for n in range(60)})
        for n in range(40):
            put(index, {f"new{n}.txt": 0})
        (folder,) = tmp_path.glob("generation-*")
        assert 1 <= len(list(folder.glob("delta-*.faiss"))) <= 6
        assert len(list(folder.glob("terms/*.term"))) <= 8
        put(index, {f"more{n}.txt": 8 for n in range(10)})
        (folder,) = tmp_path.glob("generation-*")
        assert list(folder.glob("delta-*")) == []
        assert len(list(folder.glob("terms/*.term"))) == 1
        assert index.check() == []


def test_an_update_of_a_snapshot_without_the_passages_that_go_writes_all_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What tantivy does not remove, in silence, must not stay to be found."""
    from index.engine.folder.inverted_index import TermsWriter

    with open_index(tmp_path, create=MODEL) as index:
        put(index, {f"{n:02}.txt": n for n in range(40)})
        monkeypatch.setattr(TermsWriter, "remove", lambda writer, keys: None)
        put(index, {"03.txt": 0})
        assert not [*tmp_path.glob("generation-*/delta-*")]
        assert index.check() == []
        assert "03.txt" in index.sources()
        assert len(texts_of(index, matching(index, ["停", "车"], 1000))) == len({*matching(index, ["停", "车"], 1000)})
