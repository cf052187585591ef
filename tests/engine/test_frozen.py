"""An index that this release wrote stays readable; an index of another format or other terms is refused by name, with what to do."""

import shutil
from pathlib import Path

import pytest

from index.engine.folder import database
from index.engine.open import model_at, open_index, rederive
from index.engine.protocol import model_of
from index.errors import OtherModel
from index.indexing import build
from index.text.tokens import SEGMENTER
from tests.engine.frozen.make import PAGES
from tests.engine.pages import matching, nearest
from tests.toy import ToyEncoder

FROZEN = PAGES.parent / "format-6"
TOY = ToyEncoder()
TEXTS = {
    ("一.txt", 1, "居民反映小区里没有地方给电动自行车充电，楼道里停满了车。"),
    ("一.txt", 2, "社区建了集中充电点，停车问题也解决了。"),
    ("二.md", 1, "河道里的垃圾由河长组织清理，每周一次，村民参加。"),
}
ANEW = r"\(format {}, now 6\); index the sources anew, with another --index$"
NEWER = "has format {} of a newer qianli, this one reads 6; install that one, or name another --index$"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(FROZEN, tmp_path / "ix")


def answers(folder: Path) -> list[object]:
    """Return what an index says: its passages with their citations, and what two questions retrieve."""
    with open_index(folder) as index:
        assert index.check() == []
        passages = dict(index.every_passage())
        cited = {(passage.citation.source, passage.citation.paragraph, passage.text) for passage in passages.values()}
        ids = sorted(passage.citation.id for passage in passages.values())
        rankings = (nearest(index, TOY.encode_query("停车"), 3), matching(index, ["停", "车"], 3))
        return [cited, ids, *([(passages[key].text, round(score, 3)) for key, score in ranking] for ranking in rankings)]


def mark(folder: Path, name: str, value: str) -> None:
    """Make the state of an index say something else."""
    connection = database.connect(folder / database.FILE)
    database.write_state(connection, {**database.read_state(connection), name: value})
    connection.close()


def test_the_index_of_this_release_is_read(folder: Path, tmp_path: Path) -> None:
    pages = shutil.copytree(PAGES, tmp_path / "fresh")
    with open_index(pages / "ix", create=model_of(TOY)) as index:
        build([pages], index, TOY)
    with open_index(folder) as index:
        facts = index.facts()
    assert (facts["format"], facts["segmenter"]) == (6, SEGMENTER)
    assert answers(folder) == answers(pages / "ix")
    assert answers(folder)[0] == TEXTS


@pytest.mark.parametrize(("theirs", "message"), [("5", ANEW), ("0", ANEW), ("?", ANEW), ("7", NEWER), ("99", NEWER)])
def test_an_index_of_another_format_is_refused_in_one_line_that_says_what_to_do(theirs: str, message: str, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "generation" in str(path)}
    mark(folder, "format", theirs)
    for refused in (open_index, model_at, rederive):
        with pytest.raises(OtherModel, match=message.format(theirs.replace("?", "[?]"))) as error:
            refused(folder)
        assert "\n" not in str(error.value)
    assert {path: path.read_bytes() for path in before} == before


def test_an_index_of_other_terms_is_refused_and_derived_anew_from_its_rows(folder: Path) -> None:
    expected = answers(folder)
    mark(folder, "segmenter", "characters+bigrams 1")
    message = r"was cut into terms by 'characters\+bigrams 1', this qianli uses .*; repair it with: qianli index --rebuild$"
    with pytest.raises(OtherModel, match=message):
        open_index(folder)
    rederive(folder)
    assert answers(folder) == expected
