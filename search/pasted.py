"""Find the passage that a pasted citation names: the line below a hit on the screen, in Markdown or in a report.

— 《修路》第2段 · 张三 · `a.txt:3,7-8`   ──cited_in──▶   a.txt:3   ──locate──▶   the passage inside its article
"""

from __future__ import annotations

import re

from index.document import SEPARATOR
from index.engine.protocol import Index, Located
from index.errors import BadInput

LOCATION = re.compile(r"(.+):(\d+)[\d,-]*(?: 第\d+-\d+字)?", re.S)  # source, first line, further lines, characters of a long line
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
        return index.locate(name)


def cited_in(text: str) -> str:
    r"""Return the id or SOURCE:LINE in a citation as it is printed; a *text* that is none comes back as it is.

    >>> cited_in("   — 《修路》第2段 · 张三 · `a_b.txt:3,7-8`"), cited_in(r"《修路》 · a\_b.txt:3")
    ('a_b.txt:3', 'a_b.txt:3')
    >>> cited_in("《修路》 · `a.txt:3` 第1-9字 `1f2e3d4c`")
    '1f2e3d4c'
    >>> cited_in("《修路》 · `` a`1`.txt:3-5 ``")
    'a`1`.txt:3'
    """
    spans = [span[2] for span in CODE.finditer(text)] if text.rstrip().endswith("`") else []
    last = spans[-1] if spans else ESCAPED.sub(r"\1", text.strip().rpartition(SEPARATOR)[2])
    location = LOCATION.fullmatch(last)
    if location:
        return f"{location[1]}:{location[2]}"
    return last if spans else text
