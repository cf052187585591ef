"""Each file-system call of a build or a reader fails once, or kills the process: Python's, SQLite's, tantivy's and FAISS's alike.

    run (here) ──▶ a Python with `shim.c` loaded before the C library ──▶ for each call: a child that builds, and one that asks

`shim.c` counts the calls below the index folder and makes one of them fail. It needs a C compiler and Linux.
"""

from __future__ import annotations

import ctypes
import errno
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from index.engine.open import rederive
from tests.robustness.children import REFUSED, Ended, tried
from tests.robustness.table import Row
from tests.robustness.worlds import Said, Worlds, copied, everything_said, indexed, made, same, sound

HOWS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "kill": 0}
LEFT = {
    "passages.db",
    "vectors",
    "lock",
    "folders.json",
    "writer.json",
}  # beside the one snapshot
ROOT = Path(__file__).parent.parent.parent


class Scenario(NamedTuple):
    """Work on a copy of *template*, and what a reader may hear after the work was stopped."""

    name: str
    template: Path
    work: Callable[[Path], Said | None]
    old: Said
    new: Said


def calls(world: Worlds, tries: int, seed: int) -> Row:
    """Try every call of a build in turn, or *tries* of them where there are more."""
    row = Row("crash or error at every file-system call of a build in turn", "the old or the new state, nothing else")
    return _shimmed(row, "builds", world, tries, seed)


def reads(world: Worlds, tries: int, seed: int) -> Row:
    """Try every call of a reader in turn, or *tries* of them where there are more."""
    row = Row("crash or error at every file-system call of a reader in turn", "the same answers or a named error")
    return _shimmed(row, "reader", world, tries, seed)


def _shimmed(row: Row, what: str, world: Worlds, tries: int, seed: int) -> Row:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not sys.platform.startswith("linux") or compiler is None:
        row.note = "not tried: this needs Linux and a C compiler (cc)"
        return row
    with TemporaryDirectory(prefix="shim-") as folder:
        shim = Path(folder) / "shim.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", shim, Path(__file__).with_name("shim.c"), "-ldl"], check=True)
        command = [sys.executable, "-m", "tests.robustness.calls", str(shim), what, str(world.folder), str(tries), str(seed)]
        made = subprocess.run(command, cwd=ROOT, env={**os.environ, "LD_PRELOAD": str(shim)}, stdout=subprocess.PIPE, check=True)
    for outcome, fault in json.loads(made.stdout):
        row.count(outcome, fault)
    return row


def main() -> None:
    shim, what, world, tries, seed = ctypes.CDLL(sys.argv[1]), sys.argv[2], made(Path(sys.argv[3])), int(sys.argv[4]), int(sys.argv[5])
    shim.hit.restype = ctypes.c_char_p
    print(json.dumps([*(_builds if what == "builds" else _reader)(world, shim, tries, seed)]))


def _reader(world: Worlds, shim: Any, tries: int, seed: int) -> Iterator[tuple[str, str]]:
    scenario = Scenario("reader", world.old, everything_said, world.said_old, world.said_old)
    address = copied(scenario.template, world.folder / "try")
    count = _under(shim, scenario, address, 0, 0).said[0]
    for call, how in _sample([*itertools.product(range(1, count + 1), HOWS)], tries, seed):
        ended = _under(shim, scenario, address, call, HOWS[how])
        where, after = f"{how} at call {call}: {ended.said}", sound(address)
        if ended.code not in (0, REFUSED, -signal.SIGKILL):
            yield f"{how}: crashed", where
        elif (ended.code == 0 and not same(ended.said[2], scenario.old)) or _state(scenario, after) is None:
            yield f"{how}: wrong answers", f"{where}; then {str(after.said)[:300]}"
        else:
            yield f"{how}: {'same answers' if ended.code == 0 else 'named' if ended.code == REFUSED else 'sound'}", ""


def _sample(every: list[Any], tries: int, seed: int) -> list[Any]:
    return every if tries >= len(every) else random.Random(seed).sample(every, tries)


def _builds(world: Worlds, shim: Any, tries: int, seed: int) -> Iterator[tuple[str, str]]:
    scenarios = (
        Scenario("first build", world.fresh, lambda address: indexed(world.pages, address), {"passages": []}, world.said_new),
        Scenario("update", world.old, lambda address: indexed(world.pages, address), world.said_old, world.said_new),
        Scenario("rebuild", world.old, rederive, world.said_old, world.said_old),
    )
    every = []
    for scenario in scenarios:
        count = _under(shim, scenario, copied(scenario.template, world.folder / "try"), 0, 0).said[0]
        every += [(scenario, call, how) for call, how in itertools.product(range(1, count + 1), HOWS)]
    for scenario, call, how in _sample(every, tries, seed):
        address = copied(scenario.template, world.folder / "try")
        ended = _under(shim, scenario, address, call, HOWS[how])
        yield _judged(world, scenario, address, how, ended, f"{scenario.name}, {how} at call {call}")


def _under(shim: Any, scenario: Scenario, address: Path, call: int, how: int) -> Ended:
    """Do the work of *scenario* with a fault at this *call*; a child that survives returns how many calls there were, and which failed."""

    def work() -> tuple[int, str, Said | None]:
        shim.arm(os.fsencode(address.resolve()), call, how)
        try:
            said = scenario.work(address)
        except Exception as error:
            error.add_note(shim.hit().decode())
            raise
        finally:
            shim.disarm()
        return shim.counted(), shim.hit().decode(), said

    return tried(work)


def _judged(world: Worlds, scenario: Scenario, address: Path, how: str, ended: Ended, where: str) -> tuple[str, str]:
    where = f"{where}: {ended.said}"
    if ended.code not in (0, REFUSED, -signal.SIGKILL):
        return f"{how}: crashed", where
    after = sound(address)
    state = _state(scenario, after)
    if state is None or (ended.code == 0 and state == "old"):
        return f"{how}: lost or mixed", f"{where}; then {str(after.said)[:300]}"
    again = tried(lambda: indexed(world.pages, address))
    last = sound(address)
    left = {path.name for path in address.iterdir()} - LEFT
    if again.code or last.code or "damage" in last.said or not same(last.said, world.said_new):
        return f"{how}: the next build fails", f"{where}; {str(again.said)[:300]}; {str(last.said)[:200]}"
    if len(left) != 1:
        return f"{how}: the next build leaves rubbish", f"{where}; {sorted(left)}"
    return f"{how}: {state}", ""


def _state(scenario: Scenario, after: Ended) -> str | None:
    if after.code or "damage" in after.said:
        return None
    if not scenario.old["passages"] and not after.said["passages"]:
        return "old"
    if same(after.said, scenario.new):
        return "new"
    return "old" if same(after.said, scenario.old) else None


if __name__ == "__main__":
    main()
