"""Headings and their roles: which line is the title, the kicker, a subtitle, a subhead, the section's name or the page's banner.

    杭州·上城                       banner      above the first title of the page only
    打造专业“先锋社团”              kicker      right above the title, with weaker marks
    # 多元合力激发基层动能           title       the strongest marks, a place before a colon, the lowest
    ——南星街道基层治理见闻           subtitle    below the title
    宣丽燕 宋燕                     byline
    …
    搭平台 建机制 畅渠道             subhead     within the article

Several weak signs show the title and none is trusted alone; their points were set by hand on the example pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.document import Heading, Page, Span, lines_from, quote
from index.layout.line_kinds import BARE_PLACE, NOTICE, PREFIX
from index.layout.line_shapes import ITEM, is_section_number
from index.layout.lines import Line
from index.layout.paragraphs import merged_spans
from index.text.dates import DATE, STAMP
from index.text.document_numbers import is_document_number

HEADING_KINDS = ("heading", "byline")  # kinds of lines that stand together above a text
ROLE_OF_KIND = {  # kinds of lines that are headings wherever they stand
    **{"caption": "caption", "credit": "caption", "closing": "byline", "columns": "columns"},
    **dict.fromkeys(("front", "rule", "furniture"), "banner"),
}
CHAPTER = re.compile(ITEM.pattern + r"|(?:案例|附件|链接)[一二三四五六七八九十\d]{0,3}[ \u3000:：]")
ISSUER = re.compile(r"[\u4e00-\u9fff]{2,14}(?:局|委员会|办公室|政府|办事处|街道|公司)")  # the office that issues a report
DASHED = re.compile(r"[—–-]{1,2}\s*\S")
MOST_HEADINGS = 6  # headings in a row, set by hand: more of them are a list
FEWEST_BANNER_LINES = 3  # short last lines of a page that are its banner in pieces, set by hand
LONGEST_BANNER_PIECE = 12  # characters
SEVERAL_LINES = ("subhead", "banner")  # roles whose headings may have several lines


@dataclass(slots=True)
class HeadingGroup:
    """Heading lines with no text between them: those of a new article, or subheads within one. Without lines: text goes on untitled."""

    first: int  # position of its first line
    lines: list[Line] = field(default_factory=list)
    is_last: bool = False  # no text follows
    after_closing: bool = False  # the article above has ended with a byline in brackets
    is_top: bool = False  # no text is above

    @property
    def above_byline(self) -> list[Line]:
        """The lines above the first byline or the number of the first section, or all where there is neither."""
        ends = (i for i, line in enumerate(self.lines) if line.kind == "byline" or (i and not line.level and is_section_number(line.text)))
        return self.lines[: next(ends, len(self.lines))]

    @property
    def titles(self) -> list[Line]:
        """The lines that can be title, kicker and subtitle; of too many the last ones above a byline, or the first of a list."""
        above = self.above_byline
        return above if len(above) <= MOST_HEADINGS else above[-MOST_HEADINGS:] if self.is_signed or above[0].level else above[:1]

    @property
    def is_signed(self) -> bool:
        """Whether a byline follows a title; a date alone signs nothing."""
        has_names = any(line.kind == "byline" and not STAMP.fullmatch(line.text) for line in self.lines)
        return not self.is_last and has_names and bool(self.above_byline)


def roles(lines: Sequence[Line], group: HeadingGroup) -> list[str]:
    """Return for each of an article's *lines* its role as a heading, "" for text; *group* opens the article."""
    opening = _opening_roles(group)
    notice = any(opening.get(line.start) == "title" and NOTICE.search(line.text) for line in group.lines)
    end_of_text = next((i for i in range(len(lines), 0, -1) if lines[i - 1].kind not in HEADING_KINDS), 0)
    ending = "banner" if _ends_in_banner(lines, end_of_text) else ""
    given: list[str] = []
    for i, line in enumerate(lines):
        if line.kind in ROLE_OF_KIND:
            given.append(ROLE_OF_KIND[line.kind])
        elif line.kind not in HEADING_KINDS:
            given.append("")
        elif line.start in opening:
            given.append(opening[line.start])
        elif line.level:
            given.append("subhead")
        elif notice or i >= end_of_text:
            given.append("" if notice else ending)
        else:
            given.append("subhead")
    return given


def _opening_roles(group: HeadingGroup) -> dict[int, str]:
    """Return start of a line -> role for the group that opens an article; a list of short lines below a title is text."""
    given = {line.start: "byline" if line.kind == "byline" else "subhead" for line in group.lines}
    titles, signed = group.titles, group.is_signed
    if not titles:
        return given if len(given) <= MOST_HEADINGS else {line.start: "" for line in group.lines if not line.level}
    for line in group.above_byline:
        given[line.start] = "section" if line.level or signed else ""
    best = title_position(titles)
    lower = "subtitle" if signed else "subhead"  # deeper marks without a byline are a Markdown outline
    for i, line in enumerate(titles[best:], best):
        outlined = line.level > titles[best].level
        given[line.start] = "title" if i == best else "subhead" if CHAPTER.match(line.text) else lower if outlined else "subtitle"
    for line in titles[:best]:
        given[line.start] = "banner" if group.is_top else "section"
    if best and not group.is_top and not BARE_PLACE.fullmatch(titles[best - 1].text):
        given[titles[best - 1].start] = "kicker"
    return given


def title_position(titles: Sequence[Line]) -> int:
    """Return the position of the title among *titles*; kickers stand before it, subtitles after it."""
    return max(range(len(titles)), key=lambda i: _title_score(titles, i), default=0)


def _title_score(titles: Sequence[Line], i: int) -> float:
    """Return the points of a line as the title: marks, a place before a colon, then the lowest line."""
    line = titles[i]
    strongest = min((other.level for other in titles if other.level), default=0)
    return (
        3 * (line.level == strongest and strongest > 0)
        + 2 * bool(PREFIX.match(line.text))
        - 4 * bool(DASHED.match(line.text) or is_document_number(line.text))
        - 4 * bool(BARE_PLACE.fullmatch(line.text) or CHAPTER.match(line.text) or DATE.fullmatch(line.text))
        - 2 * bool(ISSUER.fullmatch(line.text))
        + i / 10
    )


def _ends_in_banner(lines: Sequence[Line], end_of_text: int) -> bool:
    """Whether the short lines at the end of a page are its banner, since they stand apart or in pieces; else they are its last words."""
    tail, above = lines[end_of_text:], lines[end_of_text - 1].kind if end_of_text else ""
    if not tail or any(DATE.search(line.text) for line in tail):
        return False
    in_pieces = len(tail) >= FEWEST_BANNER_LINES and all(len(line.text) <= LONGEST_BANNER_PIECE for line in tail)
    return in_pieces or above in ("caption", "credit", "closing") or tail[0].gap > 1


def headings(page: Page, lines: Sequence[Line], given: Sequence[str]) -> list[Heading]:
    """Return the headings that *lines* with the *given* roles make up, in the order of the page."""
    return [heading_of(page, role, run) for role, run in _runs(lines, given)]


def _runs(lines: Sequence[Line], given: Sequence[str]) -> Iterator[tuple[str, list[Line]]]:
    """Yield the role and the lines of each heading: a caption and its credit are one heading, and so are the lines of a subhead."""
    run: list[Line] = []
    run_role = ""
    for line, role in zip(lines, given, strict=True):
        belongs = (line.kind == "credit" and run and run[-1].kind == "caption") or (
            role in SEVERAL_LINES and line.gap == 0 and run and run[-1].kind == line.kind
        )
        if run and not (role == run_role and belongs):
            yield run_role, run
            run = []
        if role:
            run.append(line)
        run_role = role
    if run:
        yield run_role, run


def heading_of(page: Page, role: str, lines: Sequence[Line]) -> Heading:
    """Return the heading that *lines* make up; their line ends are kept and read as blanks."""
    spans: list[Span] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        spans.extend(line.spans())
        end = page.text.find("\n", line.end, following.start) if following else -1
        spans += [(end, end + 1)] if end >= 0 else []
    together = tuple(merged_spans(spans))
    return Heading(role, quote(page.text, together), together, lines_from(page.text, together, lines[0].number))
