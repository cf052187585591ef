"""A template and its values in, HTML out: everything that comes from a page or a reader is escaped, and steers nothing.

templates/*.html   Jinja2, autoescape; `say` and `counted` as in Python, one language a screen
static/*           style and script in files of their own: the server allows no inline ones
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from index.messages import counted, language, say
from search.citing.reference import CHINESE
from search.output.terminal import UNSAFE

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
STATIC = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}  # what is served, and nothing else
# What steers a terminal, halves of characters (no UTF-8 has them) and the line ends of Unicode alone are shown as �.
SHOWN = {**UNSAFE, **dict.fromkeys([*range(0xD800, 0xE000), 0x2028, 0x2029], "\ufffd")}


def render(template: str, /, **values: Any) -> str:
    """Return *template* filled with *values*, in the language that is spoken now."""
    return _environment().get_template(template).render(**values)


def visible(text: str) -> str:
    """Return *text* with every character that would turn the direction of writing, or that no page can hold, made visible.

    >>> visible("修\\u202e路\\ud800")
    '修�路�'
    """
    return text if text.isprintable() else text.translate(SHOWN)


def tongue(text: str | None) -> str:
    """Return the language that a text is in, for the attribute lang: a screen reader chooses its voice by it."""
    return "zh" if CHINESE.search(text or "") else "en"


def address(path: str, /, **parts: Any) -> str:
    """Return a path with its query; parts that are empty are left out.

    >>> address("/search", q="修路", k=10, place="")
    '/search?q=%E4%BF%AE%E8%B7%AF&k=10'
    """
    query = urlencode({name: value for name, value in parts.items() if value not in ("", None)}, errors="replace")
    return f"{path}?{query}" if query else path


@cache
def static_file(name: str) -> bytes:
    """Return a file of STATIC."""
    return (HERE / "static" / name).read_bytes()


def static_address(name: str) -> str:
    """Return the address of a file of STATIC; it changes with the file, so browsers may keep it."""
    return f"/static/{name}?{hashlib.sha256(static_file(name)).hexdigest()[:8]}"


def _finalized(value: Any) -> Any:
    if value is None:
        return ""
    return visible(value) if type(value) is str else value  # Markup, a subclass, was escaped already


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(say=say, counted=counted, language=language, address=address, static=static_address, tongue=tongue)
    return environment
