"""Numbers in one form: what numerals are worth, what is a number and what a name, and that nothing else of a text changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.numerals import plain, plain_and_possible, plain_with_offsets, value, values
from index.text.tokens import terms
from tests.benchmarks.numbers import formula, in_words, row

NUMBERS = st.integers(1, 99_999_999)


@given(NUMBERS)
def test_a_numeral_is_worth_what_was_written(number: int) -> None:
    assert value(in_words(number)) == number or len(in_words(number)) == 1
    assert value(in_words(number).replace("万", "萬")) == value(in_words(number))


@given(NUMBERS, st.sampled_from("个人元户"))
def test_a_number_has_the_same_terms_in_numerals_digits_and_groups(number: int, unit: str) -> None:
    worth = str(number)
    for written in (in_words(number), worth, f"{number:,}", formula(worth)):
        assert worth in terms(f"共{written}{unit}。") or number == 1


@given(st.integers(1900, 2099), st.integers(1, 12), st.integers(1, 31))
def test_a_date_has_the_same_terms_however_it_is_written(year: int, month: int, day: int) -> None:
    in_numerals = f"{row(year)}年{in_words(month)}月{in_words(day)}日"
    assert terms(in_numerals) == terms(f"{year}年{month}月{day}日")
    for written in (
        in_numerals,
        f"{year}-{month:02}-{day:02}",
        f"{year}/{month}/{day}",
        f"{year}.{month}.{day}",
        f"{year}年{month:02}月{day:02}日",
    ):
        assert {f"{year}年{month}月", f"{month}月{day}日"} <= set(terms(written))


@given(st.integers(1, 100))
def test_a_percentage_has_the_same_terms_however_it_is_written(share: int) -> None:
    in_digits = set(terms(f"占{share}%，"))
    assert f"{share}%" in in_digits
    for written in (f"百分之{in_words(share)}", f"百分之{share}", f"{share}％", f"{share} per cent", formula(f"{share}%")):
        assert in_digits <= set(terms(f"占{written}，"))


@given(st.text("一二三十百千万零〇点两几第月日年个家%$1 2,.\\{}^分之成"))
def test_any_text_has_a_plain_form_whose_characters_know_where_they_come_from(text: str) -> None:
    read = plain_with_offsets(text)
    assert read.text == plain(text)
    assert read.original(0, len(read.text)) == (0, len(text)) or text[:1] in "$\\" or text[-1:] in "$"
    for offset, character in enumerate(read.text):
        start, end = read.original(offset, offset + 1)
        assert 0 <= start < end <= len(text)
        assert end - start > 1 or text[start] == character or re.match(r"[一二三十零〇]", text[start])
    assert plain(read.text) == read.text or "$" in read.text or "\\" in read.text


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("十", 10),
        ("一百零五", 105),
        ("两千", 2000),
        ("一千零五十", 1050),
        ("一千二", 1200),
        ("三万零六", 30_006),
        ("两万五", 25_000),
        ("二百五十万", 2_500_000),
        ("三亿五千万", 350_000_000),
        ("一万亿", 10**12),
        ("贰拾万", 200_000),
        ("壹仟贰佰", 1200),
        ("一九七八", 1978),
        ("二○○八", 2008),
    ],
)
def test_numerals_are_read_as_they_are_counted(numeral: str, number: int) -> None:
    assert value(numeral) == number


@pytest.mark.parametrize(
    "numeral", ["万一", "百", "千万", "三五", "两三万", "七八十", "一五一十", "十四五", "三千一百零", "百八十", "万万"]
)
def test_what_is_no_well_formed_numeral_has_no_value(numeral: str) -> None:
    assert value(numeral) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "一方面",
            "三农",
            "万一",
            "千方百计",
            "五一广场",
            "十分",
            "一些",
            "第一",
            "统一",
            "三门县",
            "二十大",
            "百姓",
            "万家灯火",
            "千岛湖",
        ),
        *("十八洞村", "八里店镇", "一一三三", "几十人", "数百人", "十几个", "半年", "三五年", "两三万人", "三三两两", "大陆", "伍家岗区"),
        *("九点五十分", "三点一线", "一心一意", "万千", "US$5 and $10", "C:\\new", "见$x$处", "第3，200号", "1.2,345", "30—40", "5 至 10"),
    ],
)
def test_names_idioms_and_spans_stay_as_they_are(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "in_digits"),
    [
        ("四百余人", "400余人"),
        ("第三十五条", "第35条"),
        ("二〇二三届", "2023届"),
        ("十月一日", "10月1日"),
        ("三点五亿元", "3.5亿元"),
        ("百分之零点五", "0.5%"),
        ("百分之百", "100%"),
        ("百分之三至百分之五", "3%至5%"),
        ("12,345,678.5元", "12345678.5元"),
        ("１，２００元", "１２００元"),
        ("1\u2009200 km", "1200 km"),
        ("一萬八千人", "1.8万人"),
        (r"面积$5 0 . 5 \mathrm { k m } ^ { 2 }$", "面积50.5km2"),
        (r"$1 0 \sim 2 0$年", "10~20年"),
        (r"水温$2 0 ^ { \circ } \mathrm { C }$", "水温20°C"),
        (r"\(1 2 0 0\)个，约35\%", "1200个，约35%"),
        (r"$1 0 ^ { 3 }$", "10^3"),
        (r"$\mathrm{PM}_{2.5}$", "PM2.5"),
        ("$ 1 2 $元和$3 0$元", "12元和30元"),
    ],
)
def test_what_is_a_number_is_written_in_digits(text: str, in_digits: str) -> None:
    assert plain(text) == in_digits


def test_what_may_be_a_number_is_a_possible_value() -> None:
    assert plain_and_possible("十八洞村的三家民宿，三成客人，第一名") == ("十八洞村的三家民宿，三成客人，第一名", ["18", "3", "30%", "1"])


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("1.8万人", ["18000"]),
        ("1.8 万人", ["18000"]),
        ("3.5亿元", ["350000000"]),
        ("2.25万亿", ["2250000000000"]),
        ("3千万", ["30000000"]),
        ("5千元", ["5000"]),
        ("5千米", []),
        ("1.2 million", ["1200000"]),
        ("1.23456万", ["12345.6"]),
        ("3成", ["30%"]),
        ("3成员", []),
        ("2024.3", ["2024年3月"]),
        ("2024-13", []),
        ("1286.5公里", []),
    ],
)
def test_amounts_and_dates_have_one_value(text: str, worth: list[str]) -> None:
    assert values(text) == worth


def test_a_span_of_two_numbers_stays_two_numbers() -> None:
    assert terms("30—40") == ["30", "40"]
    assert terms("百分之三十至百分之四十") == ["30", "至", "40", "30%", "40%"]


def test_a_name_with_numerals_keeps_its_own_terms() -> None:
    assert {"五一", "一广", "广场"} <= set(terms("五一广场"))
    assert {"十八", "八洞", "洞村"} <= set(terms("十八洞村"))
