"""The engine on OceanBase as `engine/open.py` asks it: the address is that of an index in a database."""

from __future__ import annotations

from index.engine.cluster.address import parsed
from index.engine.protocol import Address, Embed, Index, Model, Tell, silent


def open_index(address: Address, create: Model | None = None) -> Index:
    """Open the index at an address; see `engine.open.open_index`."""
    from index.engine.cluster.index import ClusterIndex

    return ClusterIndex.open(parsed(str(address)), create)


def model_at(address: Address) -> Model | None:
    """Return the model of the index at an address; see `engine.open.model_at`."""
    from index.engine.cluster import state
    from index.engine.cluster.connection import connect
    from index.errors import NoIndex

    place = parsed(str(address))
    try:
        connection = connect(place)
    except NoIndex:
        return None
    try:
        found = state.read(connection, place)
        return found.model if found else None
    finally:
        connection.close()


def rederive(address: Address, wait: float = 0.0, tell: Tell = silent, embed: Embed | None = None) -> None:
    """Derive the tables of an index anew; see `engine.open.rederive`."""
    from index.engine.cluster.soundness import rebuild

    rebuild(parsed(str(address)), wait, tell, embed)
