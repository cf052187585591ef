"""Who may ask where the server has a token: programs send it with each request, a browser signs in once and keeps a cookie.

Authorization: Bearer TOKEN                     programs
POST /sign-in, token=TOKEN ──▶ a cookie         a browser; it holds until when it is good and a digest of that, not the token
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import time
from pathlib import Path
from urllib.parse import parse_qs, quote

from index.errors import BadInput, reason
from search.server.settings import LEAST_TOKEN

VARIABLE = "QIANLI_TOKEN"
PATH = "/sign-in"
DAYS = 30  # for which a browser stays signed in
LARGEST_TOKEN_FILE = 4096  # bytes; more is another file


def read_token(file: Path | None) -> str | None:
    """Return the token of *file*, else of QIANLI_TOKEN, None without either. Raise BadInput for one that can be guessed or not be sent."""
    if file:
        try:
            with file.open("rb") as opened:
                text, where = opened.read(LARGEST_TOKEN_FILE + 1).decode("utf-8-sig"), str(file)
        except (OSError, ValueError) as error:
            raise BadInput("{path}: the token cannot be read: {why}; name a text file with --token-file",
                           path=file, why=reason(error)) from None  # fmt: skip
    elif (given := os.environ.get(VARIABLE)) is not None:
        text, where = given, VARIABLE
    else:
        return None
    token = text.strip()
    if not LEAST_TOKEN <= len(token) <= LARGEST_TOKEN_FILE or not token.isascii() or not token.isprintable() or " " in token:
        raise BadInput(
            "{where}: a token has {least} characters or more, letters, digits and signs in one line; make one with: openssl rand -hex 24",
            where=where,
            least=LEAST_TOKEN,
        )
    return token


def seen_by_others(file: Path) -> bool:
    """Whether other users of this machine can read *file*; Windows has no such bits."""
    return os.name == "posix" and bool(file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


class SignIn:
    """Recognises those who know the *token*."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._key = hashlib.sha256(b"qianli cookie\0" + self._token).digest()  # a new token ends every session
        self.name = f"qianli_{self._signed('name')[:8]}"  # of the cookie: servers on other ports of a machine have their own

    def is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token)

    def knows(self, authorization: str, cookies: str) -> bool:
        """Whether the headers Authorization and Cookie of a request show the token, or that it was shown before."""
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self.is_token(given.strip())
        parts = (part.strip().partition("=") for part in cookies.split(";"))
        return any(name == self.name and self._is_good(value) for name, _, value in parts)

    def cookie(self, secure: bool) -> str:
        """Return the header Set-Cookie for who showed the token."""
        until = str(int(time.time()) + DAYS * 86_400)
        fields = [f"{self.name}={until}.{self._signed(until)}", "Path=/", f"Max-Age={DAYS * 86_400}", "HttpOnly", "SameSite=Strict"]
        return "; ".join([*fields, *(["Secure"] if secure else [])])

    def _is_good(self, value: str) -> bool:
        until, _, signature = value.partition(".")
        own = hmac.compare_digest(signature.encode("utf-8", "replace"), self._signed(until).encode())
        return own and until.isdecimal() and int(until) > time.time()

    def _signed(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), "sha256").hexdigest()


def wanted_page(query: str) -> str:
    """Return the page of this server that a browser wants after it signed in: the field `next`, never an address elsewhere.

    >>> wanted_page("next=%2Fpassages%2F1f%3Fx%3D1"), wanted_page("next=//elsewhere.example"), wanted_page("next=/%5Celsewhere")
    ('/passages/1f?x=1', '/', '/')
    """
    page = next(iter(parse_qs(query).get("next", [])), "/")
    return page if page.startswith("/") and page[1:2] not in ("/", "\\") and page.isprintable() and page.isascii() else "/"


def sign_in_address(page: str) -> str:
    """Return where a browser that wants *page* signs in."""
    return f"{PATH}?next={quote(page, safe='')}" if page != "/" else PATH


def token_in(form: bytes) -> str:
    """Return the field `token` of a form that a browser sent; "" where there is none."""
    return next(iter(parse_qs(form.decode("utf-8", "replace")).get("token", [])), "").strip()
