"""How pages were read, as text for people and fields for programs: what `qianli articles` prints.

For people every paragraph has its lines in the margin, headings stand where they stand in the page, and doubts below their paragraph.
On a coloured terminal `⏎41` marks a join: the paragraph goes on in line 41.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from index.document import Article, Heading, Page, Paragraph, line_ranges, titled
from index.messages import say
from index.segmentation.diagnostics import Doubt
from index.segmentation.sections import sections
from index.text.person_names import byline_names
from search.output.documents import place_of, spot_fields, spot_of
from search.output.json_lines import json_line
from search.output.terminal import BOLD, CLOSE, DIM, OPEN, PLAIN, balanced, columns_of, safe, wrapped

YELLOW = "\x1b[33m"
REPLACED = "\ufffd"  # in place of a character of the text that is a mark of ours
BETWEEN = ("caption", "subhead", "section", "columns", "banner")  # roles of headings that stand between paragraphs
LONGEST_SECTION = 30  # characters of a section's name above an article; its whole text is printed where it stands
WORD = re.compile(r"\w")
TAGS = re.compile(r"<[^<>]*>?|[^<>]*>")  # of a table, whole or in pieces
MARGIN = 16  # columns of a paragraph's number and its lines
INDENT = " " * 4


def page_json_lines(page: Page, articles: Sequence[Article], doubts: Sequence[Sequence[Doubt]]) -> Iterator[str]:
    """Yield the articles of a page as JSON, one a line; *doubts* has the doubts of each article."""
    for article, its_doubts, section in zip(articles, doubts, sections(page, articles), strict=True):
        yield json_line(article_fields(article, its_doubts, section, page))


def page_text_lines(
    page: Page, articles: Sequence[Article], doubts: Sequence[Sequence[Doubt]], width: int | None = None, colour: bool = False
) -> Iterator[str]:
    """Yield the articles of a page as lines for a person, below its name; *doubts* has the doubts of each article."""
    yield from _rows("", safe(page.source), width, DIM if colour else "", indent=0)
    yield ""
    for article, its_doubts, section in zip(articles, doubts, sections(page, articles), strict=True):
        yield from article_lines(page, article, its_doubts, width, colour, section)
        yield ""


def article_fields(article: Article, doubts: Sequence[Doubt] = (), section: str | None = None, page: Page | None = None) -> dict[str, Any]:
    """Return an article as `qianli articles --json` prints it; a field `doubts` is there only where there are any.

    Paragraphs of a *page* that was read out of a document have where they stand in it, and the article the reader.
    """
    by_paragraph = _by_paragraph(doubts)
    codes = [doubt.code for doubt in by_paragraph[None]]
    return {
        "source": article.source, "title": article.title, "kicker": article.kicker, "subtitle": article.subtitle,
        "authors": list(article.authors), "place": article.place, "places": list(article.places), "date": article.date,
        "publication": article.publication, "newspaper_page": article.newspaper_page, "status": article.status,
        "captions": article.texts("caption"),
        "subheads": article.texts("subhead"), "banners": article.texts("section") + article.texts("banner"),
        "bylines": article.texts("byline"), "kind": article.kind, "section": section,
        "paragraphs": [_paragraph_fields(page, paragraph, by_paragraph[number]) for number, paragraph in enumerate(article.paragraphs, 1)],
        **({"reader": page.reader} if page and page.reader else {}),
        **({"doubts": codes} if codes else {}),
    }  # fmt: skip


def article_lines(
    page: Page,
    article: Article,
    doubts: Sequence[Doubt] = (),
    width: int | None = None,
    colour: bool = False,
    section: str | None = None,
) -> Iterator[str]:
    """Yield an article as lines for a person, in the order of the page. With a *width*, in columns, its text is wrapped."""
    yield from _rows("", safe(titled(article.title) if article.title else say("(no title)")), width, BOLD if colour else "", indent=0)
    yield from _about(page, article, section, width)
    by_paragraph, names = _by_paragraph(doubts), _names_of_roles()
    yield from _doubt_rows(by_paragraph[None], width, colour)
    for number, part in in_order(article):
        if isinstance(part, Heading):
            start = f"{INDENT}{names[part.role]} {place_of(page, part.lines, part.spans)}: "
            yield from _rows(start, safe(part.text), width, DIM if colour else "")
            continue
        where = place_of(page, part.lines, part.spans)
        margin = f"{number:>4}. {where}{' ' * max(1, MARGIN - 6 - columns_of(where))}"
        yield from _paragraph_rows(margin, with_joins(page, part) if colour else safe(part.text), width, colour)
        yield from _doubt_rows(by_paragraph[number], width, colour)


def in_order(article: Article) -> Iterator[tuple[int, Paragraph | Heading]]:
    """Yield the paragraphs, numbered from 1, and between them the headings that stand there, with the number 0."""
    headings = deque(heading for heading in article.headings if heading.role in BETWEEN and WORD.search(TAGS.sub("", heading.text)))
    for number, paragraph in enumerate(article.paragraphs, 1):
        while headings and headings[0].spans < paragraph.spans:
            yield 0, headings.popleft()
        yield number, paragraph
    yield from ((0, heading) for heading in headings)


def with_joins(page: Page, paragraph: Paragraph) -> str:
    """Return the text of *paragraph* with a mark wherever it goes on in another line of the page.

    >>> page = Page("p.txt", "居民\\n\\n反映。", "", "utf-8")
    >>> with_joins(page, Paragraph("居民反映。", ((0, 2), (4, 7)), ((1, 3),))).replace(OPEN, "<").replace(CLOSE, ">")
    '居民<⏎3>反映。'
    """
    text = safe(paragraph.text).replace(OPEN, REPLACED).replace(CLOSE, REPLACED)
    parts, position = [], 0  # in *text*
    top, line = min(paragraph.spans)[0], paragraph.lines[0][0]
    for (start, end), (following, _) in pairwise([*paragraph.spans, (len(page.text), 0)]):
        for piece in page.text[start:end].splitlines(keepends=True):  # a line end between Latin words is a space in the text
            parts.append(text[position : position + len(piece)])
            position, start = position + len(piece), start + len(piece)
            between_lines = piece.endswith("\n") or "\n" in page.text[end:following] or following < start
            if start < end or (position < len(text) and between_lines):
                below = line + page.text.count("\n", top, start if start < end else following)
                parts.append(f"{OPEN}⏎{below}{CLOSE}")
    return "".join(parts)


def _about(page: Page, article: Article, section: str | None, width: int | None) -> Iterator[str]:
    """Yield what is known of an article as a whole: one row a fact, then bylines that hold more than names."""
    above = section if section and section not in article.texts("section") + article.texts("banner") else ""
    facts = (
        (say("kicker"), _all_texts(article, "kicker", article.kicker)),
        (say("subtitle"), _all_texts(article, "subtitle", article.subtitle)),
        (say("authors"), " ".join(article.authors)),
        (say("place"), article.place),
        (say("also about"), " ".join(place for place in article.places if place != article.place)),
        (say("date"), article.date),
        (say("printed in"), _printed_in(article)),
        (say("in force"), article.status),
        (say("kind"), _name_of_kind(article.kind)),
        (say("section"), _shortened(above)),
    )
    for name, value in facts:
        if value:
            yield from _rows(f"{INDENT}{name}: ", safe(value), width)
    for heading in article.headings:
        if heading.role == "byline" and not byline_names(heading.text.strip("()（）[]【】 \u3000")):  # also a date, a source, an editor
            yield from _rows(f"{INDENT}{say('byline')} {place_of(page, heading.lines, heading.spans)}: ", safe(heading.text), width)


def _names_of_roles() -> dict[str, str]:
    """Return what the roles of BETWEEN are called."""
    return {
        "caption": say("caption"),
        "subhead": say("subhead"),
        "section": say("section"),
        "columns": say("names of columns"),
        "banner": say("banner"),
    }


def _name_of_kind(kind: str) -> str:
    names = {"news": say("news"), "notice": say("notice"), "photo-news": say("photo news")}
    return names.get(kind, kind)


def _printed_in(article: Article) -> str:
    page = say("page {number}", number=article.newspaper_page) if article.newspaper_page else ""
    return " ".join(filter(None, (article.publication, page)))


def _all_texts(article: Article, role: str, first: str | None) -> str:
    return " / ".join(dict.fromkeys([*([first] if first else []), *article.texts(role)]))


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_SECTION else name[: LONGEST_SECTION - 1] + "…"


def _by_paragraph(doubts: Sequence[Doubt]) -> defaultdict[int | None, list[Doubt]]:
    grouped: defaultdict[int | None, list[Doubt]] = defaultdict(list)
    for doubt in doubts:
        grouped[doubt.paragraph].append(doubt)
    return grouped


def _paragraph_fields(page: Page | None, paragraph: Paragraph, doubts: Sequence[Doubt]) -> dict[str, Any]:
    fields: dict[str, Any] = {"text": paragraph.text, "lines": [list(pair) for pair in paragraph.lines]}
    if page and page.reader:
        fields |= spot_fields(spot_of(page, paragraph.spans))
    if paragraph.certainty < 1:
        fields["confidence"] = round(paragraph.certainty, 2)
    codes = [doubt.code for doubt in doubts]
    likely = [doubt.code for doubt in doubts if doubt.confidence == "likely"]  # the others are sure
    return {**fields, **({"doubts": codes} if codes else {}), **({"likely": likely} if likely else {})}


def _paragraph_rows(margin: str, text: str, width: int | None, colour: bool) -> Iterator[str]:
    lines = list(balanced(wrapped(text, width - len(margin)))) if width else [text]
    for row, line in enumerate(lines):
        start = margin if row == 0 else " " * len(margin)
        yield f"{DIM}{start}{PLAIN}{line.replace(OPEN, DIM).replace(CLOSE, PLAIN)}" if colour else start + line


def _doubt_rows(doubts: Sequence[Doubt], width: int | None, colour: bool) -> Iterator[str]:
    for doubt in doubts:
        name = say("doubtful") if doubt.confidence == "sure" else say("perhaps doubtful")
        yield from _rows(f"{INDENT}{name} {line_ranges(doubt.lines)}: ", doubt.reason, width, YELLOW if colour else "")


def _rows(start: str, text: str, width: int | None, paint: str = "", indent: int = MARGIN) -> Iterator[str]:
    """Yield *start* and *text* in one line, or, with a *width*, in as many as they need, all but the first indented."""
    lines = wrapped(start + text, width) if width else [start + text]
    if len(lines) > 1 and width:
        first = lines[0]
        rest = (start + text)[len(first) :].lstrip()
        lines = [first, *(" " * indent + line for line in wrapped(rest, width - indent))]
    yield from (f"{paint}{line}{PLAIN}" if paint else line for line in lines)
