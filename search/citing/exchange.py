"""References for programs that manage them: RIS, BibTeX and CSL-JSON. A field that is not printed is left out.

Each has a note with the passage's own citation and its id, so `qianli verify` and `qianli show` take up again what was handed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from search.citing.reference import Reference, one_line, person

LATEX = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "{}%$&#_"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]  # macros that BibTeX knows


def ris_lines(references: Iterable[Reference]) -> Iterator[str]:
    """Yield each reference as a record of RIS, `TY` first and `ER` last; a text that names no publication is of type GEN."""
    for reference in references:
        fields: list[tuple[str, str | None]] = [("TY", "NEWS" if reference.publication else "GEN"), ("ID", reference.key)]
        fields += [("AU", _surname_first(author)) for author in reference.authors]
        fields += [("TI", _whole_title(reference)), ("T2", reference.publication)]
        year, month, day = _date(reference)
        fields += [("PY", year), ("DA", f"{year}/{month}/{day}/" if year else "")]
        fields += [("SP", str(reference.newspaper_page or "") or "".join(reference.pages[:1]))]
        last = reference.pages[-1] if len(reference.pages) > 1 and not reference.newspaper_page else ""
        fields += [("EP", last), ("LA", reference.language), ("N1", _note(reference))]
        yield from (f"{tag}  - {value}" for tag, value in fields if value)
        yield "ER  - "
        yield ""


def bibtex_lines(references: Iterable[Reference]) -> Iterator[str]:
    """Yield each reference as an entry of BibTeX, with LaTeX's own characters escaped: @article for newspapers, else @misc."""
    for reference in references:
        year, month, day = _date(reference)
        fields = {
            "author": " and ".join(_author_in_braces(author) for author in reference.authors),
            "title": _in_braces(_whole_title(reference)),  # a second pair of braces keeps capitals as they are
            "journal": _latex(reference.publication),
            "howpublished": "" if reference.publication else _latex(reference.source),
            "year": year,
            "pages": str(reference.newspaper_page or "") or _latex(reference.page_ranges.replace("-", "--")),
            "language": {"zh": "chinese", "en": "english"}[reference.language],
            "note": _latex(_note(reference)),
        }
        yield f"@{'article' if reference.publication else 'misc'}{{{reference.key},"
        for name, value in fields.items():
            if value:
                yield f"  {name} = {{{value}}},"
            if name == "year" and month:
                yield f"  month = {MONTHS[int(month) - 1]},"
                yield from [f"  day = {{{int(day)}}},"] if day else []
        yield "}"
        yield ""


def csl_json_lines(references: Iterable[Reference]) -> Iterator[str]:
    """Yield the lines of one JSON array, an item of CSL-JSON each; the array is empty where there is no reference."""
    start = "["
    for reference in references:
        yield start + json.dumps(csl_item(reference), ensure_ascii=False)
        start = ","
    yield "]" if start == "," else "[]"


def csl_item(reference: Reference) -> dict[str, Any]:
    """Return the reference as an item of CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html)."""
    fields = {
        "id": reference.key,
        "type": "article-newspaper" if reference.publication else "document",
        "title": _whole_title(reference),
        "author": [_csl_name(author) for author in reference.authors],
        "container-title": reference.publication,
        "issued": {"date-parts": [[int(part) for part in _date(reference) if part]]} if reference.date else None,
        "page": str(reference.newspaper_page or "") or reference.page_ranges,
        "language": {"zh": "zh-CN", "en": "en"}[reference.language],
        "note": _note(reference),
    }
    return {name: value for name, value in fields.items() if value}


def _whole_title(reference: Reference) -> str:
    return ": ".join(filter(None, (reference.title, reference.subtitle)))


def _note(reference: Reference) -> str:
    """Return the citation of the passage and its id: `《修路》第2段 · 张三 · p.txt:3 · 0123456789abcdef`."""
    return one_line(" · ".join(filter(None, (str(reference.citation), reference.citation.id))))


def _date(reference: Reference) -> tuple[str, str, str]:
    """Return the year, month and day, "" for those that are not printed."""
    year, month, day = [*(reference.date or "").split("-"), "", ""][:3]
    return year, month, day


def _surname_first(author: str) -> str:
    name = person(author)
    return f"{name.family}, {name.given}" if name else author


def _csl_name(author: str) -> dict[str, str]:
    """Return a name as CSL has it. One whose surname is not certain is literal: no style may turn it round."""
    name = person(author)
    return name._asdict() if name else {"literal": author}


def _author_in_braces(author: str) -> str:
    """Return a name that BibTeX does not take apart wrongly: in braces unless its surname is certain."""
    name = person(author)
    return f"{_latex(name.family)}, {_latex(name.given)}" if name else _in_braces(author)


def _in_braces(text: str) -> str:
    return f"{{{_latex(text)}}}" if text else ""


def _latex(text: str | None) -> str:
    return (text or "").translate(LATEX)
