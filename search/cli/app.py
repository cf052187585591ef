"""The command line: arguments in, an exit code out. Results go to stdout, everything else to stderr.

Exit codes as grep has them: 0 found, 1 no precedent found, 2 error (one line that says what to do), 130 interrupted; a pipe that
closes is no error. Commands raise code 1 themselves: `search` where there is no precedent, `verify` where a citation is not ok. Heavy
imports stand in the functions that need them: `qianli --help` must not wait for FAISS.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from index.errors import BadInput, QianliError, reason
from index.messages import language, say
from search.cli import streams

FAILED = 2  # exit code of every error that is ours
INTERRUPTED = 130  # exit code of a program that was stopped from the keyboard, by custom and by typer
COMPLETING = "_QIANLI_COMPLETE"  # the variable by which a shell asks for completions
DISTRIBUTION = "qianli-precedents"  # whose version `--version` prints


def print_version(wanted: bool) -> None:
    """Print the version of the installed distribution and end, where it is *wanted*."""
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version  # asks every installed package

    try:
        print(f"qianli {version(DISTRIBUTION)}")
    except PackageNotFoundError:
        raise BadInput("{name} is not installed, so its version is not known; install it with: pip install .", name=DISTRIBUTION) from None
    raise typer.Exit


def main_options(
    version: Annotated[
        bool, typer.Option("--version", help=say("Show the version and exit."), callback=print_version, is_eager=True)
    ] = False,
) -> None: ...


def write_help(command: TyperCommand | TyperGroup, context: Any, formatter: Any) -> None:
    """Write the help of a command in Chinese."""
    from search.cli.typer_words import help_lines

    for line in help_lines(command, context, formatter.width):
        formatter.write(f"{line}\n")


class Group(TyperGroup):
    """The command line itself, whose help is in the language of the reader."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        if language() == "zh":
            write_help(self, ctx, formatter)
        else:
            super().format_help(ctx, formatter)


class Command(TyperCommand):
    """A command with the option that all have: in which encoding it prints."""

    def __init__(self, name: str | None, *, params: list[Any] | None = None, **settings: Any) -> None:
        encoding = TyperOption(
            param_decls=["--encoding"],
            metavar="NAME",
            is_eager=True,
            expose_value=False,
            callback=lambda context, parameter, value: streams.print_in(value),
            help=say("Print in this encoding, such as gbk. [default: that of the terminal; UTF-8 for --json, --csv, --md, --trec]"),
        )
        super().__init__(name, params=[*(params or []), encoding], **settings)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        if language() == "zh":
            write_help(self, ctx, formatter)
        else:
            super().format_help(ctx, formatter)


COMMANDS = {  # name -> what the command does
    "index": say(
        "Read files and folders into the index: adds what is new or changed, removes what vanished. Without any: those indexed before."
    ),
    "search": say("Ask one question: ranked passages with citations. Exit code 1 when there is no precedent."),
    "batch": say("Ask many questions of a file: one answer a line, in order. Exit code 1 when some could not be asked, 2 when none could."),
    "articles": say("Show how pages were read: articles with their heads, paragraphs, lines and what is doubtful. No index is needed."),
    "show": say("Show a cited passage inside its article, with its neighbours."),
    "verify": say("Check citations against their sources: ok, moved, altered (and how) or missing. Exit code 1 when any is not ok."),
    "cite": say("Write results as references (GB/T 7714, RIS, BibTeX, CSL-JSON) or as an evidence sheet (Markdown, docx)."),
    "info": say("Tell what the index holds, its model and its health."),
    "eval": say(
        "Measure the ranking on judged questions: nDCG@10, MRR, hits, recall and what is told as found, by type, with 95 % intervals."
    ),
    "remove": say("Take files, folders or patterns out of the index, whether they still exist or not. The files stay."),
    "copy": say("Copy an index, from a folder to a cluster or back, with its vectors and without its sources."),
    "new": say("Ask a saved search again: only what was not there the last time. Exit code 1 when there is nothing new."),
    "history": say("Show what was asked, when, and what was found. Only you can read it; batches are not kept."),
    "config": say("Show the settings and where each comes from, or set one."),
    "serve": say("Serve a page for colleagues and an API for programs, from one open index."),
    "mcp": say("Serve the search to a model, as tools of MCP over standard input and output, until the client closes them."),
    "demo": say("Try qianli: index a few invented example pages and ask a question. Nothing of yours is read or changed."),
}
EPILOGS = {  # what stands below the options
    "mcp": say(
        'A client, such as a chat program, starts it by itself; put this into its configuration: {"mcpServers": {"qianli": '
        '{"command": "qianli", "args": ["mcp", "--index", "/path/to/.qianli"]}}}'
    ),
}
FUNCTIONS = {"copy": "copy_index", "eval": "evaluate"}  # where the function, and its file in commands/, is not called as the command is


def command_line(arguments: Sequence[str]) -> typer.Typer:
    """Return the command line as far as *arguments* need it: one command where they begin with its name, else all of them."""
    app = typer.Typer(
        name="qianli",
        cls=Group,
        help=say(
            "Find precedents: ask in your own words what others did about a problem, and get ranked passages with checkable citations."
        ),
        epilog=say('Start with:  qianli index FOLDER   then:  qianli search "电瓶车到处乱停，别处怎么解决的"'),
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(main_options)
    for name in arguments[:1] if arguments and arguments[0] in COMMANDS and COMPLETING not in os.environ else COMMANDS:
        function = FUNCTIONS.get(name, name)
        module = import_module(f"search.cli.commands.{function}")
        app.command(name=name, cls=Command, help=COMMANDS[name], epilog=EPILOGS.get(name))(getattr(module, function))
    return app


def main() -> None:
    """Run the command line and end the process with its exit code."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads wait for each other longer than they work on tables of this size
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123  # closed by whoever started us, as by `>&-`
    sys.stderr = sys.stderr or sys.stdout
    streams.prepare()
    code = run(sys.argv[1:])
    if (lost := streams.lost()) and not {"-q", "--quiet"} & {*sys.argv}:
        print(lost, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # all is written and closed; to free models piece by piece would take as long as to import numpy


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; every error of ours becomes one line on stderr here."""
    try:
        code = command_line(arguments)(arguments or ["--help"], prog_name="qianli", standalone_mode=False, default_map=_defaults(arguments))
        sys.stdout.flush()
        return _interrupted() if code == INTERRUPTED else code if isinstance(code, int) else 0
    except QianliError as error:
        return _failed(str(error))
    except typer.TyperException as error:  # a command, option or value that does not exist
        context = getattr(error, "ctx", None)
        from search.cli.typer_words import complaint

        return _failed(complaint(error.format_message(), context.command_path if context else "qianli"))
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        return _pipe_closed()
    except SystemExit as error:  # typer's own answer to a closed pipe
        if isinstance(error.__context__, BrokenPipeError):
            return _pipe_closed()
        raise
    except MemoryError:
        return _failed(say("not enough memory; close other programs, or split the work"))
    except OSError as error:  # a full disk, a vanished folder: the file is named, and the last good index still serves
        what = say(
            "{file}: {reason}; nothing was changed, mend this and try again", file=error.filename or say("the disk"), reason=reason(error)
        )
        return _failed(what)


def _defaults(arguments: list[str]) -> dict[str, dict[str, Any]]:
    """Return the defaults of the options of each command, as the configuration has them; help is given whatever the files say."""
    from search.cli.settings import defaults, settings

    try:
        return defaults(settings(), COMMANDS)
    except BadInput:
        if set(arguments) & {"-h", "--help", "--version"} or not arguments or COMPLETING in os.environ:
            return {}
        raise


def _interrupted() -> int:
    return _failed(say("interrupted; what was not finished is as it was before"), INTERRUPTED)


def _pipe_closed() -> int:
    """End quietly after the reader of our output went away."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more on its way out
    return 0


def _failed(message: str, code: int = FAILED) -> int:
    from search.output.terminal import safe  # the message may hold any name of a file, and any citation

    print(safe(f"qianli: {' '.join(message.split())}"), file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
