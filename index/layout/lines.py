"""The lines of a page: the characters of each, its heading marks, the blank lines above it, and its kind by its own shape.

A byline in brackets at the end of a line becomes a line of its own. Nothing here looks at neighbours or knows about articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from index.document import Page, Span
from index.layout.furniture import is_running_head
from index.layout.line_shapes import LONGEST_MATCHED, shape
from index.text.person_names import byline_names
from index.text.punctuation import HAN, cell_width, ends_sentence

HEADING_MARKS = re.compile(r"(#{1,6})(?:[ \t\u3000]+|(?=[\u3400-\u9fff“\"《]))")  # Markdown's heading marks
HEADING_MARKS_BEHIND = re.compile(r"[ \t]+#{1,6}$")  # as in `## 做法 ##`
FENCE = re.compile(r"```|~~~")
PICTURE = (
    r"(?:!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])(?:\{[^{}]*\})?|!\[\[[^\[\]]*\]\]|<img\b[^<>]*>"
    r"|\[!\[[^\[\]]*\]\([^()]*\)\]\([^()]*\))"
)
PICTURES = re.compile(rf"{PICTURE}(?:\s*{PICTURE})*")
PICTURE_STARTS = ("![", "<img", "[![")
LONGEST_PICTURES = 2000  # characters of a line of pictures, which may hold their addresses
DESCRIBED = re.compile(  # the words that describe a picture
    r"!\[(?P<mark>[^\[\]]*[^\W\d_][^\[\]]*)\](?=[(\[])"
    r"|<img\b[^<>]*?\balt\s*=\s*(?:\"(?P<double>[^\"<>]*[^\W\d_][^\"<>]*)\"|'(?P<single>[^'<>]*[^\W\d_][^'<>]*)')"
)
OF_NO_PICTURE = re.compile(  # words that a program puts where a description should be: they describe nothing
    r"(?:image|img|picture|pic|photo|figure|fig|screenshot|logo|icon|null|undefined|alt(?: text)?"
    r"|图片|图像|图|照片|配图|插图|截图|图片描述|在这里插入图片描述)"
    r"[\s_\-–—:：.()（）\d]*|[\w\-. ]*\.(?:png|jpe?g|gif|webp|bmp|svg|tiff?)"
    r"|(?:微信图片|屏幕截图|IMG|DSC|mmexport|Pasted image)[\w\-. ]*|[0-9a-fA-F\-]{6,}",
    re.IGNORECASE,
)
BRACKETED = re.compile(r"[(（【\[]([^()（）【】\[\]]{2,60})[)）】\]]\s*$")
BRACKET_TAIL = 70  # characters at the end of a line that are searched for a byline in brackets
FRONT_MATTER_TAIL = 20_000  # characters of a page that are searched for the end of its front matter
FIELD_NAME = r"[\"']?[\w\u4e00-\u9fff][\w \u4e00-\u9fff.-]{0,40}[\"']?[ \t]*[:：]"
FRONT_MATTER = re.compile(  # at the top of a page: whatever YAML there is, from a first field on
    rf"\s*---[ \t]*\n(?:[ \t]*(?:#.*)?\n)*{FIELD_NAME}(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|$)"
)
FIELDS = re.compile(r"---[ \t]*\n(?:[a-z][a-z0-9_]{2,40}:.*\n){2,40}---[ \t]*(?:\n|$)")  # above each page that a program put into a file
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
    pieces: tuple[Span, ...] = ()  # offsets of *text* in the page's text, where *text* is not the characters from *start* to *end*
    join: float | None = None  # where the order was changed: probability that this line continues the one before, 0 if it begins a text
    label: str = ""  # of a line that may be a heading, a byline or a caption (see index/labelling)
    columns: str | None = None  # the names of the columns of a row, "" where they have none; None for a line of no table

    @property
    def is_chinese(self) -> bool:
        """Whether the line has a Chinese character, so that it is joined to others without a space."""
        return _has_han(self.text[:LONGEST_MATCHED])

    def spans(self, first: int = 0, last: int | None = None) -> Iterator[Span]:
        """Yield the spans in the page's text of the characters from *first* to *last* of the line's text."""
        last = len(self.text) if last is None else last
        if not self.pieces:
            yield self.start + first, self.start + last
            return
        offset = 0  # in the text, of the piece
        for start, end in self.pieces:
            a, b = max(first - offset, 0), min(last - offset, end - start)
            if a < b:
                yield start + a, start + b
            offset += end - start


@lru_cache(maxsize=4096)  # several steps ask the same of each line
def _has_han(text: str) -> bool:
    return HAN.search(text) is not None


def lines(page: Page) -> list[Line]:
    """Return the lines of *page* that have characters; a byline in brackets at the end of a line is a line of its own."""
    if page.blocks:
        return list(_lines_of_blocks(page))
    read: list[Line] = []
    offset, number, gap, fence = 0, 0, 0, ""
    front_ends = fields_end = end_of_front_matter(page.text)
    for raw in page.text.split("\n"):
        number += 1
        start, offset = offset, offset + len(raw) + 1
        text = raw.strip()
        if not text:
            gap += 1
            continue
        line = _line(raw, text, number, start, gap)
        gap = 0
        if text == "---" and start >= fields_end:
            fields = FIELDS.match(page.text, start)
            fields_end = fields.end() if fields else fields_end
        if start < fields_end:
            read.append(_whole_line(line, raw, start, "front" if start < front_ends else "furniture"))
            continue
        if page.markdown and (fence or FENCE.match(text)):
            read.append(_whole_line(line, raw, start, "code"))
            if FENCE.match(text):
                fence = "" if fence and text.startswith(fence) else fence or text[:3]
            continue
        pictures = PICTURES.fullmatch(text) if text.startswith(PICTURE_STARTS) and len(text) <= LONGEST_PICTURES else None
        read.extend(_of_pictures(line) if pictures else _without_closing_byline(line))
    return read


def _lines_of_blocks(page: Page) -> Iterator[Line]:
    """Yield the blocks of a page of HTML as lines; a block over several lines of the source is one line here."""
    number, offset = 1, 0
    for block in page.blocks:
        start, end = block.spans[0][0], block.spans[-1][1]
        number, offset = number + page.text.count("\n", offset, start), start
        text = "".join(page.text[a:b] for a, b in block.spans).replace("\n", " ")
        kind = shape(text) if block.kind == "text" and not block.level else block.kind
        line = Line(number, start, end, text, kind, block.level, block.gap, pieces=block.spans, join=block.join)
        yield from _without_closing_byline(line)


def _line(raw: str, text: str, number: int, start: int, gap: int) -> Line:
    blanks = len(raw) - len(raw.lstrip())
    begin, end, level = start + blanks, start + blanks + len(text), 0
    marks = HEADING_MARKS.match(text) if text[0] == "#" else None
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
    indent = cell_width(raw[:blanks].expandtabs(4)) if blanks else 0
    return Line(number, begin, end, text, kind, level, gap, indent, raw.endswith("  "))


def end_of_front_matter(text: str) -> int:
    """Return the offset at which the front matter at the top of a page ends (fields between two lines `---`), 0 where there is none."""
    top = FRONT_MATTER.match(text[:FRONT_MATTER_TAIL])
    return top.end() if top else 0


def _whole_line(line: Line, raw: str, start: int, kind: str) -> Line:
    """Return a line of front matter or code with the marks that were taken off it: there a `#` is a comment."""
    text = raw.strip()
    begin = start + len(raw) - len(raw.lstrip())
    return replace(line, start=begin, end=begin + len(text), text=text, kind=kind, level=0)


def _of_pictures(line: Line) -> Iterator[Line]:
    """Yield the marks of the pictures that a line consists of, as furniture, and the words that describe each, as a caption."""
    words = [described.span(described.lastgroup or 0) for described in DESCRIBED.finditer(line.text)]
    words = [(a, b) for a, b in words if not OF_NO_PICTURE.fullmatch(line.text[a:b].strip())]
    marks = [*zip([0, *(b for _, b in words)], [*(a for a, _ in words), len(line.text)], strict=True)]
    pieces = tuple((line.start + a, line.start + b) for a, b in marks)
    yield replace(line, text="".join(line.text[a:b] for a, b in marks), kind="furniture", level=0, pieces=pieces)
    for a, b in words:
        yield replace(line, text=line.text[a:b], kind="caption", level=0, start=line.start + a, end=line.start + b, gap=0)


def _without_closing_byline(line: Line) -> Iterator[Line]:
    """Yield the line, or its text and then the byline in brackets at its end: `…成果。 (周静 严琰)`."""
    tail = line.text[-BRACKET_TAIL:]
    may_close = line.kind in ("text", "item", "credit") and not line.level and tail.rstrip().endswith((")", "）", "】", "]"))
    bracket = BRACKETED.search(tail) if may_close else None
    if bracket and byline_names(bracket[1], strict=True):
        cut = len(line.text) - len(tail) + bracket.start()
        before = line.text[:cut].rstrip()
        several = len(byline_names(bracket[1])) > 1
        if not before:
            yield replace(line, kind="closing")
            return
        if ends_sentence(before) or (several and (len(before) < cut or len(before) > LONG_TEXT)):
            yield _part(line, 0, len(before))
            yield replace(_part(line, cut, len(line.text)), kind="closing", gap=0)
            return
    yield line


def _part(line: Line, first: int, last: int) -> Line:
    """Return the part of *line* that has the characters from *first* to *last* of its text."""
    spans = tuple(line.spans(first, last))
    return replace(line, text=line.text[first:last], start=spans[0][0], end=spans[-1][1], pieces=spans if line.pieces else ())
