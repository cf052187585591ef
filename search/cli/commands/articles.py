"""What `qianli articles` does: paths to what was read in them, or, with `--edit`, to a sidecar beside each page.

    paths ──▶ pages ─┬──▶ articles ──▶ text or JSON, and a line of counts
                     └──▶ PAGE.articles.json, where there is none yet

A page that cannot be read or written stops no other; the functions return whether all went well.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.corrections.sidecar import read_articles, sidecar_of, stamp, write_sidecar
from index.document import Article, Page
from index.errors import BadInput
from index.files.content import Skipped, missed
from index.files.discover import read_all
from index.segmentation.diagnostics import Doubt, doubts
from search.cli.console import colour, note, width
from search.output.articles import json_lines, text_lines


def print_articles(paths: Sequence[Path], as_json: bool, quiet: bool) -> bool:
    """Print how the pages under *paths* were read."""
    counts: Counter[str] = Counter()

    def shown(path: Path, page: Page) -> None:
        found = read_articles(page, path)
        about = doubts(page, found)
        note(quiet or not stamp(path), f"{page.source} is read as {sidecar_of(path).name} says")
        for line in json_lines(page, found, about) if as_json else text_lines(page, found, about, width(), colour()):
            print(line)
        counts.update(_counts(found, about))

    whole = _each(paths, quiet, shown)
    note(quiet or as_json or max(counts["pages"], counts["articles"]) < 2, _said(counts))
    return whole


def write_sidecars(paths: Sequence[Path], quiet: bool) -> bool:
    """Write the sidecars that are missing under *paths*, and leave those that are there as they are."""

    def written(path: Path, page: Page) -> None:
        if write_sidecar(page, path):
            note(quiet, f"wrote {sidecar_of(path)}; edit it, then look at it with: qianli articles {path}")
        else:
            note(quiet, f"left {sidecar_of(path)} as it is; edit it, or remove it to begin anew")

    return _each(paths, quiet, written)


def _each(paths: Sequence[Path], quiet: bool, work: Callable[[Path, Page], None]) -> bool:
    """Do *work* on every page under *paths*; say what is skipped and what went wrong, and return whether nothing did."""
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
        note(quiet and not missed(page), f"skipped {page.source}: {page.reason}")
    return whole


def _pages(paths: Sequence[Path]) -> Iterator[tuple[Path, Page | Skipped | BadInput]]:
    """Give the pages under *paths*, each once, and an error in place of a path that is not there."""
    seen: set[str] = set()
    for path in paths:
        try:
            for at, page in read_all([path]):
                real = os.path.realpath(at)
                if isinstance(page, Skipped) or real not in seen:
                    seen.add(real)
                    yield at, page
        except BadInput as error:
            yield path, error


def _counts(found: Sequence[Article], about: Sequence[Sequence[Doubt]]) -> dict[str, int]:
    paragraphs = sum(len(article.paragraphs) for article in found)
    return {"pages": 1, "articles": len(found), "paragraphs": paragraphs, "doubts": sum(map(len, about))}


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what if count != 1 else what.removesuffix('s')}" for what, count in counts.items())
