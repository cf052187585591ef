"""Results as Markdown: the question as a heading, its hits as a numbered list, each with its citation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from index.document import Citation
from search.output.terminal import safe
from search.output.text import heading_lines
from search.results import Result

MARKS = "\\`*_[]<>|#"  # what Markdown would read as its own


def markdown_lines(result: Result, id_: str | None = None) -> Iterator[str]:
    """Yield a result as lines of Markdown. In a batch, its id, the other columns of its row and its error stand below the question."""
    yield f"## {escaped(result.query or '?')}"
    yield ""
    known = [("id", id_), *(result.columns or {}).items(), ("error", result.error)]
    if listed := [f"- {escaped(name)}: {escaped(_shown(value))}" for name, value in known if value not in (None, "")]:
        yield from (*listed, "")
    if result.error:
        return
    for line in list(heading_lines(result))[:1]:  # the nearest passages are for a person who asks on: a report has hits alone
        yield line
        yield ""
    for hit in result.hits:
        yield f"{hit.rank}. ({hit.score:.2f}) {escaped(hit.text)}"
        yield ""
        yield f"   — {citation_in_markdown(hit.citation)}"
        yield ""
        for passage in (*hit.context.before, *hit.context.after) if hit.context else ():
            yield f"   > {code(passage.citation.location)} {escaped(passage.text)}"
            yield ""


def _shown(value: Any) -> str:
    """Return a cell, or a value of JSON, as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def escaped(text: str) -> str:
    """Return *text* on one line, with Markdown's own characters escaped."""
    text = safe(text)
    for character in MARKS:
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split("\n"))


def citation_in_markdown(citation: Citation) -> str:
    """Return the citation line; the location is a code span, so it can be copied into `qianli show` from the raw text as well.

    A passage of a very long line, or of a page of a document, shares its location with others, so its id follows.
    """
    before, location, characters = str(citation).rpartition(citation.location)
    shared = characters or citation.reader
    return escaped(before) + code(location) + (f"{escaped(characters)} {code(citation.id)}" if shared else "")


def code(text: str) -> str:
    """Return *text* as a code span, fenced by more backticks than it holds.

    >>> code("a_b.txt:3"), code("a`b.txt:3")
    ('`a_b.txt:3`', '`` a`b.txt:3 ``')
    """
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if len(fence) > 1 else ""
    return f"{fence}{pad}{' '.join(safe(text).split(chr(10)))}{pad}{fence}"
