"""The words of plain texts, cut without the tokenizer, are those that the tokenizer cuts; all other texts are left to it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.encoders import static
from index.encoders.longest_match import LongestMatch, Script
from index.encoders.shipped import SHIPPED
from index.encoders.static import StaticEncoder, modules_of
from index.encoders.word_pieces import WordPieces

FOLDER = SHIPPED / "static"
FILE = FOLDER / modules_of(FOLDER)[0]["path"] / "tokenizer.json"
TOKENIZER = Tokenizer.from_file(str(FILE))
TOKENIZER.no_truncation()
TOKENIZER.no_padding()
PIECES = WordPieces.of(TOKENIZER)
assert PIECES is not None
PLAIN = "老旧小区停车难怎么解决，电动自行车充电桩加装电梯一网通办居民议事协商后哪吒12345热线WiFi3.5万元\n、。（）％ 　"
ANY = st.text(st.one_of(st.sampled_from(PLAIN), st.characters(exclude_categories=["Cs"])), max_size=120)


def expected(text: str) -> tuple[list[int], list[tuple[int, int]]]:
    encoding = TOKENIZER.encode(text, add_special_tokens=False)
    return encoding.ids, encoding.offsets


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from(PLAIN), max_size=300))
def test_plain_texts_are_cut_as_by_the_tokenizer(text: str) -> None:
    assert PIECES is not None
    if "吒" in text or "後" in text:
        return
    assert PIECES.ids_and_offsets(text) == expected(text)
    assert PIECES.ids(text) == expected(text)[0]


@settings(max_examples=600, deadline=None)
@given(ANY)
def test_other_texts_are_cut_as_by_the_tokenizer_or_left_to_it(text: str) -> None:
    assert PIECES is not None
    assert PIECES.ids_and_offsets(text) in (None, expected(text))
    assert PIECES.ids(text) in (None, expected(text)[0])


@pytest.mark.parametrize(
    "text", ["", "一", "停" * 500, "abc" * 100, "1" * 99, "哪吒", "後来", "ＡＢＣ", "é", "e\u0301", "한국", "カー", "①", "\r\n", "İ"]
)
def test_edges_are_cut_as_by_the_tokenizer_or_left_to_it(text: str) -> None:
    assert PIECES is not None
    assert PIECES.ids_and_offsets(text) in (None, expected(text))


def test_every_character_alone_is_cut_as_by_the_tokenizer_or_left_to_it() -> None:
    assert PIECES is not None
    every = [f"中{chr(code)}国" for code in range(0x20, 0x10000) if not 0xD800 <= code < 0xE000]
    encodings = TOKENIZER.encode_batch(every, add_special_tokens=False)
    own = [PIECES.ids_and_offsets(text) for text in every]
    assert [
        text for text, ours, theirs in zip(every, own, encodings, strict=True) if ours not in (None, (theirs.ids, theirs.offsets))
    ] == []
    assert sum(ours is not None for ours in own) > 7000


def test_an_encoder_cuts_the_same_words_before_and_after_it_has_cut_many(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        "老旧小区停车难",
        "後来加装了電梯，WiFi也有了",
        "哪吒",
        "",
        "한국어",
        "网格员12345",
        "停车难，停车乱；老旧小区的停车位，停车费",
    ]

    def said(many: int) -> list[object]:
        monkeypatch.setattr(static, "MANY_TEXTS", many)
        model = StaticEncoder("static", FOLDER)
        words = [(found.ids.tolist(), found.offsets) for found in model.words(texts)]
        for text, (ids, offsets) in zip(texts, words, strict=True):
            for wanted in ({*ids}, {*ids[1::2]}, {*ids[:1]}, set[int]()):
                assert model.occurrences(text, wanted) == [pair for pair in zip(ids, offsets, strict=True) if pair[0] in wanted]
        return [
            model.encode_passages(texts).tolist(),
            words,
            [known.ids.tolist() for known in model.vocabularies(texts, texts[::-1])],
            bool(model._pieces),
        ]

    *slow, without = said(10**9)
    *fast, with_pieces = said(0)
    assert (slow, without, with_pieces) == (fast, False, True)


@pytest.mark.parametrize(
    "change",
    [
        {"pre_tokenizer": {"type": "Whitespace"}},
        {"pre_tokenizer": None},
        {
            "added_tokens": [
                {"id": 1, "content": "x", "single_word": False, "lstrip": False, "rstrip": False, "normalized": True, "special": False}
            ]
        },
    ],
)
def test_another_kind_of_tokenizer_is_left_alone(change: dict[str, object]) -> None:
    assert WordPieces.of(Tokenizer.from_str(json.dumps(json.loads(FILE.read_text("utf-8")) | change))) is None


def test_many_texts_at_once_are_cut_as_one_by_one() -> None:
    assert PIECES is not None
    pages = [
        "老旧小区停车难怎么解决",
        "",
        "\n",
        "，",
        "一",
        "吒",
        "哪吒",
        "後来",
        "3.5万元 WiFi6",
        "停" * 64,
        "停" * 65,
        "1" * 16,
        "1" * 17,
        "a𠀀b",
        "\ud800",
    ]
    expected_ids = [expected(text)[0] if text.isascii() or "\ud800" not in text else None for text in pages]
    cut = PIECES.ids_of_each(pages)
    assert [ids is None for ids in cut] == [False] * 5 + [True] * 3 + [False, False, True, False, True, True, True]
    assert [None if ids is None else ids.tolist() for ids in cut] == [
        None if ids is None else theirs for ids, theirs in zip(cut, expected_ids, strict=True)
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(ANY, max_size=12))
def test_many_texts_at_once_are_cut_as_by_the_tokenizer_or_left_to_it(texts: list[str]) -> None:
    assert PIECES is not None
    for text, ids in zip(texts, PIECES.ids_of_each(texts), strict=True):
        assert ids is None or ids.tolist() == expected(text)[0]


def test_every_pair_of_a_small_vocabulary_is_found_and_no_other() -> None:
    words = {"中": 0, "国": 1, "人": 2, "中国": 3, "中国人民": 4, "民": 5, "a": 6, "ab": 7}
    scripts = [Script(frozenset("中国人民"), 4), Script(frozenset("ab"), 64)]
    many = LongestMatch(words, scripts, {one: one for one in "中国人民ab，"})

    def cut(text: str) -> list[int] | None:
        return None if (ids := many.ids([text])[0]) is None else ids.tolist()

    texts = ["中国人", "中国人民", "国中", "人，民", "中国人民人", "aba", "b", "ab中国", "x", ""]
    assert [cut(text) for text in texts] == [[3, 2], [4], [1, 0], [2, 5], None, [7, 6], None, [7, 3], None, []]
    assert [None if ids is None else ids.tolist() for ids in many.ids(texts)] == [cut(text) for text in texts]
