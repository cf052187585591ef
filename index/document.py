"""The nouns that every other file speaks in, and the way of a text through them.

    file ──read──▶ Page ──articles──▶ Article ──passages──▶ Passage ──retrieve──▶ Hit
                   text              title, authors,        what is embedded      rank, score,
                   digest            place, paragraphs      and ranked            why it matched

A *span* is a half-open range of characters of the page's text. The text of a paragraph is the characters of its spans and
nothing else, so a citation can always be checked against its source (see `quote`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Span = tuple[int, int]  # characters of Page.text, half-open
Lines = tuple[int, int]  # lines of the source, from 1, inclusive


@dataclass(frozen=True, slots=True)
class Page:
    """One source file, decoded. *text* has `\\n` line ends and no byte-order mark; *sha256* is of the file's bytes."""

    source: str
    text: str
    sha256: str
    encoding: str
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What the author wrote as one: line breaks, column breaks and stray spaces undone. `text == quote(page.text, spans)`.

    *sure*: where columns were untangled, how likely its pieces belong together in this order (see `index.untangle`).
    """

    text: str
    spans: tuple[Span, ...]
    lines: tuple[Lines, ...]
    sure: float = field(default=1.0, compare=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """A piece of a page that is no paragraph. *role*: title, kicker, subtitle, byline, caption, subhead, section or banner."""

    role: str
    text: str
    spans: tuple[Span, ...]
    lines: tuple[Lines, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a page. What is not known (no title, no place) is None; *headings* keeps where each of them is.
    *kind*: news, notice, photo-news, or what a person says."""

    source: str
    number: int  # position in its page, from 1
    title: str | None
    kicker: str | None
    subtitle: str | None
    authors: tuple[str, ...]
    place: str | None
    paragraphs: tuple[Paragraph, ...]
    headings: tuple[Heading, ...] = ()
    kind: str = "news"

    def texts(self, role: str) -> list[str]:
        """Return the texts of the headings of this *role*, in the order of the page."""
        return [heading.text for heading in self.headings if heading.role == role]


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a passage: enough to find the passage by hand and to check it by program. *lines* may span blank lines.

    >>> print(Citation("p.txt", ((3, 3), (7, 8)), 2, "修路", None, ("张三", "李四"), None, "", ""))
    《修路》第2段 · 张三 李四 · p.txt:3,7-8
    """

    source: str
    lines: tuple[Lines, ...]
    paragraph: int  # in its article, from 1
    article: str | None
    kicker: str | None
    authors: tuple[str, ...]
    place: str | None
    sha256: str
    id: str

    def __str__(self) -> str:
        """Return the one line that lets a person find the passage: article, paragraph, authors, place, source and lines."""
        parts = (f"{titled(self.article)}第{self.paragraph}段", " ".join(self.authors), self.place, self.location)
        return " · ".join(part for part in parts if part)

    @property
    def location(self) -> str:
        """The source and its lines, as in `p.txt:3,7-8`."""
        return f"{self.source}:{line_ranges(self.lines)}"


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and ranked. *heading* (title, place) helps the match and is never part of the quoted *text*; *article* is the
    number of its article in the page."""

    text: str
    heading: str
    article: int
    citation: Citation


def titled(title: str | None) -> str:
    """Return *title* as it is cited, in book-title marks; the title of a book has these marks already.

    >>> titled("修路"), titled("《案例集》"), titled(None)
    ('《修路》', '《案例集》', '（无题）')
    """
    if not title:
        return "（无题）"
    return title if title[0] == "《" and title.find("》") == len(title) - 1 else f"《{title}》"


def line_ranges(lines: Sequence[Sequence[int]]) -> str:
    """Return ranges of lines as they are printed.

    >>> line_ranges(((3, 3), (7, 8)))
    '3,7-8'
    """
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in lines)


def quote(text: str, spans: tuple[Span, ...]) -> str:
    """Return the characters of *text* at *spans*; a line end that stands between two words is read as a space.

    >>> quote("The quick\\nfox\\n\\njumps.", ((0, 13), (15, 21)))
    'The quick foxjumps.'
    """
    return "".join(text[start:end] for start, end in spans).replace("\n", " ")


def lines_of(text: str, spans: tuple[Span, ...]) -> tuple[Lines, ...]:
    """Return the line ranges (from 1, inclusive) that *spans* touch; ranges with only blank lines between them are one.

    >>> lines_of("a\\n\\nb\\ncaption\\nc", ((0, 1), (3, 4), (13, 14)))
    ((1, 3), (5, 5))
    """
    ranges: list[list[int]] = []
    line, at = 1, 0  # the line of the character *at*
    for start, end in sorted(spans):
        line, first = line + text.count("\n", at, start), line + text.count("\n", at, start)
        last = first + text.count("\n", start, end - 1)  # a line end at the end of a span belongs to its own line
        if ranges and not text[at:start].strip() and start >= at:
            ranges[-1][1] = last
        elif ranges and first == ranges[-1][1]:
            ranges[-1][1] = max(last, ranges[-1][1])
        else:
            ranges.append([first, last])
        line, at = first + text.count("\n", start, end), end
    return tuple((first, last) for first, last in ranges)
