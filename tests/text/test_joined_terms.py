"""Terms made for many texts at once are those that each text has alone."""

import random

import pytest

from index.text.joined_terms import FEWEST_CHARACTERS, joined_terms
from index.text.tokens import terms

LONG = "社区在院坝里修了车棚，2024年3月起有1,200个车位；Wi-Fi 也通了。" * 20  # enough characters for arrays
assert len(LONG) >= FEWEST_CHARACTERS
PIECES = [
    "车",
    "棚子",
    " ",
    "，",
    "3.5万",
    "２０",
    "二〇二四年三月",
    "ＡＢc",
    "é",
    "e\u0301",
    "か\u3099",
    "ｶﾞ",
    "가나",
    "𠮷野",
    "著",
    "臺灣",
    "ß",
    "😀",
    "_",
    "\n",
]


def agrees(texts: list[str]) -> bool:
    return [sorted(joined.split(" ")) for joined in joined_terms(texts)] == [sorted(terms(text)) or [""] for text in texts]


@pytest.mark.parametrize(
    "text", ["", " ", "车", "一", "a", "\0", "甲\0乙", "\ud800车棚", "𠀀𠀁", "x" * 200, "٣٤ x", "A\u030a车", "第三章\n一、车棚"]
)
def test_a_text_among_others_has_the_terms_that_it_has_alone(text: str) -> None:
    assert agrees([LONG, text, LONG, text])


def test_random_texts_have_the_same_terms_together_and_alone() -> None:
    draw = random.Random(17)
    texts = ["".join(draw.choices(PIECES, k=draw.randrange(40))) for _ in range(300)]
    assert sum(map(len, texts)) >= FEWEST_CHARACTERS and agrees(texts)


def test_few_and_no_texts_have_their_terms() -> None:
    assert joined_terms([]) == [] and joined_terms(["电瓶车"]) == ["电 瓶 车 电瓶 瓶车"]
