"""Text for a terminal: made safe, broken at the terminal's width, with marks around the words that met.

A Chinese character takes two columns. No line begins with a closing mark or ends with an opening one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.results import Match

BOLD = "\x1b[1m"
DIM = "\x1b[2m"
MARKED = "\x1b[1;33m"  # bold yellow, for words that met
PLAIN = "\x1b[0m"
OPEN = "\ue000"  # stands before a word to be painted while lines are broken; private use, of no width here
CLOSE = "\ue001"  # stands after it
NARROWEST = 20  # columns; a narrower terminal is treated as if it had so many
CLOSES = "，。、；：？！”’）》〉」』】…,.;:?!)" + CLOSE  # no line begins with one of these
OPENS = "“‘（《〈「『【⏎" + OPEN  # no line ends with one of these
WIDE = "\u2e80"  # first character of the scripts that take two columns each
LONGEST_UNIT = 8  # characters of a run of marks that stays in one line; a longer one is broken where the line ends
# Characters that move the cursor, change colours or turn the direction of writing are shown as �: a page must not pose as the terminal.
UNSAFE = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], "\ufffd"),
    0x09: " ",
    0x0A: " ",
}  # fmt: skip


def safe(text: str) -> str:
    """Return *text* with every character that steers a terminal made visible; its length stays the same."""
    return text if text.isprintable() else text.translate(UNSAFE)


def linked(line: str, address: str | None, id_: str) -> str:
    """Return *line* as a link to *address* (OSC 8), unchanged without one; lines of the same *id_* are one link.

    >>> linked("p.txt:3", "file://pc/p.txt", "ab12")
    '\\x1b]8;id=ab12;file://pc/p.txt\\x1b\\\\p.txt:3\\x1b]8;;\\x1b\\\\'
    """
    return f"\x1b]8;id={id_};{address}\x1b\\{line}\x1b]8;;\x1b\\" if address else line


def file_address(path: str, host: str) -> str:
    """Return the address of a file on the machine *host*, with every character that an address cannot have escaped.

    >>> file_address("/公文/100% 完成 #1.txt", "pc")
    'file://pc/%E5%85%AC%E6%96%87/100%25%20%E5%AE%8C%E6%88%90%20%231.txt'
    >>> file_address("D:\\\\公文\\\\a.txt", "pc"), file_address("\\\\\\\\share\\\\公文\\\\a.txt", "pc")
    ('file:///D:/%E5%85%AC%E6%96%87/a.txt', 'file://share/%E5%85%AC%E6%96%87/a.txt')
    """
    from urllib.parse import quote

    windows = path[1:3] == ":\\" or path.startswith("\\\\")  # D:\a.txt, or \\share\a.txt, which names its own host
    path = path.replace("\\", "/") if windows else path
    start = "file:" if path.startswith("//") else "file:///" if windows else f"file://{quote(host)}"
    return start + quote(path.encode("utf-8", "surrogateescape"), safe="/:" if windows else "/")


def marked(text: str, matches: Sequence[Match]) -> str:
    """Return *text* with OPEN and CLOSE around the words that met; words that touch are marked as one."""
    within = [False] * (len(text) + 1)
    for match in matches:
        within[match.at[0] : match.at[1]] = [True] * (match.at[1] - match.at[0])
    pieces = []
    for position, character in enumerate(text):
        if within[position] and not (position and within[position - 1]):
            pieces.append(OPEN)
        pieces.append(character)
        if within[position] and not within[position + 1]:
            pieces.append(CLOSE)
    return "".join(pieces)


def balanced(lines: list[str]) -> Iterator[str]:
    """Yield *lines* with each mark closed at the end of its line and opened again on the next, so that each line stands alone."""
    inside = False
    for line in lines:
        opened = (OPEN if inside else "") + line
        inside = opened.rfind(OPEN) > opened.rfind(CLOSE)
        yield opened + (CLOSE if inside else "")


def wrapped(text: str, width: int) -> list[str]:
    """Return *text* in lines of at most *width* columns; a Latin word is kept whole where it fits in one line."""
    from rich.cells import cell_len

    width = max(width, NARROWEST)
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


def columns_of(text: str) -> int:
    """Return how many columns *text* takes, by the one rule that its Chinese characters and marks take two; enough for margins.

    >>> columns_of("> 第12页")
    8
    """
    return len(text) + sum(character >= WIDE for character in text)


def _units(text: str) -> Iterator[str]:
    """Yield what stays in one line: a closing mark with the piece before it, an opening mark with the piece after it."""
    unit = ""
    for piece in _pieces(text):
        together = piece in CLOSES or unit.endswith(tuple(OPENS)) or not unit
        first_mark = piece in CLOSES and unit[-1:] not in CLOSES  # behind a word of any length
        if together and (first_mark or len(unit) + len(piece) <= LONGEST_UNIT):
            unit += piece
        else:
            if unit:
                yield unit
            unit = piece
    if unit:
        yield unit


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces that are never broken: a word of Latin, or any other single character."""
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
