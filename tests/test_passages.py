"""An article to its passages: a paragraph each, long ones cut at sentence ends, with ids that last."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import Page, Passage
from index.passages import LONGEST, cut, passages_of
from index.segmentation.articles import articles

SENTENCE = "街道将进一步理顺组织体系，打造更多具有特色的三方协同治理标志性成果。"


def passages(text: str, source: str = "a.txt") -> list[Passage]:
    page = Page(source, text, "0" * 64, "utf-8")
    return list(passages_of(page, articles(page)))


def test_a_paragraph_is_a_passage_and_a_head_is_none() -> None:
    found = passages(f"上城区：三方协同 破治理堵点\n\n王鹏 黄智\n\n{SENTENCE}\n\n杭州市上城区四季青街道很好。四季青街道说。")
    assert [p.text for p in found] == [SENTENCE, "杭州市上城区四季青街道很好。四季青街道说。"]
    assert {p.heading for p in found} == {"上城区：三方协同 破治理堵点 杭州市上城区四季青街道"}
    assert [(p.citation.lines, p.citation.paragraph, p.citation.authors) for p in found] == [
        (((5, 5),), 1, ("王鹏", "黄智")),
        (((7, 7),), 2, ("王鹏", "黄智")),
    ]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_equal_parts() -> None:
    found = passages(SENTENCE * 20)
    assert "".join(p.text for p in found) == SENTENCE * 20
    assert all(p.text.endswith("。") and len(p.text) <= LONGEST for p in found)
    assert max(len(p.text) for p in found) - min(len(p.text) for p in found) <= len(SENTENCE)
    assert {p.citation.paragraph for p in found} == {1}


def test_a_part_ends_after_the_closing_quote() -> None:
    found = passages("“" + SENTENCE * 6 + "”" + SENTENCE * 6)
    assert [p.text[0] for p in found] == ["“", "街"]


def test_parts_cite_only_their_own_lines() -> None:
    half = SENTENCE * 9
    found = passages(f"{half[:-6]}\n\n{half[-6:]}{half}")
    assert [p.citation.lines for p in found] == [((1, 3),), ((3, 3),)]  # the first part has the six characters below the gap
    assert "".join(p.text for p in found) == half + half


def test_english_is_cut_after_full_stops_and_not_within_numbers() -> None:
    found = passages("The ward spent 1.5 million on lifts. " * 30)
    assert all(p.text.startswith("The ward") and p.text.endswith("lifts.") for p in found)


def test_text_without_any_end_is_still_cut_and_nothing_is_lost() -> None:
    found = passages("字" * 1_000_000)
    assert sum(len(p.text) for p in found) == 1_000_000
    assert max(len(p.text) for p in found) <= LONGEST


def test_an_id_stays_when_other_paragraphs_change_and_tells_repeated_texts_apart() -> None:
    first, second, third = passages(f"第一段话在这里。\n\n{SENTENCE}\n\n{SENTENCE}")
    assert len({first.citation.id, second.citation.id, third.citation.id}) == 3
    changed = passages(f"第一段话改过了。\n\n又加了一段。\n\n{SENTENCE}\n\n{SENTENCE}")
    assert [p.citation.id for p in changed[2:]] == [second.citation.id, third.citation.id]
    assert passages(SENTENCE, "b.txt")[0].citation.id != second.citation.id
    assert all(len(p.citation.id) == 16 and int(p.citation.id, 16) >= 0 for p in changed)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["字", "词语", "。", "，", "！”", " ", "a. ", "A b", "\n"]), max_size=900).map("".join))
def test_cuts_are_in_order_and_parts_are_not_endless(text: str) -> None:
    cuts = [0, *cut(text), len(text)]
    assert cuts == sorted(cuts)
    assert all(b - a <= 2 * LONGEST for a, b in pairwise(cuts))
    spoken = "".join(p.text for p in passages(text.replace("\n", "")))
    assert "".join(spoken.split()) in "".join(text.split())
