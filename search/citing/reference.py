"""A reference: what a bibliography says of an article. A citation in, a reference out; what is not printed stays None.

    Citation ──reference_of──▶ Reference ──gbt7714, ris, bibtex, csl_json──▶ text

Several passages of one article have one reference; their lines are in the citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import NamedTuple

from index.document import Citation
from search.output.terminal import safe

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML 1.0, and halves of characters in UTF-8
# A name is turned round (Jane Miller: Miller, Jane) only where its parts are certain; the sets below say where they are not.
WORD = re.compile(r"[A-Z\u00c0-\u00de][\w.'’-]*")  # a part of a personal name: a capital first
MOST_NAMES = 3  # words of such a name; with more of them, a part of the surname may stand before the last word
# One or two syllables of pinyin: such a name may have its surname first, as the Chinese press prints it.
ROMANISED = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:i?ang?|i?ao?|ai|en?g?|ei|er|ian|ie|ing?|iong|iu|ong?|ou|uang?|uai?|ua|ui|un|uo|ue|u|i|o|v)'?-?){1,2}",
    re.I,
)
# Words of the names of organisations, and endings that are no surname.
NO_SURNAMES = """
agency association bureau center centre college commission committee company council daily department desk editor government group
institute ministry network news observatory office organization organisation post press reporter review society staff team times
university jr jr. sr sr. ii iii iv
"""
BODIES = frozenset(NO_SURNAMES.split())


class PersonName(NamedTuple):
    """A personal name whose surname is certain."""

    family: str
    given: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One article as a bibliography names it. *authors* are as printed, *date* is ISO and perhaps partial, *source* is the file.

    *citation* is the first citation of the article that was met; programs find the passage by it. *pages* are those of a PDF on which
    cited passages stand, in ascending order: as they are printed on the pages, else as they are counted.
    """

    authors: tuple[str, ...]
    title: str | None
    subtitle: str | None
    publication: str | None
    date: str | None
    newspaper_page: int | None
    source: str
    citation: Citation
    pages: tuple[str, ...] = ()

    @property
    def page_ranges(self) -> str:
        """The pages as bibliographies have them: `8-9, 12`; "" for none."""
        runs: list[list[str]] = []
        for page in self.pages:
            if runs and page.isdecimal() and runs[-1][-1].isdecimal() and int(page) == int(runs[-1][-1]) + 1:
                runs[-1].append(page)
            else:
                runs.append([page])
        return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)

    @property
    def language(self) -> str:
        """zh or en: that of the title, else of the authors and the publication. Most pages are Chinese, so that is what nothing says."""
        for text in (self.title, "".join(self.authors), self.publication):
            if text:
                return "zh" if CHINESE.search(text) else "en"
        return "zh"

    @property
    def key(self) -> str:
        """A key for programs, of ASCII letters, digits and hyphens; the same for the same article in every run."""
        fields = (self.authors, self.title, self.subtitle, self.publication, self.date, self.newspaper_page, self.source)
        year = f"{self.date[:4]}-" if self.date else ""
        return f"qianli-{year}{sha256(repr(fields).encode('utf-8', 'replace')).hexdigest()[:12]}"


def reference_of(citation: Citation) -> Reference:
    """Return the reference of the article that *citation* is about.

    >>> reference_of(Citation("p.txt", ((3, 3),), 2, "修路。", None, ("张三",), None, "", "", date="2024-12")).title
    '修路'
    """
    return Reference(
        authors=tuple(name for author in citation.authors if (name := one_line(author))),
        title=_bare(citation.article),
        subtitle=_bare((citation.subtitle or "").lstrip("—–―-－ \u3000")),  # a colon takes the place of the dash
        publication=_bare(citation.publication),
        date=citation.date,
        newspaper_page=citation.newspaper_page,
        source=one_line(citation.source),
        citation=citation,
        pages=(_page(citation),) if citation.page else (),
    )


def distinct(citations: Iterable[Citation]) -> Iterator[Reference]:
    """Yield the reference of each article that *citations* name, once, in the order in which they are met, with all pages cited.

    Nothing is yielded before all citations were met: a later one may name another page.
    """
    met: dict[str, tuple[Reference, dict[int, str]]] = {}
    for citation in citations:
        reference = reference_of(citation)
        _, pages = met.setdefault(reference.key, (reference, {}))
        if citation.page:
            pages.setdefault(citation.page, _page(citation))
    for reference, pages in met.values():
        yield replace(reference, pages=tuple(pages[number] for number in sorted(pages)))


def _page(citation: Citation) -> str:
    return one_line(citation.page_label or str(citation.page))


def person(name: str) -> PersonName | None:
    """Return the parts of a Western name, None where they are not certain: Chinese names, romanised ones, organisations.

    >>> person("Jane B. Miller"), person("Xu Wei"), person("Xinhua News Agency"), person("倪森健")
    (PersonName(family='Miller', given='Jane B.'), None, None, None)
    """
    words = name.split()
    if not 2 <= len(words) <= MOST_NAMES or not all(map(WORD.fullmatch, words)):
        return None
    if all(map(ROMANISED.fullmatch, words)) or BODIES & {word.lower() for word in words} or words[0] in ("The", "Our", "By"):
        return None
    return PersonName(words[-1], " ".join(words[:-1]))


def one_line(text: str | None) -> str:
    """Return *text* on one line, without what steers a terminal and without characters that a file cannot hold."""
    return UNWRITABLE.sub("\ufffd", safe(" ".join((text or "").split())))


def _bare(text: str | None) -> str | None:
    """Return *text* without the full stop at its end, which the forms put there themselves; None for nothing."""
    return one_line(text).rstrip("。. ") or None
