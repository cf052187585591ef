"""Citations are ok, moved, altered or missing, by the sources and the results alone."""

import json
import os
import random
from pathlib import Path

import pytest

from index.corrections.sidecar import read_articles
from index.document import Page
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.files.reader import read
from index.indexing import build
from index.passages import passages_of
from index.segmentation.articles import articles
from search.cli.app import run
from search.output.verdicts import difference_line
from search.verification.claims import Claim, claim_of
from search.verification.diff import LONGEST_DIFF, difference, share_kept
from search.verification.sources import SourcePage, Sources
from search.verification.verify import Verdict, verify
from tests.conftest import SEEDS
from tests.generated.pages import PROFILES, page
from tests.toy import ToyEncoder

STORY = "# 楼道充电\n张三 李四\n\n居民反映电动车进楼道。\n社区装了集中充电棚，\n今年没有再起火。\n\n街道说，不同意拆除车棚。\n"


def claims(text: str, source: str = "a.txt") -> list[Claim]:
    made = Page(source, text, "0" * 64, "utf-8")
    return [claim_of(passage) for passage in passages_of(made, articles(made))]


def verdict_on(claim: Claim, folder: Path, text: str) -> Verdict:
    (folder / claim.source).write_text(text, "utf-8")
    return next(verify([claim], Sources([folder], {})))


def written(path: Path, cited: list[Claim]) -> Path:
    hits = [
        {"text": claim.text, "citation": {"id": claim.id, "source": claim.source, "lines": claim.lines, "sha256": claim.sha256}}
        for claim in cited
    ]
    path.write_text("".join(json.dumps({"schema": "qianli.result.v1", "hits": [hit]}, ensure_ascii=False) + "\n" for hit in hits), "utf-8")
    return path


@pytest.fixture
def indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `pages` with one page and an index of it, made in the current folder, which is returned."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text(STORY, "utf-8")
    with open_index(tmp_path / ".qianli", create=model_of(ToyEncoder())) as index:
        build([tmp_path / "pages"], index, ToyEncoder())
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ---- every passage is where its citation says ---------------------------------------------------------------------------------------


def test_every_seed_passage_is_ok_without_asking_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SourcePage, "readings", property(lambda page: pytest.fail("the reader was asked about its own reading")))
    for path in sorted(SEEDS.glob("*.txt")):
        made = read(path, path.name)
        assert isinstance(made, Page)
        cited = [claim_of(passage) for passage in passages_of(made, articles(made))]
        assert {verdict.status for verdict in verify(cited, Sources([SEEDS], {}))} == {"ok"}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_passage_of_a_generated_page_is_ok(profile: str, tmp_path: Path) -> None:
    for seed in range(3):
        path = tmp_path / f"{seed}.txt"
        path.write_text(page(profile, seed)[0], "utf-8", newline="\n")
        made = read(path, path.name)
        assert isinstance(made, Page)
        cited = [claim_of(passage) for passage in passages_of(made, articles(made))]
        assert {verdict.status for verdict in verify(cited, Sources([tmp_path], {}))} == {"ok"}, (profile, seed)


def test_parts_of_a_paragraph_without_a_single_mark_are_ok(tmp_path: Path) -> None:
    text = "社区居民治理服务街道工作" * 150
    cited = claims(text)
    assert len(cited) > 3
    (tmp_path / "a.txt").write_text(text, "utf-8")
    assert {verdict.status for verdict in verify(cited, Sources([tmp_path], {}))} == {"ok"}
    nameless = [claim._replace(id="") for claim in cited]
    assert {verdict.status for verdict in verify(nameless, Sources([tmp_path], {}))} == {"ok"}  # the reader says so


def test_a_paragraph_that_a_sidecar_joins_is_ok(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("一号楼装了电梯乱入的话二号楼没有装\n\n三号楼等着装。\n", "utf-8")
    (tmp_path / "a.txt.articles.json").write_text(
        json.dumps([{"title": "电梯", "paragraphs": [{"lines": [[3, 3], [1, 1]], "text": ["三号楼等着装。", "二号楼没有"]}]}]), "utf-8"
    )
    made = read(path, "a.txt")
    assert isinstance(made, Page)
    cited = [claim_of(passage) for passage in passages_of(made, read_articles(made, path))]
    assert [claim.text for claim in cited] == ["三号楼等着装。二号楼没有"]
    assert [verdict.status for verdict in verify(cited, Sources([tmp_path], {}))] == ["ok"]


@pytest.mark.parametrize(
    ("encoding", "ends"), [("gb18030", "\r\n"), ("utf-8-sig", "\n"), ("utf-16", "\r\n"), ("utf-16-le", "\r"), ("big5", "\n")]
)
def test_lines_are_counted_as_when_indexing_in_every_encoding(encoding: str, ends: str, tmp_path: Path) -> None:
    text = "居民區的電動車\x0c進了樓道。\n\n\n社區請來了專業的公司，在小區門口裝了一個大家都能用的充電棚，\n今年沒有再起火，大家都說好。\n"
    (tmp_path / "a.txt").write_bytes(text.replace("\n", ends).encode(encoding))
    made = read(tmp_path / "a.txt", "a.txt")
    assert isinstance(made, Page)
    cited = [claim_of(passage) for passage in passages_of(made, articles(made))]
    assert [claim.lines for claim in cited] == [((1, 1),), ((4, 5),)]
    assert {verdict.status for verdict in verify(cited, Sources([tmp_path], {}))} == {"ok"}


# ---- changes are detected -----------------------------------------------------------------------------------------------------------


def test_lines_above_move_a_citation(tmp_path: Path) -> None:
    for claim in claims(STORY):
        verdict = verdict_on(claim, tmp_path, "通知。\n\n" + STORY)
        assert (verdict.status, verdict.now) == ("moved", tuple((a + 2, b + 2) for a, b in claim.lines))


def test_a_paragraph_in_two_pieces_moves_with_both(tmp_path: Path) -> None:
    first = "近日，多名居民反映，有人把电动车推进楼道充电，既堵住了消防通道，又有起火的危险，社区为此在小区的东门旁边安"
    text = f"{first}\n图为充电棚。（王五 摄）\n装了集中充电棚，今年没有再起火。\n"
    whole, _ = claims(text)
    assert whole.lines == ((1, 1), (3, 3))
    verdict = verdict_on(whole, tmp_path, "通知。\n" + text)
    assert (verdict.status, verdict.now) == ("moved", ((2, 2), (4, 4)))


def test_lines_that_hold_more_or_less_than_the_passage_are_not_its_citation(tmp_path: Path) -> None:
    first, second = claims(STORY)
    assert [verdict_on(claim, tmp_path, STORY).status for claim in (first, second)] == ["ok", "ok"]
    for wrong in (((4, 8),), ((4, 5),), ((1, 1),), ((900, 901),), ((4, 6), (8, 8)), ((1, 2**40),)):
        verdict = verdict_on(first._replace(lines=wrong), tmp_path, STORY)
        assert (verdict.status, verdict.now) == ("moved", ((4, 6),)), wrong


@pytest.mark.parametrize("seed", range(60))
def test_any_changed_character_is_detected_and_shown(seed: int, tmp_path: Path) -> None:
    generator = random.Random(seed)
    text, _ = page(generator.choice(PROFILES), seed)
    (tmp_path / "a.txt").write_text(text, "utf-8", newline="\n")
    made = read(tmp_path / "a.txt", "a.txt")  # some of these pages are HTML, whatever their name
    assert isinstance(made, Page)
    read_here = [claim_of(passage) for passage in passages_of(made, articles(made))]
    claim = generator.choice([claim for claim in read_here if len(claim.text) >= 12])
    position = generator.choice([number for number, character in enumerate(claim.text) if character.isalnum()])
    said = claim.text[:position] + generator.choice("甲乙丙") + claim.text[position + generator.choice((0, 1)) :]
    verdict = verdict_on(claim._replace(text=said), tmp_path, text)
    assert verdict.status == "altered" and verdict.diff
    assert "".join(part for sign, part in verdict.diff if sign in "=-") == said
    there = "".join("".join(part for sign, part in verdict.diff if sign in "=+").split())
    assert there == "".join(claim.text.split())  # what stands there is what was read there
    assert verdict.now == claim.lines


def test_a_cut_quotation_is_altered_although_the_page_holds_its_characters(tmp_path: Path) -> None:
    _, claim = claims(STORY)
    assert claim.text == "街道说，不同意拆除车棚。"
    verdict = verdict_on(claim._replace(text="同意拆除车棚。"), tmp_path, STORY)
    assert verdict.status == "altered" and verdict.diff
    assert difference_line(verdict.diff) == "{+不+}同意拆除车棚。"


def test_blanks_between_latin_words_and_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    text = "The therapist is now here with 12 30 people of the office.\n"
    (claim,) = claims(text)
    assert verdict_on(claim, tmp_path, text).status == "ok"
    for said in ("the rapist", "nowhere", "1230"):
        altered = claim.text.replace({"the rapist": "therapist", "nowhere": "now here", "1230": "12 30"}[said], said)
        assert verdict_on(claim._replace(text=altered), tmp_path, text).status == "altered"


def test_an_equal_digest_does_not_save_a_citation_that_was_wrong_from_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    made = read(tmp_path / "a.txt", "a.txt")
    assert isinstance(made, Page)
    claim = claim_of(next(passages_of(made, articles(made))))
    (verdict,) = verify([claim._replace(text="居民反映电动车没有进楼道。社区装了集中充电棚，今年没有再起火。")], Sources([tmp_path], {}))
    assert (verdict.status, verdict.source_status) == ("altered", "unchanged")


def test_a_missing_text_or_file_has_its_reason(tmp_path: Path) -> None:
    claim, _ = claims(STORY)
    assert next(verify([claim], Sources([tmp_path], {}))).reason == "there is no such file"
    verdict = verdict_on(claim, tmp_path, "关于河道清淤的通知：下周三开始施工，请沿线商户配合。\n")
    assert (verdict.status, verdict.reason) == ("missing", "its text does not stand in the source any more")
    (tmp_path / "a.txt").write_bytes(b"GIF89a\n")
    assert next(verify([claim], Sources([tmp_path], {}))).reason == "not text: a GIF picture"


# ---- differences --------------------------------------------------------------------------------------------------------------------


def test_a_difference_compares_characters_of_chinese_and_words_of_latin() -> None:
    assert difference_line(difference("共投入120万元，小区有e-bike充电桩。", "共投入210万元，小区有电动车充电桩。")) == (
        "共投入[-120-]{+210+}万元，小区有[-e-bike-]{+电动车+}充电桩。"
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_difference_makes_up_both_texts(seed: int) -> None:
    generator = random.Random(seed)
    old, new = ("".join(generator.choice("甲乙丙 ab1，") for _ in range(generator.randrange(60))) for _ in "ab")
    pieces = difference(old, new)
    assert "".join(part for sign, part in pieces if sign in "=-") == old
    assert "".join(part for sign, part in pieces if sign in "=+") == new
    assert 0 <= share_kept(pieces) <= 1


def test_texts_too_long_to_compare_differ_between_their_common_ends() -> None:
    long = "甲乙" * LONGEST_DIFF
    assert difference(f"头{long}尾", f"头{long[::-1]}尾") == [("=", "头"), ("-", long), ("+", long[::-1]), ("=", "尾")]


# ---- the command --------------------------------------------------------------------------------------------------------------------


def test_the_command_prints_what_is_not_ok_and_exits_1(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = written(indexed / "r.jsonl", claims(STORY))
    (indexed / "pages" / "a.txt").write_text("通知。\n" + STORY.replace("不同意", "同意"), "utf-8")
    assert run(["verify", str(results)]) == 1
    first, second = claims(STORY)
    assert capsys.readouterr().out.splitlines() == [
        f"moved    a.txt:4-6 ({first.id}) now at 5-7",
        f"altered  a.txt:8 ({second.id}) now at 9 街道说，[-不-]同意拆除车棚。",
        "2 citations: 0 ok, 1 moved, 1 altered",
    ]


def test_json_has_one_object_a_citation(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = written(indexed / "r.jsonl", claims(STORY))
    (indexed / "pages" / "a.txt").write_text("通知。\n" + STORY.replace("不同意", "同意"), "utf-8")
    assert run(["verify", str(results), "--json"]) == 1
    out, err = capsys.readouterr()
    first, second = (json.loads(line) for line in out.splitlines())
    assert err == "2 citations: 0 ok, 1 moved, 1 altered\n"
    assert first == {
        "schema": "qianli.verified.v1", "id": claims(STORY)[0].id, "source": "a.txt", "lines": [[4, 6]], "status": "moved",
        "now": [[5, 7]], "now_at": None, "diff": None, "source_status": "changed", "reason": None, "question": None,
    }  # fmt: skip
    assert second["diff"] == [["=", "街道说，"], ["-", "不"], ["=", "同意拆除车棚。"]]


def test_what_search_and_show_print_can_be_verified_from_a_pipe(
    seeds_index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QIANLI_INDEX", str(seeds_index))
    for command in (["search", "电动车充电", "--json"], ["show", "000_1e2b8c975dd70d3e.txt:37", "--json"]):
        assert run(command) == 0
        path = tmp_path / "r.jsonl"
        path.write_text(capsys.readouterr().out, "utf-8")
        with path.open() as file:
            monkeypatch.setattr("sys.stdin", file)
            assert run(["verify", "-"]) == 0
        assert capsys.readouterr().out.endswith(" ok\n")


def test_lines_that_are_no_results_are_named_and_the_rest_is_checked(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = written(indexed / "r.jsonl", claims(STORY))
    good = results.read_text("utf-8")
    asked = '{"schema": "qianli.result.v1", "id": "q1", "query": "", "error": "the question is empty"}\n'
    results.write_text(asked + good, "utf-8")
    assert run(["verify", "r.jsonl"]) == 0  # nothing was cited there
    out, err = capsys.readouterr()
    assert (out, err) == ("2 citations: 2 ok\n", "qianli: r.jsonl, line 1: was not asked: the question is empty\n")
    for bad in ("no json", "[]", "3", '{"a": 1}', "[" * 100_000, '{"hits": [{"text": "", "citation": {}}]}', '{"hits": [1]}', "9" * 10_000):
        results.write_text(f"{bad}\n{good}", "utf-8")
        assert run(["verify", "r.jsonl"]) == 1
        out, err = capsys.readouterr()
        assert out == "2 citations: 2 ok, 1 unreadable\n"
        assert err.startswith("qianli: r.jsonl, line 1") and err.count("\n") == 1


@pytest.mark.parametrize(
    "lines", [[[0, 1]], [[2, 1]], [["1", "2"]], [[1]], [[True, True]], [], None, [[1, 10**30]], [[1.0, 2.0]], {"1": 2}]
)
def test_malformed_line_ranges_are_refused(lines: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.jsonl").write_text(json.dumps({"text": "字。", "citation": {"source": "a.txt", "lines": lines}}), "utf-8")
    assert run(["verify", str(tmp_path / "r.jsonl")]) == 1
    assert "no citation" in capsys.readouterr().err


def test_a_result_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(STORY * 9 + "\x1b]0;owned\x07改了标题的一行。\n", "utf-8")
    evil = [Claim("\x1b[2J", "\x1b[31m\u202e.txt", ((1, 1),), "字。"), Claim("", "a.txt", ((73, 73),), "\x1b]0;owned\x07改了题目的一行。")]
    assert run(["verify", str(written(tmp_path / "r.jsonl", evil))]) == 1
    out, err = capsys.readouterr()
    assert not set("\x1b\x07\u202e") & set(out + err)
    assert "altered" in out and "missing" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.jsonl"], "nothing.jsonl cannot be read: no such file or directory; name a file with results"),
        (["."], ". cannot be read: is a directory; name a file with results"),
        (["abcdef"], "no passage abcdef in this index"),
        (["--root", "nothing", "a.txt:4"], "nothing: there is no such folder"),
    ],
)
def test_an_error_is_one_line(arguments: list[str], said: str, indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"qianli: {said}") and err.count("\n") == 1


def test_the_lines_of_a_verdict_are_those_of_a_citation(tmp_path: Path) -> None:
    """A passage in three pieces over blank lines: the ranges are joined as everywhere else."""
    text = "甲乙丙，\n\n丁戊己，\n图为甲。（王五 摄）\n庚辛。\n"
    moved = verdict_on(claims(text)[0]._replace(lines=((99, 99),)), tmp_path, text)
    assert moved.now == claims(text)[0].lines


# ---- a passage survives its source ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("become", "said"), [("changed", "has changed since"), ("missing", "is not there any more"), ("unchanged", "")])
def test_show_reports_a_changed_source_and_still_shows_the_passage(
    become: str, said: str, indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = indexed / "pages" / "a.txt"
    if become == "missing":
        path.unlink()
    if become == "changed":  # as many bytes as before, at the same time
        before = path.stat()
        path.write_text(STORY.replace("不同意", "都同意"), "utf-8")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert run(["show", "a.txt:8"]) == 0
    out, err = capsys.readouterr()
    assert "> 8        街道说，不同意拆除车棚。" in out
    assert (said in err and err.count("\n") == 1) if said else not err
    assert run(["show", "a.txt:8", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["source_status"] == become
