"""Draw a page of a PDF as a picture with a box around a passage: the bytes of the file in, a PNG out. The child process does it."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from index.document import Box
from index.documents.extracted import Refused
from index.documents.pdf_files import opened
from index.messages import say

NARROWEST, WIDEST = 64, 2400  # pixels of a picture
MOST_PIXELS = 12_000_000  # of a picture; a page that is far higher than wide is drawn smaller
AIR = 2.0  # points between the passage and the line around it
LINE = 2  # pixels of that line
RED = (200, 16, 46)  # of that line
YELLOW = bytes(value * 7 // 10 for value in range(256))  # what becomes of the blue of the paper inside the box
SIGNATURE = b"\x89PNG\r\n\x1a\n"
DEPTH, COLOURS = 8, 2  # of a PNG: bits of a colour; red, green, blue


def picture(content: bytes, page: int, box: Box | None, width: int) -> bytes:
    """Return *page*, from 1, as a PNG of *width* pixels, with *box* (points from its left upper corner) marked.

    Raise Refused where the document has no such page, or cannot be opened.
    """
    with opened(content) as (document, _):
        if not 1 <= page <= len(document):
            raise Refused(say("it has no page {page}, only {pages}", page=page, pages=len(document)))
        sheet = document[page - 1]
        across, down = sheet.get_size()
        scale = min(max(NARROWEST, min(width, WIDEST)) / max(across, 1.0), (MOST_PIXELS / max(1.0, across * down)) ** 0.5)
        drawn = sheet.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255), may_draw_forms=False)
        try:
            rows = _rows(drawn)
        finally:
            drawn.close()
    if box:
        _mark(rows, [round(side * scale) for side in (box[0] - AIR, box[1] - AIR, box[2] + AIR, box[3] + AIR)])
    return png(rows)


def _rows(drawn: Any) -> list[bytearray]:
    """Return the rows of a drawn page, three bytes a pixel: red, green, blue."""
    channels, stride = drawn.n_channels, drawn.stride
    content = bytes(drawn.buffer)
    rows = [bytearray(content[row * stride : row * stride + drawn.width * channels]) for row in range(drawn.height)]
    if channels == 3:
        return rows
    return [_without_alpha(row, channels) for row in rows]


def _without_alpha(row: bytearray, channels: int) -> bytearray:
    thin = bytearray(len(row) // channels * 3)
    for colour in range(3):
        thin[colour::3] = row[min(colour, channels - 1) :: channels]
    return thin


def _mark(rows: list[bytearray], sides: list[int]) -> None:
    """Draw a red line around *sides* (left, top, right, bottom, in pixels) and colour the paper inside yellow."""
    width, height = len(rows[0]) // 3, len(rows)
    left, right = (min(max(side, 0), width) for side in (sides[0], sides[2]))
    top, bottom = (min(max(side, 0), height) for side in (sides[1], sides[3]))
    if left >= right or top >= bottom:
        return
    for number in range(top, bottom):
        row = rows[number]
        blue = slice(left * 3 + 2, right * 3, 3)
        row[blue] = row[blue].translate(YELLOW)
        if number < top + LINE or number >= bottom - LINE:
            row[left * 3 : right * 3] = bytes(RED) * (right - left)
        thick = min(LINE, right - left)
        row[left * 3 : (left + thick) * 3] = row[(right - thick) * 3 : right * 3] = bytes(RED) * thick


def png(rows: list[bytearray]) -> bytes:
    """Return *rows* of red, green and blue bytes as a PNG.

    >>> png([bytearray(b"\\xff\\x00\\x00")])[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    head = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), DEPTH, COLOURS, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
