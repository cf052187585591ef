"""Columns, lines and paragraphs of a PDF are read in the order in which people read them, wherever the file draws them first."""

from __future__ import annotations

from index.document import quote
from index.documents.extracted import Extracted
from index.documents.pdf_files import extract_pdf
from tests.documents.pdf_writer import BOLD, DOWN, HEI, LATIN, PageOf, pdf

ROAD = (
    "去年入秋以后，青石村把通往后山的三公里土路修成了水泥路，村民进山采茶"
    "不再绕远，雨天也能出车，茶厂的收购点就设在路口，当天采的鲜叶当天过秤。"
)
LAMP = (
    "路灯是村里自己装的，一共四十六盏，白天靠太阳能板蓄电，入夜自动亮起，谁家"
    "门前的灯坏了，拍张照片发到群里，第二天就有人上门来修，一年下来没花多少钱。"
)
WELL = (
    "老井边上的空地原来堆满杂物，去年冬天清理出来，铺上青砖，摆了几条长凳"
    "，如今是老人晒太阳、孩子写作业的地方，村里的大事小事也都在这里商量。"
)
FULL = 18  # characters of a line


def typeset(*texts: str, width: int = FULL, indent: int = 2) -> list[tuple[str, bool]]:
    """Return the lines of paragraphs, and whether each is the first of its paragraph, which is indented by *indent* characters."""
    lines = []
    for text in texts:
        rest, room, first = text, width - indent, True
        while rest:
            lines.append((rest[:room], first))
            rest, room, first = rest[room:], width, False
    return lines


def draw(page: PageOf, x: float, y: float, lines: list[tuple[str, bool]], size: float = 12, leading: float = 18, indent: int = 2) -> float:
    for text, first in lines:
        page.text(x + (indent * size if first else 0), y, text, size)
        y += leading
    return y


def read(*pages: PageOf) -> Extracted:
    return extract_pdf(pdf(*pages))


def said(extracted: Extracted, *kinds: str) -> list[str]:
    return [quote(extracted.text, block.spans) for block in extracted.blocks if not kinds or block.kind in kinds]


def test_paragraphs_of_one_column_are_whole() -> None:
    page = PageOf()
    draw(page, 90, 100, typeset(ROAD, LAMP, WELL))
    assert said(read(page)) == [ROAD, LAMP, WELL]


def test_each_printed_line_is_a_line_of_the_text_with_its_page_and_box() -> None:
    page = PageOf()
    lines = typeset(ROAD)
    draw(page, 90, 100, lines)
    extracted = read(PageOf().text(90, 100, LAMP[:10]), page)
    assert extracted.text.splitlines() == [LAMP[:10], *(text for text, _ in lines)]
    spot = extracted.spots[2]
    assert (spot.page, extracted.text[spot.start : spot.start + FULL]) == (2, lines[1][0])
    left, top, right, bottom = spot.box or (0, 0, 0, 0)
    assert (left, right) == (90, 90 + 12 * FULL) and 100 + 18 - 12 < top < bottom < 100 + 18 + 4
    assert extracted.reader.startswith("pypdfium2 ")


def test_a_title_over_two_columns_comes_first_and_a_paragraph_goes_on_in_the_second_column() -> None:
    page = PageOf().text(150, 90, "青石村三件小事", 24)
    lines = typeset(ROAD, LAMP, WELL)
    half = 7  # within the second paragraph
    draw(page, 60, 140, lines[:half])
    draw(page, 310, 140, lines[half:])
    extracted = read(page)
    assert said(extracted) == ["青石村三件小事", ROAD, LAMP, WELL]
    assert [block.level for block in extracted.blocks] == [1, 0, 0, 0]


def test_two_columns_whose_lines_stand_in_the_file_row_by_row_are_read_column_by_column() -> None:
    page = PageOf()
    left, right = typeset(ROAD, LAMP), typeset(WELL, LAMP[::-1])
    for row, (a, b) in enumerate(zip(left, right, strict=False)):
        draw(page, 60, 140 + 18 * row, [a])
        draw(page, 310, 140 + 18 * row, [b])
    assert said(read(page)) == [ROAD, LAMP, WELL, LAMP[::-1]]


def test_three_columns_drawn_from_right_to_left_are_read_from_left_to_right() -> None:
    page = PageOf()
    for x, text in ((400, WELL), (230, LAMP), (60, ROAD)):
        draw(page, x, 140, typeset(text, width=13), size=11, leading=16)
    assert said(read(page)) == [ROAD, LAMP, WELL]


def test_a_line_across_two_columns_parts_what_is_above_from_what_is_below() -> None:
    page = PageOf()
    draw(page, 60, 100, typeset(ROAD))
    draw(page, 310, 100, typeset(LAMP))
    page.text(60, 230, "下半年，两件事接着办起来，村里人人都出了一份力，大家心里都有数。", 15)
    draw(page, 60, 270, typeset(WELL))
    draw(page, 310, 270, typeset(LAMP[::-1]))
    assert said(read(page)) == [ROAD, LAMP, "下半年，两件事接着办起来，村里人人都出了一份力，大家心里都有数。", WELL, LAMP[::-1]]


def test_a_paragraph_goes_on_over_the_foot_of_a_page_and_the_head_of_the_next() -> None:
    lines = typeset(ROAD, LAMP, WELL)
    pages = []
    for number, part in enumerate((lines[:6], lines[6:11], lines[11:]), 1):
        page = PageOf().text(250, 50, "青石村简报", 9).text(290, 800, f"— {number} —", 9)
        draw(page, 90, 110, part)
        pages.append(page)
    extracted = read(*pages)
    assert said(extracted, "text") == [ROAD, LAMP, WELL]
    assert said(extracted, "furniture") == ["青石村简报", "— 1 —", "青石村简报", "— 2 —", "青石村简报", "— 3 —"]


def test_what_a_browser_prints_around_a_single_page_parts_no_paragraph() -> None:
    lines = typeset(ROAD, LAMP)
    page = (
        PageOf()
        .text(24, 24, "2026/11/27 13:17", 8, LATIN)
        .text(24, 824, "https://town.example/a", 8, LATIN)
        .text(550, 824, "1/1", 8, LATIN)
    )
    draw(page, 60, 100, lines[:3])
    draw(page, 310, 100, lines[3:])
    extracted = read(page)
    assert said(extracted, "text") == [ROAD, LAMP]
    assert said(extracted, "furniture") == ["2026/11/27 13:17", "https://town.example/a 1/1"]


def test_the_time_at_the_top_of_a_page_that_no_browser_printed_belongs_to_the_text() -> None:
    page = PageOf().text(60, 40, "2026/11/27 13:17", 12, LATIN)
    draw(page, 60, 100, typeset(ROAD))
    assert said(read(page), "furniture") == []


def test_a_paragraph_of_one_full_line_does_not_take_the_next_one_that_is_indented_as_far() -> None:
    one, other = "村口桥面在去年秋天修好了一大段。", "桥边的栏杆也换成了铁的。"
    page = PageOf()
    draw(page, 60, 100, typeset(ROAD, LAMP, WELL, ROAD, one, other, LAMP))
    assert len(one) == FULL - 2 and said(read(page)) == [ROAD, LAMP, WELL, ROAD, one, other, LAMP]


def test_paragraphs_without_indent_are_parted_by_the_space_between_them() -> None:
    page = PageOf()
    y = draw(page, 90, 100, typeset(ROAD[:72], indent=0), indent=0)  # its last line is full
    y = draw(page, 90, y + 9, typeset(LAMP, indent=0), indent=0)
    draw(page, 90, y + 9, typeset(WELL, indent=0), indent=0)
    assert said(read(page)) == [ROAD[:72], LAMP, WELL]


def test_short_lines_that_stand_equally_far_apart_are_paragraphs_of_their_own() -> None:
    page = PageOf()
    for number, text in enumerate(("青石村简报", "茶山修了路", "村委会 赵一青")):
        page.text(90, 100 + 30 * number, text, 12)
    y = draw(page, 90, 190, typeset(LAMP, indent=0), indent=0)
    draw(page, 90, y + 12, typeset(WELL, indent=0), indent=0)
    assert said(read(page)) == ["青石村简报", "茶山修了路", "村委会 赵一青", LAMP, WELL]


def test_vertical_writing_is_read_from_the_right_to_the_left() -> None:
    page = PageOf().text(540, 80, "青石村", 24, DOWN)
    x = 490.0
    for text, first in typeset(ROAD, LAMP, width=24):
        page.text(x, 80 + 24 * first, text, 12, DOWN)
        x -= 20
    extracted = read(page)
    assert said(extracted) == ["青石村", ROAD, LAMP]
    box = extracted.spots[1].box or (0, 0, 0, 0)
    assert box == (484, 104, 496, 104 + 22 * 12)


def test_vertical_writing_may_be_upright_characters_set_one_by_one() -> None:
    page = PageOf()
    x = 490.0
    for text, first in typeset(ROAD, LAMP, width=24):
        for place, character in enumerate(text):
            page.text(x, 80 + 12 * (place + 2 * first), character)
        x -= 20
    assert said(read(page)) == [ROAD, LAMP]


def test_a_page_that_is_shown_turned_and_cropped_has_boxes_as_it_is_shown() -> None:
    page = PageOf(600, 400, turned=90, crop=(100, 50, 600, 400)).text(150, 100, "青石村修路", 20)
    box = read(page).spots[0].box or (0, 0, 0, 0)
    # of the file: 150..250 from the left, base line 300 from below; shown, turned clockwise: x = y - 50, y = x - 100
    assert (box[1], box[3]) == (50, 150) and 245 < box[0] < 250 < box[2] <= 270


def test_text_that_runs_up_the_page_is_read_along_its_lines() -> None:
    page = PageOf().text(100, 780, "表下的说明在这里", 12)
    x = 300.0
    for text, first in typeset(ROAD):
        page.text(x, 700 - 24 * first, text, 12, matrix="0 1 -1 0")
        x += 18
    assert said(read(page)) == [ROAD, "表下的说明在这里"]


def test_words_of_latin_script_are_parted_by_gaps_and_divided_words_are_joined() -> None:
    page = PageOf()
    y = 100.0
    for line in (
        ("The", "village", "paved", "its", "moun-"),
        ("tain", "road", "in", "one", "autumn."),
        ("Tea", "now", "leaves", "the", "same"),
        ("day.",),
    ):
        x = 90.0
        for word in line:
            page.text(x, y, word, 12, LATIN)
            x += 7.2 * len(word) + 4
        y += 14
    extracted = read(page)
    assert said(extracted) == ["The village paved its mountain road in one autumn. Tea now leaves the same day."]
    assert "moun-\ntain" in extracted.text


def test_headings_are_larger_or_bold_and_have_levels() -> None:
    page = PageOf().text(150, 80, "青石村年度工作报告", 22).text(90, 120, "一、修路", 16)
    y = draw(page, 90, 150, typeset(ROAD))
    page.text(90, y + 6, "资金来源", 12, HEI)
    y = draw(page, 90, y + 24, typeset(LAMP))
    page.text(90, y + 10, "二、修井", 16)
    draw(page, 90, y + 40, typeset(WELL))
    extracted = read(page)
    assert [(text, block.level) for text, block in zip(said(extracted), extracted.blocks, strict=True)] == [
        ("青石村年度工作报告", 1),
        ("一、修路", 2),
        (ROAD, 0),
        ("资金来源", 3),
        (LAMP, 0),
        ("二、修井", 2),
        (WELL, 0),
    ]


def test_a_title_over_two_lines_is_one_heading() -> None:
    page = PageOf().text(120, 80, "关于青石村山区道路建设和", 22).text(150, 110, "管理养护工作情况的报告", 22)
    draw(page, 90, 160, typeset(ROAD, LAMP))
    assert said(read(page))[0] == "关于青石村山区道路建设和管理养护工作情况的报告"


def test_a_footnote_does_not_break_the_paragraph_that_goes_on_on_the_next_page() -> None:
    first, second = PageOf(), PageOf()
    lines = typeset(ROAD, LAMP)
    draw(first, 90, 100, lines[:7])
    first.text(90, 780, "①鲜叶：当天采摘的茶叶。", 8)
    draw(second, 90, 100, lines[7:])
    assert said(read(first, second)) == [ROAD, LAMP, "①鲜叶：当天采摘的茶叶。"]


def test_a_caption_below_a_picture_is_one() -> None:
    page = PageOf()
    y = draw(page, 90, 100, typeset(ROAD))
    page.picture(90, y, 300, y + 120).text(90, y + 140, "图1 新修的进山道路", 10)
    draw(page, 90, y + 180, typeset(LAMP))
    assert said(read(page), "caption") == ["图1 新修的进山道路"]
    assert said(read(page), "text") == [ROAD, LAMP]


def test_bold_type_made_by_drawing_twice_is_read_once() -> None:
    page = PageOf().text(90, 100, "青石村修路好好好", 16).text(90.3, 100, "青石村修路好好好", 16)
    page.text(90, 140, "difficult offices", 12, BOLD)
    assert said(read(page)) == ["青石村修路好好好", "difficult offices"]


def test_a_ruled_line_across_two_columns_parts_one_article_from_the_next() -> None:
    page = PageOf()
    y = draw(page, 60, 100, typeset(ROAD))
    draw(page, 310, 100, typeset(LAMP))
    page.rule(60, y, 530, y)
    draw(page, 60, y + 20, typeset(WELL))
    draw(page, 310, y + 20, typeset(LAMP[::-1]))
    assert said(read(page)) == [ROAD, LAMP, WELL, LAMP[::-1]]


def test_a_gap_between_two_characters_is_a_space_where_the_others_stand_closer() -> None:
    page = PageOf().text(90, 100, "记者").text(90 + 2 * 12 + 3, 100, "张志强")
    page.text(90, 130, "标").text(90 + 15, 130, "题").text(90 + 30, 130, "疏").text(90 + 45, 130, "排")
    draw(page, 90, 170, typeset(ROAD))
    assert read(page).text.splitlines()[:2] == ["记者 张志强", "标题疏排"]


def test_the_head_of_an_official_document_is_no_title() -> None:
    page = (
        PageOf()
        .text(150, 100, "青石街道办事处文件", 30)
        .text(220, 150, "青街办〔2023〕18号", 14)
        .text(150, 200, "关于规范装修垃圾投放的通知", 22)
    )
    draw(page, 90, 240, typeset(ROAD, LAMP))
    page.text(330, 400, "青石街道办事处").text(340, 420, "2023年5月6日")
    draw(page, 90, 460, typeset("（此件公开发布）"))
    extracted = read(page)
    assert said(extracted, "furniture") == ["青石街道办事处文件"]
    assert [text for text, block in zip(said(extracted), extracted.blocks, strict=True) if block.level] == ["关于规范装修垃圾投放的通知"]
    assert said(extracted)[-3:] == ["青石街道办事处", "2023年5月6日", "（此件公开发布）"]


def test_a_short_title_in_the_middle_of_three_columns_stands_above_them() -> None:
    page = PageOf().text(250, 100, "青石简报", 22)
    for x, text in ((60, ROAD), (230, LAMP), (400, WELL)):
        draw(page, x, 140, typeset(text, width=13), size=11, leading=16)
    assert said(read(page)) == ["青石简报", ROAD, LAMP, WELL]
