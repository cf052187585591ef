"""`qianli articles` on files and folders: it prints and writes how pages were read, and one bad page stops no other."""

import json
from pathlib import Path

import pytest

from index.corrections.sidecar import sidecar_of
from search.cli.app import run
from tests.conftest import SEEDS
from tests.corrections.test_sidecar import TEXT, path, written

__all__ = ["path"]  # a fixture


def qianli(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_edit_writes_a_sidecar_that_the_next_reading_follows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page, beside = tmp_path / "页.txt", tmp_path / "页.txt.articles.json"
    page.write_bytes((SEEDS / "002_2b72efd8dd5a418b.txt").read_bytes())
    before = qianli(capsys, "articles", page, "--json")
    code, out, err = qianli(capsys, "articles", page, "--edit")
    assert (code, out) == (0, "")
    assert err == f"wrote {beside}; edit it, then look at it with: qianli articles {page}\n"
    assert qianli(capsys, "articles", page, "--json") == (0, before[1], "页.txt is read as 页.txt.articles.json says\n")
    code, out, err = qianli(capsys, "articles", page, "--edit")
    assert (code, out) == (0, "")
    assert err == f"left {beside} as it is; edit it, or remove it to begin anew\n"
    beside.write_text(beside.read_text("utf-8").replace("[[9, 9]]", "[[9, 999]]"), "utf-8")
    code, out, err = qianli(capsys, "articles", page)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "页.txt.articles.json, article 1, paragraph 1: there are no lines 9-999" in err
    _, _, err = qianli(capsys, "index", page, "--index", tmp_path / "ix")
    assert "skipped 页.txt: 页.txt.articles.json, article 1, paragraph 1: there are no lines 9-999" in err


def test_edit_writes_missing_sidecars_and_goes_on_after_a_page_that_cannot_be_read(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    folder = path.parent
    (folder / "二.txt").write_text(TEXT, "utf-8")
    written(folder / "二.txt", [{}])
    (folder / "三.md").write_text(TEXT, "utf-8")
    (folder / "图.png").write_bytes(b"\x89PNG\r\n")
    (folder / "空.txt").write_text("\n", "utf-8")
    code, out, err = qianli(capsys, "articles", folder, "--edit")
    assert (code, out) == (0, "")
    assert [line.split()[0] for line in err.splitlines()] == ["wrote", "wrote", "left", "skipped", "skipped"]
    assert sidecar_of(folder / "二.txt").read_text("utf-8") == "[{}]"
    assert sidecar_of(folder / "三.md").is_file()
    sidecar_of(path).unlink()
    (folder / "〇.txt").write_bytes(b"\x00\xff\x00\x01" * 99)
    code, out, err = qianli(capsys, "articles", folder / "没有.txt", folder, "--edit", "-q")
    assert (code, out, sidecar_of(path).is_file()) == (2, "", True)
    assert [line.split(":")[0] for line in err.splitlines()] == ["qianli", "skipped 〇.txt"]


def test_one_sidecar_that_cannot_be_followed_stops_no_other_page(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    (path.parent / "二.txt").write_text(TEXT, "utf-8")
    written(path, "[{")
    code, out, err = qianli(capsys, "articles", path.parent)
    assert (code, out.count("《小区充电难题》")) == (2, 1)
    assert err.splitlines() == [
        "qianli: 一.txt.articles.json: no JSON at line 1, column 3 (expecting property name enclosed in double quotes);"
        " correct it, or remove the file",
        "1 page, 2 articles, 3 paragraphs, 0 doubts",
    ]


def test_each_page_is_named_and_several_pages_are_counted_at_the_end(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    (path.parent / "二.txt").write_text("近日，社区建成了二十处集中充电点，居民都说好。\n", "utf-8")
    code, out, err = qianli(capsys, "articles", path.parent)
    assert code == 0
    assert [line for line in out.splitlines() if line.endswith(".txt")] == ["一.txt", "二.txt"]
    assert err == "2 pages, 3 articles, 4 paragraphs, 1 doubt\n"
    assert qianli(capsys, "articles", path.parent, "-q")[2] == ""
    assert qianli(capsys, "articles", path.parent, "--json")[2] == ""
    assert qianli(capsys, "articles", path.parent / "二.txt")[2] == ""
    assert qianli(capsys, "articles", path, path.parent, "--json")[1].count("\n") == 3  # each page once


def test_a_section_is_printed_in_full_where_it_stands_and_shortened_above_each_article(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = qianli(capsys, "articles", SEEDS / "003_8a2bd877bb588409.txt")
    assert (code, out.count("\n    section 3: 随着"), out.count("\n    section: 随着")) == (0, 1, 5)
    assert "…\n" in out
    _, out, _ = qianli(capsys, "articles", SEEDS / "002_2b72efd8dd5a418b.txt", "--json")
    assert {json.loads(line)["section"] for line in out.splitlines()} == {"杭州 增民生福祉 书发展答卷"}
