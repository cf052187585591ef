"""A citation of a document is held to its page, box, sheet, cell and text; what only another reader can differ in is not held."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.document import Page, Spot
from index.files.content import Skipped
from index.files.reader import READERS, read
from index.passages import passages_of
from index.segmentation.articles import articles
from search.cli.app import run
from search.output.verdicts import verdict_line
from search.verification.claims import Claim, claim_in, claim_of
from search.verification.sources import Sources
from search.verification.verify import Verdict, verify
from tests.toy_documents import PDF, read_pdf, toy_readers

pytestmark = pytest.mark.usefixtures("toy_readers")
__all__ = ["toy_readers"]

FIRST = "　　柳溪社区在每个楼栋口装了充电桩，居民下楼就能充电。\n　　装好之后，楼道里再没有拉过飞线。"
SECOND = "　　物业每晚巡查两次，发现推车上楼的就劝回去。"
THIRD = "　　去年全年没有一起充电引起的火情，投诉少了一半。"
REPORT = f"充电桩报告\n\n{FIRST}\n\n\f{SECOND}\n\n\f{THIRD}\n"
LEDGER = "2023年\n一月修了三盏路灯，花了四百元。\n二月没有维修。\f2024年\n三月换了二十盏路灯，花了六千元。\n"


def cited(path: Path) -> list[Claim]:
    page = read(path, path.name)
    assert isinstance(page, Page)
    return [claim_of(passage) for passage in passages_of(page, articles(page))]


def verdict_on(claim: Claim, folder: Path) -> Verdict:
    (verdict,) = verify([claim], Sources([folder], {}))
    return verdict


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报告.pdf"
    path.write_text(REPORT, "utf-8")
    return path


def claim_about(path: Path, words: str) -> Claim:
    (claim,) = (claim for claim in cited(path) if words in claim.text)
    return claim


def test_passages_of_each_kind_of_document_are_ok(tmp_path: Path, report: Path) -> None:
    ledger, paper = tmp_path / "台账.xlsx", tmp_path / "方案.docx"
    ledger.write_text(LEDGER, "utf-8")
    paper.write_text("加装电梯方案\n一楼住户起初不同意。\n社区请来设计院改了方案。\n", "utf-8")
    for path in (report, ledger, paper):
        claims = cited(path)
        assert len(claims) > 1
        assert {verdict.status for verdict in verify(claims, Sources([tmp_path], {}))} == {"ok"}
    assert claim_about(report, "巡查").spot == Spot(0, 2, "ii", (72.0, 72.0, 302.0, 90.0))
    assert claim_about(ledger, "二十盏").spot == Spot(0, sheet="2024年", cell="B1")
    assert claim_about(paper, "设计院").spot is None


@pytest.mark.parametrize(
    ("changed", "now"),
    [
        ({"page": 1}, "now: 第2页（印刷页码 ii）"),
        ({"label": "7"}, "now: 第2页（印刷页码 ii）"),
        ({"box": (72.0, 172.0, 302.0, 190.0)}, "now: 第2页（印刷页码 ii）, box 72,72 to 302,90"),
        ({"sheet": "2023年"}, "now: 第2页（印刷页码 ii）"),
        ({"part": "一.xhtml"}, "now: 第2页（印刷页码 ii）"),
    ],
)
def test_a_citation_of_a_wrong_place_is_moved_though_its_lines_hold_the_text(changed: dict[str, Any], now: str, report: Path) -> None:
    claim = claim_about(report, "巡查")
    assert claim.spot
    wrong = claim._replace(spot=Spot(**{**{name: getattr(claim.spot, name) for name in Spot.__slots__}, **changed}))
    verdict = verdict_on(wrong, report.parent)
    assert (verdict.status, verdict.source_status, verdict.now) == ("moved", "unchanged", claim.lines)
    assert verdict.spot and (verdict.spot.page, verdict.spot.box) == (2, claim.spot.box)
    assert verdict_line(verdict).endswith(now)


def test_a_box_may_differ_by_a_millimetre(report: Path) -> None:
    claim = claim_about(report, "巡查")
    shifted = claim._replace(spot=Spot(0, 2, "ii", (73.5, 70.0, 301.0, 92.0)))
    assert verdict_on(shifted, report.parent).status == "ok"


@pytest.mark.parametrize(
    ("content", "status", "page"),
    [
        (f"充电桩报告\n\n{SECOND}\n\n\f{FIRST}\n\n\f{THIRD}\n", "moved", 1),  # two pages changed places
        (f"充电桩报告\n\n{FIRST}\n\n\f\f{SECOND}\n\n\f{THIRD}\n", "moved", 3),  # an empty page came between: the lines are the same ones
        (REPORT.replace("每晚巡查两次", "每晚巡查一次"), "altered", 2),
        (f"充电桩报告\n\n{FIRST}\n\n\f{THIRD}\n", "missing", None),
        (REPORT + "　　附件一份。\n", "ok", None),
    ],
)
def test_what_became_of_a_passage_is_told_with_its_page(content: str, status: str, page: int | None, report: Path) -> None:
    claim = claim_about(report, "巡查")
    report.write_text(content, "utf-8")
    verdict = verdict_on(claim, report.parent)
    assert (verdict.status, verdict.source_status) == (status, "changed")
    assert (verdict.spot.page if verdict.spot else None) == page


def other_version(monkeypatch: pytest.MonkeyPatch, reader: Callable[[bytes, str], Page | Skipped]) -> None:
    monkeypatch.setitem(READERS, ".pdf", reader)


def test_another_version_of_the_reader_is_held_to_text_and_page_alone(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = cited(report)
    other_version(monkeypatch, lambda content, source: read_pdf(content, source, "toypdf 2.0", before="页眉文字"))
    assert {verdict.status for verdict in verify(claims, Sources([report.parent], {}))} == {"ok"}
    claim = next(claim for claim in claims if "巡查" in claim.text)
    assert claim.spot
    elsewhere = [claim._replace(spot=Spot(0, page)) for page in (1, 3)]
    verdicts = list(verify(elsewhere, Sources([report.parent], {})))
    assert [(verdict.status, verdict.spot and verdict.spot.page) for verdict in verdicts] == [("moved", 2), ("moved", 2)]
    report.write_text(REPORT.replace(SECOND, ""), "utf-8")
    gone = verdict_on(claim, report.parent)
    assert gone.status == "missing"
    assert gone.reason and gone.reason.endswith("it was cited as toypdf 1.0 reads it, and is read by toypdf 2.0")


def test_a_text_on_two_pages_is_ok_on_either_and_moved_from_any_other(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report.write_text(f"充电桩报告\n\n{SECOND}\n\n\f{FIRST}\n\n\f{SECOND}\n", "utf-8")
    claims = [claim for claim in cited(report) if "巡查" in claim.text]
    assert [claim.spot and claim.spot.page for claim in claims] == [1, 3]
    other_version(monkeypatch, lambda content, source: read_pdf(content, source, "toypdf 2.0", before="页眉文字"))
    wanted = [*claims, claims[0]._replace(spot=Spot(0, 2))]
    assert [verdict.status for verdict in verify(wanted, Sources([report.parent], {}))] == ["ok", "ok", "moved"]


@pytest.mark.parametrize("page", ["2", 2.5, [2], True, -2])
def test_a_page_that_is_none_is_not_confirmed(page: Any, report: Path) -> None:
    claim = claim_about(report, "巡查")
    fields = {"source": claim.source, "lines": [list(pair) for pair in claim.lines], "sha256": claim.sha256, "page": page, "reader": PDF}
    read_back = claim_in({"text": claim.text, "citation": fields})
    assert read_back
    assert verdict_on(read_back, report.parent).status == "moved"


def test_a_result_without_the_fields_of_documents_is_held_to_its_lines(report: Path) -> None:
    claim = claim_about(report, "巡查")
    bare = claim._replace(spot=None, reader=None)
    assert verdict_on(bare, report.parent).status == "ok"
    assert verdict_on(bare._replace(lines=((3, 3),)), report.parent).status == "moved"


def test_the_same_row_in_two_sheets_is_held_to_its_sheet(tmp_path: Path) -> None:
    ledger = tmp_path / "台账.xlsx"
    ledger.write_text("2023年\n路灯维修三次，共计四百元。\f2024年\n路灯维修三次，共计四百元。\n", "utf-8")
    first, second = cited(ledger)
    assert (first.spot, second.spot) == (Spot(0, sheet="2023年", cell="B1"), Spot(0, sheet="2024年", cell="B1"))
    assert [verdict.status for verdict in verify([first, second, first._replace(spot=second.spot)], Sources([tmp_path], {}))] == [
        "ok",
        "ok",
        "moved",
    ]


def test_json_says_where_the_text_stands_now(report: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(report.parent)
    claim = claim_about(report, "巡查")
    fields = {"id": claim.id, "source": claim.source, "lines": [list(pair) for pair in claim.lines], "page": 3, "page_label": None}
    Path("r.jsonl").write_text(json.dumps({"text": claim.text, "citation": fields}, ensure_ascii=False) + "\n", "utf-8")
    assert run(["verify", "r.jsonl", "--json"]) == 1
    line = json.loads(capsys.readouterr().out)
    assert (line["status"], line["now"]) == ("moved", [list(pair) for pair in claim.lines])
    assert line["now_at"] == {"page": 2, "page_label": "ii", "box": [72.0, 72.0, 302.0, 90.0], "sheet": None, "cell": None, "part": None}


def test_a_document_that_cannot_be_read_here_is_one_line(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = claim_about(report, "巡查")
    other_version(monkeypatch, lambda content, source: Skipped(source, "PDF needs toypdf, which is not installed"))
    verdict = verdict_on(claim, report.parent)
    assert (verdict.status, verdict.reason) == ("missing", "PDF needs toypdf, which is not installed")
    assert verdict_line(verdict) == f"missing  报告.pdf 第2页（印刷页码 ii） ({claim.id}) PDF needs toypdf, which is not installed"
