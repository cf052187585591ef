"""The embedded engine: against brute force, and what a reader sees while others write."""

import json
import math
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.engine.folder import database, queries
from index.engine.open import open_index, rederive
from index.errors import BadInput, Busy, DamagedIndex, NoIndex, OtherModel
from index.text.tokens import terms
from tests.conftest import ROOT
from tests.engine.pages import MODEL, TEXTS, add, filled, matching, nearest, selected, texts_of, vectors_of


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "目录" / ".qianli"


def test_nearest_agrees_with_brute_force(place: Path) -> None:
    vectors = filled(place)
    query = vectors_of(1, seed=9)[0]
    with open_index(place) as index:
        found = nearest(index, query, 10)
        texts = texts_of(index, found)
    cosines = vectors @ query
    best = np.argsort(-cosines)[:10]
    assert texts == [TEXTS[n] for n in best]
    assert [score for _, score in found] == pytest.approx([float(cosines[n]) for n in best], abs=2e-3)  # kept as float16


def test_nearest_within_some_passages_agrees_with_brute_force(place: Path) -> None:
    filled(place)
    query = vectors_of(1, seed=9)[0]
    with open_index(place) as index:
        add(index, "bb.txt", TEXTS[::3], seed=5)
        some = index.select(source="bb*")
        assert some is not None
        keys = {key for key, passage in index.every_passage() if passage.citation.source == "bb.txt"}
        every = nearest(index, query, 2 * len(TEXTS))
        assert nearest(index, query, 5, some) == [pair for pair in every if pair[0] in keys][:5]
        assert nearest(index, query, 5, index.select(source="none")) == []


def bm25(query: str, texts: Sequence[str], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """BM25 as Robertson and Zaragoza (2009) have it, with Lucene's never-negative inverse document frequency."""
    bags = [Counter(terms(text)) for text in texts]
    mean = sum(map(Counter.total, bags)) / len(bags)
    scores = []
    for bag in bags:
        score = 0.0
        for term in dict.fromkeys(terms(query)):
            holding = sum(term in other for other in bags)
            idf = math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
            score += idf * bag[term] * (k1 + 1) / (bag[term] + k1 * (1 - b + b * bag.total() / mean))
        scores.append(score)
    return scores


def test_matching_agrees_with_brute_force_bm25(place: Path) -> None:
    filled(place)
    with open_index(place) as index:
        found = matching(index, terms("停车排队"), len(TEXTS))
        texts = texts_of(index, found)
    expected = bm25("停车排队", TEXTS)
    assert set(texts) == {text for text, score in zip(TEXTS, expected, strict=True) if score > 0}
    by_text = dict(zip(TEXTS, expected, strict=True))
    assert [score for _, score in found] == pytest.approx([by_text[text] for text in texts], rel=0.02)
    assert texts[0] == max(by_text, key=by_text.__getitem__)


def test_matching_within_some_passages_keeps_their_scores(place: Path) -> None:
    filled(place)
    with open_index(place) as index:
        add(index, "bb.txt", TEXTS[::3], seed=5)
        keys = {key for key, passage in index.every_passage() if passage.citation.source == "bb.txt"}
        every = matching(index, terms("停车"), 2 * len(TEXTS))
        assert matching(index, terms("停车"), 3, index.select(source="bb*")) == [pair for pair in every if pair[0] in keys][:3]


def test_vectors_come_back_in_the_order_of_their_keys(place: Path) -> None:
    vectors = filled(place)
    with open_index(place) as index:
        keys = sorted((key for key, _ in nearest(index, vectors[0], len(TEXTS))), reverse=True)
        assert index.vectors(keys) == pytest.approx(vectors[::-1], abs=1e-3)


def test_a_page_that_is_added_again_takes_the_place_of_the_old_one(place: Path) -> None:
    filled(place)
    with open_index(place) as index:
        add(index, "aa.txt", ["新的一段关于食堂"])
    with open_index(place) as index:
        assert [passage.text for _, passage in index.every_passage()] == ["新的一段关于食堂"]
        assert matching(index, terms("停车"), 10) == []
        assert len(nearest(index, vectors_of(1)[0], 10)) == 1


def test_an_article_is_read_once_for_all_its_passages(place: Path) -> None:
    with open_index(place, create=MODEL) as index:
        add(index, "aa.txt", TEXTS * 40)
    connection = database.connect(place / "passages.db")
    read: list[str] = []
    connection.set_trace_callback(read.append)
    assert len(list(queries.every_row(connection))) == len(TEXTS) * 40
    connection.close()
    assert len([statement for statement in read if "FROM articles" in statement]) == 1


def test_select_limits_by_place_and_by_source(place: Path) -> None:
    with open_index(place, create=MODEL) as index:
        add(index, "2023/a.txt", ["一", "二"], "杭州市上城区笕桥街道")
        add(index, "2024/b.txt", ["三"], "杭州市余杭区")
        add(index, "2024/c.txt", ["四"], None)
    with open_index(place) as index:

        def texts(of_place: str | None, source: str | None) -> list[str]:
            return selected(index, index.select(of_place, source))

        assert index.select(None, None) is None
        assert texts("上城区", None) == ["一", "二"]
        assert texts("杭州市", "2024/*") == ["三"]
        assert sorted(texts(None, "2024/*.txt")) == ["三", "四"]
        assert texts("宁波市", None) == []


def test_a_reader_keeps_its_state_while_a_writer_commits_another(place: Path) -> None:
    filled(place)
    with open_index(place) as reader:
        with open_index(place) as other:
            add(other, "aa.txt", ["另一段"])
        assert len(list(reader.every_passage())) == len(TEXTS)
        assert len(nearest(reader, vectors_of(1)[0], 100)) == len(TEXTS)
        assert len(matching(reader, terms("小区"), 100)) == len(TEXTS)
    with open_index(place) as reader:
        assert [passage.text for _, passage in reader.every_passage()] == ["另一段"]


def test_an_error_inside_a_commit_leaves_the_old_state(place: Path) -> None:
    filled(place)

    class Stop(Exception): ...

    with open_index(place) as index, pytest.raises(Stop), index.writing() as writer:
        writer.remove("aa.txt")
        raise Stop
    with open_index(place) as index:
        assert len(list(index.every_passage())) == len(TEXTS)
        assert len(nearest(index, vectors_of(1)[0], 100)) == len(TEXTS)
    assert len(list(place.glob("generation-*"))) <= 2


def test_a_build_that_is_killed_before_its_commit_leaves_the_old_state_and_the_next_cleans_up(place: Path) -> None:
    filled(place)
    killed = """
import os, signal, sys
from pathlib import Path
from index.engine.folder import writer
from index.engine.folder import index as folder
from tests.engine.pages import add

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)
writer.name_snapshot = die  # the generation is written and not yet named
with folder.FolderIndex.open(Path(sys.argv[1])) as index:
    add(index, "bb.txt", ["不会写完"])
"""
    made = subprocess.run([sys.executable, "-c", killed, place], cwd=ROOT, check=False)
    assert made.returncode == -signal.SIGKILL
    assert len(list(place.glob("generation-*"))) == 2  # the old one, and what the dead one left
    with open_index(place) as index:
        assert [passage.text for _, passage in index.every_passage()] == TEXTS
        assert index.check() == []
        add(index, "bb.txt", ["写完了"])
        assert len(list(index.every_passage())) == len(TEXTS) + 1
    assert len(list(place.glob("generation-*"))) == 1


def test_old_generations_are_removed_when_nobody_reads_them(place: Path) -> None:
    filled(place)
    for n in range(3):
        with open_index(place) as index:
            add(index, "bb.txt", [f"第{n}版"])
            assert len(list(place.glob("generation-*"))) == 1
    with open_index(place) as reader, open_index(place) as index:
        add(index, "bb.txt", ["有人在读"])
        assert len(list(place.glob("generation-*"))) == 2
        assert len(list(reader.every_passage())) == len(TEXTS) + 1
        assert len(list(index.every_passage())) == len(TEXTS) + 1  # a writer sees its own commit
        assert {passage.text for _, passage in index.every_passage()} - {passage.text for _, passage in reader.every_passage()} == {
            "有人在读"
        }


def test_a_second_writer_is_told_that_there_is_one(place: Path) -> None:
    filled(place)
    with open_index(place) as one, open_index(place) as two, one.writing(), pytest.raises(Busy, match="try again"), two.writing():
        pass


@pytest.mark.parametrize("name", ["vectors.faiss", "manifest.json", "terms/meta.json"])
@pytest.mark.parametrize("harm", ["flip", "truncate", "remove"])
def test_a_damaged_file_is_named_before_it_is_searched_and_rebuilt_from_the_rows(place: Path, name: str, harm: str) -> None:
    filled(place)
    (folder,) = place.glob("generation-*2")
    raw = bytearray((folder / name).read_bytes())
    if harm == "remove":
        (folder / name).unlink()
    else:
        raw[len(raw) // 2] ^= 1
        (folder / name).write_bytes(raw if harm == "flip" else raw[:-3])
    with pytest.raises(DamagedIndex, match=f"{folder.name}.*{Path(name).name}.*qianli index --rebuild"):
        open_index(place)
    rederive(place)
    with open_index(place) as index:
        assert len(nearest(index, vectors_of(1)[0], 100)) == len(TEXTS)
        assert index.check() == []


def test_a_row_that_was_changed_behind_our_back_is_never_shown(place: Path) -> None:
    filled(place)
    connection = sqlite3.connect(place / "passages.db")
    (key,) = connection.execute("SELECT key FROM passages LIMIT 1").fetchone()
    connection.execute("UPDATE passages SET text = '从来没有人写过这一句' WHERE key = ?", (key,))
    connection.commit()
    connection.close()
    with open_index(place) as index:
        with pytest.raises(DamagedIndex, match=r"does not agree.*qianli index --rebuild"):
            index.passages([key])
        assert index.check() != []


def test_a_page_with_a_damaged_row_is_left_out_by_a_rebuild_and_told(place: Path) -> None:
    filled(place)
    with open_index(place) as index:
        add(index, "bb.txt", ["另一页"])
    connection = sqlite3.connect(place / "passages.db")
    connection.execute("UPDATE passages SET text = 'x' WHERE text = ?", (TEXTS[3],))
    connection.commit()
    connection.close()
    told: list[str] = []
    rederive(place, 0, told.append)
    assert told == ["aa.txt: its rows were damaged and are left out; take it in again with: qianli index FOLDER"]
    with open_index(place) as index:
        assert index.check() == []
        assert [passage.text for _, passage in index.every_passage()] == ["另一页"]


def test_a_database_that_is_none_is_named(place: Path) -> None:
    filled(place)
    for path in place.glob("passages.db*"):
        path.unlink()
    (place / "passages.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DamagedIndex, match=r"passages\.db"):
        open_index(place)


def test_a_read_only_folder_shows_what_is_committed_and_not_yet_in_the_database_itself(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(place)
    with open_index(place), open_index(place) as index:  # the first one keeps the log from being written back
        add(index, "bb.txt", ["新的一段"])
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere, so this is played
        assert (place / "passages.db-wal").stat().st_size
        with open_index(place) as other:
            assert len(list(other.every_passage())) == len(other) == len(TEXTS) + 1
            assert matching(other, terms("停车"), 1) != []


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="qianli index FOLDER"):
        open_index(tmp_path)


def test_an_index_of_another_format_or_segmenter_is_refused_by_name(place: Path) -> None:
    filled(place)
    for key, message in (("format", "format 99"), ("segmenter", "'99'")):
        connection = database.connect(place / "passages.db")
        good = database.read_state(connection)
        database.write_state(connection, {**good, key: "99"})
        with pytest.raises(OtherModel, match=message):
            open_index(place)
        database.write_state(connection, good)
        connection.close()
    with open_index(place):
        pass


def test_shown_finds_a_passage_by_id_by_its_beginning_and_by_line(place: Path) -> None:
    with open_index(place, create=MODEL) as index:
        add(index, "aa.txt", ["一", "二", "三"])
    with open_index(place) as index:
        id_ = next(passage.citation.id for _, passage in index.every_passage() if passage.text == "二")
        assert [index.locate(name).position for name in (id_, id_[:16], "aa.txt:2")] == [1, 1, 1]
        assert index.locate("aa.txt:2").article["title"] == "标题"
        with pytest.raises(BadInput, match="no passage"):
            index.locate("aa.txt:99")
        with pytest.raises(BadInput, match="more characters"):
            index.locate("aa0000")
        with pytest.raises(BadInput, match="no citation"):
            index.locate("二")


def test_the_manifest_digests_every_file_of_its_generation(place: Path) -> None:
    filled(place)
    (folder,) = place.glob("generation-*2")
    named = set(json.loads((folder / "manifest.json").read_text())["files"])
    lying = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert named == lying - {"manifest.json"}
