"""Strong signs of titles: heading marks, the byline below, the closing byline above. Where a group of headings has one, it decides.

    HeadingGroup ──start_score──▶ does it begin an article? ──title_position──▶ which of its lines is the title, which a kicker, a subtitle

Groups without any of these signs keep the labels that `index/labelling` gave them. Each sign alone is weak; the points were set by hand
on the example pages, and `tests.benchmarks.pages` measures them on generated ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.layout.heading_words import BARE_PLACE, DASHED, NOTICE, PREFIX
from index.layout.line_shapes import ITEM
from index.layout.lines import Line
from index.segmentation.headings import HeadingGroup
from index.text.dates import DATE, STAMP
from index.text.document_numbers import is_document_number

ENOUGH_FOR_START = 2  # points from which on a group begins an article
CHAPTER = re.compile(ITEM.pattern + r"|(?:案例|附件|链接)[一二三四五六七八九十\d]{0,3}[ \u3000:：]")
ISSUER = re.compile(r"[\u4e00-\u9fff]{2,14}(?:局|委员会|办公室|政府|办事处|街道|公司)")  # the office that issues a report
MOST_HEADINGS = 6  # headings in a row, set by hand: more of them are a list


def settle(groups: Sequence[HeadingGroup]) -> None:
    """Set the labels of the groups that have a strong sign, in place."""
    levels: set[int] = set()  # of the marks that titles have on this page, learnt where other signs are strong
    for group in groups:
        if group.lines and (is_signed(group) or group.after_closing or group.is_top):
            marks = {line.level for line in group.above_byline if line.level}
            levels.update(marks if is_signed(group) or group.after_closing else sorted(marks)[:1])  # an outline may follow the first title
    _title_at_the_top(groups)
    for group in groups:
        if not _has_strong_sign(group):
            continue
        if start_score(group, levels) >= ENOUGH_FOR_START:
            group.labels = _opening_labels(group)
        else:
            group.labels = {line.start: "byline" if line.kind == "byline" else "subhead" for line in group.lines}


def _title_at_the_top(groups: Sequence[HeadingGroup]) -> None:
    """Make the heading at the top of a page its title, where the page has no title and text is below."""
    first = next(iter(groups), None)
    if first and first.lines and first.is_top and not first.is_last and all(group.title is None for group in groups):
        first.name_title()


def is_signed(group: HeadingGroup) -> bool:
    """Whether a byline follows a title; a date alone signs nothing."""
    has_names = any(line.kind == "byline" and not STAMP.fullmatch(line.text) for line in group.lines)
    return not group.is_last and has_names and bool(group.above_byline)


def start_score(group: HeadingGroup, levels: set[int]) -> int:
    """Return the points of the signs that *group* begins an article; *levels*: of the marks that titles have on its page."""
    titles = group.above_byline
    signs = (
        (3, is_signed(group)),
        (2, group.after_closing and not group.is_last),
        (2, group.is_top),
        (2, any(line.level and (line.level in levels or line.level < min(levels, default=0)) for line in titles)),
        (2, any(NOTICE.search(line.text) for line in titles) and not group.is_last),
        (1, any(PREFIX.match(line.text) for line in titles)),
        (1, any(line.level for line in titles) and not levels),
        (1, len(titles) > 1 and any(line.level for line in titles)),
    )
    return sum(points for points, holds in signs if holds)


def _has_strong_sign(group: HeadingGroup) -> bool:
    marked = any(line.level for line in group.above_byline)
    untitled = group.title is None and (group.after_closing or is_signed(group))
    return bool(group.above_byline) and (marked or untitled)


def _opening_labels(group: HeadingGroup) -> dict[int, str]:
    """Return start of a line -> label for a group that opens an article."""
    labels = {line.start: "byline" if line.kind == "byline" else "subhead" for line in group.lines}
    above, signed = group.above_byline, is_signed(group)
    titles = above if len(above) <= MOST_HEADINGS else above[-MOST_HEADINGS:] if signed or above[0].level else above[:1]
    labels.update((line.start, "section") for line in above)
    best = title_position(titles)
    lower = "subtitle" if signed else "subhead"  # deeper marks without a byline are a Markdown outline
    for i, line in enumerate(titles[best:], best):
        outlined = line.level > titles[best].level
        further = "more" if line.label == "more" else "subtitle"
        labels[line.start] = "title" if i == best else "subhead" if CHAPTER.match(line.text) else lower if outlined else further
    if best and not BARE_PLACE.fullmatch(titles[best - 1].text):
        labels[titles[best - 1].start] = "kicker"
    return labels


def title_position(titles: Sequence[Line]) -> int:
    """Return the position of the title among *titles*; kickers stand before it, subtitles after it."""
    return max(range(len(titles)), key=lambda i: _title_score(titles, i), default=0)


def _title_score(titles: Sequence[Line], i: int) -> float:
    """Return the points of a line as the title: its label, marks, a place before a colon, then the lowest line."""
    line = titles[i]
    strongest = min((other.level for other in titles if other.level), default=0)
    return (
        3 * (line.level == strongest and strongest > 0)
        + 2 * bool(PREFIX.match(line.text))
        - 4 * bool(DASHED.match(line.text) or is_document_number(line.text))
        - 4 * bool(BARE_PLACE.fullmatch(line.text) or CHAPTER.match(line.text) or DATE.fullmatch(line.text))
        - 2 * bool(ISSUER.fullmatch(line.text))
        - 2 * (line.label in ("more", "subtitle"))
        + i / 10
    )
