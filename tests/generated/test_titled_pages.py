"""Pages of titled texts: the gold says what stands on the page, and pages that are held back share no text with the others."""

import html
import re
from random import Random

import pytest

from tests.benchmarks.pages import named
from tests.generated.pages import page
from tests.generated.reports import HELD_BACK, _report, written
from tests.generated.sheet import HALF
from tests.generated.titled import NEWER
from tests.generated.unmarked import stray_blanks, wrap


def bare(text: str) -> str:
    return re.sub(r"[\s#*】【▲■●]|(?<=[a-z])-(?=\s*[a-z])|<[^>]*>", "", html.unescape(text)).translate(HALF)


@pytest.mark.parametrize("profile", NEWER)
def test_a_line_of_a_page_is_a_line_of_its_gold(profile: str) -> None:
    for seed in range(5):
        text, gold = page(profile, seed)
        lines, counted = text.split("\n"), set()
        for article in gold["articles"]:
            for paragraph in article["paragraphs"]:
                shown = "".join(lines[number - 1] for number in paragraph["source_lines"])
                assert bare(paragraph["text"]) in bare(shown)
                counted |= {*paragraph["source_lines"]}
            heads = [article.get(f"{role}_lines") for role in ("title", "kicker", "subtitle", "byline")]
            for first, last in [head for head in heads if head] + [
                part["lines"] for part in article["subhead_details"] + article["captions"]
            ]:
                counted |= {*range(first, last + 1)}
        for other in gold["non_articles"]:
            counted |= {*range(other["lines"][0], other["lines"][1] + 1)}
        shown_lines = {number for number, line in enumerate(lines, 1) if line.strip()}
        assert profile == "web page" or shown_lines <= counted


def test_pages_that_are_held_back_are_made_of_other_texts() -> None:
    looked_at, kept = ({report.title for report in (*lot.local, *lot.long, *lot.english)} for lot in written())
    assert len(looked_at) > len(kept) > 20 and not looked_at & kept
    assert {article["title"] for article in page("unmarked", HELD_BACK)[1]["articles"]} <= kept
    assert {article["title"] for article in page("unmarked", HELD_BACK - 1)[1]["articles"]} <= looked_at


def test_a_written_text_has_its_headlines_by_their_first_character() -> None:
    report = _report(["引 上", "题 中 间", "副 下", "目标是清楚的。", "目 其一", "好。"])
    assert (report.kicker, report.title, report.subtitle) == ("上", "中 间", "下")
    assert (report.paragraphs, report.sections) == (["目标是清楚的。"], [("其一", ["好。"])])


def test_a_hanging_mark_never_begins_a_line() -> None:
    assert wrap("一二三四，五六", 4, hanging=True) == ["一二三四，", "五六"]
    assert wrap("一二三四，五六", 4, hanging=False) == ["一二三四", "，五六"]


def test_stray_blanks_change_nothing_else() -> None:
    for where in ("columns", "anywhere", "marks", ""):
        shown = stray_blanks(Random(1), "今年以来，社区新增车位三十个，" * 9, where)
        assert shown.replace(" ", "") == "今年以来，社区新增车位三十个，" * 9
        assert (" " in shown) == bool(where)


def test_profiles_are_named_by_patterns() -> None:
    assert named(["unmarked"]) == ["unmarked"] and named(["lists", "new"])[:2] == ["lists", "unmarked"]
    assert named(["furn*", "furniture"]) == ["furniture"] and len(named([])) > len(named(["new"]))
