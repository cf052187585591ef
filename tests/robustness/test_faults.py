"""A damaged index answers as before or names the damage: a few tries of each row of `make faults`, and each repaired fault by name."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from index.engine.folder import database, queries
from index.engine.open import open_index, rederive
from index.engine.stored.digests import values_digest
from index.errors import DamagedIndex, Unwritten
from tests.conftest import ROOT, made_once
from tests.engine.pages import MODEL, TEXTS, add, filled, matching

FEW = {  # tries of each row in the suite; the row "model" is tests/engine/test_updates.py
    "killed": 8,
    "calls": 24,
    "reads": 40,
    "flips": 40,
    "files": 25,
    "torn": 20,
    "readers": 3,
    "writers": 4,
    "hostile": 25,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".qianli"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the table of faults and what was said of those that must not be; one process tries all rows on the same indexes."""

    def make(folder: Path) -> None:
        only = [argument for fault, tries in FEW.items() for argument in ("--only", f"{fault}={tries}")]
        command = [sys.executable, "-m", "tests.benchmarks.faults", *only]
        made = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
        (folder / "table").write_text(made.stdout, "utf-8")
        (folder / "wrong").write_text(made.stderr, "utf-8")

    folder = made_once(tmp_path_factory, "faults", make)
    return (folder / "table").read_text("utf-8"), (folder / "wrong").read_text("utf-8")


@pytest.mark.parametrize("fault", FEW)
def test_a_fault_leaves_one_whole_state_or_an_error_that_names_it(fault: str, table: tuple[str, str]) -> None:
    rows, wrong = table
    assert [line for line in wrong.splitlines() if line.startswith(f"{fault}: ")] == []
    assert "Traceback" not in wrong
    _, tries, _, _ = rows.splitlines()[2 + list(FEW).index(fault)].strip("| ").split(" | ")
    assert int(tries.replace(",", "")) >= FEW[fault]


@pytest.mark.parametrize("name", ["articles_of_a_file", "passages_by_id"])
def test_a_damaged_index_of_sqlite_hides_no_passage_and_is_repaired(folder: Path, name: str) -> None:
    filled(folder)
    _hollow(folder, name)
    with open_index(folder) as index:
        passage = next(iter(index.every_passage()))[1]
        assert index.locate(passage.citation.id).passages[index.locate(passage.citation.id).position] == passage
        assert len(index.locate(passage.citation.id).passages) == len(TEXTS)
        assert any(name in line for line in index.check())
        assert len(index.select(None, "aa*") or ()) == len(TEXTS)
    rederive(folder)
    with open_index(folder) as index:
        assert not any(name in line for line in index.check())
        assert len(index.select(None, "aa*") or ()) == len(TEXTS)


def _hollow(folder: Path, name: str) -> None:
    """Empty one of SQLite's indexes behind its back."""
    connection = sqlite3.connect(folder / "passages.db")
    connection.execute("CREATE INDEX hollow ON passages (article) WHERE 0")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'hollow') WHERE name = ?", (name,)
    )
    connection.execute("DELETE FROM sqlite_master WHERE name = 'hollow'")
    connection.commit()
    connection.close()


def test_a_place_that_was_changed_behind_our_back_limits_no_search(folder: Path) -> None:
    with open_index(folder, create=MODEL) as index:
        add(index, "aa.txt", TEXTS, "杭州市上城区")
    connection = sqlite3.connect(folder / "passages.db")
    connection.execute("UPDATE articles SET place = '宁波市'")
    connection.commit()
    connection.close()
    with open_index(folder) as index, pytest.raises(DamagedIndex, match=r"article 1 of aa\.txt in passages\.db"):
        index.select("杭州市", None)


def test_a_database_that_was_emptied_or_is_gone_is_named(folder: Path) -> None:
    filled(folder)
    for path in folder.glob("passages.db?*"):
        path.unlink()
    (folder / "passages.db").write_bytes(b"")
    with pytest.raises(DamagedIndex, match=r"passages\.db is missing or empty"):
        open_index(folder)
    (folder / "passages.db").unlink()
    with pytest.raises(DamagedIndex, match=r"passages\.db is missing or empty"):
        open_index(folder)


def test_an_index_that_has_lost_its_write_ahead_log_gets_it_back(folder: Path) -> None:
    filled(folder)
    connection = sqlite3.connect(folder / "passages.db")
    assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    connection.close()
    rederive(folder)
    with open_index(folder) as index:
        add(index, "bb.txt", ["新的一段"])  # else it waits for its own reader
        assert len(index) == len(TEXTS) + 1


def test_where_no_write_ahead_log_can_be_kept_no_index_is_begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "connect", lambda path: sqlite3.connect(":memory:", isolation_level=None))  # has none
    with pytest.raises(Unwritten, match=r"passages\.db: no write-ahead log .* or name another --index"):
        open_index(folder, create=MODEL)
    monkeypatch.undo()
    filled(folder)


def behind(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "passages.db", isolation_level=None)


def two_states(folder: Path) -> None:
    """Make one row that of another state: sound by itself, but not what the generation was derived from."""
    filled(folder)
    with open_index(folder) as index:
        add(index, "bb.txt", ["另一页"])
    connection = behind(folder)
    key = queries.rows_of_source(connection, "aa.txt")[1].key
    columns = "article, id, paragraph, text, heading, lines, kind, place, chars, spot, words"
    values = [*connection.execute(f"SELECT {columns} FROM passages WHERE key = ?", (key,)).fetchone()]
    values[2] = 77
    connection.execute("UPDATE passages SET paragraph = 77, digest = ? WHERE key = ?", (values_digest(*values), key))
    connection.close()


def test_a_row_of_another_state_is_not_shown_and_its_page_is_left_out_by_a_rebuild(folder: Path) -> None:
    two_states(folder)
    with open_index(folder) as index:
        (key,) = (key for key, _ in matching(index, ["另"], 1))
        assert index.passages([key])[0].text == "另一页"
        with pytest.raises(DamagedIndex, match=r"passages\.db has passage .* in another state .* qianli index --rebuild"):
            index.locate("aa.txt:2")
        assert "in another state" in index.check()[0]
    lines: list[str] = []
    rederive(folder, 0, lines.append)
    assert [line.partition(":")[0] for line in lines] == ["aa.txt"]
    with open_index(folder) as index:
        assert [passage.text for _, passage in index.every_passage()] == ["另一页"]


def test_rows_of_two_states_are_not_derived_from_by_an_update(folder: Path) -> None:
    two_states(folder)
    with open_index(folder) as index, pytest.raises(DamagedIndex, match=r"passages\.db holds rows of two states; repair it with"):
        add(index, "bb.txt", ["又一页"] * 20)  # so many that all is written anew
    with open_index(folder) as index:
        assert set(index.sources()) == {"aa.txt", "bb.txt"}
        assert matching(index, ["又"], 1) == []


def test_rows_of_two_states_are_not_derived_from_where_nothing_tells_which_is_right(folder: Path) -> None:
    two_states(folder)
    for path in folder.glob("generation-*/manifest.json"):
        path.unlink()
    with pytest.raises(DamagedIndex, match="rows of two states; index the sources anew"):
        rederive(folder)


def test_missing_rows_are_named(folder: Path) -> None:
    with open_index(folder, create=MODEL) as index:
        add(index, "aa.txt", TEXTS, "杭州市")
        add(index, "bb.txt", ["另一页"], "杭州市")
    connection = behind(folder)
    connection.execute("DELETE FROM passages WHERE text = ?", (TEXTS[2],))
    with open_index(folder) as index:
        with pytest.raises(DamagedIndex, match=r"passages of aa\.txt are missing in passages\.db"):
            index.locate("aa.txt:1")
        with pytest.raises(DamagedIndex, match="has 30 passages, the generation 31"):
            list(index.every_passage())
        with pytest.raises(DamagedIndex, match=r"passages in passages\.db are not those of the generation"):
            index.select("杭州", None)
    connection.execute("DELETE FROM passages WHERE text = '另一页'")
    connection.execute("DELETE FROM articles WHERE source = 'bb.txt'")
    connection.close()
    with open_index(folder) as index, pytest.raises(DamagedIndex, match=r"articles in passages\.db are not of one state"):
        index.select("杭州", None)
