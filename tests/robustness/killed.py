"""Kill a build, an update or a rebuild at a random moment; then ask as a reader, and build again."""

from __future__ import annotations

import random
import time
from pathlib import Path
from statistics import median

from index.engine.open import open_index, rederive
from tests.robustness.calls import LEFT
from tests.robustness.children import Child, tried
from tests.robustness.table import Row
from tests.robustness.worlds import Worlds, copied, indexed, same, sound

SLOW = 2.0  # seconds; an opening after a kill must be faster


def killed(world: Worlds, tries: int, seed: int) -> Row:
    row = Row("kill -9 at a random moment of build or update", "0 lost, 0 mixed, next opening < 2 s")
    address = world.folder / "try"
    works = {
        "first build": (world.fresh, lambda: indexed(world.pages, address), {"passages": []}, world.said_new),
        "update": (world.old, lambda: indexed(world.pages, address), world.said_old, world.said_new),
        "rebuild": (world.old, lambda: rederive(address), world.said_old, world.said_old),
    }
    usual = {name: median(_took(template, address, work) for _ in range(3)) for name, (template, work, _, _) in works.items()}
    openings = []
    for number in range(tries):
        chance = random.Random(f"{seed} {number}")
        name = chance.choice(list(works))
        template, work, old, new = works[name]
        copied(template, address)
        child = Child(work)
        time.sleep(chance.uniform(0, 1.1 * usual[name]))
        child.kill()
        child.ended()
        where = f"try {number}: {name}"
        opening = tried(lambda: _opening(address))
        openings.append(opening.said if opening.code == 0 else 0.0)
        after = sound(address)
        none = not old["passages"] and after.code == 0 and not after.said["passages"]
        state = "new" if _is(after, new) else "old" if none or _is(after, old) else ""
        if not state:
            row.count("lost or mixed", f"{where}: {str(after.said)[:300]}")
            continue
        again = tried(lambda: indexed(world.pages, address))
        left = {path.name for path in address.iterdir()} - LEFT
        if again.code or not _is(sound(address), world.said_new) or len(left) != 1:
            row.count("the next build fails", f"{where}: {str(again.said)[:300]}; {sorted(left)}")
        else:
            row.count(f"{state} state, whole")
    row.note = f"slowest opening {max(openings):.2f} s"
    slow = sum(seconds > SLOW for seconds in openings)
    if slow:
        row.note += f", {slow} over {SLOW:.0f} s"
    return row


def _is(ended: object, expected: dict[str, object]) -> bool:
    said = getattr(ended, "said", None)
    return getattr(ended, "code", 1) == 0 and isinstance(said, dict) and "damage" not in said and same(said, expected)


def _took(template: Path, address: Path, work: object) -> float:
    copied(template, address)
    start = time.monotonic()
    tried(work)  # type: ignore[arg-type]
    return time.monotonic() - start


def _opening(address: Path) -> float:
    start = time.monotonic()
    if (address / "passages.db").exists():
        try:
            open_index(address).close()
        except Exception:
            return time.monotonic() - start
    return time.monotonic() - start
