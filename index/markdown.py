"""What Markdown says with marks of its own: front matter, underlined and bold heads, pictures, tags, list items that go on.

lines ──marked──▶ lines with the kinds that the marks tell ──▶ (page.py) ──listed──▶ paragraphs
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from index.article import Page, Paragraph
from index.kinds import HEADLINE
from index.lines import Line, ends_sentence
from index.names import names
from index.paragraph import Breaks, paragraph, paragraphs, runs_on

PICTURE = re.compile(r"!\[[^\]]*\](?:\([^()]*\)|\[[^\]]*\])(?:\{[^{}]*\})?")
TAGS = re.compile(r"(?:</?[A-Za-z][^<>:@]*(?:[\"'][^\"'<>]*[\"'][^<>]*)*>\s*|<!--.*?-->\s*)+")  # `<div align="center">`, not `<https://…>`
BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]{2,60}?)\1")
CLOSED = re.compile(r"[。！？…；：!?][*_~`]+$")  # a sentence ends within bold or slanted type
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
    """Return the title and the authors that the lines between `---` at the top of *page* name."""
    end = page.text.find("\n---", 3, 20000)
    if not page.markdown or not page.text.startswith("---\n") or end < 0:
        return Front()
    title: str | None = None
    authors: tuple[str, ...] = ()
    for field in FIELD.finditer(page.text, 4, end):
        name, value = field["name"].lower(), field["value"]
        if name in TITLES and title is None:
            title = value.strip(QUOTES).strip() or None
        if name in AUTHORS and not authors:
            authors = tuple(_authors([value.strip("[]"), *re.split(r"\n[ \t]*-[ \t]+", field["list"])[1:]]))
    return Front(title, authors)


def _authors(values: Sequence[str]) -> Iterator[str]:
    """Chinese names may stand together; others are parted by commas."""
    for value in values:
        others = (each.strip(QUOTES + " ") for each in re.split("[,，、;；]", value))
        yield from names(value.strip(QUOTES)) or filter(None, others)


def marked(seen: Sequence[Line]) -> list[Line]:
    """Give the lines of a Markdown page the kinds and levels that their marks tell; the marks of a bold head are not its text."""
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
    bold = BOLD.fullmatch(line.text)
    if bold and len(bold[2]) <= HEADLINE and not ends_sentence(bold[2].rstrip("：:")):
        kind = "byline" if names(bold[2]) else "head"
        return replace(line, text=bold[2], start=line.start + 2, end=line.end - 2, kind=kind)
    return line
