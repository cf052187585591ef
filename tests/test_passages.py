"""Passages: one for each paragraph, several for a long one, cut at the ends of sentences; ids that last."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import Page, Passage
from index.passages import LONGEST_PASSAGE, cut, passages_of
from index.segmentation.articles import articles

SENTENCE = "街道将进一步理顺组织体系，打造更多具有特色的三方协同治理标志性成果。"


def passages(text: str, source: str = "a.txt") -> list[Passage]:
    page = Page(source, text, "0" * 64, "utf-8")
    return list(passages_of(page, articles(page)))


def test_each_paragraph_is_a_passage_and_headings_are_none() -> None:
    cited = passages(f"上城区：三方协同 破治理堵点\n\n王鹏 黄智\n\n{SENTENCE}\n\n杭州市上城区四季青街道很好。四季青街道说。")
    assert [p.text for p in cited] == [SENTENCE, "杭州市上城区四季青街道很好。四季青街道说。"]
    assert {p.heading for p in cited} == {"上城区：三方协同 破治理堵点 杭州市上城区四季青街道"}
    assert [(p.citation.lines, p.citation.paragraph, p.citation.authors) for p in cited] == [
        (((5, 5),), 1, ("王鹏", "黄智")),
        (((7, 7),), 2, ("王鹏", "黄智")),
    ]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_equal_parts() -> None:
    cited = passages(SENTENCE * 20)
    assert "".join(p.text for p in cited) == SENTENCE * 20
    assert all(p.text.endswith("。") and len(p.text) <= LONGEST_PASSAGE for p in cited)
    assert max(len(p.text) for p in cited) - min(len(p.text) for p in cited) <= len(SENTENCE)
    assert {p.citation.paragraph for p in cited} == {1}


def test_a_part_ends_after_the_closing_quote() -> None:
    cited = passages("“" + SENTENCE * 6 + "”" + SENTENCE * 6)
    assert [p.text[0] for p in cited] == ["“", "街"]


def test_parts_cite_only_their_own_lines() -> None:
    half = SENTENCE * 9
    cited = passages(f"{half[:-6]}\n\n{half[-6:]}{half}")
    assert [p.citation.lines for p in cited] == [((1, 3),), ((3, 3),)]  # the first part has the six characters below the gap
    assert "".join(p.text for p in cited) == half + half


def test_a_part_of_a_very_long_line_cites_its_characters() -> None:
    line = "".join(f"第{n}条办法规定，{SENTENCE}" for n in range(60))
    text = f"办法\n\n{line}\n\n{SENTENCE}"
    *parts, short = passages(text)
    assert len(parts) > 3
    for part in parts:
        assert part.citation.lines == ((3, 3),)
        first, last = part.citation.chars or (0, 0)
        assert line[first:last] == part.text
    assert short.citation.chars is None
    assert str(parts[0].citation).endswith(f"a.txt:3 第1-{len(parts[0].text)}字")


def test_a_passage_of_another_street_is_not_cited_by_the_street_of_its_article() -> None:
    text = (
        "# 社工培养\n\n近日，杭州市上城区南星街道的社工来了。南星街道负责人说好，南星街道又添了三处。\n\n"
        "紫阳街道有一支团队，每周分班上课，居民都说好。\n\n大家每周都来，人人都说这样的安排很好。\n"
    )
    first, second, third = passages(text)
    assert [one.citation.place for one in (first, second, third)] == [
        *("杭州市上城区南星街道", "杭州市上城区紫阳街道", "杭州市上城区南星街道"),
    ]
    assert "南星" not in second.heading
    assert second.citation.places == ("杭州市上城区南星街道", "杭州市上城区紫阳街道")


def test_english_is_cut_after_full_stops_and_not_within_numbers() -> None:
    cited = passages("The ward spent 1.5 million on lifts. " * 30)
    assert all(p.text.startswith("The ward") and p.text.endswith("lifts.") for p in cited)


def test_text_without_the_end_of_a_sentence_is_cut_too_and_nothing_is_lost() -> None:
    cited = passages("字" * 1_000_000)
    assert sum(len(p.text) for p in cited) == 1_000_000
    assert max(len(p.text) for p in cited) <= LONGEST_PASSAGE


def test_an_id_stays_when_other_paragraphs_change_and_repeated_texts_have_different_ids() -> None:
    first, second, third = passages(f"第一段话在这里。\n\n{SENTENCE}\n\n{SENTENCE}")
    assert len({first.citation.id, second.citation.id, third.citation.id}) == 3
    changed = passages(f"第一段话改过了。\n\n又加了一段。\n\n{SENTENCE}\n\n{SENTENCE}")
    assert [p.citation.id for p in changed[2:]] == [second.citation.id, third.citation.id]
    assert passages(SENTENCE, "b.txt")[0].citation.id != second.citation.id
    assert all(len(p.citation.id) == 16 and int(p.citation.id, 16) >= 0 for p in changed)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["字", "词语", "。", "，", "！”", " ", "a. ", "A b", "\n"]), max_size=900).map("".join))
def test_cuts_are_in_order_and_no_part_is_longer_than_twice_the_limit(text: str) -> None:
    cuts = [0, *cut(text), len(text)]
    assert cuts == sorted(cuts)
    assert all(b - a <= 2 * LONGEST_PASSAGE for a, b in pairwise(cuts))
    kept = "".join(p.text for p in passages(text.replace("\n", "")))
    assert "".join(kept.split()) in "".join(text.split())


def test_passages_that_share_a_line_say_which_of_its_characters_they_are() -> None:
    one, two, alone = passages(f"修路\n\n{SENTENCE * 15}\n\n{SENTENCE}")
    line = SENTENCE * 15
    assert one.citation.lines == two.citation.lines == ((3, 3),) and str(one.citation) != str(two.citation)
    for part in (one, two):
        first, last = part.citation.chars or (0, 0)
        assert line[first:last] == part.text
    assert alone.citation.chars is None
