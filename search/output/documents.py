"""Where a passage stands in a document, as fields for programs and in words for people: its page and box, its cell, its paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.document import Box, Citation, Page, Span, Spot, line_ranges, stands_at
from index.messages import language, say


def spot_fields(spot: Spot) -> dict[str, Any]:
    """Return a spot as fields of JSON, by the names that they have in a citation."""
    return {
        "page": spot.page, "page_label": spot.label, "box": list(spot.box) if spot.box else None,
        "sheet": spot.sheet, "cell": spot.cell, "part": spot.part,
    }  # fmt: skip


def box_line(box: Box) -> str:
    """Return a box in words.

    >>> box_line((72.0, 96.25, 523.4, 128.0))
    'box 72,96 to 523,128'
    """
    left, top, right, bottom = (f"{side:.0f}" for side in box)
    return say("box {left},{top} to {right},{bottom}", left=left, top=top, right=right, bottom=bottom)


def spot_line(citation: Citation) -> str | None:
    """Return all that is known of where a passage stands in its document, None for a text.

    >>> spot_line(Citation("a.pdf", ((9, 9),), 1, None, None, (), None, "", "", page=2, box=(72, 96, 523, 128), reader="pypdfium2 5"))
    'page 2, box 72,96 to 523,128 (points from the left upper corner), lines 9 of the text that pypdfium2 5 reads'
    """
    if not citation.reader:
        return None
    lines = line_ranges(citation.lines)
    label = citation.page_label if citation.page_label != str(citation.page) else None
    parts = (
        say("part {part}", part=citation.part) if citation.part else "",
        say("page {page}", page=citation.page) if citation.page else "",
        say("printed {label}", label=label) if label else "",
        say("{box} (points from the left upper corner)", box=box_line(citation.box)) if citation.box else "",
        say("sheet “{sheet}”", sheet=citation.sheet) if citation.sheet else "",
        say("cell {cell}", cell=citation.cell) if citation.cell else "",
        say("lines {lines} of the text that {reader} reads", lines=lines, reader=citation.reader),
    )
    return ("，" if language() == "zh" else ", ").join(part for part in parts if part)


def spot_of(page: Page, spans: Sequence[Span]) -> Spot:
    """Return where *spans* of the text of *page* stand in the document."""
    return Spot(0, *stands_at(page, spans).values())


def margin_of(citation: Citation) -> str:
    """Return what stands beside a passage of an article: the lines of a text, the page, cell or paragraph of a document."""
    return _margin(citation.lines, citation.spot)


def place_of(page: Page, lines: Sequence[Sequence[int]], spans: Sequence[Span]) -> str:
    """Return what stands beside a paragraph of *page*, as beside a passage."""
    return _margin(lines, spot_of(page, spans))


def _margin(lines: Sequence[Sequence[int]], spot: Spot) -> str:
    return say("p. {page}", page=spot.page) if spot.page else spot.cell or line_ranges(lines)
