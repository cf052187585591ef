"""A page and what a person wrote beside it to its articles: `000.txt.articles.json` overrides what was read out of `000.txt`.

    [{"title": …, "authors": […], "paragraphs": [{"lines": [[21, 25]]}, {"lines": [[27, 27]], "text": "the part that is meant"}]}, …]

A person chooses lines, joins, splits, orders and drops them, and says what they are: paragraphs, captions, subheads, sections, banners.
The text stays the page's own characters. An article that is given without a field keeps what was read there. Lines that are named
nowhere become banners of the nearest article: nothing is lost.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from stat import S_ISREG
from typing import Any

from index.corrections.apply import LINED, NAMED, edited
from index.corrections.references import Cited, refuse
from index.document import Article, Heading, Page, Paragraph, Span, quote
from index.errors import BadInput, reason
from index.files.content import LARGEST_FILE
from index.files.decoding import decode
from index.files.discover import SIDECAR
from index.segmentation.articles import articles

FIELDS = (*NAMED, "authors", "place", "kind", *LINED, "paragraphs")
LISTED = {**LINED, "paragraphs": "paragraph"}
PARTS = ("lines", "text", "begins")
BEGINS = 12  # characters of a paragraph that the skeleton shows; they tell when a page has changed below its sidecar


def sidecar_of(path: Path) -> Path:
    """Return where the sidecar of the page in *path* lies, if it has one."""
    return path.with_name(path.name + SIDECAR)


def read_articles(page: Page, path: Path) -> list[Article]:
    """Return the articles of *page*, which was read from *path*: as its sidecar says, else as `index.page` reads them.

    Raises BadInput where the sidecar cannot be followed; the message names the sidecar, the article and what to do.
    """
    beside = sidecar_of(path)
    try:
        status = beside.stat()
        if not S_ISREG(status.st_mode):
            raise BadInput(f"{beside.name}: a folder, a pipe or a device; make it readable, or remove it")
        if status.st_size > LARGEST_FILE:
            raise BadInput(f"{beside.name}: larger than {LARGEST_FILE // 2**20} MB; no page needs that: make a new one")
        content = beside.read_bytes()
    except FileNotFoundError:
        return articles(page)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # with so long a name a page has none
            return articles(page)
        raise BadInput(f"{beside.name}: {reason(error)}; make it readable, or remove it") from None
    given = _parsed(content, beside.name)
    for number, article in enumerate(given, 1):
        _check(article, f"{beside.name}, article {number}")
    return edited(page, given, beside.name)


def stamp(path: Path) -> str:
    """Return a digest of the sidecar of the page in *path*, empty where there is none: another one means another reading."""
    beside = sidecar_of(path)
    try:
        status = beside.stat()
        if not S_ISREG(status.st_mode) or status.st_size > LARGEST_FILE:
            return f"{status.st_size} {status.st_mtime_ns}"
        return hashlib.sha256(beside.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return str(error)


def write_sidecar(page: Page, path: Path) -> bool:
    """Write beside the page in *path* what was read out of it, to be edited; False where there is a sidecar already, which stays.

    Raises BadInput where nothing can be written; then nothing is.
    """
    beside = sidecar_of(path)
    if beside.exists():
        return False
    found = articles(page)
    if not found:
        raise BadInput(f"{path}: no line in it that could be put right; nothing was written")
    try:
        file = beside.open("x", encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(f"{beside}: {reason(error)}; make the folder writable, or copy the page") from None
    try:
        with file:
            file.write(skeleton(page, found))
    except BaseException as error:
        beside.unlink(missing_ok=True)  # half a sidecar would be an error at every reading
        if isinstance(error, OSError):
            raise BadInput(f"{beside}: {reason(error)}; nothing was written") from None
        raise
    return True


def skeleton(page: Page, found: Sequence[Article]) -> str:
    """Return a sidecar that says what was read: one line per field and paragraph, for a person to edit."""
    wholes = Cited(page)
    shown = []
    for article in found:
        named = {name: getattr(article, name) for name in (*NAMED, "authors", "place", "kind")}
        fields = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in named.items()]
        lists: dict[str, Sequence[Heading | Paragraph]] = {
            name: [head for head in article.headings if head.role == role] for name, role in LINED.items()
        }
        lists["paragraphs"] = article.paragraphs
        fields += [f'  "{name}": {_listed(wholes, parts)}' for name, parts in lists.items()]
        shown.append(" {\n" + ",\n".join(fields) + "\n }")
    return "[\n" + ",\n".join(shown) + "\n]\n"


def _listed(known: Cited, parts: Sequence[Heading | Paragraph]) -> str:
    lines = ",\n".join(f"    {json.dumps(_part(known, each), ensure_ascii=False)}" for each in parts)
    return f"[\n{lines}\n  ]" if parts else "[]"


def _part(known: Cited, each: Heading | Paragraph) -> dict[str, Any]:
    ranges = [list(pair) for pair in each.lines]
    join = known.joined if isinstance(each, Paragraph) else known.headed
    if join(known.whole(each.lines)) == each.spans:
        return {"lines": ranges, "begins": each.text[:BEGINS]}
    pieces = [quote(known.page.text, piece) for piece in _pieces(known.page, each.spans)]
    return {"lines": ranges, "text": each.text if len(pieces) == 1 else pieces}


def _pieces(page: Page, spans: tuple[Span, ...]) -> list[tuple[Span, ...]]:
    """Return *spans* in pieces of what stands together on the page, blanks aside: columns that were untangled do not."""
    pieces: list[tuple[Span, ...]] = [spans[:1]]
    for (_, end), span in pairwise(spans):
        if end <= span[0] and not page.text[end : span[0]].strip():
            pieces[-1] += (span,)
        else:
            pieces.append((span,))
    return pieces


def _parsed(content: bytes, name: str) -> list[dict[str, Any]]:
    decoded = decode(content)  # with a mark or without; what is too short to be weighed was saved by an editor on Windows
    try:
        given = json.loads(decoded[0] if decoded else content.decode("gb18030", "replace"))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"{name}: no JSON at {where} ({error.msg.lower()}); correct it, or remove the file") from None
    except (RecursionError, ValueError):  # a thousand brackets, a number of a thousand digits
        given = None
    if not isinstance(given, list) or not given:
        raise BadInput(f"{name}: must be a list of articles, [{{…}}, …]; make a new one with: qianli articles PAGE --edit")
    return given


def _check(given: Any, where: str) -> None:
    """Refuse what is no article: a word too many is mostly a word misspelt."""
    if not isinstance(given, dict):
        refuse(where, 'must be an object such as {"title": …, "paragraphs": […]}')
    unknown = [name for name in given if name not in FIELDS]
    if unknown:
        refuse(where, f"nothing is called {json.dumps(unknown[0], ensure_ascii=False)}; there are {', '.join(FIELDS)}")
    for name in (*NAMED, "place"):
        if given.get(name) is not None and not _is_text(given[name]):
            refuse(where, f'"{name}" must be text in one line, or null where there is none')
    if not _is_text(given.get("kind", "news")):
        refuse(where, '"kind" must be text, such as "news", "notice" or "photo-news"')
    for name, right, what in LISTS:
        if not isinstance(given.get(name, []), list) or not all(right(each) for each in given.get(name, [])):
            refuse(where, f'"{name}" must be a list of {what}')
    for what, i, part in ((what, i, part) for name, what in LISTED.items() for i, part in enumerate(given.get(name, []), 1)):
        wrong = [name for name in part if name not in PARTS]
        if wrong:
            refuse(f"{where}, {what} {i}", f"nothing is called {json.dumps(wrong[0], ensure_ascii=False)}; there are {', '.join(PARTS)}")
        text = part.get("text", "")
        if not isinstance(part.get("begins", ""), str) or not all(
            isinstance(piece, str) for piece in (text if isinstance(text, list) else [text])
        ):
            refuse(f"{where}, {what} {i}", '"begins" must be text, and "text" text or a list of its pieces')


def _is_text(value: Any) -> bool:
    """Text in one line: no line ends, and no halves of characters, which could not be written."""
    return isinstance(value, str) and bool(value.strip()) and not any(c == "\n" or "\ud800" <= c <= "\udfff" for c in value)


LISTS = (
    ("authors", _is_text, 'names, such as ["张三"]'),
    *((name, lambda value: isinstance(value, dict), 'objects, such as {"lines": [[21, 25]]}') for name in LISTED),
)
