"""Opens an index at a place. The one file that knows the engines: another engine is one more folder here and one more line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.engine.protocol import Index, Model

FOLDER = ".qianli"


def open_index(place: Path | str, create: Model | None = None) -> Index:
    """Open the index in the folder *place*; with *create*, make an empty one for this model where there is none.

    Raises NoIndex, DamagedIndex (a file does not agree with its digest), OtherModel (format or segmenter of another release).
    """
    from index.engine.folder.index import FolderIndex  # the embedded engine; brings SQLite, FAISS and tantivy

    return FolderIndex.open(Path(place), create)


def made_with(place: Path) -> Model | None:
    """Return the model of the index in *place*, None where there is no index; nothing else of it is read, and no file is digested."""
    from index.engine.folder.writer import model_in  # the embedded engine

    return model_in(place)


def rederive(place: Path, wait: float = 0.0, tell: Callable[[str], None] = lambda line: None) -> None:
    """Make the derived files of the index in *place* anew from its rows, whatever state those files are in; see `Index.writing`."""
    from index.engine.folder.writer import rebuild  # the embedded engine

    rebuild(place, wait, tell)
