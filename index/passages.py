"""An article to its passages: a paragraph each; a very long one is cut at sentence ends."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from index.document import Article, Citation, Page, Paragraph, Passage, Span, lines_of, quote
from index.layout.paragraphs import lines_at

LONGEST = 400  # characters; longer paragraphs are cut at sentence ends
ENDLESS = 2 * LONGEST  # characters; a sentence that is longer than this is cut at a clause, or where it falls
SENTENCE = re.compile(r"(?:[。！？；…!?]+|(?<=[a-z)\]])\.(?=[”’\"')]*\s))[”’\"'」』)）】》]*\s*")
CLAUSE = re.compile(r"[，、,：:]|(?<=\s)(?=\S)")


def passages_of(page: Page, articles: Iterable[Article]) -> Iterator[Passage]:
    """Yield the passages of *articles* in the order of the page. A citation's id depends on the source's name and the passage's
    own characters only, so it stays when other paragraphs change."""
    times: Counter[str] = Counter()
    for article in articles:
        heading = " ".join(part for part in (article.kicker, article.title, article.place) if part)
        for number, paragraph in enumerate(article.paragraphs, 1):
            for part in parts(page, paragraph):
                bare = "".join(part.text.split())
                if not bare:
                    continue
                times[bare] += 1
                name = id_of(page.source, bare, times[bare])
                yield Passage(
                    part.text,
                    heading,
                    article.number,
                    Citation(
                        source=page.source,
                        lines=part.lines,
                        paragraph=number,
                        article=article.title,
                        kicker=article.kicker,
                        authors=article.authors,
                        place=article.place,
                        sha256=page.sha256,
                        id=name,
                    ),
                )


def id_of(source: str, bare: str, times: int) -> str:
    """Return the id of the passage that stands in *source* for the nth time; *bare* is its text without blanks."""
    return hashlib.sha256(f"{source}\n{bare}\n{times}".encode()).hexdigest()[:16]


def passages(article: Article, page: Page) -> list[Passage]:
    """The passages of one article alone; ids count repeated texts within it only (see `passages_of`)."""
    return list(passages_of(page, [article]))


def parts(page: Page, paragraph: Paragraph) -> Iterator[Paragraph]:
    """Yield *paragraph* itself, or parts of it that are about equally long and end with a sentence."""
    if len(paragraph.text) <= LONGEST:
        yield paragraph
        return
    cuts = [0, *cut(paragraph.text), len(paragraph.text)]
    ascending = all(before <= after for before, after in pairwise(paragraph.spans))  # a person may order columns otherwise
    spans = iter(paragraph.spans)
    start, end = next(spans)
    line, at = paragraph.lines[0][0], start
    for a, b in pairwise(cuts):
        left, mine = b - a, []
        while left:
            if start == end:
                start, end = next(spans)
            size = min(left, end - start)
            mine.append((start, start + size))
            start, left = start + size, left - size
        trimmed = _trimmed(page.text, mine)
        if trimmed:
            line, at = line + page.text.count("\n", at, trimmed[0][0]), trimmed[0][0]
            lines = lines_at(page, trimmed, line) if ascending else lines_of(page.text, trimmed)
            yield Paragraph(quote(page.text, trimmed), trimmed, lines)


def cut(text: str) -> list[int]:
    """Return where to cut: as few parts as LONGEST allows, each as near to an equal share as a sentence's end lies.

    >>> cut("短。" * 300)
    [300]
    """
    ends = [found.end() for found in SENTENCE.finditer(text)]
    clauses = [found.end() for found in CLAUSE.finditer(text)]
    cuts: list[int] = []
    last = 0
    while len(text) - last > LONGEST:
        share = (len(text) - last) / -(-(len(text) - last) // LONGEST)
        near = [(abs(end - last - share), end) for end in _within(ends, last + 1, last + ENDLESS)]
        near += [(abs(end - last - share) + share / 2, end) for end in _within(clauses, last + 1, last + ENDLESS)]
        near += [(share, last + round(share))]  # no end in reach: cut where it falls
        last = min(near)[1]
        if last >= len(text):
            break
        cuts.append(last)
    return cuts


def _within(ends: list[int], low: int, high: int) -> list[int]:
    return ends[bisect_left(ends, low) : bisect_right(ends, high)]


def _trimmed(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Leave out the blanks at both ends: a part begins and ends with a character."""
    while spans and not text[spans[0][0] : spans[0][1]].strip():
        spans = spans[1:]
    while spans and not text[spans[-1][0] : spans[-1][1]].strip():
        spans = spans[:-1]
    if not spans:
        return ()
    (a, b), (c, d) = spans[0], spans[-1]
    spans[0] = (b - len(text[a:b].lstrip()), b)
    c = spans[-1][0]
    spans[-1] = (c, c + len(text[c:d].rstrip()))
    return tuple(spans)
