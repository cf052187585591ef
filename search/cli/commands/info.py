"""`qianli info`: an index in, what it holds and whether it is whole out."""

from __future__ import annotations

from typing import Annotated

import typer

from index.messages import say
from search.cli.console import note, print_lines
from search.cli.options import AsJson, IndexAt


def info(
    index_at: IndexAt = None,
    check: Annotated[bool, typer.Option("--check", help=say("Read and verify every row and file of the index."))] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what the index holds, its model and its health."""
    from index.encoders.shipped import DEFAULT, FORMER
    from index.engine.made_with import former_model
    from index.engine.open import find_index, open_index
    from index.updating.folders import damage_of_record
    from search.output.index_report import facts_lines, kinds_of
    from search.output.json_lines import json_line

    with open_index(find_index(index_at)) as opened:
        if opened.model.name in FORMER:
            note(False, str(former_model(opened, DEFAULT)))
        facts = opened.facts() | {"kinds": kinds_of(opened.sources())}
        damage = [*opened.check(), *damage_of_record(opened)] if check else []
    if check:
        facts["damage"] = damage
    print_lines([json_line(facts)] if as_json else facts_lines(facts))
    if damage:
        raise typer.Exit(2)
