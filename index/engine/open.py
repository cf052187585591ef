"""Open an index at an address. Only this file knows the engines: another engine is one more folder here and one row of ENGINES.

.qianli                    ──▶ index.engine.folder.engine
oceanbase://user@host/…    ──▶ index.engine.cluster.engine
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from index.engine.protocol import Address, Embed, Index, Model, Tell, silent
from index.errors import BadInput

FOLDER = ".qianli"
ENGINES = {
    "": "index.engine.folder.engine",
    "oceanbase": "index.engine.cluster.engine",
}  # the scheme of an address, "" for a folder -> the module of its engine


class Engine(Protocol):
    """What the module of an engine offers; the functions of the same names below say what each does."""

    def open_index(self, address: Address, create: Model | None = None) -> Index: ...
    def model_at(self, address: Address) -> Model | None: ...
    def rederive(self, address: Address, wait: float = 0.0, tell: Tell = silent, embed: Embed | None = None) -> None: ...


def find_index(given: Address | None = None) -> Address:
    """Return the address of the index: *given*, else QIANLI_INDEX, else .qianli here or in the nearest parent folder, else .qianli here."""
    named = given or os.environ.get("QIANLI_INDEX")
    if named:
        return named if "://" in str(named) else Path(named)
    here = Path.cwd()
    return next((folder / FOLDER for folder in (here, *here.parents) if (folder / FOLDER).is_dir()), Path(FOLDER))


def open_index(address: Address, create: Model | None = None) -> Index:
    """Open the index at *address*; with *create*, make an empty one for this model where there is none.

    Raises NoIndex, DamagedIndex (a file does not agree with its checksum), OtherModel (the index has another format or segmenter), and
    BadInput for an address that no engine serves.
    """
    return _engine(address).open_index(address, create)


def model_at(address: Address) -> Model | None:
    """Return the model of the index at *address*, None where there is no index; no other part of the index is read or checked."""
    return _engine(address).model_at(address)


def rederive(address: Address, wait: float = 0.0, tell: Tell = silent, embed: Embed | None = None) -> None:
    """Derive the index at *address* anew from its rows, whatever state its derived files are in; for *wait* see `Index.writing`.

    *tell* is called with the pages whose rows are damaged and left out. *embed* makes vectors that are lost, as the model of the index
    makes them; without it DamagedIndex is raised for these.
    """
    _engine(address).rederive(address, wait, tell, embed)


def _engine(address: Address) -> Engine:
    scheme, separator, _ = str(address).partition("://")
    module = ENGINES.get(scheme.lower() if separator else "")
    if module is None:
        raise BadInput("no engine for {scheme}:// in this qianli; name a folder with --index", scheme=scheme)
    return cast(Engine, import_module(module))
