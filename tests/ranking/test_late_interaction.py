"""Which words met: places, weights, shares of the question."""

import pytest

from index.document import Citation, Passage
from index.encoders.open import open_lexicon
from index.encoders.static import StaticEncoder
from search.ranking.late_interaction import SIMILAR, Question


@pytest.fixture(scope="module")
def lexicon() -> StaticEncoder:
    return open_lexicon()


def passage(text: str, heading: str = "") -> Passage:
    return Passage(text, heading, 1, Citation("p.txt", ((1, 1),), 1, None, None, (), None, "", ""))


def test_a_question_is_wholly_covered_by_its_own_words_and_not_at_all_by_strange_signs(lexicon: StaticEncoder) -> None:
    question = Question("小区停车难", lexicon)
    assert question.covered(passage("解决小区停车难问题")) == pytest.approx((1, 1), abs=1e-3)
    assert question.covered(passage("☃☃☃")) == (0, 0)


def test_the_heading_counts_as_covered(lexicon: StaticEncoder) -> None:
    question = Question("小区停车难", lexicon)
    without, with_heading = question.covered(passage("大家都满意。")), question.covered(passage("大家都满意。", "小区停车难"))
    assert with_heading.coverage == pytest.approx(1, abs=1e-3)
    assert without.coverage < 0.2


def test_similar_words_count_in_part(lexicon: StaticEncoder) -> None:
    question = Question("电瓶车", lexicon)
    similar, other = question.covered(passage("电动自行车")), question.covered(passage("书法展览"))
    assert other.similarity < similar.similarity < 1
    assert similar.coverage == 0


def test_matches_point_into_the_text_at_every_place_of_a_word(lexicon: StaticEncoder) -> None:
    text = "楼道不能停车，楼道要通。"
    found = Question("楼道", lexicon).matches(passage(text, "楼道"))
    assert [(match.passage, match.at, match.weight) for match in found] == [("楼道", (0, 2), 1.0), ("楼道", (7, 9), 1.0)]


def test_a_similar_word_is_named_with_the_word_it_met(lexicon: StaticEncoder) -> None:
    found = Question("停车难", lexicon).matches(passage("车位不够，到处停放"))
    similar = {(match.query, match.passage): match.weight for match in found}
    assert any("停车" in query and met == "车位" for query, met in similar)
    assert all(SIMILAR <= weight < 1 for weight in similar.values())


def test_small_words_explain_nothing(lexicon: StaticEncoder) -> None:
    found = Question("小区里的电动自行车乱停放该怎么治理的", lexicon).matches(passage("的的的的"))
    assert found == ()


@pytest.mark.parametrize("query", ["", "☃", "！"])
def test_a_question_without_known_words_meets_nothing(lexicon: StaticEncoder, query: str) -> None:
    question = Question(query, lexicon)
    assert question.covered(passage("停车")) == (0, 0)
    assert question.matches(passage("停车")) == ()
