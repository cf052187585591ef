"""What an index holds, as lines for a person."""

import pytest

from index.messages import speaking
from search.output.index_report import facts_lines

LARGE = {
    "vectors": {"method": "codes", "from_passages": 3000, "bits": 4, "compared": 1200, "measured": {"passages": 7000, "recall@10": 0.95}},
    "terms": {"method": "rare_terms", "from_passages": 9000, "share": 0.2, "measured": {"passages": 8000, "nDCG@10": 1.0}},
}


def test_what_is_approximate_is_said_with_what_it_keeps() -> None:
    assert list(facts_lines({"passages": 3, "approximate": None})) == ["passages   3", "search     exact"]
    assert "\n".join(facts_lines({"approximate": LARGE})).splitlines() == [
        "search     vectors approximate: codes of 4 bits find the 1,200 that are compared exactly; "
        "this keeps recall@10 0.9500 of the exact search among 7,000 passages",
        "           terms approximate: those of at most 20% of the passages find what all of them score; "
        "this keeps nDCG@10 1.0000 of the exact search among 8,000 passages",
    ]


def test_a_first_build_that_is_not_finished_is_said_with_what_to_do() -> None:
    assert list(facts_lines({"unfinished": 1200})) == ["build      not finished, 1,200 pages are kept; go on with it: qianli index FOLDER"]


@pytest.mark.parametrize("what", LARGE)
def test_it_is_said_in_chinese_with_the_same_numbers(what: str) -> None:
    with speaking("zh"):
        (line,) = facts_lines({"approximate": {what: LARGE[what]}})
    numbers = ("4 位", "1,200", "7,000", "0.9500") if what == "vectors" else ("20%", "8,000", "1.0000")
    assert all(number in line for number in numbers)
    assert "exact" not in line


def test_a_way_of_another_engine_is_named_as_it_is() -> None:
    (line,) = facts_lines({"approximate": {"vectors": {"method": "IVF", "measured": {"passages": 10, "recall@10": 0.5}}}})
    assert line.startswith("search     vectors approximate: IVF; ")
