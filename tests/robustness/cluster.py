"""Kill whoever writes an index in a cluster, or its server, at a random moment; read beside a writer; replace pages again and again.

What is in an index is compared with a folder's that was made at once of the same pages. The server is one of seekdb, started for this.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from index.engine.cluster import index, loading, writer
from index.engine.cluster.address import PASSWORD, parsed
from index.engine.cluster.connection import connect
from index.engine.open import open_index, rederive
from index.errors import NoIndex
from index.text.tokens import terms
from tests.engine import server as servers
from tests.engine.clusters import loaded
from tests.engine.pages import add, matching, nearest, texts_of
from tests.robustness.children import Child, Ended, tried
from tests.robustness.table import Row
from tests.robustness.together import ask_meanwhile
from tests.robustness.worlds import Said, Worlds, asked, change_some, indexed, same, sound, write_all, write_page

HUNG = 120.0  # seconds after which a statement that makes or drops tables is taken to hang
ALONE = 0.99  # cosine of a vector with itself, as float16, and of no two others
COMMITS = 6  # of one child, one after the other
SETTINGS = ("datafile_size=2G", "log_disk_size=2G", "memory_limit=2G", "_private_buffer_size=0B")
SMALL = {  # so that 26 pages are as many as a province has: new tables, steps and an index of vectors
    (writer, "MANY_CHANGED"): 40,
    (loading, "STEP"): 30,
    (loading, "LARGE"): 50,
    (index, "LARGE"): 50,
    (index, "FEW"): 10,
}


class Cluster:
    """A server that may be killed, and the folder with its data."""

    def __init__(self, base: Path) -> None:
        self._base, self.kills, self.slowest = base, 0, 0.0
        self._begin()

    def kill(self) -> None:
        servers.stop(self.server, kill=True)
        self.kills += 1

    def restart(self) -> None:
        start = time.monotonic()
        self.server = servers.start(self._base, self.server.port, self.server.password, SETTINGS)
        self.slowest = max(self.slowest, time.monotonic() - start)

    def renew(self) -> None:
        """Start a server without any data: this one does not do what it is told."""
        servers.stop(self.server, kill=True)
        shutil.rmtree(self._base)
        self._begin()

    def _begin(self) -> None:
        self.server = servers.start(self._base, settings=SETTINGS)
        os.environ[PASSWORD] = self.server.password


@contextmanager
def running(world: Worlds, row: Row) -> Iterator[Cluster | None]:
    """Yield a server for the tries of *row*, None where none can run: the row then says why."""
    if reason := servers.reason_for_none():
        row.note = f"not run: {reason}"
        yield None
        return
    base, before = world.folder / "server", os.environ.get(PASSWORD)
    cluster = Cluster(base)
    try:
        with ExitStack() as stack:
            for (module, name), value in SMALL.items():
                stack.enter_context(patch.object(module, name, value))
            yield cluster
    finally:
        servers.stop(cluster.server, kill=True)
        shutil.rmtree(base)
        os.environ.pop(PASSWORD)
        if before is not None:
            os.environ[PASSWORD] = before


def killed(world: Worlds, tries: int, seed: int) -> Row:
    """Kill the client or the server at a random moment; then ask, build on, rebuild and drop all tables."""
    row = Row("cluster: kill -9 of the client or the server while it writes", "0 acknowledged lost, 0 mixed, tables can be made afterwards")
    with running(world, row) as cluster:
        if cluster:
            kills = Kills(world, cluster, row)
            for number in range(tries):
                kills.attempt(number, random.Random(f"{seed} {number}"))
            row.note = f"{cluster.kills} kills of the server, slowest restart {cluster.slowest:.0f} s, "
            row.note += f"slowest rebuild after a try {kills.slowest:.0f} s, {kills.hung} hung over {HUNG:.0f} s"
    return row


class Kills:
    """The works that are killed, with what an index says before and after each, and how long it takes."""

    def __init__(self, world: Worlds, cluster: Cluster, row: Row) -> None:
        self._cluster, self._row, self._folder = cluster, row, world.folder / "cluster"
        self._pages, self._acknowledged = self._folder / "pages", self._folder / "acknowledged"
        self.slowest, self.hung = 0.0, 0
        self._usual: dict[str, float] = {}
        self._expected: dict[str, Said] = {}
        for name, change in self._changes.items():
            self._prepare()
            change()
            self._expected[name] = self._in_a_folder(name)
        self._old = self._expected["rebuild"]

    @property
    def _changes(self) -> dict[str, Callable[[], object]]:
        """What becomes of the pages before each work is done."""
        return {
            "first build": lambda: None,
            "update": lambda: change_some(self._pages, 2),
            "large update": lambda: write_all(self._pages, 2),
            "rebuild": lambda: None,
            "commits": lambda: None,
        }

    def attempt(self, number: int, chance: random.Random) -> None:
        name, victim = chance.choice(list(self._changes)), chance.choice(("client", "server"))
        address = self._cluster.server.address("索引", f"try{number}")
        where = f"try {number}: {name}, the {victim} killed"
        self._prepare()
        if name != "first build" and (before := tried(lambda: indexed(self._pages, address))).code:
            self._row.count("the first build fails", f"{where}: {before.said}")
            return
        self._changes[name]()
        start = time.monotonic()
        child = Child(lambda: self._work(name, address))
        if name in self._usual:
            time.sleep(chance.uniform(0, 1.1 * self._usual[name]))
            self._cluster.kill() if victim == "server" else child.kill()
            ended = child.ended()
        else:  # nobody is killed at the first time, to see how long it takes
            ended, victim = child.ended(), "nobody"
            self._usual[name] = time.monotonic() - start
        if victim == "server":
            self._cluster.restart()
        self._after(address, name, ended, f"{where}: {str(ended.said)[:200]}")

    def _work(self, name: str, address: str) -> None:
        if name == "rebuild":
            rederive(address)
        elif name == "commits":
            for number in range(COMMITS):
                write_page(self._pages, f"c{number}", 3, "河道")
                indexed(self._pages, address)
                self._acknowledged.write_text(str(number + 1), "ascii")
        else:
            indexed(self._pages, address)

    def _after(self, address: str, name: str, ended: Ended, where: str) -> None:
        """Count what the index holds now, and whether it can be worked with."""
        outcome = self._state(name, sound(address), ended)
        if not outcome:
            self._row.count("lost or mixed", f"{where}: {str(sound(address).said)[:300]}")
            return
        if name == "commits":
            for page in self._pages.glob("c*.txt"):
                page.unlink()
        faults = []
        again = tried(lambda: indexed(self._pages, address))
        if again.code or not _is(sound(address), self._expected[name]):
            faults.append(f"the next build fails: {str(again.said)[:300]}")
        start = time.monotonic()
        rebuilt = Child(lambda: rederive(address)).ended(HUNG)
        self.slowest = max(self.slowest, time.monotonic() - start)
        if rebuilt.code or not _is(sound(address), self._expected[name]):
            faults.append(f"a rebuild fails: {rebuilt.said}")
        dropped = Child(lambda: _drop(address)).ended(HUNG)
        if dropped.code:
            faults.append(f"tables are not dropped: {dropped.said}")
        if min(rebuilt.code, dropped.code) < 0:
            self.hung += 1
        if dropped.code or rebuilt.code:
            self._cluster.renew()
        self._row.count(outcome, f"{where}; {'; '.join(faults)}, after {self._cluster.kills} kills" if faults else "")

    def _state(self, name: str, after: Ended, ended: Ended) -> str:
        """Return in words which state an index is in; "" for one in which it must not be."""
        if after.code or "damage" in after.said:
            return ""
        if name == "commits":
            acknowledged = int(self._acknowledged.read_text("ascii"))
            there = sorted(source for source in after.said["sources"] if Path(source).name.startswith("c"))
            right = [Path(source).stem for source in there] == [f"c{number}" for number in range(len(there))]
            return "every acknowledged commit" if right and acknowledged <= len(there) <= acknowledged + 1 else ""
        if _is(after, self._expected[name]):
            return "new state, whole"
        old = not after.said["passages"] if name == "first build" else _is(after, self._old)
        return "old state, whole" if old and ended.code else ""  # what was acknowledged is there

    def _prepare(self) -> None:
        write_all(self._pages, 1)
        self._acknowledged.write_text("0", "ascii")

    def _in_a_folder(self, name: str) -> Said:
        address = self._folder / f"{name} expected"
        assert tried(lambda: indexed(self._pages, address)).code == 0
        said: Said = asked(address).said
        shutil.rmtree(address)
        return said


def readers(world: Worlds, tries: int, seed: int) -> Row:
    """Ask in several processes while every page is rewritten, in one transaction and in new tables by turns."""
    row = Row(f"cluster: readers during {tries} updates", "every answer from one state")
    with running(world, row) as cluster:
        if cluster:
            address = cluster.server.address("索引", "readers")
            ask_meanwhile(row, address, world.folder / "versions", tries, _by_turns)
    return row


def _by_turns(version: int) -> None:
    """Let updates be small and large by turns."""
    writer.MANY_CHANGED = SMALL[writer, "MANY_CHANGED"] if version % 2 else 100_000


def replaced(world: Worlds, tries: int, seed: int) -> Row:
    """Replace pages; ask for the new one by its vector and its terms, and for the one before."""
    row = Row("cluster: a page is replaced", "the new one is found by its vector and its words at once, the old one never again")
    with running(world, row) as cluster:
        if cluster:
            address = cluster.server.address("索引", "pages")
            loaded(address, 40, seed)
            with open_index(address) as opened:
                assert opened.facts()["approximate"], "searches by vectors use no index"
                before: tuple[Any, str] | None = None
                for number in range(tries):
                    text = f"更换编号{number}之后的说明"
                    vectors = add(opened, "更换.txt", [text], seed=10_000 * seed + number)
                    found = [texts_of(opened, nearest(opened, vectors[0], 1)), texts_of(opened, matching(opened, terms(text), 1))]
                    wrong = [] if found == [[text], [text]] else [f"found {found}"]
                    if before and before[1] in texts_of(opened, nearest(opened, before[0], 5) + matching(opened, terms(before[1]), 5)):
                        wrong.append("the old one is found")
                    row.count("not found" if wrong else "found", f"{number}: {wrong}" if wrong else "")
                    before = vectors[0], text
                if faults := opened.check():
                    row.wrong += faults
    return row


def _is(ended: Ended, expected: Said) -> bool:
    return ended.code == 0 and isinstance(ended.said, dict) and "damage" not in ended.said and same(ended.said, expected)


def _drop(address: str) -> None:
    try:
        connection = connect(parsed(address))
    except NoIndex:  # killed before there was a database
        return
    connection.run(f"DROP DATABASE {parsed(address).database}")
    connection.close()
