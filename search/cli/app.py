"""The command line: parse, call one function, print. Results on stdout, everything else on stderr.

Exit codes as grep has them: 0 found, 1 no precedent found, 2 error (one line that says what to do), 130 interrupted; a pipe that
closes is no error. Heavy imports stand in the functions that need them: `qianli --help` must not wait for FAISS.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from index.errors import BadInput
from search.cli.commands.evaluate import evaluate
from search.cli.commands.index import index
from search.cli.commands.search import batch, search
from search.cli.commands.verify import verify
from search.cli.console import colour, note, width
from search.cli.exits import exit_code
from search.cli.options import AsJson, IndexAt, Paths, Quiet

app = typer.Typer(
    name="qianli",
    help="Find precedents (前例): ask in your own words what others did about a problem, and get ranked passages with checkable citations.",
    epilog='Start with:  qianli index FOLDER   then:  qianli search "电瓶车到处乱停，别处怎么解决的"',
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.command()(index)
app.command()(search)
app.command()(batch)


@app.command()
def articles(
    paths: Paths = None,
    as_json: AsJson = False,
    edit: Annotated[
        bool, typer.Option("--edit", help="Write PAGE.articles.json beside each page: edit it, and it overrides what was read.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Show how pages were read: articles with their heads, paragraphs, lines and what is doubtful. No index is needed."""
    from search.cli.commands.articles import print_articles, write_sidecars

    if not paths:
        raise BadInput("nothing to read; name files or folders: qianli articles FOLDER")
    if edit and as_json:
        raise BadInput("--edit writes a file and --json prints; choose one")
    whole = write_sidecars(paths, quiet) if edit else print_articles(paths, as_json, quiet)
    if not whole:
        raise typer.Exit(2)


@app.command()
def show(
    citation: Annotated[
        str, typer.Argument(metavar="CITATION", help="The id of a citation (its first six characters will do), or SOURCE:LINE.")
    ],
    context: Annotated[int, typer.Option("--context", "-C", min=0, help="How many passages before and after it.")] = 1,
    index_at: IndexAt = None,
    as_json: AsJson = False,
) -> None:
    """Show a cited passage inside its article, with its neighbours."""
    from index.engine.open import find_index, open_index
    from search.output.json_lines import json_line
    from search.output.text import SINCE, shown_lines
    from search.searcher import show as shown_in

    with open_index(find_index(index_at)) as opened:
        shown = shown_in(opened, citation, context)
    if as_json:
        print(json_line(shown.to_dict()))
    else:
        print(*shown_lines(shown, width(), colour()), sep="\n")
    since = shown.source_status
    note(since == "unchanged", f"qianli: {shown.path} {SINCE.get(since)}; above stands what it said then; see: qianli verify {citation}")


app.command()(verify)


@app.command()
def info(
    index_at: IndexAt = None,
    check: Annotated[bool, typer.Option("--check", help="Read and verify every row and file of the index.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what the index holds, its model and its health."""
    from index.engine.open import find_index, open_index
    from search.output.json_lines import json_line
    from search.output.text import facts_lines

    with open_index(find_index(index_at)) as opened:
        facts = opened.facts()
        wrong = opened.check() if check else []
    if check:
        facts["damage"] = wrong
    if as_json:
        print(json_line(facts))
    else:
        print(*facts_lines(facts), sep="\n")
    if wrong:
        raise typer.Exit(2)


app.command(name="eval")(evaluate)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads wait for each other longer than they work on tables of this size
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                encoding="utf-8", errors="replace"
            )  # whatever the console says: a GBK console would stop at the first rare character
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # all is written and closed; to free models piece by piece would take as long as to import numpy


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    return exit_code(app, arguments or ["--help"])


if __name__ == "__main__":
    main()
