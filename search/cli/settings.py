"""The configuration: TOML files in, defaults for the options of the command line out.

    top_k = 20                              the file of this person (own_files.py); `qianli config top_k 20` writes it
    place = "杭州市上城区"                    qianli.toml in this folder or the nearest parent that has one, for a folder of pages

An option given on the command line comes first, then the environment, then qianli.toml, then the person's file, then what is built in.
QIANLI_CONFIG names one file in place of both. A file with a mistake is reported with its line, and nothing runs on half of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from index.document import is_date
from index.errors import BadInput, reason
from index.messages import say
from search.cli.own_files import CONFIG, config_file
from search.options import MODES

FOLDER_FILE = "qianli.toml"
ON, OFF = ("true", "on", "yes"), ("false", "off", "no")  # how a switch may be set on the command line
SEARCHES = ("search", "batch")


class Kind(NamedTuple):
    """A kind of value: whether a value is one, what is asked for instead, and how a word of the command line is read as one."""

    fits: Callable[[Any], bool]
    wanted: Callable[[], str]
    read: Callable[[str], Any] = str


def _number(word: str) -> Any:
    try:
        return int(word)
    except ValueError:
        try:
            return float(word)
        except ValueError:
            return word


def _switch(word: str) -> Any:
    return True if word.lower() in ON else False if word.lower() in OFF else word


def _whole(least: int) -> Kind:
    return Kind(
        lambda value: type(value) is int and value >= least, lambda: say("give a whole number, {least} or more", least=least), _number
    )


TEXT = Kind(lambda value: isinstance(value, str) and value.isprintable(), lambda: say("give a text"))
ADDRESS = Kind(lambda value: TEXT.fits(value) and not _has_password(value), TEXT.wanted)
SWITCH = Kind(lambda value: isinstance(value, bool), lambda: say("give true or false"), _switch)
DATE = Kind(lambda value: isinstance(value, str) and is_date(value), lambda: say("give a date such as 2024, 2024-05 or 2024-05-06"))
MODE = Kind(lambda value: value in MODES, lambda: say("choose one of {names}", names=", ".join(MODES)))
PROBABILITY = Kind(lambda value: type(value) in (int, float) and 0 <= value <= 1, lambda: say("give a probability from 0 to 1"), _number)


class Key(NamedTuple):
    """A setting: its kind, what is built in, the parameter of which commands it is a default of (no command: all), the variable that
    overrules it, and whether only a person's own file may set it: a folder that came from elsewhere must not choose a model."""

    kind: Kind
    built_in: Any = None
    parameter: str | None = None
    commands: tuple[str, ...] = ()
    variable: str | None = None
    personal: bool = False


KEYS = {
    "index": Key(ADDRESS, None, "index_at", variable="QIANLI_INDEX"),
    "top_k": Key(_whole(1), 10, "top_k", SEARCHES),
    "mode": Key(MODE, "hybrid", "mode", SEARCHES),
    "min_score": Key(PROBABILITY, None, "min_score", SEARCHES),
    "per_article": Key(_whole(0), None, "per_article", SEARCHES),
    "context": Key(_whole(0), 0, "context", SEARCHES),
    "place": Key(TEXT, None, "of_place", SEARCHES),
    "source": Key(TEXT, None, "of_source", SEARCHES),
    "since": Key(DATE, None, "since", SEARCHES),
    "until": Key(DATE, None, "until", SEARCHES),
    "quiet": Key(SWITCH, False, "quiet"),
    "device": Key(TEXT, None, "device", personal=True),
    "rerank": Key(TEXT, None, "rerank", SEARCHES, personal=True),
    "model": Key(TEXT, None, personal=True),  # of new indexes; an index that is there knows its own
    "links": Key(SWITCH, True),
    "history": Key(SWITCH, True, personal=True),
    "history_days": Key(_whole(1), 90, personal=True),
}


class Setting(NamedTuple):
    """The value of a key and where it comes from: FILE:LINE, the name of a variable, or None for what is built in."""

    value: Any
    origin: str | None


def settings() -> dict[str, Setting]:
    """Return every setting as it holds here and now. Raise BadInput for a file that cannot be read as one."""
    found = {key: Setting(about.built_in, None) for key, about in KEYS.items()}
    for path in files():
        found |= read_file(path)
    for key, about in KEYS.items():
        if about.variable and (value := os.environ.get(about.variable)):
            found[key] = Setting(value, about.variable)
    return found


def files() -> list[Path]:
    """Return the files that are there, the one that overrules the other last."""
    own = config_file()
    here = None if os.environ.get(CONFIG) else _folder_file()
    return [path for path in (own, here) if path and path.exists()]


def defaults(found: dict[str, Setting], commands: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the settings that a file has, as the defaults of the parameters of each command."""
    return {
        command: {
            about.parameter: found[key].value
            for key, about in KEYS.items()
            if about.parameter and found[key].origin not in (None, about.variable) and command in (about.commands or (command,))
        }
        for command in commands
    }


def read_file(path: Path) -> dict[str, Setting]:
    """Return the settings of one file. Raise BadInput, with the file and the line, for anything that is none."""
    text = read_text(path)
    found = {}
    for key, value in _parsed(path, text).items():
        where = f"{path}:{_line_of(key, text)}"
        about = KEYS.get(key)
        if about is None:
            raise BadInput(say("{where}: there is no setting {key}{near}; see: qianli config", where=where, key=key, near=_near(key)))
        if not about.kind.fits(value):
            raise BadInput("{where}: {why}", where=where, why=wrong_value(key, value))
        if about.personal and path.name == FOLDER_FILE and path != config_file():
            raise BadInput(say("{where}: {key} can only be set in your own file: qianli config {key} VALUE", where=where, key=key))
        found[key] = Setting(_from_here(value, path.parent) if key == "index" else value, where)
    return found


def read_text(path: Path) -> str:
    """Return the text of a file of settings with `\\n` as its line ends."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise BadInput(say("{file}:1: this is not UTF-8; save the file as UTF-8", file=path)) from None
    except OSError as error:
        raise BadInput(
            say("{file} cannot be read: {why}; mend this, or name another file with QIANLI_CONFIG", file=path, why=reason(error))
        ) from None


def _has_password(address: str) -> bool:
    """Whether a colon and more stand behind the user of an address, as in oceanbase://user:password@host."""
    return re.search("://[^/@]*:[^@]*@", address) is not None


def wrong_value(key: str, value: Any) -> str:
    """Return the line that says which values *key* takes; a password is not repeated."""
    if KEYS[key].kind is ADDRESS and TEXT.fits(value):
        return say(
            "no password belongs into an address, where everybody can read it; put it in {variable}", variable="QIANLI_CLUSTER_PASSWORD"
        )
    return say("{key} is {value!r}; {wanted}", key=key, value=value, wanted=KEYS[key].kind.wanted())


def _parsed(path: Path, text: str) -> dict[str, Any]:
    import tomllib  # where there is a file at all

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        known = re.search(r"at line (\d+)", str(error))
        line = int(known[1]) if known else text.rstrip().count("\n") + 1  # at the end of the file
        raise BadInput(
            say("{file}:{line}: this is not TOML; write lines such as  top_k = 20  or  index = 'D:\\pages'", file=path, line=line)
        ) from None


def _line_of(key: str, text: str) -> int:
    """Return the line, from 1, on which *key* is set."""
    at = re.search(rf"""^[ \t]*\[*[ \t]*["']?{re.escape(key)}\b""", text, re.M)
    return text.count("\n", 0, at.start()) + 1 if at else 1


def _near(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.replace("-", "_"), KEYS, 1)
    return say(" (did you mean {name}?)", name=near[0]) if near else ""


def _from_here(address: str, folder: Path) -> str:
    """Return an address as it stands in a file of *folder*: a folder's name counts from there."""
    return address if "://" in address else str(folder.absolute() / Path(address).expanduser())


def _folder_file() -> Path | None:
    try:
        here = Path.cwd()
    except OSError:  # the folder was removed
        return None
    return next((folder / FOLDER_FILE for folder in (here, *here.parents) if (folder / FOLDER_FILE).is_file()), None)
