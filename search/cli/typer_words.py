"""What typer itself says, in the language of the reader: its help pages and its complaints about options and arguments.

a command ──▶ help_lines ──▶ its help in Chinese, as wide as the terminal: a Chinese character takes two columns
an error  ──▶ complaint  ──▶ `No such option: --x` or 没有这个选项：--x
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from index.messages import say
from search.output.terminal import wrapped

FIRST_COLUMN = 30  # columns of the names of options at most; longer ones stand on a line of their own
INDENT = "  "
RANGE = re.compile(r"  \[([^\[\]]*)\]$")  # what typer adds to the help of an option: `[default: 10; x>=1]`


def sentences_of_typer(*sentences: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the English *sentences*, each with the pattern of what typer says by it."""
    return tuple((sentence, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)) for sentence in sentences)


SAID = sentences_of_typer(  # the first that fits counts
    "Show this message and exit.",
    "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
    "Install completion for the specified shell.",
    "Show completion for the specified shell, to copy it or customize the installation.",
    "default: {value}",
    "required",
    "No such option: {name} (Possible options: {names})",
    "No such option: {name}",
    "No such command {name}. Did you mean {names}?",
    "No such command {name}",
    "Missing argument {name}",
    "Missing option {name}",
    "Missing command",
    "Got unexpected extra argument(s) ({names})",
    "Option {name} requires an argument",
    "Option {name} does not take a value",
    "Invalid value for {name}: {why}",
    "{value} is not a valid int range",
    "{value} is not a valid float range",
    "{value} is not a valid int",
    "{value} is not a valid float",
    "{value} is not in the range {range}",
)


def said(sentence: str) -> str:
    """Return what typer says, a sentence without its full stop, in the language of the reader; as it is where it is not known.

    >>> said("No such option: --rank")
    'No such option: --rank'
    """
    for english, pattern in SAID:
        if match := pattern.fullmatch(sentence):
            return say(english, **{name: said(value) if name == "why" else value for name, value in match.groupdict().items()})
    return sentence


def complaint(message: str, command: str) -> str:
    """Return what typer says of the arguments of *command*, and where to look."""
    return say("{what}; see: {command} --help", what=said(message.strip().rstrip(".")), command=command)


def help_lines(command: Any, context: Any, width: int) -> Iterator[str]:
    """Yield the help of a *command* of typer in the words of the reader, in lines of at most *width* columns."""
    pieces = [
        {"[OPTIONS]": say("[OPTIONS]"), "COMMAND [ARGS]...": say("COMMAND [ARGS]...")}.get(piece, piece)
        for piece in command.collect_usage_pieces(context)
    ]
    usage = " ".join([context.command_path, *pieces])
    yield from _hanging(say("Usage: {usage}", usage=usage), width)
    yield ""
    yield from _hanging(INDENT + (command.help or ""), width)
    records = [(param.param_type_name, param.get_help_record(context)) for param in command.get_params(context)]
    for kind, title in (("argument", say("Arguments")), ("option", say("Options"))):
        yield from _section(title, [(record[0], _translated(record[1])) for of, record in records if of == kind and record], width)
    commands = [(name, _first_sentence(command.get_command(context, name).help or "")) for name in _names(command, context)]
    yield from _section(say("Commands"), commands, width)
    if command.epilog:
        yield ""
        yield from _hanging(INDENT + command.epilog, width)


def _names(command: Any, context: Any) -> list[str]:
    return list(command.list_commands(context)) if hasattr(command, "list_commands") else []


def _first_sentence(text: str) -> str:
    return text.partition("。")[0]


def _translated(text: str) -> str:
    """Return the help of an option with what typer added to it in the words of the reader."""
    added = RANGE.search(text)
    if not added:
        return said(text)
    parts = say("; ").join(said(part) for part in added[1].split("; "))
    return f"{text[: added.start()]}[{parts}]"


def _section(title: str, rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """Yield a title and two columns, nothing where there are no rows."""
    from rich.cells import cell_len

    if not rows:
        return
    yield ""
    yield say("{title}:", title=title)
    first = min(max(cell_len(names) for names, _ in rows), FIRST_COLUMN) + 2
    for names, text in rows:
        lines = wrapped(text, width - first - len(INDENT)) if text else [""]
        start = INDENT + names
        if cell_len(names) > first - 2:
            yield start
            start = ""
        for line in lines:
            yield (start + " " * (first + len(INDENT) - cell_len(start)) + line).rstrip()
            start = ""


def _hanging(text: str, width: int) -> Iterator[str]:
    indent = text[: len(text) - len(text.lstrip())]
    yield from (indent + line for line in wrapped(text.strip(), width - len(indent)))
