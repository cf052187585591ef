"""Change one setting of a file: comments and all other lines stay as they are, and the file is whole at any time."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from index.errors import BadInput, Unwritten, reason
from index.messages import say
from search.cli.settings import KEYS, read_file, read_text, wrong_value


def change(path: Path, key: str, word: str | None) -> str:
    """Set *key* to what *word* says, or remove it for None; return the line's value as TOML, "" where there was nothing to remove.

    Raises BadInput for a value that the key does not take, and for a file that is no file of settings.
    """
    known = read_file(path) if path.exists() else {}
    if word is None and key not in known:
        return ""
    value = None if word is None else KEYS[key].kind.read(word)
    if value is not None and not KEYS[key].kind.fits(value):
        raise BadInput(wrong_value(key, value))
    if key == "index" and value is not None and "://" not in value:
        value = str(Path(value).expanduser().absolute())  # it will be read from any folder
    literal = json.dumps(value, ensure_ascii=False)  # a text, number or switch reads the same in TOML
    lines = read_text(path).splitlines() if known or path.exists() else []
    if key in known:
        at = int((known[key].origin or "").rpartition(":")[2]) - 1
        lines[at : at + 1] = [] if word is None else [f"{key} = {literal}"]
    else:
        lines.append(f"{key} = {literal}")
    _replace(path, "".join(f"{line}\n" for line in lines), key, word is None)
    return key if word is None else literal


def _replace(path: Path, text: str, key: str, removed: bool) -> None:
    """Write *text* in place of the file, unless it would not read back."""
    target = Path(os.path.realpath(path))  # a link to the file stays a link
    new = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_text(text, "utf-8", newline="\n")
        if not _reads_back(new, key, removed):
            raise BadInput(say("{file} has {key} in a form that cannot be changed from here; edit the file", file=path, key=key))
        new.replace(target)
    except OSError as error:
        raise Unwritten(say("{file} cannot be written: {why}; nothing was changed", file=path, why=reason(error))) from error
    finally:
        with suppress(OSError):
            new.unlink()


def _reads_back(path: Path, key: str, removed: bool) -> bool:
    try:
        return (key in read_file(path)) is not removed
    except BadInput:
        return False
