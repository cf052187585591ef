"""What the basket hands out: its items and an index in; the passages for the screen, or a file of references or evidence, out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from index.document import Passage
from index.engine.protocol import Index
from index.errors import BadInput
from index.messages import say
from search.citing.cited import Answer, answer_of, with_neighbours
from search.citing.evidence import Check, Present, checked_line, index_line, sheet
from search.citing.evidence_markdown import markdown_sheet_lines
from search.citing.forms import FORMS
from search.citing.reference import distinct
from search.results import citation_fields
from search.server.page.basket import Basket, Item
from search.verification.claims import Claim, claim_of
from search.verification.sources import Sources, open_sources
from search.verification.verify import Verdict, verify

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {
    "docx": DOCX, "md": "text/markdown; charset=utf-8", "gbt7714": "text/plain; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8", "bibtex": "application/x-bibtex; charset=utf-8",
    "csl-json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}  # fmt: skip


class Chosen(NamedTuple):
    """An item of the basket with its passage, None where the index does not have it any more; *state* and *checked*: its source today."""

    item: Item
    passage: Passage | None
    state: str = ""
    checked: str = ""


class Handout(NamedTuple):
    """A file to download."""

    name: str
    media: str
    content: bytes

    @property
    def disposition(self) -> str:
        """The header Content-Disposition: a plain name for old programs, and the Chinese one after RFC 5987."""
        plain = self.name.encode("ascii", "ignore").decode().strip("-") or "qianli"
        plain = f"qianli{plain}" if plain.startswith(".") else plain
        return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.name, safe='')}"


def chosen(index: Index, basket: Basket) -> dict[str, list[Chosen]]:
    """Return the items of the basket by question, with their passages, checked against their sources."""
    sources = open_sources([], [], index)
    return {question: [_chosen(index, item, sources) for item in items] for question, items in basket.questions.items()}


def handout(index: Index, basket: Basket, form: str, threshold: float) -> Handout:
    """Return the basket as a file in a form of `qianli cite`. Raise BadInput for another form, and for docx without its package."""
    if form not in FORMS:
        raise BadInput("no form {form}; choose one of {forms}", form=repr(form[:20]), forms=", ".join(FORMS))
    now = datetime.now().astimezone()
    answers = [with_neighbours(answer, index, 1) for answer in _answers(index, basket, threshold)]
    name = say("precedents-{day}", day=f"{now:%Y-%m-%d}") + FORMS[form].suffixes[0]
    if references := FORMS[form].references:
        lines = references(distinct(quote.citation for answer in answers for quote in answer.quotes))
        return Handout(name, TYPES[form], "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    blocks = sheet(answers, _check(open_sources([], [], index)), Present(now, _index_line(index)))
    if form == "md":
        return Handout(name, TYPES[form], "".join(f"{line}\n" for line in markdown_sheet_lines(blocks)).encode("utf-8", "replace"))
    from search.citing.evidence_docx import require_docx, write_docx

    require_docx()
    file = io.BytesIO()
    write_docx(blocks, file)
    return Handout(name, TYPES[form], file.getvalue())


def _chosen(index: Index, item: Item, sources: Sources) -> Chosen:
    passage = _passage(index, item)
    if passage is None:
        return Chosen(item, None)
    (verdict,) = verify([claim_of(passage)], sources)
    return Chosen(item, passage, verdict.status, checked_line(verdict))


def _passage(index: Index, item: Item) -> Passage | None:
    try:
        return index.locate(item.id).passage
    except BadInput:  # the index does not have it any more
        return None


def _answers(index: Index, basket: Basket, threshold: float) -> Iterator[Answer]:
    """Yield the questions of the basket with their quotes, as results that were read from a file would have them."""
    for question, items in basket.questions.items():
        hits = [_hit(passage, item) for item in items if (passage := _passage(index, item))]
        known = any(item.score is None or item.score >= threshold for item in items)
        if hits:
            yield answer_of({"query": question or None, "found": known, "hits": hits}, say("basket"))


def _hit(passage: Passage, item: Item) -> dict[str, object]:
    return {"text": passage.text, "citation": citation_fields(passage.citation), "score": item.score}


def _check(sources: Sources) -> Check:
    def check(claim: Claim) -> Verdict:
        (verdict,) = verify([claim], sources)
        return verdict

    return check


def _index_line(index: Index) -> str:
    """Return the index in a few words; of its address only the folder in which it lies, not where that is on this machine."""
    facts = index.facts()
    return index_line(facts | {"place": Path(str(facts["place"])).absolute().parent.name})
