"""The API: the routes below /v1, whose answers are byte for byte what the command line prints with --json, less the field `path`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from search.options import SearchOptions
from search.output.json_lines import json_line
from search.server.asking import Asker

router = APIRouter(prefix="/v1")


def asker_of(request: Request) -> Asker:
    """Return what asks for the server that *request* came to."""
    asker: Asker = request.app.state.asker
    return asker


def without_path(fields: Any) -> Any:
    """Return *fields* of JSON without the places of files on this machine, which every citation has as `path`."""
    if isinstance(fields, dict):
        return {name: without_path(value) for name, value in fields.items() if name != "path"}
    return [without_path(value) for value in fields] if isinstance(fields, list) else fields


def json_response(fields: Any) -> Response:
    """Return *fields* as one line of JSON."""
    return Response(f"{json_line(without_path(fields))}\n", media_type="application/json")


@router.get("/search")
async def search(request: Request, q: str, k: int = 10) -> Response:
    """Return the passages for one question."""
    (result,) = await asker_of(request).search([q], SearchOptions(k))
    if isinstance(result, Exception):
        raise result
    return json_response(result.to_dict())


@router.get("/health")
async def health(request: Request) -> Response:
    """Return what the server answers from."""
    return json_response({"status": "ok"})
