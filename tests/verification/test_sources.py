"""The source of a citation is looked for in the named folders and where the index read it, and nowhere else."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from index.document import Page
from index.engine.protocol import Source
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles
from search.cli.app import run
from search.verification.claims import Claim, claim_of
from search.verification.sources import Sources
from search.verification.verify import verify
from tests.verification.test_verify import STORY, claims, indexed, written

__all__ = ["indexed"]


def test_results_are_checked_without_an_index(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = written(indexed / "r.jsonl", claims(STORY))
    shutil.rmtree(indexed / ".qianli")
    for arguments in (["r.jsonl"], ["--root", "pages", "r.jsonl"], ["--root", "pages", "--root", ".", str(results)]):
        assert run(["verify", *arguments]) == 0
        assert capsys.readouterr().out == "2 citations: 2 ok\n"


def test_an_index_knows_where_its_sources_lie(indexed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere := indexed / "elsewhere").mkdir()
    monkeypatch.chdir(elsewhere)
    assert run(["verify"]) == 0
    assert run(["verify", "a.txt:5", claims(STORY)[1].id[:8]]) == 0
    assert capsys.readouterr().out == "2 citations: 2 ok\n" * 2


def test_among_files_of_one_name_the_one_with_the_cited_digest_is_read(tmp_path: Path) -> None:
    for folder, text in (("one", "另一篇。\n"), ("two", STORY)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(text, "utf-8")
    made = read(tmp_path / "two" / "a.txt", "a.txt")
    assert isinstance(made, Page)
    claim = claim_of(next(passages_of(made, articles(made))))
    assert [verdict.status for verdict in verify([claim], Sources([tmp_path], {}))] == ["ok"]
    assert [verdict.status for verdict in verify([claim._replace(source="two/a.txt")], Sources([tmp_path], {}))] == ["ok"]
    assert [verdict.status for verdict in verify([claim._replace(source="two/a.txt")], Sources([tmp_path / "two"], {}))] == ["ok"]


def test_a_copy_elsewhere_does_not_replace_the_source_that_was_indexed(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (indexed / "pages" / "a.txt").rename(indexed / "a.txt")
    assert run(["verify"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 citations: 0 ok, 2 missing"


@pytest.mark.parametrize(
    "source", ["../a.txt", "/etc/passwd", "b/../../a.txt", "link.txt", "a.txt\0", "x" * 5000, "", "./a.txt", ".", "no/a.txt"]
)
def test_no_name_leads_out_of_the_folder(source: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    (folder := tmp_path / "in").mkdir()
    (folder / "b").mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "a.txt")
    claim = claims(STORY)[0]._replace(source=source)
    assert [verdict.status for verdict in verify([claim], Sources([folder], {}))] == ["missing"]


def test_names_in_another_unicode_form_on_the_disk_are_found(tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301").mkdir()
    (tmp_path / "cafe\u0301" / "报.txt").write_text(STORY, "utf-8")
    claim = claims(STORY)[0]._replace(source="caf\u00e9/报.txt")
    assert [verdict.status for verdict in verify([claim], Sources([tmp_path], {}))] == ["ok"]


def test_each_file_is_read_once_whatever_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("search.verification.sources.read", lambda path, source: opened.append(source) or read(path, source))
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(STORY, "utf-8")
    repeated = [claim._replace(source=f"{name}.txt") for _ in range(500) for claim in claims(STORY) for name in "abc"]
    assert {verdict.status for verdict in verify(repeated, Sources([tmp_path], {}))} == {"ok"}
    assert sorted(opened) == ["a.txt", "b.txt", "c.txt"]


def test_pages_are_dropped_where_memory_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.verification.sources.MOST_CHARACTERS", 2 * len(STORY))
    for name in range(9):
        (tmp_path / f"{name}.txt").write_text(STORY, "utf-8")
    sources = Sources([tmp_path], {})
    repeated = [claim._replace(source=f"{name}.txt") for _ in range(2) for name in range(9) for claim in claims(STORY)]
    assert {verdict.status for verdict in verify(repeated, sources)} == {"ok"}
    assert len(sources._pages) == 2


def test_a_file_of_the_cited_name_is_read_although_an_indexed_one_has_the_cited_digest(tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_text("今年装了九台电梯，大家满意。\n", "utf-8")
    (tmp_path / "indexed.txt").write_text("今年装了八台电梯，大家满意。\n", "utf-8")
    digest = sha256((tmp_path / "indexed.txt").read_bytes()).hexdigest()
    indexed = Source("pages/indexed.txt", tmp_path / "indexed.txt", 1, 1, digest)
    sources = Sources([tmp_path], {indexed.source: indexed})
    claim = Claim("", "copy.txt", ((1, 1),), "今年装了八台电梯，大家满意。", digest)
    assert [verdict.status for verdict in verify([claim], sources)] == ["altered"]
    (tmp_path / "copy.txt").unlink()  # now it can only have been renamed
    assert [verdict.status for verdict in verify([claim], Sources([tmp_path], {indexed.source: indexed}))] == ["ok"]
