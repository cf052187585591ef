"""Which sources `remove` takes out of an index: paths, names, folders and patterns in, sources out."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import translate
from pathlib import Path
from re import compile as compiled
from typing import NamedTuple

from index.engine.protocol import Source
from index.engine.source_names import plain_name, sources_named
from index.errors import BadInput
from index.updating.folders import Folders, settled
from index.updating.known_paths import with_all_parents

MOST_NAMED = 5  # sources that a message names


class Removal(NamedTuple):
    """The sources that were removed, those of them whose files a later run takes up again, and the names that meant nothing."""

    removed: list[str]
    coming_back: list[str]
    unmatched: list[str]


def sources_to_remove(names: Sequence[str], files: Sequence[Source], folders: Folders) -> Removal:
    """Return what *names* mean among *files*; drop from *folders* what was named there and holds no page any more.

    Raise BadInput where a name means one source as a path and others as a name, or the end of several names, or is empty.
    """
    if not all(map(str.strip, names)):  # a variable that a script has not set; as a path it would be the whole current folder
        raise BadInput("a name is empty, and nothing was removed; name files, folders or patterns")
    files = [folders.lies_now(file) for file in files]
    removed: set[str] = set()
    unmatched = []
    paths = {str(file.path): file.source for file in files}
    sources = {*paths.values()}
    for name in names:
        meant = _meant(name, files, paths, sources)
        removed |= meant
        if not meant:
            unmatched.append(name)
    emptied = with_all_parents(file.path for file in files if file.source in removed).intersection(folders.every_path)
    emptied -= with_all_parents(file.path for file in files if file.source not in removed) if emptied else set()
    here = {*folders.paths}
    folders.forget(
        path
        for path in emptied
        if (path in here and not os.path.lexists(path)) or any(folders.is_named(path, name) for name in names if "\0" not in name)
    )
    back = [file.source for file in files if file.source in removed and _is_found(file.path, folders)]
    return Removal([file.source for file in files if file.source in removed], back, unmatched)


def _meant(name: str, files: Sequence[Source], paths: Mapping[str, str], sources: Collection[str]) -> set[str]:
    """Return the sources that one name means."""
    exact = paths.get(str(settled(Path(name)))) if "\0" not in name else None
    if exact and (plain_name(name) == exact or plain_name(name) not in sources):
        return {exact}  # a shell may have made thousands of names of one pattern
    at_path = {file.source for file in _at_path(name, files)}
    named = sources_named(name, [file.source for file in files]) if plain_name(name) else []
    if at_path and (not named or set(named) <= at_path or plain_name(name) not in named):
        return at_path
    if at_path or (len(named) > 1 and all(source.endswith(f"/{plain_name(name)}") for source in named)):
        may_be = sorted({*at_path, *named})
        raise BadInput("{name} may be {sources}; give more of the path", name=name, sources=", ".join(may_be[:MOST_NAMED]))
    return set(named)


def _at_path(name: str, files: Sequence[Source]) -> Iterable[Source]:
    """Yield the files at the path *name*, in the folder of this path, or whose paths match it."""
    ways = {str(settled(Path(name))), os.path.realpath(name)} if "\0" not in name else set()
    pattern = compiled(translate(name)) if Path(name).is_absolute() and any(sign in name for sign in "*?[") else None
    for file in files:
        path = str(file.path)
        if path in ways or any(path.startswith(way.rstrip(os.sep) + os.sep) for way in ways) or (pattern and pattern.match(path)):
            yield file


def _is_found(path: Path, folders: Folders) -> bool:
    """Whether there is a file at *path*, or may be one on another machine, and a run of indexing that names nothing finds it there."""
    own, every = {*folders.paths}, {*folders.every_path}
    above = [path, *path.parents]
    return path.is_file() if any(top in own for top in above) else any(top in every for top in above)
