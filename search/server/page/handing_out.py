"""What the basket hands out: its items and an index in; the passages for the screen, or a file of references or evidence, out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from index.document import Passage
from index.engine.protocol import Index
from index.errors import BadInput
from index.messages import say
from search.citing.evidence import checked_line
from search.citing.forms import FORMS
from search.results import SCHEMA, citation_fields
from search.server.asked import Cited
from search.server.handing_out import MEDIA, handed_out
from search.server.page.basket import Basket, Item
from search.server.verifying import sources_of
from search.verification.claims import claim_of
from search.verification.sources import Sources
from search.verification.verify import verify

NEIGHBOURS = 1  # passages on either side of a quote in an evidence sheet, as `qianli cite` has it


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
        """The header Content-Disposition: a plain name for old programs, and the name itself after RFC 5987.

        >>> Handout("先例-2026.txt", "", b"").disposition
        'attachment; filename="qianli-2026.txt"; filename*=UTF-8\\'\\'%E5%85%88%E4%BE%8B-2026.txt'
        """
        plain = self.name.encode("ascii", "ignore").decode()
        plain = plain if plain == self.name else f"qianli{plain}"
        return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.name, safe='')}"


def chosen(index: Index, basket: Basket) -> dict[str, list[Chosen]]:
    """Return the items of the basket by question, with their passages, checked against their sources."""
    sources = sources_of(index)
    return {question: [_chosen(index, item, sources) for item in items] for question, items in basket.questions.items()}


def handout(index: Index, basket: Basket, form: str, threshold: float) -> Handout:
    """Return the basket as a file in a form of `qianli cite`. Raise BadInput for another form, and for docx without its package."""
    if form not in FORMS:
        raise BadInput("no form {form}; choose one of {forms}", form=repr(form[:20]), forms=", ".join(FORMS))
    cited = Cited.model_construct(results=list(_results(index, basket, threshold)), citations=[])
    name = say("precedents-{day}", day=f"{datetime.now().astimezone():%Y-%m-%d}")
    return Handout(f"{name}.{MEDIA[form].suffix}", MEDIA[form].type, handed_out(index, cited, form, NEIGHBOURS))


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


def _results(index: Index, basket: Basket, threshold: float) -> Iterator[dict[str, Any]]:
    """Yield the questions of the basket with their quotes, as results of a search."""
    for question, items in basket.questions.items():
        hits = [_hit(passage, item) for item in items if (passage := _passage(index, item))]
        known = any(item.score is None or item.score >= threshold for item in items)
        if hits:
            yield {"schema": SCHEMA, "query": question or None, "found": known, "hits": hits}


def _hit(passage: Passage, item: Item) -> dict[str, Any]:
    return {"text": passage.text, "citation": citation_fields(passage.citation), "score": item.score}
