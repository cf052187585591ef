"""The API: the routes below /v1, whose answers are byte for byte what the command line prints with --json, less the field `path`.

GET  /v1/search?q=…           a result                    POST /v1/search {"queries": […]}       {"results": […]}
GET  /v1/passages/CITATION    the passage in its article  POST /v1/verify {"citations": […]}     {"verdicts": […], "unreadable": […]}
GET  /v1/places               the places of the index     POST /v1/cite?form=ris {"results": …}  references, or an evidence sheet
GET  /v1/health               what answers
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from index.engine.protocol import Index
from index.errors import BadInput
from index.messages import say
from search.output.json_lines import json_line
from search.places import place_tree
from search.results import Result
from search.retrieval.query import printable
from search.searcher import show
from search.server.asked import Asked, CiteAsked, Cited, Question, Questions, ShownAsked, checked_query, one_of
from search.server.asking import Asker
from search.server.guards.guard import Visit
from search.server.handing_out import MEDIA, handed_out
from search.server.kept import kept, version
from search.server.mcp.schemas import without_paths
from search.server.problems import Problem
from search.server.verifying import verified


def json_alone(request: Request) -> None:
    """Raise Problem for a body that does not call itself JSON: a form of any page could send others."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, say("send the questions as JSON, with the header Content-Type: application/json"))


router = APIRouter(prefix="/v1")
JSON_ALONE = [Depends(json_alone)]
PLACES_SCHEMA, HEALTH_SCHEMA = "qianli.places.v1", "qianli.health.v1"


def asker_of(request: Request) -> Asker:
    """Return what asks for the server that *request* came to."""
    asker: Asker = request.app.state.asker
    return asker


def visit_of(request: Request) -> Visit:
    """Return what the guards know of a request."""
    visit: Visit = request.state.visit
    return visit


def json_response(fields: Any) -> Response:
    """Return *fields* as one line of JSON, as `--json` prints it."""
    return Response(f"{json_line(without_paths(fields))}\n", media_type="application/json")


@contextmanager
def naming_nothing() -> Iterator[None]:
    """Answer 404 where a citation names no passage of the index."""
    try:
        yield
    except BadInput as error:
        raise Problem(404, str(error)) from None


@router.get("/search", summary="Ask one question")
async def search(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Return the passages for one question, or those that are like a passage: what `qianli search --json` prints."""
    text, like = one_of(asked)
    options = asked.options()
    visit_of(request).asks([text])
    if like:
        with naming_nothing():
            return json_response((await asker_of(request).like(text, options)).to_dict())
    (result,) = await asker_of(request).search([text], options)
    if isinstance(result, BadInput):
        raise result
    return json_response(result.to_dict())


@router.post("/search", summary="Ask up to a hundred questions", dependencies=JSON_ALONE)
async def search_many(request: Request, asked: Questions) -> Response:
    """Return a result for each question, in order. A question that cannot be asked has its `error` there, as in `qianli batch`."""
    options = asked.options()
    questions = [question if isinstance(question, Question) else Question(query=question) for question in asked.queries]
    visit_of(request).asks([question.query for question in questions])
    answers: list[Result | BadInput] = [_refused(question.query) for question in questions]
    sound = [number for number, answer in enumerate(answers) if isinstance(answer, Result)]
    asked_of = await asker_of(request).search([questions[number].query for number in sound], options) if sound else []
    for number, answer in zip(sound, asked_of, strict=True):
        answers[number] = answer
    results = [_result(question, answer) for question, answer in zip(questions, answers, strict=True)]
    return json_response({"results": results})


def _refused(text: str) -> Result | BadInput:
    """Return why a question is not asked at all, else an empty result that its answer replaces."""
    try:
        return Result(checked_query(text), False, [], [])
    except BadInput as error:
        return error


def _result(question: Question, answer: Result | BadInput) -> dict[str, Any]:
    if isinstance(answer, BadInput):
        answer = Result(printable(question.query), False, [], [], error=str(answer))
    return answer.to_dict(question.id)


@router.get("/passages/{citation:path}", summary="Show a cited passage in its article")
async def passage(request: Request, citation: str, asked: Annotated[ShownAsked, Query()]) -> Response:
    """Return the passage that a citation names, an id, its first six characters or SOURCE:LINE: what `qianli show --json` prints."""
    with naming_nothing():
        shown = await asker_of(request).read(lambda index: show(index, citation, asked.context))
    return json_response(shown.to_dict())


@router.post("/verify", summary="Check citations against their sources", dependencies=JSON_ALONE)
async def verify(request: Request, cited: Cited) -> Response:
    """Return what the sources say today: `verdicts` are the lines of `qianli verify --json`. Only files of the index are opened."""
    return json_response(await asker_of(request).read(lambda index: verified(index, _some(cited))))


@router.post("/cite", summary="Write references or an evidence sheet", dependencies=JSON_ALONE)
async def cite(request: Request, cited: Cited, asked: Annotated[CiteAsked, Query()]) -> Response:
    """Return what `qianli cite` writes: a list of references, or an evidence sheet whose quotes are checked as it is written."""
    body = await asker_of(request).read(lambda index: handed_out(index, _some(cited), asked.form, asked.context))
    name = f"qianli.{MEDIA[asked.form].suffix}"
    return Response(body, media_type=MEDIA[asked.form].type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _some(cited: Cited) -> Cited:
    """Return what is cited. Raise BadInput where it is nothing."""
    if not cited.results and not cited.citations:
        raise BadInput("nothing is cited; give results, or citations: ids or SOURCE:LINE")
    return cited


@router.get("/places", summary="List the places of the index")
async def places(request: Request) -> Response:
    """Return the places that articles speak of, as a tree: each with how many articles speak of it or of a place below it."""
    return json_response({"schema": PLACES_SCHEMA, "places": await asker_of(request).read(lambda index: kept(_places, index))})


def _places(index: Index) -> list[dict[str, Any]]:
    return [place.to_dict() for place in place_tree(index.areas())]


@router.get("/health", summary="What the server answers from")
async def health(request: Request) -> Response:
    """Return the number of the state of the index, its model and its passages; without the token only that the server answers."""
    if not visit_of(request).known:
        return json_response({"schema": HEALTH_SCHEMA, "status": "ok"})
    asker = asker_of(request)
    facts = await asker.read(lambda index: kept(_facts, index))
    trouble = say("the newest state of the index cannot be opened; the last good one answers") if asker.trouble else None
    return json_response({"schema": HEALTH_SCHEMA, "status": "stale" if trouble else "ok", "trouble": trouble, **facts})


def _facts(index: Index) -> dict[str, Any]:
    known = index.facts()
    counts = {name: known.get(name) for name in ("pages", "articles", "passages", "approximate")}
    return {"state": known.get("generation"), "model": index.model.name, **counts, "version": version()}
