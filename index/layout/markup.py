"""Markdown and labels: the kinds that marks give to lines, the front matter of a page, and the turns of a conversation.

lines ──with_markup──▶ lines whose kinds the marks show ──line_kinds──▶ all kinds ──markdown_paragraphs──▶ paragraphs
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from index.document import Page, Paragraph
from index.layout.line_shapes import LONGEST_UNMARKED_HEADING
from index.layout.lines import Line, end_of_front_matter
from index.layout.paragraphs import LineBreaks, joined_paragraph, paragraphs, runs_on
from index.text.person_names import byline_names
from index.text.punctuation import ends_sentence

TAGS = re.compile(r"(?:</?[A-Za-z][^<>:@]*(?:[\"'][^\"'<>]*[\"'][^<>]*)*>\s*|<!--.*?-->\s*)+")  # `<div align="center">`, not `<https://…>`
HTML_BLOCK = re.compile(r"<(?:table|tr|td|th|ul|ol|dl|div|p|figure)\b.*>")  # a line of HTML that holds text
BOLD_LINE = re.compile(r"(\*\*|__)(?=\S)([^*_]{2,60}?)\1")
CLOSED_EMPHASIS = re.compile(r"[。！？…；：!?][*_~`]+$")  # a sentence ends within bold or italic type
LABELLED_LINES = re.compile(
    r"(?:(?:标题|题目|作者|日期|时间|来源|出处|关键词|[Tt]itle|[Aa]uthors?|[Dd]ate|[Ss]ource)[ \t]*[:：][^\n]{0,200}(?:\n|$)){2,}"
)
TITLE_LABEL = re.compile(r"(?m)^(?:标题|题目|[Tt]itle)[ \t]*[:：]")
SPEAKER = re.compile(r"(?:[\u4e00-\u9fff·]{2,5}(?<![省市区县州镇乡村街道])|[A-Z][a-z]{1,12})[：:](?=\s?\S)")
SETEXT_LEVELS = {"=": 1, "-": 2}
COLUMN_RULE = re.compile(r"\|?[ :|-]*-[ :|-]*")  # `|---|:-:|` below the names of columns
FIELD = re.compile(r"(?m)^(?P<name>[A-Za-z]+|标题|题目|作者)[ \t]*[:：][ \t]*(?P<value>.*?)[ \t]*$(?P<list>(?:\n[ \t]*-[ \t]+.+)*)")
TITLES, AUTHORS = ("title", "标题", "题目"), ("author", "authors", "作者")
QUOTES = "\"'“”"
NO_TITLE = re.compile(  # the name of a file or the number of a page, which programs write into the field of the title
    r"|(?:scan|page|img|image|dsc|doc|document|file|photo|untitled)[\s_-]*\d*|[\w\-. ]+\.(?:pdf|png|jpe?g|tiff?|docx?|md|txt)"
    r"|\d+|第?\s*\d+\s*[页版]|[0-9a-f-]{8,}",
    re.IGNORECASE,
)


LEAST_TURNS = 3  # turns of a page that make it a conversation, set by hand
LINES_PER_TURN = 4  # of a conversation at most, set by hand


class FrontMatter(NamedTuple):
    """The title and the authors that the front matter of a page gives to its article, and the offset at which it ends."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    end: int = 0


def front_matter(page: Page) -> FrontMatter:
    """Return the title and the authors that the lines at the top of *page* name: between `---`, or with two labels or more."""
    end = end_of_front_matter(page.text) or _end_of_labels(page.text)
    if end <= 0:
        return FrontMatter()
    title: str | None = None
    authors: tuple[str, ...] = ()
    for field in FIELD.finditer(page.text, 0, end):
        name, value = field["name"].lower(), field["value"]
        if name in TITLES and title is None:
            title = value.strip(QUOTES).strip()
            title = None if NO_TITLE.fullmatch(title) else title
        if name in AUTHORS and not authors:
            authors = tuple(_authors([value.strip("[]"), *re.split(r"\n[ \t]*-[ \t]+", field["list"])[1:]]))
    return FrontMatter(title, authors, end)


def _end_of_labels(text: str) -> int:
    """Return the offset at which the labelled lines at the top of a text end (`标题：…`, `作者：…`), 0 for fewer than two such lines."""
    labels = LABELLED_LINES.match(text)
    return labels.end() if labels and TITLE_LABEL.search(labels[0]) else 0


def _authors(values: Sequence[str]) -> Iterator[str]:
    """Yield the names in *values*: Chinese names may have nothing between them, others have commas."""
    for value in values:
        parts = (part.strip(QUOTES + " ") for part in re.split("[,，、;；]", value))
        yield from byline_names(value.strip(QUOTES)) or filter(None, parts)


def with_markup(page: Page, lines: Sequence[Line]) -> list[Line]:
    """Return *lines* with the kinds and levels that Markdown's marks show, and with the labels at the top of any page as front matter.

    The marks of a bold heading are no part of its text.
    """
    top = _end_of_labels(page.text)
    labelled = [replace(line, kind="front", level=0) if line.start < top else line for line in lines] if top else lines
    return _with_turns(_with_markdown(labelled) if page.markdown else list(labelled))


def _with_turns(lines: list[Line]) -> list[Line]:
    """Return *lines* with each turn of a conversation (`张三：…`) as an item, where many lines of the page begin so."""
    turns = {line.start for line in lines if line.kind == "text" and not line.level and SPEAKER.match(line.text)}
    if len(turns) < LEAST_TURNS or len(turns) * LINES_PER_TURN < len(lines):
        return lines
    return [replace(line, kind="item") if line.start in turns and line.kind == "text" else line for line in lines]


def _with_markdown(lines: Sequence[Line]) -> list[Line]:
    marked: list[Line] = []
    item: Line | None = None  # the list item that the line before belongs to
    for line, following in zip_longest(lines, lines[1:]):
        if item and line.gap == 0 and line.kind in ("text", "byline") and not line.level and line.indent > item.indent:
            marked.append(replace(line, kind="more"))
            continue
        item = line if line.kind == "item" else None
        if line.kind not in ("code", "front") and not line.level:
            line = _underlined_heading(line, following) or _by_marks(line)
        marked.append(line)
    return marked


def markdown_paragraphs(page: Page, lines: Sequence[Line], line_breaks: LineBreaks) -> Iterator[Paragraph]:
    """Yield the paragraphs of a Markdown page as `paragraphs` does, but with the indented lines of a list item in one paragraph."""
    item: list[Line] = []
    others: list[Line] = []
    for line in lines:
        if item and (line.kind == "more" or runs_on(item[-1], line, line_breaks.wrap)):
            item.append(line)
            continue
        if item:
            yield joined_paragraph(page, item)
            item = []
        if line.kind == "item" or (others and line.gap and CLOSED_EMPHASIS.search(others[-1].text)):
            yield from paragraphs(page, others, line_breaks)
            others = []
        (item if line.kind == "item" else others).append(line)
    yield from [joined_paragraph(page, item)] if item else paragraphs(page, others, line_breaks)


def _underlined_heading(line: Line, following: Line | None) -> Line | None:
    """Return the heading that *line* is if a row of = or - underlines it, else None."""
    if following is None or following.kind != "rule" or following.gap or line.kind not in ("text", "item", "byline"):
        return None
    level = SETEXT_LEVELS.get(following.text[0]) if len(set(following.text)) == 1 else None
    short = len(line.text) <= 2 * LONGEST_UNMARKED_HEADING and not ends_sentence(line.text)
    return replace(line, kind="text", level=level) if level and short else None


def _by_marks(line: Line) -> Line:
    """Return the line with the kind that its own marks show: a picture, tags, a table, a heading or a byline in bold type."""
    if line.kind in ("caption", "furniture"):
        return line
    if TAGS.fullmatch(line.text) or (line.kind == "table" and COLUMN_RULE.fullmatch(line.text)):
        return replace(line, kind="rule")
    if HTML_BLOCK.fullmatch(line.text):
        return replace(line, kind="table")
    bold = BOLD_LINE.fullmatch(line.text)
    if bold and len(bold[2]) <= LONGEST_UNMARKED_HEADING and not ends_sentence(bold[2].rstrip("：:")):
        kind = "byline" if byline_names(bold[2]) else "heading"
        return replace(line, text=bold[2], start=line.start + 2, end=line.end - 2, kind=kind)
    return line
