"""The heading path of a paragraph: an article in, for each paragraph what stands above it and says what it is about out.

    # 白云市电动自行车管理条例                     title
    第一章 总则                                    subhead
    第一条 骑车人应当遵守下列规定：                lead of the items below it
    （一）佩戴安全头盔；                           path: 白云市电动自行车管理条例 / 第一章 总则 / 第一条 骑车人应当遵守下列规定：

    | 乡镇 | 经费（万元） |                        columns
    | 铁岭镇 | 17.3 |                              path: … / 乡镇 经费（万元）

A path helps the match and is never quoted. Subheads and items nest by their marks and by their numbering: a number that continues a list
goes back to it, a number 1 begins a list within what is above it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.document import Article, Heading, Page, Paragraph
from index.text.punctuation import ends_sentence

LONGEST_PART = 80  # characters of one heading or lead in a path; of a longer lead the last sentence counts, and of that the end
LONGEST_TITLES = 160  # characters of kicker, title, subtitles and place together
LONGEST_INNER = 240  # characters of all that stands between the title and the paragraph; what is nearest counts first
LONGEST_TITLE_ITEM = 30  # characters of an item that is the title of what follows: `（二）加强领导`
LONGEST_TABLE_TITLE = 60  # characters of the line above a table that says what is in it
DIGITS = {character: number for number, character in enumerate("〇一二三四五六七八九")}
CHINESE = "一二三四五六七八九十百〇"
MARKERS = (  # kinds of numbering, from the outermost on
    re.compile(rf"第(?P<n>[{CHINESE}零\d]{{1,5}})[编章]"),
    re.compile(rf"第(?P<n>[{CHINESE}零\d]{{1,5}})节"),
    re.compile(rf"第(?P<n>[{CHINESE}零\d]{{1,5}})条"),
    re.compile(rf"(?P<n>[{CHINESE}]{{1,4}})[、.．]"),
    re.compile(rf"[(（](?P<n>[{CHINESE}]{{1,4}})[)）]"),
    re.compile(r"(?P<n>\d{1,3})(?:[.．](?!\d)|、)"),
    re.compile(r"\d{1,2}[.．](?P<n>\d{1,2})(?![.．\d%％])(?=[ \u3000\u4e00-\u9fff])"),
    re.compile(r"\d{1,2}(?:[.．]\d{1,2}){2,3}(?=[ \u3000\u4e00-\u9fff])"),
    re.compile(r"[(（]?(?P<n>\d{1,3})[)）]"),
    re.compile(r"(?P<n>[①-⑳])"),
    re.compile(r"[-*+•·●○■□◆◇▲△] ?(?=\S)"),
)
FIRST_OF_MARKERS = f"第(（①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳-*+•·●○■□◆◇▲△{CHINESE}"  # and digits: most paragraphs begin otherwise
BULLET = len(MARKERS) - 1
PLAIN = -1  # the kind of a subhead without a number
LEAD = re.compile(r"[：:]$|(?:如下|下列|以下)[^。！？!?；;]{0,20}[。．.]$")  # a sentence that the items below it complete
LONGEST_LEAD = 24  # characters at the end of a text that LEAD looks at
LAST_SENTENCE = re.compile(r".*[。！？；!?;](?=.)", re.DOTALL)
MORE_ITEMS = ("；", ";")  # ends of items that others follow, with or without numbers
TABLE_NUMBER = re.compile(r"(?:附?表|[Tt]able|TABLE)\s*[\d一二三四五六七八九十]{1,3}")  # `表1 各村路灯`: heads a table and nothing below it
OF_TABLE = re.compile(r"表|[：:]$|\btable\b", re.IGNORECASE)


class Numbering(NamedTuple):
    """The marker at the beginning of a text: its *kind*, PLAIN or a position in MARKERS, and its *number*, 0 where it has none."""

    kind: int
    number: int = 0


NO_NUMBERING = Numbering(PLAIN)


@dataclass(frozen=True, slots=True)
class Entry:
    """A subhead, an item or a lead that what follows may belong to. *level*: of # marks, or of the indent of a bullet."""

    text: str  # "" for an item that heads nothing
    numbering: Numbering
    level: int = 0
    is_heading: bool = False  # a subhead, or an item that is a title
    is_lead: bool = False

    @property
    def is_lead_sentence(self) -> bool:
        """Whether it is a lead without a number of its own."""
        return self.is_lead and self.numbering.kind == PLAIN


class PathOf(NamedTuple):
    """A paragraph, number from 1, or a heading, number 0, with the path that leads to it, outermost first."""

    number: int
    part: Paragraph | Heading
    path: tuple[str, ...]


def numbering(text: str) -> Numbering:
    """Return the numbering with which *text* begins.

    >>> numbering("（三）不得搭载成年人。").number, numbering("第十二条 本条例").number, numbering("村里修了路。").kind
    (3, 12, -1)
    """
    if text[:1] not in FIRST_OF_MARKERS and not text[:1].isdecimal():
        return NO_NUMBERING
    for kind, marker in enumerate(MARKERS):
        match = marker.match(text)
        if match:
            return Numbering(kind, _value(match.groupdict().get("n") or ""))
    return NO_NUMBERING


def _value(digits: str) -> int:
    """Return the number that *digits* write, 0 for none.

    >>> _value("二十一"), _value("十"), _value("12"), _value("③")
    (21, 10, 12, 3)
    """
    if digits.isdecimal():
        return int(digits)
    if "①" <= digits <= "⑳":
        return ord(digits) - ord("①") + 1
    value, last = 0, 0
    for character in digits:
        if character in "十百":
            value, last = value + (last or 1) * (10 if character == "十" else 100), 0
        else:
            last = DIGITS.get(character, 0)
    return value + last


def titles_of(article: Article) -> str:
    """Return kicker, title, subtitles and place of *article* in one line, as much as a path has room for."""
    subtitles = article.texts("subtitle") or ([article.subtitle] if article.subtitle else [])
    parts = (article.kicker, article.title, *subtitles, article.place)
    return " ".join(dict.fromkeys(part[:LONGEST_PART] for part in parts if part))[:LONGEST_TITLES].rstrip()


def joined_path(titles: str, path: Sequence[str]) -> str:
    """Return the heading of a passage: the *titles* of its article, and below them its *path* in one line.

    >>> joined_path("条例", ["第一条 骑车人应当：", "乡镇"]), joined_path("条例", [])
    ('条例\\n第一条 骑车人应当： 乡镇', '条例')
    """
    return f"{titles}\n{' '.join(path)}" if path else titles


def nearest_parts(path: Sequence[str]) -> tuple[str, ...]:
    """Return the innermost parts of *path*, as many as LONGEST_INNER has room for."""
    left = LONGEST_INNER
    for number, part in enumerate(reversed(path)):
        left -= len(part) + 1
        if left < 0:
            return tuple(path[len(path) - number :])
    return tuple(path)


def paths(page: Page, article: Article) -> Iterator[PathOf]:
    """Yield the paragraphs of *article* and the headings between them, in the order of its text, each with its path."""
    outline = _Outline(page)
    headings = deque(article.headings)
    for number, paragraph in enumerate(article.paragraphs, 1):
        while headings and headings[0].spans < paragraph.spans:
            yield PathOf(0, headings[0], nearest_parts(outline.heading(headings.popleft())))
        following = article.paragraphs[number] if number < len(article.paragraphs) else None
        if headings and following and headings[0].spans < following.spans and headings[0].role == "subhead":
            following = None  # a subhead comes between
        yield PathOf(number, paragraph, nearest_parts(outline.paragraph(paragraph, following)))
    for heading in headings:
        yield PathOf(0, heading, nearest_parts(outline.heading(heading)))


class _Outline:
    """What stands above the next paragraph of an article, from the outermost subhead to the nearest lead."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._stack: list[Entry] = []
        self._above: Paragraph | None = None  # the paragraph before the next one, where no subhead is between
        self._table_title = ""
        self._has_text = False  # whether a paragraph came already: a section's name above it is that of the page
        self._interrupted = False  # whether a paragraph that is no item came after the last item

    def heading(self, heading: Heading) -> tuple[str, ...]:
        """Take note of a heading, and return the path that leads to it."""
        if TABLE_NUMBER.match(heading.text) or (heading.role == "caption" and OF_TABLE.search(heading.text)):
            self._table_title, self._above = _shortened(heading.text), None
            return ()
        within_text = heading.role == "section" and self._has_text and len(heading.text) <= LONGEST_PART
        if heading.role != "subhead" and not within_text:
            return ()
        own, level = numbering(heading.text), _marks(self._page, heading)
        is_lead = own.kind == PLAIN and not level and _leads_on(heading.text)  # a short sentence that was read as a subhead
        entry = Entry(_shortened(heading.text), own, level, not is_lead, is_lead)
        self._stack = [old for old in self._stack if old.is_heading]
        path = self._put(entry)
        self._above, self._table_title = None, ""
        return path

    def paragraph(self, paragraph: Paragraph, following: Paragraph | None) -> tuple[str, ...]:
        """Take note of a paragraph, which *following* follows, and return its path."""
        self._has_text = True
        if paragraph.columns is not None:
            return self._row(paragraph)
        text = paragraph.text.strip()
        own = numbering(text)
        path = self._item(paragraph, own, following) if own.kind != PLAIN else self._plain(paragraph, text, following)
        self._above, self._table_title = paragraph, ""
        return path

    def _row(self, paragraph: Paragraph) -> tuple[str, ...]:
        if self._above is not None:
            text = self._above.text.strip()
            self._table_title = text if len(text) <= LONGEST_TABLE_TITLE and OF_TABLE.search(text) else self._table_title
            self._above = None
        return tuple(part for part in (*_texts(self._within_titles()), self._table_title, paragraph.columns or "") if part)

    def _plain(self, paragraph: Paragraph, text: str, following: Paragraph | None) -> tuple[str, ...]:
        within = self._within_titles()
        if self._is_unnumbered_item(text):
            return _texts(self._stack)
        next_one = self._numbering_of(following)
        continues = any(self._continues(entry, next_one, following) for entry in self._stack)
        if not continues and (next_one.kind != PLAIN or _has_more_items(following)) and _leads_on(text):
            self._stack = [*within, Entry(_shortened(text), NO_NUMBERING, is_lead=True)]
            self._interrupted = False
        else:
            self._interrupted = True
        return _texts(within)

    def _item(self, paragraph: Paragraph, own: Numbering, following: Paragraph | None) -> tuple[str, ...]:
        text = paragraph.text.strip()
        level = self._indent(paragraph) if own.kind == BULLET else 0
        next_one = self._numbering_of(following)
        before = self._above is not None and numbering(self._above.text.strip()).kind == own.kind
        leads_on = _has_more_items(following) if next_one.kind == PLAIN else next_one.kind != own.kind
        is_lead = _leads_on(text) and leads_on
        is_title = own.kind != BULLET and len(text) <= LONGEST_TITLE_ITEM and not ends_sentence(text) and not before
        is_title = is_title and following is not None and next_one.kind != own.kind
        if own.kind == BULLET and next_one.kind == BULLET and following is not None:
            is_lead = self._indent(following) > level and (_leads_on(text) or not ends_sentence(text))
        if self._interrupted and not any(self._continues(entry, own, paragraph) for entry in self._stack):
            self._stack = self._within_titles()
        self._interrupted = False
        return self._put(Entry(_shortened(text) if is_lead or is_title else "", own, level, is_title, is_lead))

    def _is_unnumbered_item(self, text: str) -> bool:
        """Whether a paragraph without a number is an item of the list whose lead is nearest: a semicolon ends it or the item above it."""
        if self._above is None or not self._stack or not self._stack[-1].is_lead:
            return False
        above = self._above.text.rstrip()
        return above.endswith(MORE_ITEMS) or (text.endswith(MORE_ITEMS) and _leads_on(above))

    def _put(self, entry: Entry) -> tuple[str, ...]:
        """Put *entry* where it belongs, and return the path that leads to it."""
        same = next((at for at, old in enumerate(self._stack) if _are_siblings(old, entry)), None)
        if same is not None:
            del self._stack[same:]
        while self._stack and not _encloses(self._stack[-1], entry):
            self._stack.pop()
        path = _texts(self._stack)
        self._stack.append(entry)
        return path

    def _within_titles(self) -> list[Entry]:
        """Return the entries down to the last one that is a title: what a paragraph that is no item belongs to."""
        last = max((at for at, entry in enumerate(self._stack, 1) if entry.is_heading), default=0)
        return self._stack[:last]

    def _continues(self, old: Entry, own: Numbering, paragraph: Paragraph | None) -> bool:
        """Whether the item *paragraph* with the numbering *own* is the next of the list of *old*."""
        return not old.is_heading and old.numbering.kind == own.kind and own.kind != BULLET and 0 < old.numbering.number < own.number

    def _numbering_of(self, paragraph: Paragraph | None) -> Numbering:
        return NO_NUMBERING if paragraph is None or paragraph.columns is not None else numbering(paragraph.text.strip())

    def _indent(self, paragraph: Paragraph) -> int:
        start = paragraph.spans[0][0]
        return len(self._page.text[self._page.text.rfind("\n", 0, start) + 1 : start].expandtabs(4))


def _leads_on(text: str) -> bool:
    return LEAD.search(text[-LONGEST_LEAD:]) is not None


def _has_more_items(paragraph: Paragraph | None) -> bool:
    return paragraph is not None and paragraph.columns is None and paragraph.text.rstrip().endswith(MORE_ITEMS)


def _are_siblings(old: Entry, new: Entry) -> bool:
    """Whether two entries have the same marks and the same kind of number."""
    return not old.is_lead_sentence and (old.level, old.numbering.kind) == (new.level, new.numbering.kind)


def _encloses(old: Entry, new: Entry) -> bool:
    """Whether *new* may stand within *old*, which is of another kind."""
    if new.is_heading and new.level:
        if old.level != new.level:
            return 0 < old.level < new.level and old.numbering.kind != BULLET
        return PLAIN != old.numbering.kind < new.numbering.kind
    if old.numbering.kind == BULLET == new.numbering.kind:
        return old.level < new.level
    if (old.is_heading and old.level) or old.is_lead_sentence or PLAIN in (old.numbering.kind, new.numbering.kind):
        return True
    return new.numbering.number == 1 or new.numbering.kind == BULLET or old.numbering.kind < new.numbering.kind


def _texts(entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(entry.text for entry in entries if entry.text)


def _marks(page: Page, heading: Heading) -> int:
    """Return the number of # marks before a heading."""
    start = heading.spans[0][0]
    return page.text.count("#", page.text.rfind("\n", 0, start) + 1, start)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST_PART and _leads_on(text):
        return LAST_SENTENCE.sub("", text)[-LONGEST_PART:]
    return text[:LONGEST_PART]
