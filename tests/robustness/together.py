"""Let several processes use one index: readers while it is rebuilt, two writers at once."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.engine.open import open_index
from index.engine.protocol import Address, model_of
from index.errors import Busy
from index.indexing import build
from index.text.tokens import terms
from tests.engine.pages import matching, nearest
from tests.robustness.children import PROCESSOR, Child, tried
from tests.robustness.table import Row
from tests.robustness.worlds import EVERY, QUESTIONS, TOY, Worlds, copied, indexed, sound, write_all, write_page

READERS = 4
PATIENCE = 60.0  # seconds that a writer waits, in the tries in which it waits


def readers(world: Worlds, tries: int, seed: int) -> Row:
    """Ask in READERS processes while every page is rewritten *tries* times; each text names its version."""
    row = Row(f"readers during rebuilds ({READERS} readers × {tries} rebuilds)", "every answer from one state")
    ask_meanwhile(row, copied(world.fresh, world.folder / "try"), world.folder / "versions", tries)
    return row


def ask_meanwhile(row: Row, address: Address, pages: Path, tries: int, before: Callable[[int], None] = lambda version: None) -> None:
    """Let READERS processes ask the index at *address* while all *pages* are rewritten *tries* times, after *before* was called."""
    end = pages.with_name("end")
    end.unlink(missing_ok=True)
    write_all(pages, 0)
    first = tried(lambda: indexed(pages, address))
    assert first.code == 0, first.said
    children = [Child(lambda: _reading(address, end), PROCESSOR * tries) for _ in range(READERS)]
    for version in range(1, tries + 1):
        write_all(pages, version)
        before(version)
        built = tried(lambda: indexed(pages, address))
        if built.code:
            row.wrong.append(f"rebuild {version}: {built.said}")
    end.touch()
    seen: set[int] = set()
    for number, child in enumerate(children):
        ended = child.ended()
        if ended.code:
            row.count("reader stopped", f"reader {number}: {ended.said}")
            continue
        for versions in ended.said:
            seen.update(versions)
            row.count("answers of one state" if len(versions) == 1 else "mixed", "" if len(versions) == 1 else f"{number}: {versions}")
    row.note = f"{len(seen)} states were seen"


def _reading(address: Address, end: Path) -> list[list[int]]:
    """Open the index and ask, again and again, until the file *end* exists; return the versions that each opening answered from."""
    openings = []
    while not end.exists():
        versions: set[str] = set()
        with open_index(address) as index:
            for question in QUESTIONS:
                near, match = nearest(index, TOY.encode_query(question), EVERY), matching(index, terms(question), EVERY)
                passages = index.passages([key for key, _ in (*near, *match)])
                versions.update(re.findall(r"第(\d+)版", "".join(passage.text for passage in passages)))
            versions.update(re.findall(r"第(\d+)版", "".join(passage.text for _, passage in index.every_passage())))
        openings.append(sorted(map(int, versions)))
    return openings


def writers(world: Worlds, tries: int, seed: int) -> Row:
    """Start two builds of different pages at the same moment, in an index or where there is none; both wait, or neither does."""
    row = Row("two writers at once", "one wins, one says why not (or waits and then succeeds)")
    one, two = world.folder / "one", world.folder / "two"
    for folder in (one, two):
        folder.mkdir(exist_ok=True)
        write_page(folder, folder.name, 1, "食堂", 40)
    for number in range(tries):
        chance = random.Random(f"{seed} {number}")
        address = copied(chance.choice((world.old, world.fresh)), world.folder / "try")
        wait, start = chance.choice((0.0, PATIENCE)), time.monotonic() + 0.05
        children = [Child(partial(_writing, folder, address, wait, start)) for folder in (one, two)]
        said = [child.ended() for child in children]
        after = sound(address)
        sources = after.said.get("sources", ()) if after.code == 0 else ()
        held = {folder.name for folder in (one, two) if f"{folder.name}/{folder.name}.txt" in sources}
        won = {folder.name for folder, ended in zip((one, two), said, strict=True) if ended.said == "written"}
        why = [ended.said for ended in said if ended.said != "written"]
        where = f"try {number}, waiting {wait:.0f} s: {why}"
        if after.code or "damage" in after.said or held != won or not won or any(ended.code for ended in said):
            row.count("wrong", f"{where}; {won} said so, {held} are there; {str(after.said)[:200] if after.code else ''}")
        elif why and (wait or not all("process" in line and "try again" in line for line in why)):
            row.count("refused without a reason", where)
        else:
            row.count("one wins, one says who writes" if why else "both, one after the other")
    return row


def _writing(folder: Path, address: Path, wait: float, start: float) -> str:
    time.sleep(max(0.0, start - time.monotonic()))
    try:
        with open_index(address, create=model_of(TOY)) as index:
            build([folder], index, TOY, wait=wait)
    except Busy as error:
        return str(error)
    return "written"
