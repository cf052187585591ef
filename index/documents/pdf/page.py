"""What the other files of this room know of a page: its characters, its ruled lines, and how much of it is a picture."""

from __future__ import annotations

from typing import NamedTuple

from index.document import Box
from index.documents.pdf.characters import Character


class PdfPage(NamedTuple):
    """A page as it is shown, turned and cropped, in points from its left upper corner; *number* counts from 1, *label* is printed on it."""

    number: int
    label: str | None
    width: float
    height: float
    characters: list[Character]
    rules: list[Box]  # lines and the edges of boxes: each is thin, or the frame of a box
    pictured: float  # the share of the page that pictures cover
    is_broken: bool = False  # it could not be read
    is_cut: bool = False  # it has more characters than were read


MIDDLE = 0.36  # of the size of a font: the middle of its characters stands so high above their base line


def framed(box: Box, frame: int, width: float, height: float) -> Box:
    """Return *box* of a page of this size as it stands when the page is turned so that its lines run to the right.

    *frame* says to which side they run on the page as it is shown: 0 right, 1 down, 2 left, 3 up.

    >>> framed((80, 10, 90, 30), 1, 100, 200)
    (10, 10, 30, 20)
    """
    x0, y0, x1, y1 = box
    if frame == 0:
        return box
    if frame == 1:
        return y0, width - x1, y1, width - x0
    if frame == 2:
        return width - x1, height - y1, width - x0, height - y0
    return height - y1, x0, height - y0, x1
