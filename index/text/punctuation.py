"""Sentence ends, quotes and brackets, and the width of a text: what its punctuation shows about where sentences stop."""

from __future__ import annotations

import re
from functools import lru_cache

BLANKS = " \t\u3000\xa0"
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")  # a Chinese character
SENTENCE_TAIL = 12  # characters: no sentence ends with more marks than these
ENDS = "。！？!?…；;：:"
STOP = re.compile(r"[a-z)\d]\.$")
DECIMAL = re.compile(r"[\u3400-\u9fff][^\u3400-\u9fff]{0,8}\d\.$")  # `达84.` of `达84.9%`: no Chinese sentence ends so
NARROW_CHARACTERS = re.compile("[\0-\u2e7f]")
HYPHENS = "-\u00ad\u2010¬"  # marks that divide a word at a line's end
WORD_TAIL = re.compile(rf"([A-Za-z]*[a-z])[{HYPHENS}]$")
WORD_HEAD = re.compile(r"[a-z]+")
LONGEST_WORD = 40  # characters
FIRST_OF_COMPOUNDS = """
    well self non ex half semi all low high long short vice co anti cross full ill so by one two three four five six seven eight nine
    ten twenty thirty forty fifty sixty seventy eighty ninety first second third old new north south
"""
LAST_OF_COMPOUNDS = "known old year years based term time level scale called made like wide day foot mile storey story east west"
KEEP_HYPHEN_BEFORE, KEEP_HYPHEN_BEHIND = frozenset(LAST_OF_COMPOUNDS.split()), frozenset(FIRST_OF_COMPOUNDS.split())
LONGEST_KEPT = 400  # characters of a text of which the width is kept
HALVES = re.compile('["“”《》「」()（）]')
CLOSERS = "”’\"'」』)）】》〉>"


def ends_sentence(text: str) -> bool:
    """Whether *text* ends as sentences do: with `。` and the like, perhaps before a closing quote, or with a dash that leads on to a list.

    >>> [ends_sentence(text) for text in ("好。”", "推动——", "为“主动引企”", "It ends.", "比例达到84.")]
    [True, True, False, True, False]
    """
    return _tail_ends_sentence(text[-SENTENCE_TAIL:])


@lru_cache(maxsize=4096)  # several steps ask the same of each line
def _tail_ends_sentence(text: str) -> bool:
    tail = text.rstrip(CLOSERS + BLANKS)
    return tail.endswith(tuple(ENDS)) or text.endswith(("——", "——”")) or tail == "" or bool(STOP.search(tail) and not DECIMAL.search(tail))


def cell_width(text: str) -> int:
    """Return how many cells *text* takes on a page: two for a Chinese character, one for a Latin one."""
    return _cell_width(text) if len(text) <= LONGEST_KEPT else 2 * len(text) - len(NARROW_CHARACTERS.findall(text))


@lru_cache(maxsize=4096)  # several steps ask the same of each line
def _cell_width(text: str) -> int:
    return 2 * len(text) - len(NARROW_CHARACTERS.findall(text))


def is_wider(text: str, cells: int) -> bool:
    """Whether *text* takes more than *cells* on a page; of a text with more characters nothing is counted."""
    return len(text) > cells or (2 * len(text) > cells and cell_width(text) > cells)


def is_balanced(text: str) -> bool:
    """Whether each quote and bracket of *text* has its other half; a text with a lone half is a piece of something longer."""
    return HALVES.search(text) is None or (
        text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("《") == text.count("》")
        and text.count("「") == text.count("」")
        and text.count("(") + text.count("（") == text.count(")") + text.count("）")
    )


def divides_word(upper: str, lower: str, nearby: str) -> bool:
    """Whether the hyphen at the end of *upper* divides a word that *lower* continues, so that it is a mark of the line's end.

    The spelling in the text *nearby* decides, else the parts that compounds with a hyphen are made of.

    >>> divides_word("is estimat-", "ed at", ""), divides_word("a well-", "known", ""), divides_word("co-", "operate", "cooperate")
    (True, False, True)
    """
    tail, head = WORD_TAIL.search(upper[-LONGEST_WORD:]), WORD_HEAD.match(lower[:LONGEST_WORD])
    if tail is None or head is None:
        return False
    first, second = tail[1], head[0]
    if f"{first}-{second}" in nearby:
        return False
    return first + second in nearby or not (first.lower() in KEEP_HYPHEN_BEHIND or second in KEEP_HYPHEN_BEFORE)
