"""The embedded engine: states, snapshots on the disk, damage. What every engine must do is in test_contract.py."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from index.engine.folder import database, inverted_index, queries, snapshot, vectors, vectors_writer
from index.engine.open import open_index, rederive
from index.errors import BadInput, DamagedIndex, NoIndex, OtherModel
from index.text.tokens import terms
from tests.conftest import ROOT
from tests.engine.pages import MODEL, TEXTS, add, filled, matching, nearest, selected, vectors_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "目录" / ".qianli"


def test_a_page_that_is_added_again_takes_the_place_of_the_old_one(folder: Path) -> None:
    filled(folder)
    with open_index(folder) as index:
        add(index, "aa.txt", ["新的一段关于食堂"])
    with open_index(folder) as index:
        assert [passage.text for _, passage in index.every_passage()] == ["新的一段关于食堂"]
        assert matching(index, terms("停车"), 10) == []
        assert len(nearest(index, vectors_of(1)[0], 10)) == 1


def test_an_article_is_read_once_for_all_its_passages(folder: Path) -> None:
    with open_index(folder, create=MODEL) as index:
        add(index, "aa.txt", TEXTS * 40)
    connection = database.connect(folder / "passages.db")
    read: list[str] = []
    connection.set_trace_callback(read.append)
    assert len(list(queries.every_row(connection))) == len(TEXTS) * 40
    connection.close()
    assert len([statement for statement in read if "FROM articles" in statement]) == 1


def test_select_limits_by_place_and_by_source(folder: Path) -> None:
    with open_index(folder, create=MODEL) as index:
        add(index, "2023/a.txt", ["一", "二"], "杭州市上城区笕桥街道")
        add(index, "2024/b.txt", ["三"], "杭州市余杭区")
        add(index, "2024/c.txt", ["四"], None)
    with open_index(folder) as index:

        def texts(of_place: str | None, source: str | None) -> list[str]:
            return selected(index, index.select(of_place, source))

        assert index.select(None, None) is None
        assert texts("上城区", None) == ["一", "二"]
        assert texts("杭州市", "2024/*") == ["三"]
        assert sorted(texts(None, "2024/*.txt")) == ["三", "四"]
        assert texts("宁波市", None) == []


def test_a_reader_keeps_its_state_while_a_writer_commits_another(folder: Path) -> None:
    filled(folder)
    with open_index(folder) as reader:
        with open_index(folder) as other:
            add(other, "aa.txt", ["另一段"])
        assert len(list(reader.every_passage())) == len(TEXTS)
        assert len(nearest(reader, vectors_of(1)[0], 100)) == len(TEXTS)
        assert len(matching(reader, terms("小区"), 100)) == len(TEXTS)
    with open_index(folder) as reader:
        assert [passage.text for _, passage in reader.every_passage()] == ["另一段"]


def test_an_error_inside_a_commit_leaves_the_old_state(folder: Path) -> None:
    filled(folder)

    class Stop(Exception): ...

    with open_index(folder) as index, pytest.raises(Stop), index.writing() as writer:
        writer.remove("aa.txt")
        raise Stop
    with open_index(folder) as index:
        assert len(list(index.every_passage())) == len(TEXTS)
        assert len(nearest(index, vectors_of(1)[0], 100)) == len(TEXTS)
    assert len(list(folder.glob("generation-*"))) <= 2


def test_a_build_that_is_killed_before_its_commit_leaves_the_old_state_and_the_next_one_cleans_up(folder: Path) -> None:
    filled(folder)
    killed = """
import os, signal, sys
from pathlib import Path
from index.engine.folder import writer
from index.engine.folder.index import FolderIndex
from tests.engine.pages import add

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)
writer.name_snapshot = die  # the snapshot is written and not yet named
with FolderIndex.open(Path(sys.argv[1])) as index:
    add(index, "bb.txt", ["不会写完"])
"""
    made = subprocess.run([sys.executable, "-c", killed, folder], cwd=ROOT, check=False)
    assert made.returncode == -signal.SIGKILL
    assert len(list(folder.glob("generation-*"))) == 2  # the old snapshot, and what the dead build left
    with open_index(folder) as index:
        assert [passage.text for _, passage in index.every_passage()] == TEXTS
        assert index.check() == []
        add(index, "bb.txt", ["写完了"])
        assert len(list(index.every_passage())) == len(TEXTS) + 1
    assert len(list(folder.glob("generation-*"))) == 1


def test_old_snapshots_are_removed_when_nobody_reads_them(folder: Path) -> None:
    filled(folder)
    for n in range(3):
        with open_index(folder) as index:
            add(index, "bb.txt", [f"第{n}版"])
            assert len(list(folder.glob("generation-*"))) == 1
    with open_index(folder) as reader, open_index(folder) as index:
        add(index, "bb.txt", ["有人在读"])
        assert len(list(folder.glob("generation-*"))) == 2
        assert len(list(reader.every_passage())) == len(TEXTS) + 1
        assert len(list(index.every_passage())) == len(TEXTS) + 1  # a writer sees its own commit
        assert {passage.text for _, passage in index.every_passage()} - {passage.text for _, passage in reader.every_passage()} == {
            "有人在读"
        }


@pytest.mark.parametrize("name", ["vectors.faiss", "manifest.json", "terms/meta.json"])
@pytest.mark.parametrize("harm", ["flip", "truncate", "remove"])
def test_a_damaged_file_is_named_before_it_is_searched_and_rebuilt_from_the_rows(folder: Path, name: str, harm: str) -> None:
    filled(folder)
    (snapshot,) = folder.glob("generation-*2")
    raw = bytearray((snapshot / name).read_bytes())
    if harm == "remove":
        (snapshot / name).unlink()
    else:
        raw[len(raw) // 2] ^= 1
        (snapshot / name).write_bytes(raw if harm == "flip" else raw[:-3])
    with pytest.raises(DamagedIndex, match=f"{snapshot.name}.*{Path(name).name}.*qianli index --rebuild"):
        open_index(folder)
    if name == "vectors.faiss" and harm != "remove":  # of which there is one copy: what is lost is made anew
        with pytest.raises(DamagedIndex, match=r"vectors.*qianli index --rebuild"):
            rederive(folder)
    rederive(folder, embed=lambda passages: vectors_of(len(passages)))
    with open_index(folder) as index:
        assert len(nearest(index, vectors_of(1)[0], 100)) == len(TEXTS)
        assert index.check() == []


def test_a_row_that_was_changed_behind_our_back_is_never_shown(folder: Path) -> None:
    filled(folder)
    connection = sqlite3.connect(folder / "passages.db")
    (key,) = connection.execute("SELECT key FROM passages LIMIT 1").fetchone()
    connection.execute("UPDATE passages SET text = '从来没有人写过这一句' WHERE key = ?", (key,))
    connection.commit()
    connection.close()
    with open_index(folder) as index:
        with pytest.raises(DamagedIndex, match=r"does not agree.*qianli index --rebuild"):
            index.passages([key])
        assert index.check() != []


def test_a_page_with_a_damaged_row_is_left_out_by_a_rebuild_and_reported(folder: Path) -> None:
    filled(folder)
    with open_index(folder) as index:
        add(index, "bb.txt", ["另一页"])
    connection = sqlite3.connect(folder / "passages.db")
    connection.execute("UPDATE passages SET text = 'x' WHERE text = ?", (TEXTS[3],))
    connection.commit()
    connection.close()
    lines: list[str] = []
    rederive(folder, 0, lines.append)
    assert lines == ["aa.txt: its rows were damaged and are left out; take it in again with: qianli index FOLDER"]
    with open_index(folder) as index:
        assert index.check() == []
        assert [passage.text for _, passage in index.every_passage()] == ["另一页"]


def test_a_file_that_is_no_database_is_named(folder: Path) -> None:
    filled(folder)
    for path in folder.glob("passages.db*"):
        path.unlink()
    (folder / "passages.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DamagedIndex, match=r"passages\.db"):
        open_index(folder)


def test_a_read_only_folder_shows_what_is_committed_and_not_yet_in_the_database_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(folder)
    with open_index(folder), open_index(folder) as index:  # the first one keeps the log from being written back
        add(index, "bb.txt", ["新的一段"])
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere, so the refusal is played
        assert (folder / "passages.db-wal").stat().st_size
        with open_index(folder) as other:
            assert len(list(other.every_passage())) == len(other) == len(TEXTS) + 1
            assert matching(other, terms("停车"), 1) != []


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="qianli index FOLDER"):
        open_index(tmp_path)


def test_an_index_of_another_format_or_segmenter_is_refused_by_name(folder: Path) -> None:
    filled(folder)
    for key, message in (("format", "format 99"), ("segmenter", "'99'")):
        connection = database.connect(folder / "passages.db")
        good = database.read_state(connection)
        database.write_state(connection, {**good, key: "99"})
        with pytest.raises(OtherModel, match=message):
            open_index(folder)
        database.write_state(connection, good)
        connection.close()
    with open_index(folder):
        pass


def test_a_passage_is_located_by_its_id_by_the_beginning_of_its_id_and_by_its_line(folder: Path) -> None:
    with open_index(folder, create=MODEL) as index:
        add(index, "aa.txt", ["一", "二", "三"])
    with open_index(folder) as index:
        id_ = next(passage.citation.id for _, passage in index.every_passage() if passage.text == "二")
        assert [index.locate(name).position for name in (id_, id_[:16], "aa.txt:2")] == [1, 1, 1]
        assert index.locate("aa.txt:2").article["title"] == "标题"
        with pytest.raises(BadInput, match="no passage"):
            index.locate("aa.txt:99")
        with pytest.raises(BadInput, match="more characters"):
            index.locate("aa0000")
        with pytest.raises(BadInput, match="no citation"):
            index.locate("二")


def test_the_manifest_digests_every_file_of_its_snapshot(folder: Path) -> None:
    filled(folder)
    (snapshot,) = folder.glob("generation-*2")
    named = set(json.loads((snapshot / "manifest.json").read_text())["files"])
    lying = {path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert named == lying - {"manifest.json"}


def test_a_flipped_header_of_the_database_is_said_in_one_line_and_mended_by_a_rebuild(folder: Path) -> None:
    filled(folder)
    with open_index(folder) as index:
        before = dict(index.every_passage())
    raw = bytearray((folder / database.FILE).read_bytes())
    raw[20] ^= 1  # the bytes that each page of the file keeps free
    (folder / database.FILE).write_bytes(raw)
    with open_index(folder) as index:
        (fault,) = index.check()
    assert fault.startswith("passages.db is damaged: SQLite finds ")
    assert fault.endswith("repair it with: qianli index --rebuild")
    assert "\n" not in fault
    rederive(folder)
    with open_index(folder) as index:
        assert (index.check(), dict(index.every_passage())) == ([], before)


def test_what_of_a_large_index_is_approximate_is_said_with_the_numbers_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path / "small")
    monkeypatch.setattr(vectors_writer, "WITH_CODES", len(TEXTS))
    filled(tmp_path / "codes")
    with open_index(tmp_path / "small") as small, open_index(tmp_path / "codes") as codes:
        assert small.facts()["approximate"] is None
        assert codes.facts()["approximate"].keys() == {"vectors"}
        monkeypatch.setattr(snapshot, "MANY", len(TEXTS))
        assert small.facts()["approximate"].keys() == {"terms"}
        facts = codes.facts()["approximate"]
    assert facts["vectors"] | {"measured": None} == {
        **{"method": "codes", "from_passages": vectors.WITH_CODES, "bits": 4, "compared": vectors.COMPARED, "measured": None}
    }
    assert (facts["terms"]["from_passages"], facts["terms"]["share"]) == (len(TEXTS), inverted_index.FREQUENT)
    for way in facts.values():
        assert way["measured"]["passages"] >= way["from_passages"] / 2
        assert all(0 < share <= 1 for measure, share in way["measured"].items() if measure != "passages")
