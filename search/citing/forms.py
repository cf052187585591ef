"""The forms in which results are handed in, one table: references, written as they come, and evidence sheets.

gbt7714, ris, bibtex, csl-json   a reference for each article that is cited, once
md, docx                         an evidence sheet: questions, quotes, what their sources say today
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from index.errors import BadInput
from search.citing.exchange import bibtex_lines, csl_json_lines, ris_lines
from search.citing.gbt7714 import gbt7714
from search.citing.reference import Reference


class Form(NamedTuple):
    """*suffixes* of files in this form; *references* writes a list of references, None for evidence sheets."""

    suffixes: tuple[str, ...]
    references: Callable[[Iterable[Reference]], Iterator[str]] | None = None


def numbered(references: Iterable[Reference]) -> Iterator[str]:
    """Yield a numbered list of references after GB/T 7714."""
    for number, reference in enumerate(references, 1):
        yield f"[{number}] {gbt7714(reference)}"


FORMS = {
    "gbt7714": Form((".txt",), numbered),
    "ris": Form((".ris",), ris_lines),
    "bibtex": Form((".bib", ".bibtex"), bibtex_lines),
    "csl-json": Form((".json",), csl_json_lines),
    "md": Form((".md", ".markdown")),
    "docx": Form((".docx",)),
}
DEFAULT = "gbt7714"


def chosen_form(form: str | None, output: Path | None) -> str:
    """Return the form that was asked for by name, else by the suffix of *output*, else GB/T 7714.

    Raise BadInput for a name that is none, a suffix that says nothing or something else, and a docx without a file.
    """
    if form is not None and form not in FORMS:
        raise BadInput("no form {form}; choose one of {forms}", form=repr(form), forms=", ".join(FORMS))
    if output is None:
        if form == "docx":
            raise BadInput("a docx is no text for the screen; name a file for it with -o, such as -o report.docx")
        return form or DEFAULT
    suffix = output.suffix.lower()
    named = next((name for name, known in FORMS.items() if suffix in known.suffixes), None)
    if form is None and named is None:
        listed = ", ".join(known.suffixes[0] for known in FORMS.values())
        raise BadInput(
            "the name {file} does not say which form to write; end it with one of {suffixes}, or choose --form",
            file=output,
            suffixes=listed,
        )
    if form and named and form != named:
        raise BadInput(
            "{file} is a name for the form {named}, and {form} was asked for; choose one of them", file=output, named=named, form=form
        )
    return form or named or DEFAULT
