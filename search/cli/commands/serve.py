"""`qianli serve`: an index in, a web server out: a page for colleagues and an API for programs."""

from __future__ import annotations

from typing import Annotated

import typer

from index.messages import say
from search.cli.console import print_lines
from search.cli.options import IndexAt, ModelName, Quiet


def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="HOST", help=say("Where to listen; other than this machine only with a token."))
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help=say("The port; 0: a free one."))] = 8321,
    index_at: IndexAt = None,
    model: ModelName = None,
    quiet: Quiet = False,
) -> None:
    """Answer questions over HTTP."""
    from search.searcher import open_search
    from search.server.running import listening
    from search.server.running import serve as run_server
    from search.server.settings import ServerSettings

    settings = ServerSettings(host, port)
    with listening(host, port) as listener, open_search(index_at, model) as searcher:
        address = f"http://{host}:{listener.getsockname()[1]}/"
        run_server(searcher, settings, listener, lambda: print_lines([address], flush=True))
