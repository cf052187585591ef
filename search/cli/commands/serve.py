"""`qianli serve`: an index in, a web server out: a page for colleagues and an API for programs."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from index.errors import BadInput
from index.messages import say
from search.cli.console import ending_on_request, note, print_lines
from search.cli.options import Device, IndexAt, ModelName, Quiet, RerankName

PORT = 8321


def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="HOST", help=say("Where to listen; other than this machine only with a token."))
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help=say("The port; 0: a free one."))] = PORT,
    index_at: IndexAt = None,
    model: ModelName = None,
    device: Device = None,
    rerank: RerankName = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file", metavar="FILE", help=say("A file with the token that all who ask must have. [default: $QIANLI_TOKEN]")
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help=say("A further name under which the server is asked; several may be given.")),
    ] = None,
    cert: Annotated[Path | None, typer.Option("--cert", metavar="FILE", help=say("The certificate for https, with --key."))] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help=say("The key of the certificate."))] = None,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help=say("Repeat the questions in the log on standard error; else it only counts them."))
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Serve a page for colleagues and an API for programs, from one open index."""
    _require_packages()
    from search.searcher import open_search
    from search.server import running
    from search.server.guards.sign_in import read_token, seen_by_others
    from search.server.settings import ServerSettings

    token = read_token(token_file)
    open_to_others = not running.is_loopback(host)
    if open_to_others and token is None:
        raise BadInput("whoever reaches {host} could ask; give a token with --token-file or QIANLI_TOKEN, or leave --host out", host=host)
    if (cert is None) != (key is None):
        raise BadInput("--cert and --key belong together; give both, or neither")
    if cert and key:
        running.check_certificate(cert, key)
    settings = ServerSettings(host, port, token, tuple(allow_host or ()), cert, key, log_questions)
    with ending_on_request(), running.listening(host, port) as listener:
        if token_file and seen_by_others(token_file):
            note(quiet, say("qianli: other users of this machine can read {file}; keep it to yourself: chmod 600 {file}", file=token_file))
        if open_to_others and not cert:
            note(
                quiet, say("qianli: what is asked goes over the network unencrypted; give --cert and --key, or put a proxy with TLS before")
            )
        with open_search(index_at, model, device, rerank=rerank) as searcher:
            address = running.address_of(settings, listener.getsockname()[1])
            running.run(searcher, settings, listener, lambda: print_lines([address], flush=True), _silent if quiet else _write)


def _require_packages() -> None:
    """Raise BadInput where the packages of the extra `serve` are missing, before anything is opened."""
    try:
        import fastapi as fastapi
        import jinja2 as jinja2
        import uvicorn as uvicorn
    except ImportError:
        raise BadInput(
            'the web server needs FastAPI, uvicorn and Jinja2; install them with: pip install "qianli-precedents[serve]"'
        ) from None


def _write(fields: dict[str, Any]) -> None:
    """Write a line of the log; where nobody reads it, none is written."""
    from search.output.json_lines import json_line

    with suppress(OSError, ValueError):
        print(json_line(fields), file=sys.stderr, flush=True)


def _silent(fields: dict[str, Any]) -> None: ...
