"""`qianli articles`: paths in, how their pages were read out; or, with `--edit`, a sidecar beside each page.

    paths ──▶ pages ─┬──▶ articles ──▶ text or JSON, and a line of counts
                     └──▶ PAGE.articles.json, where there is none yet

A page that cannot be read or written stops no other.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput
from index.messages import counted, listed, say
from search.cli.console import colour, note, print_lines, width
from search.cli.options import AsJson, Paths, Quiet

if TYPE_CHECKING:
    from index.document import Article, Page
    from index.files.content import Skipped
    from index.segmentation.diagnostics import Doubt


def articles(
    paths: Paths = None,
    as_json: AsJson = False,
    edit: Annotated[
        bool, typer.Option("--edit", help=say("Write PAGE.articles.json beside each page: edit it, and it overrides what was read."))
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Show how pages were read: articles with their heads, paragraphs, lines and what is doubtful. No index is needed."""
    if not paths:
        raise BadInput("nothing to read; name files or folders: qianli articles FOLDER")
    if edit and as_json:
        raise BadInput("--edit writes a file and --json prints; choose one")
    whole = _write_sidecars(paths, quiet) if edit else _print_articles(paths, as_json, quiet)
    if not whole:
        raise typer.Exit(2)


def _print_articles(paths: Sequence[Path], as_json: bool, quiet: bool) -> bool:
    """Print how the pages under *paths* were read; return whether all could be read."""
    from index.corrections.sidecar import read_articles, sidecar_of, stamp
    from index.segmentation.diagnostics import doubts
    from search.output.articles import page_json_lines, page_text_lines

    counts: Counter[str] = Counter()

    def print_page(path: Path, page: Page) -> None:
        read = read_articles(page, path)
        doubtful = doubts(page, read)
        note(quiet or not stamp(path), say("{source} is read as {sidecar} says", source=page.source, sidecar=sidecar_of(path).name))
        print_lines(page_json_lines(page, read, doubtful) if as_json else page_text_lines(page, read, doubtful, width(), colour()))
        counts.update(_counts(read, doubtful))

    whole = _for_each_page(paths, quiet, print_page)
    note(quiet or as_json or max(counts["pages"], counts["articles"]) < 2, _counts_line(counts))
    return whole


def _write_sidecars(paths: Sequence[Path], quiet: bool) -> bool:
    """Write a sidecar for each page under *paths* that has none; return whether all could be written."""
    from index.corrections.sidecar import sidecar_of, write_sidecar

    def write(path: Path, page: Page) -> None:
        if write_sidecar(page, path):
            note(quiet, say("wrote {sidecar}; edit it, then look at it with: qianli articles {page}", sidecar=sidecar_of(path), page=path))
        else:
            note(quiet, say("left {sidecar} as it is; edit it, or remove it to begin anew", sidecar=sidecar_of(path)))

    return _for_each_page(paths, quiet, write)


def _for_each_page(paths: Sequence[Path], quiet: bool, work: Callable[[Path, Page], None]) -> bool:
    """Do *work* on every page under *paths*, and name what is skipped or fails; return whether nothing that is text was missed."""
    from index.document import Page
    from index.files.content import missed

    whole = True
    for path, page in _pages(paths):
        try:
            if isinstance(page, BadInput):
                raise page
            if isinstance(page, Page):
                work(path, page)
                continue
        except BadInput as error:
            note(False, f"qianli: {error}")
            whole = False
            continue
        whole = whole and not missed(page)
        note(quiet and not missed(page), say("skipped {source}: {reason}", source=page.source, reason=page.reason))
    return whole


def _pages(paths: Sequence[Path]) -> Iterator[tuple[Path, Page | Skipped | BadInput]]:
    """Yield the pages under *paths*, each once, and an error in place of a path that does not exist."""
    from index.files.content import Skipped
    from index.files.discover import read_all

    seen: set[str] = set()
    for path in paths:
        try:
            for file, page in read_all([path]):
                real = os.path.realpath(file)
                if isinstance(page, Skipped) or real not in seen:
                    seen.add(real)
                    yield file, page
        except BadInput as error:
            yield path, error


def _counts(read: Sequence[Article], doubtful: Sequence[Sequence[Doubt]]) -> dict[str, int]:
    paragraphs = sum(len(article.paragraphs) for article in read)
    return {"pages": 1, "articles": len(read), "paragraphs": paragraphs, "doubts": sum(map(len, doubtful))}


def _counts_line(counts: Counter[str]) -> str:
    return listed(
        (
            counted(counts["pages"], "{count} page", "{count} pages"),
            counted(counts["articles"], "{count} article", "{count} articles"),
            counted(counts["paragraphs"], "{count} paragraph", "{count} paragraphs"),
            counted(counts["doubts"], "{count} doubt", "{count} doubts"),
        )
    )
