"""What marks and labels say of lines: Markdown's front matter, heads, pictures, tags and lists; labels above a text; who speaks.

lines ──marked──▶ lines with the kinds that the marks tell ──▶ (page.py) ──listed──▶ paragraphs
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from index.document import Page, Paragraph
from index.layout.line_kinds import HEADLINE
from index.layout.lines import Line, ends_sentence
from index.layout.paragraphs import Breaks, paragraph, paragraphs, runs_on
from index.text.person_names import names

PICTURE = re.compile(r"!\[[^\]]*\](?:\([^()]*\)|\[[^\]]*\])(?:\{[^{}]*\})?")
TAGS = re.compile(r"(?:</?[A-Za-z][^<>:@]*(?:[\"'][^\"'<>]*[\"'][^<>]*)*>\s*|<!--.*?-->\s*)+")  # `<div align="center">`, not `<https://…>`
BLOCK = re.compile(r"<(?:table|tr|td|th|ul|ol|dl|div|p|figure)\b.*>")  # a line of HTML with its text
BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]{2,60}?)\1")
CLOSED = re.compile(r"[。！？…；：!?][*_~`]+$")  # a sentence ends within bold or slanted type
LABELS = re.compile(
    r"(?:(?:标题|题目|作者|日期|时间|来源|出处|关键词|[Tt]itle|[Aa]uthors?|[Dd]ate|[Ss]ource)[ \t]*[:：][^\n]{0,200}(?:\n|$)){2,}"
)
TITLE = re.compile(r"(?m)^(?:标题|题目|[Tt]itle)[ \t]*[:：]")
SPEAKER = re.compile(r"(?:[\u4e00-\u9fff·]{2,5}(?<![省市区县州镇乡村街道])|[A-Z][a-z]{1,12})[：:](?=\s?\S)")
UNDERLINE = {"=": 1, "-": 2}
COLUMNS = re.compile(r"\|?[ :|-]*-[ :|-]*")  # `|---|:-:|` below the names of columns
FIELD = re.compile(r"(?m)^(?P<name>[A-Za-z]+|标题|题目|作者)[ \t]*[:：][ \t]*(?P<value>.*?)[ \t]*$(?P<list>(?:\n[ \t]*-[ \t]+.+)*)")
TITLES, AUTHORS = ("title", "标题", "题目"), ("author", "authors", "作者")
QUOTES = "\"'“”"


class Front(NamedTuple):
    """What the front matter of a page says of its article."""

    title: str | None = None
    authors: tuple[str, ...] = ()


def front(page: Page) -> Front:
    """Return the title and the authors that the lines at the top of *page* name: between `---`, or with two labels or more."""
    end = page.text.find("\n---", 3, 20000) if page.markdown and page.text.startswith("---\n") else _labelled(page.text)
    if end <= 0:
        return Front()
    title: str | None = None
    authors: tuple[str, ...] = ()
    for field in FIELD.finditer(page.text, 0, end):
        name, value = field["name"].lower(), field["value"]
        if name in TITLES and title is None:
            title = value.strip(QUOTES).strip() or None
        if name in AUTHORS and not authors:
            authors = tuple(_authors([value.strip("[]"), *re.split(r"\n[ \t]*-[ \t]+", field["list"])[1:]]))
    return Front(title, authors)


def _labelled(text: str) -> int:
    """Return where the labelled lines at the top of a text end: `标题：…`, `作者：…`; 0 where there are fewer than two."""
    found = LABELS.match(text)
    return found.end() if found and TITLE.search(found[0]) else 0


def _authors(values: Sequence[str]) -> Iterator[str]:
    """Chinese names may stand together; others are parted by commas."""
    for value in values:
        others = (each.strip(QUOTES + " ") for each in re.split("[,，、;；]", value))
        yield from names(value.strip(QUOTES)) or filter(None, others)


def marked(page: Page, seen: Sequence[Line]) -> list[Line]:
    """Give lines the kinds and levels that marks tell on a Markdown page, the marks of a bold head are not its text; and on any page
    labels at the top."""
    top = _labelled(page.text)
    seen = [replace(line, kind="front", level=0) if line.start < top else line for line in seen] if top else seen
    return _spoken(_marked(seen) if page.markdown else list(seen))


def _spoken(seen: list[Line]) -> list[Line]:
    """Each turn of a conversation begins a paragraph: `张三：…`, on a page where many lines begin so."""
    turns = {line.number for line in seen if line.kind == "text" and not line.level and SPEAKER.match(line.text)}
    if len(turns) < 3 or len(turns) * 4 < len(seen):
        return seen
    return [replace(line, kind="item") if line.number in turns and line.kind == "text" else line for line in seen]


def _marked(seen: Sequence[Line]) -> list[Line]:
    found: list[Line] = []
    item: Line | None = None  # the list item that the line before belongs to
    for line, following in zip_longest(seen, seen[1:]):
        if item and line.gap == 0 and line.kind in ("text", "byline") and not line.level and line.indent > item.indent:
            found.append(replace(line, kind="more"))
            continue
        item = line if line.kind == "item" else None
        if line.kind not in ("code", "front") and not line.level:
            line = _underlined(line, following) or _told(line)
        found.append(line)
    return found


def listed(page: Page, lines: Sequence[Line], breaks: Breaks) -> Iterator[Paragraph]:
    """Yield the paragraphs of a Markdown page as `paragraphs` does, and go on with a list item where its next line is indented."""
    item: list[Line] = []
    others: list[Line] = []
    for line in lines:
        if item and (line.kind == "more" or runs_on(item[-1], line, breaks.wrap)):
            item.append(line)
            continue
        if item:
            yield paragraph(page, item)
            item = []
        if line.kind == "item" or (others and line.gap and CLOSED.search(others[-1].text)):
            yield from paragraphs(page, others, breaks)
            others = []
        (item if line.kind == "item" else others).append(line)
    yield from [paragraph(page, item)] if item else paragraphs(page, others, breaks)


def _underlined(line: Line, following: Line | None) -> Line | None:
    """A head with a row of = or - right below it."""
    if following is None or following.kind != "rule" or following.gap or line.kind not in ("text", "item", "byline"):
        return None
    level = UNDERLINE.get(following.text[0]) if len(set(following.text)) == 1 else None
    return replace(line, kind="text", level=level) if level and len(line.text) <= 2 * HEADLINE and not ends_sentence(line.text) else None


def _told(line: Line) -> Line:
    if PICTURE.fullmatch(line.text):
        return replace(line, kind="caption")
    if TAGS.fullmatch(line.text) or (line.kind == "table" and COLUMNS.fullmatch(line.text)):
        return replace(line, kind="rule")
    if BLOCK.fullmatch(line.text):
        return replace(line, kind="table")
    bold = BOLD.fullmatch(line.text)
    if bold and len(bold[2]) <= HEADLINE and not ends_sentence(bold[2].rstrip("：:")):
        kind = "byline" if names(bold[2]) else "head"
        return replace(line, text=bold[2], start=line.start + 2, end=line.end - 2, kind=kind)
    return line
