"""One page to its articles: which lines are titles, bylines, captions and banners, and which article each line belongs to.

    lines ──context──▶ kinds ──groups──▶ heads ──weigh──▶ article starts ──split──▶ Article
          captions, heads,     heads that stand           or subheads              title, kicker, authors,
          what only looks so   together                                            place, paragraphs

A head is known by several weak signs and none is trusted alone: marks come at any level, titles may have none, and half of a
sentence at a column's end is as short as a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.document import Article, Heading, Page, Paragraph, Span, lines_from, quote
from index.layout.line_kinds import BARE_PLACE, DATE, NOTICE, PREFIX, in_context
from index.layout.lines import ITEM, STAMP, Line, lines
from index.layout.markup import front, listed, marked
from index.layout.paragraphs import Breaks, Wrap, breaks, closed_up, merged, paragraphs, wrap
from index.layout.reading_order import untangled
from index.segmentation.article_kind import kind
from index.text.person_names import names, writers
from index.text.place_names import cities_of, place

NUMBERED = re.compile(r".{0,20}[\[〔(（【]\s*\d{4}\s*[\]〕)）】].{0,6}号$")  # `义土挂[2024]105号`
CHAPTER = re.compile(ITEM.pattern + r"|(?:案例|附件|链接)[一二三四五六七八九十\d]{0,3}[ \u3000:：]")
ISSUER = re.compile(r"[\u4e00-\u9fff]{2,14}(?:局|委员会|办公室|政府|办事处|街道|公司)")  # the office that a report comes from
DASHED = re.compile(r"[—–-]{1,2}\s*\S")
REPORTED = re.compile(r"本报(?:[^\s(（]{0,6})?讯\s*[(（]([^()（）]{2,60})[)）]")
HEADS = ("head", "byline")
PASSING = ("caption", "credit", "front", "rule")  # what may stand between two heads, or two halves of a paragraph
FIXED = {"caption": "caption", "credit": "caption", "closing": "byline", "front": "banner", "rule": "banner"}
LEAD = re.compile(
    r"编者按|编者的话|开栏(?:语|的话)|[今即]日?起.{0,30}(?:版|栏|报)|本[报版](?:特?推出|开设|推|刊)|(?:专栏|专版|栏目|系列报道|专题报道)|敬请(?:关注|垂注|期待)"
)
LONG_LEAD = 600  # characters; an editor's lead is short
COVER = 200  # characters; what is said of all articles below is as short
CROWD = 6  # more heads than this in a row are a list
WIDELY = 200_000  # characters of a page that are searched for the city of a district
MANY_LINED = ("subhead", "banner")


@dataclass(slots=True)
class Group:
    """Heads that stand together, with no text between: of a new article, or within one."""

    first: int
    lines: list[Line] = field(default_factory=list)
    last: bool = False  # no text follows
    closed: bool = False  # the article above has ended with a byline in brackets
    top: bool = False  # nothing stands above

    @property
    def titles(self) -> list[Line]:
        """The heads above the first byline, or all."""
        return self.lines[: next((i for i, line in enumerate(self.lines) if line.kind == "byline"), len(self.lines))]

    @property
    def heads(self) -> list[Line]:
        """Those of *titles* that can be this article's heads: in a crowd the last above a byline, or the first of a list."""
        crowd = self.titles
        return crowd if len(crowd) <= CROWD else crowd[-CROWD:] if self.signed or crowd[0].level else crowd[:1]

    @property
    def signed(self) -> bool:
        names = any(line.kind == "byline" and not STAMP.fullmatch(line.text) for line in self.lines)  # a day alone signs nothing
        return not self.last and names and bool(self.titles)


def articles(page: Page) -> list[Article]:
    """Return the articles of *page* in its order; every character is in a paragraph or a head of one of them."""
    seen, broken = ordered_lines(page)
    told = front(page)
    whole = told.title and not any(line.level == 1 for line in seen)  # one article: its title stands above all
    starts = [] if whole else article_starts(seen)
    above = cities_of(page.text[:WIDELY])
    parts = [*split(seen, starts)]
    found = [article(page, part, group, broken, above) for group, part in parts]
    covering = [_covers(part, group, *below) for (group, part), below in zip(parts, [*parts, (None, ())][1:], strict=True)]
    led = _led(found, covering)
    if len(led) == 1:
        led = [replace(led[0], title=led[0].title or told.title, authors=led[0].authors or told.authors)]
    return [replace(one, number=number) for number, one in enumerate(led, 1)]


def settled_lines(page: Page) -> tuple[list[Line], Wrap | None]:
    """Return the lines of *page* with their kinds settled, and how the page breaks its lines, if it does."""
    seen = closed_up(marked(page, lines(page)))
    broken = wrap(seen)
    return in_context(seen, broken.fills if broken else None), broken


def ordered_lines(page: Page) -> tuple[list[Line], Breaks]:
    """Return the lines of *page*, or pieces of them, in the order of reading, and what its seams weigh."""
    settled, broken = settled_lines(page)
    seen = untangled(settled)
    return seen, breaks(page, seen, broken)


def article_starts(seen: Sequence[Line]) -> list[Group]:
    """Return the groups of heads that begin an article, in order; untitled beginnings are groups without lines."""
    groups = list(_groups(seen))
    levels: set[int] = set()
    for group in groups:  # the marks that this page uses for titles, learnt where other signs are strong
        if group.lines and (group.signed or group.closed or group.top):
            marks = {line.level for line in group.titles if line.level}
            levels.update(marks if group.signed or group.closed else sorted(marks)[:1])  # below the first title may be an outline
    return [group for group in groups if not group.lines or weight(group, levels) >= 2]


def weight(group: Group, levels: set[int]) -> int:
    """Weigh the signs that a group of heads begins an article; 2 is enough."""
    titles = group.titles
    signs = (
        (3, group.signed),
        (2, group.closed and not group.last),
        (2, group.top),
        (2, any(line.level and (line.level in levels or line.level < min(levels, default=0)) for line in titles)),
        (2, any(NOTICE.search(line.text) for line in titles) and not group.last),
        (1, any(PREFIX.match(line.text) for line in titles)),
        (1, any(line.level for line in titles) and not levels),
        (1, len(titles) > 1 and any(line.level for line in titles)),
    )
    return sum(points for points, sign in signs if sign)


def split(seen: Sequence[Line], starts: Sequence[Group]) -> Iterator[tuple[Group, list[Line]]]:
    """Yield each article's opening group and its lines; what stands above the first belongs to an untitled one."""
    if not seen:
        return
    bounds = [(group.first, group) for group in starts]
    if not bounds or bounds[0][0] > 0:
        above = seen[: bounds[0][0]] if bounds else seen
        if bounds and all(line.kind in ("front", "rule", "caption", "credit", "closing") for line in above):
            bounds[0] = (0, bounds[0][1])
        else:
            bounds.insert(0, (0, Group(0)))
    alone = sum(_title(group.heads) > 0 for _, group in bounds) <= 1 < len(bounds)
    for (first, group), (end, _) in zip(bounds, [*bounds[1:], (len(seen), Group(0))], strict=True):
        group.top = group.top and alone  # what stands above the first title and above no other is the page's
        yield group, list(seen[first:end])


def article(page: Page, part: Sequence[Line], group: Group, broken: Breaks, above: dict[str, str]) -> Article:
    """Make an article of its lines; *broken* is how the page breaks them."""
    given = roles(part, group)
    heads = [head(page, role, run) for role, run in _runs(part, given)]
    body = [line for line, role in zip(part, given, strict=True) if not role]
    text = tuple((listed if page.markdown else paragraphs)(page, body, broken))
    first = {head.role: head.text for head in reversed(heads)}
    title = first.get("title")
    naming = [head.text for head in heads if head.role in ("title", "kicker", "subtitle", "caption")]
    return Article(
        source=page.source,
        number=0,
        title=title,
        kicker=first.get("kicker"),
        subtitle=first.get("subtitle"),
        authors=authors([head.text for head in heads if head.role == "byline"], text),
        place=place(naming, [paragraph.text for paragraph in text], above),
        paragraphs=text,
        headings=tuple(heads),
        kind=kind(title, text, heads, part[0].gap if part else 0),
    )


def roles(part: Sequence[Line], group: Group) -> list[str]:
    """Give each line of an article its role as a head, or "" for text."""
    opening = _opening_roles(group)
    notice = any(role == "title" and NOTICE.search(line.text) for line in group.lines for role in [opening.get(line.number)])
    ending = next((i for i in range(len(part), 0, -1) if part[i - 1].kind not in HEADS), 0)
    last = "banner" if _is_banner(part, ending) else ""
    given: list[str] = []
    for i, line in enumerate(part):
        if line.kind in FIXED:
            given.append(FIXED[line.kind])
        elif line.kind not in HEADS:
            given.append("")
        elif line.number in opening:
            given.append(opening[line.number])
        elif line.level:
            given.append("subhead")
        elif notice or i >= ending:
            given.append("" if notice else last)
        else:
            given.append("subhead")
    return given


def authors(bylines: Sequence[str], text: Sequence[Paragraph]) -> tuple[str, ...]:
    """The names in the bylines; where there is none, those in `本报讯（记者…）` at the head of the text."""
    bare = [byline.strip("()（）[]【】 \u3000") for byline in bylines]
    found = [name for byline in bare for name in names(byline) or writers(byline)]
    if not found and text:
        reported = REPORTED.match(text[0].text)
        found = list(names(reported[1])) if reported else []
    return tuple(dict.fromkeys(found))


def _led(found: list[Article], covering: Sequence[bool]) -> list[Article]:
    """Make heads of an editor's lead above the first title, and of what covers the articles below: they speak of no practice."""
    heads: tuple[Heading, ...] = ()
    told: list[Article] = []
    for i, one in enumerate(found):
        text = " ".join(paragraph.text for paragraph in one.paragraphs)
        untitled = i == 0 and not one.title and not one.authors and len(text) <= LONG_LEAD and LEAD.search(text)
        if i + 1 < len(found) and (untitled or covering[i]):
            above = [replace(head, role="section") if head.role in ("title", "subtitle", "kicker") else head for head in one.headings]
            heads += (*above, *(Heading("section", paragraph.text, paragraph.spans, paragraph.lines) for paragraph in one.paragraphs))
        else:
            told.append(replace(one, headings=(*heads, *one.headings)))
            heads = ()
    return told


def _covers(part: Sequence[Line], group: Group, following: Group | None, below: Sequence[Line]) -> bool:
    """Tell whether a head and its few words cover the articles below: its marks are stronger than theirs, and only they are signed."""
    if following is None or not group.titles or not following.titles:
        return False
    level, deeper = (min(line.level for line in heads.titles) for heads in (group, following))
    signed = [any(line.kind in ("byline", "closing") for line in lines) for lines in (part, below)]
    text = sum(len(line.text) for line in part if line.kind not in HEADS)
    return 0 < level < deeper and signed == [False, True] and 0 < text <= COVER


def _groups(seen: Sequence[Line]) -> Iterator[Group]:
    """Yield the runs of heads with nothing between them, and an empty group where text goes on after a closing byline."""
    group: Group | None = None
    closed = False
    text_above = False
    for i, line in enumerate(seen):
        if line.kind in HEADS:
            if group is None:
                group = Group(i, closed=closed, top=not text_above)
            group.lines.append(line)
            continue
        if line.kind in PASSING:
            continue
        if group is not None:
            yield group
        elif closed and line.kind != "closing":
            yield Group(i)
        group, text_above = None, True
        closed = line.kind == "closing"
    if group is not None:
        group.last = True
        yield group


def _opening_roles(group: Group) -> dict[int, str]:
    """Give each line of an opening group its role, by line number; a list of short lines is text below its title."""
    roles = {line.number: "byline" if line.kind == "byline" else "subhead" for line in group.lines}
    titles, signed = group.heads, group.signed
    if not titles:
        return roles if len(roles) <= CROWD else {line.number: "" for line in group.lines if not line.level}
    for line in group.titles:
        roles[line.number] = "section" if line.level or signed else ""
    best = _title(titles)
    below = "subtitle" if signed else "subhead"  # deeper marks without a byline are a Markdown outline
    for i, line in enumerate(titles[best:], best):
        outlined = line.level > titles[best].level
        roles[line.number] = "title" if i == best else "subhead" if CHAPTER.match(line.text) else below if outlined else "subtitle"
    for line in titles[:best]:
        roles[line.number] = "banner" if group.top else "section"
    if best and not group.top and not BARE_PLACE.fullmatch(titles[best - 1].text):
        roles[titles[best - 1].number] = "kicker"
    return roles


def _title(titles: Sequence[Line]) -> int:
    """Return which of *titles* is the title; those before it are kickers, those after it subtitles."""
    return max(range(len(titles)), key=lambda i: _title_weight(titles, i), default=0)


def _title_weight(titles: Sequence[Line], i: int) -> float:
    """Weigh which of the heads above a byline is the title: marks, a place before a colon, then the lowest."""
    line = titles[i]
    strongest = min((other.level for other in titles if other.level), default=0)
    return (
        3 * (line.level == strongest and strongest > 0)
        + 2 * bool(PREFIX.match(line.text))
        - 4 * bool(DASHED.match(line.text) or NUMBERED.fullmatch(line.text))
        - 4 * bool(BARE_PLACE.fullmatch(line.text) or CHAPTER.match(line.text) or DATE.fullmatch(line.text))
        - 2 * bool(ISSUER.fullmatch(line.text))
        + i / 10
    )


def _is_banner(part: Sequence[Line], ending: int) -> bool:
    """Tell whether the short lines with which a page ends are its banner: they stand apart or are cut up. Else they are last words."""
    tail, above = part[ending:], part[ending - 1].kind if ending else ""
    if not tail or any(DATE.search(line.text) for line in tail):
        return False
    cut_up = len(tail) >= 3 and all(len(line.text) <= 12 for line in tail)
    return cut_up or above in ("caption", "credit", "closing") or tail[0].gap > 1


def _runs(part: Sequence[Line], given: Sequence[str]) -> Iterator[tuple[str, list[Line]]]:
    """Yield the heads, each with its lines: a caption and its credit are one, and so are the lines of a subhead."""
    run: list[Line] = []
    role = ""
    for line, its in zip(part, given, strict=True):
        whole = (line.kind == "credit" and run and run[-1].kind == "caption") or (
            its in MANY_LINED and line.gap == 0 and run and run[-1].kind == line.kind
        )
        if run and not (its == role and whole):
            yield role, run
            run = []
        if its:
            run.append(line)
        role = its
    if run:
        yield role, run


def head(page: Page, role: str, run: Sequence[Line]) -> Heading:
    """Make a head of these lines; their line ends are kept, as blanks."""
    spans: list[Span] = []
    for line, following in zip(run, [*run[1:], None], strict=True):
        spans.append((line.start, line.end))
        if following:
            end = page.text.index("\n", line.end)
            spans.append((end, end + 1))
    together = tuple(merged(spans))
    return Heading(role, quote(page.text, together), together, lines_from(page.text, together, run[0].number))
