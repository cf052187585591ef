"""Results to text for people, JSON, CSV, Markdown and TREC runs.

Every format is a function from a result to lines; FORMATS names them. Nothing in here looks at an index.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.document import line_ranges
from search.output.explanation import explained_lines
from search.output.json_lines import json_line
from search.output.terminal import BOLD, CLOSE, DIM, MARKED, OPEN, PLAIN, balanced, marked, safe, wrapped
from search.results import Hit, Result, ShownPassage

if TYPE_CHECKING:
    from index.indexing import IndexReport  # brings all that reads pages, which a search does without

NOTHING = "没有找到先例 / no precedent found"
NEAREST = "最接近的段落，把握不足 / the nearest passages, too uncertain to be called precedents:"
LIKE = "类似于 / more like:"
ALSO = "同文另见 / also in:"
MORE = "同篇另有 {0} 段 / {0} more of this article: --per-article 0"
MARGIN = 9  # columns: rank and score
SINCE = {  # what became of a source
    "changed": "has changed since it was indexed",
    "missing": "is not there any more since it was indexed",
    "unreadable": "cannot be read now",
}
SHOWN_LINES = 4  # of a passage in the terminal; the citation finds the rest
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so would be computed by a spreadsheet
COLUMNS = (
    *("id", "query", "found", "rank", "score", "text"),
    *("article", "kicker", "authors", "place", "source", "lines", "paragraph", "citation"),
)


def as_text(result: Result, width: int | None = None, colour: bool = False) -> Iterator[str]:
    """Give the lines for a person. With a *width* (columns of a terminal) passages are wrapped and shortened; without, they are whole."""
    if result.like is not None:
        yield from _aside(f"{LIKE} {safe(result.query)}", width, colour, most=1)
    if not result.hits:
        yield NOTHING
        if result.nearest:
            yield from wrapped(NEAREST, width) if width else [NEAREST]
    told = result.hits or result.nearest
    last = {hit.article: at for at, hit in enumerate(told)}
    for at, hit in enumerate(told):
        if at and hit.context:
            yield ""
        article = hit.article
        more = (result.more or {}).get(article, 0) if last[article] == at else 0
        yield from _hit_lines(hit, width, colour, more)
        if hit.explanation:
            yield from _why_lines(explained_lines(hit.explanation, hit.score), width)


def _hit_lines(hit: Hit, width: int | None, colour: bool, more: int) -> Iterator[str]:
    """Give a hit, its citation below it, its neighbours around both. *more*: how many other hits of its article were left out."""
    margin = f"{hit.rank:<2} {hit.score:.2f}  "
    indent = " " * len(margin)
    beside = "-" + indent[1:]  # as grep marks what is no match
    for passage in hit.context.before if hit.context else ():
        yield from _aside(safe(passage.text), width, colour, beside, SHOWN_LINES)
    for at, line in enumerate(_passage_lines(hit, width, len(indent))):
        start = (f"{BOLD}{margin}{PLAIN}" if colour else margin) if at == 0 else indent
        yield start + line.replace(OPEN, MARKED if colour else "").replace(CLOSE, PLAIN if colour else "")
    yield from _aside(safe(str(hit.passage.citation)), width, colour, indent)
    if hit.also:
        yield from _aside(f"{ALSO} {safe('; '.join(citation.location for citation in hit.also))}", width, colour, indent, most=1)
    if more:
        yield from _aside(MORE.format(more), width, colour, indent)
    for passage in hit.context.after if hit.context else ():
        yield from _aside(safe(passage.text), width, colour, beside, SHOWN_LINES)


def _aside(text: str, width: int | None, colour: bool, margin: str = "", most: int | None = None) -> Iterator[str]:
    """Give what is no hit itself, dimmed; with *most*, so many lines of it at most."""
    lines = wrapped(text, width - len(margin) - 1) if width else [text]  # room for …
    if most and len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + "…"]
    for at, line in enumerate(lines):
        start = margin if at == 0 else " " * len(margin)
        yield f"{start}{DIM}{line}{PLAIN}" if colour else start + line


def _why_lines(lines: Iterable[str], width: int | None) -> Iterator[str]:
    for line in lines:
        indent = " " * (MARGIN + len(line) - len(line.lstrip()))
        for row in wrapped(safe(line.strip()), width - len(indent)) if width else [safe(line.strip())]:
            yield indent + row


def as_json(result: Result, id_: str | None = None) -> Iterator[str]:
    yield json_line(result.to_dict(id_))


def as_csv(result: Result, id_: str | None = None) -> Iterator[str]:
    """Give one row per hit, and one row without a passage where nothing was found; the header is `csv_header`."""
    fields = result.to_dict(id_)
    for hit in fields["hits"] or [{}]:
        cited = hit.get("citation", {})
        row = {**fields, **hit, **cited, "citation": cited.get("id"), "authors": " ".join(cited.get("authors", ()))}
        row["lines"] = line_ranges(cited.get("lines", ()))
        row["id"] = id_
        yield _csv_line([cell(row.get(column)) for column in COLUMNS])


def csv_header() -> str:
    return _csv_line(COLUMNS)


def as_markdown(result: Result, id_: str | None = None) -> Iterator[str]:
    yield f"## {_markdown(safe(result.query))}"
    yield ""
    if not result.hits:
        yield NOTHING
        yield ""
    for hit in result.hits:
        yield f"{hit.rank}. ({hit.score:.2f}) {_markdown(safe(hit.passage.text))}"
        yield ""
        yield f"   — {_markdown(safe(str(hit.passage.citation)))}"
        yield ""
        for passage in (*hit.context.before, *hit.context.after) if hit.context else ():
            yield f"   > {passage.citation.location} {_markdown(safe(passage.text))}"
            yield ""


def as_trec(result: Result, id_: str | None = None) -> Iterator[str]:
    """Give a TREC run: query, Q0, passage, rank, score, name of the run. Other programs order by the score alone, so it falls with the
    rank: probabilities need not."""
    for hit in result.hits:
        yield f"{safe(id_ or 'q1')} Q0 {hit.passage.citation.id} {hit.rank} {1 / hit.rank:.6f} qianli"


FORMATS: dict[str, Callable[[Result, str | None], Iterator[str]]] = {"json": as_json, "csv": as_csv, "md": as_markdown, "trec": as_trec}


def shown_lines(shown: ShownPassage, width: int | None = None, colour: bool = False) -> Iterator[str]:
    """Yield a passage inside its article for a person: the passage asked for is marked with >."""
    yield safe(str(shown.passage.citation))
    yield from (f"    {name}: {safe(shown.article[key])}" for name, key in (("眉题", "kicker"), ("副题", "subtitle")) if shown.article[key])
    for position, passage in enumerate(shown.passages):
        margin = f"{'>' if position == shown.position else ' '} {line_ranges(passage.citation.lines):<8} "
        text = safe(passage.text)
        for row, line in enumerate(wrapped(text, width - len(margin)) if width else [text]):
            start = margin if row == 0 else " " * len(margin)
            yield f"{BOLD}{start}{line}{PLAIN}" if colour and position == shown.position else start + line


def report_lines(report: IndexReport, facts: dict[str, Any]) -> Iterator[str]:
    """Say what a run of indexing did: each skipped file with its reason, then counts."""
    for skipped in report.skipped:
        yield f"skipped {skipped.source}: {skipped.reason}"
    yield files_line(report)
    yield f"{facts['place']} holds {facts['pages']} pages, {facts['articles']} articles, {facts['passages']} passages"


def files_line(report: IndexReport) -> str:
    """Return the counts of a run of indexing in one line."""
    done = {
        "new": report.added,
        "changed": report.changed,
        "moved": report.moved,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": len(report.skipped),
    }
    return f"files: {', '.join(f'{count} {what}' for what, count in done.items() if count) or 'none'}"


def facts_lines(facts: dict[str, Any]) -> Iterator[str]:
    """Give what `info` knows, one fact a line."""
    said: dict[str, Callable[[Any], str]] = {
        "bytes": lambda count: f"{count / 2**20:.1f} MB",
        "model": lambda model: f"{model['name']} ({model['dim']} dimensions, {model['fingerprint']})",
        "damage": lambda wrong: "; ".join(wrong) or "none: every row and file agrees with its digest",
    }
    for name, value in facts.items():
        yield f"{name:<11}{said.get(name, str)(value)}"


def _passage_lines(hit: Hit, width: int | None, indent: int) -> list[str]:
    text = safe(hit.passage.text).replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
    painted = marked(text, hit.matches)
    if width is None:
        return [painted]
    lines = list(balanced(wrapped(painted, width - indent - 2)))  # room for … on either side
    if len(lines) <= SHOWN_LINES:
        return lines
    first = next((at for at, line in enumerate(lines) if OPEN in line), 0)
    start = max(0, min(first, len(lines) - SHOWN_LINES))
    shown = lines[start : start + SHOWN_LINES]
    shown[0] = ("…" if start else "") + shown[0]
    shown[-1] += "…" if start + SHOWN_LINES < len(lines) else ""
    return shown


def _csv_line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def cell(value: Any) -> Any:
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return f"'{safe(value)}" if value.startswith(FORMULA) else safe(value)


def _markdown(text: str) -> str:
    """Escape what Markdown would read as its own, and keep a passage on one line."""
    for character in "\\`*_[]<>|#":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split("\n"))
