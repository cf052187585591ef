"""Find the passage that a pasted citation names: the line below a hit on the screen, in Markdown or in a report.

— 《修路》第2段 · 张三 · `a.txt:3,7-8`   ──cited_in──▶   a.txt:3   ──locate──▶   the passage inside its article
"""

from __future__ import annotations

import re

from index.document import SEPARATOR, line_ranges
from index.engine.protocol import Index, Located
from index.errors import BadInput

LOCATION = re.compile(r"(.+):((\d+)[\d,-]*)(?: 第(\d+)-(\d+)字)?", re.S)  # source, lines, the first of them, characters of a long line
ID = re.compile(r"[0-9a-f]{16}")
CODE = re.compile(r"(?<!`)(`+)(?!`) ?(.+?) ?(?<!`)\1(?!`)", re.S)  # a code span of Markdown: as many ` at its end as at its start
ESCAPED = re.compile(r"\\([\\`*_\[\]<>|#])")  # as Markdown writes its own characters


def locate(index: Index, citation: str) -> Located:
    """Return the passage that *citation* names: an id, SOURCE:LINE, or a whole citation as it is printed. Raises BadInput.

    The text itself is tried first, so a source whose name looks like a printed citation is still found.
    """
    try:
        return index.locate(citation)
    except BadInput:
        if (name := cited_in(citation)) == citation:
            raise
        return _as_printed(index.locate(name), citation)


def cited_in(text: str) -> str:
    r"""Return the id or SOURCE:LINE in a citation as it is printed; a *text* that is none comes back as it is.

    >>> cited_in("   — 《修路》第2段 · 张三 · `a_b.txt:3,7-8`"), cited_in(r"《修路》 · a\_b.txt:3")
    ('a_b.txt:3', 'a_b.txt:3')
    >>> cited_in("《修路》 · `a.txt:3` 第1-9字 `1f2e3d4c`")
    '1f2e3d4c'
    >>> cited_in("《修路》第2段 · a.txt:3 · 1f2e3d4c5b6a7988")
    '1f2e3d4c5b6a7988'
    >>> cited_in("《修路》 · `` a`1`.txt:3-5 ``")
    'a`1`.txt:3'
    """
    last = _last_part(text)
    location = LOCATION.fullmatch(last)
    if location:
        return f"{location[1]}:{location[3]}"
    return last if ID.fullmatch(last) or _spans(text) else text


def _last_part(text: str) -> str:
    """Return the end of a printed citation, which names the passage."""
    spans = _spans(text)
    return spans[-1] if spans else ESCAPED.sub(r"\1", text.strip().rpartition(SEPARATOR)[2])


def _spans(text: str) -> list[str]:
    """Return the code spans of a Markdown line that ends with one."""
    return [span[2] for span in CODE.finditer(text)] if text.rstrip().endswith("`") else []


def _as_printed(located: Located, citation: str) -> Located:
    """Return the passage of the same article whose lines and characters are those that *citation* prints: several may share a line."""
    printed = LOCATION.fullmatch(_last_part(citation))
    if not printed:
        return located
    chars = (int(printed[4]) - 1, int(printed[5])) if printed[4] else None
    for position, passage in enumerate(located.passages):
        cited = passage.citation
        if line_ranges(cited.lines) == printed[2] and cited.chars == chars:
            return located._replace(position=position)
    return located
