"""An MCP server over standard input and output: a model asks for tools, `qianli mcp` answers with passages and citations.

initialize, tools/list ──▶ answered at once, while index and models open beside them
tools/call             ──▶ Tools, in a thread ──▶ text for the model, fields for programs; or an error that the model can act on
"""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from os import _exit, write
from typing import Any, NoReturn

from index.errors import BadInput, QianliError
from index.messages import say
from search.server.mcp.listing import instructions
from search.server.mcp.stdio import Wire, claim_streams, converse
from search.server.mcp.tools import LOG, Tools

AT_ONCE = 4  # calls that are answered at the same time; more would only wait for the same cores
DISTRIBUTION = "qianli-precedents"
STANDARD_ERROR = 2  # its descriptor
INTERRUPTED = 130  # exit code of a program that was stopped from the keyboard, by custom


def serve(tools: Tools) -> None:
    """Answer the calls of one client over standard input and output until it closes them. Raise BadInput without the package mcp."""
    _end_when_asked()
    wire = claim_streams()
    try:
        import mcp.server.lowlevel as protocol  # a second: it brings a web server
    except ModuleNotFoundError:
        raise BadInput('the package mcp is not installed; install it with: pip install "qianli-precedents[mcp]"') from None
    from anyio import run

    threading.Thread(target=_opened_ahead, args=(tools,), daemon=True).start()
    run(_conversation, wire, protocol, tools)


def _end_when_asked() -> None:
    """End at once on SIGTERM, with exit code 0, and on Ctrl-C, with 130: nothing is written that could be left half done."""
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, lambda number, frame: _exit(0))
        signal.signal(signal.SIGINT, lambda number, frame: _interrupted())


def _interrupted() -> NoReturn:
    write(STANDARD_ERROR, f"qianli: {say('interrupted; what was not finished is as it was before')}\n".encode())
    _exit(INTERRUPTED)


def _opened_ahead(tools: Tools) -> None:
    """Open index and models before anybody asks. What is wrong with them is logged, and said again to whoever asks."""
    try:
        tools.searcher.current()
    except QianliError as error:
        LOG.warning("qianli: %s", error)


async def _conversation(wire: Wire, protocol: Any, tools: Tools) -> None:
    server = _server(protocol, tools)
    await converse(wire, lambda incoming, outgoing: server.run(incoming, outgoing, server.create_initialization_options()))


def _server(protocol: Any, tools: Tools) -> Any:
    """Return the server of the package mcp that lists and calls *tools*."""
    from anyio import CapacityLimiter
    from anyio.to_thread import run_sync
    from mcp_types import CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations

    read_only = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    limiter = CapacityLimiter(AT_ONCE)

    async def list_tools(context: Any, params: Any) -> Any:
        return ListToolsResult(
            tools=[
                Tool(
                    name=tool.name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=tool.input_schema,
                    output_schema=tool.output_schema,
                    annotations=read_only.model_copy(update={"title": tool.title}),
                )
                for tool in tools.listed.values()
            ]
        )

    async def call_tool(context: Any, params: Any) -> Any:
        answer = await run_sync(tools.call, params.name, params.arguments or {}, abandon_on_cancel=True, limiter=limiter)
        text = TextContent(type="text", text=answer.text)
        return CallToolResult(content=[text], structured_content=answer.fields, is_error=answer.fields is None)

    return protocol.Server(
        "qianli",
        title=say("qianli: precedents with citations"),
        version=_version(),
        instructions=instructions(),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _version() -> str:
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return ""
