"""Errors as answers: `application/problem+json` (RFC 9457) with the sentence that the command line prints, and no path of this machine.

BadInput 422   OtherModel 409   Busy, DamagedIndex, NoIndex 503   anything unforeseen 500, with an id that the log has as well
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from index.errors import BadInput, Busy, OtherModel, QianliError
from index.messages import say
from search.output.json_lines import json_line
from search.server.page.problem_page import asked_by_a_person, problem_page
from search.server.wrong_input import sentence

MEDIA = "application/problem+json"
AGAIN = "2"  # seconds after which one who was sent away may ask again


class Problem(Exception):
    """An answer that is an error: its status of HTTP and one sentence that says what to do."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


def problem_of(error: Exception) -> Problem:
    """Return what is answered where *error* was raised."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, BadInput):
        return Problem(422, str(error))
    if isinstance(error, OtherModel):
        return Problem(409, str(error))
    if isinstance(error, Busy):
        return Problem(503, str(error), {"Retry-After": AGAIN})
    if isinstance(error, QianliError):
        return Problem(503, str(error))
    raise error


def problem_response(problem: Problem) -> Response:
    """Return *problem* as it is sent."""
    status = HTTPStatus(problem.status)
    fields = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": problem.detail}
    return Response(f"{json_line(fields)}\n", int(status), problem.headers, MEDIA)


def response_to(request: Request, problem: Problem) -> Response:
    """Return *problem* as the one who asked reads it: a page of HTML in a browser, else JSON."""
    if not asked_by_a_person(request):
        return problem_response(problem)
    return problem_page(request, problem.status, problem.detail, problem.headers)


def without_paths(text: str, address: Path | str) -> str:
    """Return a sentence without the folders of this machine, and without a cluster's address: the index keeps its name."""
    if "://" in str(address):
        return text.replace(str(address), str(address).rpartition("/")[2].partition("?")[0])
    folder = Path(address).absolute()
    return text.replace(f"{folder.parent}/", "").replace(f"{folder.parent}\\", "").replace(str(folder.parent), folder.parent.name)


def handle_problems(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Let *app*, which has these *routes*, answer every error that is foreseen as a problem."""

    def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        address = request.app.state.asker.searcher.index.address
        return response_to(request, Problem(problem.status, without_paths(problem.detail, address), problem.headers))

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        findings = error.errors()
        no_json = any(str(finding["type"]).startswith("json_") for finding in findings)
        return response_to(request, Problem(400 if no_json else 422, sentence(findings)))

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        told = {
            400: say("the request is no JSON; send an object in UTF-8"),
            404: say("there is no page at this address; go on from the search")
            if asked_by_a_person(request)
            else say("there is no such page; what can be asked is listed in /openapi.json"),
            405: say("this cannot be asked with {method}; see /openapi.json", method=request.method),
        }
        headers = {**(error.headers or {}), **({"Allow": _allowed(routes, request.url.path)} if error.status_code == 405 else {})}
        return response_to(request, Problem(error.status_code, told.get(error.status_code, str(error.detail)), headers))

    app.add_exception_handler(QianliError, answer)
    app.add_exception_handler(Problem, answer)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _allowed(routes: Sequence[BaseRoute], path: str) -> str:
    """Return the methods with which *path* can be asked, by whichever route: each knows its own alone."""
    methods = {name for route in routes if isinstance(route, Route) and route.path_regex.match(path) for name in route.methods or ()}
    return ", ".join(sorted(methods))
