"""`qianli new`: a saved search asked again, only what is new since out; or, without a name, the searches that are saved.

What was told is noted after it was written out: a run that was cut off tells it again. Exit code 0: something new, 1: nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput
from index.messages import counted, say
from search.cli.completion import saved_names
from search.cli.console import address_of, colour, note, print_lines, width
from search.cli.options import AsCsv, AsJson, AsMarkdown, Quiet, chosen_format

if TYPE_CHECKING:
    from search.cli.saved import SavedSearch
    from search.results import Result


def new(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help=say("The name given with search --save; without one, the saved searches are listed."),
            show_default=False,
            autocompletion=saved_names,
        ),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help=say("Remove this saved search."))] = False,
    elsewhere: Annotated[
        str | None, typer.Option("--index", metavar="DIR", help=say("Ask this index from now on, and not the one that was searched."))
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_md: AsMarkdown = False,
    quiet: Quiet = False,
) -> None:
    """Ask a saved search again: only the passages that were not there the last time. Exit code 1 when there is nothing new."""
    from search.cli.saved import absolute, every_saved, find, forget, keep, known_of, new_hits, now
    from search.options import SearchOptions
    from search.searcher import open_search

    form = chosen_format(json=as_json, csv=as_csv, md=as_md)
    if name is None:
        if remove or elsewhere:
            raise BadInput(say("name the saved search: qianli new NAME; the names are shown by: qianli new"))
        print_lines(_json_list(every_saved()) if as_json else map(_listed, every_saved()))
        return
    if remove:
        forget(name)
        note(quiet, say("removed the saved search {name}", name=name))
        return
    saved, known = find(name)
    options = SearchOptions(**saved.options)
    address = elsewhere or saved.index
    with open_search(address, saved.model, saved.device, rerank=saved.rerank, words_only=options.mode == "lexical") as searcher:
        whole = saved.ask(searcher)
        hits = new_hits(whole, known, options)
        known = known_of(searcher, whole, known)
        address = absolute(str(searcher.index.address))
    print_lines(_lines(replace(whole, found=bool(hits), hits=hits, nearest=[], more={}), saved, form))
    sys.stdout.flush()  # a full disk or a closed pipe shows here, before the passages count as told
    keep(replace(saved, asked=now(), index=address), known)
    if not hits:
        note(quiet or not sys.stderr.isatty(), say("nothing new for {name} since {time}", name=name, time=_short(saved.asked)))
        raise typer.Exit(1)


def _lines(result: Result, saved: SavedSearch, form: str | None) -> Iterator[str]:
    """Yield what is new in the format *form*, or as text: nothing at all where nothing is new, so that cron sends no letter."""
    from search.output.formats import FORMATS
    from search.output.json_lines import json_line
    from search.output.text import text_lines

    if form == "json":
        yield json_line(result.to_dict(saved.name) | {"since": saved.asked})
    elif form:
        yield from [header] if (header := FORMATS[form].header) else []
        yield from FORMATS[form].lines(result, saved.name)
    elif result.hits:
        count = counted(len(result.hits), "{count} new passage", "{count} new passages")
        yield say("{passages} for {name} since {time}:", passages=count, name=saved.name, time=_short(saved.asked))
        yield from text_lines(result, width(), colour(), address_of)


def _json_list(saved: list[SavedSearch]) -> Iterator[str]:
    from search.output.json_lines import json_line

    return map(json_line, map(asdict, saved))


def _listed(saved: SavedSearch) -> str:
    from search.output.terminal import safe

    return safe(f"{saved.name}  {_short(saved.asked)}  {saved.query}")


def _short(time: str) -> str:
    return time[:16].replace("T", " ")
