"""How a server is run: where it listens, who may ask, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "::1")  # names under which a machine knows itself alone
LEAST_TOKEN = 16  # characters of a token; fewer can be tried out

LONGEST_QUERY = 4 * 2**10  # bytes of one question in UTF-8
MOST_HITS = 100  # the highest k
MOST_CONTEXT = 20  # passages on either side of a hit
MOST_QUERIES = 100  # questions of one request
LARGEST_BODY = 2**20  # bytes of the body of a request
MOST_CITED = 500  # citations that one request verifies or cites


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings of one server.

    - *host*, *port*: where it listens; *allowed_hosts*: further names under which it is asked.
    - *token*: what a program sends and a browser signs in with; None: nobody is asked for one.
    - *certificate*, *key*: files of TLS. *log_questions*: whether the log repeats the questions.
    - *queue*: requests that may wait; *gather*: seconds that a question waits for others to be asked with.
    - *timeout*: seconds after which a request is given up; *rate*: requests and further questions a second of one client, over some time.
    """

    host: str = "127.0.0.1"
    port: int = 8321
    token: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    log_questions: bool = False
    queue: int = 64
    gather: float = 0.005
    timeout: float = 30.0
    rate: float = 100.0
    burst: float = 300.0
