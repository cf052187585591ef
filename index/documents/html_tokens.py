"""The tags and texts of a page of HTML, with their offsets: what a browser shows, block by block, and what is known of each block.

text ──html.parser──▶ tags and texts ──Tokens──▶ blocks: their characters, the elements around them, the share of links, the cell of a table
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from index.document import Span

VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
BLOCK_TAGS = """
    address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 head header hr html li main menu nav ol option p pre section select summary table tbody td textarea tfoot th
    thead title tr ul
"""
PARTS_OF_NAMES_AROUND = """
    nav navbar navi navigation menu footer foot breadcrumb breadcrumbs crumb crumbs sidebar copyright share sharebar toolbar pagination
    pager related relate recommend topbar search login comment comments advert ads qrcode ewm dqwz weizhi friendlink cookie skip
"""
VOID, BLOCKS = frozenset(VOID_TAGS.split()), frozenset(BLOCK_TAGS.split())
HIDDEN = frozenset(("script", "style", "template", "svg", "object", "iframe", "audio", "video", "canvas"))  # they hold no text of the page
AROUND = frozenset(("nav", "footer", "aside", "button", "select", "textarea", "noscript", "menu", "dialog"))  # they hold furniture
CLOSED_BY: dict[str, frozenset[str] | set[str]] = {  # an element -> the elements that begin only where it has ended
    "head": BLOCKS - {"head", "title", "button"},
    "p": BLOCKS - {"button"},
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th", "tr", "tbody", "tfoot"},
    "th": {"td", "th", "tr", "tbody", "tfoot"},
    "tr": {"tr", "tbody", "tfoot"},
    "option": {"option"},
}
LEVELS = {f"h{level}": level for level in range(1, 7)}
NAMES_AROUND = frozenset(PARTS_OF_NAMES_AROUND.split())  # parts of class names and ids of what stands around an article
WHOLE_NAMES_AROUND = frozenset(("header", "head", "top", "site-header", "page-header", "ad", "banner", "logo", "tools", "print", "links"))
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
SHORT_LINE = 20  # characters, set by hand: a shorter line before <br> is whole, such as a line of an address
SENTENCE_END = re.compile(r"[。！？!?…；;：:.][”’\"'」』)）】》]*\s*$")
INDENTED = re.compile(r"[\u3000\xa0]{2}|[ \u3000\xa0]{4}")


@dataclass(slots=True)
class ShownBlock:
    """A block as a browser shows it: the spans of its characters, and what is known of the elements around it."""

    spans: list[Span]
    tag: str
    cell: tuple[int, int, int] | None  # the number of its table, its row and its cell, counted over the page
    around: bool  # furniture by its element
    named_around: bool  # furniture by the name of an element
    linked: int = 0  # characters in links
    links: int = 0
    level: int = 0
    gap: int = 1
    join: float | None = 0.0
    kind: str = ""


@dataclass(slots=True)
class OpenElement:
    """An element that is open."""

    tag: str
    around: bool = False
    named: bool = False
    hidden: bool = False


@dataclass(slots=True)
class Table:
    """A table: the offset of each cell's tag by row, and whether another table lies in it."""

    rows: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # row -> (cell, offset of its tag)
    holds_table: bool = False


class Tokens(HTMLParser):
    """Tags and texts of a page, with their offsets: fills *characters* and *blocks*."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self.characters = ["\n" if character == "\n" else " " for character in text]
        self.blocks: list[ShownBlock] = []
        self.tables: list[Table] = []
        self._lines = [0, *(end.end() for end in re.finditer("\n", text))]
        self._open: list[OpenElement] = []
        self._count: Counter[str] = Counter()  # of the tags that are open
        self._around = self._named = self._hidden = 0  # how many open elements are furniture, or hide their text
        self._in_tables: list[int] = []
        self._row = self._cell = 0
        self._spans: list[Span] = []
        self._linked = self._links = 0
        self._line = 0  # position in _spans at which the line began that <br> will end

    def read(self) -> None:
        """Read the whole text. What no `>` or `-->` follows is no tag and no comment: the parser would look for each end to the last."""
        last_tag, last_comment = self.text.rfind(">") + 1, self.text.rfind("-->") + 1
        tags = self.text[:last_tag].replace("<![", "<! ")  # `<![endif]>` is no text
        self.feed(tags[:last_comment] + tags[last_comment:].replace("<!--", "<!  "))
        self.close()
        if self._hidden == self._count["head"]:
            self._show(last_tag, self.text[last_tag:])
        self.end_block()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        offset = self._offset()
        if tag in BLOCKS:
            self.end_block()
            while self._open and tag in CLOSED_BY.get(self._open[-1].tag, ()):
                self._pop()
        if tag == "br":
            self._break_line()
        elif tag == "img":
            self._picture(offset)
        elif tag == "a":
            self._links += 1
        if tag == "table":
            if self._in_tables:
                self.tables[self._in_tables[-1]].holds_table = True
            self._in_tables.append(len(self.tables))
            self.tables.append(Table())
        elif tag == "tr":
            self._row += 1
        elif tag in ("td", "th") and self._in_tables:
            self._cell += 1
            self.tables[self._in_tables[-1]].rows.setdefault(self._row, []).append((self._cell, offset))
        if tag not in VOID:
            self._push(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in HIDDEN:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.end_block()
        if self._count[tag]:
            while self._pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._show(self._offset(), data)

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def end_block(self) -> None:
        """End the block that is open: its characters are all known."""
        spans, self._spans = self._spans, []
        linked, self._linked = self._linked, 0
        links, self._links = self._links, 0
        self._line = 0
        tag = next((one.tag for one in reversed(self._open) if one.tag in BLOCKS), "body")
        cell = (self._in_tables[-1], self._row, self._cell) if self._in_tables and self._count["td"] + self._count["th"] else None
        shown = ShownBlock([], tag, cell, self._around > 0, self._named > 0, linked, links, LEVELS.get(tag, 0))
        if tag == "pre":
            self.blocks.extend(_lines_of_pre(self.characters, spans, shown))
            return
        shown.spans = _collapsed(self.characters, spans)
        if shown.spans:
            self.blocks.append(shown)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _push(self, tag: str, attributes: dict[str, str | None]) -> None:
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('role') or ''}".lower().split()
        parts = {part for name in names for part in re.split(r"[-_]|(?<=[a-z])(?=\d)", name)}
        is_page = tag in ("html", "body", "main", "article")
        header = tag == "header" and not self._count["article"] and not self._count["main"]
        unseen = "hidden" in attributes or HIDING.search(attributes.get("style") or "") is not None
        around = tag in AROUND or (unseen and not is_page)
        named = not is_page and (header or bool(parts & NAMES_AROUND or WHOLE_NAMES_AROUND.intersection(names)))
        head = tag == "head"
        self._open.append(OpenElement(tag, around, named, tag in HIDDEN or head))
        self._count[tag] += 1
        self._around, self._named, self._hidden = self._around + around, self._named + named, self._hidden + self._open[-1].hidden

    def _pop(self) -> str:
        one = self._open.pop()
        self._count[one.tag] -= 1
        self._around, self._named, self._hidden = self._around - one.around, self._named - one.named, self._hidden - one.hidden
        if one.tag == "table" and self._in_tables:
            self._in_tables.pop()
        return one.tag

    def _is_shown(self) -> bool:
        return not self._hidden or (self._count["title"] > 0 and self._hidden == self._count["head"])

    def _show(self, start: int, characters: str) -> None:
        if not self._is_shown():
            return
        end = start + len(characters)
        self.characters[start:end] = characters if self._count["pre"] else characters.replace("\t", " ")
        self._add((start, end), sum(not character.isspace() for character in characters))

    def _add(self, span: Span, visible: int) -> None:
        self._spans.append(span)
        if self._count["a"]:
            self._linked += visible

    def _reference(self, name: str) -> None:
        """Show the character that an entity stands for, at the entity's first characters."""
        start = self._offset()
        raw = name + ";" * self.text.startswith(";", start + len(name))
        character = unescape(raw)
        if character == raw or len(character) > len(raw):
            self._show(start, raw)
        elif self._is_shown():
            shown = "\u3000" if character == "\u2003" else character if character.isprintable() or character == "\xa0" else " "
            self.characters[start : start + len(shown)] = shown
            self._add((start, start + len(shown)), int(not shown.isspace()))

    def _break_line(self) -> None:
        """End the block at <br> where its line is whole, else let the text go on."""
        line = "".join("".join(self.characters[start:end]) for start, end in self._spans[self._line :]).strip()
        here = self._offset()
        end = here + len(self.get_starttag_text() or "<br>")
        rest = unescape(self.text[end : end + 60]).lstrip("\n\t ")
        if len(line) < SHORT_LINE or SENTENCE_END.search(line) or INDENTED.match(rest) or rest[:3].lower() == "<br":
            self.end_block()
        else:
            self._spans.append((here, here + 1))  # a blank, for words in a Latin script
            self._line = len(self._spans)

    def _picture(self, offset: int) -> None:
        """Show the words that describe a picture; they are a caption."""
        tag = self.get_starttag_text() or ""
        described = re.search(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag, re.IGNORECASE)
        group = described.lastindex if described else None
        if not described or not group or not re.search(r"[^\W\d_]{2}", described[group]) or not self._is_shown():
            return
        self.end_block()
        start, end = offset + described.start(group), offset + described.end(group)
        self.characters[start:end] = self.text[start:end]
        self._spans.append((start, end))
        self.end_block()
        if self.blocks and self.blocks[-1].spans[0][0] >= start:
            self.blocks[-1].kind = "picture"


def _collapsed(characters: Sequence[str], spans: Sequence[Span]) -> list[Span]:
    """Return *spans* without blanks at both ends, and with one blank for several."""
    kept: list[Span] = []
    pending: int | None = None  # offset of a blank that stands between visible characters
    for start, end in spans:
        text = "".join(characters[start:end])
        for run in re.finditer(r"\s+|\S+", text):
            a, b = start + run.start(), start + run.end()
            if run[0].isspace():
                pending = a if pending is None and kept else pending
                continue
            if pending is not None:
                kept.append((pending, pending + 1))
                pending = None
            if kept and kept[-1][1] == a:
                kept[-1] = (kept[-1][0], b)
            else:
                kept.append((a, b))
    return kept


def _lines_of_pre(characters: Sequence[str], spans: Sequence[Span], like: ShownBlock) -> Iterator[ShownBlock]:
    """Yield the lines of preformatted text as blocks: they are read as the lines of a text file are."""
    gap = 1
    line: list[Span] = []
    for start, end in [*spans, (-1, -1)]:
        pieces = "".join(characters[start:end]).split("\n") if start >= 0 else ["", ""]
        for number, piece in enumerate(pieces):
            if number:
                kept = _collapsed(characters, line)
                if kept:
                    yield ShownBlock(kept, "pre", None, like.around, like.named_around, gap=gap, join=None)
                gap, line = 0 if kept else gap + 1, []
            if piece:
                line.append((start, start + len(piece)))
            start += len(piece) + 1
