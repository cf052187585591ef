"""Open an index at an address. Only this file knows the engines: another engine is one more folder here and one more line.

.qianli                    ──▶ engine/folder/
oceanbase://user@host/…    ──▶ not here yet: refused by name
"""

from __future__ import annotations

import os
from pathlib import Path

from index.engine.protocol import Address, Index, Model, Tell, silent
from index.errors import BadInput

FOLDER = ".qianli"


def find_index(given: Address | None = None) -> Address:
    """Return the address of the index: *given*, else QIANLI_INDEX, else .qianli here or in the nearest parent folder, else .qianli here."""
    named = given or os.environ.get("QIANLI_INDEX")
    if named:
        return named if "://" in str(named) else Path(named)
    here = Path.cwd()
    return next((folder / FOLDER for folder in (here, *here.parents) if (folder / FOLDER).is_dir()), Path(FOLDER))


def open_index(address: Address, create: Model | None = None) -> Index:
    """Open the index at *address*; with *create*, make an empty one for this model where there is none.

    Raises NoIndex, DamagedIndex (a file does not agree with its checksum), OtherModel (the index has another format or segmenter).
    """
    from index.engine.folder.index import FolderIndex  # brings SQLite, FAISS and tantivy

    return FolderIndex.open(_folder(address), create)


def model_at(address: Address) -> Model | None:
    """Return the model of the index at *address*, None where there is no index; no other part of the index is read or checked."""
    from index.engine.folder.database import stored_model

    return stored_model(_folder(address))


def rederive(address: Address, wait: float = 0.0, tell: Tell = silent) -> None:
    """Derive the index at *address* anew from its rows, whatever state its derived files are in; for *wait* see `Index.writing`.

    *tell* is told the pages whose rows are damaged and left out.
    """
    from index.engine.folder.writer import rebuild

    rebuild(_folder(address), wait, tell)


def _folder(address: Address) -> Path:
    """Return the folder that *address* names; raise BadInput for an address with a scheme, which no engine here serves."""
    if "://" in str(address):
        raise BadInput(f"no engine for {str(address).partition('://')[0]}:// in this qianli; name a folder with --index")
    return Path(address)
