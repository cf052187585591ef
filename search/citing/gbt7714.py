"""A reference after GB/T 7714-2015 (Information and documentation: rules for bibliographic references), for numbered lists.

    主要责任者. 题名: 其他题名[N]. 报纸名, 年-月-日(版次).                newspaper: its name is printed
    主要责任者. 题名: 其他题名[Z/DK]. (更新或修改日期). 获取和访问路径.  any other text: an electronic resource
    主要责任者. 题名[Z/DK]: 引文页码. (更新或修改日期). 获取和访问路径.  a PDF: with the pages that are cited

Which marks (appendix B of the standard): N is a newspaper. A file whose page names no publication may be anything, so it has Z, other; the
carrier DK is a disk, since the files lie on one. OL (online) is not used: an online resource must have its address and the day on which it
was visited, and a file has neither.

What is not printed is left out, as the standard has it: without an author a numbered list begins with the title (8.1), an electronic
resource without place and publisher has neither (8.4). A made-up title stands in square brackets (clause 7).
"""

from __future__ import annotations

from search.citing.reference import CHINESE, Reference, person

MOST_AUTHORS = 3  # that are named; with more of them "等" or "et al" follows (8.1)
OTHERS = {"zh": "等", "en": "et al"}
UNTITLED = {"zh": "[无题]", "en": "[Untitled]"}
NEWSPAPER, OTHER_FILE = "N", "Z/DK"


def gbt7714(reference: Reference) -> str:
    """Return the reference as one line.

    >>> from index.document import Citation
    >>> from search.citing.reference import reference_of
    >>> printed = {"publication": "中国青年报", "date": "2000-11-20", "newspaper_page": 15}
    >>> gbt7714(reference_of(Citation("p.txt", ((3, 3),), 2, "数字革命与竞争国际化", None, ("丁文祥",), None, "", "", **printed)))
    '丁文祥. 数字革命与竞争国际化[N]. 中国青年报, 2000-11-20(15).'
    """
    title = ": ".join(filter(None, (reference.title or UNTITLED[reference.language], reference.subtitle)))
    if reference.publication:
        page = f"({reference.newspaper_page})" if reference.newspaper_page else ""
        parts = [f"{title}[{NEWSPAPER}]", ", ".join(filter(None, (reference.publication, reference.date))) + page]
    else:
        pages = f": {reference.page_ranges}" if reference.pages else ""
        parts = [f"{title}[{OTHER_FILE}]{pages}", f"({reference.date})" if reference.date else "", reference.source]
    return ". ".join(filter(None, (authors(reference), *parts))) + "."


def authors(reference: Reference) -> str:
    """Return the authors, three at most: a Chinese name as it is printed, a Western one with its surname first and in capitals."""
    names = [_name(author) for author in reference.authors[:MOST_AUTHORS]]
    more = [OTHERS["zh" if CHINESE.search("".join(reference.authors)) else "en"]] if len(reference.authors) > MOST_AUTHORS else []
    return ", ".join(names + more).rstrip(".")


def _name(author: str) -> str:
    """Return one name: 倪森健, MILLER J B, and as it is printed where its surname is not certain."""
    name = person(author)
    if name is None:
        return author
    initials = [part[0].upper() for word in name.given.split() for part in word.replace(".", " ").replace("-", " ").split()]
    return " ".join([name.family.upper(), *initials])
