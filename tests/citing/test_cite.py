"""`qianli cite` and `search --cite`: results and citations become references and evidence sheets, whole or not at all."""

import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.cli.app import run
from search.pasted import cited_in
from tests.conftest import Command
from tests.toy import ToyEncoder

PAGE = """县城日报 2024年12月6日 星期五 第5版

# 老楼加装电梯
张三 李四

居民反映老楼没有电梯。

社区请人设计，费用按楼层分摊，一楼不出钱。

今年装了九台。
"""
EXPECTED = "[1] 张三, 李四. 老楼加装电梯[N]. 县城日报, 2024-12-06(5).\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a page, an index of it, and answers.jsonl with the answers to three questions; it is the current folder."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a_1.txt").write_text(PAGE, "utf-8")
    monkeypatch.chdir(tmp_path)
    with open_index(tmp_path / ".qianli", create=model_of(ToyEncoder())) as index:
        build([tmp_path / "pages"], index, ToyEncoder())
        hits = [
            {"rank": rank, "score": 0.91 - rank / 100, "text": passage.text, "citation": citation_of(passage.citation)}
            for rank, (_, passage) in enumerate(list(index.every_passage())[1:], 1)
        ]
    answers = [
        {"schema": "qianli.result.v1", "id": "A7", "query": "电梯 *费用*", "found": True, "hits": hits, "columns": {"街道": "城东"}},
        {"schema": "qianli.result.v1", "id": "A8", "query": "没人写过", "found": False, "hits": []},
        {"schema": "qianli.result.v1", "id": "A9", "query": "", "found": False, "hits": [], "error": "the question is empty"},
    ]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in answers), "utf-8")
    return tmp_path


def citation_of(citation: Any) -> dict[str, Any]:
    from search.results import citation_fields

    return citation_fields(citation)


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def paragraphs(path: Path) -> Iterator[tuple[str, str]]:
    docx = import_module("docx")
    for paragraph in docx.Document(path).paragraphs:
        yield paragraph.style.name.removeprefix("qianli "), paragraph.text


# ---- references -----------------------------------------------------------------------------------------------------------------


def test_answers_become_references_and_what_was_not_asked_is_named(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "cite", "answers.jsonl")
    assert (code, out) == (0, EXPECTED)
    assert err == "qianli: the question A9 was not asked, so it cites nothing: the question is empty\n"
    assert said(capsys, "cite", "answers.jsonl", "-q") == (0, EXPECTED, "")


@pytest.mark.parametrize(
    "name", ["a_1.txt:8", "pages/a_1.txt:8,8-8", "《老楼加装电梯》第2段 · 张三 李四 · pages/a_1.txt:8", "— 《老楼》 · `pages/a_1.txt:8`"]
)
def test_a_citation_is_cited_however_it_was_copied(name: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "cite", name) == (0, EXPECTED, "")
    code, out, _ = said(capsys, "show", name)
    assert code == 0
    assert "社区请人设计" in out


def test_the_locations_in_markdown_can_be_pasted_from_its_raw_text(qianli: Command) -> None:
    _, text, _ = qianli("search", "电瓶车没地方充电，到处乱停", "--md", "-k", 2, "-C", 1, "--min-score", 0)
    lines = [line for line in text.splitlines() if line.lstrip().startswith("—")]
    assert len(lines) == 2
    for line in lines:
        code, shown, _ = qianli("show", line.strip())
        assert code == 0
        (location,) = re.findall("`(.+?)`", line)
        assert cited_in(line) == re.sub(r":(\d+).*", r":\1", location)
        assert f"\n> {location.rpartition(':')[2]} " in shown


def test_the_suffix_of_the_file_chooses_the_form(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    starts = {
        "a.txt": "[1] 张三",
        "a.ris": "TY  - NEWS\n",
        "a.bib": "@article{qianli-2024-",
        "a.json": '[{"id": "qianli-2024-',
        "a.md": "# Report",
    }
    for name, start in starts.items():
        assert said(capsys, "cite", "answers.jsonl", "-q", "-o", name) == (0, "", "")
        assert Path(name).read_text("utf-8").startswith(start)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("-o", "a.pdf"),
            "the name a.pdf does not say which form to write; end it with one of .txt, .ris, .bib, .json, .md, .docx, or choose --form",
        ),
        (("-o", "a.ris", "--form", "bibtex"), "a.ris is a name for the form ris, and bibtex was asked for; choose one of them"),
        (("--form", "apa"), "no form 'apa'; choose one of gbt7714, ris, bibtex, csl-json, md, docx"),
        (("--form", "docx"), "a docx is no text for the screen; name a file for it with -o, such as -o report.docx"),
        (("-o", "pages", "--form", "ris"), "pages is a folder; name a file in it with -o"),
        (("-o", "answers.jsonl", "--form", "ris", "--force"), "answers.jsonl holds the results themselves; name another file with -o"),
        (
            ("-o", "no/where.ris"),
            "no/where.ris cannot be written: no such file or directory; close it in other programs, or name another file with -o",
        ),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(
    arguments: tuple[str, ...], line: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(desk.iterdir())
    assert said(capsys, "cite", "answers.jsonl", *arguments) == (2, "", f"qianli: {line}\n")
    assert sorted(desk.iterdir()) == before


def test_a_report_that_is_there_already_is_overwritten_only_when_asked(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_text("edited by hand", "utf-8")
    code, out, err = said(capsys, "cite", "answers.jsonl", "-o", "a.txt")
    assert (code, out, err) == (2, "", "qianli: a.txt exists; name another file with -o, or overwrite it with --force\n")
    assert Path("a.txt").read_text("utf-8") == "edited by hand"
    assert said(capsys, "cite", "answers.jsonl", "-q", "-o", "a.txt", "--force") == (0, "", "")
    assert Path("a.txt").read_text("utf-8") == EXPECTED


@pytest.mark.parametrize(
    "bad", ["no json", "[]", "3", '{"a": 1}', '{"hits": [1]}', '{"hits": [{"text": "", "citation": {}}]}', "[" * 100_000]
)
def test_a_line_that_is_no_result_is_named_and_leaves_no_file(bad: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = Path("answers.jsonl").read_text("utf-8")
    Path("bad.jsonl").write_text(f"{good}\n{bad}\n", "utf-8")
    before = sorted(desk.iterdir())
    code, _, err = said(capsys, "cite", "bad.jsonl", "-o", "a.md", "-q")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("qianli: bad.jsonl, line 5")
    assert sorted(desk.iterdir()) == before


def test_nothing_to_cite_is_said_and_is_no_success(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("none.jsonl").write_text(Path("answers.jsonl").read_text("utf-8").splitlines()[1], "utf-8")
    assert said(capsys, "cite", "none.jsonl") == (1, "", "qianli: nothing to cite: the results have no hits\n")
    Path("empty.jsonl").write_text("", "utf-8")
    assert said(capsys, "cite", "empty.jsonl", "--form", "csl-json")[:2] == (1, "[]\n")
    code, out, _ = said(capsys, "cite", "none.jsonl", "--form", "md")
    assert code == 0
    assert "No precedent was found." in out


def test_a_search_is_cited_at_once_and_its_exit_code_stays(qianli: Command, tmp_path: Path) -> None:
    code, out, _ = qianli("search", "电瓶车没地方充电，到处乱停", "-k", 1, "--cite", "gbt7714")
    assert (code, out) == (0, "[1] 倪森健, 杨涵, 冯慧敏. 共商共议 织密小区治理“一张网”[Z/DK]. seeds/000_1e2b8c975dd70d3e.txt.\n")
    code, out, err = qianli("search", "电瓶车没地方充电，到处乱停", "-k", 1, "-o", tmp_path / "r.md")
    assert (code, out, err) == (0, "", "")
    sheet = (tmp_path / "r.md").read_text("utf-8")
    assert "Passages at most: 1" in sheet
    assert "Checked: the source says exactly this." in sheet
    assert qianli("search", "电瓶车", "--json", "--cite", "ris")[0] == 2


# ---- evidence sheets --------------------------------------------------------------------------------------------------------------


def test_a_sheet_has_a_section_for_each_question_and_says_what_the_sources_say_now(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = desk / "pages" / "a_1.txt"
    page.write_text(PAGE.replace("一楼不出钱", "一楼少出钱"), "utf-8")
    code, _, err = said(capsys, "cite", "answers.jsonl", "-o", "r.docx")
    assert (code, err) == (0, "qianli: 1 quote is not in its source as quoted; the sheet says so below it\n")
    blocks = list(paragraphs(desk / "r.docx"))
    texts = [text for _, text in blocks]
    assert [text for kind, text in blocks if kind == "question"] == ["(1) 电梯 *费用*", "(2) 没人写过", "(3) An empty question"]
    assert [text for kind, text in blocks if kind == "quote"] == ["社区请人设计，费用按楼层分摊，一楼不出钱。", "今年装了九台。"]
    assert "街道: 城东" in texts
    assert "Before: 居民反映老楼没有电梯。（pages/a_1.txt:6）" in texts
    assert "Not as quoted: in lines 8 of the source, “不” is now “少”." in texts
    assert texts.count("Checked: the source says exactly this.") == 1
    assert "No precedent was found." in texts
    assert "This question could not be asked: the question is empty" in texts
    assert "3 questions: 1 with precedents, 1 without, 1 that could not be asked." in texts
    assert any(re.search(r"^2 quotes were compared with their sources at .*: 1 as quoted, 1 altered\.$", text) for text in texts)
    assert [text for kind, text in blocks if kind == "reference"] == [EXPECTED.strip()]


def test_the_sheet_of_a_chinese_reader_is_laid_out_as_offices_do(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    docx = import_module("docx")
    monkeypatch.setenv("QIANLI_LANG", "zh")
    assert said(capsys, "cite", "answers.jsonl", "-q", "-o", "报告.docx") == (0, "", "")
    document = docx.Document(desk / "报告.docx")
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(size.mm) for size in sizes] == [210, 297, 37, 35, 28, 26]
    parts = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name in ("qianli part", "qianli sources")]
    assert parts == ["一、问题与先例", "二、检索范围和方法", "三、引文核对情况", "四、资料来源"]
    assert [p.text for p in document.paragraphs if p.style.name == "qianli question"][1] == "（二）没人写过"
    styles = {name: document.styles[f"qianli {name}"] for name in ("title", "part", "question", "line", "quote")}
    fonts = {name: re.search('w:eastAsia="(.*?)"', style.element.xml)[1] for name, style in styles.items()}  # type: ignore[index]
    assert fonts == {"title": "方正小标宋简体", "part": "黑体", "question": "楷体_GB2312", "line": "仿宋_GB2312", "quote": "楷体_GB2312"}
    assert (styles["line"].font.size.pt, styles["title"].font.size.pt) == (16, 22)
    assert 28 <= styles["line"].paragraph_format.line_spacing.pt <= 29
    assert styles["line"].paragraph_format.first_line_indent.pt == 32
    assert [part.paragraphs[0].text for part in (section.footer, section.even_page_footer)] == ["— 1 —", "— 1 —"]
    assert (section.footer.paragraphs[0].alignment, section.even_page_footer.paragraphs[0].alignment) == (2, 0)  # right, left


def test_nothing_of_a_docx_is_computed_or_fetched_when_it_is_opened(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild = '=cmd|"/c calc"!A1 DDEAUTO c:\\x "y" {INCLUDETEXT "http://x"}'
    line = {
        "query": wild,
        "found": True,
        "columns": {"=1+1": wild},
        "hits": [{"text": wild, "citation": {"source": "=a.txt", "lines": [[1, 1]], "article": wild}}],
    }
    Path("wild.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    assert said(capsys, "cite", "wild.jsonl", "-q", "-o", "w.docx")[0] == 0
    with zipfile.ZipFile("w.docx") as parts:
        xml = {name: parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith((".xml", ".rels"))}
    fields = [field for text in xml.values() for field in re.findall(r"<w:instrText[^>]*>(.*?)</w:instrText>", text)]
    assert fields == ["PAGE", "PAGE"]
    assert not any(
        "fldSimple" in text or 'TargetMode="External"' in text or "dde" in text.lower().replace("ddeauto", "")
        for text in xml.values()
        if "instrText" in text
    )
    assert wild in dict(paragraphs(Path("w.docx")))["quote"]


def test_characters_that_no_file_can_hold_are_shown_as_replaced(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = {
        "query": "a\x00\ud800\uffff\x1b[2J",
        "found": True,
        "hits": [{"text": "b\x0b\udfff", "citation": {"source": "s\x07.txt", "lines": [[1, 1]]}}],
    }
    Path("dirty.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    for name in ("d.md", "d.ris", "d.bib", "d.json", "d.txt"):
        assert said(capsys, "cite", "dirty.jsonl", "-q", "-o", name)[0] == 0
        assert not set("\x00\x0b\x07\x1b\uffff") & set(Path(name).read_text("utf-8"))
    assert said(capsys, "cite", "dirty.jsonl", "-q", "-o", "d.docx")[0] == 0


def test_without_python_docx_one_line_says_what_to_install(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    code, out, err = said(capsys, "cite", "answers.jsonl", "-o", "r.docx")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "pip install 'qianli-precedents[documents]'" in err
    assert not Path("r.docx").exists()


def test_a_sheet_of_markdown_cannot_be_broken_and_its_locations_stand_as_they_are(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "cite", "answers.jsonl", "--form", "md", "-q")
    assert code == 0
    assert "### (1) 电梯 \\*费用\\*" in out
    assert "`pages/a_1.txt:8` \\[1\\]" in out
    assert "File: `pages/a_1.txt`" in out


def test_sources_are_checked_without_an_index_as_well(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIANLI_INDEX", str(desk / "nowhere"))
    code, out, err = said(capsys, "cite", "answers.jsonl", "--form", "md")
    assert (code, err) == (0, "")
    assert out.count("Checked: the source says exactly this.") == 2
    code, out, _ = said(capsys, "cite", "answers.jsonl", "--form", "md", "--root", os.fspath(desk / ".qianli"))
    assert out.count("Could not be confirmed: there is no such file") == 2


# ---- verify -----------------------------------------------------------------------------------------------------------------------


def test_verify_says_to_which_question_of_a_batch_a_bad_citation_belongs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = desk / "pages" / "a_1.txt"
    page.write_text(PAGE.replace("一楼不出钱", "一楼少出钱"), "utf-8")
    code, out, _ = said(capsys, "verify", "answers.jsonl")
    bad, counts = out.splitlines()
    assert (code, counts) == (1, "2 citations: 1 ok, 1 altered")
    assert bad.endswith(" · question A7 “电梯 *费用*”, hit 1")
    code, out, _ = said(capsys, "verify", "answers.jsonl", "--json")
    assert [json.loads(line)["question"] for line in out.splitlines()] == [
        {"id": "A7", "query": "电梯 *费用*", "rank": rank} for rank in (1, 2)
    ]
