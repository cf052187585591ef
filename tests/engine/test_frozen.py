"""Indexes that older releases wrote are read, or taken over by the command that the error names; this release's own stays readable."""

import shutil
from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import OtherModel
from index.indexing import IndexReport, build, rebuild_index
from index.text.tokens import SEGMENTER
from tests.engine.frozen.make import PAGES
from tests.engine.pages import matching, nearest
from tests.test_indexing import Counting
from tests.toy import ToyEncoder

FROZEN = PAGES.parent
TOY = ToyEncoder()
TEXTS = {
    ("一.txt", 1, "居民反映小区里没有地方给电动自行车充电，楼道里停满了车。"),
    ("一.txt", 2, "社区建了集中充电点，停车问题也解决了。"),
    ("二.md", 1, "河道里的垃圾由河长组织清理，每周一次，村民参加。"),
}


def told(place: Path) -> list[object]:
    """What an index says: its passages with their citations, and what two questions find."""
    with open_index(place) as index:
        assert index.check() == []
        passages = dict(index.every_passage())
        near = nearest(index, TOY.encode_query("停车"), 3)
        found = matching(index, ["停", "车"], 3)
        cited = {(passage.citation.source, passage.citation.paragraph, passage.text) for passage in passages.values()}
        ids = sorted(passage.citation.id for passage in passages.values())
        named = [[(passages[key].text, round(score, 3)) for key, score in each] for each in (near, found)]
        return [cited, ids, *named]


@pytest.fixture
def fresh(tmp_path: Path) -> list[object]:
    with open_index(tmp_path / "fresh", create=model_of(TOY)) as index:
        build([PAGES], index, TOY)
    return told(tmp_path / "fresh")


def test_the_index_of_format_1_is_taken_over_without_its_sources_and_without_embedding(tmp_path: Path, fresh: list[object]) -> None:
    place = shutil.copytree(FROZEN / "format-1", tmp_path / "ix")
    with pytest.raises(OtherModel, match=r"of an older qianli \(format 1, now 2\); take it over with: qianli index --rebuild"):
        open_index(place)
    rebuild_index(place)
    assert told(place) == fresh
    assert told(place)[0] == TEXTS
    encoder = Counting()
    with open_index(place) as index:
        assert build([PAGES], index, encoder) == IndexReport(added=2)  # they lie elsewhere than when it was made
    assert encoder.asked == []


def test_an_index_of_other_terms_is_refused_and_cut_anew_without_its_sources_and_without_embedding(
    tmp_path: Path, fresh: list[object]
) -> None:
    place = shutil.copytree(FROZEN / "segmenter-1", tmp_path / "ix")
    message = "was cut into terms by 'characters[+]bigrams 1', this qianli uses .*; repair it with: qianli index --rebuild"
    with pytest.raises(OtherModel, match=message):
        open_index(place)
    rebuild_index(place)
    assert told(place) == fresh
    assert told(place)[0] == TEXTS


@pytest.mark.parametrize("frozen", ["format-2", "without-states"])
def test_the_index_of_this_release_is_read(tmp_path: Path, fresh: list[object], frozen: str) -> None:
    place = shutil.copytree(FROZEN / frozen, tmp_path / "ix")
    with open_index(place) as index:
        facts = index.facts()
    assert (facts["format"], facts["segmenter"]) == (2, SEGMENTER)
    assert told(place) == fresh
    assert told(place)[0] == TEXTS


def test_an_index_without_the_states_of_its_rows_gets_them_with_its_next_change(tmp_path: Path) -> None:
    place, pages = shutil.copytree(FROZEN / "without-states", tmp_path / "ix"), shutil.copytree(PAGES, tmp_path / "pages")
    assert not [*place.glob("generation-*/vectors.states")]
    with open_index(place) as index:
        build([pages], index, TOY)
        assert [*place.glob("generation-*/vectors.states")]
        assert index.check() == []
        assert index.select(None, "一*")
