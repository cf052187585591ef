"""What stands before every request: who asks, under which name, how much and how often; and the headers of every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from index.messages import language, speaking
from search.server.settings import ServerSettings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def accepted_language(accepted: str) -> str:
    """Return "zh" or "en": the first of them in a header Accept-Language, else the language of this process.

    >>> accepted_language("de, zh-CN;q=0.9, en;q=0.5"), accepted_language("en-GB,zh")
    ('zh', 'en')
    """
    named = [part.strip()[:2].lower() for part in accepted.split(",")]
    return next((name for name in named if name in ("zh", "en")), language())


class Guard:
    """Lets requests through to *app*."""

    def __init__(self, app: App, settings: ServerSettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                more = [(name.encode().lower(), value.encode()) for name, value in HEADERS.items() if name.encode().lower() not in own]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        with speaking(accepted_language(headers.get("accept-language", ""))):
            await self._app(scope, receive, send_with_headers)
