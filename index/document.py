"""The data types of both packages: Page, Paragraph, Heading, Article, Citation, Passage; and how a passage is quoted and cited.

    file ──read──▶ Page ──articles──▶ Article ──passages──▶ Passage ──retrieve──▶ Hit
                   text              title, authors,        what is embedded      rank, score,
                   digest            place, paragraphs      and ranked            why it matched

Hit is a data type of `search/results.py`; all the others are below.

A *span* is a half-open range of characters of the page's text. The text of a paragraph is the characters of its spans and
nothing else, so a citation can always be checked against its source (see `quote`).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

Span = tuple[int, int]  # characters of Page.text, half-open
Box = tuple[float, float, float, float]  # left, top, right, bottom
LineRange = tuple[int, int]  # first and last line of the source, from 1, inclusive
LINE_ENDS = " \t\n\u3000\xa0-\u00ad\u2010¬"  # blanks, and the hyphens that divide a word at a line's end
ISO_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")  # a year, a month or a day
SEPARATOR = " · "  # between the parts of a citation as it is printed
PARTS = {"caption": "图注", "row": "表格行", "number": "文号", "heading": "标题", "section": "栏目"}  # of a citation, by kind of passage


@dataclass(frozen=True, slots=True)
class Block:
    """What a page of HTML sets apart: a paragraph, a heading, an item, a row of a table. *spans* select its characters.

    *kind* is a kind of line (text, item, table, caption or furniture), *level* that of a heading, *gap* counts blank lines above, and
    *join* is the probability that the block continues the one above, None where only its words can tell.
    """

    spans: tuple[Span, ...]
    kind: str
    level: int = 0
    gap: int = 1
    join: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the characters of a document's text from *start* on, up to the next spot, stand in the document itself.

    - *page*: of a PDF, from 1, as they lie in the file; *label*: the number that is printed on it, where the file says it.
    - *box*: left, top, right, bottom on that page, in points (1/72 inch) from its left upper corner.
    - *sheet*, *cell*: of a workbook, as `B2`.
    - *part*: of what is made of several files, such as a book: the chapter's.
    """

    start: int
    page: int | None = None
    label: str | None = None
    box: Box | None = None
    sheet: str | None = None
    cell: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One source file as text: *text* has `\\n` line ends and no byte-order mark, *sha256* is the digest of the file's bytes.

    A page of HTML has blanks in place of its tags, so each character keeps its offset and line, and its *blocks*. The text of a document
    (a PDF, a workbook) is what *reader*, a program and its version, took out of it; its *spots*, in ascending order, say from where, and
    its *notes*, sentences in the reader's language, what of it is not in the text.
    """

    source: str
    text: str
    sha256: str
    encoding: str
    markdown: bool = False
    blocks: tuple[Block, ...] = ()
    spots: tuple[Spot, ...] = ()
    reader: str | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as its author wrote it: line breaks, column breaks and stray spaces are undone. `text == quote(page.text, spans)`.

    *certainty*: for a paragraph whose pieces were put back in order (`index/layout/reading_order.py`), the probability that this
    order is right. Otherwise 1. *columns*: for a row of a table, the names of its columns, "" where the table has none. Otherwise None.
    """

    text: str
    spans: tuple[Span, ...]
    lines: tuple[LineRange, ...]
    certainty: float = field(default=1.0, compare=False)
    columns: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """Text of a page outside its paragraphs. *role*: title, kicker, subtitle, byline, caption, subhead, section,
    columns (a row that names the columns of a table) or banner."""

    role: str
    text: str
    spans: tuple[Span, ...]
    lines: tuple[LineRange, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a page. What the page does not say (a title, a place) is None. *kind*: news, notice, photo-news, or a sidecar's.

    - *place*: where it reports from; *places*: all places that it speaks of, that one among them.
    - *date*: when it was printed or signed, in ISO form, perhaps a part of it: `2024-05-06`, `2024-03`, `2024`.
    - *publication*, *newspaper_page*: as a banner names them: 浙江日报, 5.
    - *status*: of a regulation, as it is printed: 现行, 修订, 废止 or 失效.
    """

    source: str
    number: int  # position in its page, from 1
    title: str | None
    kicker: str | None
    subtitle: str | None
    authors: tuple[str, ...]
    place: str | None
    paragraphs: tuple[Paragraph, ...]
    headings: tuple[Heading, ...] = ()  # in the order of the page; title, kicker and subtitle are among them
    kind: str = "news"
    places: tuple[str, ...] = ()
    date: str | None = None
    publication: str | None = None
    newspaper_page: int | None = None
    status: str | None = None

    def texts(self, role: str) -> list[str]:
        """Return the texts of the headings of this *role*, in the order of the page."""
        return [heading.text for heading in self.headings if heading.role == role]


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a passage: enough to find the passage by hand and to check it by program. *lines* may span blank lines.

    - *kind*: paragraph; row of a table; caption, number of a document, section or other heading that leads to no paragraph: the
      *paragraph* of these is None.
    - *place*: that of the article, or the one below it that the passage itself names; *places*: all that the article speaks of.
    - *subtitle*, *date*, *publication*, *newspaper_page*, *status*: those of the article.
    - *chars*: characters of the line, half-open, from 0, where the line is far longer than the passage or has several; else None.
    - *page*, *page_label*, *box*, *sheet*, *cell*, *part*: where it stands in a document (see `Spot`): its first page, and the box on that
      page; its first cell. *reader*: what took the text out of the document; the lines are those of that text.
    - *path*: where the source lay when it was read, for programs that open it; two citations that differ in it alone are equal.

    >>> print(Citation("p.txt", ((3, 3), (7, 8)), 2, "修路", None, ("张三", "李四"), None, "", ""))
    《修路》第2段 · 张三 李四 · p.txt:3,7-8
    >>> print(Citation("p.txt", ((3, 3),), 2, "修路", None, (), None, "", "", publication="浙江日报", date="2024-12-06", newspaper_page=5))
    《修路》第2段 · 浙江日报 2024-12-06 第5版 · p.txt:3
    >>> print(Citation("a.pdf", ((90, 92),), 2, "修路", None, (), None, "", "", page=12, page_label="8", reader="pypdfium2 5.15.2"))
    《修路》第2段 · a.pdf 第12页（印刷页码 8）
    """

    source: str
    lines: tuple[LineRange, ...]
    paragraph: int | None  # in its article, from 1
    article: str | None
    kicker: str | None
    authors: tuple[str, ...]
    place: str | None
    sha256: str
    id: str
    kind: str = "paragraph"
    places: tuple[str, ...] = ()
    date: str | None = None
    publication: str | None = None
    newspaper_page: int | None = None
    status: str | None = None
    chars: Span | None = None
    subtitle: str | None = None
    page: int | None = None
    page_label: str | None = None
    box: Box | None = None
    sheet: str | None = None
    cell: str | None = None
    part: str | None = None
    reader: str | None = None
    path: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """Return the one line that lets a person find the passage: article, paragraph, authors, place, what it was printed in, source and
        lines."""
        part = f"第{self.paragraph}段" if self.paragraph else PARTS.get(self.kind, "")
        characters = f"第{self.chars[0] + 1}-{self.chars[1]}字" if self.chars else ""
        where = f"{self.location} {characters}".rstrip()
        parts = (titled(self.article) + part, " ".join(self.authors), self.place, self._printed, where)
        return SEPARATOR.join(part for part in parts if part)

    @property
    def _printed(self) -> str:
        """What the passage was printed in and when, and what became of the regulation since: `浙江日报 2024-12-06 第5版`."""
        page = f"第{self.newspaper_page}版" if self.newspaper_page else None
        return " ".join(part for part in (self.publication, self.date, page, self.status) if part)

    @property
    def location(self) -> str:
        """The source and where the passage stands in it: `p.txt:3,7-8`, and of a document what people see of it (see `standing`)."""
        stands = standing(self.lines, self.spot, self.reader)
        return f"{self.source} {stands}" if stands else f"{self.source}:{line_ranges(self.lines)}"

    @property
    def spot(self) -> Spot:
        """Where the passage stands in a document; nothing but None for a text."""
        return Spot(0, self.page, self.page_label, self.box, self.sheet, self.cell, self.part)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and ranked. The *heading* helps the match and is never part of the quoted *text*.

    Its first line has the kicker, title, subtitles and place of the article; a second line, where there is one, what stands between
    these and the passage: subheads, the sentence that a list item completes, the names of a table's columns.
    """

    text: str
    heading: str
    article: int  # the number of its article in the page
    citation: Citation
    vocabulary: bytes | None = field(default=None, compare=False, repr=False)  # distinct words of both: `StaticEncoder.packed`

    @property
    def inner_heading(self) -> str:
        """What stands between the titles of the article and the passage, "" for nothing."""
        return self.heading.partition("\n")[2]


def is_date(text: str) -> bool:
    """Whether *text* is a date in ISO form, or a part of one, that the calendar has.
    >>> is_date("2024"), is_date("2024-02"), is_date("2024-02-29"), is_date("2023-02-29"), is_date("2024-2")
    (True, True, True, False, False)
    """
    from datetime import date  # milliseconds that only a question with a date has

    with suppress(ValueError):
        return bool(ISO_DATE.fullmatch(text) and date.fromisoformat(f"{text}-01-01"[: len("2024-05-06")]))
    return False


def id_of(source: str, bare: str, occurrence: int) -> str:
    """Return the id of a passage: *bare* is its text without blanks, *occurrence* counts from 1 how often that text came in *source*."""
    return hashlib.sha256(f"{source}\n{bare}\n{occurrence}".encode()).hexdigest()[:16]


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


def standing(lines: Sequence[Sequence[int]], spot: Spot, reader: str | None) -> str:
    """Return where a passage stands in a document, as it is printed; "" for a text, which is cited by its lines.

    A PDF has pages, a workbook cells. Of other documents each line of the text is a paragraph.

    >>> standing([(90, 92)], Spot(0, page=12, label="8"), "pypdfium2 5.15.2"), standing([(3, 3)], Spot(0), None)
    ('第12页（印刷页码 8）', '')
    >>> standing([(9, 9)], Spot(0, sheet="2024年", cell="B12"), "calamine 0.9"), standing([(14, 14)], Spot(0), "python-docx 1.2.0")
    ('工作表“2024年” B12', '第14自然段')
    """
    label = f"（印刷页码 {spot.label}）" if spot.label and spot.label != str(spot.page) else ""
    page = f"第{spot.page}页{label}" if spot.page else ""
    sheet = f"工作表“{spot.sheet}”" if spot.sheet else ""
    paragraph = f"第{line_ranges(lines)}自然段" if reader and not (page or sheet or spot.cell) else ""
    return " ".join(part for part in (spot.part, page, sheet, spot.cell, paragraph) if part)


def stands_at(page: Page, spans: Sequence[Span]) -> dict[str, Any]:
    """Return where *spans* of a document's text stand in it: the fields page, page_label, box, sheet, cell and part of a citation.

    >>> page = Page("a.pdf", "one\\ntwo", "", "", spots=(Spot(0, 3, box=(9, 9, 20, 20)), Spot(4, 3, box=(9, 30, 25, 40))))
    >>> stands_at(page, ((0, 7),))["box"]
    (9, 9, 25, 40)
    """
    begins = attrgetter("start")
    ends = [(bisect_right(page.spots, start, key=begins) - 1, bisect_left(page.spots, end, key=begins)) for start, end in spans]
    touched = [spot for first, last in ends for spot in page.spots[max(0, first) : last]]
    if not touched:
        return {}
    first, boxes = touched[0], [spot.box for spot in touched if spot.page == touched[0].page and spot.box]
    sides = tuple(zip(*boxes, strict=True))
    box = (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])) if sides else None
    return {"page": first.page, "page_label": first.label, "box": box, "sheet": first.sheet, "cell": first.cell, "part": first.part}


def quote(text: str, spans: tuple[Span, ...]) -> str:
    """Return the characters of *text* in *spans*. A line end inside a span separates two words, so it is read as a space.

    >>> quote("The quick\\nfox\\n\\njumps.", ((0, 13), (15, 21)))
    'The quick foxjumps.'
    """
    return "".join(text[start:end] for start, end in spans).replace("\n", " ")


def lines_of(text: str, spans: tuple[Span, ...]) -> tuple[LineRange, ...]:
    """Return the line ranges (from 1, inclusive) that *spans* touch. Ranges with only blank lines between them are one range.

    >>> lines_of("a\\n\\nb\\ncaption\\nc", ((0, 1), (3, 4), (13, 14)))
    ((1, 3), (5, 5))
    """
    ranges: list[list[int]] = []
    line, offset = 1, 0  # *line* is the line of the character at *offset*
    for start, end in sorted(spans):
        first = line + text.count("\n", offset, start)
        last = first + text.count("\n", start, end - 1)  # a line end at the end of a span belongs to the line that it ends
        if ranges and not text[offset:start].strip(LINE_ENDS) and start >= offset:
            ranges[-1][1] = last
        elif ranges and first == ranges[-1][1]:
            ranges[-1][1] = max(last, ranges[-1][1])
        else:
            ranges.append([first, last])
        line, offset = first + text.count("\n", start, end), end
    return tuple((first, last) for first, last in ranges)


def lines_from(text: str, spans: tuple[Span, ...], first: int) -> tuple[LineRange, ...]:
    """Like `lines_of`, but faster: *first* is the known line of the earliest span.

    >>> lines_from("a\\nb\\nc\\n", ((2, 3), (4, 5)), 2)
    ((2, 3),)
    """
    start, end = min(spans)[0], max(spans)[1]
    if text.find("\n", start, end) < 0:
        return ((first, first),)
    shifted = tuple((a - start, b - start) for a, b in spans)
    return tuple((a + first - 1, b + first - 1) for a, b in lines_of(text[start:end], shifted))
