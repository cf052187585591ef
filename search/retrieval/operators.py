"""What a question demands of every passage: `"exact phrase"` must stand in it, `-word` (after other words) must not.

    停车 "错时共享" -收费  ──▶  text 停车 错时共享, which is looked up;  phrases 错时共享;  excluded 收费

Only straight quotes that stand apart between blanks are meant so: “…”, 「…」 and quotes within a sentence are part of what is asked.
Full-width signs are the same: － is -, ＂ is ".
Phrases are compared as words are (traditional characters, full-width forms, case); blanks between Chinese characters do not count.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from index.text.tokens import normalised, terms

OPERATOR = re.compile(
    r"""(?<!\S) (?P<not>[-－]?) ["＂] (?P<phrase>[^"＂\n]+) ["＂] (?!\S)
    | (?<=[ \t\u3000]) [-－] (?P<word>[^\s"＂\d－-][^\s"＂]{0,19}) (?!\S)""",
    re.VERBOSE,
)
ENDS = "，。、；：？！,.;:?!"  # marks after a word that are no part of it


class Demands(NamedTuple):
    """The phrases that must stand in a passage, and those that must not."""

    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def fit(self, text: str) -> bool:
        """Whether a passage of this *text* is allowed.

        >>> Demands(("wifi 覆盖",), ("收费",)).fit("ＷiＦi 覆蓋了全村"), Demands((), ("cat",)).fit("a category")
        (True, True)
        """
        compared = normalised(text)
        return all(_pattern(phrase).search(compared) for phrase in self.phrases) and not any(
            _pattern(phrase).search(compared) for phrase in self.excluded
        )


NOTHING = Demands()


def demands(question: str) -> tuple[str, Demands]:
    """Return a question as it is looked up, and what it demands.

    >>> demands('停车 "错时共享" -收费')
    ('停车 错时共享', Demands(phrases=('错时共享',), excluded=('收费',)))
    >>> demands('停车 －收费 ＂错时共享＂')
    ('停车  错时共享', Demands(phrases=('错时共享',), excluded=('收费',)))
    >>> demands('什么是“一网通办”，"最多跑一次"又是什么')[1]
    Demands(phrases=(), excluded=())
    """
    phrases: list[str] = []
    excluded: list[str] = []

    def taken(match: re.Match[str]) -> str:
        phrase = match["phrase"] or match["word"].rstrip(ENDS)
        first_of_its_line = not match.string[: match.start()].rpartition("\n")[2].strip()  # -word there is an item of a pasted list
        if not terms(phrase) or (match["word"] and first_of_its_line):
            return match[0]
        (excluded if match["word"] or match["not"] else phrases).append(phrase)
        return "" if match["word"] or match["not"] else phrase

    if not set('"＂-－') & set(question):
        return question, NOTHING
    text = OPERATOR.sub(taken, question)
    return (text.strip() if phrases or excluded else question), Demands(tuple(phrases), tuple(excluded))


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """Return what finds *phrase* in a normalised text: blanks may be more or, beside a Chinese character, none; a Latin word is whole."""
    pieces = normalised(phrase).split()
    joined = "".join(
        re.escape(piece) + ("" if last else r"\s+" if _latin(piece[-1]) and _latin(after[0]) else r"\s*")
        for piece, after, last in zip(pieces, [*pieces[1:], " "], [*[False] * (len(pieces) - 1), True], strict=True)
    )
    return re.compile((r"(?<![a-z0-9])" if _latin(pieces[0][0]) else "") + joined + (r"(?![a-z0-9])" if _latin(pieces[-1][-1]) else ""))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
