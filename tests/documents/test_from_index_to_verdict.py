"""One invented notice as a PDF, a docx, a workbook, a page of HTML and a text: indexed, found, cited, shown and verified in each."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.cli.app import run
from tests.documents.office.docx import docx, p
from tests.documents.pdf import pdf
from tests.documents.xlsx import write_xlsx

for package in ("pypdfium2", "docx", "python_calamine", "lxml"):
    pytest.importorskip(package)

STAIRS = "柳溪社区在每个楼栋口装了充电桩，居民下楼就能充电，楼道里再没有拉过飞线。"
ROUNDS = "物业每晚巡查两次，发现推车上楼的就劝回去，劝不住的记在本子上交给社区。"
FIRES = "去年全年没有一起充电引起的火情，十二小时热线的投诉比前年少了一半。"
NOTICE = (STAIRS, ROUNDS, FIRES)
KINDS = ("报告.pdf", "方案.docx", "台账.xlsx", "页面.html", "说明.txt")
PLACES = {  # of the second paragraph, as it is printed
    "报告.pdf": "第2页（印刷页码 8）",
    "方案.docx": "第3自然段",
    "台账.xlsx": "工作表“巡查” A2",
}


def wrapped(text: str) -> list[str]:
    return [f"　　{text[:24]}", text[24:]]


def write(folder: Path, kind: str, texts: tuple[str, ...] = NOTICE) -> None:
    path = folder / kind
    if kind.endswith(".pdf"):
        path.write_bytes(pdf([["充电桩报告", "", *wrapped(texts[0])], *map(wrapped, texts[1:])], first_printed=7))
    elif kind.endswith(".docx"):
        path.write_bytes(docx("".join(map(p, ("充电桩报告", *texts)))))
    elif kind.endswith(".xlsx"):
        names = ("充电", "巡查", "火情")
        write_xlsx(path, {name: [["做法", "次数"], [text, 3]] for name, text in zip(names, texts, strict=False)})
    elif kind.endswith(".html"):
        path.write_text("<html><body><h1>充电桩报告</h1>" + "\n".join(f"<p>{text}</p>" for text in texts) + "</body></html>", "utf-8")
    else:
        path.write_text("充电桩报告\n\n" + "".join(f"　　{text}\n\n" for text in texts), "utf-8")


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the notice of each kind below 公文/, an index, and the results of one question in r.jsonl, a hit for each passage."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "公文").mkdir()
    for kind in KINDS:
        write(folder / "公文", kind)
    encoder = open_encoder("static")
    with open_index(folder / ".qianli", create=model_of(encoder)) as index:
        assert build([folder / "公文"], index, encoder).skipped == []
        hits = [json_hit(number, passage) for number, (_, passage) in enumerate(index.every_passage(), 1)]
    line = {"schema": "qianli.result.v1", "query": "充电桩", "found": True, "hits": hits}
    (folder / "r.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    return folder


def json_hit(rank: int, passage: Any) -> dict[str, Any]:
    from search.results import Hit

    return Hit(rank, 0.9, passage, {}).to_dict()


@pytest.fixture
def desk(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(indexed)
    return indexed


def hits_of(folder: Path, kind: str | None = None) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = json.loads((folder / "r.jsonl").read_text("utf-8"))["hits"]
    return [hit for hit in hits if kind is None or hit["citation"]["source"].endswith(kind)]


def hit_of(folder: Path, kind: str, words: str) -> dict[str, Any]:
    (hit,) = (hit for hit in hits_of(folder, kind) if words in hit["text"])
    return hit


def verified(capsys: pytest.CaptureFixture[str], folder: Path, hits: list[dict[str, Any]], root: Path) -> list[dict[str, Any]]:
    """Return the verdicts on *hits* by their sources below *root*."""
    results = folder / "claims.jsonl"
    results.write_text(json.dumps({"schema": "qianli.result.v1", "query": "q", "hits": hits}, ensure_ascii=False) + "\n", "utf-8")
    run(["verify", str(results), "--root", str(root), "--json"])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_passage_of_every_kind_is_ok(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "r.jsonl"]) == 0
    said = capsys.readouterr().out
    assert said == f"{len(hits_of(desk))} citations: {len(hits_of(desk))} ok\n"
    for kind in KINDS:
        texts = " ".join(hit["text"] for hit in hits_of(desk, kind))
        assert all(text in texts for text in NOTICE), kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_finds_it_with_its_place(kind: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "物业每晚巡查两次，推车上楼的怎么办", "--source", f"*.{kind.rpartition('.')[2]}", "--min-score", "0"]) in (0, 1)
    said = capsys.readouterr().out
    assert PLACES.get(kind, f"{kind}:") in said
    assert all(other not in said for other in KINDS if other != kind)


@pytest.mark.parametrize("kind", KINDS)
def test_an_altered_source_is_altered_and_a_source_without_the_text_missing(
    kind: str, desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "公文").mkdir()
    hit = hit_of(desk, kind, "巡查")
    write(tmp_path / "公文", kind, (STAIRS, ROUNDS.replace("每晚巡查两次", "每月巡查一次"), FIRES))
    (verdict,) = verified(capsys, tmp_path, [hit], tmp_path)
    assert (verdict["status"], verdict["source_status"]) == ("altered", "changed")
    assert ["+", "每月"] in verdict["diff"] or ["+", "月"] in verdict["diff"]
    write(tmp_path / "公文", kind, (STAIRS, FIRES))
    (verdict,) = verified(capsys, tmp_path, [hit], tmp_path)
    assert (verdict["status"], verdict["now"], verdict["now_at"]) == ("missing", None, None)
    (tmp_path / "公文" / kind).unlink()
    (verdict,) = verified(capsys, tmp_path, [hit], tmp_path)
    assert (verdict["status"], verdict["source_status"]) == ("missing", "missing")


@pytest.mark.parametrize(
    ("kind", "place"),
    [("报告.pdf", {"page": 3, "page_label": "9"}), ("方案.docx", {"page": None}), ("台账.xlsx", {"sheet": "火情", "cell": "A2"})],
)
def test_what_changed_places_is_moved_to_where_it_stands_now(
    kind: str, place: dict[str, Any], desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "公文").mkdir()
    write(tmp_path / "公文", kind, (STAIRS, FIRES, ROUNDS))
    (verdict,) = verified(capsys, tmp_path, [hit_of(desk, kind, "巡查")], tmp_path)
    assert verdict["status"] == "moved"
    assert {name: (verdict["now_at"] or {}).get(name) for name in place} == place


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("报告.pdf", {"page": 1}),
        ("报告.pdf", {"box": [10.0, 400.0, 90.0, 420.0]}),
        ("台账.xlsx", {"sheet": "充电"}),
        ("台账.xlsx", {"cell": "A1"}),
        ("方案.docx", {"lines": [[2, 2]]}),
    ],
)
def test_a_result_that_names_a_wrong_place_is_moved(
    kind: str, wrong: dict[str, Any], desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hit = hit_of(desk, kind, "巡查")
    claimed = {**hit, "citation": {**hit["citation"], **wrong}}
    verdicts = verified(capsys, tmp_path, [hit, claimed], desk)
    assert [(verdict["status"], verdict["source_status"]) for verdict in verdicts] == [("ok", "unchanged"), ("moved", "unchanged")]
    assert verdicts[1]["now"] == hit["citation"]["lines"]


@pytest.mark.parametrize("kind", KINDS)
def test_its_printed_citation_shows_it(kind: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cited = hit_of(desk, kind, "巡查")["citation"]
    assert run(["show", cited["id"]]) == 0
    said = capsys.readouterr().out
    printed = said.splitlines()[0]
    assert printed.endswith(f"公文/{kind} {PLACES[kind]}" if kind in PLACES else f"公文/{kind}:{cited['lines'][0][0]}")
    assert f"{cited['reader']} reads" in said if kind in PLACES else "reads" not in said
    for named in (printed, printed.rpartition(" · ")[2], f"{cited['source']}:{cited['lines'][0][0]}"):
        assert run(["show", named]) == 0
        assert capsys.readouterr().out == said
    assert run(["show", printed, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["passages"][shown["at"]]["citation"] == cited


def test_lists_of_references_have_pages(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said: Callable[[], str] = lambda: capsys.readouterr().out  # noqa: E731
    run(["cite", "r.jsonl"])
    assert "充电桩报告[Z/DK]: 7-9. 公文/报告.pdf." in said()
    run(["cite", "r.jsonl", "--form", "ris"])
    assert "SP  - 7\nEP  - 9\n" in said()
    run(["cite", "r.jsonl", "--form", "bibtex"])
    assert "pages = {7--9}," in said()
    run(["cite", "r.jsonl", "--form", "csl-json"])
    assert [item["page"] for item in json.loads(said()) if "page" in item] == ["7-9"]
    run(["cite", "r.jsonl", "--form", "md"])
    sheet = said()
    for kind, place in PLACES.items():
        assert f"`公文/{kind} {place}`" in sheet
    assert "Could not be confirmed" not in sheet


def test_tables_and_markdown_have_the_place(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["search", "物业每晚巡查两次，推车上楼的怎么办", "--min-score", "0", "-k", "30", "--per-article", "0"]
    run([*asked, "--source", "*.pdf", "--csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff"))))
    row = next(row for row in rows if "巡查" in row["text"])
    assert (row["page"], row["page_label"], row["sheet"], row["cell"]) == ("2", "8", "", "")
    run([*asked, "--source", "*.xlsx", "--csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff"))))
    assert ("巡查", "A2") in {(row["sheet"], row["cell"]) for row in rows}
    run([*asked, "--source", "*.pdf", "--md"])
    cited = hit_of(desk, "报告.pdf", "巡查")["citation"]
    assert f"`公文/报告.pdf 第2页（印刷页码 8）` `{cited['id']}`" in capsys.readouterr().out


def test_how_pages_were_read_has_the_place_of_each_paragraph(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["articles", "公文/报告.pdf", "--json"]) == 0
    article = json.loads(capsys.readouterr().out.splitlines()[0])
    assert article["reader"].startswith("pypdfium2 ")
    paragraph = next(paragraph for paragraph in article["paragraphs"] if "巡查" in paragraph["text"])
    cited = hit_of(desk, "报告.pdf", "巡查")["citation"]
    assert {name: paragraph[name] for name in ("page", "page_label", "box", "lines")} == {
        name: cited[name] for name in ("page", "page_label", "box", "lines")
    }
    assert run(["articles", "公文/报告.pdf", "公文/台账.xlsx"]) == 0
    said = capsys.readouterr().out
    assert f"2. p. 2      {ROUNDS}" in said
    assert f"1. A2        {ROUNDS}" in said
    assert run(["articles", "公文/说明.txt", "--json"]) == 0
    assert {"page", "reader"} & json.loads(capsys.readouterr().out.splitlines()[0]).keys() == set()
