"""The description of the API, /openapi.json: the routes with their fields, every answer and every problem that a program may meet."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from search.server.handing_out import MEDIA
from search.server.kept import version
from search.server.mcp.schemas import MAYBE_TEXT, RESULT, SHOWN, TEXT, VERDICT, WHOLE, Schema, list_of, of_fields, with_fields
from search.server.problems import MEDIA as PROBLEM_MEDIA

PLACE: Schema = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "place": TEXT,
        "articles": WHOLE,
        "below": {"type": "array", "items": {"$ref": "#/components/schemas/Place"}},
    },
    "required": ["name", "place", "articles", "below"],
}
QUESTION_RESULT = with_fields(RESULT, id=TEXT, like=TEXT, error=TEXT)
FLAW = of_fields(where=TEXT, reason=TEXT)
ANSWERS: Schema = {
    "Result": QUESTION_RESULT,
    "Results": of_fields(results=list_of({"$ref": "#/components/schemas/Result"})),
    "ShownPassage": SHOWN,
    "Verdicts": of_fields(verdicts=list_of(VERDICT), unreadable=list_of(FLAW)),
    "Place": PLACE,
    "Places": of_fields(schema=TEXT, places=list_of({"$ref": "#/components/schemas/Place"})),
    "Health": with_fields(
        of_fields(schema=TEXT, status={"type": "string", "enum": ["ok", "stale"]}),
        **{"trouble": MAYBE_TEXT, "state": {}, "model": TEXT, "pages": WHOLE, "articles": WHOLE, "passages": WHOLE, "version": MAYBE_TEXT},
        approximate={"type": ["object", "null"], "additionalProperties": {"type": "object"}},
    ),
}
NAMES = {
    ("/v1/search", "get"): "Result",
    ("/v1/search", "post"): "Results",
    ("/v1/passages/{citation}", "get"): "ShownPassage",
    ("/v1/verify", "post"): "Verdicts",
    ("/v1/places", "get"): "Places",
    ("/v1/health", "get"): "Health",
}

PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457; `detail` is one sentence that says what to do",
    "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
    "required": ["type", "title", "status", "detail"],
}
ABOUT = "Precedents with citations that can be checked. Answers are what the command line prints with --json, less the field path."
PROBLEMS = {  # which problem each route may answer with, beside its own
    "401": "no token, or a wrong one",
    "409": "the index has another model than the search",
    "421": "the server is not called so",
    "422": "a question, an option or a citation that cannot be used",
    "429": "too many requests of one client; Retry-After says when to come back",
    "500": "a mistake of the server",
    "503": "too many wait, it took too long, or the index is damaged",
}
OF_BODIES = {"400": "no JSON", "403": "sent by a page of another server", "408": "too slow", "413": "too long", "415": "no JSON"}
WAIT: Schema = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}


def describe(app: FastAPI) -> None:
    """Let *app* answer /openapi.json with the description of the routes that it has now; the pages for people are none of it."""
    routes = list(app.routes)

    def openapi() -> Schema:
        if app.openapi_schema is None:
            made = get_openapi(title="qianli", version=version() or "0", routes=routes, description=ABOUT)
            app.openapi_schema = _completed(made)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(made: Schema) -> Schema:
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    schemas.update(ANSWERS)
    made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{"token": []}, {}]
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            problems = {**PROBLEMS, **(OF_BODIES if method == "post" else {})}
            if path.startswith(("/v1/passages/", "/v1/pages/")) or (path, method) == ("/v1/search", "get"):
                problems["404"] = "no such passage, or no such page"
            responses = {number: _problem(told, number) for number, told in sorted(problems.items())}
            operation["responses"] = {"200": _answer(path, method), **responses}
    return made


def _problem(told: str, number: str) -> Schema:
    content = {PROBLEM_MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": told, "content": content, **({"headers": WAIT} if number in ("429", "503") else {})}


def _answer(path: str, method: str) -> Schema:
    if path == "/v1/cite":
        kinds = {media.type.partition(";")[0]: {"schema": {"type": "string"}} for media in MEDIA.values()}
        return {"description": "the file", "content": kinds}
    if path.startswith("/v1/pages/"):
        return {"description": "the picture", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
    name = NAMES[path, method]
    return {"description": f"a {name}", "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
