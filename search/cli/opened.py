"""Open the index for commands that can do without one: results from a file name their sources themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import NoIndex, QianliError
from index.messages import say
from search.cli.console import note

if TYPE_CHECKING:
    from index.engine.protocol import Index


def open_for_results(index_at: str | None, needed: bool, quiet: bool) -> Index | None:
    """Open the index; None where there is none, or a damaged one, and it is not *needed*."""
    from index.engine.open import find_index, open_index

    try:
        return open_index(find_index(index_at))
    except QianliError as error:
        if needed or (index_at and isinstance(error, NoIndex)):
            raise
        note(quiet or isinstance(error, NoIndex), say("qianli: {error}; the sources are looked for without it", error=error))
        return None
