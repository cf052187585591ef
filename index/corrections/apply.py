"""What was read out of a page and what a person says instead to articles. The file that says it is `sidecar.py`.

    what was read ─┐
    what is given ─┴─▶ paragraphs and heads by their lines ──▶ other heads: kept, renamed, or of lines that nothing mentions ──▶ Article

The text of a paragraph is always the page's own characters, and each of them is in one paragraph or in one head.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from index.corrections.references import Cited, bare, refuse
from index.document import Article, Heading, Page, Paragraph, Span, quote
from index.layout.paragraphs import merged_spans, pieces_between_stray_blanks
from index.segmentation.articles import articles

NAMED = ("title", "kicker", "subtitle")  # said in words
LINED = {"captions": "caption", "subheads": "subhead", "sections": "section", "banners": "banner"}  # said by their lines, with their role


@dataclass(slots=True)
class Entry:
    """One article of a sidecar on its way: *base* is what was read where it stands."""

    given: dict[str, Any]
    base: Article | None
    paragraphs: tuple[Paragraph, ...]
    headings: list[Heading] = field(default_factory=list)

    def value(self, name: str, unknown: Any = None) -> Any:
        return self.given[name] if name in self.given else getattr(self.base, name, unknown)

    @property
    def start(self) -> int:
        """The character at which it begins."""
        return _start(self.paragraphs, self.headings)


def edited(page: Page, given: list[dict[str, Any]], sidecar: str) -> list[Article]:
    """Return the articles that the file called *sidecar* makes of *page*."""
    read = articles(page)
    known = Cited(page)
    taken = bytearray(len(page.text))  # 1 where a character is in a paragraph or a head already
    entries = []
    for number, each in enumerate(given, 1):
        where = f"{sidecar}, article {number}"
        if "paragraphs" in each:
            own = tuple(known.cited(part, taken, f"{where}, paragraph {i}") for i, part in enumerate(each["paragraphs"], 1))
            base = _base(read, own, number)
        elif number <= len(read):
            base, own = read[number - 1], read[number - 1].paragraphs
            for whole in own:
                known.take(whole.spans, taken, where)
        else:
            refuse(where, f'{page.source} was read as {len(read)} articles, so this one needs "paragraphs" with their lines')
        listed = ((role, i, part) for name, role in LINED.items() for i, part in enumerate(each.get(name, ()), 1))
        heads = [known.head(part, role, taken, f"{where}, {role} {i}") for role, i, part in listed]
        entries.append(Entry(each, base, own, heads))
    _give_heads(page, entries, read, known, taken)
    return [_article(page, entry, number) for number, entry in enumerate(entries, 1)]


def _base(read: Sequence[Article], own: Sequence[Paragraph], number: int) -> Article | None:
    """What was read where the first of *own* paragraphs stands; for none, what was read at this position."""
    if not own:
        return read[number - 1] if number <= len(read) else None
    at = own[0].spans[0][0]
    return read[max(0, bisect_right(read, at, key=lambda article: _start(article.paragraphs, article.headings)) - 1)] if read else None


def _start(paragraphs: Sequence[Paragraph], heads: Sequence[Heading]) -> int:
    return min((spans[0][0] for spans in (*(each.spans for each in paragraphs), *(head.spans for head in heads))), default=0)


class Loose(NamedTuple):
    """A head on its way to an article: what was read it belonged to, who may have it, and as what: unchanged first, then in order."""

    head: Heading
    article: Article | None
    among: list[Entry]
    roles: list[tuple[bool, int, str]]


def _give_heads(page: Page, entries: list[Entry], read: Sequence[Article], known: Cited, taken: bytearray) -> None:
    """Give each head that was read, and each line that is in nothing, to the article that names it, or else to the nearest."""
    loose = [_loose(head, article, entries) for article in read for head in article.headings if not _touched(taken, head)]
    for each in loose:
        for a, b in each.head.spans:
            taken[a:b] = b"\1" * (b - a)
    loose += [_loose(head, None, entries) for head in _left(page, known, taken)]
    nameless = []
    for each in sorted(loose, key=lambda each: each.roles[0][0] if each.roles else True):  # what is a title already comes first
        free = [(each.among[at], role) for _, at, role in each.roles if role not in _taken_roles(each.among[at])]
        if free:
            free[0][0].headings.append(replace(each.head, role=free[0][1]))
        else:
            nameless.append(each)
    starts = {id(entry): entry.start for entry in entries}
    for head, article, among, _ in nameless:
        above = [entry for entry in among if starts[id(entry)] <= head.spans[0][0]]
        owner = max(above, key=lambda entry: starts[id(entry)]) if above else min(among, key=lambda entry: starts[id(entry)])
        owner.headings.append(replace(head, role="banner") if _given_up(owner, head, article) or _unlisted(owner, head) else head)
    for entry in entries:
        entry.headings.sort(key=lambda head: head.spans[0][0])


def _loose(head: Heading, article: Article | None, entries: list[Entry]) -> Loose:
    among = [entry for entry in entries if article is not None and entry.base is article] or entries
    return Loose(
        head, article, among, sorted((role != head.role, at, role) for at, entry in enumerate(among) for role in _roles(entry, head))
    )


def _touched(taken: bytearray, head: Heading) -> bool:
    return any(any(taken[a:b]) for a, b in head.spans)


def _roles(entry: Entry, head: Heading) -> Iterator[str]:
    """Yield the roles that a head can have because the article names it: its title, kicker, subtitle or authors."""
    text = bare(head.text)
    yield from (role for role in NAMED if text and text == bare(entry.value(role) or ""))
    if text and head.role == "banner" and text.strip("()（）") == bare("".join(entry.value("authors", ()))):
        yield "byline"


def _taken_roles(entry: Entry) -> set[str]:
    return {head.role for head in entry.headings if head.role in NAMED}


def _given_up(owner: Entry, head: Heading, article: Article | None) -> bool:
    """Tell whether a person has made something else the title (kicker, subtitle) of the article whose head this was."""
    if head.role not in NAMED or (owner.base is article and owner.value(head.role) == getattr(article, head.role)):
        return False
    return owner.value(head.role) is None or owner.base is not article or head.role in _taken_roles(owner)


def _unlisted(owner: Entry, head: Heading) -> bool:
    """Tell whether the article lists its heads of this role, and this one is not among them."""
    return any(head.role == role and name in owner.given for name, role in LINED.items())


def _left(page: Page, known: Cited, taken: bytearray) -> Iterator[Heading]:
    """Yield the characters that are in no paragraph and no head, each run of a line as one head."""
    for line in known.all:
        free = [span for start, end in pieces_between_stray_blanks(line) for span in _free(taken, line.start + start, line.start + end)]
        together = tuple(merged_spans(_trimmed(page.text, span) for span in free))
        if together:
            yield Heading("banner", quote(page.text, together), together, ((line.number, line.number),))


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    inner = text[start:end]
    return end - len(inner.lstrip()), start + len(inner.rstrip()) if inner.strip() else end


def _free(taken: bytearray, start: int, end: int) -> Iterator[Span]:
    while start < end:
        stop = taken.find(1, start, end)
        stop = end if stop < 0 else stop
        if start < stop:
            yield start, stop
        following = taken.find(0, stop, end)
        start = end if following < 0 else following


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
    )
