"""Tables: which lines are the rows of a table, which of them names its columns, and the rows of a `<table>` in one line.

| 乡镇 | 经费 |                          columns   a heading of the rows below
|---|---|                                rule
| 青溪镇 | 2.0 |                         row       with the names of its columns
<table><tr><td>乡镇</td>…</tr></table>    rule (the tags), columns, rows

A row is quoted without tags. Between two cells it keeps the two characters `><` of `</td><td>`, or the blank that the source has there:
its text stays a selection of the source's characters, and two numbers never become one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.document import Page, Span
from index.layout.lines import Line
from index.layout.markup import COLUMN_RULE
from index.tables.cells import (
    TAG,
    Cell,
    are_values,
    cells_of_line,
    column_names,
    header_depth,
    names_by_shape,
    rows_of_html,
    values_from_above,
)

HINTS = ("|", "\t", "<table", "<TABLE")  # every table has one of these
HTML_TABLE = re.compile(r"<table\b[^<>]*>.*?</table\s*>", re.DOTALL | re.IGNORECASE)
JOINT = "><"  # of the tags of two cells
BLANK_JOINT = re.compile(r">(\s)\s*<")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)  # stays in a quote: `甲<br>乙` are two words
FEWEST_LINES = 2  # of a table without a rule: a lone line with a tab may be anything
AIRY = 1  # blank lines between the rows of a table that an OCR has spaced, at most
MOST_NAME_LINES = 2  # lines above the rule of a table that may name its columns
LONGEST_NAMES = 200  # characters of the names of all columns that a row is read with


def with_tables(page: Page, lines: Sequence[Line]) -> list[Line]:
    """Return *lines* with the rows of tables as lines of the kind `row`, each with the names of its columns."""
    if not any(hint in page.text for hint in HINTS):
        return list(lines)
    return list(_with_drawn_tables(list(_with_html_tables(page, lines))))


def _with_drawn_tables(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield *lines*; the rows of tables that are drawn with pipes or tabs have their kind and their columns."""
    first = 0
    while first < len(lines):
        last = _end_of_table(lines, first)
        yield from _drawn_table(lines[first:last]) if last > first else (lines[first],)
        first = max(last, first + 1)


def _end_of_table(lines: Sequence[Line], first: int) -> int:
    """Return the position after the last line of the table that begins at *first*; *first* itself where none begins."""
    mark = _mark(lines[first], lines[first + 1] if first + 1 < len(lines) else None)
    if not mark:
        return first
    last = first + 1
    named = lines[first].kind == "columns"
    gap = AIRY if named else min(AIRY, lines[last].gap) if last < len(lines) else 0
    while last < len(lines) and lines[last].gap <= gap and (_belongs(lines[last], mark) or (named and lines[last].kind == "table")):
        last += 1
    is_ruled = any(_is_rule(line) for line in lines[first:last])
    return last if is_ruled or last - first >= FEWEST_LINES else first


def _mark(line: Line, following: Line | None) -> str:
    """Return what divides the cells of the table that begins with *line*, "" where none begins."""
    if line.kind in ("table", "columns"):  # a document may say itself what names the columns
        return "|" if line.text.startswith("|") else "\t" * ("\t" in line.text)
    open_ended = line.kind == "text" and not line.level and "|" in line.text and following is not None and not following.gap
    return "|" if open_ended and following and _is_rule(following) and _width(following) == _width(line) else ""


def _belongs(line: Line, mark: str) -> bool:
    return (line.kind in ("table", "text", "rule") and not line.level and mark in line.text) or _is_rule(line)


def _is_rule(line: Line) -> bool:
    return line.kind in ("table", "rule", "text") and "|" in line.text and bool(COLUMN_RULE.fullmatch(line.text))


def _width(line: Line) -> int:
    return len(cells_of_line(line.text))


def _drawn_table(lines: Sequence[Line]) -> Iterator[Line]:
    rule = next((number for number, line in enumerate(lines) if _is_rule(line)), None)
    cells = [cells_of_line(line.text, line.start) for line in lines]
    if rule is None:
        named = 1 if lines[0].kind == "columns" or names_by_shape(cells[0], cells[1:]) else 0
    else:
        named = rule if 0 < rule <= MOST_NAME_LINES and len(lines) > rule + 1 and not are_values(cells[0]) else 0
    names = _together(column_names(cells, named))
    for number, line in enumerate(lines):
        if _is_rule(line):
            yield replace(line, kind="rule")
        else:
            yield replace(line, kind="columns") if number < named else replace(line, kind="row", columns=names)


def _with_html_tables(page: Page, lines: Sequence[Line]) -> Iterator[Line]:
    """Yield *lines*; those of a `<table>` become its tags and its rows."""
    number = 0  # of the next line
    for tables in _in_one_line(page.text, [match.span() for match in HTML_TABLE.finditer(page.text)]):
        start, end = tables[0][0], tables[-1][1]
        first = next((at for at in range(number, len(lines)) if lines[at].end > start), len(lines))
        last = next((at for at in range(first, len(lines)) if lines[at].start >= end), len(lines))
        yield from lines[number:first]
        number = last
        within = lines[first:last]
        if not within or any(line.kind in ("code", "front") for line in within):
            yield from within
            continue
        before, line = within[0].start, within[0]
        for start, end in tables:
            yield from _part(page, line, before, start)
            yield from _html_table(page, line, start, end)
            before, line = end, replace(within[-1], gap=0)
        yield from _part(page, line, before, within[-1].end)
    yield from lines[number:]


def _in_one_line(text: str, tables: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield *tables* in groups: one begins in the line in which the one before it ends."""
    group: list[Span] = []
    for table in tables:
        if group and "\n" in text[group[-1][1] : table[0]]:
            yield group
            group = []
        group.append(table)
    if group:
        yield group


def _part(page: Page, line: Line, start: int, end: int) -> Iterator[Line]:
    """Yield what of *line* stands before or after a table, if anything does."""
    text = page.text[start:end]
    if text.strip():
        start += len(text) - len(text.lstrip())
        yield replace(line, text=text.strip(), start=start, end=start + len(text.strip()), kind="text", level=0)


def _html_table(page: Page, line: Line, start: int, end: int) -> Iterator[Line]:
    """Yield the lines of the `<table>` between *start* and *end*; *line* is the first line of the page that it stands in."""
    rows = rows_of_html(page.text, start, end)
    depth = header_depth(rows)
    names = column_names(rows, depth)
    made: list[Line] = []
    number, counted = line.number, line.start
    for position, (row, above) in enumerate(zip(rows, values_from_above(rows), strict=True)):
        spans = tuple(_spans_of_row(page.text, row))
        if spans:
            number, counted = number + page.text.count("\n", counted, spans[0][0]), spans[0][0]
            text, kind = _text(page, spans), "columns" if position < depth else "row"
            columns = _together([*above, *names]) if kind == "row" else None
            made.append(Line(number, spans[0][0], spans[-1][1], text, kind, pieces=spans, columns=columns))
    tags = tuple(_outside(page.text, start, end, [span for row in made for span in row.pieces]))
    if tags:
        yield replace(line, start=tags[0][0], end=tags[-1][1], text=_text(page, tags), kind="rule", level=0, pieces=tags)
    yield from made


def _text(page: Page, spans: Sequence[Span]) -> str:
    return "".join(page.text[start:end] for start, end in spans)


def _spans_of_row(text: str, row: Sequence[Cell]) -> Iterator[Span]:
    """Yield the characters that quote a row: those of its cells without tags, and between two cells what keeps them apart."""
    filled = [number for number, cell in enumerate(row) if cell.text]
    if not filled:
        return
    for number in range(filled[0], filled[-1] + 1):
        if number > filled[0]:
            yield _joint(text, row[number - 1].end, row[number].start)
        yield from _without_tags(text, row[number])


def _joint(text: str, end: int, start: int) -> Span:
    """Return the characters between two cells that a quote keeps: a blank, or `><`, or the last `>`."""
    blank = BLANK_JOINT.search(text, end, start)
    if blank:
        return blank.span(1)
    tags = text.find(JOINT, end, start)
    return (tags, tags + 2) if tags >= 0 else (start - 1, start)


def _without_tags(text: str, cell: Cell) -> Iterator[Span]:
    start = cell.start
    for tag in TAG.finditer(text, cell.start, cell.end):
        if not BREAK.fullmatch(tag[0]):
            if start < tag.start():
                yield start, tag.start()
            start = tag.end()
    if start < cell.end:
        yield start, cell.end


def _outside(text: str, start: int, end: int, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the characters from *start* to *end* that are in none of *spans*, which are in order, without blanks at both ends."""
    for a, b in zip([start, *(last for _, last in spans)], [*(first for first, _ in spans), end], strict=True):
        inner = text[a:b].strip()
        if inner:
            first = a + len(text[a:b]) - len(text[a:b].lstrip())
            yield first, first + len(inner)


def _together(names: Sequence[str]) -> str:
    return " ".join(name for name in names if name)[:LONGEST_NAMES]
