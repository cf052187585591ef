"""Results as Markdown: the question as a heading, its hits as a numbered list, each with its citation."""

from __future__ import annotations

from collections.abc import Iterator

from search.output.terminal import safe
from search.output.text import heading_lines
from search.results import Result

MARKS = "\\`*_[]<>|#"  # what Markdown would read as its own


def markdown_lines(result: Result, id_: str | None = None) -> Iterator[str]:
    """Yield a result as lines of Markdown; *id_* has no place in them."""
    yield f"## {_escaped(result.query)}"
    yield ""
    for line in list(heading_lines(result))[:1]:  # the nearest passages are for a person who asks on: a report has hits alone
        yield line
        yield ""
    for hit in result.hits:
        yield f"{hit.rank}. ({hit.score:.2f}) {_escaped(hit.text)}"
        yield ""
        yield f"   — {_escaped(str(hit.citation))}"
        yield ""
        for passage in (*hit.context.before, *hit.context.after) if hit.context else ():
            yield f"   > {passage.citation.location} {_escaped(passage.text)}"
            yield ""


def _escaped(text: str) -> str:
    """Return *text* on one line, with Markdown's own characters escaped."""
    text = safe(text)
    for character in MARKS:
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split("\n"))
