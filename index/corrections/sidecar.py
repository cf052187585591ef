"""Read and write sidecars: `000.txt.articles.json` overrides what was read out of the page `000.txt`.

    [{"title": …, "authors": […], "paragraphs": [{"lines": [[21, 25]]}, {"lines": [[27, 27]], "text": "the part that is meant"}]}, …]

A person chooses, joins, splits, orders and drops lines, and says what they are: paragraphs, captions, subheads, sections, banners.
The text stays the page's own characters. A field that is left out of an article keeps what was read. Lines that the sidecar does not
mention become banners of the nearest article, so nothing is lost.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from stat import S_ISREG
from typing import Any

from index.corrections.apply import LINED, NAMED, edited
from index.corrections.references import CitedPage, refuse
from index.document import Article, Heading, Page, Paragraph, Span, is_date, quote
from index.errors import BadInput, reason
from index.files.content import LARGEST_FILE
from index.files.decoding import decode
from index.files.discover import SIDECAR
from index.messages import say
from index.segmentation.articles import articles

DATED = ("place", "date", "publication", "status")  # further fields given in words
FIELDS = (*NAMED, "authors", *DATED, "places", "kind", *LINED, "paragraphs")
LISTED = {**LINED, "paragraphs": "paragraph"}
PARTS = ("lines", "text", "begins")
BEGINNING = 12  # characters of a paragraph that the skeleton shows; they reveal a page that changed after its sidecar was written


def sidecar_of(path: Path) -> Path:
    """Return the path at which the page in *path* has its sidecar, if there is one."""
    return path.with_name(path.name + SIDECAR)


def read_articles(page: Page, path: Path) -> list[Article]:
    """Return the articles of *page*, which was read from *path*: as its sidecar says, else as the page alone is read.

    Raises BadInput if the sidecar cannot be followed; the message names the sidecar, the article and what to do.
    """
    beside = sidecar_of(path)
    try:
        status = beside.stat()
        if not S_ISREG(status.st_mode):
            raise BadInput("{beside}: a folder, a pipe or a device; make it readable, or remove it", beside=beside.name)
        if status.st_size > LARGEST_FILE:
            raise BadInput(
                "{beside}: larger than {most} MB; no page needs that: make a new one",
                beside=beside.name,
                most=LARGEST_FILE // 2**20,
            )
        content = beside.read_bytes()
    except FileNotFoundError:
        return articles(page)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # a page with so long a name cannot have a sidecar
            return articles(page)
        raise BadInput("{beside}: {reason}; make it readable, or remove it", beside=beside.name, reason=reason(error)) from None
    given = _parsed(content, beside.name)
    for number, article in enumerate(given, 1):
        _check(article, say("{where}, article {number}", where=beside.name, number=number))
    return edited(page, given, beside.name)


def stamp(path: Path) -> str:
    """Return a digest of the sidecar of the page in *path*, "" without a sidecar: the page is read anew if the digest changes."""
    beside = sidecar_of(path)
    try:
        status = beside.stat()
        if not S_ISREG(status.st_mode) or status.st_size > LARGEST_FILE:
            return f"{status.st_size} {status.st_mtime_ns}"
        return hashlib.sha256(beside.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return "" if error.errno == errno.ENAMETOOLONG else str(error)  # see `read_articles`


def write_sidecar(page: Page, path: Path) -> bool:
    """Write a sidecar that says what was read out of the page in *path*, for a person to edit. Return False if there is one already.

    Raises BadInput if the sidecar cannot be written; no part of it is left then.
    """
    beside = sidecar_of(path)
    if beside.exists():
        return False
    read = articles(page)
    if not read:
        raise BadInput("{path}: no line in it that could be put right; nothing was written", path=path)
    try:
        file = beside.open("x", encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput("{beside}: {reason}; make the folder writable, or copy the page", beside=beside, reason=reason(error)) from None
    try:
        with file:
            file.write(skeleton(page, read))
    except BaseException as error:
        beside.unlink(missing_ok=True)  # half a sidecar would be an error each time that the page is read
        if isinstance(error, OSError):
            raise BadInput("{beside}: {reason}; nothing was written", beside=beside, reason=reason(error)) from None
        raise
    return True


def skeleton(page: Page, read: Sequence[Article]) -> str:
    """Return a sidecar that says what was read: one line for each field and paragraph, for a person to edit."""
    cited = CitedPage(page)
    return "[\n" + ",\n".join(_skeleton(cited, article) for article in read) + "\n]\n"


def _skeleton(cited: CitedPage, article: Article) -> str:
    named = {name: getattr(article, name) for name in (*NAMED, "authors", "place", "date", "kind")}
    fields = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in named.items()]
    lists: dict[str, Sequence[Heading | Paragraph]] = {
        name: [heading for heading in article.headings if heading.role == role] for name, role in LINED.items()
    }
    lists["paragraphs"] = article.paragraphs
    fields += [f'  "{name}": {_listed(cited, parts)}' for name, parts in lists.items()]
    return " {\n" + ",\n".join(fields) + "\n }"


def _listed(cited: CitedPage, parts: Sequence[Heading | Paragraph]) -> str:
    lines = ",\n".join(f"    {json.dumps(_citation(cited, part), ensure_ascii=False)}" for part in parts)
    return f"[\n{lines}\n  ]" if parts else "[]"


def _citation(cited: CitedPage, part: Heading | Paragraph) -> dict[str, Any]:
    """Return the lines of *part*, with its text if the lines alone would be joined into something else."""
    ranges = [list(pair) for pair in part.lines]
    join = cited.paragraph_spans if isinstance(part, Paragraph) else cited.heading_spans
    if join(cited.body_lines(part.lines)) == part.spans:
        return {"lines": ranges, "begins": part.text[:BEGINNING]}
    pieces = [quote(cited.page.text, piece) for piece in _pieces(cited.page, part.spans)]
    return {"lines": ranges, "text": part.text if len(pieces) == 1 else pieces}


def _pieces(page: Page, spans: tuple[Span, ...]) -> list[tuple[Span, ...]]:
    """Return *spans* in pieces that are contiguous on the page but for blanks; columns that were untangled give several pieces."""
    pieces: list[tuple[Span, ...]] = [spans[:1]]
    for (_, end), span in pairwise(spans):
        if end <= span[0] and not page.text[end : span[0]].strip():
            pieces[-1] += (span,)
        else:
            pieces.append((span,))
    return pieces


def _parsed(content: bytes, name: str) -> list[dict[str, Any]]:
    decoded = decode(content)  # a file too short for its encoding to show was saved by an editor on Windows
    try:
        given = json.loads(decoded[0] if decoded else content.decode("gb18030", "replace"))
    except json.JSONDecodeError as error:
        where = say("line {line}, column {column}", line=error.lineno, column=error.colno)
        raise BadInput(
            "{name}: no JSON at {where} ({error}); correct it, or remove the file", name=name, where=where, error=error.msg.lower()
        ) from None
    except (RecursionError, ValueError):  # a thousand brackets, a number of a thousand digits
        given = None
    if not isinstance(given, list) or not given:
        raise BadInput("{name}: must be a list of articles, [{{…}}, …]; make a new one with: qianli articles PAGE --edit", name=name)
    return given


def _check(given: Any, where: str) -> None:
    """Raise BadInput if *given* is no article; an unknown field is mostly a misspelt one."""
    if not isinstance(given, dict):
        refuse(where, say('must be an object such as {"title": …, "paragraphs": […]}'))
    unknown = [name for name in given if name not in FIELDS]
    if unknown:
        refuse(
            where,
            say("nothing is called {name}; there are {known}", name=json.dumps(unknown[0], ensure_ascii=False), known=", ".join(FIELDS)),
        )
    for name in (*NAMED, *DATED):
        if given.get(name) is not None and not _is_text(given[name]):
            refuse(where, say('"{name}" must be text in one line, or null where there is none', name=name))
    if given.get("date") is not None and not is_date(given["date"]):
        refuse(where, say('"date" must be such as "2024-05-06", "2024-05" or "2024", or null where none is printed'))
    if not _is_text(given.get("kind", "news")):
        refuse(where, say('"kind" must be text, such as "news", "notice" or "photo-news"'))
    for name, right, what in _lists():
        if not isinstance(given.get(name, []), list) or not all(right(value) for value in given.get(name, [])):
            refuse(where, say('"{name}" must be a list of {what}', name=name, what=what))
    for name, kind in LISTED.items():
        for number, part in enumerate(given.get(name, []), 1):
            _check_part(part, say("{where}, {kind} {number}", where=where, kind=kind, number=number))


def _check_part(part: dict[str, Any], where: str) -> None:
    """Raise BadInput if *part* is no citation of a paragraph or a heading; its lines are checked when the page is known."""
    unknown = [name for name in part if name not in PARTS]
    if unknown:
        refuse(
            where,
            say("nothing is called {name}; there are {known}", name=json.dumps(unknown[0], ensure_ascii=False), known=", ".join(PARTS)),
        )
    text = part.get("text", "")
    pieces = text if isinstance(text, list) else [text]
    if not isinstance(part.get("begins", ""), str) or not all(isinstance(piece, str) for piece in pieces):
        refuse(where, say('"begins" must be text, and "text" text or a list of its pieces'))


def _is_text(value: Any) -> bool:
    """Whether *value* is text in one line, without halves of characters, which could not be written."""
    return isinstance(value, str) and bool(value.strip()) and not any(c == "\n" or "\ud800" <= c <= "\udfff" for c in value)


def _lists() -> list[tuple[str, Callable[[Any], bool], str]]:
    """Return the fields that are lists, whether a value may stand in them, and what they are lists of."""
    objects = say('objects, such as {"lines": [[21, 25]]}')
    return [
        ("authors", _is_text, say('names, such as ["张三"]')),
        ("places", _is_text, say('places, such as ["杭州市上城区"]')),
        *((name, lambda value: isinstance(value, dict), objects) for name in LISTED),
    ]
