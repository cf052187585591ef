"""Pages as rows: the values of a file, of an article and of a passage, and back, with a digest that is checked when a row is read.

file ──< article ──< passage      each engine keeps these values in tables of its own, and the digest of each row beside them

The digests are the same in every engine, so that a copy of an index can be compared with the index row by row.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from index.document import Article, Citation, Heading, Passage
from index.engine.protocol import Source, StoredPage
from index.engine.stored.digests import require_digest, state_of, values_digest
from index.errors import DamagedIndex
from index.messages import say
from index.text.gazetteer import with_province

Value = int | str | bytes | None
COLUMNS = "key, article, id, paragraph, text, heading, lines, kind, place, chars, spot, words, digest"  # of a passage
FILE_COLUMNS = "source, page, path, size, modified, noted, sha256, encoding, sidecar, digest"
EMPTY: dict[str, Any] = {
    "title": None, "kicker": None, "subtitle": None, "authors": [], "place": None, "places": [], "date": None, "publication": None,
    "newspaper_page": None, "status": None, "kind": None, "heads": [],
}  # fmt: skip  # what a record says of an article where it says nothing
PAIR = struct.Struct("<II")  # the first and the last of some lines: the column `lines` holds such pairs
PARAGRAPH = "paragraph"  # the kind of most passages, which their rows leave out
SPOT = ("page", "page_label", "box", "sheet", "cell", "part", "reader")  # of a citation: the column `spot` holds them as JSON


class Row(NamedTuple):
    """One passage as it is stored. *article* is the key of its article, *record* what is known of the article.

    *state* is a digest of the passage, its article and the text of its page.
    """

    key: int
    article: int
    passage: Passage
    record: dict[str, Any]
    state: int


class TextRow(NamedTuple):
    """What is searched of a passage: its text and its heading; and its state (see `Row`)."""

    key: int
    text: str
    heading: str
    state: int


class ArticleRow(NamedTuple):
    """What the rows of an article and of its file say."""

    source: str
    path: str
    number: int
    sha256: str
    record: dict[str, Any]
    digest: int


Articles = dict[int, ArticleRow]  # by key


def file_values(file: Source, page: int, encoding: str) -> tuple[Value, ...]:
    """Return the columns of a file that its digest covers: all of FILE_COLUMNS before it. *page* is the number of the page."""
    return file.source, page, os.fsencode(file.path), file.size, file.modified, file.noted, file.sha256, encoding, file.sidecar


def article_values(article: Article, source: str) -> tuple[Value, ...]:
    """Return the columns of an article that its digest covers: source, number, place, areas, date, record."""
    return source, article.number, article.place, _areas(article), article.date, _record(article)


def passage_values(article: int, passage: Passage) -> tuple[Value, ...]:
    """Return the columns of a passage that its digest covers: those of COLUMNS from *article*, the key of its article, to *words*."""
    cited = passage.citation
    lines = b"".join(PAIR.pack(*pair) for pair in cited.lines)
    chars = json.dumps(cited.chars) if cited.chars else None
    kind = None if cited.kind == PARAGRAPH else cited.kind
    return (
        article, cited.id.encode(), cited.paragraph, passage.text, passage.heading, lines, kind, cited.place, chars, _spot(cited),
        passage.vocabulary,
    )  # fmt: skip


def file_of(row: Sequence[Any], where: str) -> Source:
    """Return the file of a row of FILE_COLUMNS; *where* it is kept is for the message of DamagedIndex."""
    source, page, path, size, modified, noted, sha256, encoding, sidecar, digest = row
    what = partial(say, "file {source}", source=source)
    require_digest(digest, what, where, source, page, path, size, modified, noted, sha256, encoding, sidecar)
    return Source(source, Path(os.fsdecode(path)), size, modified, sha256, sidecar, noted)


def article_of(row: Sequence[Any], where: str) -> ArticleRow:
    """Return the article of its values and digest, followed by the columns of its file but the source, which is the same."""
    source, number, place, areas, date, record, digest, *file, file_digest = row
    what = partial(say, "article {number} of {source}", number=number, source=source)
    require_digest(digest, what, where, source, number, place, areas, date, record)
    require_digest(file_digest, partial(say, "file {source}", source=source), where, source, *file)
    return ArticleRow(source, os.fsdecode(file[1]), number, file[5], EMPTY | json.loads(record), digest)


def sound_article(articles: Articles, article: int, values: Sequence[Any], digest: int, where: str) -> ArticleRow:
    """Return the article of a passage; raise DamagedIndex unless *digest* is that of its columns: *article* and *values*."""
    about = articles.get(article)
    source, name = about.source if about else "?", values[0]
    what = partial(say, "passage {id} of {source}", id=str(name, "utf-8", "replace") if isinstance(name, bytes) else name, source=source)
    require_digest(digest, what, where, article, *values)
    if about is None:
        raise DamagedIndex("{file} has no article or file for {what}; repair it with: qianli index --rebuild", file=where, what=what())
    return about


def passage_row(articles: Articles, where: str, key: int, article: int, *columns: Any) -> Row:
    """Return the row of a passage, whose columns are those of COLUMNS."""
    *values, digest = columns
    about = sound_article(articles, article, values, digest, where)
    id_, paragraph, text, heading, lines, kind, place, chars, spot, words = values
    record = about.record
    citation = Citation(
        source=about.source, lines=tuple(PAIR.iter_unpack(lines)), paragraph=paragraph, article=record["title"],
        kicker=record["kicker"], authors=tuple(record["authors"]), place=place, sha256=about.sha256, id=id_.decode(),
        kind=kind or PARAGRAPH, places=tuple(record["places"]), date=record["date"], publication=record["publication"],
        newspaper_page=record["newspaper_page"], status=record["status"], chars=tuple(json.loads(chars)) if chars else None,
        subtitle=record["subtitle"], path=about.path, **(_spot_of(spot) if spot else {}),
    )  # fmt: skip
    return Row(key, article, Passage(text, heading, about.number, citation, words), record, state_of(digest, about.digest, about.sha256))


def article_from(about: ArticleRow) -> Article:
    """Return an article as it is kept, without its paragraphs; headings without their characters."""
    known = about.record
    headings = tuple(
        Heading(head["role"], head["text"], (), tuple((first, last) for first, last in head["lines"])) for head in known["heads"]
    )
    return Article(
        source=about.source, number=about.number, title=known["title"], kicker=known["kicker"], subtitle=known["subtitle"],
        authors=tuple(known["authors"]), place=known["place"], paragraphs=(), headings=headings, kind=known["kind"],
        places=tuple(known["places"]), date=known["date"], publication=known["publication"], newspaper_page=known["newspaper_page"],
        status=known["status"],
    )  # fmt: skip


def page_digest(file: Source, encoding: str, articles: Sequence[ArticleRow], states: Sequence[int]) -> str:
    """Return the digest of a page: of its file, and of its articles and the states of its passages in their order."""
    values = file_values(file, 0, encoding)
    return str(values_digest(*values, *(about.digest for about in articles), *states))


def stored_page(file: Source, encoding: str, articles: Sequence[ArticleRow], rows: Sequence[Row]) -> StoredPage:
    """Return a page of these rows, for another index."""
    digest = page_digest(file, encoding, articles, [row.state for row in rows])
    keys, passages = [row.key for row in rows], [row.passage for row in rows]
    return StoredPage(encoding, [article_from(about) for about in articles], passages, keys, digest)


def _spot(citation: Citation) -> str | None:
    """Return where a passage stands in a document, as JSON, None for one of a text file."""
    known = {name: value for name in SPOT if (value := getattr(citation, name)) is not None}
    return json.dumps(known, ensure_ascii=False) if known else None


def _spot_of(written: str) -> dict[str, Any]:
    """Return the fields of a citation that the column `spot` holds."""
    spot: dict[str, Any] = json.loads(written)
    return spot | ({"box": tuple(spot["box"])} if "box" in spot else {})


def _areas(article: Article) -> str:
    """Return what a filter by place searches: every place of the article with its province, one a line."""
    return "\n".join(dict.fromkeys(with_province(place) for place in (article.place, *article.places) if place))


def _record(article: Article) -> str:
    """Return what is known of an article besides its paragraphs, as JSON."""
    heads = [{"role": heading.role, "text": heading.text, "lines": heading.lines} for heading in article.headings]
    known = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle, "authors": article.authors,
             "place": article.place, "places": article.places, "date": article.date, "publication": article.publication,
             "newspaper_page": article.newspaper_page, "status": article.status, "kind": article.kind, "heads": heads}  # fmt: skip
    known = {name: value for name, value in known.items() if value}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))
