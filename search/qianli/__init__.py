"""The package `qianli`: the public names of `search` and `index` under the name of the program, each imported at its first use.

>>> import qianli
>>> qianli.SearchOptions(k=3).k
3
"""

from __future__ import annotations

from typing import Any

import index
import search

__all__ = sorted({*search.__all__, *index.__all__})


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("qianli-precedents")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(search if name in search.__all__ else index, name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
