"""References and evidence sheets for programs and for the page: results and citations in, the bytes of a file out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from index.engine.protocol import Index
from index.errors import BadInput
from index.messages import say
from search.citing.cited import Answer, answer_of, answer_of_passage, with_neighbours
from search.citing.evidence import Block, Present, index_line, sheet
from search.citing.evidence_docx import require_docx, write_docx
from search.citing.evidence_markdown import markdown_sheet_lines
from search.citing.forms import FORMS
from search.citing.reference import distinct
from search.pasted import locate
from search.server.asked import Cited
from search.server.verifying import sources_of
from search.verification.claims import Claim, Flaw, result_fields
from search.verification.verify import Verdict, verify


class Media(NamedTuple):
    """The media type of a form, and the suffix of its files."""

    type: str
    suffix: str


MEDIA = {
    "gbt7714": Media("text/plain; charset=utf-8", "txt"),
    "ris": Media("application/x-research-info-systems; charset=utf-8", "ris"),
    "bibtex": Media("application/x-bibtex; charset=utf-8", "bib"),
    "csl-json": Media("application/vnd.citationstyles.csl+json", "json"),
    "md": Media("text/markdown; charset=utf-8", "md"),
    "docx": Media("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
}


def handed_out(index: Index, cited: Cited, form: str, context: int) -> bytes:
    """Return *cited* in this form of `search.citing.forms`. Raise BadInput for what cites nothing or is not in the index."""
    answers = [with_neighbours(answer, index, context) for answer in _answers(index, cited)]
    if references := FORMS[form].references:
        lines = references(distinct(quote.citation for answer in answers for quote in answer.quotes))
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    if form == "docx":
        require_docx()
        file = io.BytesIO()
        write_docx(_blocks(answers, index), file)
        return file.getvalue()
    return "".join(f"{line}\n" for line in markdown_sheet_lines(_blocks(answers, index))).encode("utf-8", "replace")


def _answers(index: Index, cited: Cited) -> Iterator[Answer]:
    for number, fields in enumerate(cited.results, 1):
        where = say("result {number}", number=number)
        known = result_fields(fields, where)
        if isinstance(known, Flaw):
            raise BadInput("{where}: {reason}", where=known.where, reason=known.reason)
        yield _without_paths(answer_of(known, where))
    for citation in cited.citations:
        yield _without_paths(answer_of_passage(locate(index, citation).passage))


def _without_paths(answer: Answer) -> Answer:
    """Return *answer* without where its sources lie on this machine."""
    return replace(answer, quotes=tuple(replace(quote, citation=replace(quote.citation, path=None)) for quote in answer.quotes))


def _blocks(answers: list[Answer], index: Index) -> Iterator[Block]:
    sources = sources_of(index)

    def check(claim: Claim) -> Verdict:
        (verdict,) = verify([claim], sources)
        return verdict

    facts = index.facts()
    name = (
        str(facts.get("place")).replace("\\", "/").rstrip("/").rpartition("/")[2]
    )  # of the folder alone: where it lies is nobody's business
    return sheet(answers, check, Present(datetime.now().astimezone(), index_line({**facts, "place": name})))
