"""Read files into pages, and cut these into articles and passages: the part of a run of indexing that worker processes can do.

Wanted (a path, its source, what is known of it) ──▶ Cut (page, articles, passages), or Skipped with the reason
"""

from __future__ import annotations

import copyreg
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from index.corrections.sidecar import read_articles
from index.document import Article, Block, Citation, Heading, Page, Paragraph, Passage, Spot
from index.engine.protocol import Source
from index.errors import BadInput
from index.files.content import UNREADABLE, Skipped
from index.files.reader import read
from index.passages import passages_of
from index.text.joined_terms import terms_of_each
from index.updating.embedding import WordIds, words_of

PAGES_AT_ONCE = 64  # that a worker reads before it answers; some tenths of a second
BYTES_AT_ONCE = 1 << 18  # of files, after which it answers as well


class Wanted(NamedTuple):
    """A file to be read as *source*, of *size* bytes.

    - *held*: the digest of the page that the index holds from this file, "" where it holds none.
    - *same*: the digest of a text of which nothing needs to be cut, "" for none.
    - *embedded*: whether its passages are to be embedded.
    - *indexed*: whether their terms are wanted.
    """

    path: str
    source: str
    size: int
    held: str = ""
    same: str = ""
    embedded: bool = True
    indexed: bool = False


class Cut(NamedTuple):
    """A page that was read. *articles* is None where it was not cut: its text is the same as before, or for the reason of *refusal*.

    What was cut is without the text of the page and without the paragraphs of its articles, since its passages have all of that. *words*
    are those of its passages, None where they are not to be embedded, and so are *terms* (see `joined_terms.terms_of_each`).
    """

    page: Page
    articles: list[Article] | None = None
    passages: list[Passage] | None = None
    refusal: str | None = None
    words: list[WordIds] | None = None
    terms: list[tuple[str, str]] | None = None


class ReadPage(NamedTuple):
    """A new or changed page, as it will be added."""

    page: Page
    file: Source
    articles: list[Article]
    passages: list[Passage]
    words: list[WordIds] | None
    terms: list[tuple[str, str]] | None


def chunks_of(files: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    """Yield *files* in chunks for `read_pages`."""
    chunk: list[Wanted] = []
    size = 0
    for file in files:
        chunk.append(file)
        size += file.size
        if len(chunk) == PAGES_AT_ONCE or size >= BYTES_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def read_pages(files: Sequence[Wanted]) -> list[Cut | Skipped]:
    """Return what was read of each of *files*, in their order."""
    every = [_read(file) for file in files]
    cuts = [one for one in every if isinstance(one, Cut)]
    cuts = in_words(cuts) if any(file.embedded for file in files) else cuts
    cuts = in_terms(cuts) if any(file.indexed for file in files) else cuts
    rest = iter(cuts)
    return [next(rest) if isinstance(one, Cut) else one for one in every]


def in_words(cuts: Sequence[Cut]) -> list[Cut]:
    """Return *cuts* with the words of their passages; those of many passages are cut sooner at once."""
    words = iter(words_of([passage for one in cuts for passage in one.passages or ()]))
    every = []
    for one in cuts:
        pairs = [(passage, next(words)) for passage in one.passages or ()]
        passages = [_with_vocabulary(passage, known.vocabulary) for passage, known in pairs]
        every.append(one._replace(passages=passages, words=[known for _, known in pairs]) if pairs else one)
    return every


def _with_vocabulary(passage: Passage, vocabulary: bytes) -> Passage:
    return Passage(passage.text, passage.heading, passage.article, passage.citation, vocabulary)  # `replace` takes thrice as long


def in_terms(cuts: Sequence[Cut]) -> list[Cut]:
    """Return *cuts* with the terms of their passages, all made at once."""
    terms = iter(terms_of_each([(passage.text, passage.heading) for one in cuts for passage in one.passages or ()]))
    return [one._replace(terms=[*islice(terms, len(one.passages))]) if one.passages else one for one in cuts]


def _read(file: Wanted) -> Cut | Skipped:
    path = Path(file.path)
    page = read(path, file.source)
    if isinstance(page, Skipped):
        if file.held and file.held == digest_of(path):  # it was read before: what reads it is not installed here, or had too little time
            page = page._replace(kind=UNREADABLE)
        return page
    return Cut(page) if page.sha256 == file.same else cut(page, path)


def cut(page: Page, path: Path) -> Cut:
    """Cut *page*, which was read from *path*, into articles and passages."""
    try:
        articles = read_articles(page, path)
    except BadInput as error:
        return Cut(page, refusal=str(error))
    passages = list(passages_of(page, articles))
    return Cut(replace(page, text=""), [replace(article, paragraphs=()) for article in articles], passages)


def digest_of(path: Path) -> str:
    """Return the digest of the file at *path*, "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _travels_as_values(kind: type[Any]) -> None:
    """Let the values of a dataclass travel between processes without their names, in a fifth of the time."""
    values = attrgetter(*(field.name for field in fields(kind)))
    copyreg.pickle(kind, lambda value: (kind, values(value)))


for _kind in (Article, Block, Citation, Heading, Page, Paragraph, Passage, Spot):
    _travels_as_values(_kind)


def batches(pages: Iterable[ReadPage], passages: int) -> Iterator[list[ReadPage]]:
    """Yield *pages* in groups of about so many *passages*."""
    batch: list[ReadPage] = []
    count = 0
    for page in pages:
        batch.append(page)
        count += len(page.passages)
        if count >= passages:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch
