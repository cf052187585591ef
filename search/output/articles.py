"""Articles to what a person or a program sees of how a page was read: `qianli articles`.

For people every paragraph stands with its lines in the margin, heads stand where they stand in the page, and what is doubtful is said
below the paragraph. On a coloured terminal `⏎41` tells where a paragraph was joined and which line goes on there.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from index.document import Article, Heading, Page, Paragraph, line_ranges, titled
from index.segmentation.diagnostics import Doubt
from index.segmentation.sections import sections
from index.text.person_names import byline_names
from search.output.json_lines import json_line
from search.output.terminal import BOLD, CLOSE, DIM, OPEN, PLAIN, balanced, safe, wrapped

YELLOW = "\x1b[33m"
HEADS = {"caption": "图注", "subhead": "小标题", "section": "栏目", "banner": "通栏"}  # those that stand between paragraphs
KINDS = {"news": "报道", "notice": "公告", "photo-news": "图片新闻"}
NAMED = 30  # characters of a section's name above each article; a lead is told in full where it stands
WORDS = re.compile(r"\w")
MARGIN = 16  # columns: a number and its lines


def json_lines(page: Page, articles: Sequence[Article], doubts: Sequence[Sequence[Doubt]]) -> Iterator[str]:
    """Give the *articles* of *page* for a program, one a line, with what is doubtful in each."""
    for article, about, section in zip(articles, doubts, sections(page, articles), strict=True):
        yield json_line(article_fields(article, about, section))


def text_lines(
    page: Page, articles: Sequence[Article], doubts: Sequence[Sequence[Doubt]], width: int | None = None, colour: bool = False
) -> Iterator[str]:
    """Give the *articles* of *page* for a person, below its name, a blank line below each."""
    yield from _rows("", safe(page.source), width, DIM if colour else "", indent=0)
    yield ""
    for article, about, section in zip(articles, doubts, sections(page, articles), strict=True):
        yield from article_lines(page, article, about, width, colour, section)
        yield ""


def article_fields(article: Article, doubts: Sequence[Doubt] = (), section: str | None = None) -> dict[str, Any]:
    """Return an article as `qianli articles --json` prints it; `doubts` are there only where there are any."""
    of = _by_paragraph(doubts)
    about = [doubt.code for doubt in of[None]]
    return {
        "source": article.source, "title": article.title, "kicker": article.kicker, "subtitle": article.subtitle,
        "authors": list(article.authors), "place": article.place, "captions": article.texts("caption"),
        "subheads": article.texts("subhead"), "banners": article.texts("section") + article.texts("banner"),
        "bylines": article.texts("byline"), "kind": article.kind, "section": section,
        "paragraphs": [_paragraph_fields(paragraph, of[number]) for number, paragraph in enumerate(article.paragraphs, 1)],
        **({"doubts": about} if about else {}),
    }  # fmt: skip


def article_lines(
    page: Page,
    article: Article,
    doubts: Sequence[Doubt] = (),
    width: int | None = None,
    colour: bool = False,
    section: str | None = None,
) -> Iterator[str]:
    """Give an article as a person reads it, in the order of the page. With a *width* text is wrapped; without, it is whole."""
    yield from _rows("", safe(titled(article.title)), width, BOLD if colour else "", indent=0)
    kind = KINDS.get(article.kind, article.kind)
    known = (
        ("眉题", _all(article, "kicker", article.kicker)),
        ("副题", _all(article, "subtitle", article.subtitle)),
        ("作者", " ".join(article.authors)),
        ("地点", article.place),
        ("类型", kind),
        ("栏目", shortened(section or "") if section not in article.texts("section") + article.texts("banner") else ""),
    )
    for name, value in known:
        if value:
            yield from _rows(f"    {name}: ", safe(value), width)
    for head in article.headings:
        if head.role == "byline" and not byline_names(
            head.text.strip("()（）[]【】 \u3000")
        ):  # more than names: a date, a source, an editor
            yield from _rows(f"    署名 {line_ranges(head.lines)}: ", safe(head.text), width)
    of = _by_paragraph(doubts)
    yield from _doubt_rows(of[None], width, colour)
    for number, part in in_order(article):
        if isinstance(part, Heading):
            yield from _rows(f"    {HEADS[part.role]} {line_ranges(part.lines)}: ", safe(part.text), width, DIM if colour else "")
            continue
        margin = f"{number:>4}. {line_ranges(part.lines):<9} "
        yield from _paragraph_rows(margin, joined(page, part) if colour else safe(part.text), width, colour)
        yield from _doubt_rows(of[number], width, colour)


def _all(article: Article, role: str, first: str | None) -> str:
    return " / ".join(dict.fromkeys([*([first] if first else []), *article.texts(role)]))


def shortened(name: str) -> str:
    return name if len(name) <= NAMED else name[: NAMED - 1] + "…"


def in_order(article: Article) -> Iterator[tuple[int, Paragraph | Heading]]:
    """Give the paragraphs, numbered from 1, and between them the heads that stand there; a head has the number 0."""
    heads = deque(head for head in article.headings if head.role in HEADS and WORDS.search(head.text))  # a rule is no head to a person
    for number, paragraph in enumerate(article.paragraphs, 1):
        while heads and heads[0].spans < paragraph.spans:
            yield 0, heads.popleft()
        yield number, paragraph
    yield from ((0, head) for head in heads)


def joined(page: Page, paragraph: Paragraph) -> str:
    """Return the text of *paragraph* with a mark wherever it goes on in another line of the page.

    >>> page = Page("p.txt", "居民\\n\\n反映。", "", "utf-8")
    >>> joined(page, Paragraph("居民反映。", ((0, 2), (4, 7)), ((1, 3),))).replace(OPEN, "<").replace(CLOSE, ">")
    '居民<⏎3>反映。'
    """
    text = safe(paragraph.text).replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
    out, at = [], 0
    top, line = min(paragraph.spans)[0], paragraph.lines[0][0]
    for (start, end), (following, _) in pairwise([*paragraph.spans, (len(page.text), 0)]):
        inner = page.text[start:end]
        for piece in inner.splitlines(keepends=True):  # a line end between Latin words belongs to the text, as a space
            out.append(text[at : at + len(piece)])
            at, start = at + len(piece), start + len(piece)
            goes_on = start < end or (at < len(text) and (piece.endswith("\n") or "\n" in page.text[end:following] or following < start))
            if goes_on:
                below = line + page.text.count("\n", top, start if start < end else following)
                out.append(f"{OPEN}⏎{below}{CLOSE}")
    return "".join(out)


def _by_paragraph(doubts: Sequence[Doubt]) -> defaultdict[int | None, list[Doubt]]:
    found: defaultdict[int | None, list[Doubt]] = defaultdict(list)
    for doubt in doubts:
        found[doubt.paragraph].append(doubt)
    return found


def _paragraph_fields(paragraph: Paragraph, doubts: Sequence[Doubt]) -> dict[str, Any]:
    about = [doubt.code for doubt in doubts]
    fields: dict[str, Any] = {"text": paragraph.text, "lines": [list(pair) for pair in paragraph.lines]}
    if paragraph.certainty < 1:
        fields["confidence"] = round(paragraph.certainty, 2)
    likely = [doubt.code for doubt in doubts if doubt.confidence == "likely"]
    return {**fields, **({"doubts": about} if about else {}), **({"likely": likely} if likely else {})}  # those that are likely, not sure


def _paragraph_rows(margin: str, text: str, width: int | None, colour: bool) -> Iterator[str]:
    lines = list(balanced(wrapped(text, width - len(margin)))) if width else [text]
    for at, line in enumerate(lines):
        start = margin if at == 0 else " " * len(margin)
        yield f"{DIM}{start}{PLAIN}{line.replace(OPEN, DIM).replace(CLOSE, PLAIN)}" if colour else start + line


def _doubt_rows(doubts: Sequence[Doubt], width: int | None, colour: bool) -> Iterator[str]:
    for doubt in doubts:
        said = "存疑" if doubt.confidence == "sure" else "或有疑"
        yield from _rows(f"    {said} {line_ranges(doubt.lines)}: ", doubt.reason, width, YELLOW if colour else "")


def _rows(start: str, text: str, width: int | None, paint: str = "", indent: int = MARGIN) -> Iterator[str]:
    """Give *start* and *text* in one line, or, with a *width*, in as many as they need."""
    lines = wrapped(start + text, width) if width else [start + text]
    if len(lines) > 1 and width:
        first = lines[0]
        rest = (start + text)[len(first) :].lstrip()
        lines = [first, *(" " * indent + line for line in wrapped(rest, width - indent))]
    yield from (f"{paint}{line}{PLAIN}" if paint else line for line in lines)
