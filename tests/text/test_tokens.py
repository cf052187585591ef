"""Terms and words: all forms of a character give the same ones, and a word knows its offsets in the text."""

import sys
import unicodedata

import jieba
import pytest

from index.text.tokens import CHARACTERS, normalised, terms, words


def test_full_width_and_upper_case_are_normalised() -> None:
    assert normalised("ＷＥＢ３ Nano") == "web3 nano"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("電動自行車亂停", "电动自行车乱停"),  # traditional
        ("裏裡 臺台 爲為 衆眾 著火", "里里 台台 为为 众众 着火"),  # forms of one character
        ("発展 経済", "发展 经济"),  # Japanese
        ("⻢路 ⼈口 金\uf90a", "马路 人口 金金"),  # radicals and compatibility forms, as PDF files have them
        ("２０２４年 ＡＢＣ ｶﾞｽ ㎡", "2024年 abc ガス m2"),  # full and half width
        ("STRASSE ΟΔΟΣ", "straße οδος"),
    ],
)
def test_other_forms_of_a_character_give_the_same_terms(written: str, plain: str) -> None:
    assert terms(written) == terms(plain)
    assert [word.text for word in words(written)] == [word.text for word in words(plain)]


def test_every_character_is_normalised_as_unicode_and_the_table_say_beside_common_ones_and_alone() -> None:
    old, new = CHARACTERS.read_text("utf-8").splitlines()[:2]
    simplified = dict(zip(map(ord, old.strip()), new.strip(), strict=True))
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    for first in range(0, len(every), 4096):
        text = "，好：".join(every[first : first + 4096])
        assert normalised(text) == unicodedata.normalize("NFKC", text).casefold().translate(simplified)
    for character in (*old.strip(), *"著於后Ａ，…ß\u0345"):
        assert normalised(character) == unicodedata.normalize("NFKC", character).casefold().translate(simplified)


def test_words_of_traditional_text_have_the_offsets_of_their_characters() -> None:
    text = "老舊小區的電動自行車"
    assert [(word.text, text[word.start : word.end]) for word in words(text)] == [
        ("老旧", "老舊"),
        ("小区", "小區"),
        ("的", "的"),
        ("电动", "電動"),
        ("自行车", "自行車"),
    ]


def test_chinese_gives_characters_and_bigrams_within_one_run() -> None:
    assert terms("停车，难") == ["停", "车", "停车", "难"]


def test_latin_words_and_numbers_stay_whole() -> None:
    assert terms("E-bike 2.5km") == ["e", "bike", "2.5", "km"]


def test_kana_and_hangul_are_cut_like_chinese() -> None:
    assert terms("ガス 배관") == ["ガ", "ス", "ガス", "배", "관", "배관"]


@pytest.mark.parametrize("text", ["", " \n\t", "。！？", "——", "()"])
def test_a_text_without_words_has_no_terms(text: str) -> None:
    assert terms(text) == []


def test_a_word_of_more_than_64_characters_is_cut() -> None:
    assert max(map(len, terms("x" * 1000))) == 64
    assert "".join(terms("x" * 1000)) == "x" * 1000


def test_words_have_the_right_offsets_even_if_normalising_changes_lengths() -> None:
    text = "㎞ 有ＡＢＣ电瓶车"
    originals = {word.text: text[word.start : word.end] for word in words(text)}
    assert originals["abc"] == "ＡＢＣ"
    assert originals["km"] == "㎞"
    assert originals["电瓶车"] == "电瓶车"


def test_words_agree_with_jieba() -> None:
    text = "社区牵头召开三方联席会议解决小区电动自行车乱停放难题"
    jieba.setLogLevel("ERROR")
    assert [word.text for word in words(text)] == list(jieba.cut(text))
