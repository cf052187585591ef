"""Odd and hostile files, names and questions: nothing stops, nothing hangs, nothing is lost without a word, nothing steers the terminal."""

import json
import os
import random
import subprocess
import unicodedata
from pathlib import Path

import pytest

from index.documents.extracted import MOST_LINES
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.files.content import LARGEST_FILE, Skipped
from index.files.discover import File, clean, find
from index.files.reader import read
from index.indexing import IndexReport, Progress, build
from index.passages import passages_of
from index.segmentation.articles import articles
from search.cli.app import run
from search.output.formats import FORMATS
from search.output.index_report import report_lines
from search.output.json_lines import STEERING, json_line
from search.output.text import text_lines
from search.searcher import Searcher
from search.verification.claims import claim_of
from search.verification.sources import Sources
from search.verification.verify import verify
from tests.toy import ToyEncoder

TEXT = "居民反映电动车进楼道，社区装了集中充电棚，今年没有再起火。\n" * 3
STEERS = frozenset(map(chr, (*range(9), *range(11, 32), *STEERING)))
EVIL = "\x1b]0;owned\x07\x1b[2J\u202e\u2066\x9b31m"
NAMES: list[str | bytes] = [
    *("a\nb.txt", "a\"b'c`d$(e).txt", "报" * 83 + ".txt", "x" * 251 + ".txt", "~.txt", "-rf.txt", "%s{0}.txt", "a;b|c&.txt"),
    *("'; DROP TABLE files;--.txt", "\u202etxt.exe.txt", f"{EVIL}.txt", "caf\u00e9.txt", "cafe\u0301.txt", "路径 有 空格.txt"),
    *("é".encode("latin-1") + b".txt", b"\xff\xfe.txt", b"\xff\xff.txt"),
]
CONTENTS = {
    "empty.txt": b"",
    "one.txt": "字".encode(),
    "dot.txt": b".",
    "blank.txt": " \n\u3000\ufeff\u200b".encode(),
    "nul.txt": (TEXT + "甲\x00乙\n").encode(),
    "nuls.txt": b"\x00" * 999,
    "windows.txt": TEXT.replace("\n", "\r\n").encode("gb18030"),
    "wide.txt": TEXT.encode("utf-16-le"),
    "marked.txt": TEXT.encode("utf-16"),
    "cut.txt": TEXT.encode("utf-16")[:-1],
    "invalid.txt": TEXT.encode() + b"\xff",
    "mixed.txt": TEXT.encode() + TEXT.encode("gb18030"),
    "evil.txt": (TEXT * 9 + f"标题{EVIL}结束的一段话在这里。\n").encode(),
    "noise.txt": random.Random(1).randbytes(5000),
    "front.md": ("---\ntitle: 题\n" + "k: v\n" * 200_000 + "---\n" + TEXT).encode(),
    "open.md": b"---\ntitle: x\n" + TEXT.encode(),
    "fence.md": ("```\n" * 3 + TEXT).encode(),
    "marks.md": ("#" * 5000 + " " + TEXT + "*" * 5000 + "[" * 5000 + "<" * 5000).encode(),
    "quotes.txt": ("“" * 20_000 + "（" * 20_000 + "\n").encode(),
    "line.txt": ("社区居民治理服务街道工作" * 30_000).encode(),
    "formula.txt": "=cmd|' /C calc'!A0，这是一段表格公式开头的文字。\n".encode(),
}
QUESTIONS = [
    *("停车 AND (OR NOT", "text:停车", '"停车', "停车~2^5", "key:[1 TO 9]", "*", "??", "\\", "+停 -车", "/停.*/", 'heading:"x" || y'),
    *("停车' OR '1'='1", "'; DROP TABLE passages;--", "%", "_", "\x00停车\x00", f"停车{EVIL}", "停\ud800车", "\u200b停车", "𠮷" * 50),
    *("停" * 400_000, "a " * 500_000, "停车\n" * 9, "🚗" * 99, "ﷺ" * 99, "=1+1 停车", "\ufeff停车", "停\u0301" * 500),
]


def make(folder: Path) -> None:
    for name in NAMES:
        (folder / os.fsdecode(name)).write_bytes(TEXT.encode())
    for odd, content in CONTENTS.items():
        (folder / odd).write_bytes(content)
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "out").symlink_to("/", target_is_directory=True)
    (folder / "dir.txt").mkdir()
    (folder / "huge.txt").touch()
    os.truncate(folder / "huge.txt", 2**30)  # no bytes on the disk


Hostile = tuple[Path, Path, IndexReport]  # the index, the folder of hostile files, what indexing them said


def built(place: Path, folder: Path) -> IndexReport:
    with open_index(place, create=model_of(ToyEncoder())) as index:
        return build([folder], index, ToyEncoder())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    base = tmp_path_factory.mktemp("hostile")
    (base / "页").mkdir()
    make(base / "页")
    return base / "ix", base / "页", built(base / "ix", base / "页")


def test_every_file_is_indexed_or_named_with_its_reason(hostile: Hostile) -> None:
    place, folder, report = hostile
    with open_index(place) as index:
        held = {file.path for file in index.sources().values()}
    named = {skipped.source.removeprefix(f"{folder.name}/") for skipped in report.skipped}
    left = [entry for entry in folder.iterdir() if entry not in held and clean(entry.name) not in named and entry.name != "dir.txt"]
    assert left == []
    assert {os.fsdecode(name) for name in NAMES} <= {path.name for path in held}
    unread = "again blank.txt cut.txt empty.txt front.md huge.txt loop.txt mixed.txt noise.txt nuls.txt out pipe.txt zero.txt"
    assert sorted(named) == unread.split()
    assert all(len(skipped.reason) > 4 for skipped in report.skipped)


def test_every_passage_of_them_is_verified_and_none_moves_when_they_are_indexed_again(hostile: Hostile) -> None:
    place, folder, _ = hostile
    with open_index(place) as index:
        found = [*verify((claim_of(passage) for _, passage in index.every_passage()), Sources([], index.sources()))]
        ids = [verdict.claim.id for verdict in found]
    assert [verdict for verdict in found if verdict.status != "ok"] == []
    assert len(set(ids)) == len(ids)
    again = built(place, folder)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)


def test_nothing_of_a_name_or_a_page_steers_the_terminal(hostile: Hostile, capsys: pytest.CaptureFixture[str]) -> None:
    place, folder, report = hostile
    assert not STEERS & set("".join(report_lines(report, {"place": "x", "pages": 1, "articles": 1, "passages": 1})))
    run(["articles", str(folder)])
    run(["articles", str(folder), "--json"])
    run(["info", "--index", str(place), "--json"])
    with open_index(place) as index:
        for source in index.sources():
            run(["show", f"{source}:1", "--index", str(place)])
            run(["show", f"{source}:1", "--index", str(place), "--json"])
    (folder / "evil.txt").rename(folder.parent / "kept")
    run(["verify", "--index", str(place)])
    run(["verify", "--index", str(place), "--json"])
    (folder.parent / "kept").rename(folder / "evil.txt")
    run(["verify", EVIL, "--index", str(place)])
    out, err = capsys.readouterr()
    assert len(out) > 100_000 and "\ufffd" in out
    assert not STEERS & set(out + err)


def test_json_keeps_what_it_escapes() -> None:
    said = {"text": f"甲{EVIL}\u2028乙", "half": "\ud800"}
    assert json.loads(json_line(said)) == said
    assert not STEERS & set(json_line(said)) and "甲" in json_line(said)


def test_a_line_of_a_gigabyte_is_named_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for size in (LARGEST_FILE + 1, 2**30, 2**40):
        path.touch()
        os.truncate(path, size)
        found = read(path, "a.txt")
        assert isinstance(found, Skipped) and f"at most {LARGEST_FILE // 2**20} MB" in found.reason


def test_a_file_of_nothing_but_lines_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a\n" * (MOST_LINES + 1))
    found = read(tmp_path / "a.txt", "a.txt")
    assert isinstance(found, Skipped) and f"{MOST_LINES + 1} lines" in found.reason


def test_folders_deeper_than_pythons_stack_are_walked(tmp_path: Path) -> None:
    deep = tmp_path / "/".join("d" * 1900)
    for depth in range(1, 1901):
        (tmp_path / "/".join("d" * depth)).mkdir()
    (deep / "a.txt").write_text(TEXT, "utf-8")
    try:
        found = list(find([tmp_path / "d"]))
        assert [one.source.count("/") for one in found if isinstance(one, File)] == [1899]
        assert [claim_of(each).lines for each in _passages(found[0])] == [((1, 3),)]
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # Python's own way is recursive


def _passages(found: File | Skipped) -> list[object]:
    assert isinstance(found, File)
    made = read(found.path, found.source)
    assert not isinstance(made, Skipped)
    return [*passages_of(made, articles(made))]


def test_many_files_are_found_in_time_that_grows_with_their_number(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.txt").touch()
        (tmp_path / f"{number}.txt.articles.json").touch()
    assert sum(isinstance(one, File) for one in find([tmp_path])) == 3000


def test_a_file_that_vanishes_or_shuts_while_it_is_indexed_is_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in "abc":
        (tmp_path / "in" / f"{name}.txt").write_text(TEXT, "utf-8")

    def vanish(source: str) -> None:
        if source == "in/b.txt":
            (tmp_path / source).unlink()

    with open_index(tmp_path / "ix", create=model_of(ToyEncoder())) as index:
        report = build([tmp_path / "in"], index, ToyEncoder(), Progress(file=vanish))
        assert [*index.sources()] == ["in/a.txt", "in/c.txt"]
    assert [(each.source, each.reason) for each in report.skipped] == [("in/b.txt", "cannot be read: no such file or directory")]


@pytest.mark.parametrize("odd", ["pipe", "zero", "folder", "deep", "huge", "number", "surrogate", "nul"])
def test_an_odd_sidecar_is_one_line_and_nothing_waits_for_it(odd: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    beside = tmp_path / "a.txt.articles.json"
    if odd == "pipe":
        os.mkfifo(beside)
    elif odd == "zero":
        beside.symlink_to("/dev/zero")
    elif odd == "folder":
        beside.mkdir()
    elif odd == "huge":
        beside.touch()
        os.truncate(beside, 100 * 2**20)
    else:
        contents = {
            "deep": "[" * 10**6,
            "number": "[" + "9" * 10**5 + "]",
            "surrogate": '[{"title": "\\ud800"}]',
            "nul": '[{"title": "\x00"}]',
        }
        beside.write_text(contents[odd], "utf-8")
    assert run(["articles", str(tmp_path / "a.txt")]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("qianli: a.txt.articles.json") and err.count("\n") == 1


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_a_question_is_plain_words_whatever_stands_in_it(question: str, precedents: Searcher) -> None:
    for mode in ("hybrid", "lexical"):
        try:
            result = precedents.search(question, 3, mode=mode, min_score=0)
        except Exception as error:
            assert "the question is empty" in str(error)
            continue
        for form in FORMATS.values():
            assert not STEERS & set("".join(form.lines(result, None)))
        assert not STEERS & set("".join(text_lines(result)))


def test_syntax_of_engines_changes_no_answer(precedents: Searcher) -> None:
    plain = [hit.passage.citation.id for hit in precedents.search("停车", 5, mode="lexical", min_score=0).hits]
    for said in ("(停车)", "停车^9~", "+停车", "*停车*", "停车;--", "'停车'", "[停车]", "停车\x00"):
        assert [hit.passage.citation.id for hit in precedents.search(said, 5, mode="lexical", min_score=0).hits] == plain, said
    assert precedents.search("停车", 5, source="'; DROP TABLE passages;--").hits == []
    assert precedents.search("停车", 5, place="' OR 1=1 --").hits == []


@pytest.mark.parametrize("seed", range(20))
def test_bytes_by_chance_are_read_or_named_and_what_is_read_is_quoted(seed: int, tmp_path: Path) -> None:
    its = random.Random(seed)
    marks = ("#", " ", "|", "（", "。", "“", "字", TEXT[:20], "\x1b[2J", "**", "- ", "---\n", "\u3000", "𠮷", "\u202e", "e\u0301")
    pieces = [b"\n", b"\r", b"\x00", b"\xff", "居民".encode("gb18030"), *(mark.encode() for mark in marks)]
    weights = [its.random() ** 4 for _ in pieces]
    (tmp_path / "a.md").write_bytes(b"".join(its.choices(pieces, weights, k=its.randrange(400))))
    made = read(tmp_path / "a.md", "a.md")
    if isinstance(made, Skipped):
        assert made.reason
        return
    claims = [claim_of(passage) for passage in passages_of(made, articles(made))]
    assert [verdict for verdict in verify(claims, Sources([tmp_path], {})) if verdict.status != "ok"] == []


def test_names_that_differ_only_in_how_they_are_written_stay_apart(hostile: Hostile) -> None:
    place, _, _ = hostile
    with open_index(place) as index:
        alike = [name for name, file in index.sources().items() if unicodedata.normalize("NFC", file.path.name) == "caf\u00e9.txt"]
    assert len(alike) == 2
