"""`qianli config`: what is set, to which value and where; or one setting written into a file of settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import BadInput
from index.messages import say
from search.cli.completion import config_keys
from search.cli.console import note, print_lines
from search.cli.options import AsJson, Quiet

if TYPE_CHECKING:
    from search.cli.settings import Setting


def config(
    key: Annotated[
        str | None,
        typer.Argument(metavar="[KEY]", help=say("A setting; without one, all are shown."), show_default=False, autocompletion=config_keys),
    ] = None,
    value: Annotated[str | None, typer.Argument(metavar="[VALUE]", help=say("What it is set to."), show_default=False)] = None,
    unset: Annotated[bool, typer.Option("--unset", help=say("Remove the setting from the file: what is built in holds again."))] = False,
    here: Annotated[
        bool, typer.Option("--here", help=say("Write qianli.toml in this folder, for all who search from it, and not your own file."))
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show the settings and where each comes from, or set one."""
    from search.cli.settings import KEYS, settings

    if key is None:
        if unset:
            raise BadInput(say("name the setting to remove: qianli config KEY --unset"))
        print_lines(_json_lines(settings()) if as_json else _table(settings()))
        return
    key = key.replace("-", "_")
    if key not in KEYS:
        raise BadInput(say("there is no setting {key}; choose one of {names}", key=key, names=", ".join(KEYS)))
    if unset and value is not None:
        raise BadInput(say("--unset takes no value; leave one of them out"))
    if unset or value is not None:
        note(quiet, _write(key, value, here))
    else:
        found = {key: settings()[key]}
        print_lines(_json_lines(found) if as_json else [_shown(found[key].value)])


def _json_lines(found: dict[str, Setting]) -> Iterator[str]:
    from search.output.json_lines import json_line

    for key, setting in found.items():
        yield json_line({"key": key, "value": setting.value, "from": setting.origin})


def _table(found: dict[str, Setting]) -> Iterator[str]:
    from search.output.terminal import safe

    widest = max(len(_shown(setting.value)) for setting in found.values())
    for key, setting in found.items():
        yield safe(f"{key:<13} {_shown(setting.value):<{min(widest, 24)}} {setting.origin or say('built in')}")


def _shown(value: Any) -> str:
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value)


def _write(key: str, value: str | None, here: bool) -> str:
    """Set *key* in a file, or remove it where *value* is None; return the line that says what was done."""
    from search.cli.own_files import config_file
    from search.cli.settings import FOLDER_FILE, KEYS
    from search.cli.settings_file import change

    path = Path(FOLDER_FILE).absolute() if here else config_file()
    if path is None:
        raise BadInput(say("this system tells no folder for settings; name a file with QIANLI_CONFIG"))
    if here and KEYS[key].personal:
        raise BadInput(say("{key} can only be set in your own file; leave --here out", key=key))
    if value is None:
        removed = change(path, key, None)
        return say("removed {key} from {file}", key=key, file=path) if removed else say("{key} is not set in {file}", key=key, file=path)
    literal = change(path, key, value)
    return say("{key} = {value} in {file}", key=key, value=literal, file=path)
