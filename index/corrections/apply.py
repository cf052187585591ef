"""Make the articles of a page as a sidecar says, starting from what was read out of the page.

    what was read ─┐
    the sidecar   ─┴─▶ entries: paragraphs and headings by their lines ──▶ all other headings, and lines that nothing mentions ──▶ Article
                                                                          are assigned to an entry

The text of a paragraph is always the page's own characters, and each character is in one paragraph or in one heading.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from index.corrections.references import CitedPage, bare, refuse
from index.document import Article, Heading, Page, Paragraph, Span, lines_from, quote
from index.layout.paragraphs import merged_spans, pieces_between_stray_blanks
from index.messages import say
from index.segmentation.articles import articles

NAMED = ("title", "kicker", "subtitle")  # fields given in words
LINED = {"captions": "caption", "subheads": "subhead", "sections": "section", "banners": "banner"}  # fields given by lines -> the role


@dataclass(slots=True)
class Entry:
    """One article of a sidecar: the fields that are *given*, and *base*, the article that was read in the same lines."""

    given: dict[str, Any]
    base: Article | None
    paragraphs: tuple[Paragraph, ...]
    headings: list[Heading] = field(default_factory=list)

    def value(self, name: str, unknown: Any = None) -> Any:
        """Return the field *name*: as given, else as read, else *unknown*."""
        return self.given[name] if name in self.given else getattr(self.base, name, unknown)

    @property
    def start(self) -> int:
        """The first character of the entry."""
        return _start(self.paragraphs, self.headings)


def edited(page: Page, given: list[dict[str, Any]], sidecar: str) -> list[Article]:
    """Return the articles of *page* as the entries *given* in the file *sidecar* say. Raise BadInput if they cannot be followed."""
    read, cited = articles(page), CitedPage(page)
    entries = [
        _entry(fields, read, cited, number, say("{where}, article {number}", where=sidecar, number=number))
        for number, fields in enumerate(given, 1)
    ]
    _assign_headings(entries, read, cited)
    return [_article(page, entry, number) for number, entry in enumerate(entries, 1)]


def _entry(fields: dict[str, Any], read: Sequence[Article], cited: CitedPage, number: int, where: str) -> Entry:
    """Return the entry with this *number*, with the paragraphs and headings that its fields cite."""
    base: Article | None
    if "paragraphs" in fields:
        paragraphs = tuple(
            cited.paragraph(part, say("{where}, paragraph {number}", where=where, number=i))
            for i, part in enumerate(fields["paragraphs"], 1)
        )
        base = _base(read, paragraphs, number)
    elif number <= len(read):
        base, paragraphs = read[number - 1], read[number - 1].paragraphs
        for paragraph in paragraphs:
            cited.use(paragraph.spans, where)
    else:
        refuse(
            where,
            say(
                '{source} was read as {count} articles, so this one needs "paragraphs" with their lines',
                source=cited.page.source,
                count=len(read),
            ),
        )
    parts = ((role, i, part) for name, role in LINED.items() for i, part in enumerate(fields.get(name, ()), 1))
    return Entry(
        fields,
        base,
        paragraphs,
        [cited.heading(part, role, say("{where}, {kind} {number}", where=where, kind=role, number=i)) for role, i, part in parts],
    )


def _base(read: Sequence[Article], paragraphs: Sequence[Paragraph], number: int) -> Article | None:
    """Return the article that was read where the first of *paragraphs* begins; without paragraphs, the one with the same number."""
    if not paragraphs:
        return read[number - 1] if number <= len(read) else None
    offset = paragraphs[0].spans[0][0]
    position = bisect_right(read, offset, key=lambda article: _start(article.paragraphs, article.headings)) - 1
    return read[max(0, position)] if read else None


def _start(paragraphs: Sequence[Paragraph], headings: Sequence[Heading]) -> int:
    spans = [*(paragraph.spans for paragraph in paragraphs), *(heading.spans for heading in headings)]
    return min((first[0] for first, *_ in spans), default=0)


class Loose(NamedTuple):
    """A heading to be assigned: the article it was read in, the entries that may take it, and the roles that it may get.

    A role is (whether it differs from the heading's own, the position of the entry, the role); the best role is the first.
    """

    heading: Heading
    article: Article | None
    entries: list[Entry]
    roles: list[tuple[bool, int, str]]

    @property
    def changes_role(self) -> bool:
        """Whether no entry names the heading in its own role."""
        return self.roles[0][0] if self.roles else True


def _assign_headings(entries: list[Entry], read: Sequence[Article], cited: CitedPage) -> None:
    """Add each heading that was read, and each line that nothing mentions, to the entry that names it, or else to the nearest."""
    loose = [_loose(heading, article, entries) for article in read for heading in article.headings if not cited.is_used(heading.spans)]
    for one in loose:
        cited.mark(one.heading.spans)
    loose += [_loose(heading, None, entries) for heading in _unmentioned(cited)]
    nameless = [one for one in sorted(loose, key=lambda one: one.changes_role) if not _assigned_by_name(one)]
    starts = {id(entry): entry.start for entry in entries}
    for one in nameless:
        _assign_to_nearest(one, starts)
    for entry in entries:
        entry.headings.sort(key=lambda heading: heading.spans[0][0])


def _loose(heading: Heading, article: Article | None, entries: list[Entry]) -> Loose:
    among = [entry for entry in entries if article is not None and entry.base is article] or entries
    roles = ((role != heading.role, position, role) for position, entry in enumerate(among) for role in _roles(entry, heading))
    return Loose(heading, article, among, sorted(roles))


def _roles(entry: Entry, heading: Heading) -> Iterator[str]:
    """Yield the roles that *heading* may have because the entry names its text: title, kicker, subtitle or byline."""
    text = bare(heading.text)
    yield from (role for role in NAMED if text and text == bare(entry.value(role) or ""))
    if text and heading.role == "banner" and text.strip("()（）") == bare("".join(entry.value("authors", ()))):
        yield "byline"


def _assigned_by_name(loose: Loose) -> bool:
    """Add the heading to the first entry that names it and has no heading in that role; return whether there is one."""
    for _, position, role in loose.roles:
        entry = loose.entries[position]
        if role not in _named_roles(entry):
            entry.headings.append(replace(loose.heading, role=role))
            return True
    return False


def _named_roles(entry: Entry) -> set[str]:
    return {heading.role for heading in entry.headings if heading.role in NAMED}


def _assign_to_nearest(loose: Loose, starts: dict[int, int]) -> None:
    """Add a heading that no entry names to the last entry that begins above it, else to the first; *starts*: id(entry) -> character."""
    heading = loose.heading
    above = [entry for entry in loose.entries if starts[id(entry)] <= heading.spans[0][0]]
    owner = (max if above else min)(above or loose.entries, key=lambda entry: starts[id(entry)])
    demoted = _is_given_up(owner, heading, loose.article) or _is_unlisted(owner, heading)
    owner.headings.append(replace(heading, role="banner") if demoted else heading)


def _is_given_up(owner: Entry, heading: Heading, article: Article | None) -> bool:
    """Whether the sidecar makes something else the title (kicker, subtitle) of the *article* in which the heading was read."""
    if heading.role not in NAMED or (owner.base is article and owner.value(heading.role) == getattr(article, heading.role)):
        return False
    return owner.value(heading.role) is None or owner.base is not article or heading.role in _named_roles(owner)


def _is_unlisted(owner: Entry, heading: Heading) -> bool:
    """Whether the sidecar lists the headings of this role, and this heading is not in the list."""
    return any(heading.role == role and name in owner.given for name, role in LINED.items())


def _unmentioned(cited: CitedPage) -> Iterator[Heading]:
    """Yield the characters that are in no paragraph and no heading, those of a line as one banner."""
    text = cited.page.text
    for line in cited.lines:
        pieces = (piece for start, end in pieces_between_stray_blanks(line) for piece in line.spans(start, end))
        spans = [span for start, end in pieces for span in cited.unused(start, end)]
        visible = tuple(merged_spans(_trimmed(text, span) for span in spans))
        if visible:
            yield Heading("banner", quote(text, visible), visible, lines_from(text, visible, line.number))


def _trimmed(text: str, span: Span) -> Span:
    """Return *span* without blanks at both ends; an empty span if all of it is blank."""
    start, end = span
    inner = text[start:end]
    return end - len(inner.lstrip()), start + len(inner.rstrip()) if inner.strip() else end


def _article(page: Page, entry: Entry, number: int) -> Article:
    return Article(
        source=page.source,
        number=number,
        title=entry.value("title"),
        kicker=entry.value("kicker"),
        subtitle=entry.value("subtitle"),
        authors=tuple(entry.value("authors", ())),
        place=entry.value("place"),
        paragraphs=entry.paragraphs,
        headings=tuple(entry.headings),
        kind=entry.value("kind", "news"),
        places=_places(entry),
        date=entry.value("date"),
        publication=entry.value("publication"),
        newspaper_page=entry.value("newspaper_page"),
        status=entry.value("status"),
    )


def _places(entry: Entry) -> tuple[str, ...]:
    """Return the places as given, else as read; a place that is given alone takes the place of the one that was read."""
    places = tuple(entry.value("places", ()))
    read = entry.base.place if entry.base else None
    place = entry.value("place")
    if "places" in entry.given or place == read:
        return places
    return tuple(dict.fromkeys(name for name in (place, *places) if name and name != read))
