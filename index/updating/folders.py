"""What was named to be indexed, and the names that citations give the files there.

/proj/.qianli         the index; /proj is its root
/proj/2024/一.txt     below the root         ──▶ 2024/一.txt, whatever was named and wherever
/data/报纸/一.txt     elsewhere, 报纸 named  ──▶ 报纸/一.txt, as long as no other folder 报纸 is indexed; else data/报纸/一.txt

The record lies in the index as the note `folders`, with a digest: no run goes by a damaged one.
Folders below the root are recorded relative to it: root and index may move together.

Several machines may write an index on a server. There the record says which machines named a folder: to the others its files are neither
gone nor moved, though there is nothing at their paths.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from index.engine.protocol import Address, Index, Source
from index.engine.source_names import plain_name
from index.errors import BadInput, DamagedIndex
from index.files.discover import clean
from index.files.reader import READERS
from index.updating.moves import Below

NOTE = "folders"
MOST_MACHINES = 1000  # that a folder keeps, those that named it last; a container may have a new name each time
Machines = Mapping[Path, list[str]]


class Folders:
    """The named files and folders of an index. *names*: each absolute path, and what stands before the names of the files in it.

    *machines*: who named a path; where it does not say, all did. An index that lies in a folder, with a *root*, has one machine.
    """

    def __init__(
        self, root: Path | None, former_root: Path | None = None, names: Mapping[Path, str] | None = None, machines: Machines | None = None
    ) -> None:
        self.root, self._former_root = root, former_root
        self._names = dict(names or {})
        self._machines = dict(machines or {})
        self.have_moved = None not in (root, former_root) and root != former_root  # with the root

    @classmethod
    def of(cls, index: Index) -> Folders:
        """Return the record of *index*, empty where it has none. Raise DamagedIndex where it cannot be read."""
        root = root_of(index.address)
        text = index.read_note(NOTE)
        if text is None:
            return cls(root)
        try:
            known = json.loads(text)
            if known["digest"] != _digest(known["root"], known["folders"]):
                raise ValueError("it does not agree with its digest")
            folders = {(root or Path()) / folder["path"]: folder for folder in known["folders"]}
            names = {path: str(folder["name"]) for path, folder in folders.items()}
            machines = {path: [*map(str, folder["machines"])] for path, folder in folders.items() if "machines" in folder}
            return cls(root, Path(known["root"]) if known["root"] else None, names, machines)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise DamagedIndex("{note} cannot be read; remove it, and name all folders once more", note=index.note_place(NOTE)) from error

    @property
    def paths(self) -> list[Path]:
        """The recorded files and folders that this machine named, a folder before what lies in it."""
        return [path for path in self.every_path if self._is_own(path)]

    @property
    def every_path(self) -> list[Path]:
        """The recorded files and folders of all machines, a folder before what lies in it."""
        return sorted(self._names)

    def elsewhere(self, naming: Iterable[Path] = ()) -> Callable[[str], bool]:
        """Return whether a path lies in what other machines named, and in nothing that this one did, or is *naming* now."""
        others = [path for path in self._names if not self._is_own(path)]
        if not others:
            return lambda path: False
        theirs, own = Below(others), Below([*self.paths, *naming])
        return lambda path: theirs(path) and not own(path)

    def named(self, indexed: Iterable[str]) -> list[Path]:
        """Return all that this machine named, and those of the *indexed* files of which it is not known who named them.

        Raise BadInput where there is nothing.
        """
        below, elsewhere = Below(self.paths), self.elsewhere()
        if not (named := [*self.paths, *(Path(path) for path in indexed if not below(path) and not elsewhere(path))]):
            raise BadInput("nothing was indexed here yet; name files or folders: qianli index FOLDER")
        return sorted(named)

    def is_named(self, path: Path, name: str) -> bool:
        """Whether *name*, a path or the beginning of names of sources, means all that was recorded at *path*."""
        below = plain_name(name)
        return (below != "" and self._names[path].startswith(f"{below}/")) or path.is_relative_to(settled(Path(name)))

    def settled(self, paths: Iterable[Path]) -> list[Path]:
        """Return *paths* as absolute paths without `..`, each once, in an order that does not depend on that of *paths*."""
        return sorted({settled(path) for path in paths})

    def add(self, paths: Iterable[Path]) -> dict[Path, str]:
        """Record *paths*, which are settled; return for each folder whose files have names of their own what stands before these names."""
        given = {}
        for path in paths:
            given[path] = self._prefix(path)
            if not self._covered(path):
                self._names[path] = given[path]
                if (self.root is None or path in self._machines) and _this_machine() not in self._machines.get(path, ()):
                    self._machines[path] = [*self._others(path), _this_machine()][-MOST_MACHINES:]
        return {**self._names, **given, **({self.root: ""} if self.root else {})}

    def forget(self, paths: Iterable[Path]) -> None:
        """Drop *paths* from the record, whoever named them."""
        for path in paths:
            self._names.pop(path, None)
            self._machines.pop(path, None)

    def forget_here(self, paths: Iterable[Path]) -> None:
        """Drop *paths* from what this machine named."""
        for path in paths:
            if others := self._others(path):
                self._machines[path] = others
            else:
                self.forget([path])

    def at(self, root: Path | None) -> Folders:
        """Return the same record for an index that lies in *root*, or on a server: only there it says which folders are this machine's."""
        if root is None:
            return Folders(None, None, self._names, {path: [_this_machine()] for path in self._names} | self._machines)
        others = {path: named_by for path, named_by in self._machines.items() if not self._is_own(path) and not path.is_relative_to(root)}
        return Folders(root, None, self._names, others)

    def lies_now(self, file: Source) -> Source:
        """Return *file* at the path where it lies now that the root, with the index in it, lies elsewhere than before."""
        if self.have_moved and self.root and self._former_root and self._former_root in file.path.parents:
            return file._replace(path=self.root / file.path.relative_to(self._former_root))
        return file

    def save(self, index: Index) -> None:
        """Write the record to *index*, unless it is there already. Raises Unwritten."""
        folders = [
            {"path": self._recorded(path), "name": name} | ({"machines": self._machines[path]} if path in self._machines else {})
            for path, name in sorted(self._names.items())
        ]
        root = str(self.root) if self.root else None
        text = json.dumps({"root": root, "folders": folders, "digest": _digest(root, folders)}, indent=1) + "\n"
        if text != index.read_note(NOTE):
            index.write_note(NOTE, text)

    def _others(self, path: Path) -> list[str]:
        """Return the other machines that named *path*."""
        return [machine for machine in self._machines.get(path, ()) if machine != _this_machine()]

    def _is_own(self, path: Path) -> bool:
        return path not in self._machines or _this_machine() in self._machines[path]

    def _recorded(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix() if self.root and path.is_relative_to(self.root) else str(path)

    def _prefix(self, path: Path) -> str:
        """Return what stands before the names of the files in a folder, or before the name of a file."""
        folder = path if path.is_dir() else path.parent
        below = self._below_root(folder)
        if below is not None:
            return below
        outer = next((top for top in (path, *path.parents) if top in self._names and (top != path or folder == path)), None)
        if outer is not None and (outer == folder or outer.is_dir()):
            return self._names[outer] + _with_slash(folder.relative_to(outer))
        return self._free_name(folder) if folder == path else ""

    def _below_root(self, folder: Path) -> str | None:
        """Return the path from the root to *folder*, as names have it; None where *folder* lies elsewhere."""
        if self.root is None:
            return None
        real = Path(os.path.realpath(self.root))
        ways = ((folder, self.root), (settled(folder.parent, real=True) / folder.name, real), (Path(os.path.realpath(folder)), real))
        return next((_with_slash(path.relative_to(top)) for path, top in ways if path.is_relative_to(top)), None)

    def _free_name(self, folder: Path) -> str:
        """Return the shortest end of the path of *folder* that no other recorded folder has as its name."""
        taken = {name for path, name in self._names.items() if path.is_dir() or not self._is_own(path)}
        parts = folder.parts[1:]
        ends = (_with_slash(Path(*parts[first:])) for first in reversed(range(len(parts))))
        return next((end for end in ends if end not in taken), _with_slash(Path(*parts)))

    def _covered(self, path: Path) -> bool:
        """Whether *path* is found anyway when a recorded folder is walked."""
        outer = next((top for top in path.parents if top in self._names and self._is_own(top)), None)
        if outer is None or any(part.startswith(".") for part in path.relative_to(outer).parts):
            return False
        inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(outer))
        return inside and (path.is_dir() or path.suffix.lower() in READERS)


def damage_of_record(index: Index) -> list[str]:
    """Return a line that names the record of *index* where it is damaged; a missing one is no fault."""
    try:
        Folders.of(index)
    except DamagedIndex as error:
        return [str(error)]
    return []


def root_of(address: Address) -> Path | None:
    """Return the folder in which the index at *address* lies; None where the address is no folder."""
    return None if "://" in str(address) else _absolute(Path(address)).parent


def settled(path: Path, real: bool = False) -> Path:
    """Return *path* as an absolute path without `..`; links are followed where `..` comes behind one of them, or all of them (*real*)."""
    try:
        absolute = _absolute(path)
        if not real and (".." not in path.parts or not os.path.lexists(path) or path.samefile(absolute)):
            return absolute
    except OSError:
        return absolute  # it cannot be looked at, which is reported when it is read
    except ValueError as error:
        raise BadInput("{path}: this cannot be the name of a file or folder ({error})", path=path, error=error) from None
    return Path(os.path.realpath(path))


@cache
def _this_machine() -> str:
    return socket.gethostname()


def _digest(root: object, folders: object) -> str:
    return hashlib.sha256(json.dumps([root, folders]).encode()).hexdigest()


def _absolute(path: Path) -> Path:
    """Return *path* as an absolute path without `..`; unlike `Path.resolve`, the names of links stay."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _with_slash(path: Path) -> str:
    """Return the parts of *path* as names have them, each with a slash behind it."""
    return "".join(f"{clean(part)}/" for part in path.parts)
