"""Verification for programs: results and citations in, verdicts out. No file is opened but those that the index knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.engine.protocol import Index
from index.errors import BadInput
from index.messages import say
from search.output.verdicts import verdict_fields
from search.pasted import locate
from search.server.asked import Cited
from search.server.settings import MOST_CITED
from search.verification.claims import Claim, Flaw, claim_of, claims_of_result, result_fields
from search.verification.sources import Sources, open_sources
from search.verification.verify import verify


def verified(index: Index, cited: Cited) -> dict[str, Any]:
    """Return `verdicts`, and as `unreadable` what holds no claim, each with where it stands and why. Raise BadInput for too many claims."""
    verdicts, unreadable = [], []
    sources = sources_of(index)
    for claim in _claims(index, cited):
        if isinstance(claim, Flaw):
            unreadable.append({"where": claim.where, "reason": claim.reason})
        else:
            verdicts += [verdict_fields(verdict) for verdict in verify([claim], sources)]
        if len(verdicts) > MOST_CITED:
            raise BadInput("these are more than {most} citations; verify fewer at once", most=MOST_CITED)
    return {"verdicts": verdicts, "unreadable": unreadable}


def sources_of(index: Index) -> Sources:
    """Return the files that *index* knows, as they lie on the disk now: whatever a claim names, no other file is opened."""
    return open_sources([], [], index, near=False)


def _claims(index: Index, cited: Cited) -> Iterator[Claim | Flaw]:
    for number, fields in enumerate(cited.results, 1):
        where = say("result {number}", number=number)
        yield from claims_of_result(result_fields(fields, where), where)
    for citation in cited.citations:
        try:
            yield claim_of(locate(index, citation).passage)
        except BadInput as error:
            yield Flaw(citation, str(error))
