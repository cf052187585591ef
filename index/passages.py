"""Cut articles into passages: one passage for each paragraph, several for a very long paragraph, cut at the ends of sentences."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.document import Article, Citation, Heading, Page, Paragraph, Passage, Span, id_of, lines_from, lines_of, quote, stands_at
from index.heading_path import joined_path, paths, titles_of
from index.text.document_numbers import is_document_number
from index.text.place_names import place_of_passage

LONGEST_PASSAGE = 400  # characters; longer paragraphs are cut, since the contextual model reads about so many (256 tokens)
MOST_MEANINGLESS = 2  # letters and digits of a fragment, which is no passage
LONGEST_FRAGMENT = 4  # characters
SHORTEST_HEADING = 4  # letters and digits of a heading that is a passage of its own, set by hand: `综合` is the name of a column
TITLES = ("title", "kicker", "subtitle")
OWN = (*TITLES, "subhead")  # roles of headings that become passages where they lead to no paragraph; furniture never does
LONGEST_LINE = 3 * LONGEST_PASSAGE  # characters; a citation of a longer line also says which of its characters are meant
LONGEST_SENTENCE = 2 * LONGEST_PASSAGE  # characters; a longer sentence is cut at a clause, or anywhere
SENTENCE_END = re.compile(r"(?:[。！？；…!?]+|(?<=[a-z)\]])\.(?=[”’\"')]*\s))[”’\"'」』)）】》]*\s*")
CLAUSE_END = re.compile(r"[，、，：:]|(?<=\s)(?=\S)")


def passages_of(page: Page, articles: Iterable[Article]) -> Iterator[Passage]:
    """Yield the passages of *articles* in the order of the page.

    The id of a passage depends only on the name of its source and its own characters, so changes to other paragraphs leave it alone.
    """
    occurrences: Counter[str] = Counter()
    texts = ((article, one) for article in articles for one in _passage_texts(page, article))
    every = [(article, one, part) for article, one in texts for part in parts(page, one.paragraph)]
    in_lines = Counter(part.lines for _, _, part in every)
    for article, one, part in every:
        bare = "".join(part.text.split())
        occurrences[bare] += 1
        chars = _characters(page.text, part, in_lines[part.lines] > 1)
        citation = _citation(page, article, one, part, id_of(page.source, bare, occurrences[bare]), chars)
        heading = one.heading.replace(article.place, citation.place or "") if article.place else one.heading
        yield Passage(part.text, heading, article.number, citation)


class PassageText(NamedTuple):
    """A text that becomes a passage, or several: the paragraph with this *number*, or a heading (None) that leads to no paragraph."""

    number: int | None
    kind: str
    heading: str
    paragraph: Paragraph


def _passage_texts(page: Page, article: Article) -> Iterator[PassageText]:
    """Yield the texts of *article* that become passages, in the order of the page."""
    titles, outline = titles_of(article), list(paths(page, article))
    held = {part for one in outline if one.number and _says_something(one.part.text) for part in one.path}
    above = titles if any(one.number and _says_something(one.part.text) for one in outline) else ""
    for number, part, path in outline:
        if isinstance(part, Paragraph) and _says_something(part.text):
            yield PassageText(number, "paragraph" if part.columns is None else "row", joined_path(titles, path), part)
        elif isinstance(part, Heading) and (kind := _kind_of_heading(part, held, above)):
            # No title helps it: a short text would come before the paragraphs when somebody asks for the title.
            heading = "" if above or kind == "caption" else " ".join(filter(None, (article.kicker, article.place)))
            yield PassageText(None, kind, heading, Paragraph(part.text, part.spans, part.lines))


def _kind_of_heading(heading: Heading, held: Collection[str], titles: str) -> str:
    """Return the kind of passage that a heading becomes, "" for none.

    It becomes none where its words lead to paragraphs already: as one of the *titles* of the article or as a part of some path (*held*).
    """
    text = " ".join(heading.text.split())
    if text in held or (heading.role in TITLES and text in " ".join(titles.split())):
        return ""
    if is_document_number(text):
        return "number"
    if heading.role in ("caption", "section"):
        return heading.role if sum(character.isalnum() for character in text) >= SHORTEST_HEADING else ""
    return "heading" if heading.role in OWN and sum(character.isalnum() for character in text) >= SHORTEST_HEADING else ""


def _says_something(text: str) -> bool:
    """Whether *text* is more than one or two characters that a page has left over: `3`, `，的`."""
    return len(text) > LONGEST_FRAGMENT or sum(character.isalnum() for character in text) > MOST_MEANINGLESS


def _citation(page: Page, article: Article, one: PassageText, part: Paragraph, id_: str, chars: Span | None) -> Citation:
    return Citation(
        source=page.source,
        lines=part.lines,
        paragraph=one.number,
        kind=one.kind,
        article=article.title,
        kicker=article.kicker,
        authors=article.authors,
        place=place_of_passage(part.text, article.place, article.places),
        sha256=page.sha256,
        id=id_,
        places=article.places,
        date=article.date,
        publication=article.publication,
        newspaper_page=article.newspaper_page,
        status=article.status,
        chars=chars,
        subtitle=article.subtitle,
        reader=page.reader,
        **(stands_at(page, part.spans) if page.spots else {}),
    )


def _characters(text: str, part: Paragraph, shared: bool) -> Span | None:
    """Return the characters of its line that *part* covers, where it covers little of one long line or the line is *shared*; else None."""
    if part.lines[0][0] != part.lines[-1][1]:
        return None
    first, last = min(part.spans)[0], max(part.spans)[1]
    start, end = text.rfind("\n", 0, first) + 1, text.find("\n", last)
    if not shared and (end if end >= 0 else len(text)) - start < LONGEST_LINE:
        return None
    return first - start, last - start


def parts(page: Page, paragraph: Paragraph) -> Iterator[Paragraph]:
    """Yield *paragraph* itself, or, if it is too long, parts of about equal length that end with a sentence."""
    if len(paragraph.text) <= LONGEST_PASSAGE:
        yield paragraph
        return
    cuts = [0, *cut(paragraph.text), len(paragraph.text)]
    ascending = all(before <= after for before, after in pairwise(paragraph.spans))  # a sidecar may order columns otherwise
    line, offset = paragraph.lines[0][0], paragraph.spans[0][0]
    for untrimmed in _split(paragraph.spans, cuts):
        spans = _trimmed(page.text, untrimmed)
        if spans:
            line, offset = line + page.text.count("\n", offset, spans[0][0]), spans[0][0]
            lines = lines_from(page.text, spans, line) if ascending else lines_of(page.text, spans)
            yield Paragraph(quote(page.text, spans), spans, lines)


def cut(text: str) -> list[int]:
    """Return the offsets at which *text* is cut: as few parts as LONGEST_PASSAGE allows, as equal as the ends of sentences permit.

    >>> cut("短。" * 300)
    [300]
    """
    sentences = [match.end() for match in SENTENCE_END.finditer(text)]
    clauses = [match.end() for match in CLAUSE_END.finditer(text)]
    cuts: list[int] = []
    last = 0
    while len(text) - last > LONGEST_PASSAGE:
        share = (len(text) - last) / -(-(len(text) - last) // LONGEST_PASSAGE)
        # (cost, offset): the distance from an equal share; a clause costs half a share more, a cut in the middle of words a whole one.
        options = [(abs(end - last - share), end) for end in _between(sentences, last + 1, last + LONGEST_SENTENCE)]
        options += [(abs(end - last - share) + share / 2, end) for end in _between(clauses, last + 1, last + LONGEST_SENTENCE)]
        options += [(share, last + round(share))]
        last = min(options)[1]
        if last >= len(text):
            break
        cuts.append(last)
    return cuts


def _between(offsets: list[int], low: int, high: int) -> list[int]:
    """Return the *offsets*, which rise, from *low* to *high* inclusive."""
    return offsets[bisect_left(offsets, low) : bisect_right(offsets, high)]


def _split(spans: Iterable[Span], cuts: Sequence[int]) -> Iterator[list[Span]]:
    """Yield the spans between each two neighbouring *cuts*, which are offsets in the text that the spans make.

    >>> list(_split([(10, 14), (20, 23)], [0, 2, 5, 7]))
    [[(10, 12)], [(12, 14), (20, 21)], [(21, 23)]]
    """
    remaining = iter(spans)
    start, end = next(remaining)
    for first, last in pairwise(cuts):
        missing, part = last - first, list[Span]()
        while missing:
            if start == end:
                start, end = next(remaining)
            size = min(missing, end - start)
            part.append((start, start + size))
            start, missing = start + size, missing - size
        yield part


def _trimmed(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Return *spans* without blanks at both ends: the first and the last character of a part are visible. Empty if all is blank."""
    while spans and not text[slice(*spans[0])].strip():
        spans = spans[1:]
    while spans and not text[slice(*spans[-1])].strip():
        spans = spans[:-1]
    if not spans:
        return ()
    start, end = spans[0]
    spans[0] = (end - len(text[start:end].lstrip()), end)
    start, end = spans[-1]
    spans[-1] = (start, start + len(text[start:end].rstrip()))
    return tuple(spans)
