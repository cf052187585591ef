"""Pages in disorder: columns that were read across, and text that stands inside another article."""

from __future__ import annotations

from dataclasses import replace

from index.text.punctuation import cell_width
from tests.generated.sheet import Sheet, as_gold, inside, record, set_article, set_headings, set_paragraph, sign
from tests.generated.unmarked import CLOSING_MARKS, a_look, set_heads, set_report, set_text


def set_displaced(sheet: Sheet) -> None:
    """Set the opening of the second article in the middle of the first, above its own title."""
    first, second = sheet.story(5), sheet.story(5)
    gold, opening = set_headings(sheet, first), as_gold(second)
    for at, text in enumerate(first.paragraphs):
        set_paragraph(sheet, gold, text)
        if at == 1:
            set_paragraph(sheet, opening, second.paragraphs[0])
    sign(sheet, gold)
    below = set_headings(sheet, second)
    below["paragraphs"] = opening["paragraphs"]
    for text in second.paragraphs[1:]:
        set_paragraph(sheet, below, text)
    sign(sheet, below)
    set_article(sheet, sheet.story())


def set_strayed(sheet: Sheet) -> None:
    """Set the opening of the second titled text in the middle of the first, above its own title; below them others are in order."""
    look = replace(a_look(sheet.random), marks=("# ", ""), opened=0.0, signed=0.0)
    reports = [sheet.report(lambda report: len(report.paragraphs) >= 3) for _ in range(2)]
    while reports[0].title == reports[1].title:
        reports[1] = sheet.report(lambda report: len(report.paragraphs) >= 3)
    first, second = reports
    upper = set_heads(sheet, look, first)
    at = sheet.random.randint(1, len(first.paragraphs) - 1)
    opening = 0
    for number, text in enumerate(first.paragraphs):
        if number == at:
            opening = sheet.put(look.indent + second.paragraphs[0], look.between)
        set_text(sheet, look, upper, text, look.between if number else look.below)
    sheet.articles.append(upper)
    lower = set_heads(sheet, look, second)
    record(lower, second.paragraphs[0], [opening])
    for number, text in enumerate(second.paragraphs[1:]):
        set_text(sheet, look, lower, text, look.between if number else look.below)
    sheet.articles.append(lower)
    for _ in range(sheet.random.randint(1, 2)):
        set_report(sheet, look, sheet.report())


def set_across(sheet: Sheet) -> None:
    """Set two columns that were read line by line across, so that the pieces of two paragraphs alternate."""
    first, second = sheet.story(4), sheet.story(4)
    gold = set_headings(sheet, first)
    for pair in zip(first.paragraphs, second.paragraphs, strict=True):
        halves = [(text[: len(text) // 2], text[len(text) // 2 :]) for text in pair]
        numbers: list[list[int]] = [[], []]
        for half in (0, 1):
            for side in (0, 1):
                numbers[side].append(sheet.put(halves[side][half]))
        for text, lines in zip(pair, numbers, strict=True):
            record(gold, text, lines)
    sheet.articles.append(gold)
    set_article(sheet, sheet.story())


def set_columns(sheet: Sheet) -> None:
    """Set two columns in one line: their narrow lines in the order of their height on the page, with blanks between."""
    story = sheet.story(5)
    gold = set_headings(sheet, story)
    set_paragraph(sheet, gold, story.paragraphs[0])
    sides = [_narrow(sheet, text) for text in story.paragraphs[1:3]]
    order = [0] * len(sides[0]) + [1] * len(sides[1])
    sheet.random.shuffle(order)
    at = sheet.put(" ".join(sides[side].pop(0) for side in order))
    for text in story.paragraphs[1:3]:
        record(gold, text, [at])
    for text in story.paragraphs[3:]:
        set_paragraph(sheet, gold, text)
    sign(sheet, gold)
    set_article(sheet, sheet.story())


def set_woven(sheet: Sheet) -> None:
    """Set two columns in one line, read across row by row; paragraphs are indented, one column is longer and may end on the next line."""
    story, random = sheet.story(6), sheet.random
    gold = set_headings(sheet, story)
    set_paragraph(sheet, gold, story.paragraphs[0])
    sides = [story.paragraphs[1:2], story.paragraphs[2 : random.choice((3, 3, 4))]]
    random.shuffle(sides)
    cells, rows = 2 * random.randint(14, 19), []
    for side, texts in enumerate(sides):
        columns = [(number, piece) for number, text in enumerate(texts) for piece in _rows(text, cells)]
        offset = side / 2 + random.random() / 2
        rows += [(height + offset + random.uniform(-0.3, 0.3), side, number, piece) for height, (number, piece) in enumerate(columns)]
    rows.sort()
    alone = next(at for at in range(1, len(rows)) if len({row[1] for row in rows[-at - 1 :]}) > 1)  # rows beside which nothing stands
    cut = len(rows) - (random.choice((0, alone, alone)) if len({row[2:3] for row in rows[-alone - 1 :]}) == 1 else 0)
    at = sheet.put(" ".join(row[3] for row in rows[:cut]))
    below = sheet.put("".join(row[3] for row in rows[cut:])) if rows[cut:] else at
    for side, texts in enumerate(sides):
        for number, text in enumerate(texts):
            lines = [at if position < cut else below for position, row in enumerate(rows) if row[1:3] == (side, number)]
            record(gold, text, sorted({*lines}))
    for text in story.paragraphs[2 + len(sides[0]) + len(sides[1]) - 1 :]:
        set_paragraph(sheet, gold, text)
    sign(sheet, gold)
    set_article(sheet, sheet.story())


def set_inserted(sheet: Sheet) -> None:
    """Set narrow lines of the second article's opening inside a sentence of the first, above the second's title."""
    first, second = sheet.story(5), sheet.story(5)
    gold, text, opening = set_headings(sheet, first), first.paragraphs[1], second.paragraphs[0]
    set_paragraph(sheet, gold, first.paragraphs[0])
    cut = sheet.random.choice(inside(text))
    lines = _narrow(sheet, opening)
    kept = max(2, len(lines) // 2)
    upper = sheet.put(text[:cut])
    numbers = [sheet.put(line) for line in lines[:kept]]
    record(gold, text, [upper, sheet.put(text[cut:])])
    for other in first.paragraphs[2:]:
        set_paragraph(sheet, gold, other)
    sign(sheet, gold)
    gold = set_headings(sheet, second)
    record(gold, opening, [*numbers, sheet.put("".join(lines[kept:]))])
    for other in second.paragraphs[1:]:
        set_paragraph(sheet, gold, other)
    sign(sheet, gold)


def set_parted(sheet: Sheet) -> None:
    """Set the second article's title inside a sentence of the first, which continues below it to its end."""
    first, second = sheet.story(5), sheet.story(4)
    gold, at = set_headings(sheet, first), sheet.random.choice((2, 3, 4))
    for text in first.paragraphs[:at]:
        set_paragraph(sheet, gold, text)
    text = first.paragraphs[at]
    cut = sheet.random.choice(inside(text))
    upper = sheet.put(text[:cut])
    below = set_headings(sheet, second)
    record(gold, text, [upper, sheet.put(text[cut:])])
    for text in first.paragraphs[at + 1 :]:
        set_paragraph(sheet, gold, text)
    sign(sheet, gold)
    for text in second.paragraphs:
        set_paragraph(sheet, below, text)
    sign(sheet, below)


def _narrow(sheet: Sheet, text: str) -> list[str]:
    """Return *text* in the narrow lines of a column; no number is broken."""
    size, lines = sheet.random.randint(15, 18), [""]
    for i, character in enumerate(text):
        if len(lines[-1]) >= size and not (character.isascii() and text[i - 1].isascii()):
            lines.append("")
        lines[-1] += character
    return lines


def _rows(text: str, cells: int) -> list[str]:
    """Return *text* in rows of a column of *cells*; the first is indented, no number is broken, and no row begins with a closing mark."""
    rows = [""]
    for i, character in enumerate(text):
        full = cell_width(rows[-1]) + 4 * (len(rows) == 1) >= cells - 1
        if full and character not in CLOSING_MARKS and not (character.isascii() and text[i - 1].isascii()):
            rows.append("")
        rows[-1] += character
    return rows
