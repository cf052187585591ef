"""Questions in, cited answers out: `from search import open_search`. Each public name is imported at its first use.

with open_search(".qianli") as searcher:
    result = searcher.search("电瓶车没地方充电，到处乱停怎么办", k=3)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index import errors as errors
    from index.document import Citation as Citation
    from index.errors import BadInput as BadInput
    from index.errors import Busy as Busy
    from index.errors import DamagedIndex as DamagedIndex
    from index.errors import NoIndex as NoIndex
    from index.errors import NoModel as NoModel
    from index.errors import OtherModel as OtherModel
    from index.errors import QianliError as QianliError
    from index.errors import Unreachable as Unreachable
    from index.errors import Unwritten as Unwritten
    from search.options import SearchOptions as SearchOptions
    from search.results import Hit as Hit
    from search.results import Result as Result
    from search.searcher import Searcher as Searcher
    from search.searcher import open_search as open_search

_ERRORS = ("QianliError", "BadInput", "NoIndex", "DamagedIndex", "Unwritten", "OtherModel", "Busy", "Unreachable", "NoModel")
_MODULES = {  # a public name -> the module that defines it
    **dict.fromkeys(("open_search", "Searcher"), "search.searcher"),
    "SearchOptions": "search.options",
    **dict.fromkeys(("Result", "Hit"), "search.results"),
    "Citation": "index.document",
    **dict.fromkeys(_ERRORS, "index.errors"),
}
__all__ = [*_MODULES, "errors"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "errors":
        return import_module("index.errors")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
