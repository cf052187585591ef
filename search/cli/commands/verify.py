"""The command that checks citations: `qianli verify`."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput, NoIndex, QianliError
from search.cli.console import note, progress
from search.cli.options import AsJson, IndexAt, Quiet

if TYPE_CHECKING:
    from index.engine.protocol import Index
    from search.verification.claims import Flaw
    from search.verification.verify import Claim

CITATION = re.compile(r"[0-9a-f]{6,64}|.+:[0-9]+", re.S)


def verify(
    results: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RESULT...",
            help="Files of search --json or batch, - for standard input, or citations (an id or SOURCE:LINE). [default: the whole index]",
            show_default=False,
        ),
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option("--root", metavar="DIR", help="Where the sources lie; several may be given. [default: where the index read them]"),
    ] = None,
    index_at: IndexAt = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check citations against their sources: ok, moved, altered (and how) or missing. Exit code 1 when any is not ok."""
    from search.output.json_lines import json_line
    from search.verification.sources import Sources
    from search.verification.verify import STATES, verdict_fields, verdict_line, verified

    counts: Counter[str] = Counter()
    with ExitStack() as held, progress(quiet) as tell:
        index = _index(index_at, needed=not results or not all(map(_is_file, results)), quiet=quiet)
        if index:
            held.enter_context(index)
        known = {} if root or not index else index.sources()
        sources = Sources(_roots(root, results or ()), known, below=not root)
        for verdict in verified(_sound(_asked(results, index), counts), sources):
            counts[verdict.status] += 1
            tell(verdict.claim.source)
            if as_json:
                print(json_line(verdict_fields(verdict)))
            elif verdict.status != "ok":
                print(verdict_line(verdict))
    said = [f"{counts[name]} {name}" for name in (*STATES, "unreadable") if counts[name] or name == "ok"]
    summary = f"{sum(counts[name] for name in STATES)} citations: {', '.join(said)}"
    if as_json:
        note(quiet, summary)
    else:
        print(summary)
    if sum(counts.values()) > counts["ok"]:
        raise typer.Exit(1)


def _index(index_at: str | None, needed: bool, quiet: bool) -> Index | None:
    """Open the index; files of results can be checked without one, and without one that is damaged."""
    from index.engine.open import find_index, open_index

    try:
        return open_index(find_index(index_at))
    except QianliError as error:
        if needed or (index_at and isinstance(error, NoIndex)):
            raise
        note(quiet or isinstance(error, NoIndex), f"qianli: {error}; the sources are looked for without it")
        return None


def _roots(root: Iterable[Path] | None, results: Iterable[str]) -> list[Path]:
    """Return the folders that sources may lie in: what was named, else the current one and those of the results."""
    named = list(root or ())
    for folder in named:
        if not folder.is_dir():
            raise BadInput(f"{folder}: there is no such folder; name the folder that was indexed")
    near = [Path.cwd(), *(Path(name).parent for name in results if name != "-" and _is_file(name))]
    return [*dict.fromkeys(folder.absolute() for folder in named or near)]


def _is_file(name: str) -> bool:
    """Tell results from citations; what looks like neither is taken for a file, which is then missed by its name."""
    return name == "-" or os.path.lexists(name) or not CITATION.fullmatch(name)


def _asked(results: list[str] | None, index: Index | None) -> Iterator[Claim | Flaw]:
    from search.verification.claims import read_claims
    from search.verification.verify import claim_of

    if not results and index:
        yield from (claim_of(passage) for _, passage in index.every_passage())
    for each in results or ():
        if _is_file(each):
            yield from read_claims(each)
        elif index:
            shown = index.locate(each)
            yield claim_of(shown.passages[shown.position])


def _sound(asked: Iterable[Claim | Flaw], counts: Counter[str]) -> Iterator[Claim]:
    """Give what can be verified and name the rest."""
    from search.verification.claims import Flaw

    for each in asked:
        if not isinstance(each, Flaw):
            yield each
            continue
        counts["unreadable"] += not each.told
        note(False, f"qianli: {each.where}: {each.reason}")
