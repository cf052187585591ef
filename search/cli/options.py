"""The options and arguments that mean the same in every command, each defined once; and those that exclude each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from index.errors import BadInput
from index.messages import listed, say
from search.cli import streams
from search.cli.completion import modes, places, sources


def some(value: str | None) -> str | None:
    """Return the value of an option; `--place ""` asks for every place, whatever the settings say."""
    return value or None


def json_for_programs(wanted: bool) -> bool:
    """Print in the encoding of programs where JSON is *wanted*."""
    if wanted:
        streams.for_programs(json=True)
    return wanted


def for_programs(wanted: bool) -> bool:
    """Print in the encoding of programs where CSV, Markdown or a run is *wanted*."""
    if wanted:
        streams.for_programs(json=False)
    return wanted


IndexAt = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="DIR",
        help=say(
            "The index: a folder, or oceanbase://USER@HOST:2881/DATABASE/NAME. "
            "[default: $QIANLI_INDEX, else .qianli here or in a parent folder]"
        ),
    ),
]
Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH...",
        help=say("Files and folders: text, Markdown, and documents such as .pdf, .docx, .xlsx."),
        show_default=False,
        readable=False,
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME_OR_PATH",
        help=say(
            "Embedding model: contextual (the default), static (many times faster), or any of sentence-transformers by name or folder."
        ),
    ),
]
Device = Annotated[str | None, typer.Option(metavar="DEVICE", help=say("Where such a model computes: cpu, cuda, mps."))]
TopK = Annotated[int, typer.Option("--top-k", "-k", min=1, metavar="N", help=say("How many passages at most."))]
MinScore = Annotated[
    float | None,
    typer.Option(
        "--min-score",
        metavar="P",
        min=0.0,
        max=1.0,
        help=say("Leave out passages below this probability; 0 shows all k. [default: what counts as found]"),
    ),
]
Place = Annotated[
    str | None,
    typer.Option(
        "--place",
        metavar="PLACE",
        callback=some,
        autocompletion=places,
        help=say("Only articles about this place or one below it, such as 上城区."),
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", callback=some, metavar="DATE", help=say("Only articles printed then or later: 2024, 2024-05 or 2024-05-06.")),
]
Until = Annotated[str | None, typer.Option("--until", callback=some, metavar="DATE", help=say("Only articles printed then or earlier."))]
SourceGlob = Annotated[
    str | None,
    typer.Option(
        "--source", callback=some, metavar="GLOB", autocompletion=sources, help=say("Only sources with such a name, such as '2024/*.txt'.")
    ),
]
Mode = Annotated[
    str,
    typer.Option(
        metavar="MODE",
        autocompletion=modes,
        help=say("What finds passages: hybrid (meaning and words), dense (meaning) or lexical (words)."),
    ),
]
ContextSize = Annotated[
    int, typer.Option("--context", "-C", min=0, metavar="N", help=say("Show N passages before and after each hit as well."))
]
AsJson = Annotated[bool, typer.Option("--json", callback=json_for_programs, help=say("Print JSON, one object a line."))]
AsCsv = Annotated[
    bool, typer.Option("--csv", callback=for_programs, help=say("Print CSV that Excel opens (UTF-8 with a byte-order mark)."))
]
AsMarkdown = Annotated[bool, typer.Option("--md", callback=for_programs, help=say("Print Markdown."))]
AsTrec = Annotated[bool, typer.Option("--trec", callback=for_programs, help=say("Print a TREC run."))]
RerankName = Annotated[
    str | None,
    typer.Option(
        "--rerank", metavar="NAME_OR_PATH", help=say("A cross-encoder (sentence-transformers) that decides the order of the first 50.")
    ),
]
Roots = Annotated[
    list[Path] | None,
    typer.Option("--root", metavar="DIR", help=say("Where the sources lie; several may be given. [default: where the index read them]")),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=say("Print nothing but results and errors."))]


def chosen_format(**chosen: bool) -> str | None:
    """Return the one format that was asked for, None where none was. Raise BadInput for several."""
    names = [name for name, wanted in chosen.items() if wanted]
    if len(names) > 1:
        raise BadInput("only one of {options} can be printed; choose one", options=listed(f"--{name}" for name in names))
    return names[0] if names else None


def refuse_unshown(form: str | None, context: int, explain: bool = False) -> None:
    """Raise BadInput for what the format *form* has no room for, rather than leave it out in silence."""
    from search.output.formats import FORMATS

    if form is None:
        return
    if context and not FORMATS[form].context:
        raise BadInput("--{form} has no room for neighbours; leave --context out, or choose --json or --md", form=form)
    if explain and not FORMATS[form].explanation:
        raise BadInput("--{form} has no room for --explain; leave one of them out, or choose --json", form=form)
