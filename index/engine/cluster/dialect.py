"""The statements that only OceanBase knows: another database that speaks SQL would need others here, and hardly any elsewhere.

    qianli_state, qianli_notes, qianli_writers, qianli_loads     of all indexes of a database, a row or some for each
    q_NAME_files_7, q_NAME_articles_7, …                         of one index: the tables that its state names by their number

Tables have their rows in the order of their keys: in tables of ORGANIZATION HEAP a row that comes again is lost to vector search.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from index.errors import Busy, QianliError

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors
    from index.engine.cluster.connection import Connection

STATE, NOTES, LOCKS, WRITERS = "qianli_state", "qianli_notes", "qianli_locks", "qianli_writers"
LOADS, RETIRED = "qianli_loads", "qianli_retired"
NAME = "name VARCHAR(100) COLLATE utf8mb4_bin NOT NULL"
SHARED = (
    f"CREATE TABLE IF NOT EXISTS {STATE} ({NAME}, field VARCHAR(20) NOT NULL, value MEDIUMTEXT NOT NULL, PRIMARY KEY (name, field))",
    f"CREATE TABLE IF NOT EXISTS {NOTES} ({NAME}, note VARCHAR(100) NOT NULL, text MEDIUMTEXT NOT NULL, PRIMARY KEY (name, note))",
    f"CREATE TABLE IF NOT EXISTS {LOCKS} ({NAME}, PRIMARY KEY (name))",
    f"CREATE TABLE IF NOT EXISTS {WRITERS} ({NAME}, who TEXT NOT NULL, PRIMARY KEY (name))",
    f"CREATE TABLE IF NOT EXISTS {LOADS} ({NAME}, tables INT NOT NULL, value MEDIUMTEXT NOT NULL, PRIMARY KEY (name))",
    f"CREATE TABLE IF NOT EXISTS {RETIRED} ({NAME}, tables INT NOT NULL, since DATETIME NOT NULL, PRIMARY KEY (name, tables))",
)
TEXT = "MEDIUMTEXT COLLATE utf8mb4_bin"
OWN = {
    "files": f"""page BIGINT PRIMARY KEY, name BIGINT NOT NULL, states BIGINT UNSIGNED NOT NULL, source {TEXT} NOT NULL,
        path BLOB NOT NULL, size BIGINT NOT NULL,
        modified BIGINT NOT NULL, noted BIGINT NOT NULL, sha256 VARCHAR(64) NOT NULL, encoding VARCHAR(40) NOT NULL, sidecar TEXT NOT NULL,
        digest BIGINT NOT NULL, INDEX (name)""",
    "articles": f"""`key` BIGINT PRIMARY KEY, source {TEXT} NOT NULL, number BIGINT NOT NULL, place {TEXT}, areas {TEXT} NOT NULL,
        date VARCHAR(40), record {TEXT} NOT NULL, digest BIGINT NOT NULL""",
    "passages": f"""`key` BIGINT PRIMARY KEY, article BIGINT NOT NULL, id VARBINARY(64) NOT NULL, paragraph BIGINT, text {TEXT} NOT NULL,
        heading {TEXT} NOT NULL, `lines` MEDIUMBLOB NOT NULL, kind VARCHAR(100), place {TEXT}, chars TEXT, spot {TEXT}, words MEDIUMBLOB,
        content BIGINT NOT NULL, digest BIGINT NOT NULL, state BIGINT UNSIGNED NOT NULL, source {TEXT} NOT NULL, areas {TEXT} NOT NULL,
        date VARCHAR(40), half BLOB NOT NULL, text_terms INT NOT NULL, heading_terms INT NOT NULL, vector VECTOR(%(dim)s),
        terms SPARSEVECTOR, folded SPARSEVECTOR, INDEX (id), INDEX (content),
        INDEX of_article (article)""",
    "terms": """term VARBINARY(256) PRIMARY KEY, number BIGINT NOT NULL, in_text BIGINT NOT NULL, in_heading BIGINT NOT NULL,
        UNIQUE INDEX (number)""",
}  # fmt: skip
SHARDED = "passages"  # spread over the nodes
SHARDS_A_NODE = 4
SERVERS = (
    "SELECT COUNT(*) FROM oceanbase.DBA_OB_SERVERS",  # for the tenant sys alone
    "SELECT COUNT(DISTINCT svr_ip, svr_port) FROM oceanbase.DBA_OB_LS_LOCATIONS",  # for any other, by OceanBase's manual: not run
)
VECTOR_INDEX = (
    "CREATE VECTOR INDEX nearest ON {table} (vector) WITH (distance=inner_product, type=hnsw, lib=vsag, m=16, ef_construction=200)"
)
TERM_INDEX = "CREATE VECTOR INDEX matching ON {table} (folded) WITH (distance=inner_product, type=sindi, lib=vsag, prune=false)"
EFFORT = 800  # candidates that a search in the vector index keeps (ef_search): among 100,000 passages 8 of 1,000 of the first 20 were
# missed, with 400 it was 21, in two thirds of the time (tests/benchmarks/README.md)


class Tables(NamedTuple):
    """The tables of one index that have the same number."""

    prefix: str
    number: int

    def of(self, what: str) -> str:
        return f"{self.prefix}{what}_{self.number}"

    @property
    def files(self) -> str:
        return self.of("files")

    @property
    def articles(self) -> str:
        return self.of("articles")

    @property
    def passages(self) -> str:
        return self.of("passages")

    @property
    def terms(self) -> str:
        return self.of("terms")


class Among(NamedTuple):
    """The passages that a search is among: what stands after SELECT and after FROM."""

    hint: str
    passages: str


def create(connection: Connection, tables: Tables, dim: int) -> None:
    """Make empty tables for vectors of *dim* dimensions."""
    nodes = _nodes(connection)
    for name, columns in OWN.items():
        spread = f" PARTITION BY HASH(`key`) PARTITIONS {SHARDS_A_NODE * nodes}" if name == SHARDED and nodes > 1 else ""
        connection.run(f"CREATE TABLE {tables.of(name)} ({columns.replace('%(dim)s', str(dim))}) ORGANIZATION INDEX{spread}")


def drop(connection: Connection, tables: Tables) -> None:
    """Drop all tables of a number; those of files go last, since `numbers` knows a number by them."""
    for name in reversed(OWN):
        connection.run(f"DROP TABLE IF EXISTS {tables.of(name)}")


def numbers(connection: Connection, prefix: str) -> list[int]:
    """Return the numbers of all tables that there are for one index."""
    first = f"{prefix}files_"
    found = (name.removeprefix(first) for (name, *_) in connection.rows("SHOW TABLES LIKE %s", first.replace("_", r"\_") + "%"))
    return sorted(int(number) for number in found if number.isdecimal())  # another index may be called as these tables are


def make_term_index(connection: Connection, tables: Tables) -> None:
    connection.run(TERM_INDEX.format(table=tables.passages))


def make_vector_index(connection: Connection, tables: Tables) -> None:
    connection.run(VECTOR_INDEX.format(table=tables.passages))


def drop_index(connection: Connection, tables: Tables, name: str) -> None:
    connection.run(f"DROP INDEX {name} ON {tables.passages}")


def has_index(connection: Connection, tables: Tables, name: str) -> bool:
    """Return whether the passages have the index *name*: nearest, matching, of_article."""
    return bool(connection.rows(f"SHOW INDEX FROM {tables.passages} WHERE Key_name = %s", name))


def size(connection: Connection, tables: Tables) -> int | None:
    """Return how many bytes the tables and their indexes have on disk, without what was written last and is in memory alone.

    None where the server does not say it.
    """
    query = "SELECT table_id, table_name, occupy_size FROM oceanbase.DBA_OB_TABLE_SPACE_USAGE WHERE database_name = DATABASE()"
    try:
        found = connection.rows(query)
    except QianliError:  # an older server, or the view is not for this user
        return None
    names = {tables.of(name) for name in OWN}
    own = {name for _, name, _ in found if name in names} | {f"__idx_{number}" for number, name, _ in found if name in names}
    return sum(int(size) for _, name, size in found if name in own or "_".join(name.split("_")[:4]) in own)


def set_effort(connection: Connection) -> None:
    connection.run(f"SET ob_hnsw_ef_search = {EFFORT}")


def every(tables: Tables, where: str = "") -> Among:
    """Return the passages that *where* leaves. The server tests all of them, and all are compared or an index is asked."""
    return Among("", f"{tables.passages} {where}")


def of_articles(tables: Tables, where: str) -> Among:
    """Return the passages of the articles that *where* leaves. The server tests the articles, a tenth of the rows, and looks these up."""
    articles = f"(SELECT `key` AS its_article FROM {tables.articles} {where}) a"
    hint = "/*+ LEADING(a p) USE_NL(p) INDEX(p of_article) */"  # it would test all passages as soon as some hundred articles are left
    return Among(hint, f"{articles} JOIN {tables.passages} p ON p.article = a.its_article")


def count_of_articles(tables: Tables, where: str) -> str:
    """Return the query for the number of the passages of the articles that *where* leaves."""
    return f"SELECT COUNT(*) FROM {tables.passages} WHERE article IN (SELECT `key` FROM {tables.articles} {where})"


def nearest(among: Among, vector: Vectors, k: int, exact: bool) -> str:
    """Return the query for keys and cosines of the *k* nearest passages; where *exact*, equally near ones by key."""
    distance = f"negative_inner_product(vector, '{_written(vector)}')"
    order = f"{distance}, `key` LIMIT {k}" if exact else f"{distance} APPROXIMATE LIMIT {k}"
    return f"SELECT {among.hint} `key`, -{distance} FROM {among.passages} ORDER BY {order}"


def matching(among: Among, terms: str, k: int, exact: bool = False) -> str:
    """Return the query for keys and products of the *k* passages with the highest product with *terms*, a sparse vector.

    It is a folded one, and the index is asked; where *exact*, it is not, and all passages are compared.
    """
    distance = f"negative_inner_product({'terms' if exact else 'folded'}, '{terms}')"
    return f"SELECT {among.hint} `key`, -{distance} FROM {among.passages} ORDER BY {distance} {'' if exact else 'APPROXIMATE '}LIMIT {k}"


def products(table: str, terms: str, keys: Sequence[int]) -> str:
    """Return the query for keys and scores of the passages of *keys*."""
    return f"SELECT `key`, inner_product(terms, '{terms}') FROM {table} WHERE `key` IN ({','.join(map(str, keys))})"


def upsert(table: str, columns: str, key: str, *, adding: bool = False) -> str:
    """Return the statement that puts rows of *columns*, replacing those with the same *key*, or *adding* to their numbers."""
    names = columns.split(", ")
    new = ", ".join(f"{name} = {f'{name} + ' if adding else ''}VALUES({name})" for name in names if name not in key.split(", "))
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(names))}) ON DUPLICATE KEY UPDATE {new}"


def set_terms(table: str, count: int) -> str:
    """Return the statement that sets the terms of *count* passages, whose values are (key, terms, folded), in half of the time."""
    first = "SELECT %s AS k, %s AS t, %s AS f"
    rows = " UNION ALL ".join([first, *(["SELECT %s, %s, %s"] * (count - 1))])
    return f"UPDATE {table} p JOIN ({rows}) v ON p.`key` = v.k SET p.terms = v.t, p.folded = v.f"


def lock(connection: Connection, name: str) -> bool:
    """Take the lock of the index *name* unless another connection has it, in a transaction that holds it to its end.

    It is the lock of a row: the server frees it at once when the connection ends, however that happens. What GET_LOCK gave, seekdb 1.4 kept
    for minutes after the connection was closed.
    """
    if not connection.rows(f"SELECT 1 FROM {LOCKS} WHERE name = %s", name):
        connection.run(f"INSERT IGNORE INTO {LOCKS} (name) VALUES (%s)", name)
    connection.begin()
    try:
        return bool(connection.rows(f"SELECT 1 FROM {LOCKS} WHERE name = %s FOR UPDATE NOWAIT", name))
    except Busy:
        connection.roll_back()
        return False


def wait_for_rows(connection: Connection, seconds: float) -> None:
    """Let a statement wait at most so long for a row that another transaction has locked."""
    connection.run(f"SET ob_trx_lock_timeout = {int(seconds * 1_000_000)}")


def as_vector(vector: Any) -> bytes:
    """Return a vector of float32 as a column takes it."""
    return bytes(vector.astype("<f4").tobytes())


def _written(vector: Vectors) -> str:
    return f"[{','.join(f'{value:.9g}' for value in vector.tolist())}]"


def _nodes(connection: Connection) -> int:
    """Return how many servers there are, 1 where that cannot be asked."""
    for query in SERVERS:
        with suppress(QianliError):
            return max(1, int(connection.rows(query)[0][0]))
    return 1
