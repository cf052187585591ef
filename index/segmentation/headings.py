"""Headings and their roles: which line is the title, the kicker, a subtitle, a subhead, the section's name or the page's banner.

    杭州·上城                       banner      above the first title of the page only
    打造专业“先锋社团”              kicker      above the title
    # 多元合力激发基层动能           title
    ——南星街道基层治理见闻           subtitle    below the title
    宣丽燕 宋燕                     byline
    …
    搭平台 建机制 畅渠道             subhead     within the article

`index/labelling` has labelled each line; here the labels become the roles of one article, and lines that belong together one heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.document import Heading, Page, Span, lines_from, quote
from index.layout.heading_words import NOTICE, has_word_across
from index.layout.line_shapes import is_section_number
from index.layout.lines import Line
from index.layout.paragraphs import merged_spans
from index.text.document_numbers import is_document_number
from index.text.punctuation import is_balanced

HEADING_KINDS = ("heading", "byline")  # kinds of lines that stand together above a text
OPENING_LABELS = ("title", "kicker", "subtitle")  # labels of the headings that open an article
ROLE_OF_KIND = {  # kinds of lines that are headings wherever they stand
    **{"caption": "caption", "credit": "caption", "closing": "byline", "columns": "columns"},
    **dict.fromkeys(("front", "rule", "furniture"), "banner"),
}
OF_A_PAPER = "head"  # label of the lines above an official document, each of which says something else
SEVERAL_LINES = ("subhead", "banner")  # roles whose headings may have several lines


@dataclass(slots=True)
class HeadingGroup:
    """Heading lines with no text between them: those of a new article, or subheads within one. Without lines: text goes on untitled."""

    first: int  # position of its first line
    lines: list[Line] = field(default_factory=list)
    is_last: bool = False  # no text follows
    after_closing: bool = False  # the article above has ended with a byline in brackets
    is_top: bool = False  # no text is above
    covers: bool = False  # its headings and its few words cover the articles below
    labels: dict[int, str] = field(default_factory=dict)  # by start of a line, where strong signs decide (see `strong_signs`)

    def label(self, line: Line) -> str:
        """Return the label of one of its lines."""
        return self.labels.get(line.start, line.label)

    @property
    def above_byline(self) -> list[Line]:
        """The lines above the first byline or the number of the first section, or all where there is neither."""
        ends = (i for i, line in enumerate(self.lines) if line.kind == "byline" or (i and not line.level and is_section_number(line.text)))
        return self.lines[: next(ends, len(self.lines))]

    @property
    def title(self) -> Line | None:
        """The line that is the title, None in a group of subheads."""
        return next((line for line in self.lines if self.label(line) == "title"), None)

    @property
    def names_section(self) -> bool:
        """Whether the group is the name of a section, with no title below it: a lead follows, or nothing."""
        return any(self.label(line) == "section" for line in self.lines) and self.title is None

    def name_title(self) -> None:
        """Make the name of a section that covers no other article the title of the text below."""
        names = [line for line in self.above_byline if self.label(line) in ("section", "kicker")]
        if names:
            self.labels[names[-1].start] = "title"

    @property
    def has_heading_above_title(self) -> bool:
        return self.title is not None and self.lines[0] is not self.title


def roles(lines: Sequence[Line], group: HeadingGroup) -> list[str]:
    """Return for each of an article's *lines* its role as a heading, "" for text; *group* opens the article."""
    opening = {line.start for line in group.lines}
    title = None if group.covers else group.title
    numbered = any(line.kind == "front" and is_document_number(line.text) for line in lines)  # as offices do: its parts have headings
    notice = title is not None and not numbered and bool(NOTICE.search(title.text))
    given: list[str] = []
    for line in lines:
        label = group.label(line) if line.start in opening else "subhead" if line.level else line.label
        if line.kind in ROLE_OF_KIND:
            given.append(ROLE_OF_KIND[line.kind])
        elif line.kind not in HEADING_KINDS:
            given.append("")
        elif label == "more" and given and given[-1]:
            given.append(given[-1])
        elif label == "section" or (label in OPENING_LABELS and line.start in opening):
            banner = group.is_top and label in ("section", "kicker")  # above the first title and no other one: the page's
            given.append("title" if line is title else "banner" if banner else "subtitle" if label == "title" else label)
        elif line.kind == "byline":
            given.append("byline")
        else:
            given.append("" if notice and not line.level else "subhead")  # the numbered parts of a notice are its text
    return given


def headings(page: Page, lines: Sequence[Line], given: Sequence[str]) -> list[Heading]:
    """Return the headings that *lines* with the *given* roles make up, in the order of the page."""
    return [heading_of(page, role, run) for role, run in _runs(lines, given)]


def _runs(lines: Sequence[Line], given: Sequence[str]) -> Iterator[tuple[str, list[Line]]]:
    """Yield the role and the lines of each heading: a caption and its credit are one heading, and so are the lines of a subhead."""
    run: list[Line] = []
    run_role = ""
    for line, role in zip(lines, given, strict=True):
        if run and not (role == run_role and _belongs(line, role, run[-1])):
            yield run_role, run
            run = []
        if role:
            run.append(line)
        run_role = role
    if run:
        yield run_role, run


def _belongs(line: Line, role: str, above: Line) -> bool:
    """Whether *line* is a further line of the heading that *above* ends, which has the same *role*."""
    several = role in SEVERAL_LINES and line.gap == 0 and above.kind == line.kind and OF_A_PAPER not in (line.label, above.label)
    return line.label == "more" or several or (line.kind == "credit" and above.kind == "caption")


def heading_of(page: Page, role: str, lines: Sequence[Line]) -> Heading:
    """Return the heading that *lines* make up; a line end is kept and read as a blank, unless it cuts a word or a quote in two."""
    spans: list[Span] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        spans.extend(line.spans())
        cut = following is not None and following.label == "more" and (bool(following.join) or _is_cut(line, following))
        end = page.text.find("\n", line.end, following.start) if following and not cut else -1
        spans += [(end, end + 1)] if end >= 0 else []
    together = tuple(merged_spans(spans))
    return Heading(role, quote(page.text, together), together, lines_from(page.text, together, lines[0].number))


def _is_cut(line: Line, following: Line) -> bool:
    """Whether the line end between two lines of a heading is within a word, a quote or a bracket."""
    return has_word_across(line.text, following.text) or not is_balanced(line.text)
