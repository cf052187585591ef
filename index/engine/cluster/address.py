"""The address of an index in a cluster, and the password that goes with it.

oceanbase://user@host:2881/database/name?ca=ca.pem&password_file=password

The password is never a part of an address, so that no message, log or file shows one: it comes from QIANLI_CLUSTER_PASSWORD, or from the
file that the address names. Without one, only a server on this computer is asked.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from index.errors import BadInput, reason

SCHEME = "oceanbase"
PORT = 2881
PASSWORD = "QIANLI_CLUSTER_PASSWORD"
OPTIONS = ("ca", "password_file")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
LONGEST = 44  # characters with which the names of tables may begin; OceanBase takes names of 64
FORM = "oceanbase://user@host:2881/database/name"


class ClusterAddress(NamedTuple):
    """Where an index is: its *name* in a *database* of the server at *host* and *port*, which *user* may use.

    - *ca*: the file of the certificates by which the server is known; TLS is used then.
    - *password_file*: the file whose first line is the password.
    - *written*: the address as it was given, for people.
    """

    user: str
    host: str
    port: int
    database: str
    name: str
    ca: Path | None
    password_file: Path | None
    written: str

    def __str__(self) -> str:
        return self.written

    @property
    def is_here(self) -> bool:
        """Whether the server is on this computer, by its address."""
        return self.host in LOOPBACK

    @property
    def prefix(self) -> str:
        """What the names of the tables of the index begin with."""
        return table_prefix(self.name)

    def password(self) -> str:
        """Return the password, "" where there is none. Raise BadInput where one is needed, or its file cannot be read."""
        password = os.environ.get(PASSWORD, "")
        if not password and self.password_file:
            try:
                password = self.password_file.read_text("utf-8").partition("\n")[0].rstrip("\r")
            except (OSError, ValueError) as error:
                why = reason(error) if isinstance(error, OSError) else error
                raise BadInput("the password in {file} cannot be read: {why}", file=self.password_file, why=why) from error
        if not password and not self.is_here:
            raise BadInput(
                "{address} needs a password: put it in {variable}, or in a file that the address names with ?password_file=FILE",
                address=self.written,
                variable=PASSWORD,
            )
        return password


def parsed(written: str) -> ClusterAddress:
    """Return the parts of an address; raise BadInput, with what it should look like, for one that is none.

    >>> found = parsed("oceanbase://root%40sys@10.0.0.7/precedents/zhejiang?ca=ca.pem")
    >>> found.user, found.host, found.port, found.database, found.name, found.ca
    ('root@sys', '10.0.0.7', 2881, 'precedents', 'zhejiang', PosixPath('ca.pem'))
    """
    try:
        parts = urlsplit(written)
        port, host = parts.port or PORT, parts.hostname
    except ValueError:
        raise BadInput("this is no address of an index in a cluster; it looks like {form}", form=FORM) from None
    if parts.password is not None:
        raise BadInput("no password belongs into an address, where everybody can read it; put it in {variable}", variable=PASSWORD)
    if parts.fragment or not parts.username:  # it may hold a password, as in user:12#3@host, and is not repeated
        raise BadInput("this is no address of an index in a cluster; it looks like {form}", form=FORM)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    places = [unquote(part) for part in parts.path.split("/")[1:]]
    if unknown := sorted(options.keys() - {*OPTIONS}):
        raise BadInput("{option} is no option of an address; there are {options}", option=unknown[0], options=", ".join(OPTIONS))
    if parts.scheme != SCHEME or not host or len(places) != 2 or not all(places) or places[1] != places[1].rstrip():
        raise BadInput("{address} is no address of an index in a cluster; it looks like {form}", address=written, form=FORM)
    if len(table_prefix(places[1])) > LONGEST:
        raise BadInput("{name} is too long for the name of an index in a cluster; take a shorter one", name=places[1])
    files = {name: Path(options[name]).expanduser() if options.get(name) else None for name in OPTIONS}
    database, name = places
    ours = (database, name, files["ca"], files["password_file"], written)
    return ClusterAddress(unquote(parts.username), host, port, *ours)


def table_prefix(name: str) -> str:
    """Return what the names of the tables of the index *name* begin with: letters, digits and _ as they are, others by their number.

    >>> table_prefix("zhejiang"), table_prefix("浙江-2024")
    ('q_zhejiang_', 'q_x6d59x6c5fx2d2024_')
    """
    return f"q_{re.sub(r'[^a-wyz0-9_]', lambda other: f'x{ord(other[0]):x}', name)}_"
