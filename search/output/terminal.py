"""Text to the lines of a terminal: what steers it made visible, broken at its width, words that met painted.

A Chinese character takes two columns; no line begins with a mark that closes or ends with one that opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.results import Match

BOLD, DIM, MARKED, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[1;33m", "\x1b[0m"
# What would move the cursor, change colours or turn the direction of writing: shown as � so that a page cannot pretend to be the terminal.
UNSAFE = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], "\ufffd"),
    0x09: " ",
    0x0A: " ",
}  # fmt: skip


def safe(text: str) -> str:
    """Return *text* with everything that steers a terminal made visible; its length stays."""
    return text if text.isprintable() else text.translate(UNSAFE)


OPEN, CLOSE = "\ue000", "\ue001"  # around a word to be painted, while lines are broken; private use, of no width here


def marked(text: str, matches: Sequence[Match]) -> str:
    """Put marks around the words that met, joined where they touch."""
    within = [False] * (len(text) + 1)
    for match in matches:
        within[match.at[0] : match.at[1]] = [True] * (match.at[1] - match.at[0])
    pieces = []
    for at, character in enumerate(text):
        if within[at] and not (at and within[at - 1]):
            pieces.append(OPEN)
        pieces.append(character)
        if within[at] and not within[at + 1]:
            pieces.append(CLOSE)
    return "".join(pieces)


def balanced(lines: list[str]) -> Iterator[str]:
    """Close each mark at the end of its line and open it again on the next, so that every line stands alone."""
    inside = False
    for line in lines:
        marked = (OPEN if inside else "") + line
        inside = marked.rfind(OPEN) > marked.rfind(CLOSE)
        yield marked + (CLOSE if inside else "")


def wrapped(text: str, width: int) -> list[str]:
    """Break *text* into lines of at most *width* columns; a Chinese character takes two, a Latin word is kept whole where it fits, and no
    line begins with a mark that closes or ends with one that opens."""
    from rich.cells import cell_len

    width = max(width, 20)
    lines, line, used = [], "", 0
    for piece in _units(text):
        wide = cell_len(piece.replace(OPEN, "").replace(CLOSE, ""))
        if used + wide > width and line.strip():
            lines.append(line.rstrip())
            line, used = "", 0
            piece = piece.lstrip()
            wide = cell_len(piece)
        while wide > width:  # a word longer than a line
            lines.append(piece[:width])
            piece = piece[width:]
            wide = cell_len(piece)
        line, used = line + piece, used + wide
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


CLOSES, OPENS = "，。、；：？！”’）》〉」』】…,.;:?!)" + CLOSE, "“‘（《〈「『【⏎" + OPEN
UNIT = 8  # characters; a longer row of marks is broken where the line ends


def _units(text: str) -> Iterator[str]:
    """Put pieces together that stay in one line: a mark that closes with what it closes, one that opens with what it opens."""
    unit = ""
    for piece in _pieces(text):
        together = piece in CLOSES or unit.endswith(tuple(OPENS)) or not unit
        if together and len(unit) + len(piece) <= UNIT:
            unit += piece
        else:
            if unit:
                yield unit
            unit = piece
    if unit:
        yield unit


def _pieces(text: str) -> Iterator[str]:
    """Give what must not be broken: single characters of dense scripts, words of others, spaces, marks."""
    word = ""
    for character in text:
        if character.isascii() and not character.isspace():
            word += character
            continue
        if word:
            yield word
            word = ""
        yield character
    if word:
        yield word
