"""Columns that were read across, and pieces that stand in another article: put back where the text shows how, and only there."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Article, Page
from index.layout.assignment import assigned, streamed
from index.layout.lines import lines
from index.layout.reading_order import Chain, _rearrange, _whole
from index.segmentation.articles import articles
from index.text.trigrams import begins, crossed, joints, judged, reads_on, stops
from tests.generated.pages import page as made

UPPER = (
    "为破解老旧小区停车难题，锦潭街道组织社区、物业和居民代表多次召开议事协商会议，逐户征求意见，"
    "在不占用绿地的前提下新增停车位六十余个，并制定了统一的收费管理办法，由业主委员会监督执行。"
)
LOWER = (
    "为方便老年人就近用餐，桐湖街道引入社会力量建成老年食堂十二家，由政府补贴运营经费，志愿者上门送餐，"
    "目前每天有三百多位老人在家门口吃上热饭热菜，独居老人的子女也能通过手机了解父母的用餐情况。"
)


def of(text: str) -> list[Article]:
    return articles(Page("p.txt", text, "", "utf-8"))


def narrow(text: str, size: int = 16) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def test_what_goes_on_reads_better_than_what_does_not() -> None:
    befores, afters = ["多次召开议事协", "新增停车位六十余", "由政府补贴运营经"], ["商会议", "个，并制定", "费，志愿者"]
    scores = crossed(befores, afters)
    assert list(scores.argmax(axis=1)) == [0, 1, 2]
    assert (joints(befores, afters) == scores.diagonal()).all()
    assert judged(befores, afters).tolist() == [list(its) for its in (joints(befores, afters), stops(befores), begins(afters))]
    assert stops(["居民都说好。"])[0] > 0 > stops(["由政府补贴运营经"])[0]
    assert begins(["近日，社区"])[0] > 0 > begins(["政局批准了"])[0]


@pytest.mark.parametrize("text", ["", " ", "𠮷", "\ud800", "a", "\n\n", "。"])
def test_any_text_has_a_score(text: str) -> None:
    assert -5 <= reads_on(text, text) < 20


@given(st.lists(st.lists(st.floats(-5, 5), min_size=5, max_size=5), min_size=5, max_size=5))
def test_no_other_pairing_is_worth_more(rows: list[list[float]]) -> None:
    import itertools

    import numpy as np

    worth = np.array(rows)
    total = sum(worth[pair] for pair in assigned(worth).items())
    best = max(sum(max(0.0, worth[a, b]) for a, b in enumerate(order)) for order in itertools.permutations(range(5)))
    assert total == pytest.approx(best)
    assert all(worth[pair] > 0 for pair in assigned(worth).items())


def test_two_shuffled_streams_are_told_apart() -> None:
    import itertools

    import numpy as np

    worth = np.random.default_rng(1).normal(size=(7, 7))
    before = streamed(worth)
    total = sum(worth[a, b] for b, (a, _) in before.items())
    assert all(loss >= 0 for _, loss in before.values())
    sides = itertools.product((0, 1), repeat=7)
    streams = ([[at for at in range(7) if side[at] == one] for one in (0, 1)] for side in sides)
    assert total == pytest.approx(max(sum(worth[a, b] for one in both for a, b in itertools.pairwise(one)) for both in streams))


def test_two_columns_in_one_line_are_read_one_after_the_other() -> None:
    sides = [narrow(UPPER), narrow(LOWER)]
    across = [piece for pair in zip(*sides, strict=False) for piece in pair]
    (one,) = of("## 破解难题有实招\n\n" + " ".join(across) + "\n\n(张三 李四)\n")
    texts = [paragraph.text for paragraph in one.paragraphs]
    shorter = min(len(side) for side in sides) * 16
    assert texts == [UPPER[:shorter], LOWER[:shorter]]
    assert all(paragraph.lines == ((3, 3),) and 0.9 < paragraph.sure < 1 for paragraph in one.paragraphs)


def test_the_opening_of_the_article_below_goes_there_and_the_sentence_around_it_is_whole() -> None:
    lines = narrow(LOWER)
    cut = UPPER.index("议事协商") + 3
    text = ["## 停车有了新办法", UPPER[:cut], *lines[:3], UPPER[cut:], "(张三)", "## 食堂开到家门口", "".join(lines[3:]), "(李四)"]
    first, second = of("\n\n".join(text) + "\n")
    assert [paragraph.text for paragraph in first.paragraphs] == [UPPER]
    assert [paragraph.text for paragraph in second.paragraphs] == [LOWER]
    assert first.paragraphs[0].lines == ((3, 3), (11, 11))
    assert second.paragraphs[0].lines == ((5, 9), (17, 17))


def test_a_head_in_the_middle_of_a_sentence_stands_below_it() -> None:
    cut = UPPER.index("议事协商") + 3
    last = "记者从街道获悉，下一步还将推广到全部小区。"
    text = ["## 停车有了新办法", UPPER[:cut], "## 食堂开到家门口", UPPER[cut:], last, "(张三)", LOWER, "(李四)"]
    first, second = of("\n\n".join(text) + "\n")
    assert ([part.text for part in first.paragraphs], first.authors) == ([UPPER, last], ("张三",))
    assert ([part.text for part in second.paragraphs], second.title, second.authors) == ([LOWER], "食堂开到家门口", ("李四",))


def test_what_no_other_text_encloses_is_not_moved_below() -> None:
    text = "\n\n".join([*narrow(UPPER)[:6], "## 食堂开到家门口", LOWER]) + "\n"
    whole = lines(Page("p.txt", text, "", "utf-8"))
    left = [*whole]
    window = [*range(6), 7]
    _rearrange(left, window, [Chain([0], []), Chain([1, 4, 5, 6], [0.9, None, 0.9]), Chain([2, 3], [None])])
    assert left == whole


def test_a_page_in_order_stays_as_it_is() -> None:
    whole = "\n\n".join(["## 停车有了新办法", UPPER[:40], UPPER[40:], LOWER[:30], LOWER[30:]])
    (one,) = of(whole)
    assert [paragraph.text for paragraph in one.paragraphs] == [UPPER, LOWER]
    assert all(paragraph.sure == 1 for paragraph in one.paragraphs)


@pytest.mark.parametrize("profile", ["across", "columns", "inserted", "parted", "wrapped", "any"])
def test_no_character_is_lost_or_doubled(profile: str) -> None:
    for seed in range(5):
        text, _ = made(profile, seed)
        found = of(text)
        used = Counter(at for one in found for part in (*one.paragraphs, *one.headings) for a, b in part.spans for at in range(a, b))
        assert [at for at, character in enumerate(text) if not character.isspace() and used[at] != (character != "#")] == []


def test_shuffled_lines_end_and_keep_every_character() -> None:
    for seed in range(10):
        pieces = narrow(UPPER + LOWER, 12) * 3
        Random(seed).shuffle(pieces)
        text = " ".join(pieces[:20]) + "\n\n" + "\n\n".join(pieces[20:])
        said = "".join(part.text for one in of(text) for part in (*one.paragraphs, *one.headings))
        assert Counter(said.replace(" ", "")) == Counter("".join(pieces))


def test_a_piece_that_was_moved_is_not_quoted_a_second_time() -> None:
    (line,) = lines(Page("p.txt", "甲甲甲 乙乙乙 丙丙丙", "", "utf-8"))
    a, b, c = (replace(line, text=line.text[at : at + 3], start=line.start + at, end=line.start + at + 3) for at in (0, 4, 8))
    assert [piece.text for piece in _whole([a, c, b], {line.number: line})] == ["甲甲甲", "丙丙丙", "乙乙乙"]
    assert [*_whole([a, b, c], {line.number: line})] == [line]
