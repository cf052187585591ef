"""An index that was changed many times answers as one that was made at once, by brute force and by a fresh index."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index.engine.open import open_index
from index.engine.protocol import Index
from index.text.tokens import terms
from tests.engine.pages import MODEL, matching, nearest, page_of, vectors_of

SUBJECTS = ("电动自行车", "停车", "河道", "食堂", "电梯", "印章", "Kiosk", "12345")
VERBS = ("治理", "清理整治", "加装之后的管理", "补贴", "排查", "热线回访")
QUESTIONS = ("电动自行车停车", "河道的治理", "食堂补贴12345", "印章")


def made_up(seed: int, count: int) -> list[str]:
    """Made-up paragraphs of many lengths; some are the same, so that there are equals to be put in order."""
    chance = np.random.default_rng(seed)
    some = ["，".join(f"{chance.choice(SUBJECTS)}{chance.choice(VERBS)}" for _ in range(chance.integers(1, 12))) for _ in range(count)]
    return [text if chance.random() > 0.2 else "停车治理" for text in some]


def put(index: Index, pages: dict[str, int]) -> None:
    with index.writing() as writer:
        for source, seed in pages.items():
            writer.add(*page_of(source, made_up(seed, 1 + seed % 9)), vectors_of(1 + seed % 9, seed))


def answers(place: Path) -> list[object]:
    """All that a reader can ask for, with the keys that engines give: they must not tell what was indexed when.

    A score may differ in the digits that float32 does not keep, so lists cut at k are compared by their scores alone.
    """
    with open_index(place) as index:
        texts = dict(index.every_passage())
        found: list[object] = [len(index), [(key, passage.text) for key, passage in texts.items()], index.check()]
        for question, vector in zip(QUESTIONS, vectors_of(len(QUESTIONS), seed=99), strict=True):
            for within in (None, index.select(source="*[02468].txt")):
                for every in (matching(index, terms(question), 1000, within), nearest(index, vector, 1000, within)):
                    assert [score for _, score in every] == sorted((score for _, score in every), reverse=True)
                    found.append(pytest.approx(dict(every), abs=2e-3))
                for first in (matching(index, terms(question), 3, within), nearest(index, vector, 3, within)):
                    found.append(pytest.approx([score for _, score in first], abs=2e-3))
        return [*found, index.known(terms("电动自行车停车河道食堂电梯印章Kiosk12345排查热线")), index.vectors(sorted(texts)).tolist()]


class Updates(RuleBasedStateMachine):
    """Pages come, change and go, a few at a time; a page's *seed* says what stands in it."""

    @initialize(count=st.sampled_from([1, 12, 40]))
    def made(self, count: int) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.place = self.folder / "ix"
        self.pages = {f"{n:02}.txt": n for n in range(count)}
        with open_index(self.place, create=MODEL) as index:
            put(index, self.pages)

    @rule(page=st.integers(0, 60), seed=st.integers(100, 130))
    def come_or_change(self, page: int, seed: int) -> None:
        self.pages[f"{page:02}.txt"] = seed
        with open_index(self.place) as index:
            put(index, {f"{page:02}.txt": seed})

    @rule(page=st.integers(0, 60))
    def go(self, page: int) -> None:
        self.pages.pop(f"{page:02}.txt", None)
        with open_index(self.place) as index, index.writing() as writer:
            writer.remove(f"{page:02}.txt")

    @rule(page=st.integers(0, 60))
    def go_and_come_back(self, page: int) -> None:
        source = f"{page:02}.txt"
        self.go(page)
        self.come_or_change(page, 130 - page)
        assert self.pages[source] == 130 - page

    @invariant()
    def answers_as_a_fresh_index(self) -> None:
        with open_index(self.folder / "fresh", create=MODEL) as index:
            put(index, dict(sorted(self.pages.items(), reverse=True)))
            if self.pages:
                with index.writing() as writer:
                    writer.replace_vectors(MODEL, ())  # written whole, whatever the steps before
        for ours, theirs in zip(answers(self.place), answers(self.folder / "fresh"), strict=True):
            assert getattr(ours, "expected", ours) == theirs
        shutil.rmtree(self.folder / "fresh")

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


TestUpdates = Updates.TestCase
TestUpdates.settings = settings(
    max_examples=8, stateful_step_count=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True
)


def test_equals_stand_in_the_same_order_whatever_came_first(tmp_path: Path) -> None:
    def first_three(place: Path, sources: list[str]) -> list[list[str]]:
        with open_index(place, create=MODEL) as index:
            for source in sources:
                with index.writing() as writer:
                    writer.add(*page_of(source, ["停车治理"]), vectors_of(1))
        with open_index(place) as index:
            found = (matching(index, ["停", "车"], 3), nearest(index, vectors_of(1)[0], 3))
            return [[passage.citation.source for passage in index.passages([key for key, _ in each])] for each in found]

    sources = [f"{n}.txt" for n in range(14)]
    assert first_three(tmp_path / "a", sources) == first_three(tmp_path / "b", sources[::-1])


def test_an_update_links_what_did_not_change(tmp_path: Path) -> None:
    with open_index(tmp_path, create=MODEL) as index:
        put(index, {f"{n:02}.txt": n for n in range(40)})
        (old,) = tmp_path.glob("generation-*")
        before = {path.relative_to(old): path.stat().st_ino for path in old.rglob("*") if path.is_file()}
        put(index, {"03.txt": 140})
    (new,) = tmp_path.glob("generation-*")
    after = {path.relative_to(new): path.stat().st_ino for path in new.rglob("*") if path.is_file()}
    assert after[Path("vectors.faiss")] == before[Path("vectors.faiss")]
    assert all(after[path] == before[path] for path in before if path.suffix in (".term", ".idx", ".store"))
    assert any(path.suffix == ".del" for path in after)


def test_many_small_updates_leave_few_segments_and_a_large_one_leaves_one(tmp_path: Path) -> None:
    with open_index(tmp_path, create=MODEL) as index:
        put(index, {f"{n:03}.txt": 8 for n in range(60)})
        for n in range(40):
            put(index, {f"new{n}.txt": 0})
        (folder,) = tmp_path.glob("generation-*")
        assert 1 <= len(list(folder.glob("delta-*"))) <= 6
        put(index, {f"more{n}.txt": 8 for n in range(10)})
        (folder,) = tmp_path.glob("generation-*")
        assert list(folder.glob("delta-*")) == []
        assert index.check() == []
