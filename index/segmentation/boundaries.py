"""Boundaries between articles: which groups of headings begin an article, and which lines belong to each.

    lines ──heading_groups──▶ headings that stand together ──article_starts──▶ those that begin an article ──article_parts──▶ its lines

A byline below, a closing byline above, the page's top, the marks that its titles use: each is a weak sign. The points were set by
hand on the example pages; `tests.benchmarks.pages` measures them on generated ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.layout.line_kinds import NOTICE, PREFIX
from index.layout.lines import Line
from index.segmentation.headings import HEADING_KINDS, HeadingGroup, title_position

BETWEEN_HEADINGS = ("caption", "credit", "front", "rule", "furniture")  # kinds of lines that may stand between two headings of a group
WITHOUT_TEXT = (*BETWEEN_HEADINGS, "closing")  # kinds of lines that make no article above the first title
ENOUGH_FOR_START = 2  # points from which on a group begins an article


def article_starts(lines: Sequence[Line]) -> list[HeadingGroup]:
    """Return the groups of headings that begin an article, in order; an untitled article begins with a group without lines."""
    groups = list(heading_groups(lines))
    levels: set[int] = set()  # of the marks that titles have on this page, learnt where other signs are strong
    for group in groups:
        if group.lines and (group.is_signed or group.after_closing or group.is_top):
            marks = {line.level for line in group.above_byline if line.level}
            levels.update(marks if group.is_signed or group.after_closing else sorted(marks)[:1])  # an outline may follow the first title
    return [group for group in groups if not group.lines or start_score(group, levels) >= ENOUGH_FOR_START]


def start_score(group: HeadingGroup, levels: set[int]) -> int:
    """Return the points of the signs that *group* begins an article; *levels*: of the marks that titles have on its page."""
    titles = group.above_byline
    signs = (
        (3, group.is_signed),
        (2, group.after_closing and not group.is_last),
        (2, group.is_top),
        (2, any(line.level and (line.level in levels or line.level < min(levels, default=0)) for line in titles)),
        (2, any(NOTICE.search(line.text) for line in titles) and not group.is_last),
        (1, any(PREFIX.match(line.text) for line in titles)),
        (1, any(line.level for line in titles) and not levels),
        (1, len(titles) > 1 and any(line.level for line in titles)),
    )
    return sum(points for points, holds in signs if holds)


def article_parts(lines: Sequence[Line], starts: Sequence[HeadingGroup]) -> Iterator[tuple[HeadingGroup, list[Line]]]:
    """Yield the opening group and the lines of each article; the text above the first start is an untitled article."""
    if not lines:
        return
    bounds = [(group.first, group) for group in starts]
    if not bounds or bounds[0][0] > 0:
        above = lines[: bounds[0][0]] if bounds else lines
        if bounds and all(line.kind in WITHOUT_TEXT for line in above):
            bounds[0] = (0, bounds[0][1])
        else:
            bounds.insert(0, (0, HeadingGroup(0)))
    first_alone = sum(title_position(group.titles) > 0 for _, group in bounds) <= 1 < len(bounds)
    for (first, group), (end, _) in zip(bounds, [*bounds[1:], (len(lines), HeadingGroup(0))], strict=True):
        group.is_top = group.is_top and first_alone  # headings above the first title and above no other one belong to the page
        yield group, list(lines[first:end])


def heading_groups(lines: Sequence[Line]) -> Iterator[HeadingGroup]:
    """Yield the runs of headings without text between them, and a group without lines where text follows a closing byline."""
    group: HeadingGroup | None = None
    after_closing = False
    text_above = False
    for i, line in enumerate(lines):
        if line.kind in HEADING_KINDS:
            if group is None:
                group = HeadingGroup(i, after_closing=after_closing, is_top=not text_above)
            group.lines.append(line)
            continue
        if line.kind in BETWEEN_HEADINGS:
            continue
        if group is not None:
            yield group
        elif after_closing and line.kind != "closing":
            yield HeadingGroup(i)
        group, text_above = None, True
        after_closing = line.kind == "closing"
    if group is not None:
        group.is_last = True
        yield group
