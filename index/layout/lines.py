"""The lines of a page: the characters of each, its heading marks, the blank lines above it, and its kind by its own shape.

A byline in brackets at the end of a line becomes a line of its own. Nothing here looks at neighbours or knows about articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.document import Page
from index.layout.furniture import is_running_head
from index.layout.line_shapes import LONGEST_MATCHED, shape
from index.text.person_names import byline_names
from index.text.punctuation import HAN, cell_width, ends_sentence

HEADING_MARKS = re.compile(r"(#{1,6})(?:[ \t\u3000]+|(?=[\u3400-\u9fff“\"《]))")  # Markdown's heading marks
HEADING_MARKS_BEHIND = re.compile(r"[ \t]+#{1,6}$")  # as in `## 做法 ##`
FENCE = re.compile(r"```|~~~")
BRACKETED = re.compile(r"[(（【\[]([^()（）【】\[\]]{2,60})[)）】\]]\s*$")
BRACKET_TAIL = 70  # characters at the end of a line that are searched for a byline in brackets
FRONT_MATTER_TAIL = 20_000  # characters of a page that are searched for the end of its front matter
LONG_TEXT = 60  # characters, set by hand: after so much text a bracket of two names or more is a byline even within a sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source, without the blanks around it and the heading marks before it."""

    number: int  # in the source, from 1
    start: int  # offset of *text* in the page's text; a bold heading has only its inner text
    end: int
    text: str
    kind: str = "text"
    level: int = 0  # number of # marks, 0 for none
    gap: int = 0  # blank lines above
    indent: int = 0  # cells
    hard_break: bool = False  # ends with the two blanks by which Markdown asks for a line break
    join: float | None = None  # where the order was changed: probability that this line continues the one before, 0 if it begins a text

    @property
    def is_chinese(self) -> bool:
        """Whether the line has a Chinese character, so that it is joined to others without a space."""
        return bool(HAN.search(self.text[:LONGEST_MATCHED]))


def lines(page: Page) -> list[Line]:
    """Return the lines of *page* that have characters; a byline in brackets at the end of a line is a line of its own."""
    read: list[Line] = []
    offset, number, gap, fence = 0, 0, 0, ""
    in_front_matter = page.markdown and page.text.startswith("---\n") and "\n---" in page.text[3:FRONT_MATTER_TAIL]
    for raw in page.text.split("\n"):
        number += 1
        start, offset = offset, offset + len(raw) + 1
        text = raw.strip()
        if not text:
            gap += 1
            continue
        line = _line(raw, text, number, start, gap)
        gap = 0
        if in_front_matter:
            read.append(replace(line, kind="front", level=0))
            in_front_matter = not (text == "---" and number > 1)
            continue
        if page.markdown and (fence or FENCE.match(text)):
            read.append(_code_line(line, raw, start))
            if FENCE.match(text):
                fence = "" if fence and text.startswith(fence) else fence or text[:3]
            continue
        read.extend(_without_closing_byline(line))
    return read


def _line(raw: str, text: str, number: int, start: int, gap: int) -> Line:
    blanks = len(raw) - len(raw.lstrip())
    begin, end, level = start + blanks, start + blanks + len(text), 0
    marks = HEADING_MARKS.match(text)
    if marks and not (marks[0] == "#" and "#" in text[1:]):  # `#话题#` is no heading
        level, begin = len(marks[1]), begin + marks.end()
        text = text[marks.end() :]
        closing = HEADING_MARKS_BEHIND.search(text[-20:])
        if closing:
            end -= len(closing[0])
            text = text[: len(text) - len(closing[0])]
        bare = text.strip()
        begin, end = begin + len(text) - len(text.lstrip()), begin + len(text.rstrip())
        text = bare
        if is_running_head(text):
            level = 0
    kind = shape(text) if not level else "text"
    return Line(number, begin, end, text, kind, level, gap, cell_width(raw[:blanks].expandtabs(4)), raw.endswith("  "))


def _code_line(line: Line, raw: str, start: int) -> Line:
    """Return a line of code with the marks that were taken off it: in code a `#` is a comment."""
    text = raw.strip()
    begin = start + len(raw) - len(raw.lstrip())
    return replace(line, start=begin, end=begin + len(text), text=text, kind="code", level=0)


def _without_closing_byline(line: Line) -> Iterator[Line]:
    """Yield the line, or its text and then the byline in brackets at its end: `…成果。 (周静 严琰)`."""
    tail = line.text[-BRACKET_TAIL:]
    bracket = BRACKETED.search(tail) if line.kind in ("text", "item", "credit") and not line.level else None
    if bracket and byline_names(bracket[1], strict=True):
        cut = len(line.text) - len(tail) + bracket.start()
        before = line.text[:cut].rstrip()
        several = len(byline_names(bracket[1])) > 1
        if not before:
            yield replace(line, kind="closing")
            return
        if ends_sentence(before) or (several and (len(before) < cut or len(before) > LONG_TEXT)):
            yield replace(line, text=before, end=line.start + len(before))
            yield replace(line, text=line.text[cut:], start=line.start + cut, kind="closing", gap=0)
            return
    yield line
