"""A citation that is pasted back names its own passage, also where several passages share a line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.protocol import Index, model_of
from index.errors import BadInput
from index.indexing import build
from search.output.markdown import citation_in_markdown
from search.pasted import locate, names_passage
from tests.toy import ToyEncoder
from tests.toy_documents import toy_readers

__all__ = ["toy_readers"]

STREETS = "".join(f"第{number}条街的路灯坏了，居民报修之后，街道在第{number}天换上了新灯，夜里行人不再害怕。" for number in range(1, 60))


WRAPPED = STREETS.replace("。第25条", "。第25\n条").replace("第40条", "第40\n条")


@pytest.mark.parametrize("text", [STREETS, WRAPPED])
def test_each_passage_of_a_line_is_found_by_its_printed_citation(text: str, tmp_path: Path) -> None:
    (tmp_path / "灯.txt").write_text(f"路灯\n\n{text}\n", "utf-8")
    with open_index(tmp_path / ".qianli", create=model_of(ToyEncoder())) as index:
        build([tmp_path / "灯.txt"], index, ToyEncoder())
        passages = [passage for _, passage in index.every_passage()]
        printed = [str(passage.citation) for passage in passages]
        assert len(set(printed)) > 3
        assert [str(locate(index, line).passage.citation) for line in printed] == printed
        assert locate(index, "灯.txt:3").passage == passages[0]


REPORT = """充电桩报告

　　柳溪社区在每个楼栋口装了充电桩。

　　居民下楼就能充电，不再拉飞线。

\f　　物业每晚巡查两次，推车上楼的就劝回去。

\f　　去年全年没有一起充电引起的火情，投诉少了一半。
"""


@pytest.fixture
def documents(tmp_path: Path, toy_readers: None) -> Iterator[Index]:
    folder = tmp_path / "2024 年"
    folder.mkdir()
    (folder / "报告 一.pdf").write_text(REPORT, "utf-8")
    (folder / "台账.xlsx").write_text("2023 年\n一月修了三盏路灯。\f“新”区\n一月修了八盏路灯。\n二月修了九盏路灯。\n", "utf-8")
    (folder / "方案.docx").write_text("加装电梯方案\n一楼住户起初不同意。\n社区请来设计院改了方案。\n", "utf-8")
    with open_index(tmp_path / ".qianli", create=model_of(ToyEncoder())) as index:
        build([folder], index, ToyEncoder())
        yield index


def test_each_passage_of_a_document_is_found_by_its_printed_citation(documents: Index) -> None:
    passages = [passage for _, passage in documents.every_passage()]
    assert len(passages) >= 8
    for passage in passages:
        citation = passage.citation
        for printed in (str(citation), f"   — {citation}", f"   — {citation_in_markdown(citation)}", citation.id):
            assert names_passage(printed), printed
            assert locate(documents, printed).passage == passage, printed
        line = f"{citation.source}:{citation.lines[0][0]}"
        assert locate(documents, line).passage == passage


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("报告 一.pdf 第2页", "巡查"),
        ("报告 一.pdf 第2页（印刷页码 ii）", "巡查"),
        ("2024 年/报告 一.pdf 第1页", "每个楼栋口"),  # the first passage of several
        ("《充电桩报告》第4段 · 报告 一.pdf 第3页（印刷页码 1）", "火情"),
        ("台账.xlsx 工作表“2023 年” B1", "三盏"),
        ("台账.xlsx 工作表““新”区” B2", "九盏"),
        ("方案.docx 第3自然段", "设计院"),
    ],
)
def test_a_place_in_a_document_names_its_passage(printed: str, words: str, documents: Index) -> None:
    assert words in locate(documents, printed).passage.text


@pytest.mark.parametrize(
    "printed", ["报告 一.pdf 第9页", "台账.xlsx 工作表“2022 年” B1", "没有.pdf 第1页", "《充电桩报告》 · 报告 一.pdf 第0页"]
)
def test_a_place_that_holds_no_passage_is_named_in_one_line(printed: str, documents: Index) -> None:
    with pytest.raises(BadInput, match=r"^no passage .*页|^no passage .* B1 in this index; ask again with: qianli search QUESTION$"):
        locate(documents, printed)


def test_a_name_that_two_documents_end_in_is_refused_with_both(tmp_path: Path, toy_readers: None) -> None:
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "报告.pdf").write_text(REPORT, "utf-8")
    with open_index(tmp_path / ".qianli", create=model_of(ToyEncoder())) as index:
        build([tmp_path / "甲", tmp_path / "乙"], index, ToyEncoder())
        with pytest.raises(BadInput, match=r"报告\.pdf may be 乙/报告\.pdf, 甲/报告\.pdf; give more of the path"):
            locate(index, "报告.pdf 第2页")
        assert locate(index, "乙/报告.pdf 第2页").passage.citation.source == "乙/报告.pdf"
