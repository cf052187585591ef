"""What a commit says of the whole index: which tables hold it, its model, how many terms it has, and the sums of its digests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from index.engine.cluster import dialect
from index.engine.cluster.address import ClusterAddress
from index.engine.cluster.connection import Connection
from index.engine.cluster.dialect import STATE, Tables
from index.engine.cluster.weights import Lengths
from index.engine.protocol import Model
from index.engine.stored.digests import WRAP, values_digest
from index.engine.stored.naming import refuse_other_format
from index.errors import Busy, DamagedIndex
from index.text.tokens import SEGMENTER

FORMAT = "1"  # of the tables


class State(NamedTuple):
    """One state of an index.

    - *tables*: the number of the tables that hold it; *number*: how many states came before.
    - *rows*, *articles*, *vectors*: the sums of the states of its passages, of the digests of its articles, and of those of its vectors.
    - *lengths*: of all passages; *weighed*: those that the weights of the passages' terms were made with.
    - *terms*: the number of the next new term.
    """

    model: Model
    tables: int = 1
    number: int = 1
    rows: int = 0
    articles: int = 0
    vectors: int = 0
    lengths: Lengths = Lengths(0, 0, 0)
    weighed: Lengths = Lengths(0, 0, 0)
    terms: int = 0
    format: str = FORMAT
    segmenter: str = SEGMENTER

    def changed(self, rows: int = 0, articles: int = 0, vectors: int = 0) -> State:
        """Return this state with other sums: these are what came, less what went."""
        sums = ((self.rows + rows) % WRAP, (self.articles + articles) % WRAP, (self.vectors + vectors) % WRAP)
        return self._replace(rows=sums[0], articles=sums[1], vectors=sums[2])

    def written(self) -> str:
        return json.dumps(self._asdict() | {"model": self.model._asdict()}, ensure_ascii=False)


def of_written(written: str) -> State:
    """Return the state that `State.written` wrote down."""
    fields = json.loads(written)
    lengths = {name: Lengths(*fields[name]) for name in ("lengths", "weighed")}
    return State(**fields | lengths | {"model": Model(**fields["model"])})


def read(connection: Connection, address: ClusterAddress) -> State | None:
    """Return the state that this connection sees, None where there is no index; raise DamagedIndex or OtherModel for one that is no use."""
    if not connection.rows("SHOW TABLES LIKE %s", STATE.replace("_", r"\_")):
        return None
    fields: Mapping[str, str] = dict(connection.rows(f"SELECT field, value FROM {STATE} WHERE name = %s", address.name))
    if not fields:
        return None
    if fields.get("digest") != str(values_digest(fields.get("state", ""))):
        raise DamagedIndex("the state in {file} does not agree with its digest; index the sources anew, with another --index", file=address)
    refuse_other_format(str(address), str(json.loads(fields["state"]).get("format")), FORMAT)
    return of_written(fields["state"])


def write(connection: Connection, address: ClusterAddress, state: State) -> None:
    """Make *state* the one that is read from the next commit on."""
    written = state.written()
    rows = [(address.name, "state", written), (address.name, "digest", str(values_digest(written)))]
    connection.run_each(dialect.upsert(STATE, "name, field, value", "name, field"), rows)


def require(connection: Connection, address: ClusterAddress, expected: State) -> None:
    """Raise Busy unless *expected* is the state still, which nobody changes before this transaction ends."""
    query = f"SELECT value FROM {STATE} WHERE name = %s AND field = 'state' FOR UPDATE"
    if connection.rows(query, address.name) != [(expected.written(),)]:
        raise Busy("another process changes the index in {address}; try again when it is done", address=address)


def tables_of(address: ClusterAddress, number: int) -> Tables:
    return Tables(address.prefix, number)
