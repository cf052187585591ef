"""A client of the API in the standard library alone, to use or to copy: questions in, typed results out.

client = Client("http://127.0.0.1:8321/", token=None)
for hit in client.search("电动自行车乱停怎么治理", k=3).hits:
    print(hit.score, hit.text, hit.citation.source, hit.citation.lines)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen


class Refused(Exception):
    """The server did not answer: its status, what it says, and the seconds after which to ask again, if it says so."""

    def __init__(self, status: int, detail: str, retry_after: int | None) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail, self.retry_after = status, detail, retry_after


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a passage stands. Lines count from 1, both ends included; what is not printed is None."""

    source: str
    lines: list[list[int]]
    paragraph: int | None
    article: str | None
    place: str | None
    date: str | None
    page: int | None
    sha256: str
    id: str


@dataclass(frozen=True, slots=True)
class Hit:
    rank: int
    score: float
    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Result:
    """*error*: why a question of several could not be asked."""

    query: str
    found: bool
    hits: list[Hit]
    error: str | None = None


class Client:
    def __init__(self, address: str, token: str | None = None, timeout: float = 60.0) -> None:
        self._address, self._token, self._timeout = address.rstrip("/"), token, timeout

    def search(self, query: str, **options: str | float | bool) -> Result:
        """Return the passages for one question; *options* are those of /openapi.json, such as k and place."""
        asked = {name: str(value).lower() if isinstance(value, bool) else value for name, value in options.items()}
        return _result(self._get(f"/v1/search?{urlencode({'q': query, **asked})}"))

    def search_many(self, queries: Sequence[str], **options: str | float | bool) -> list[Result]:
        """Return the results of up to a hundred questions, in order."""
        return [_result(result) for result in self._get("/v1/search", {"queries": list(queries), **options})["results"]]

    def show(self, citation: str, context: int = 1) -> dict[str, Any]:
        """Return a passage in its article."""
        return self._get(f"/v1/passages/{quote(citation)}?context={context}")

    def verify(self, citations: Sequence[str]) -> list[str]:
        """Return what became of each citation: ok, moved, altered or missing."""
        return [str(verdict["status"]) for verdict in self._get("/v1/verify", {"citations": list(citations)})["verdicts"]]

    def _get(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = Request(self._address + path, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"})
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urlopen(request, timeout=self._timeout) as answer:
                known: dict[str, Any] = json.load(answer)
                return known
        except HTTPError as error:
            with error:
                wait = error.headers.get("Retry-After")
                raise Refused(error.code, json.load(error)["detail"], int(wait) if wait else None) from None


def _result(known: dict[str, Any]) -> Result:
    hits = [Hit(hit["rank"], hit["score"], hit["text"], _citation(hit["citation"])) for hit in known["hits"]]
    return Result(known["query"], known["found"], hits, known.get("error"))


def _citation(known: dict[str, Any]) -> Citation:
    return Citation(**{field.name: known[field.name] for field in fields(Citation)})
