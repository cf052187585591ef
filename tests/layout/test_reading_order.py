"""Reading order: columns that were read across, and text in another article, are put back only where the text shows how."""

from collections import Counter
from random import Random

import pytest

from index.document import Article, Page
from index.layout.lines import lines
from index.layout.reading_order import Chain, rearrange
from index.segmentation.articles import articles
from index.segmentation.diagnostics import doubts
from tests.generated.pages import page as made

UPPER = (
    "为破解老旧小区停车难题，锦潭街道组织社区、物业和居民代表多次召开议事协商会议，逐户征求意见，"
    "在不占用绿地的前提下新增停车位六十余个，并制定了统一的收费管理办法，由业主委员会监督执行。"
)
LOWER = (
    "为方便老年人就近用餐，桐湖街道引入社会力量建成老年食堂十二家，由政府补贴运营经费，志愿者上门送餐，"
    "目前每天有三百多位老人在家门口吃上热饭热菜，独居老人的子女也能通过手机了解父母的用餐情况。"
)

THIRD = (
    "山区的孩子上学远，云桥镇把闲置的粮站改成寄宿学校，请来退休教师辅导功课，周末用班车接送，"
    "食宿费由县财政和乡贤基金各出一半，三年里没有一名学生因为路远辍学，家长外出务工也放心了许多。"
)


def articles_of(text: str) -> list[Article]:
    return articles(Page("p.txt", text, "", "utf-8"))


def narrow(text: str, size: int = 16) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def test_two_columns_in_one_line_are_read_one_after_the_other() -> None:
    sides = [narrow(UPPER), narrow(LOWER)]
    across = [piece for pair in zip(*sides, strict=False) for piece in pair]
    (one,) = articles_of("## 破解难题有实招\n\n" + " ".join(across) + "\n\n(张三 李四)\n")
    texts = [paragraph.text for paragraph in one.paragraphs]
    shorter = min(len(side) for side in sides) * 16
    assert texts == [UPPER[:shorter], LOWER[:shorter]]
    assert all(paragraph.lines == ((3, 3),) and 0.9 < paragraph.certainty < 1 for paragraph in one.paragraphs)


def test_columns_of_which_one_goes_on_in_the_next_line_are_two_texts() -> None:
    rows = [piece for pair in zip(narrow(UPPER), narrow(LOWER), strict=False) for piece in pair][:-1]
    rest = LOWER[len("".join(rows[1::2])) :]
    (one,) = articles_of("## 破解难题有实招\n\n" + " ".join(rows) + f"\n\n{rest}\n\n(张三 李四)\n")
    assert [paragraph.text for paragraph in one.paragraphs] == [UPPER, LOWER]
    assert one.paragraphs[1].lines == ((3, 3), (5, 5))


def test_columns_that_cannot_be_told_apart_are_one_paragraph_with_one_doubt() -> None:
    three = narrow(UPPER), narrow(LOWER), narrow(THIRD)
    woven = " ".join(piece for row in zip(*three, strict=False) for piece in row)
    source = Page("p.txt", f"## 破解难题有实招\n\n{woven}\n\n{LOWER}\n", "", "utf-8")
    (one,) = articles(source)
    assert [paragraph.text for paragraph in one.paragraphs] == [woven.replace(" ", ""), LOWER]
    assert [(doubt.code, doubt.lines) for doubt in doubts(source, [one])[0]] == [("woven", ((3, 3),))]


def test_the_opening_of_the_article_below_goes_there_and_the_sentence_around_it_is_whole() -> None:
    pieces = narrow(LOWER)
    cut = UPPER.index("议事协商") + 3
    text = ["## 停车有了新办法", UPPER[:cut], *pieces[:3], UPPER[cut:], "(张三)", "## 食堂开到家门口", "".join(pieces[3:]), "(李四)"]
    first, second = articles_of("\n\n".join(text) + "\n")
    assert [paragraph.text for paragraph in first.paragraphs] == [UPPER]
    assert [paragraph.text for paragraph in second.paragraphs] == [LOWER]
    assert first.paragraphs[0].lines == ((3, 3), (11, 11))
    assert second.paragraphs[0].lines == ((5, 9), (17, 17))


def test_a_heading_in_the_middle_of_a_sentence_is_moved_below_it() -> None:
    cut = UPPER.index("议事协商") + 3
    last = "记者从街道获悉，下一步还将推广到全部小区。"
    text = ["## 停车有了新办法", UPPER[:cut], "## 食堂开到家门口", UPPER[cut:], last, "(张三)", LOWER, "(李四)"]
    first, second = articles_of("\n\n".join(text) + "\n")
    assert ([part.text for part in first.paragraphs], first.authors) == ([UPPER, last], ("张三",))
    assert ([part.text for part in second.paragraphs], second.title, second.authors) == ([LOWER], "食堂开到家门口", ("李四",))


def test_a_text_that_no_other_text_encloses_is_not_moved_below() -> None:
    text = "\n\n".join([*narrow(UPPER)[:6], "## 食堂开到家门口", LOWER]) + "\n"
    whole = lines(Page("p.txt", text, "", "utf-8"))
    kept = [*whole]
    window = [*range(6), 7]
    rearrange(kept, window, [Chain([0], []), Chain([1, 4, 5, 6], [0.9, None, 0.9]), Chain([2, 3], [None])])
    assert kept == whole


def test_a_page_in_order_stays_as_it_is() -> None:
    whole = "\n\n".join(["## 停车有了新办法", UPPER[:40], UPPER[40:], LOWER[:30], LOWER[30:]])
    (one,) = articles_of(whole)
    assert [paragraph.text for paragraph in one.paragraphs] == [UPPER, LOWER]
    assert all(paragraph.certainty == 1 for paragraph in one.paragraphs)


@pytest.mark.parametrize("profile", ["across", "columns", "inserted", "parted", "wrapped", "any"])
def test_no_character_is_lost_or_doubled(profile: str) -> None:
    for seed in range(5):
        text, _ = made(profile, seed)
        parts = [part for article in articles_of(text) for part in (*article.paragraphs, *article.headings)]
        used = Counter(offset for part in parts for a, b in part.spans for offset in range(a, b))
        assert [offset for offset, mark in enumerate(text) if not mark.isspace() and used[offset] != (mark != "#")] == []


def test_shuffled_lines_end_and_keep_every_character() -> None:
    for seed in range(10):
        pieces = narrow(UPPER + LOWER, 12) * 3
        Random(seed).shuffle(pieces)
        text = " ".join(pieces[:20]) + "\n\n" + "\n\n".join(pieces[20:])
        words = "".join(part.text for article in articles_of(text) for part in (*article.paragraphs, *article.headings))
        assert Counter(words.replace(" ", "")) == Counter("".join(pieces))
