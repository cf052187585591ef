"""The command line: parse, call one function, print. Results on stdout, everything else on stderr.

Exit codes as grep has them: 0 found, 1 no precedent found, 2 error (one line that says what to do), 130 interrupted; a pipe that
closes is no error. Heavy imports stand in the functions that need them: `qianli --help` must not wait for FAISS.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import BadInput
from search.console import colour, progress, width
from search.exits import exit_code
from search.indexing import index
from search.options import (
    AsCsv,
    AsJson,
    AsMarkdown,
    AsTrec,
    Device,
    MinScore,
    Mode,
    ModelName,
    OfPlace,
    OfSource,
    Paths,
    Place,
    Quiet,
    TopK,
)

if TYPE_CHECKING:
    from search.retrieve import Result

app = typer.Typer(
    name="qianli",
    help="Find precedents (前例): ask in your own words what others did about a problem, and get ranked passages with checkable citations.",
    epilog='Start with:  qianli index FOLDER   then:  qianli search "电瓶车到处乱停，别处怎么解决的"',
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.command()(index)


@app.command()
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The question in your own words; - reads it from standard input.")],
    place: Place = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    min_score: MinScore = None,
    of_place: OfPlace = None,
    of_source: OfSource = None,
    per_article: Annotated[
        int | None,
        typer.Option("--per-article", min=0, help="At most so many passages of one article; 0: no limit. [default: 3, in other formats 0]"),
    ] = None,
    model: ModelName = None,
    device: Device = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_md: AsMarkdown = False,
    as_trec: AsTrec = False,
    quiet: Quiet = False,
) -> None:
    """Ask one question: ranked passages with citations. Exit code 1 when there is no precedent."""
    from search.precedents import open_search

    if query == "-":
        from search.queries import decoded

        query = decoded(sys.stdin.buffer.read()).removeprefix("\ufeff").strip()
    form = _form(json=as_json, csv=as_csv, md=as_md, trec=as_trec)
    limit = per_article if per_article is not None else 0 if form else 3
    with open_search(place, model, device, words_only=mode == "lexical") as precedents:
        result = precedents.search(query, top_k, mode=mode, min_score=min_score, place=of_place, source=of_source, per_article=limit)
    for line in _shown(result, form):
        print(line)
    if not result.found:
        raise typer.Exit(1)


@app.command()
def batch(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="JSON lines with id and query, CSV with a header, or one question a line; - is standard input."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead, and go on where an earlier run stopped.")
    ] = None,
    place: Place = None,
    top_k: TopK = 10,
    mode: Mode = "hybrid",
    min_score: MinScore = None,
    of_place: OfPlace = None,
    of_source: OfSource = None,
    per_article: Annotated[int, typer.Option("--per-article", min=0, help="At most so many passages of one article; 0: no limit.")] = 0,
    model: ModelName = None,
    device: Device = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_md: AsMarkdown = False,
    as_trec: AsTrec = False,
    quiet: Quiet = False,
) -> None:
    """Ask many questions: one result a line, in their order. Exit code 0 when all were asked, whatever was found."""
    from search.batch import answers, lines_of, resumed
    from search.precedents import open_search
    from search.queries import read_queries

    form = _form(json=as_json, csv=as_csv, md=as_md, trec=as_trec) or "json"
    queries = read_queries(lines_of(file), csv_named=file.lower().endswith(".csv"))
    options = {"mode": mode, "min_score": min_score, "place": of_place, "source": of_source, "per_article": per_article}
    with open_search(place, model, device, words_only=mode == "lexical") as precedents, progress(quiet) as tell:
        if output is None:
            for line in answers(queries, precedents, top_k, form, options, tell):
                print(line, flush=True)
            return
        with resumed(output, queries, form) as (write, rest):
            for line in answers(rest, precedents, top_k, form, options, tell):
                write(line)


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
    from search.articles import print_articles, write_sidecars

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
    place: Place = None,
    as_json: AsJson = False,
) -> None:
    """Show a cited passage inside its article, with its neighbours."""
    import json

    from index.store import open_index
    from search.precedents import find_place
    from search.show import shown_fields, shown_lines

    with open_index(find_place(place)) as opened:
        shown = opened.shown(citation)
    if as_json:
        print(json.dumps(shown_fields(shown, context), ensure_ascii=False))
    else:
        print(*shown_lines(shown, context, width(), colour()), sep="\n")


@app.command()
def info(
    place: Place = None,
    check: Annotated[bool, typer.Option("--check", help="Read and verify every row and file of the index.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what the index holds, its model and its health."""
    import json

    from index.store import open_index
    from search.precedents import find_place
    from search.show import facts_lines

    with open_index(find_place(place)) as opened:
        facts = opened.facts()
        wrong = opened.check() if check else []
    if check:
        facts["damage"] = wrong
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(*facts_lines(facts), sep="\n")
    if wrong:
        raise typer.Exit(2)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                encoding="utf-8", errors="replace"
            )  # whatever the console says: a GBK console would stop at the first rare character
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    return exit_code(app, arguments or ["--help"])


def _form(**chosen: bool) -> str | None:
    """Return the one format that was asked for, None for text."""
    names = [name for name, wanted in chosen.items() if wanted]
    if len(names) > 1:
        raise BadInput(f"only one of {', '.join(f'--{name}' for name in names)} can be printed; choose one")
    return names[0] if names else None


def _shown(result: Result, form: str | None) -> Iterator[str]:
    from search.show import FORMATS, as_text, csv_header

    if form is None:
        return as_text(result, width(), colour())
    header = ["\ufeff" + csv_header()] if form == "csv" else []
    return iter([*header, *FORMATS[form](result, None)])


if __name__ == "__main__":
    main()
