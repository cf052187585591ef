"""`qianli verify`: results or citations in, what became of each citation out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from index.messages import say
from search.cli.console import note, progress
from search.cli.opened import open_for_results
from search.cli.options import AsJson, IndexAt, Quiet, Roots

if TYPE_CHECKING:
    from search.verification.claims import Claim, Flaw


def verify(
    results: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RESULT...",
            help=say(
                "Files of search --json or batch, - for standard input, or citations (an id or SOURCE:LINE). [default: the whole index]"
            ),
            show_default=False,
        ),
    ] = None,
    root: Roots = None,
    index_at: IndexAt = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check citations against their sources: ok, moved, altered (and how) or missing. Exit code 1 when any is not ok."""
    from search.output.json_lines import json_line
    from search.output.verdicts import counts_line, verdict_fields, verdict_line
    from search.verification.claims import claims_from, is_file_of_results
    from search.verification.sources import open_sources
    from search.verification.verify import verify as verdicts_on

    names = results or []
    counts: Counter[str] = Counter()
    with ExitStack() as stack, progress(quiet) as tell:
        index = open_for_results(index_at, needed=not names or not all(map(is_file_of_results, names)), quiet=quiet)
        if index:
            stack.enter_context(index)
        sources = open_sources(root or [], names, index)
        for verdict in verdicts_on(_without_flaws(claims_from(names, index), counts), sources):
            counts[verdict.status] += 1
            tell(verdict.claim.source)
            if as_json:
                print(json_line(verdict_fields(verdict)))
            elif verdict.status != "ok":
                print(verdict_line(verdict))
    if as_json:
        note(quiet, counts_line(counts))
    else:
        print(counts_line(counts))
    if sum(counts.values()) > counts["ok"]:
        raise typer.Exit(1)


def _without_flaws(claims: Iterable[Claim | Flaw], counts: Counter[str]) -> Iterator[Claim]:
    """Yield the claims; name on stderr, and count, what cannot be verified."""
    from search.output.verdicts import UNREADABLE
    from search.verification.claims import Flaw

    for claim in claims:
        if not isinstance(claim, Flaw):
            yield claim
            continue
        counts[UNREADABLE] += not claim.unasked
        note(False, f"qianli: {say('{where}: {why}', where=claim.where, why=claim.reason)}")
