"""An MCP server as a client starts it: `qianli mcp` in a process of its own, lines of JSON in and out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-c", "from search.cli.app import main; main()", "mcp")
GREETING = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
LONGEST = 240  # seconds after which a server that hangs is killed


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "QIANLI_LANG": "en", **changes}


def request(id_: Any, method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}


def tool_call(id_: Any, name: str, **arguments: Any) -> dict[str, Any]:
    return request(id_, "tools/call", name=name, arguments=arguments)


class Server:
    """A running server. *greet*: whether the handshake is over."""

    def __init__(self, *arguments: object, greet: bool = True, command: tuple[str, ...] = COMMAND, **changes: str) -> None:
        words = [*command, *map(str, arguments)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(**changes))
        self._guard = threading.Timer(LONGEST, self.process.kill)
        self._guard.start()
        self.errors: list[str] = []
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        self._last = 0
        if greet:
            self.ask("initialize", **GREETING)
            self.say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _listen(self) -> None:
        assert self.process.stderr
        self.errors += [line.decode("utf-8", "replace").rstrip("\r\n") for line in self.process.stderr]

    def send(self, line: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def say(self, message: Any) -> None:
        self.send(json.dumps(message, ensure_ascii=False).encode())

    def heard(self) -> dict[str, Any]:
        """Return the next message."""
        assert self.process.stdout
        message: dict[str, Any] = json.loads(self.process.stdout.readline())
        return message

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the answer to one request, which is its result or error."""
        self._last += 1
        self.say(request(self._last, method, **params))
        answer = self.heard()
        assert answer["id"] == self._last
        return answer

    def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Return the result of a tool."""
        result: dict[str, Any] = self.ask("tools/call", name=name, arguments=arguments)["result"]
        return result

    def refusal(self, name: str, **arguments: Any) -> str:
        """Return the sentence of an error."""
        result = self.call(name, **arguments)
        assert result["isError"] and "structuredContent" not in result
        (content,) = result["content"]
        text: str = content["text"]
        return text

    def end(self, said: Iterable[dict[str, Any]] = ()) -> tuple[int, list[dict[str, Any]]]:
        """Say some last messages, close the input, and return the exit code with what the server said after that, line for line."""
        assert self.process.stdin and self.process.stdout
        for message in said:
            self.say(message)
        self.process.stdin.close()
        rest = [json.loads(line) for line in self.process.stdout]
        return self.ended(), rest

    def ended(self) -> int:
        """Return the exit code once the process has ended."""
        code = self.process.wait()
        self._guard.cancel()
        self._listening.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                with suppress(OSError):  # what was still to be written to it
                    stream.close()
        return code
