"""Find the passage that a pasted citation names: the line below a hit on the screen, in Markdown or in a report.

— 《修路》第2段 · 张三 · `a.txt:3,7-8`   ──cited_in──▶   a.txt:3          ──locate──▶   the passage inside its article
《修路》第2段 · 报告.pdf 第12页          ──cited_in──▶   报告.pdf 第12页
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.document import SEPARATOR, Citation, Passage, line_ranges, standing
from index.engine.protocol import Index, Located, Source
from index.engine.source_names import plain_name
from index.errors import BadInput

LOCATION = re.compile(r"(.+):((\d+)[\d,-]*)(?: 第(\d+)-(\d+)字)?", re.S)  # source, lines, the first of them, characters of a long line
IN_DOCUMENT = re.compile(  # a document, and where in it: a page, a cell, a sheet, a paragraph (see `standing`)
    r".+ (?:第\d+页(?:（印刷页码 .+）)?|(?:工作表“.+” )?[A-Z]{1,3}\d+|工作表“.+”|第\d[\d,-]*自然段)(?: 第\d+-\d+字)?", re.S
)
NAME = re.compile(r"[0-9a-f]{6,64}|.+:[0-9]+", re.S)
LABEL = re.compile("（印刷页码 .+?）")
MOST_BLANKS = 50  # in the name of a document, that may end it
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
        name = cited_in(citation)
        if IN_DOCUMENT.fullmatch(name):
            return index.locate(_in_document(index, name, citation).citation.id)
        if name == citation:
            raise
        return _as_printed(index.locate(name), citation)


def names_passage(text: str) -> bool:
    """Whether *text* has the form of a citation: an id or its beginning, SOURCE:LINE, or a place in a document."""
    name = cited_in(text)
    return bool(NAME.fullmatch(name) or IN_DOCUMENT.fullmatch(name))


def cited_in(text: str) -> str:
    r"""Return the id, SOURCE:LINE or place in a document in a citation as it is printed; a *text* that is none comes back as it is.

    >>> cited_in("   — 《修路》第2段 · 张三 · `a_b.txt:3,7-8`"), cited_in(r"《修路》 · a\_b.txt:3")
    ('a_b.txt:3', 'a_b.txt:3')
    >>> cited_in("《修路》 · `a.txt:3` 第1-9字 `1f2e3d4c`")
    '1f2e3d4c'
    >>> cited_in("《修路》第2段 · a.txt:3 · 1f2e3d4c5b6a7988")
    '1f2e3d4c5b6a7988'
    >>> cited_in("《修路》 · `` a`1`.txt:3-5 ``")
    'a`1`.txt:3'
    >>> cited_in("《修路》第2段 · 报告 一.pdf 第12页（印刷页码 8）"), cited_in("《账》 · 台账.xlsx 工作表“2024 年” B12")
    ('报告 一.pdf 第12页（印刷页码 8）', '台账.xlsx 工作表“2024 年” B12')
    """
    last = _last_part(text)
    location = LOCATION.fullmatch(last)
    if location:
        return f"{location[1]}:{location[3]}"
    return last if ID.fullmatch(last) or IN_DOCUMENT.fullmatch(last) or _spans(text) else text


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


def _in_document(index: Index, name: str, citation: str) -> Passage:
    """Return the passage at the place in a document that *name* says. Raise BadInput where there is none.

    Several may stand there: the one whose whole printed citation was pasted comes first, else the first of the page.
    """
    sources = index.sources()
    for source, where in _splits(name, sources):
        of_file = index.passages(index.keys_of_file(source.sha256))
        fitting = [passage for passage in of_file if passage.citation.source == source.source and where in _places(passage.citation)]
        whole = ESCAPED.sub(r"\1", citation.replace("`", "")).strip()
        if fitting:
            return next((passage for passage in fitting if whole.endswith(str(passage.citation))), fitting[0])
    raise BadInput("no passage {citation} in this index; ask again with: qianli search QUESTION", citation=name)


def _splits(name: str, sources: dict[str, Source]) -> Iterator[tuple[Source, str]]:
    """Yield the sources that *name* may begin with, the longest first, and what follows them. Raise BadInput where it may be several."""
    blanks = [place for place, character in enumerate(name) if character == " "]
    for blank in blanks[: -MOST_BLANKS - 1 : -1]:
        wanted = plain_name(name[:blank])
        named = [wanted] if wanted in sources else [source for source in sources if source.endswith(f"/{wanted}")]
        if len(named) > 1:
            raise BadInput("{name} may be {sources}; give more of the path", name=wanted, sources=", ".join(named[:5]))
        yield from ((sources[source], name[blank + 1 :]) for source in named)


def _places(citation: Citation) -> Iterable[str]:
    """Return how the place of a passage may be written: with the printed number of its page or without, with its characters or without."""
    where = standing(citation.lines, citation.spot, citation.reader)
    characters = f" 第{citation.chars[0] + 1}-{citation.chars[1]}字" if citation.chars else ""
    short = [LABEL.sub("", where)] if citation.page_label else []
    return [written + after for written in (where, *short) for after in ("", characters)]
