"""Figures of what was found: every number is that of the hits its address leads to, counted here by hand."""

from dataclasses import replace

import pytest

from index.document import Citation, Passage
from search.results import Hit
from search.server.page.figures import CITY, COUNTY, PROVINCE, TOWN, Part, bars, level_of, place_names, place_table, timeline

HANGZHOU, NINGBO, SUZHOU = "杭州市上城区", "宁波市海曙区", "苏州市姑苏区"


def hit(number: int, text: str, place: str | None = None, date: str | None = None) -> Hit:
    citation = Citation(f"{number}.txt", ((1, 1),), 1, f"第{number}篇", None, (), place, "", f"{number:016}", date=date)
    return Hit(number, 0.9, Passage(text, "", 1, citation), {})


def rare(word: str) -> float:
    return 7.0


def counts(hits: list[Hit], question: str = "楼道怎么办") -> dict[str, dict[str, int]]:
    table = place_table(question, hits, rare)
    heads = ("", *table.measures)
    return {row.name: {head: cell.passages for head, cell in zip(heads, row.cells, strict=True) if cell.passages} for row in table.rows}


HITS = [
    hit(1, "社区设立充电桩，并安装摄像头。", HANGZHOU),
    hit(2, "街道安装摄像头，又组建巡逻队。", HANGZHOU),
    hit(3, "他们设立充电桩。", NINGBO),
    hit(4, "业主委员会组建巡逻队。", SUZHOU),
    hit(5, "有人说这样很好。"),
]


def test_a_cell_counts_the_passages_of_its_place_in_which_its_word_stands() -> None:
    known = counts(HITS)
    assert list(known) == ["浙江省杭州市", "江苏省苏州市", "浙江省宁波市", ""]
    assert [known[place][""] for place in known] == [2, 1, 1, 1]
    assert known["浙江省杭州市"] == {"": 2, "设立充电桩": 1, "安装摄像头": 2, "组建巡逻队": 1}
    assert known["浙江省宁波市"] == {"": 1, "设立充电桩": 1} and known[""] == {"": 1}


def test_every_number_is_that_of_the_hits_its_part_names() -> None:
    table = place_table("楼道怎么办", HITS, rare)
    cells = [cell for row in table.rows for cell in row.cells] + list(table.total)
    assert [len(cell.part.of(HITS)) for cell in cells] == [cell.passages for cell in cells]
    assert sum(row.cells[0].passages for row in table.rows) == len(HITS) == table.total[0].passages


@pytest.mark.parametrize("number", [0, 1, 2])
def test_few_hits_make_a_table_too(number: int) -> None:
    table = place_table("楼道怎么办", HITS[:number], rare)
    assert sum(row.cells[0].passages for row in table.rows) == number
    assert all(len(row.cells) == 1 + len(table.measures) for row in table.rows)
    assert timeline(HITS[:number]).periods == ()


def test_words_of_the_question_and_of_places_are_no_measures() -> None:
    hits = [hit(number, "上城区：充电桩、楼道。", HANGZHOU) for number in (1, 2, 3)]
    assert place_table("楼道里的充电桩", hits, rare).measures == ()


def test_a_word_that_is_common_everywhere_is_no_measure() -> None:
    assert place_table("楼道怎么办", HITS, lambda word: 2.0).measures == ()


def test_names_in_quotation_marks_are_measures_whatever_their_words() -> None:
    hits = [hit(1, "推行“错时共享”停车。", HANGZHOU), hit(2, "这里也有“错时共享”。", NINGBO), hit(3, "有人说好。"), hit(4, "没有。")]
    assert place_table("停车", hits, lambda word: 1.0).measures == ("错时共享",)


def test_places_compare_as_cities_as_long_as_there_are_not_too_many() -> None:
    names = [place_names(place) for place in (HANGZHOU, NINGBO, SUZHOU)]
    assert level_of(names) == CITY
    assert level_of([place_names(place) for place in ("杭州市上城区", "杭州市西湖区", None)]) == COUNTY
    assert level_of([place_names(place) for place in ("杭州市上城区笕桥街道", "杭州市上城区紫阳街道")]) == TOWN
    cities = "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城".split()  # noqa: SIM905
    assert level_of([place_names(f"{city}市") for city in cities]) == PROVINCE


def test_a_row_leaves_out_what_all_rows_share() -> None:
    table = place_table("楼道", [hit(1, "好。", "杭州市上城区"), hit(2, "好。", "杭州市西湖区")], rare)
    assert table.above == "浙江省杭州市"
    assert [row.name for row in table.rows] == ["上城区", "西湖区"]


def test_a_place_without_a_city_is_a_row_of_its_own_that_counts_itself_alone() -> None:
    hits = [hit(1, "好。", "浙江省"), hit(2, "好。", "杭州市"), hit(3, "好。", "杭州市上城区"), hit(4, "好。", "南京市")]
    table = place_table("楼道", hits, rare)
    assert {(row.name, row.exact): row.cells[0].passages for row in table.rows} == {
        ("浙江省", True): 1,
        ("浙江省杭州市", False): 2,
        ("江苏省南京市", False): 1,
    }
    assert [found.rank for found in Part(at="=浙江省").of(hits)] == [1]
    assert [found.rank for found in Part(at="浙江省").of(hits)] == [1, 2, 3]


def test_fifty_places_that_no_gazetteer_knows_and_long_names_are_all_rows() -> None:
    hits = [hit(number, "好。", f"第{number:02}号极其遥远而且名称很长的新设垦殖场") for number in range(1, 51)]
    table = place_table("楼道", hits, rare)
    assert len(table.rows) == 50 and sum(row.cells[0].passages for row in table.rows) == 50


def test_traditional_characters_and_full_width_letters_are_the_same_word() -> None:
    hits = [hit(1, "安裝ＷｉＦｉ。"), hit(2, "安装wifi。"), hit(3, "wifis")]
    assert [found.rank for found in Part(has="安装").of(hits)] == [1, 2]
    assert [found.rank for found in Part(has="WIFI").of(hits)] == [1, 2]


def test_months_follow_each_other_without_a_gap() -> None:
    line = timeline([hit(1, "好。", date="2023-11-30"), hit(2, "好。", date="2024-02"), hit(3, "好。", date="2024-02-01"), hit(4, "好。")])
    assert line.unit == "month" and line.undated.passages == 1 and line.most == 2
    assert [(period.name, period.cell.passages) for period in line.periods] == [
        ("2023-11", 1),
        ("2023-12", 0),
        ("2024-01", 0),
        ("2024-02", 2),
    ]


def test_a_year_alone_is_no_month() -> None:
    line = timeline([hit(1, "好。", date="2024"), hit(2, "好。", date="2024-02"), hit(3, "好。", date="2022-02-01")])
    assert [(period.name, period.cell.passages) for period in line.periods] == [("2022", 1), ("2023", 0), ("2024", 2)]


def test_a_century_is_told_by_decades() -> None:
    hits = [hit(1, "好。", date="1901-05-06"), hit(2, "好。", date="2024"), hit(3, "好。", date="2019-12")]
    line = timeline(hits)
    assert line.unit == "decade" and len(line.periods) == 13
    assert [(period.name, period.cell.passages) for period in line.periods if period.cell.passages] == [
        ("1900–1909", 1),
        ("2010–2019", 1),
        ("2020–2029", 1),
    ]
    assert all(len(period.cell.part.of(hits)) == period.cell.passages for period in line.periods)


def test_passages_without_a_date_are_counted_and_found() -> None:
    hits = [hit(1, "好。"), replace(hit(2, "好。"), rank=2)]
    line = timeline(hits)
    assert line.periods == () and line.dated == 0 and line.undated.passages == 2 == len(line.undated.part.of(hits))


def test_the_bars_of_a_picture_are_as_high_as_their_numbers_and_stay_inside_it() -> None:
    hits = [hit(1, "好。", date="2023"), hit(2, "好。", date="2024-02"), hit(3, "好。", date="2024"), hit(4, "好。", date="2026")]
    one, two, none, last = bars(timeline(hits))
    assert (two.height, none.height) == (2 * one.height, 0) and one.height == last.height
    assert {bar.y + bar.height for bar in (one, two, last)} == {102} and two.y == 14
    assert [bar.label for bar in (one, two, none, last)] == ["2023", "2024", "2025", "2026"]
    assert one.x > 0 and last.x + last.width < 360
    assert bars(timeline([])) == []


def test_labels_of_many_months_leave_room_for_each_other() -> None:
    line = timeline([hit(1, "好。", date="2023-01"), hit(2, "好。", date="2024-12")])
    assert [bar.label for bar in bars(line) if bar.label] == ["2023-01", "2023-06", "2023-11", "2024-04", "2024-09"]
