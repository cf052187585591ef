"""Split a page into its articles: kinds of lines, reading order, beginnings of articles, roles of headings.

    Page ──settled_lines──▶ lines with their kinds ──ordered_lines──▶ in reading order ──article_starts──▶ where articles begin
         ──article_parts──▶ the lines of each ──roles──▶ headings and text ──▶ Article: title, kicker, authors, place, paragraphs
         ──with_strays_back──▶ paragraphs that were printed under another article are in their own

An editor's lead, and a heading with a few words that covers the articles below, are no articles: they become headings of the next.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.document import Article, Heading, Page
from index.labelling.labelled import labels_in_doubt, with_labels
from index.layout.lines import Line, lines
from index.layout.markup import front_matter, markdown_paragraphs, with_markup
from index.layout.page_edges import with_furniture, with_furniture_again, without_furniture
from index.layout.paragraphs import LineBreaks, Wrap, line_breaks, line_wrap, paragraphs, without_blank_leading
from index.layout.reading_order import in_reading_order
from index.segmentation.article_kind import article_kind
from index.segmentation.authors import authors
from index.segmentation.boundaries import article_parts, article_starts
from index.segmentation.displaced import with_strays_back
from index.segmentation.headings import HeadingGroup, headings, roles
from index.segmentation.official import with_official, without_inner_titles
from index.segmentation.printed import with_printed
from index.tables.rows import with_tables
from index.text.place_names import reported_places

LEAD = re.compile(  # words of an editor's lead
    r"编者按|编者的话|开栏(?:语|的话)|[今即]日?起.{0,30}(?:版|栏|报)|本[报版](?:特?推出|开设|推|刊)|(?:专栏|专版|栏目|系列报道|专题报道)|敬请(?:关注|垂注|期待)"
)
MOST_DOUBTED = 5_000  # lines of a page whose labels are looked at for doubts, for speed
LONGEST_LEAD = 600  # characters of an editor's lead, set by hand
NAMING = ("title", "kicker", "subtitle", "caption")  # roles of headings that may name the place of an article
OWN = ("title", "subtitle", "kicker")  # roles that an editor's lead loses: its headings name a section


@dataclass(frozen=True, slots=True)
class PageContext:
    """The page of an article, and how it breaks its lines."""

    page: Page
    breaks: LineBreaks


def articles(page: Page) -> list[Article]:
    """Return the articles of *page* in its order; every character is in exactly one paragraph or heading of one of them."""
    ordered, breaks = ordered_lines(page)
    front = front_matter(page)
    single = front.title and not any(line.level == 1 for line in ordered)  # its title is above all: the page is one article
    parts = [*article_parts(ordered, [] if single else article_starts(ordered))]
    context = PageContext(page, breaks)
    whole = [_with_places(page, article) for article in with_strays_back([_article(context, part, group) for group, part in parts])]
    own = _without_leads(whole, [group.covers for group, _ in parts])
    if len(own) == 1:
        own = [replace(own[0], title=own[0].title or front.title, authors=own[0].authors or front.authors)]
    return [replace(article, number=number) for number, article in enumerate(with_printed(page, own, front.end), 1)]


def settled_lines(page: Page) -> tuple[list[Line], Wrap | None]:
    """Return the lines of *page* with their kinds settled, and how the page wraps its lines, if it does."""
    marked, text, wrap = _shown_lines(page)
    labelled = without_inner_titles(with_labels(text, wrap.fills if wrap else None))
    return with_furniture_again(labelled, marked), wrap


def labels_of_doubtful_lines(page: Page) -> dict[int, str]:
    """Return line number -> the label that a line of *page* has nearly as well as the one it got."""
    if page.text.count("\n") > MOST_DOUBTED:
        return {}
    _, text, wrap = _shown_lines(page)
    return labels_in_doubt(text, wrap.fills if wrap else None)


def _shown_lines(page: Page) -> tuple[list[Line], list[Line], Wrap | None]:
    """Return all lines of *page*, those that are no furniture, and how these are wrapped."""
    marked = with_furniture(page, with_tables(page, with_markup(page, lines(page))))
    text = without_blank_leading(without_furniture(marked))
    return marked, with_official(page, text), line_wrap(text)


@lru_cache(maxsize=1)  # articles and the doubts about them are asked of one page after the other
def ordered_lines(page: Page) -> tuple[list[Line], LineBreaks]:
    """Return the lines of *page*, or pieces of them, in reading order, and how the page breaks its lines."""
    settled, wrap = settled_lines(page)
    ordered = in_reading_order(settled)
    return ordered, line_breaks(page, ordered, wrap)


def _article(context: PageContext, part: Sequence[Line], group: HeadingGroup) -> Article:
    """Return the article of the lines of *part*, which *group* opens; its number is still 0 and its places are not known."""
    page = context.page
    given = roles(part, group)
    named = headings(page, part, given)
    body = [line for line, role in zip(part, given, strict=True) if not role]
    text = tuple((markdown_paragraphs if page.markdown else paragraphs)(page, body, context.breaks))
    first = {heading.role: heading.text for heading in reversed(named)}
    return Article(
        source=page.source,
        number=0,
        title=first.get("title"),
        kicker=first.get("kicker"),
        subtitle=first.get("subtitle"),
        authors=authors([heading.text for heading in named if heading.role == "byline"], text[0].text if text else ""),
        place=None,
        paragraphs=text,
        headings=tuple(named),
        kind=article_kind(first.get("title"), text, named, part[0].gap if part else 0),
    )


def _with_places(page: Page, article: Article) -> Article:
    """Return *article* with the places that its headings and paragraphs name."""
    named = [heading.text for heading in article.headings if heading.role in NAMING]
    reported = reported_places(named, [paragraph.text for paragraph in article.paragraphs], page.text)
    return replace(article, place=reported.place, places=reported.places)


def _without_leads(whole: Sequence[Article], covering: Sequence[bool]) -> list[Article]:
    """Return the articles with an editor's lead above the first title, and with texts that cover those below, as headings of the next."""
    carried: tuple[Heading, ...] = ()
    own: list[Article] = []
    for i, article in enumerate(whole):
        if i + 1 < len(whole) and (covering[i] or (i == 0 and _is_lead(article))):
            renamed = (replace(heading, role="section") if heading.role in OWN else heading for heading in article.headings)
            text = (Heading("section", paragraph.text, paragraph.spans, paragraph.lines) for paragraph in article.paragraphs)
            carried += (*renamed, *text)
        else:
            own.append(replace(article, headings=(*carried, *article.headings)) if carried else article)
            carried = ()
    return own


def _is_lead(article: Article) -> bool:
    """Whether an untitled article is an editor's lead: it is short and speaks of the page or of a column."""
    text = " ".join(paragraph.text for paragraph in article.paragraphs)
    return not article.title and not article.authors and len(text) <= LONGEST_LEAD and bool(LEAD.search(text))
