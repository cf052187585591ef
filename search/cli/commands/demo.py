"""`qianli demo`: the example pages indexed and a question asked, with the commands that do it; nothing of the user's is touched."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from index.errors import BadInput, Unwritten, reason
from index.messages import language, say
from search.cli.console import print_lines

QUESTIONS = {"zh": "电动车推进楼道充电，别的地方是怎么解决的", "en": "food stalls are noisy at night"}  # one that the pages answer
SHOWN = 3  # passages
PAGES = ("*.txt", "*.md")


def demo(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help=say("Put the pages and the index there and keep them; else they go when the demo ends.")),
    ] = None,
) -> None:
    """Try qianli: index a few invented example pages and ask a question. Nothing of yours is read or changed."""
    with ExitStack() as stack:
        where = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qianli-demo-", ignore_cleanup_errors=True)))
        pages = _copy(where)
        index_at = where / ".qianli"
        _show(f"qianli index {_quoted(pages)} --index {_quoted(index_at)}")
        _index(pages, index_at)
        question = QUESTIONS[language()]
        _show(f"qianli search {_quoted(question)} --index {_quoted(index_at)} -k {SHOWN}")
        _ask(question, index_at)
    if folder:
        print_lines(["", say("now ask a question of your own: qianli search QUESTION --index {index}", index=_quoted(index_at))])
    else:
        print_lines(["", say("now index pages of your own: qianli index FOLDER   (to keep these: qianli demo FOLDER)")])


def _copy(where: Path) -> Path:
    """Copy the example pages into the folder `pages` of *where*, which may be there from an earlier demo; return that folder."""
    import search.examples

    pages = where / "pages"
    source = Path(search.examples.__path__[0])
    if where.exists() and not where.is_dir():
        raise BadInput(say("{path} is no folder; name another one", path=where))
    if pages.is_dir() and {path.name for path in pages.iterdir()} - {path.name for path in source.iterdir()}:
        raise BadInput(say("{path} holds files of yours; name another folder for the demo", path=pages))
    try:
        pages.mkdir(parents=True, exist_ok=True)
        for path in sorted(path for pattern in PAGES for path in source.glob(pattern)):
            shutil.copyfile(path, pages / path.name)
    except OSError as error:
        raise Unwritten(say("{file} cannot be written: {why}; nothing was changed", file=pages, why=reason(error))) from error
    return pages


def _index(pages: Path, index_at: Path) -> None:
    from index.encoders.open import open_encoder
    from index.engine.open import open_index
    from index.engine.protocol import model_of
    from index.indexing import build
    from search.output.index_report import report_lines

    encoder = open_encoder()
    with open_index(index_at, create=model_of(encoder)) as index:
        report = build([pages], index, encoder)
        print_lines(report_lines(report, index.facts()))


def _ask(question: str, index_at: Path) -> None:
    from search.cli.console import address_of, colour, width
    from search.output.text import text_lines
    from search.searcher import open_search

    with open_search(index_at) as searcher:
        print_lines(text_lines(searcher.search(question, k=SHOWN), width(), colour(), address_of))


def _show(command: str) -> None:
    from search.output.terminal import safe

    print_lines([safe(f"$ {command}")], flush=True)


def _quoted(word: object) -> str:
    """Return a word as a shell takes it: in double quotes, which Windows knows too, where it needs any."""
    text = str(word)
    return text if text and all(character.isalnum() or character in "/\\:._-~" for character in text) else f'"{text}"'
