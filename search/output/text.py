"""Results as text for people: a passage with its rank and score, its citation below it, its neighbours around both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from index.document import Citation
from index.messages import counted, say
from search.output.documents import margin_of, spot_line
from search.output.explanation import explanation_lines
from search.output.terminal import BOLD, CLOSE, DIM, MARKED, OPEN, PLAIN, balanced, columns_of, linked, marked, safe, wrapped
from search.results import Hit, Result, ShownPassage

MARGIN = 9  # columns of rank and score
MOST_LINES = 4  # of a passage in the terminal; its citation leads to the rest
REPLACED = "\ufffd"  # in place of a character of the text that is a mark of ours

AddressOf = Callable[[Citation], str | None]


def no_address(citation: Citation) -> None:
    """Make no citation a link."""


def text_lines(result: Result, width: int | None = None, colour: bool = False, address_of: AddressOf = no_address) -> Iterator[str]:
    """Yield a result as lines for a person.

    With a *width*, in columns, passages are wrapped and shortened; without one they are whole. *address_of* gives the address that a
    citation is a link to, None where it is none.
    """
    if result.like is not None:
        yield from _aside(say("more like: {passage}", passage=safe(result.query)), width, colour, most=1)
    for line in heading_lines(result):
        yield from wrapped(line, width) if width else [line]
    last = {hit.article: position for position, hit in enumerate(result.shown)}
    for position, hit in enumerate(result.shown):
        if position and hit.context:
            yield ""
        more = result.more.get(hit.article, 0) if last[hit.article] == position else 0
        yield from _hit_lines(hit, width, colour, more, address_of)
        if hit.explanation:
            yield from _indented(explanation_lines(hit.explanation, hit.score), width)


def heading_lines(result: Result) -> Iterator[str]:
    """Yield what is said before the passages: nothing where they are precedents."""
    if not result.found:
        yield say("no precedent found")
        if result.shown:
            yield say("the nearest passages, too uncertain to be called precedents:")
    elif not result.hits:
        yield say("there are precedents, but none reaches --min-score:")


def source_line(status: str, path: str) -> str | None:
    """Return what became of the source of a shown passage since it was indexed; None where it is unchanged."""
    if status == "changed":
        return say("{path} has changed since it was indexed", path=path)
    if status == "missing":
        return say("{path} is not there any more since it was indexed", path=path)
    return say("{path} cannot be read now", path=path) if status == "unreadable" else None


def shown_lines(shown: ShownPassage, width: int | None = None, colour: bool = False, address_of: AddressOf = no_address) -> Iterator[str]:
    """Yield a passage inside its article as lines for a person; the passage that was asked for is marked with >."""
    citation = shown.passage.citation
    yield linked(safe(str(citation)), address_of(citation), citation.id)
    for name, key in ((say("kicker"), "kicker"), (say("subtitle"), "subtitle")):
        if shown.article[key]:
            yield f"    {name}: {safe(shown.article[key])}"
    if line := spot_line(citation):
        yield f"    {safe(line)}"
    for position, passage in enumerate(shown.passages):
        margin = f"{'>' if position == shown.position else ' '} {margin_of(passage.citation)}"
        margin += " " * max(1, MARGIN + 2 - columns_of(margin))
        text = safe(passage.text)
        columns = columns_of(margin)
        for row, line in enumerate(wrapped(text, width - columns) if width else [text]):
            start = margin if row == 0 else " " * columns
            yield f"{BOLD}{start}{line}{PLAIN}" if colour and position == shown.position else start + line


def _hit_lines(hit: Hit, width: int | None, colour: bool, more: int, address_of: AddressOf) -> Iterator[str]:
    """Yield a hit, its citation and its neighbours; *more*: how many further hits of its article were left out."""
    margin = f"{hit.rank:<2} {hit.score:.2f}  "
    indent = " " * len(margin)
    beside = "-" + indent[1:]  # as grep marks a line that is no match
    for passage in hit.context.before if hit.context else ():
        yield from _aside(safe(passage.text), width, colour, beside, MOST_LINES)
    for row, line in enumerate(_passage_lines(hit, width, len(indent))):
        start = (f"{BOLD}{margin}{PLAIN}" if colour else margin) if row == 0 else indent
        yield start + line.replace(OPEN, MARKED if colour else "").replace(CLOSE, PLAIN if colour else "")
    for line in _aside(safe(str(hit.citation)), width, colour, indent):
        yield indent + linked(line.removeprefix(indent), address_of(hit.citation), hit.citation.id)
    if hit.also:
        also = safe("; ".join(citation.location for citation in hit.also))
        yield from _aside(say("also in: {places}", places=also), width, colour, indent, most=1)
    if more:
        left = counted(more, "{count} more of this article: --per-article 0", "{count} more of this article: --per-article 0")
        yield from _aside(left, width, colour, indent)
    for passage in hit.context.after if hit.context else ():
        yield from _aside(safe(passage.text), width, colour, beside, MOST_LINES)


def _passage_lines(hit: Hit, width: int | None, indent: int) -> list[str]:
    """Return the passage with marks around the words that met; with a *width*, its MOST_LINES lines from the first such word on."""
    text = safe(hit.text).replace(OPEN, REPLACED).replace(CLOSE, REPLACED)
    painted = marked(text, hit.matches)
    if width is None:
        return [painted]
    lines = list(balanced(wrapped(painted, width - indent - 2)))  # columns for … on either side
    if len(lines) <= MOST_LINES:
        return lines
    first = next((row for row, line in enumerate(lines) if OPEN in line), 0)
    start = max(0, min(first, len(lines) - MOST_LINES))
    shown = lines[start : start + MOST_LINES]
    shown[0] = ("…" if start else "") + shown[0]
    shown[-1] += "…" if start + MOST_LINES < len(lines) else ""
    return shown


def _aside(text: str, width: int | None, colour: bool, margin: str = "", most: int | None = None) -> Iterator[str]:
    """Yield dimmed lines beside a hit: its citation, a neighbour; at most *most* of them."""
    lines = wrapped(text, width - len(margin) - 1) if width else [text]  # a column for …
    if most and len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + "…"]
    for row, line in enumerate(lines):
        start = margin if row == 0 else " " * len(margin)
        yield f"{start}{DIM}{line}{PLAIN}" if colour else start + line


def _indented(lines: Iterable[str], width: int | None) -> Iterator[str]:
    """Yield lines below a hit, each wrapped within its own indentation."""
    for line in lines:
        indent = " " * (MARGIN + len(line) - len(line.lstrip()))
        for row in wrapped(safe(line.strip()), width - len(indent)) if width else [safe(line.strip())]:
            yield indent + row
