"""What a person in a browser gets where a program gets JSON: what went wrong, or the form for the token, as a page."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from search.server.page.views import Reader, error_page, sign_in_page

PROGRAMS = ("/v1/", "/openapi.json", "/static/")  # addresses that no person opens
HTML = "text/html; charset=utf-8"


def asked_by_a_person(request: Request) -> bool:
    """Whether a browser asked for a page."""
    return not request.url.path.startswith(PROGRAMS) and "text/html" in request.headers.get("accept", "")


def problem_page(request: Request, status: int, detail: str, headers: Mapping[str, str]) -> Response:
    """Return a page that says *detail*; a header Retry-After is said in words as well."""
    return Response(error_page(Reader.of(request), status, detail, headers.get("Retry-After")), status, headers, HTML)


def sign_in_form(request: Request, action: str, wrong: str = "") -> Response:
    """Return the form for the token, which is sent to *action*; *wrong* says why the last one was not taken."""
    return Response(sign_in_page(Reader.of(request), action, wrong), 401 if wrong else 200, media_type=HTML)
