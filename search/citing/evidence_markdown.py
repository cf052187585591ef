"""An evidence sheet as Markdown: blocks in, lines out, as they come. Quotes are block quotes, and locations can be copied as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from search.citing.evidence import Block
from search.output.markdown import code, escaped

PREFIXES = {"title": "# ", "part": "## ", "sources": "## ", "question": "### ", "hit": "#### ", "quote": "> "}


def markdown_sheet_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the lines of the sheet, a blank one after each block."""
    for block in blocks:
        yield PREFIXES.get(block.kind, "") + _text(block)
        yield ""


def _text(block: Block) -> str:
    """Return the text with Markdown's characters escaped; the location, as a code span, stands as it is."""
    if not block.location:
        return escaped(block.text)
    before, location, after = block.text.rpartition(block.location)
    if location:
        return escaped(before) + code(location) + escaped(after)
    return f"{escaped(block.text)} {code(block.location)}"
