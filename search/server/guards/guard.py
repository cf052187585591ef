"""What stands before every request: under which name, from where, who asks, how much and how often; and the headers of every answer.

request ──▶ host ──▶ rate ──▶ from which page ──▶ who ──▶ its body, whole and not too long ──▶ the application
             421      429           403            401             408, 413
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from index.messages import say, speaking
from search.server.guards import sign_in
from search.server.guards.bodies import App, Gone, Message, Receive, Scope, Send, body_of, while_wanted
from search.server.guards.rates import Limiter, client_of
from search.server.page.languages import language_of
from search.server.page.problem_page import sign_in_form
from search.server.problems import Problem, response_to
from search.server.settings import LOOPBACK, ServerSettings

Log = Callable[[dict[str, Any]], None]  # takes the fields of one line

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer a form of our own page is sent with `Origin: null`
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
API = "/v1/"
HEALTH = "/v1/health"
OPEN = (HEALTH, sign_in.PATH, "/static/", "/favicon.ico")  # what is answered without the token; `health` says less then
SAFE = ("GET", "HEAD", "OPTIONS")
OWN_PAGES = ("same-origin", "none")  # what a browser says of a request from a page of ours, or typed by a person
SEND_TIME = 60.0  # seconds in which a client must take each part of an answer
FAILED_RATE, FAILED_BURST = 0.1, 5  # wrong tokens of one client: five at once, then one in ten seconds


def silent(fields: dict[str, Any]) -> None:
    """Drop a line of the log that nobody wants to read."""


@dataclass(slots=True)
class Visit:
    """One request on its way. *known*: whether it may ask, as far as the token goes; *texts*: the questions that it asked."""

    client: str
    limiter: Limiter
    known: bool = True
    status: int = 0
    texts: list[str] = field(default_factory=list)
    trouble: dict[str, Any] = field(default_factory=dict)

    def asks(self, texts: Sequence[str]) -> None:
        """Note the questions of this request. Raise Problem where a client asks too many at once."""
        self.texts += texts
        _take(self.limiter, self.client, max(0, len(texts) - 1))


class Guard:
    """Lets requests through to *app*, and tells *log* of each."""

    def __init__(self, app: App, settings: ServerSettings, log: Log = silent) -> None:
        self._app, self._settings, self._log = app, settings, log
        self._hosts = {name.lower() for name in (*LOOPBACK, settings.host, *settings.allowed_hosts)}
        self._limiter = Limiter(settings.rate, settings.burst)
        self._failures = Limiter(FAILED_RATE, FAILED_BURST)
        self._sign_in = sign_in.SignIn(settings.token) if settings.token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        headers = Headers(raw=scope["headers"])
        visit = Visit(client_of((scope.get("client") or ("",))[0]), self._limiter)
        scope.setdefault("state", {})["visit"] = visit
        sending = _with_headers(send, visit)
        with speaking(language_of(Request(scope))):
            try:
                await self._let_through(scope, headers, receive, sending, visit)
            except Problem as problem:
                await response_to(Request(scope), problem)(scope, receive, sending)
            except Gone:
                visit.trouble = {"error": "the client went away"}
            except Exception as error:
                answer = self._unforeseen(scope, error, visit)
                if not visit.status:  # else a part of another answer is sent already
                    await answer(scope, receive, sending)
        self._log(self._line(scope, visit, time.perf_counter() - begun))

    async def _let_through(self, scope: Scope, headers: Headers, receive: Receive, send: Send, visit: Visit) -> None:
        """Answer a request, or hand it to the application. Raise Problem where it is refused."""
        self._refuse_other_hosts(scope, headers)
        _take(self._limiter, visit.client)
        path, method = scope["path"], scope["method"]
        if method not in SAFE:
            _refuse_other_pages(headers)
        visit.known = self._is_known(headers, visit)
        if self._sign_in and path == sign_in.PATH:
            await (await self._signed_in(scope, headers, receive, visit))(scope, receive, send)
            return
        if not visit.known and not any(path == open_ or (open_.endswith("/") and path.startswith(open_)) for open_ in OPEN):
            await self._ask_for_token(scope, headers)(scope, receive, send)
            return
        body = await body_of(headers, receive) if method == "POST" else b""
        asked = {**scope, "method": "GET"} if method == "HEAD" else scope  # uvicorn leaves out the body of an answer to HEAD
        await while_wanted(self._app, asked, body, receive, send)

    def _refuse_other_hosts(self, scope: Scope, headers: Headers) -> None:
        """Raise Problem unless the request names this server: a page elsewhere may have its own name lead here."""
        named = headers.getlist("host")
        name = host_name(named[0]) if len(named) == 1 else ""
        own = (scope.get("server") or ("",))[0]  # a number cannot be led elsewhere
        if not name or (name not in self._hosts and not (name == own and _is_number(name))):
            raise Problem(421, say("this server is not called {host}; start it with --allow-host {host} if it is", host=name[:80] or "?"))

    def _is_known(self, headers: Headers, visit: Visit) -> bool:
        """Whether the request shows the token. Raise Problem for a client that tried out too many."""
        if not self._sign_in:
            return True
        given = headers.get("authorization", "")
        if given:
            self._refuse_trials(visit)
        known = self._sign_in.knows(given, "; ".join(headers.getlist("cookie")))
        if given and not known:
            self._failures.wait(visit.client)
        return known

    def _refuse_trials(self, visit: Visit) -> None:
        if wait := self._failures.needed(visit.client):
            raise _too_many(wait)

    def _ask_for_token(self, scope: Scope, headers: Headers) -> Response:
        """Return the answer to a request without the token: for a browser the way to the form, for a program a problem."""
        query = scope["query_string"].decode("latin-1")
        page = scope["path"] + (f"?{query}" if query else "")
        if scope["method"] in SAFE and not scope["path"].startswith(API) and "text/html" in headers.get("accept", ""):
            if (
                headers.get("sec-fetch-site") == "cross-site"
            ):  # a link from elsewhere brings no cookie; the same page, asked by itself, does
                return HTMLResponse('<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0"><title>qianli</title>')
            return RedirectResponse(sign_in.sign_in_address(page), 303)
        told = say("a token is needed: send it in the header Authorization: Bearer TOKEN, or sign in with a browser")
        return response_to(Request(scope), Problem(401, told, {"WWW-Authenticate": "Bearer"}))

    async def _signed_in(self, scope: Scope, headers: Headers, receive: Receive, visit: Visit) -> Response:
        """Return the form for the token, or the cookie for who sent it."""
        assert self._sign_in
        query = scope["query_string"].decode("latin-1")
        if scope["method"] in SAFE:
            return sign_in_form(Request(scope), sign_in.sign_in_address(sign_in.wanted_page(query)))
        self._refuse_trials(visit)
        if self._sign_in.is_token(sign_in.token_in(await body_of(headers, receive))):
            secure = scope.get("scheme") == "https"
            return RedirectResponse(sign_in.wanted_page(query), 303, {"Set-Cookie": self._sign_in.cookie(secure)})
        self._failures.wait(visit.client)
        wrong = say("this is not the token; look where the server was started")
        return sign_in_form(Request(scope), sign_in.sign_in_address(sign_in.wanted_page(query)), wrong)

    def _unforeseen(self, scope: Scope, error: Exception, visit: Visit) -> Response:
        """Return the answer to a request that met a mistake of ours; the log has where, under the same id."""
        id_ = token_hex(6)
        where = "".join(traceback.format_tb(error.__traceback__))
        visit.trouble = {"id": id_, "error": type(error).__name__, "trace": where}
        if self._settings.log_questions:
            visit.trouble["message"] = str(error)
        told = say("this is a mistake of the server; its log has it under {id}", id=id_)
        return response_to(Request(scope), Problem(500, told))

    def _line(self, scope: Scope, visit: Visit, seconds: float) -> dict[str, Any]:
        """Return the fields of a request's line in the log: no question, unless that was asked for, and no token."""
        return {
            "time": datetime.now().astimezone().isoformat(timespec="milliseconds"), "method": scope["method"], "path": scope["path"],
            "status": visit.status, "ms": round(seconds * 1000, 1), "questions": len(visit.texts),
            **({"asked": visit.texts} if self._settings.log_questions and visit.texts else {}), **visit.trouble,
        }  # fmt: skip


def host_name(header: str) -> str:
    """Return the name in a header Host, without port; "" where it is none.

    >>> host_name("LocalHost:8321"), host_name("[::1]:80"), host_name("a.example."), host_name("a b"), host_name("x@localhost")
    ('localhost', '::1', 'a.example', '', '')
    """
    if any(sign in header for sign in " @/\\?#,\t"):
        return ""
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port  # a ValueError where it is no number
        return (parts.hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _refuse_other_pages(headers: Headers) -> None:
    """Raise Problem for a form or script of a page that is not ours."""
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "none") not in OWN_PAGES or (origin and _place(origin) != headers["host"].lower()):
        raise Problem(403, say("this was sent by a page that is not of this server"))


def _place(origin: str) -> str:
    """Return host and port of a header Origin; "" where it is none.

    >>> _place("http://LocalHost:8321"), _place("null"), _place("http://[")
    ('localhost:8321', '', '')
    """
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _take(limiter: Limiter, client: str, amount: float = 1.0) -> None:
    if wait := limiter.wait(client, amount):
        raise _too_many(wait)


def _too_many(wait: float) -> Problem:
    seconds = math.ceil(wait)
    return Problem(429, say("too many requests; try again in {seconds} seconds", seconds=seconds), {"Retry-After": str(seconds)})


def _with_headers(send: Send, visit: Visit) -> Send:
    """Return what sends an answer with the headers that every answer has, and gives up a client that does not take it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            visit.status = message["status"]
            own = {name.lower() for name, _ in message["headers"]}
            more = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in own]
            message["headers"] = [*message["headers"], *more]
        try:
            await asyncio.wait_for(send(message), SEND_TIME)
        except TimeoutError:
            raise Gone from None

    return sending
