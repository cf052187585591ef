"""The profiles of pages that are made of titled texts."""

from __future__ import annotations

from collections.abc import Callable

from tests.generated.conventions import set_account, set_front_matter, set_old, set_web_page
from tests.generated.kinds import set_english, set_furniture, set_lists, set_tables
from tests.generated.sheet import Sheet
from tests.generated.unmarked import (
    set_briefs,
    set_broken,
    set_bylines,
    set_captions,
    set_covered,
    set_half,
    set_spaced,
    set_subheads,
    set_unmarked,
    set_wrapped,
)

NEWER: dict[str, Callable[[Sheet], None]] = {
    "unmarked": set_unmarked,
    "unmarked wrapped": set_wrapped,
    "unmarked broken": set_broken,
    "unmarked spaced": set_spaced,
    "unmarked half": set_half,
    "unmarked subheads": set_subheads,
    "unmarked captions": set_captions,
    "unmarked bylines": set_bylines,
    "briefs": set_briefs,
    "covered": set_covered,
    "furniture": set_furniture,
    "english": set_english,
    "lists": set_lists,
    "tables": set_tables,
    "of the 1930s": set_old,
    "account": set_account,
    "front matter": set_front_matter,
    "web page": set_web_page,
}
