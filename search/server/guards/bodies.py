"""The body of a request, whole and not too long; and an answer only as long as somebody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers

from index.messages import say
from search.server.problems import Problem
from search.server.settings import LARGEST_BODY

Scope = MutableMapping[str, Any]  # of ASGI, as the three below
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_TIME = 20.0  # seconds in which the body of a request must have come


class Gone(Exception):
    """The client went away."""


async def body_of(headers: Headers, receive: Receive) -> bytes:
    """Return the whole body of a request. Raise Problem where it is too long or comes too slowly."""
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:20]) > LARGEST_BODY:
        raise _too_long()
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_TIME):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > LARGEST_BODY:
                    raise _too_long()
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise Problem(408, say("the request did not arrive within {seconds} seconds", seconds=round(BODY_TIME))) from None


def _too_long() -> Problem:
    return Problem(413, say("a request has {most} bytes at most; send less at once", most=LARGEST_BODY))


async def while_wanted(app: App, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
    """Let *app* answer a request with this body, as long as its client waits for the answer."""
    left, gone = [body], asyncio.Event()

    async def replay() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def until_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()

    answering, watching = asyncio.ensure_future(app(scope, replay, send)), asyncio.ensure_future(until_gone())
    try:
        await asyncio.wait((answering, watching), return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            raise Gone
        await answering
    finally:
        watching.cancel()
        answering.cancel()
