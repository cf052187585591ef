"""What an index in a cluster says of rows that were altered, of servers that fail, and of addresses that cannot be used."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from index.engine.cluster import changes, connection, loading, writer
from index.engine.cluster.address import PASSWORD, parsed
from index.engine.open import model_at, open_index, rederive
from index.errors import BadInput, Busy, DamagedIndex, NoIndex, Unreachable, Unwritten
from index.indexing import copy_index
from tests.conftest import ROOT
from tests.engine import server as servers
from tests.engine.clusters import filled, run
from tests.engine.pages import TEXTS, add, page_of, vectors_of
from tests.engine.server import Server

NUMBERS = count()
Damage = tuple[str, str]


@pytest.fixture
def address(cluster: Server) -> str:
    return cluster.address(f"fault-{next(NUMBERS)}")


DAMAGES: list[Damage] = [
    ("text", "UPDATE TABLE_passages_1 SET text = '改过' ORDER BY `key` LIMIT 1"),
    ("filter", "UPDATE TABLE_passages_1 SET areas = '火星' ORDER BY `key` LIMIT 1"),
    ("vector", "UPDATE TABLE_passages_1 SET half = REPEAT('a', 16) ORDER BY `key` LIMIT 1"),
    ("gone", "DELETE FROM TABLE_passages_1 ORDER BY `key` LIMIT 1"),
    ("article", "UPDATE TABLE_articles_1 SET record = '{}' ORDER BY `key` LIMIT 1"),
    ("file", "UPDATE TABLE_files_1 SET sha256 = REPEAT('0', 64) ORDER BY page LIMIT 1"),
    ("terms", "UPDATE TABLE_terms_1 SET in_text = in_text + 1 ORDER BY number LIMIT 1"),
    ("state", "UPDATE qianli_state SET value = REPLACE(value, 'toy', 'yot') WHERE field = 'state' AND name = 'NAME'"),
]


@pytest.mark.parametrize(("what", "statement"), DAMAGES, ids=[what for what, _ in DAMAGES])
def test_a_row_that_was_altered_is_named(what: str, statement: str, address: str) -> None:
    filled(address, 3)
    run(address, statement.replace("NAME", parsed(address).name))
    if what == "state":
        with pytest.raises(DamagedIndex, match="the state in"):
            open_index(address)
        return
    with open_index(address) as opened:
        faults = opened.check()
        assert faults
        assert all("qianli index --rebuild" in line for line in faults)
    if what == "vector":
        rederive(address, embed=lambda passages: vectors_of(len(passages)))
    else:
        rederive(address)
    with open_index(address) as opened:
        assert opened.check() == []


def test_rows_that_are_read_are_checked(address: str) -> None:
    filled(address, 1)
    run(address, DAMAGES[0][1])
    with open_index(address) as opened, pytest.raises(DamagedIndex, match="does not agree with its digest"):
        [*opened.every_passage()]


def test_a_second_writer_is_told_who_writes(address: str) -> None:
    filled(address, 1)
    with open_index(address) as one, open_index(address) as other, one.writing():
        said: list[str] = []
        with (
            pytest.raises(Busy, match=f"process {os.getpid()} on .*, which writes the index in oceanbase"),
            other.writing(0.5, said.append),
        ):
            pass
        assert said[0].startswith("waiting for process")


def test_what_a_killed_writer_did_is_undone_and_its_lock_is_free(address: str) -> None:
    corpus = filled(address, 3)
    code = f"""
import os, signal
from index.engine.open import open_index
with open_index({address!r}) as opened, opened.writing() as writer:
    writer.remove("00.txt")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert killed.returncode < 0
    with open_index(address) as opened:
        with opened.writing(wait=30) as changed:
            assert {file.source for file in changed.sources()} == set(corpus.pages)
        assert opened.check() == []


def test_a_server_that_was_killed_has_all_that_was_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if reason := servers.reason_for_none():
        pytest.skip(f"engine contract: not run: {reason}")
    base = tmp_path / "s"
    server = servers.start(base)
    monkeypatch.setenv(PASSWORD, server.password)
    address = server.address("断电")
    try:
        corpus = filled(address, 5)
        with open_index(address) as reader:
            with pytest.raises(Unreachable, match="is it running"), reader.writing() as changed:
                changed.remove("00.txt")
                servers.stop(server, kill=True)
                changed.remove("01.txt")
            with pytest.raises(Unreachable, match="cannot be asked"):
                reader.passages([1])
            assert not reader.is_current()
        with pytest.raises(Unreachable, match="is it running, and is the address right"):
            open_index(address)
        server = servers.start(base, server.port, server.password)
        with open_index(address) as opened:
            assert set(opened.sources()) == set(corpus.pages)
            assert opened.check() == []
    finally:
        servers.stop(server)


def test_a_change_that_a_killed_server_never_ended_is_named_and_the_rest_is_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """seekdb 1.4 keeps the locks of a change for ever where it was killed before the end of it, unless it keeps its buffer to itself."""
    if reason := servers.reason_for_none():
        pytest.skip(f"engine contract: not run: {reason}")
    for module, name, seconds in ((writer, "ROW_WAIT", 2.0), (loading, "INDEX_WAIT", 4.0), (connection, "GRACE", 2)):
        monkeypatch.setattr(module, name, seconds)
    base, settings = tmp_path / "s", servers.SETTINGS[:-1]
    server = servers.start(base, settings=settings)
    monkeypatch.setenv(PASSWORD, server.password)
    address = server.address("没了结")
    try:
        before = filled(address, 4)
        with open_index(address) as opened, pytest.raises(Unreachable), opened.writing() as changed:
            changed.add(*page_of("00.txt", [TEXTS[0] * 1000] * 3), vectors_of(3))
            servers.stop(server, kill=True)
        server = servers.start(base, server.port, server.password, settings)
        with open_index(address) as opened:
            assert (set(opened.sources()), opened.check()) == (set(before.pages), [])
            with pytest.raises(Unwritten, match="still locked, by a change that its server did not end when it was killed"):
                add(opened, "00.txt", ["改过的"])
        with pytest.raises(Unreachable, match=r"has not made an index of .* passages in .* s"):
            rederive(address)
        assert copy_index(address, tmp_path / "复制").pages == 4
    finally:
        servers.stop(server, kill=True)


def test_what_a_server_refuses_is_one_line_without_the_password(cluster: Server, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoIndex, match="no index in oceanbase"):
        open_index(address)
    with pytest.raises(NoIndex):
        open_index(cluster.address("一", database="没有这个库"))
    assert model_at(cluster.address("一", database="没有这个库")) is None
    monkeypatch.setenv(PASSWORD, "wrong-secret")
    with pytest.raises(BadInput, match="refuses root") as refused:
        open_index(address)
    assert "wrong-secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_password_may_come_from_a_file(cluster: Server, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(address, 1)
    monkeypatch.delenv(PASSWORD)
    file = tmp_path / "密码"
    file.write_text(f"{cluster.password}\r\n", "utf-8")
    with open_index(f"{address}?password_file={file}") as opened:
        assert len(opened) > 0


def test_a_password_may_be_chinese_and_who_only_reads_needs_one_right(
    cluster: Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(address, 1)
    run(address, "CREATE USER reader IDENTIFIED BY '密码一'")
    run(address, "GRANT SELECT ON qianli.* TO reader")
    monkeypatch.setenv(PASSWORD, "密码一")
    with open_index(address.replace("root@", "reader@")) as opened:
        assert len(opened) > 0
        assert opened.check() == []
        with pytest.raises(BadInput, match="refuses reader"), opened.writing():
            pass


def test_certificates_that_cannot_be_read_are_named(address: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read: no such file"):
        open_index(f"{address}?ca={tmp_path}/no.pem")
    (tmp_path / "empty.pem").write_text("no certificate\n")
    with pytest.raises(BadInput, match="cannot be read: no certificate"):
        open_index(f"{address}?ca={tmp_path}/empty.pem")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("oceanbase://host/db/name", "looks like"),
        ("oceanbase://root@host/db", "looks like"),
        ("oceanbase://root@host:port/db/name", "looks like"),
        ("oceanbase://root:secret@host/db/name", "no password belongs"),
        ("oceanbase://root@host/db/name?tls=1", "no option"),
        ("oceanbase://root@host/db/" + "长" * 20, "too long"),
        ("oceanbase://root@10.0.0.1/db/name", "needs a password"),
        ("oceanbase://root@127.0.0.1:1/db/name", "is it running"),
        ("milvus://host/name", "no engine"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_in_one_line(written: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    with pytest.raises((BadInput, Unreachable), match=message) as told:
        open_index(written)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_another_server_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(address, 1)
    monkeypatch.setattr(connection, "OLDEST", (99, 0))
    with pytest.raises(BadInput, match=r"an index needs OceanBase 99\.0 or later"):
        open_index(address)


def test_a_statement_that_takes_too_long_is_told(address: str) -> None:
    filled(address, 1)
    opened = connection.connect(parsed(address), wait=0.5)
    with pytest.raises(Unreachable, match=r"took too long|cannot be asked"):
        opened.rows("SELECT SLEEP(3), COUNT(*) FROM qianli_state a, qianli_state b, qianli_state c")
    opened.close()


@pytest.mark.parametrize("number", connection.FULL)
def test_a_full_server_is_one_line_and_nothing_changes(number: int, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The errors are OceanBase's; no server was filled for this."""
    pymysql = pytest.importorskip("pymysql")
    corpus = filled(address, 2)

    def full(*given: object) -> None:
        raise pymysql.err.OperationalError(number, "no room for this")

    with open_index(address) as opened:
        monkeypatch.setattr(pymysql.cursors.Cursor, "executemany", full)
        with pytest.raises(Unwritten, match=r"^the server of .* has no room: no room for this; the last good state stays, [^\n]*$"):
            add(opened, "新.txt", ["新的一页"])
        monkeypatch.undo()
        assert (set(opened.sources()), opened.check()) == (set(corpus.pages), [])


def test_what_the_server_does_not_find_is_not_committed(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = filled(address, 3)
    monkeypatch.setattr(changes.Changes, "is_found", lambda self, key: False)
    with open_index(address) as opened:
        with pytest.raises(Exception, match="does not find what was written"):
            add(opened, "neu.txt", TEXTS[:2])
        monkeypatch.undo()
        assert set(opened.sources()) == set(corpus.pages)


def test_the_size_on_disk_is_that_of_the_tables_of_one_index(cluster: Server) -> None:
    small, large = (cluster.address(f"size-{next(NUMBERS)}") for _ in range(2))
    filled(small, 1)
    filled(large, 20)
    run(small, "ALTER SYSTEM MINOR FREEZE")  # else all of it is in memory still
    with open_index(small) as one, open_index(large) as other:
        until = time.monotonic() + 60
        while not (0 < one.facts().get("bytes", 0) < other.facts().get("bytes", 0)):
            assert time.monotonic() < until, (one.facts(), other.facts())
            time.sleep(0.5)
