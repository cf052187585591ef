"""Where the source of a citation lies: in the folders that are named, where the index read it, and nowhere else."""

import shutil
from pathlib import Path

import pytest

from index.document import Page
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles
from search.cli.app import run
from search.verification.claims import claim_of
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


def test_with_an_index_nothing_needs_to_be_said(indexed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere := indexed / "elsewhere").mkdir()
    monkeypatch.chdir(elsewhere)
    assert run(["verify"]) == 0
    assert run(["verify", "a.txt:5", claims(STORY)[1].id[:8]]) == 0
    assert capsys.readouterr().out == "2 citations: 2 ok\n" * 2


def test_of_several_files_of_one_name_the_one_with_the_digest_is_meant(tmp_path: Path) -> None:
    for folder, text in (("one", "另一篇。\n"), ("two", STORY)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(text, "utf-8")
    made = read(tmp_path / "two" / "a.txt", "a.txt")
    assert isinstance(made, Page)
    claim = claim_of(next(passages_of(made, articles(made))))
    assert [each.status for each in verify([claim], Sources([tmp_path], {}))] == ["ok"]
    assert [each.status for each in verify([claim._replace(source="two/a.txt")], Sources([tmp_path], {}))] == ["ok"]
    assert [each.status for each in verify([claim._replace(source="two/a.txt")], Sources([tmp_path / "two"], {}))] == ["ok"]


def test_a_copy_elsewhere_does_not_stand_in_for_the_source_that_was_indexed(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
    assert [each.status for each in verify([claim], Sources([folder], {}))] == ["missing"]


def test_names_that_are_written_otherwise_on_the_disk_are_found(tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301").mkdir()
    (tmp_path / "cafe\u0301" / "报.txt").write_text(STORY, "utf-8")
    claim = claims(STORY)[0]._replace(source="caf\u00e9/报.txt")
    assert [each.status for each in verify([claim], Sources([tmp_path], {}))] == ["ok"]


def test_each_file_is_read_once_whatever_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("search.verification.sources.read", lambda path, source: opened.append(source) or read(path, source))
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(STORY, "utf-8")
    its = [claim._replace(source=f"{name}.txt") for _ in range(500) for claim in claims(STORY) for name in "abc"]
    assert {each.status for each in verify(its, Sources([tmp_path], {}))} == {"ok"}
    assert sorted(opened) == ["a.txt", "b.txt", "c.txt"]


def test_pages_are_let_go_where_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.verification.sources.MOST_CHARACTERS", 2 * len(STORY))
    for name in range(9):
        (tmp_path / f"{name}.txt").write_text(STORY, "utf-8")
    sources = Sources([tmp_path], {})
    its = [claim._replace(source=f"{name}.txt") for _ in range(2) for name in range(9) for claim in claims(STORY)]
    assert {each.status for each in verify(its, sources)} == {"ok"}
    assert len(sources._pages) == 2
