"""Whether a number is found however it is written: a hundred facts, each written in one form and asked in another.

    python -m tests.benchmarks.numbers [--model contextual] [--seed 1]

prints a Markdown table. The facts of a kind differ in their numbers alone, so nothing but the number leads to the right one. The last
column asks for numbers that no passage has: how often is one reported as found?
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.results import Result
from search.searcher import Searcher, open_search
from tests.benchmarks.quality import header

FACTS = 25  # of each kind
DIGITS = "零一二三四五六七八九"
UNITS = ("", "十", "百", "千")


@dataclass(frozen=True, slots=True)
class Kind:
    """Facts of one kind: the sentence that states one and the question for it, both with {} for the number, how the number is drawn, and
    its forms: in words, in digits, as OCR or another office writes it."""

    name: str
    statement: str
    question: str
    draw: Callable[[random.Random], int]
    forms: tuple[Callable[[int], str], ...]


def in_words(number: int) -> str:
    """Return a number in Chinese numerals.

    >>> [in_words(number) for number in (10, 35, 105, 1200, 18000, 100010)]
    ['十', '三十五', '一百零五', '一千二百', '一万八千', '十万零一十']
    """
    high, low = divmod(number, 10_000)
    if high:
        gap = "零" if 0 < low < 1000 else ""
        return f"{in_words(high)}万{gap}{_below_ten_thousand(low)}"
    words = _below_ten_thousand(low) or "零"
    return words.removeprefix("一") if words.startswith("一十") else words


def _below_ten_thousand(number: int) -> str:
    words = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += DIGITS[digit] + UNITS[place]
        elif words and not words.endswith("零"):
            words += "零"
    return words.rstrip("零")


def row(number: int) -> str:
    """Return the digits of a year in Chinese numerals: 二〇二四."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def formula(text: str) -> str:
    """Return a number as OCR prints a formula: $1 2 8 6 . 5$."""
    return f"${' '.join(text)}$".replace("%", r"\%")


def month_in_words(month: int) -> str:
    return f"{row(month // 100)}年{in_words(month % 100)}月"


def month_in_digits(month: int) -> str:
    return f"{month // 100}年{month % 100}月"


def iso_month(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"


def in_groups(number: int) -> str:
    return f"{number:,}"


def drawn_month(random: random.Random) -> int:
    """Return a month as 202403."""
    return random.randrange(1995, 2026) * 100 + random.randrange(1, 13)


KINDS = (
    Kind(
        "count",
        "县里办了一场招聘会，带来岗位{}个，大学生和返乡农民工挤满了会场。",
        "招聘会岗位{}个",
        lambda random: random.randrange(101, 9990),
        (in_words, str, in_groups),
    ),
    Kind(
        "month",
        "{}，镇上的老茶馆改成了议事厅，村民坐下来商量修路的事。",
        "{}改的议事厅",
        drawn_month,
        (month_in_words, month_in_digits, iso_month),
    ),
    Kind(
        "percentage",
        "实行积分制以后，垃圾分类的准确率达到{}，比上年有了提高。",
        "垃圾分类准确率{}",
        lambda random: random.randrange(11, 100),
        (lambda share: f"百分之{in_words(share)}", "{}%".format, lambda share: formula(f"{share}%")),
    ),
    Kind(
        "amount",
        "去年全区资助困难学生，发放助学金{}元，没有一个孩子因贫失学。",
        "助学金{}元",
        lambda random: random.randrange(101, 1000) * 100,
        (in_words, lambda amount: f"{amount / 10_000:g}万", in_groups),
    ),
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="contextual")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    encoder = open_encoder(options.model)
    given = sys.argv[1:] if arguments is None else arguments
    print(header(given).replace("tests.benchmarks.quality", "tests.benchmarks.numbers"))
    print("\n| facts | in the same form, first | in another form, first | … and found | another number, and found |\n|---|---|---|---|---|")
    for kind in KINDS:
        print(row_of(kind, encoder, random.Random(options.seed)), flush=True)


def row_of(kind: Kind, encoder: Encoder, random: random.Random) -> str:
    """Return the row of one kind: its facts in each form are an index of their own, which is asked in every form."""
    drawn: dict[int, None] = {}
    while len(drawn) < 2 * FACTS:
        drawn[kind.draw(random)] = None
    facts, others = list(drawn)[:FACTS], list(drawn)[FACTS:]
    same: list[bool] = []
    other: list[bool] = []
    found: list[bool] = []
    absent: list[bool] = []
    with tempfile.TemporaryDirectory() as folder:
        for written in kind.forms:
            texts = [kind.statement.format(written(fact)) for fact in facts]
            with searcher_of(texts, encoder, Path(folder) / str(kind.forms.index(written))) as searcher:
                for asked in kind.forms:
                    results = answers(searcher, [kind.question.format(asked(fact)) for fact in facts])
                    firsts = [result.hits[0].passage.text == text for result, text in zip(results, texts, strict=True)]
                    (same if asked is written else other).extend(firsts)
                    if asked is not written:
                        found += (result.found for result in results)
                        absent += (result.found for result in answers(searcher, [kind.question.format(asked(fact)) for fact in others]))
    return f"| {kind.name} | {share(same)} | {share(other)} | {share(found)} | {share(absent)} |"


def searcher_of(texts: Sequence[str], encoder: Encoder, address: Path) -> Searcher:
    """Return a searcher over an index that holds each of *texts* as a page."""
    pages = address.with_suffix(".pages")
    pages.mkdir()
    for number, text in enumerate(texts):
        (pages / f"{number}.txt").write_text(text, "utf-8")
    with open_index(address, create=model_of(encoder)) as index:
        build([pages], index, encoder)
    return open_search(address, encoder)


def answers(searcher: Searcher, questions: Sequence[str]) -> list[Result]:
    return [result for result in searcher.search_many(questions, 1, min_score=0.0) if isinstance(result, Result)]


def share(values: Sequence[bool]) -> str:
    return f"{sum(values) / len(values):.2f}"


if __name__ == "__main__":
    main()
