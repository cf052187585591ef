"""Completion of values in the shell: what was typed so far in, the values that begin so out. No model is loaded, and nothing fails.

Install it once with `qianli --install-completion`; the shell calls qianli at every Tab.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from index.engine.protocol import Index

MOST = 200  # values that a shell is given
MOST_PASSAGES = 50_000  # of an index whose ids are read through; the ids of a larger one come from the questions asked lately


def modes(incomplete: str) -> list[str]:
    from search.options import MODES

    return _beginning(MODES, incomplete)


def forms(incomplete: str) -> list[str]:
    from search.citing.forms import FORMS

    return _beginning(FORMS, incomplete)


def config_keys(incomplete: str) -> list[str]:
    from search.cli.settings import KEYS

    return _beginning(KEYS, incomplete.replace("-", "_"))


def places(context: typer.Context, incomplete: str) -> list[str]:
    """Return the places of the index from where the beginning stands in them: 上 stands for 上城区 in 杭州市上城区."""

    def named(index: Index) -> Iterator[str]:
        return (place[place.index(incomplete) :] for place in index.places() if incomplete in place)

    return list(dict.fromkeys(_of_index(context, lambda index: islice(named(index), MOST))))


def sources(context: typer.Context, incomplete: str) -> list[str]:
    return _of_index(context, lambda index: _beginning(_source_names(index), incomplete))


def citations(context: typer.Context, incomplete: str) -> list[str]:
    """Return ids of passages, those shown lately first, and the sources, to which a line can be added."""
    from search.cli.history import shown_ids

    ids = _beginning(shown_ids(), incomplete)
    return list(dict.fromkeys([*ids, *_of_index(context, lambda index: _ids_and_sources(index, incomplete))]))[:MOST]


def saved_names(incomplete: str) -> list[str]:
    from search.cli.saved import names

    with suppress(Exception):
        return _beginning(names(), incomplete)
    return []


def _source_names(index: Index) -> list[str]:
    """Return the names of the sources, then their last parts, which name them as well."""
    names = sorted(index.sources())
    return list(dict.fromkeys([*names, *(name.rpartition("/")[2] for name in names)]))


def _ids_and_sources(index: Index, incomplete: str) -> Iterator[str]:
    yield from _beginning((f"{source}:" for source in _source_names(index)), incomplete)
    if incomplete and len(index) <= MOST_PASSAGES:
        yield from _beginning((passage.citation.id for _, passage in index.every_passage()), incomplete)


def _beginning(values: Iterable[str], incomplete: str) -> list[str]:
    return [*islice((value for value in values if value.startswith(incomplete)), MOST)]


def _of_index(context: typer.Context, values: Callable[[Index], Iterable[str]]) -> list[str]:
    """Return *values* of the index that the command line names so far; none where it cannot be opened."""
    with suppress(Exception):  # whatever is wrong will be said when the command is run
        from index.engine.open import find_index, open_index

        with open_index(find_index(context.params.get("index_at"))) as index:
            return [*values(index)]
    return []
