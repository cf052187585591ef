"""Terms and words: what is compared, and where it stands."""

import jieba
import pytest

from index.words import fold, terms, words


def test_full_width_and_upper_case_are_compared_as_their_plain_forms() -> None:
    assert fold("ＷＥＢ３ Nano") == "web3 nano"


def test_chinese_gives_characters_and_bigrams_within_one_run() -> None:
    assert terms("停车，难") == ["停", "车", "停车", "难"]


def test_latin_words_and_numbers_stay_whole() -> None:
    assert terms("E-bike 2.5km") == ["e", "bike", "2.5", "km"]


def test_kana_and_hangul_are_cut_like_chinese() -> None:
    assert terms("ガス 배관") == ["ガ", "ス", "ガス", "배", "관", "배관"]


@pytest.mark.parametrize("text", ["", " \n\t", "。！？", "——", "()"])
def test_nothing_to_ask_gives_no_terms(text: str) -> None:
    assert terms(text) == []


def test_an_endless_word_is_cut_so_that_it_cannot_bloat_the_dictionary() -> None:
    assert max(map(len, terms("x" * 1000))) == 64
    assert "".join(terms("x" * 1000)) == "x" * 1000


def test_words_stand_where_they_say_even_where_folding_changes_lengths() -> None:
    text = "㎞ 有ＡＢＣ电瓶车"
    found = {word.text: text[word.start : word.end] for word in words(text)}
    assert found["abc"] == "ＡＢＣ"
    assert found["km"] == "㎞"
    assert found["电瓶车"] == "电瓶车"


def test_words_agree_with_jieba() -> None:
    text = "社区牵头召开三方联席会议解决小区电动自行车乱停放难题"
    jieba.setLogLevel("ERROR")
    assert [word.text for word in words(text)] == list(jieba.cut(text))
