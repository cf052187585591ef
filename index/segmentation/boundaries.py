"""Boundaries between articles: which groups of headings begin an article, and which lines belong to each.

    lines ──heading_groups──▶ headings that stand together ──article_starts──▶ those that begin an article ──article_parts──▶ its lines

A group with a title begins an article (which line is one, `index/labelling` has settled), and so does text below a closing byline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.layout.lines import Line
from index.segmentation.headings import HEADING_KINDS, HeadingGroup
from index.segmentation.strong_signs import settle

BETWEEN_HEADINGS = ("caption", "credit", "front", "rule", "furniture")  # kinds of lines that may stand between two headings of a group
LONGEST_COVER = 200  # characters of a text that covers the articles below, set by hand
WITHOUT_TEXT = (*BETWEEN_HEADINGS, "closing")  # kinds of lines that make no article above the first title


def article_starts(lines: Sequence[Line]) -> list[HeadingGroup]:
    """Return the groups of headings that begin an article, in order; an untitled article begins with a group without lines."""
    groups = list(heading_groups(lines))
    settle(groups)
    groups = [group for group in groups if group.title is not None or group.names_section or not group.lines]
    bounds = [*(group.first for group in groups), len(lines)]
    for i, (group, below) in enumerate(pairwise(groups)):
        group.covers = _covers(group, lines[bounds[i] : bounds[i + 1]], below, lines[bounds[i + 1] : bounds[i + 2]])
    for group in groups:
        if group.names_section and not group.covers and (group.is_top or group.after_closing) and not group.is_last:
            group.name_title()
    return [group for group in groups if group.covers or not group.names_section]


def _covers(group: HeadingGroup, part: Sequence[Line], following: HeadingGroup, below: Sequence[Line]) -> bool:
    """Whether a heading and the few words below it cover the articles that follow: it names a section, or has stronger marks than these.

    Marks alone may be an outline, so they count only above an article that is signed.
    """
    text = sum(len(line.text) for line in part if line.kind not in HEADING_KINDS)
    if following.title is None or text > LONGEST_COVER:
        return False
    signed = [any(line.kind in ("byline", "closing") for line in lines) for lines in (part, below)]
    if group.title is None:
        return group.names_section and not signed[0]
    return 0 < group.title.level < following.title.level and signed == [False, True] and text > 0


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
    first_alone = sum(group.has_heading_above_title for _, group in bounds) <= 1 < len(bounds)
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
