"""Tables of a PDF: each row is a block whose cells are parted by tabs, with ruled lines or without."""

from __future__ import annotations

from index.document import quote
from index.documents.pdf_files import extract_pdf
from tests.documents.pdf_writer import HEI, PageOf, pdf
from tests.documents.test_pdf_layout import LAMP, ROAD, draw, said, typeset


def rows(page: PageOf) -> list[str]:
    return said(extract_pdf(pdf(page)), "table")


def test_a_ruled_table_is_read_cell_by_cell() -> None:
    page = PageOf()
    y = draw(page, 90, 100, typeset(ROAD))
    page.grid((90, 170, 250, 400), (y, y + 24, y + 48, y + 90))
    for x, top, text in (
        (95, y + 16, "村名"),
        (175, y + 16, "里程"),
        (255, y + 16, "说明"),
        (95, y + 40, "青石村"),
        (175, y + 40, "3公里"),
    ):
        page.text(x, top, text)
    page.text(255, y + 40, "已通车")
    page.text(95, y + 64, "柳河村").text(255, y + 64, "正在施工，年底前").text(255, y + 82, "完工")
    draw(page, 90, y + 130, typeset(LAMP))
    extracted = extract_pdf(pdf(page))
    assert said(extracted) == [ROAD, "村名\t里程\t说明", "青石村\t3公里\t已通车", "柳河村\t\t正在施工，年底前完工", LAMP]
    line = extracted.text.index("青石村\t")
    box = next(spot.box for spot in extracted.spots if spot.start == line)
    assert box is not None and box[0] == 95 and y + 24 < box[1] < box[3] < y + 48


def test_a_cell_over_two_columns_and_one_over_two_rows() -> None:
    page = PageOf().rule(90, 100, 390, 100).rule(90, 124, 390, 124).rule(190, 148, 390, 148).rule(90, 172, 390, 172)
    page.rule(90, 100, 90, 172).rule(390, 100, 390, 172).rule(190, 124, 190, 172).rule(290, 124, 290, 172)
    page.text(200, 116, "各村里程").text(95, 152, "青石村").text(195, 140, "水泥路").text(295, 140, "3公里").text(195, 164, "土路").text(
        295, 164, "1公里"
    )
    assert rows(page) == ["各村里程", "青石村\t水泥路\t3公里", "\t土路\t1公里"]


def test_a_table_without_rules_is_found_by_its_white_strips() -> None:
    page = PageOf()
    y = draw(page, 90, 100, typeset(ROAD)) + 12
    for row in (("村名", "里程", "金额"), ("青石村", "3公里", "46万元"), ("柳河村", "12公里", "180万元"), ("上湾", "", "9万元")):
        for x, cell in zip((90, 200, 310), row, strict=True):
            page.text(x, y, cell) if cell else None
        y += 18
    draw(page, 90, y + 12, typeset(LAMP))
    assert said(extract_pdf(pdf(page))) == [
        *(ROAD, "村名\t里程\t金额", "青石村\t3公里\t46万元", "柳河村\t12公里\t180万元", "上湾\t\t9万元", LAMP)
    ]


def test_a_frame_around_the_text_of_a_page_is_no_table() -> None:
    page = PageOf().grid((60, 500), (60, 700)).grid((60, 100), (60, 80))
    draw(page, 90, 120, typeset(ROAD, LAMP))
    assert rows(page) == []
    assert said(extract_pdf(pdf(page))) == [ROAD, LAMP]


def test_a_table_of_which_one_cell_holds_the_article_only_arranges_the_page() -> None:
    page = PageOf().grid((60, 160, 500), (60, 600)).text(70, 90, "正文", 12, HEI)
    draw(page, 180, 90, typeset(*[ROAD, LAMP] * 3))
    assert rows(page) == []
    assert said(extract_pdf(pdf(page)))[-6:] == [ROAD, LAMP] * 3


def test_cells_that_nearly_touch_are_parted_by_the_line_between_them() -> None:
    page = PageOf().grid((90, 150, 210), (100, 124, 148))
    page.text(96, 116, "青石柳河").text(151, 116, "三公里").text(96, 140, "上湾村口").text(151, 140, "五公里")
    assert rows(page) == ["青石柳河\t三公里", "上湾村口\t五公里"]


def test_lines_that_stand_apart_from_a_date_are_no_table() -> None:
    page = PageOf()
    y = draw(page, 90, 100, typeset(ROAD))
    page.text(230, y + 10, "青石村民委员会").text(230, y + 30, "2024年5月6日")
    blocks = extract_pdf(pdf(page)).blocks
    assert {block.kind for block in blocks} == {"text"}
    assert len(blocks) == 3


def test_a_list_of_contents_keeps_its_lines() -> None:
    page = PageOf()
    lines = [f"第{number}章 {name} {'.' * 60} {at}" for number, name, at in (("一", "道路", 1), ("二", "路灯", 4), ("三", "老井", 9))]
    for place, line in enumerate(lines):
        page.text(90, 100 + 20 * place, line)
    extracted = extract_pdf(pdf(page))
    assert [quote(extracted.text, block.spans) for block in extracted.blocks] == lines
