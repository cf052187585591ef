"""The page shows a passage as it is quoted, says how sure it is, and says plainly when there is no precedent."""

import itertools
import re

import pytest
from starlette.testclient import TestClient

from search.results import Match
from search.searcher import Searcher
from search.server.page.hits import certainty
from search.server.page.marking import Piece, pieces, similar_pairs
from tests.server.page.conftest import HOSTILE, QUESTION, Got
from tests.server.page.reading import Element

NOT_THERE = "深海采矿船的声呐校准规程"


def hits_of(page: Element) -> list[Element]:
    return page.all("li", "hit")


def test_the_start_has_one_field_and_examples_out_of_the_index(got: Got) -> None:
    page = got("/")
    (field,) = page.all("input", type="search")
    assert ("autofocus" in field.attributes, field.attributes["name"]) == (True, "q")
    assert page.one("label", for_="q").words == "Your question"
    examples = page.one("section", "examples").all("a")
    assert {"广场舞有了约定"} <= {link.words for link in examples}
    assert all(got(link.attributes["href"]).all("li", "hit") for link in examples)


def test_a_hit_is_the_passage_whole_with_its_printed_citation(got: Got, office: Searcher) -> None:
    page = got("/search", q=QUESTION)
    result = office.search(QUESTION, k=10, per_article=3)
    assert result.found
    quoted = [hit.one("blockquote").text.strip() for hit in hits_of(page)]
    plain = [hit.text for hit in result.hits if "script" not in hit.text]
    assert [text for text in quoted if "script" not in text] == plain
    cited = [hit.one("cite").words for hit in hits_of(page)]
    assert [line for line in cited if "script" not in line] == [str(hit.citation) for hit in result.hits if "script" not in hit.text]


def test_marks_join_to_the_passage_and_say_which_word_they_met(got: Got) -> None:
    first = hits_of(got("/search", q=QUESTION))[0]
    marks = first.one("blockquote").all("mark")
    assert marks
    assert all(re.search("“.+”", mark.attributes["title"]) for mark in marks)
    assert {mark.attributes["class"] for mark in marks} <= {"same", "near"}


def test_where_several_words_meet_the_nearest_is_named_and_the_text_stays() -> None:
    text = "电动自行车停放"
    met = [Match("车", "车", (4, 5), 0.4), Match("电瓶车", "电动自行车", (0, 5), 0.8), Match("停放", "停放", (5, 7), 1.0)]
    cut = pieces(text, met)
    assert cut == [Piece("电动自行车", "电瓶车", False), Piece("停放", "停放", True)]
    assert [(pair.query, pair.passage) for pair in similar_pairs(met)] == [("电瓶车", "电动自行车")]
    assert pieces(text, []) == [Piece(text)]
    assert pieces("短", [Match("长", "长", (0, 9), 1.0)]) == [Piece("短", "长", True)]  # no piece that the text does not have


@pytest.mark.parametrize(
    ("score", "threshold", "level", "percent"),
    [(0.8, 0.07, "likely", "80%"), (0.5, 0.07, "likely", "50%"), (0.49, 0.07, "possible", "49%"), (0.07, 0.07, "possible", "7%"),
     (0.06, 0.07, "none", "6%"), (0.6, 0.7, "none", "60%"), (0.001, 0.07, "none", "< 1%"), (0.999, 0.07, "likely", "> 99%")],
)  # fmt: skip
def test_a_probability_is_said_in_words_and_in_a_number(score: float, threshold: float, level: str, percent: str) -> None:
    assert (certainty(score, threshold).level, certainty(score, threshold).percent) == (level, percent)


def test_without_a_precedent_the_page_says_so_and_sets_the_nearest_passages_apart(got: Got) -> None:
    page = got("/search", q=NOT_THERE)
    assert page.one("h2", id="none-title").words == "No precedent"
    assert page.one("h2", id="nearest-title").words == "The nearest passages, which are not precedents"
    assert [hit.one("p", "sure").one("strong").words for hit in hits_of(page)] == ["not a precedent"] * len(hits_of(page))
    assert not page.all("h2", "tally")


def test_a_filter_that_leaves_nothing_is_named_and_may_be_taken_back(got: Got) -> None:
    page = got("/search", q=QUESTION, place="火星")
    assert "no passage of the index is about 火星" in page.one("section", "none").words
    assert hits_of(page) == []
    checked = [box.attributes["value"] for box in page.all("input", type="radio") if "checked" in box.attributes]
    assert checked == ["火星"]
    back = next(link for link in page.all("a") if link.words == "Without filters")
    assert "place" not in back.attributes["href"]


def test_places_are_a_tree_of_choices_with_the_number_of_their_articles(got: Got) -> None:
    page = got("/search", q="广场舞", place="浙江省杭州市")
    values = {box.attributes["value"]: "checked" in box.attributes for box in page.all("input", type="radio", name="place")}
    assert values["浙江省杭州市"] is True
    assert {"", "浙江省", "浙江省杭州市西湖区"} <= {*values}
    hangzhou = next(summary for summary in page.all("summary") if summary.words.startswith("杭州市"))
    assert hangzhou.words == "杭州市 1"
    assert [hit.one("h3").words for hit in hits_of(page)] == ["广场舞有了约定"] * len(hits_of(page))


def test_more_is_an_address(got: Got) -> None:
    assert not got("/search", q=QUESTION).all("p", "further")  # all there is was shown
    page = got("/search", q=QUESTION, k=1)
    assert len(hits_of(page)) == 1
    further = page.one("p", "further").one("a")
    assert len(hits_of(got(further.attributes["href"]))) > 1


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"q": "修路", "since": "99"}, "since is '99'; give a date"),
        ({"q": "修路", "since": "2025", "until": "2024"}, "which comes after until"),
        ({"q": "修路", "k": "0"}, "the number of passages is not from 1 to 100"),
        ({"q": "修路", "k": "1e9"}, "the number of passages is not from 1 to 100"),
        ({"q": "？"}, "the question is empty"),
        ({"q": "修" * 2001}, "q has more than 2000 characters"),
        ({"q": "修" * 1900}, "a question has 4096 bytes at most"),
        ({"like": "000000"}, "000000"),
    ],
)
def test_what_cannot_be_asked_is_said_above_the_form_that_stays_filled(got: Got, query: dict[str, str], told: str) -> None:
    page = got("/search", 422, **query)
    assert told in page.one("p", "wrong").words
    assert page.one("input", id="q").attributes["value"] == query.get("q", "")[:2001]
    assert page.one("input", id="since").attributes["value"] == query.get("since", "")


def test_an_empty_question_shows_the_form(got: Got) -> None:
    assert got("/search", q="  ").one("h1").words == "How did others solve it?"


def test_what_a_page_prints_is_text_and_steers_nothing(got: Got, desk: TestClient) -> None:
    for path in (f"/search?q=楼道{HOSTILE}&k=10", f"/search?q={HOSTILE}", f"/search?q=%E2%80%AE%07楼道&place={HOSTILE}&source={HOSTILE}"):
        raw = desk.get(path).text
        page = got(path)
        assert [script.attributes["src"] for script in page.all("script")] == [page.one("script").attributes["src"]]
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", raw)
    hostile = next(hit for hit in hits_of(got("/search", q=f"楼道{HOSTILE}")) if "师傅" in hit.text)
    assert HOSTILE in hostile.one("blockquote").text
    assert "\ufffd" in hostile.one("blockquote").text  # in the place of what would turn the direction of writing


def test_no_page_has_inline_script_or_style(got: Got) -> None:
    for path in ("/", f"/search?q={QUESTION}", f"/search?q={NOT_THERE}", "/basket"):
        for element in got(path).all():
            assert element.tag != "style" and "style" not in element.attributes, (path, element.tag)
            assert not [name for name in element.attributes if name.startswith("on")]
            assert element.tag != "script" or not element.text
            for name in ("href", "src", "action", "poster", "srcset"):
                assert element.attributes.get(name, "/").startswith(("/", "#")), (path, element.attributes)  # nothing from elsewhere


def test_the_script_is_small_and_every_page_does_without(desk: TestClient, got: Got) -> None:
    assert len(desk.get("/static/page.js").content) < 10_000
    page = got("/search", q=QUESTION)
    assert all("hidden" in button.attributes for button in page.all("button") if button.attributes.get("type") == "button")


def test_five_hundred_passages_are_never_asked_for_and_a_hundred_are_shown(got: Got) -> None:
    got("/search", 422, q=QUESTION, k=500)
    assert hits_of(got("/search", q=QUESTION, k=100))


def test_headings_follow_one_another_without_a_gap(got: Got) -> None:
    for path in ("/", f"/search?q={QUESTION}", f"/search?q={NOT_THERE}", "/basket", "/nowhere"):
        page = got(path, 404 if path == "/nowhere" else 200)
        levels = [int(element.tag[1]) for element in page.all() if re.fullmatch("h[1-6]", element.tag)]
        assert levels[0] == 1 and levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), path
        ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
        assert len(ids) == len({*ids}), path
        assert page.one("a", "skip").attributes["href"] == "#" + page.one("main").attributes["id"]
