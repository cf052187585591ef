"""Read a page of HTML: its tags become blanks, so each character that a browser shows keeps its offset and its line in the file.

    <h1>修路</h1>                      ──tokens──▶  characters of blocks, each with the tags around it
    <p>路&ensp;<b>通</b>了</p>            ──blank───▶  `    修路     ` / `   路       通    了    `: what is shown, where it stands
    <div class="nav"><a>首页</a></div>  ──blocks──▶  heading 1 `修路`, text `路 通了`, furniture `首页`

A block is what a browser sets apart: a paragraph, a heading, an item of a list, a row of a table. What a page shows around its article
(menus, footers, buttons) is furniture. Scripts, styles and comments are no text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.document import Block, Span
from index.documents.html_tokens import ShownBlock, Table, Tokens

LINK_SHARE = 0.8  # of the characters of a block, set by hand: from here on it only leads to other pages
MOST_AROUND = 0.8  # share of a page's characters that names may call furniture, set by hand: beyond it the names mean something else
LONGEST_CELL = 300  # characters, set by hand: a table with longer cells arranges the page
SITE = re.compile(r"^(.{2,}?)\s*(?:[_|｜»«]|[-–—](?=[^-–—]{2,30}$)).{1,60}$", re.DOTALL)  # `标题_网站`, `标题 - 网站`
NO_TITLE = re.compile(r"(?:无标题.{0,4}|新建.{0,6}|首页|untitled.*|document|index|home|title)", re.IGNORECASE)
SHORTEST_TITLE = 4  # characters of a block without the tag of a heading that says what <title> says
HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE\s+html\b|<html\b|<head\b|<body\b|<meta\s)", re.IGNORECASE | re.DOTALL
)


def is_html(text: str) -> bool:
    """Whether *text* is a page of HTML, whatever its file is called."""
    return HTML.match(text[:5000]) is not None


def blocks_of(text: str) -> tuple[str, tuple[Block, ...]]:
    """Return *text* with blanks in place of all that a browser does not show, and the blocks of what it shows, in order."""
    parser = Tokens(text)
    parser.read()
    shown = _without_names_around(parser.blocks)
    rows = [*_with_rows(shown, parser.tables, parser.characters)]
    shown_text = "".join(parser.characters)
    _mark_title(rows, shown_text)
    return shown_text, tuple(block for one in rows for block in _blocks(one, shown_text))


def _without_names_around(blocks: list[ShownBlock]) -> list[ShownBlock]:
    """Return *blocks* with names of elements forgotten where they call nearly the whole page furniture."""
    sizes = Counter[bool]()
    for block in blocks:
        if not block.around and block.tag != "title":
            sizes[block.named_around] += sum(end - start for start, end in block.spans)
    if sizes[True] > MOST_AROUND * (sizes[True] + sizes[False]):
        for block in blocks:
            block.named_around = False
    return blocks


def _with_rows(blocks: Sequence[ShownBlock], tables: Sequence[Table], characters: list[str]) -> Iterator[ShownBlock]:
    """Yield *blocks*, with one for each row of a table that holds data; its cells are parted by tabs."""
    of_data = {number for number, table in enumerate(tables) if _holds_data(number, table, blocks)}
    row: list[ShownBlock] = []
    for block in [*blocks, None]:
        if row and (block is None or block.cell is None or block.cell[:2] != (row[0].cell or ())[:2]):
            yield _row(row, tables, characters)
            row = []
        if block is not None and block.cell and block.cell[0] in of_data:
            row.append(block)
        elif block is not None:
            yield block


def _holds_data(number: int, table: Table, blocks: Sequence[ShownBlock]) -> bool:
    """Whether a table has several rows and columns of short cells, and no other table: else it arranges the page."""
    if table.holds_table or len(table.rows) < 2 or max(map(len, table.rows.values())) < 2:
        return False
    sizes: Counter[int] = Counter()
    for block in blocks:
        if block.cell and block.cell[0] == number:
            if block.level or block.around or block.named_around:
                return False
            sizes[block.cell[2]] += sum(end - start for start, end in block.spans)
    return max(sizes.values(), default=0) <= LONGEST_CELL


def _row(cells: Sequence[ShownBlock], tables: Sequence[Table], characters: list[str]) -> ShownBlock:
    number, row, _ = cells[0].cell or (0, 0, 0)
    spans: list[Span] = []
    for cell, offset in tables[number].rows.get(row, []):
        inside = [block for block in cells if block.cell and block.cell[2] == cell]
        if spans:
            characters[offset] = "\t"
            spans.append((offset, offset + 1))
        for position, block in enumerate(inside):
            if position:
                spans.append((spans[-1][1], spans[-1][1] + 1))  # the blank that a tag left
            spans += block.spans
    while spans and characters[spans[-1][0]] == "\t":
        spans.pop()
    return ShownBlock(spans or list(cells[0].spans), "tr", None, cells[0].around, cells[0].named_around, kind="table")


def _mark_title(blocks: Sequence[ShownBlock], text: str) -> None:
    """Find the block that is the title of the article, by what <title> says, and give it the first level."""
    title = next((block for block in blocks if block.tag == "title"), None)
    if title is None:
        return
    title.kind, said = "furniture", _words(title, text)
    own = [block for block in blocks if not block.around and block.tag not in ("title", "tr", "pre") and not block.kind]
    headings = [block for block in own if block.level and _words(block, text) in said]
    alike = [block for block in own if not block.level and not block.named_around and _begins(said, _words(block, text))]
    inside = [block for block in own if block.level and not block.named_around and said in _words(block, text)]
    best = max(headings, key=lambda block: (said.startswith(_words(block, text)), len(_words(block, text))), default=None)
    if best is not None and alike and len(_words(alike[0], text)) > len(_words(best, text)):
        best = alike[0]
    best = best or next(iter(inside or alike), None)
    if best is not None:
        best.level, best.named_around, best.kind = 1, False, "text"
        for block in headings:
            if block is not best and said.endswith(_words(block, text)):
                block.kind = "furniture"  # the name of the site
        return
    if not any(block.level == 1 and not block.named_around for block in own) and not NO_TITLE.fullmatch(said):
        title.kind, title.level = "text", 1


def _words(block: ShownBlock, text: str) -> str:
    return "".join("".join(text[start:end] for start, end in block.spans).split())


def _begins(title: str, words: str) -> bool:
    """Whether <title> begins with *words*, and nothing or the name of a site follows."""
    return len(words) >= SHORTEST_TITLE and title.startswith(words) and not title[len(words) : len(words) + 1].isalnum()


def _blocks(shown: ShownBlock, text: str) -> Iterator[Block]:
    """Yield the block that was read, or two of them: a title and the name of the site behind it."""
    spans = tuple(shown.spans)
    kind = {"li": "item", "figcaption": "caption"}.get(shown.tag, "text")
    kind = {"picture": "caption", "table": "table"}.get(shown.kind, kind)
    if shown.kind == "furniture" or (shown.kind != "text" and _is_around(shown, text)):
        yield Block(spans, "furniture", 0, shown.gap, shown.join)
        return
    site = SITE.match("".join(text[start:end] for start, end in spans)) if shown.tag == "title" else None
    if site is None:
        yield Block(spans, kind, shown.level, shown.gap, shown.join)
        return
    yield Block(tuple(_part(spans, 0, len(site[1]))), kind, shown.level, shown.gap, shown.join)
    yield Block(tuple(_part(spans, len(site[1]), len(site[0]))), "furniture", 0, 0, 0.0)


def _is_around(shown: ShownBlock, text: str) -> bool:
    """Whether a block is furniture: by an element around it, or since it only leads to other pages."""
    if shown.around or shown.named_around:
        return True
    words = _words(shown, text)
    several = shown.links > 1 or shown.tag in ("li", "td", "div", "dd", "span")
    return shown.linked >= LINK_SHARE * len(words) and several and not shown.level and shown.kind != "table" and words[0] != "附"


def _part(spans: Sequence[Span], first: int, last: int) -> Iterator[Span]:
    """Yield the characters from *first* to *last* of those that *spans* select."""
    offset = 0
    for start, end in spans:
        a, b = max(first - offset, 0), min(last - offset, end - start)
        if a < b:
            yield start + a, start + b
        offset += end - start
