"""The client of the package mcp, which checks every answer against its schema, understands the server."""

import sys
from pathlib import Path

import pytest

from tests.server.mcp.wire import COMMAND, environment

pytest.importorskip("mcp", reason="the extra mcp is not installed")


def test_the_packages_own_client_lists_and_calls_the_tools(small_index: Path) -> None:
    from anyio import run
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    async def converse() -> None:
        words = [*COMMAND[1:], "--index", str(small_index)]
        started = StdioServerParameters(command=sys.executable, args=words, env=environment())
        async with stdio_client(started) as streams, ClientSession(*streams) as session:
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            found = await session.call_tool("find_precedents", {"question": "电动自行车进楼充电怎么办", "k": 1})
            refused = await session.call_tool("find_precedents", {"question": ""})
        assert names == ["find_precedents", "show_passage", "verify_citations", "list_places"]
        assert found.structured_content and found.structured_content["hits"][0]["citation"]["source"] == "充电.txt"
        assert refused.is_error

    run(converse)
