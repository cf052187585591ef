"""Results to text for people, JSON, CSV, Markdown and TREC runs.

Every format is a function from a result to lines; FORMATS names them. Nothing in here looks at an index.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.article import Citation, Hit, Lines, Match
from index.store import Shown
from search.retrieve import Result

if TYPE_CHECKING:
    from index.build import Report  # brings all that reads pages, which a search does without

SCHEMA = "qianli.result.v1"
NOTHING = "没有找到先例 / no precedent found"
NEAREST = "最接近的段落，把握不足 / the nearest passages, too uncertain to be called precedents:"
SHOWN_LINES = 4  # of a passage in the terminal; the citation finds the rest
BOLD, DIM, MARKED, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[1;33m", "\x1b[0m"
# What would move the cursor, change colours or turn the direction of writing: shown as � so that a page cannot pretend to be the terminal.
UNSAFE = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], "\ufffd"),
    0x09: " ",
    0x0A: " ",
}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so would be computed by a spreadsheet
COLUMNS = (
    *("id", "query", "found", "rank", "score", "text"),
    *("article", "kicker", "authors", "place", "source", "lines", "paragraph", "citation"),
)


def citation_line(citation: Citation) -> str:
    """Return the one line that lets a person find a passage: article, paragraph, authors, place, source and lines.

    >>> citation_line(Citation("p.txt", ((3, 3), (7, 8)), 2, "修路", None, ("张三", "李四"), None, "", ""))
    '《修路》第2段 · 张三 李四 · p.txt:3,7-8'
    """
    title = titled(citation.article)
    where = f"{citation.source}:{line_ranges(citation.lines)}"
    parts = (f"{title}第{citation.paragraph}段", " ".join(citation.authors), citation.place, where)
    return " · ".join(part for part in parts if part)


def titled(title: str | None) -> str:
    """Return a title as it is cited; one that is a book's has its marks already.

    >>> titled("修路"), titled("《案例集》"), titled(None)
    ('《修路》', '《案例集》', '（无题）')
    """
    return "（无题）" if not title else title if title[0] == "《" and title.find("》") == len(title) - 1 else f"《{title}》"


def line_ranges(lines: Sequence[Lines]) -> str:
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in lines)


def as_text(result: Result, width: int | None = None, colour: bool = False) -> Iterator[str]:
    """Give the lines for a person. With a *width* (columns of a terminal) passages are wrapped and shortened; without, they are whole."""
    if not result.hits:
        yield NOTHING
        if result.nearest:
            yield NEAREST
    for hit in result.hits or result.nearest:
        margin = f"{hit.rank:<3}{hit.score:.2f}  "
        indent = " " * len(margin)
        for at, line in enumerate(_passage_lines(hit, width, len(indent))):
            start = (f"{BOLD}{margin}{PLAIN}" if colour else margin) if at == 0 else indent
            yield start + line.replace(OPEN, MARKED if colour else "").replace(CLOSE, PLAIN if colour else "")
        cited = safe(citation_line(hit.passage.citation))
        for line in wrapped(cited, width - len(indent)) if width else [cited]:
            yield f"{indent}{DIM}{line}{PLAIN}" if colour else indent + line


def as_json(result: Result, id_: str | None = None) -> Iterator[str]:
    yield json.dumps(result_fields(result, id_), ensure_ascii=False)


def as_csv(result: Result, id_: str | None = None) -> Iterator[str]:
    """Give one row per hit, and one row without a passage where nothing was found; the header is `csv_header`."""
    fields = result_fields(result, id_)
    for hit in fields["hits"] or [{}]:
        cited = hit.get("citation", {})
        row = {**fields, **hit, **cited, "citation": cited.get("id"), "authors": " ".join(cited.get("authors", ()))}
        row["lines"] = line_ranges(cited.get("lines", ()))
        row["id"] = id_
        yield _csv_line([_cell(row.get(column)) for column in COLUMNS])


def csv_header() -> str:
    return _csv_line(COLUMNS)


def as_markdown(result: Result, id_: str | None = None) -> Iterator[str]:
    yield f"## {_markdown(result.query)}"
    yield ""
    if not result.hits:
        yield NOTHING
        yield ""
    for hit in result.hits:
        yield f"{hit.rank}. ({hit.score:.2f}) {_markdown(safe(hit.passage.text))}"
        yield ""
        yield f"   — {_markdown(safe(citation_line(hit.passage.citation)))}"
        yield ""


def as_trec(result: Result, id_: str | None = None) -> Iterator[str]:
    """Give a TREC run: query, Q0, passage, rank, score, name of the run."""
    for hit in result.hits:
        yield f"{id_ or 'q1'} Q0 {hit.passage.citation.id} {hit.rank} {hit.score:.6f} qianli"


FORMATS: dict[str, Callable[[Result, str | None], Iterator[str]]] = {"json": as_json, "csv": as_csv, "md": as_markdown, "trec": as_trec}


def result_fields(result: Result, id_: str | None = None) -> dict[str, Any]:
    """Return a result as the fields of the JSON schema qianli.result.v1."""
    hits = [hit_fields(hit) for hit in result.hits]
    return {"schema": SCHEMA, **({"id": id_} if id_ is not None else {}), "query": result.query, "found": result.found, "hits": hits}


def hit_fields(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "text": hit.passage.text,
        "citation": citation_fields(hit.passage.citation),
        "scores": {leg: None if score is None else round(score, 4) for leg, score in hit.scores.items()},
        "matches": [asdict(match) for match in hit.matches],
    }


def citation_fields(citation: Citation) -> dict[str, Any]:
    return {
        "source": citation.source, "lines": [list(pair) for pair in citation.lines], "paragraph": citation.paragraph,
        "article": citation.article, "kicker": citation.kicker, "authors": list(citation.authors), "place": citation.place,
        "sha256": citation.sha256, "id": citation.id,
    }  # fmt: skip


def shown_fields(shown: Shown, context: int) -> dict[str, Any]:
    """Return a passage inside its article as `show --json` prints it."""
    first = max(0, shown.at - context)
    near = shown.passages[first : shown.at + context + 1]
    passages = [{"text": passage.text, "citation": citation_fields(passage.citation)} for passage in near]
    return {"schema": "qianli.shown.v1", **shown.article, "at": shown.at - first, "passages": passages}


def shown_lines(shown: Shown, context: int, width: int | None = None, colour: bool = False) -> Iterator[str]:
    """Give a passage inside its article for a person: the passage asked for is marked with >."""
    yield safe(citation_line(shown.passages[shown.at].citation))
    yield from (f"    {name}: {safe(shown.article[key])}" for name, key in (("眉题", "kicker"), ("副题", "subtitle")) if shown.article[key])
    for at in range(max(0, shown.at - context), min(len(shown.passages), shown.at + context + 1)):
        passage = shown.passages[at]
        margin = f"{'>' if at == shown.at else ' '} {line_ranges(passage.citation.lines):<8} "
        text = safe(passage.text)
        for row, line in enumerate(wrapped(text, width - len(margin)) if width else [text]):
            start = margin if row == 0 else " " * len(margin)
            yield f"{BOLD}{start}{line}{PLAIN}" if colour and at == shown.at else start + line


def report_lines(report: Report, facts: dict[str, Any]) -> Iterator[str]:
    """Say what a run of indexing did: each skipped file with its reason, then counts."""
    for skipped in report.skipped:
        yield f"skipped {skipped.source}: {skipped.reason}"
    yield files_line(report)
    yield f"{facts['place']} holds {facts['pages']} pages, {facts['articles']} articles, {facts['passages']} passages"


def files_line(report: Report) -> str:
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


def safe(text: str) -> str:
    """Return *text* with everything that steers a terminal made visible; its length stays."""
    return text.translate(UNSAFE)


OPEN, CLOSE = "\ue000", "\ue001"  # around a word to be painted, while lines are broken; private use, of no width here


def _passage_lines(hit: Hit, width: int | None, indent: int) -> list[str]:
    text = safe(hit.passage.text).replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
    marked = _marked(text, hit.matches)
    if width is None:
        return [marked]
    lines = list(balanced(wrapped(marked, width - indent - 2)))  # room for … on either side
    if len(lines) <= SHOWN_LINES:
        return lines
    first = next((at for at, line in enumerate(lines) if OPEN in line), 0)
    start = max(0, min(first, len(lines) - SHOWN_LINES))
    shown = lines[start : start + SHOWN_LINES]
    shown[0] = ("…" if start else "") + shown[0]
    shown[-1] += "…" if start + SHOWN_LINES < len(lines) else ""
    return shown


def _marked(text: str, matches: Sequence[Match]) -> str:
    """Put marks around the words that met, joined where they touch."""
    within = [False] * (len(text) + 1)
    for match in matches:
        within[match.at[0] : match.at[1]] = [True] * (match.at[1] - match.at[0])
    pieces = []
    for at, character in enumerate(text):
        if within[at] and not (at and within[at - 1]):
            pieces.append(OPEN)
        pieces.append(character)
        if within[at] and not within[at + 1]:
            pieces.append(CLOSE)
    return "".join(pieces)


def balanced(lines: list[str]) -> Iterator[str]:
    """Close each mark at the end of its line and open it again on the next, so that every line stands alone."""
    inside = False
    for line in lines:
        marked = (OPEN if inside else "") + line
        inside = marked.rfind(OPEN) > marked.rfind(CLOSE)
        yield marked + (CLOSE if inside else "")


def wrapped(text: str, width: int) -> list[str]:
    """Break *text* into lines of at most *width* columns; a Chinese character takes two, a Latin word is kept whole where it fits, and no
    line begins with a mark that closes or ends with one that opens."""
    from rich.cells import cell_len

    width = max(width, 20)
    lines, line, used = [], "", 0
    for piece in _units(text):
        wide = cell_len(piece.replace(OPEN, "").replace(CLOSE, ""))
        if used + wide > width and line.strip():
            lines.append(line.rstrip())
            line, used = "", 0
            piece = piece.lstrip()
            wide = cell_len(piece)
        while wide > width:  # a word longer than a line
            lines.append(piece[:width])
            piece = piece[width:]
            wide = cell_len(piece)
        line, used = line + piece, used + wide
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


CLOSES, OPENS = "，。、；：？！”’）》〉」』】…,.;:?!)" + CLOSE, "“‘（《〈「『【⏎" + OPEN
UNIT = 8  # characters; a longer row of marks is broken where the line ends


def _units(text: str) -> Iterator[str]:
    """Put pieces together that stay in one line: a mark that closes with what it closes, one that opens with what it opens."""
    unit = ""
    for piece in _pieces(text):
        together = piece in CLOSES or unit.endswith(tuple(OPENS)) or not unit
        if together and len(unit) + len(piece) <= UNIT:
            unit += piece
        else:
            if unit:
                yield unit
            unit = piece
    if unit:
        yield unit


def _pieces(text: str) -> Iterator[str]:
    """Give what must not be broken: single characters of dense scripts, words of others, spaces, marks."""
    word = ""
    for character in text:
        if character.isascii() and not character.isspace():
            word += character
            continue
        if word:
            yield word
            word = ""
        yield character
    if word:
        yield word


def _csv_line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _markdown(text: str) -> str:
    """Escape what Markdown would read as its own, and keep a passage on one line."""
    for character in "\\`*_[]<>|#":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split("\n"))
