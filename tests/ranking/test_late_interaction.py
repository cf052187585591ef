"""Which words met: places, weights, shares of the question."""

import pytest

from index.document import Citation, Passage
from index.encoders.open import open_lexicon
from index.encoders.static import StaticEncoder
from index.text.numerals import plain
from search.ranking.late_interaction import SIMILAR, Texts, Vocabularies, aligned_text, aligned_words, matches, query_words, similarities
from search.results import Match


@pytest.fixture(scope="module")
def lexicon() -> StaticEncoder:
    return open_lexicon()


def passage(text: str, heading: str = "") -> Passage:
    return Passage(text, heading, 1, Citation("p.txt", ((1, 1),), 1, None, None, (), None, "", ""))


def similarity(query: str, compared: Passage, lexicon: StaticEncoder) -> float:
    (words,) = query_words([query], lexicon)
    return similarities([Vocabularies(words, [lexicon.vocabularies([compared.text], [compared.heading])[0].ids])], lexicon)[0][0][0]


def met(query: str, compared: Passage, lexicon: StaticEncoder) -> tuple[Match, ...]:
    (words,) = query_words([query], lexicon)
    (known,) = lexicon.vocabularies([plain(compared.text)], [compared.heading])
    ((_, table),) = similarities([Vocabularies(words, [known.ids])], lexicon)
    (found,), (without_a_table,) = (matches([Texts(words, [(compared, known.in_text)], given)], lexicon)[0] for given in (table, None))
    assert found == without_a_table
    return found


def test_a_question_is_wholly_covered_by_its_own_words_and_not_at_all_by_strange_signs(lexicon: StaticEncoder) -> None:
    assert similarity("小区停车难", passage("解决小区停车难问题"), lexicon) == pytest.approx(1, abs=1e-3)
    assert similarity("小区停车难", passage("☃☃☃"), lexicon) == 0


def test_the_heading_counts_as_covered(lexicon: StaticEncoder) -> None:
    without, with_heading = (similarity("小区停车难", passage("大家都满意。", heading), lexicon) for heading in ("", "小区停车难"))
    assert with_heading == pytest.approx(1, abs=1e-3)
    assert without < 0.5


def test_similar_words_count_in_part(lexicon: StaticEncoder) -> None:
    similar, other = (similarity("电瓶车", passage(text), lexicon) for text in ("电动自行车", "书法展览"))
    assert other < similar < 1


def test_similarity_agrees_with_brute_force_over_every_pair_of_words(lexicon: StaticEncoder) -> None:
    """MaxSim by its formula: each word's best cosine, weighted by its inverse document frequency."""
    queries = ["小区停车难怎么办", "how to park an electric bike 停车"]
    passages = [passage("车位不够，到处停放", "停车"), passage("河道清淤"), passage("书法展览在文化馆举行")]
    for query in queries:
        ids = lexicon.words([query])[0].ids
        weights = lexicon.weights(ids) / lexicon.weights(ids).sum()
        for compared in passages:
            theirs = lexicon.vectors(lexicon.words([aligned_text(compared)])[0].ids)
            best = (lexicon.vectors(ids) @ theirs.T).max(axis=1).clip(0, 1)
            assert similarity(query, compared, lexicon) == pytest.approx(float(weights @ best), abs=2e-3)


def test_the_shares_of_the_words_add_up_to_the_similarity(lexicon: StaticEncoder) -> None:
    compared = passage("车位不够，到处停放", "小区治理")
    (words,) = query_words(["小区停车难怎么办"], lexicon)
    shares = [word.share for word in aligned_words(words, compared, lexicon)]
    assert sum(shares) == pytest.approx(similarity("小区停车难怎么办", compared, lexicon), abs=1e-5)
    assert shares == sorted(shares, reverse=True)


def test_matches_point_into_the_text_at_every_place_of_a_word(lexicon: StaticEncoder) -> None:
    found = met("楼道", passage("楼道不能停车，楼道要通。", "楼道"), lexicon)
    assert [(match.passage, match.at, match.weight) for match in found] == [("楼道", (0, 2), 1.0), ("楼道", (7, 9), 1.0)]


def test_a_similar_word_is_named_with_the_word_it_met(lexicon: StaticEncoder) -> None:
    found = met("停车难", passage("车位不够，到处停放"), lexicon)
    similar = {(match.query, match.passage): match.weight for match in found}
    assert any("停车" in query and met == "车位" for query, met in similar)
    assert all(SIMILAR <= weight < 1 for weight in similar.values())


def test_small_words_explain_nothing(lexicon: StaticEncoder) -> None:
    assert met("小区里的电动自行车乱停放该怎么治理的", passage("的的的的"), lexicon) == ()


@pytest.mark.parametrize("query", ["", "☃", "！"])
def test_a_question_without_known_words_meets_nothing(lexicon: StaticEncoder, query: str) -> None:
    assert similarity(query, passage("停车"), lexicon) == 0
    assert met(query, passage("停车"), lexicon) == ()
