"""A citation that is pasted back names its own passage, also where several passages share a line."""

from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.pasted import locate
from tests.toy import ToyEncoder

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
