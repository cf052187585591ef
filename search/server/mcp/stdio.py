"""Standard input and output for a protocol alone: JSON-RPC messages, one a line, in and out.

standard input ──lines──▶ messages ──▶ the protocol ──▶ messages ──lines──▶ standard output as it was
                            └─ a line that is none: an error goes back        what else prints goes to standard error

The end of the input ends it, once every request was answered.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO, NamedTuple

from index.errors import BadInput
from index.messages import say
from search.output.json_lines import json_line

LONGEST_MESSAGE = 16 * 2**20  # bytes of one line; thousands of hits fit in it
NO_JSON, NO_REQUEST = -32700, -32600  # codes of JSON-RPC for what cannot be read, and for what is no message

Protocol = Callable[[Any, Any], Awaitable[None]]  # takes a stream of messages to read and one to write


class Wire(NamedTuple):
    """Standard input and output as they were before anything else could read or print."""

    lines: BinaryIO
    out: BinaryIO


def claim_streams() -> Wire:
    """Take standard input and output for a protocol: whatever prints from now on, also out of C, prints to standard error."""
    try:
        wire = Wire(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    except OSError:
        raise BadInput("standard input or output is closed; a client starts qianli mcp and talks to it over both") from None
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # standard error is closed
        os.dup2(nothing, 1)
    os.close(nothing)
    sys.stdout = sys.stderr
    return wire


async def converse(wire: Wire, protocol: Protocol) -> None:
    """Run *protocol* on the messages of *wire* until the client closes its end and has all answers, or goes away."""
    from anyio import create_memory_object_stream, create_task_group

    asked, incoming = create_memory_object_stream[Any](0)
    outgoing, answers = create_memory_object_stream[Any](0)
    unanswered = _Unanswered()

    async def write() -> None:
        async with answers:
            async for item in answers:
                unanswered.see_answer(item.message)
                if not await _written(wire.out, item.message):
                    tasks.cancel_scope.cancel()

    async with create_task_group() as tasks:
        tasks.start_soon(_read, wire.lines, asked, outgoing, unanswered)
        tasks.start_soon(write)
        await protocol(incoming, outgoing)
        await outgoing.aclose()


class _Unanswered:
    """The requests that wait for an answer."""

    def __init__(self) -> None:
        from anyio import Event

        self._requests: Counter[str] = Counter()
        self._none = Event()
        self._ended = False

    def see(self, message: Any) -> None:
        """Take note of what the client said: a request, or that it does not wait any more."""
        id_, method = getattr(message, "id", None), getattr(message, "method", None)
        if id_ is not None and method:
            self._requests[str(id_)] += 1
        elif method == "notifications/cancelled":
            self._requests.pop(str((message.params or {}).get("requestId")), None)

    def see_answer(self, message: Any) -> None:
        if not getattr(message, "method", None):
            self._requests -= Counter([str(message.id)])
            self._look()

    async def end(self) -> None:
        """Return once no request waits."""
        self._ended = True
        self._look()
        await self._none.wait()

    def _look(self) -> None:
        if self._ended and not self._requests:
            self._none.set()


async def _read(lines: BinaryIO, asked: Any, outgoing: Any, unanswered: _Unanswered) -> None:
    """Send each message of *lines* to the protocol, and an error for each line that is none straight back."""
    from anyio.to_thread import run_sync
    from mcp.shared.message import SessionMessage
    from mcp_types import ErrorData, JSONRPCError, jsonrpc_message_adapter

    async with asked:
        while line := await run_sync(_line, lines, abandon_on_cancel=True):  # what waits for a line must not hold up the end
            try:
                message = jsonrpc_message_adapter.validate_json(line, by_name=False)
            except ValueError:
                code, why, id_ = _fault(line)
                error = JSONRPCError(jsonrpc="2.0", id=id_, error=ErrorData(code=code, message=why))
                await outgoing.send(SessionMessage(error))
                continue
            unanswered.see(message)
            await asked.send(SessionMessage(message))
        await unanswered.end()


def _line(lines: BinaryIO) -> bytes:
    """Return the next line that is not blank, b"" at the end. Of one that is too long only the beginning is kept, which is no JSON."""
    try:
        while line := lines.readline(LONGEST_MESSAGE + 1):
            rest = line
            while len(line) > LONGEST_MESSAGE and rest and not rest.endswith(b"\n"):
                rest = lines.readline(LONGEST_MESSAGE)
            if line.strip():
                return line
    except OSError:  # the client is gone
        pass
    return b""


def _fault(line: bytes) -> tuple[int, str, str | int | None]:
    """Return what is wrong with a line that is no message: a code of JSON-RPC, a sentence, and the id of the request if it has one."""
    if len(line) > LONGEST_MESSAGE:
        return NO_REQUEST, say("a message is longer than {most} MB; send less at once", most=LONGEST_MESSAGE // 2**20), None
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return NO_JSON, say("this line is no JSON; send one JSON-RPC message a line, in UTF-8"), None
    id_ = fields.get("id") if isinstance(fields, dict) else None
    why = say("this is no message of JSON-RPC 2.0; it needs jsonrpc, id and method, and its params are an object")
    return NO_REQUEST, why, id_ if type(id_) in (str, int) else None


async def _written(out: BinaryIO, message: Any) -> bool:
    """Write one message; return whether anybody reads."""
    from anyio.to_thread import run_sync

    def write() -> None:
        out.write(json_line(message.model_dump(by_alias=True, exclude_unset=True)).encode() + b"\n")
        out.flush()

    try:
        await run_sync(write, abandon_on_cancel=True)
    except OSError:
        return False
    return True
