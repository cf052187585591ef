"""The embedded engine as `engine/open.py` asks it: the address is a folder."""

from __future__ import annotations

from pathlib import Path

from index.engine.protocol import Address, Embed, Index, Model, Tell, silent


def open_index(address: Address, create: Model | None = None) -> Index:
    """Open the index in a folder; see `engine.open.open_index`."""
    from index.engine.folder.index import FolderIndex  # brings SQLite, FAISS and tantivy

    return FolderIndex.open(Path(address), create)


def model_at(address: Address) -> Model | None:
    """Return the model of the index in a folder; see `engine.open.model_at`."""
    from index.engine.folder.database import stored_model

    return stored_model(Path(address))


def rederive(address: Address, wait: float = 0.0, tell: Tell = silent, embed: Embed | None = None) -> None:
    """Derive the snapshot of a folder anew; see `engine.open.rederive`."""
    from index.engine.folder.rebuild import rebuild

    rebuild(Path(address), wait, tell, embed)
