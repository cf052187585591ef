"""`qianli mcp`: the search as tools of a model, over standard input and output."""

from __future__ import annotations

import sys

from index.messages import say
from search.cli.console import note
from search.cli.options import Device, IndexAt, ModelName, Quiet, RerankName


def mcp(
    index_at: IndexAt = None,
    model: ModelName = None,
    device: Device = None,
    rerank: RerankName = None,
    quiet: Quiet = False,
) -> None:
    """Serve the search to a model, as tools of the Model Context Protocol, until the client closes standard input."""
    from search.server.mcp.searcher import FollowingSearcher, Opening
    from search.server.mcp.server import serve
    from search.server.mcp.tools import Tools

    if sys.stdin is not None and sys.stdin.isatty():
        note(quiet, say("waiting for a client on standard input; see: qianli mcp --help; stop with Ctrl-C"))
    serve(Tools(FollowingSearcher(Opening(index_at, model, device, rerank))))
