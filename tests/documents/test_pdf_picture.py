"""A page of a PDF is drawn as a PNG, and the box around a passage is drawn where the passage stands."""

import struct
import zlib

import pytest

from index.document import Box
from index.documents.extracted import Refused
from index.documents.extraction import draw, extract
from tests.documents.pdf import HEIGHT, WIDTH, pdf

pytest.importorskip("pypdfium2")
PAGES = [["柳溪社区在每个楼栋口装了充电桩。"], ["物业每晚巡查两次。", "发现推车上楼的就劝回去。"]]
Pixel = tuple[int, int, int]


def rows_of(png: bytes) -> list[list[Pixel]]:
    """Return the pixels of a PNG whose rows are not filtered."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        name, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size]) == (zlib.crc32(name + content),)
        chunks[name] = content
        at += 12 + size
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    data = zlib.decompress(chunks[b"IDAT"])
    assert len(data) == height * (1 + 3 * width)
    lines = [data[row * (1 + 3 * width) + 1 : (row + 1) * (1 + 3 * width)] for row in range(height)]
    return [[(line[x], line[x + 1], line[x + 2]) for x in range(0, len(line), 3)] for line in lines]


def box_of(words: str) -> Box:
    read = extract("pdf", pdf(PAGES))
    at = read.text.index(words)
    box = [spot for spot in read.spots if spot.start <= at][-1].box
    assert box
    return box


def test_the_box_is_drawn_around_the_line_and_nothing_else_changes() -> None:
    content, box = pdf(PAGES), box_of("发现推车")
    plain, marked = (rows_of(draw(content, 2, drawn, 2 * WIDTH)) for drawn in (None, box))
    assert (len(plain[0]), len(plain)) == (2 * WIDTH, 2 * HEIGHT)
    different = [(x, y) for y, (a, b) in enumerate(zip(plain, marked, strict=True)) for x in range(2 * WIDTH) if a[x] != b[x]]
    around = [2 * side for side in (box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2)]
    for sides, found in ((around[::2], [x for x, _ in different]), (around[1::2], [y for _, y in different])):
        assert (min(found), max(found) + 1) == pytest.approx(sides, abs=2)
    ink = [(x, y) for y, row in enumerate(plain) for x, pixel in enumerate(row) if pixel != (255, 255, 255)]
    inside = [(x, y) for x, y in ink if around[0] <= x < around[2] and around[1] <= y < around[3]]
    above = [(x, y) for x, y in ink if y < around[1]]
    assert inside and above and len(inside) + len(above) == len(ink)  # the two lines of the page, and only one of them in the box
    red = marked[round(around[1])][round((around[0] + around[2]) / 2)]
    assert red[0] > 150 > red[1]


def test_a_page_without_a_box_and_a_box_outside_the_page_are_drawn_plain() -> None:
    content = pdf(PAGES)
    assert draw(content, 1, (9000, 9000, 9100, 9100), 300) == draw(content, 1, None, 300)
    assert draw(content, 1, None, 300) != draw(content, 2, None, 300)


def test_a_picture_is_never_larger_than_it_may_be() -> None:
    assert len(rows_of(draw(pdf(PAGES), 1, None, 10**9))[0]) == 2400


@pytest.mark.parametrize("page", [0, 3, -1])
def test_a_page_that_is_not_there_is_refused_with_the_number_of_pages(page: int) -> None:
    with pytest.raises(Refused, match=f"it has no page {page}, only 2"):
        draw(pdf(PAGES), page, None, 300)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(Refused, match="no PDF that can be read"):
        draw(b"%PDF-1.7 and nothing more", 1, None, 300)
