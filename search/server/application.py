"""The application: an open search and settings in, what uvicorn runs out.

request ──guards──▶ router: api (/v1/…), page (/) ──▶ asking ──▶ answer
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from search.searcher import Searcher
from search.server import api, pictures
from search.server.asking import Asker
from search.server.description import describe
from search.server.guards.guard import Guard, Log, silent
from search.server.page import routes as page
from search.server.problems import handle_problems
from search.server.settings import ServerSettings


def application(searcher: Searcher, settings: ServerSettings, log: Log = silent) -> FastAPI:
    """Return the application that answers from *searcher* and tells *log* of each request. Its state has `asker` and `settings`."""
    asker = Asker(searcher, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        asker.close()

    app = FastAPI(title="qianli", docs_url=None, redoc_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.asker, app.state.settings = asker, settings
    handle_problems(app, [*app.routes, *api.router.routes, *pictures.router.routes, *page.router.routes])
    app.include_router(api.router)
    app.include_router(pictures.router)
    describe(app)
    app.include_router(page.router)
    app.add_middleware(Guard, settings=settings, log=log)
    return app
