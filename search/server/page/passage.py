"""A passage's own page: an index and an id in; the passage in its article, its source beside it and what that says today out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from index.document import Citation, Passage, line_ranges
from index.engine.protocol import Index
from index.messages import say
from search.citing.evidence import checked_line
from search.citing.forms import FORMS
from search.citing.reference import reference_of
from search.results import ShownPassage
from search.searcher import show
from search.server.page.rendering import address
from search.server.page.source_lines import SourceLine, source_lines
from search.server.verifying import sources_of
from search.verification.claims import claim_of
from search.verification.diff import NEW, OLD
from search.verification.sources import SourcePage
from search.verification.verify import Verdict, verify

NEIGHBOURS = 2  # passages on either side that are shown at first
WHOLE = 500  # the same for the whole article
FORMS_SHOWN = {"gbt7714": "GB/T 7714", "ris": "RIS", "bibtex": "BibTeX", "csl-json": "CSL-JSON"}


class Change(NamedTuple):
    """A piece of the passage as it was and as its source has it now. *kind*: same, old (gone) or new."""

    kind: str
    text: str


class Picture(NamedTuple):
    """The page of a PDF as a picture, with a box around the passage."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage as its page shows it.

    - *state*: ok, moved, altered or missing, and *checked* the same as a sentence; *changes*: how an altered source differs.
    - *lines* of its source, empty where the source is gone; *picture*: its page, for a PDF.
    - *references*: the article as bibliographies name it, by the name of the form.
    """

    shown: ShownPassage
    verdict: Verdict
    checked: str
    changes: list[Change]
    lines: list[SourceLine]
    picture: Picture | None
    references: dict[str, str]

    @property
    def passage(self) -> Passage:
        return self.shown.passage

    @property
    def citation(self) -> Citation:
        return self.shown.passage.citation

    @property
    def state(self) -> str:
        return self.verdict.status

    @property
    def state_words(self) -> str:
        words = {"ok": say("As quoted"), "moved": say("Moved"), "altered": say("Altered"), "missing": say("Not confirmed")}
        return words[self.state]

    @property
    def headings(self) -> list[str]:
        return [line for line in self.passage.inner_heading.splitlines() if line.strip()]


def view_of(id_: str, whole: bool) -> Callable[[Index], PassageView]:
    """Return a function that reads the view of the passage *id_* from an index; *whole*: with its whole article."""
    return lambda index: passage_view(index, id_, WHOLE if whole else NEIGHBOURS)


def passage_view(index: Index, id_: str, context: int) -> PassageView:
    """Return a passage with *context* neighbours on either side, checked against its source. Raises BadInput for an unknown *id_*."""
    shown = show(index, id_, context)
    passage = shown.passage
    cited = passage.citation
    sources = sources_of(index)
    (verdict,) = verify([claim_of(passage)], sources)
    source = sources.page(cited.source, cited.sha256)
    lines = verdict.now or cited.lines
    text = source.page.text if isinstance(source, SourcePage) else None
    unchanged = verdict.source_status == "unchanged"
    return PassageView(
        shown=shown,
        verdict=verdict,
        checked=checked_line(verdict),
        changes=[Change({OLD: "old", NEW: "new"}.get(sign, "same"), piece) for sign, piece in verdict.diff or ()],
        lines=[] if text is None or verdict.status == "missing" else source_lines(text, lines, cited.chars if unchanged else None),
        picture=_picture(cited) if unchanged else None,
        references=_references(cited),
    )


def _references(cited: Citation) -> dict[str, str]:
    reference = reference_of(cited)
    forms = ((name, FORMS[form].references) for form, name in FORMS_SHOWN.items())
    return {name: "\n".join(written([reference])) for name, written in forms if written}


def _picture(cited: Citation) -> Picture | None:
    """Return the picture of the page of a PDF; None for a source that has no pages."""
    if cited.page is None or not cited.source.lower().endswith(".pdf"):
        return None
    box = ",".join(f"{side:.1f}" for side in cited.box) if cited.box else ""
    words = say("Page {page} of {source}; a box is drawn around the passage.", page=cited.page, source=cited.source)
    return Picture(address(f"/v1/pages/{cited.sha256}/{cited.page}.png", box=box), words)


def where(cited: Citation) -> str:
    """Return in words where a passage stands in its source."""
    if cited.page is not None:
        label = f" ({cited.page_label})" if cited.page_label and cited.page_label != str(cited.page) else ""
        return say("page {page}", page=f"{cited.page}{label}")
    if cited.sheet is not None:
        return say("sheet {sheet}, cell {cell}", sheet=cited.sheet, cell=cited.cell or "")
    if cited.cell is not None:
        return say("cell {cell}", cell=cited.cell)
    lines = line_ranges(cited.lines)
    return say("paragraph {lines} of the text", lines=lines) if cited.reader else say("lines {lines}", lines=lines)
