"""The public names of `index`: pages in, a searchable index out. A name is imported when it is first used.

from pathlib import Path
from index import build, model_of, open_encoder, open_index

encoder = open_encoder()
with open_index(Path("pages/.qianli"), create=model_of(encoder)) as index:
    print(build([Path("pages")], index, encoder))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index import errors as errors
    from index.document import Article, Citation, Page, Paragraph, Passage
    from index.encoders.open import open_encoder
    from index.encoders.protocol import Encoder
    from index.engine.open import open_index
    from index.engine.protocol import Index, model_of
    from index.errors import BadInput, Busy, DamagedIndex, NoIndex, NoModel, OtherModel, QianliError, Unreachable, Unwritten
    from index.indexing import IndexReport, Progress, build, copy_index, rebuild_index
    from index.workers import Workers

_MODULES = {  # a public name -> the module that defines it; importing all of them takes a quarter of a second
    **dict.fromkeys(("Article", "Citation", "Page", "Paragraph", "Passage"), "index.document"),
    **dict.fromkeys(
        ("BadInput", "Busy", "DamagedIndex", "NoIndex", "NoModel", "OtherModel", "QianliError", "Unreachable", "Unwritten"),
        "index.errors",
    ),
    **dict.fromkeys(("IndexReport", "Progress", "build", "copy_index", "rebuild_index"), "index.indexing"),
    **dict.fromkeys(("Index", "model_of"), "index.engine.protocol"),
    "Encoder": "index.encoders.protocol",
    "open_encoder": "index.encoders.open",
    "open_index": "index.engine.open",
    "Workers": "index.workers",
}

__all__ = [
    "Article",
    "BadInput",
    "Busy",
    "Citation",
    "DamagedIndex",
    "Encoder",
    "Index",
    "IndexReport",
    "NoIndex",
    "NoModel",
    "OtherModel",
    "Page",
    "Paragraph",
    "Passage",
    "Progress",
    "QianliError",
    "Unreachable",
    "Unwritten",
    "Workers",
    "build",
    "copy_index",
    "errors",
    "model_of",
    "open_encoder",
    "open_index",
    "rebuild_index",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "errors":
        return import_module("index.errors")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
