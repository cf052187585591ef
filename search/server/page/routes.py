"""The addresses of the page: a request in, HTML or a file out. Every state of the page has an address; only the basket is changed by POST.

/                   the start         /search?q=…&place=…    an answer        /passages/ID    a passage in its article and its source
/basket             what was chosen   /basket/FORM           it as a file     /figures?q=…    places, measures and years of an answer
/static/NAME        style, script, icon
"""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response

from index.engine.protocol import Filter, Index
from index.errors import BadInput
from search.measures import rarity_by
from search.options import SearchOptions
from search.pasted import locate
from search.results import Result
from search.retrieval.filters import empty_filters
from search.server.api import asker_of, visit_of
from search.server.asking import Asker
from search.server.page import basket as baskets
from search.server.page import languages
from search.server.page.asked import Asked
from search.server.page.figures import Part
from search.server.page.handing_out import Handout, chosen, handout
from search.server.page.overview import overview
from search.server.page.passage import view_of
from search.server.page.rendering import STATIC, static_file
from search.server.page.views import Reader, basket_page, error_page, figures_page, passage_page, results_page, start_page

router = APIRouter(include_in_schema=False)
FOREVER = "public, max-age=31536000, immutable"  # for files whose address changes with them
MOST_FIELDS = 12  # of a form


def page_response(request: Request, html: str, status: int = 200) -> Response:
    """Return a page; a language that its address asks for is kept."""
    response = Response(html, status, media_type="text/html; charset=utf-8")
    if request.query_params.get(languages.FIELD) in ("zh", "en"):
        _keep(request, response, languages.COOKIE, request.query_params[languages.FIELD], languages.KEPT)
    return response


@router.get("/")
async def start(request: Request) -> Response:
    """Return the search field alone, with examples."""
    reader = Reader.of(request)
    known = await asker_of(request).read(overview)
    return page_response(request, start_page(reader, known, Asked()))


@router.get("/search")
async def search(request: Request) -> Response:
    """Return the passages for a question, or those that are like a passage."""
    reader = Reader.of(request)
    asker = asker_of(request)
    known = await asker.read(overview)
    asked = Asked.of(request.query_params)
    if not asked.q and not asked.like:
        return page_response(request, start_page(reader, known, asked))
    try:
        options, like = asked.checked(), None
        if asked.like:
            like = (await asker.read(lambda index: locate(index, asked.like))).passage.citation
        result = await _answer(request, asker, asked, options)
    except BadInput as error:  # the form stays filled, so that it can be mended
        return page_response(request, start_page(reader, known, asked, str(error)), 422)
    empty: list[str] = [] if result.shown else await asker.read(lambda index: _empty(index, asked))
    html = results_page(reader, known, asked, result, asker.searcher.threshold(), empty, like)
    return page_response(request, html)


@router.get("/figures")
async def figures(request: Request) -> Response:
    """Return places, measures and years of all that was found, as numbers that lead to their passages."""
    reader = Reader.of(request)
    asker = asker_of(request)
    asked, part = Asked.of(request.query_params), Part.named(request.query_params)
    if not asked.q and not asked.like:
        return page_response(request, start_page(reader, await asker.read(overview), asked))
    asked.checked()
    result = await _answer(request, asker, asked, asked.counted().options)
    hits = result.hits if result.found else []
    rarity = rarity_by(asker.searcher.lexicon)
    return page_response(request, await asker.read(lambda index: figures_page(reader, asked, hits, part, rarity)))


@router.get("/passages/{citation:path}")
async def passage(request: Request, citation: str) -> Response:
    """Return a passage in its article, with its source beside it."""
    reader = Reader.of(request)
    whole = request.query_params.get("whole") == "1"
    try:
        view = await asker_of(request).read(view_of(citation, whole))
    except BadInput as error:
        return page_response(request, error_page(reader, 404, str(error)), 404)
    return page_response(request, passage_page(reader, view, request.query_params.get("q", "").strip(), whole))


@router.get("/basket")
async def basket(request: Request) -> Response:
    """Return what was chosen."""
    reader = Reader.of(request)
    asker = asker_of(request)
    questions = await asker.read(lambda index: chosen(index, reader.basket))
    return page_response(request, basket_page(reader, questions, asker.searcher.threshold()))


@router.post("/basket")
async def change_basket(request: Request) -> Response:
    """Add, remove or move a passage, or empty the basket; then go back to the page whose form this was."""
    reader = Reader.of(request)
    form = await _form(request)
    held, id_ = reader.basket, form.get("id", "")
    action = form.get("action", "")
    if action == "add":
        held = held.added(baskets.item_of(id_, form.get("q", ""), form.get("score", "")))
    elif action in ("earlier", "later"):
        held = held.moved(id_, -1 if action == "earlier" else 1)
    elif action == "remove":
        held = held.removed(id_)
    elif action == "empty":
        held = baskets.Basket()
    response = Response(status_code=303, headers={"Location": _own(form.get("back", ""))})
    if held.items:
        _keep(request, response, baskets.NAME, baskets.packed(held), baskets.KEPT)
    else:
        response.delete_cookie(baskets.NAME, path="/", httponly=True, samesite="lax")
    return response


@router.get("/basket/{form}")
async def hand_out(request: Request, form: str) -> Response:
    """Return the basket as a file of references or as an evidence sheet."""
    reader = Reader.of(request)
    asker = asker_of(request)
    threshold = asker.searcher.threshold()
    made: Handout = await asker.read(lambda index: handout(index, reader.basket, form, threshold))
    return Response(made.content, media_type=made.media, headers={"Content-Disposition": made.disposition})


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Return a file of the page itself."""
    if name not in STATIC:
        return Response("", 404)
    return Response(static_file(name), media_type=STATIC[name], headers={"Cache-Control": FOREVER})


@router.get("/favicon.ico")
async def icon() -> Response:
    return Response(static_file("icon.svg"), media_type=STATIC["icon.svg"])


async def _answer(request: Request, asker: Asker, asked: Asked, options: SearchOptions) -> Result:
    """Return what is found for a question, or what is like a passage. Raises BadInput for what cannot be asked."""
    visit_of(request).asks([asked.q or asked.like])
    if asked.like:
        return await asker.like(asked.like, options)
    (answer,) = await asker.search([asked.q], options)
    if not isinstance(answer, Result):
        raise answer
    return answer


def _empty(index: Index, asked: Asked) -> list[str]:
    """Return which filter leaves no passage, as the command line says it."""
    return list(empty_filters(index, Filter(asked.place or None, asked.source or None, asked.since or None, asked.until or None)))


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form that a browser sent."""
    try:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadInput("a form has {most} fields at most; send it from the page", most=MOST_FIELDS) from None
    return {name: values[0] for name, values in fields.items()}


def _own(back: str) -> str:
    """Return the address to go back to: a page of this server, else the basket.

    >>> _own("/search?q=a#hit-2"), _own("//elsewhere.example"), _own("https://elsewhere.example"), _own("/\\\\elsewhere"), _own("//[")
    ('/search?q=a#hit-2', '/basket', '/basket', '/basket', '/basket')
    """
    ours = back.startswith("/") and not back.startswith("//") and "\\" not in back  # a browser reads /\ as //
    return back if ours and back.isascii() and back.isprintable() else "/basket"


def _keep(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)
