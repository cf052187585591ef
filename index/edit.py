"""What was read out of a page and what a person says instead to articles. The file that says it is `sidecar.py`.

    what was read ─┐
    what is given ─┴─▶ paragraphs by their lines ──▶ heads: kept, renamed, or of lines that nothing mentions ──▶ Article

The text of a paragraph is always the page's own characters, and each of them is in one paragraph or in one head.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

from index.article import Article, Head, Lines, Page, Paragraph, Span, lines_of, quote
from index.errors import BadInput
from index.lines import Line
from index.page import articles, settled_lines
from index.paragraph import lines_at, merged, paragraph, pieces

NAMED = ("title", "kicker", "subtitle")


@dataclass(slots=True)
class Entry:
    """One article of a sidecar on its way: *base* is what was read where it stands."""

    given: dict[str, Any]
    base: Article | None
    paragraphs: tuple[Paragraph, ...]
    heads: list[Head] = field(default_factory=list)

    def value(self, name: str, unknown: Any = None) -> Any:
        return self.given[name] if name in self.given else getattr(self.base, name, unknown)

    @property
    def start(self) -> int:
        """The character at which it begins."""
        return _start(self.paragraphs, self.heads)


def edited(page: Page, given: list[dict[str, Any]], name: str) -> list[Article]:
    """Return the articles that a sidecar called *name* makes of *page*."""
    read = articles(page)
    known = Cited(page)
    taken = bytearray(len(page.text))  # 1 where a character is in a paragraph already
    entries = []
    for number, each in enumerate(given, 1):
        where = f"{name}, article {number}"
        if "paragraphs" in each:
            own = tuple(known.cited(part, taken, f"{where}, paragraph {i}") for i, part in enumerate(each["paragraphs"], 1))
            base = _base(read, own, number)
        elif number <= len(read):
            base, own = read[number - 1], read[number - 1].paragraphs
            for whole in own:
                known.take(whole.spans, taken, where)
        else:
            refuse(where, f'{page.source} was read as {len(read)} articles, so this one needs "paragraphs" with their lines')
        entries.append(Entry(each, base, own))
    _give_heads(page, entries, read, known, taken)
    return [_article(page, entry, number) for number, entry in enumerate(entries, 1)]


class Cited:
    """The lines of a page by number, and how a paragraph is made of some of them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.all, _ = settled_lines(page)
        self.count = page.text.count("\n") + (not page.text.endswith("\n"))
        self.at: dict[int, list[Line]] = {}
        for line in self.all:
            self.at.setdefault(line.number, []).append(line)

    def whole(self, ranges: Sequence[Lines]) -> list[Line]:
        """The lines of a paragraph that cites *ranges*; a byline in brackets at their end belongs to no paragraph."""
        every = self.every(ranges)
        return [line for line in every if line.kind != "closing"] or every

    def every(self, ranges: Sequence[Lines]) -> list[Line]:
        return [line for first, last in ranges for number in range(first, last + 1) for line in self.at.get(number, ())]

    def cited(self, part: dict[str, Any], taken: bytearray, where: str) -> Paragraph:
        """Return the paragraph that *part* of a sidecar cites, and note its characters in *taken*."""
        ranges = self._ranges(part.get("lines"), where)
        every = self.every(ranges)
        if not every:
            refuse(where, f"nothing stands in {_said(ranges)} of {self.page.source}; name lines with text")
        if "text" in part:
            spans = self._located(spans_of(self.page, every), part["text"], taken)
            if not spans:
                stood = f"its text does not stand in {_said(ranges)} of {self.page.source}"
                refuse(where, f"{stood}; copy it from there, or leave it out")
        else:
            spans = spans_of(self.page, self.whole(ranges))
        text = quote(self.page.text, spans)
        begins = part.get("begins", "")
        if not _bare(text).startswith(_bare(begins)):
            begun = f"what stands in {_said(ranges)} of {self.page.source} begins with {text[: max(len(begins), 6)]}, not with {begins}"
            refuse(where, f'{begun}; correct the lines, or leave "begins" out')
        self.take(spans, taken, where)
        return Paragraph(text, spans, self._lines_at(spans, every))

    def take(self, spans: Sequence[Span], taken: bytearray, where: str) -> None:
        """Note that these characters are in a paragraph; none is in two."""
        for start, end in spans:
            if any(taken[start:end]):
                line = self.page.text.count("\n", 0, start) + 1
                refuse(where, f"line {line} is in another paragraph as well; leave it in one of them")
            taken[start:end] = b"\1" * (end - start)

    def _lines_at(self, spans: tuple[Span, ...], every: Sequence[Line]) -> tuple[Lines, ...]:
        if any(before > after for before, after in pairwise(spans)):
            return lines_of(self.page.text, spans)
        return lines_at(self.page, spans, next(line.number for line in every if line.start <= spans[0][0] < line.end))

    def _ranges(self, given: Any, where: str) -> list[Lines]:
        pairs = given if isinstance(given, list) else []
        right = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2 and all(type(line) is int for line in pair)]
        if not pairs or len(right) < len(pairs):
            refuse(where, '"lines" must be pairs of first and last line, such as [[21, 25]]')
        for first, last in right:
            if not 1 <= first <= last <= self.count:
                refuse(where, f"there are no lines {first}-{last} in {self.page.source}, which has lines 1 to {self.count}; correct them")
        return [(first, last) for first, last in right]

    def _located(self, spans: Sequence[Span], text: str, taken: bytearray) -> tuple[Span, ...]:
        """Find *text* in the characters of *spans*, white space aside; the first place that is in no paragraph yet, else the first."""
        places = [at for start, end in spans for at in range(start, end)]
        solid = [i for i, at in enumerate(places) if not self.page.text[at].isspace()]
        bare, wanted = "".join(self.page.text[places[i]] for i in solid), _bare(text)
        found: list[tuple[Span, ...]] = []
        at = bare.find(wanted) if wanted else -1
        while at >= 0:
            chosen = places[solid[at] : solid[at + len(wanted) - 1] + 1]
            found.append(tuple(merged((place, place + 1) for place in chosen)))
            if not any(taken[place] for place in chosen):
                return found[-1]
            at = bare.find(wanted, at + 1)
        return found[0] if found else ()


def spans_of(page: Page, whole: Sequence[Line]) -> tuple[Span, ...]:
    """The characters of these lines joined as a paragraph, in the order given."""
    runs: list[list[Line]] = []
    for line in whole:
        if runs and line.start > runs[-1][-1].start:
            runs[-1].append(line)
        else:
            runs.append([line])  # a column that stands above the one it follows
    return tuple(span for run in runs for span in paragraph(page, run).spans)


def _base(read: Sequence[Article], own: Sequence[Paragraph], number: int) -> Article | None:
    """What was read where the first of *own* paragraphs stands; for none, what was read at this position."""
    if not own:
        return read[number - 1] if number <= len(read) else None
    at = own[0].spans[0][0]
    return read[max(0, bisect_right(read, at, key=lambda article: _start(article.paragraphs, article.heads)) - 1)] if read else None


def _start(paragraphs: Sequence[Paragraph], heads: Sequence[Head]) -> int:
    return min((spans[0][0] for spans in (*(each.spans for each in paragraphs), *(head.spans for head in heads))), default=0)


class Loose(NamedTuple):
    """A head on its way to an article: what was read it belonged to, who may have it, and as what: unchanged first, then in order."""

    head: Head
    article: Article | None
    among: list[Entry]
    roles: list[tuple[bool, int, str]]


def _give_heads(page: Page, entries: list[Entry], read: Sequence[Article], known: Cited, taken: bytearray) -> None:
    """Give each head that was read, and each line that is in nothing, to the article that names it, or else to the nearest."""
    loose = [_loose(head, article, entries) for article in read for head in article.heads if not _touched(taken, head)]
    for each in loose:
        for a, b in each.head.spans:
            taken[a:b] = b"\1" * (b - a)
    loose += [_loose(head, None, entries) for head in _left(page, known, taken)]
    nameless = []
    for each in sorted(loose, key=lambda each: each.roles[0][0] if each.roles else True):  # what is a title already comes first
        free = [(each.among[at], role) for _, at, role in each.roles if role not in _taken_roles(each.among[at])]
        if free:
            free[0][0].heads.append(replace(each.head, role=free[0][1]))
        else:
            nameless.append(each)
    starts = {id(entry): entry.start for entry in entries}
    for head, article, among, _ in nameless:
        above = [entry for entry in among if starts[id(entry)] <= head.spans[0][0]]
        owner = max(above, key=lambda entry: starts[id(entry)]) if above else min(among, key=lambda entry: starts[id(entry)])
        owner.heads.append(replace(head, role="banner") if _given_up(owner, head, article) else head)
    for entry in entries:
        entry.heads.sort(key=lambda head: head.spans[0][0])


def _loose(head: Head, article: Article | None, entries: list[Entry]) -> Loose:
    among = [entry for entry in entries if article is not None and entry.base is article] or entries
    return Loose(
        head, article, among, sorted((role != head.role, at, role) for at, entry in enumerate(among) for role in _roles(entry, head))
    )


def _touched(taken: bytearray, head: Head) -> bool:
    return any(any(taken[a:b]) for a, b in head.spans)


def _roles(entry: Entry, head: Head) -> Iterator[str]:
    """Yield the roles that a head can have because the article names it: its title, kicker, subtitle or authors."""
    bare = _bare(head.text)
    yield from (role for role in NAMED if bare and bare == _bare(entry.value(role) or ""))
    if bare and head.role == "banner" and bare.strip("()（）") == _bare("".join(entry.value("authors", ()))):
        yield "byline"


def _taken_roles(entry: Entry) -> set[str]:
    return {head.role for head in entry.heads if head.role in NAMED}


def _given_up(owner: Entry, head: Head, article: Article | None) -> bool:
    """Tell whether a person has made something else the title (kicker, subtitle) of the article whose head this was."""
    if head.role not in NAMED or (owner.base is article and owner.value(head.role) == getattr(article, head.role)):
        return False
    return owner.value(head.role) is None or owner.base is not article or head.role in _taken_roles(owner)


def _left(page: Page, known: Cited, taken: bytearray) -> Iterator[Head]:
    """Yield the characters that are in no paragraph and no head, each run of a line as one head."""
    for line in known.all:
        free = [span for start, end in pieces(line) for span in _free(taken, line.start + start, line.start + end)]
        together = tuple(merged(_trimmed(page.text, span) for span in free))
        if together:
            yield Head("banner", quote(page.text, together), together, ((line.number, line.number),))


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
        heads=tuple(entry.heads),
        kind=entry.value("kind", "news"),
    )


def refuse(where: str, why: str) -> NoReturn:
    raise BadInput(f"{where}: {why}")


def _said(ranges: Sequence[Lines]) -> str:
    said = ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in ranges)
    return f"line {said}" if said.isdigit() else f"lines {said}"


def _bare(text: str) -> str:
    return "".join(text.split())
