"""Ask an index: `from search import open_search`. Nothing heavy is imported before the first call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.searcher import Precedents as Precedents
    from search.searcher import open_search as open_search

__all__ = ["Precedents", "open_search"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from search import searcher as precedents

        return getattr(precedents, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
