"""The records of a comparison as Markdown: a table a size, how cost grows, changed pages, the default model, what was left out."""

from __future__ import annotations

import math
import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.benchmarks.speed.changes import ALL, ALONE, COLD_CHANGED, FOLDER, INFO, NOTHING
from tests.benchmarks.speed.changes import COLD as COLD_BESIDE
from tests.benchmarks.speed.comparison import AGAIN, ASK, BUILD, COLD, EMBED, INSTALL, OURS, YARDSTICK, Comparison
from tests.benchmarks.speed.corpora import passages_of
from tests.benchmarks.speed.peers import PEERS, Installed
from tests.benchmarks.speed.programs import Program
from tests.benchmarks.speed.qianli import DEFAULT, FAST, UNREAD
from tests.benchmarks.speed.records import Record

HEAD = (
    *("", "build, clock s", "processor s", "×", "building, MB own + mapped", "disk MB", "cold s", "×", "processor s"),
    *("p50 ms (p95)", "×", "processor ms", "×", "batch, questions/s", "processor ms a question", "×", "asking, MB own + mapped"),
)
GROWING = (  # what, how to find it
    ("build, clock s", BUILD, "clock"),
    ("build, processor s", BUILD, "processor"),
    ("building, MB own", BUILD, "anon"),
    ("disk, MB", BUILD, "disk"),
    ("– rows", BUILD, "disk passages"),
    ("– terms", BUILD, "disk terms"),
    ("– vectors", BUILD, "disk vectors"),
    ("embedding in it, processor s", EMBED, "processor"),
    ("cold question, s", COLD, "clock"),
    ("warm p50, ms", ASK, "p50"),
    ("warm p95, ms", ASK, "p95"),
    ("one by one, processor ms a question", ASK, "processor alone"),
    ("batch, questions/s", ASK, "batch"),
    ("batch, processor ms a question", ASK, "processor together"),
    ("asking, MB own", ASK, "anon"),
    ("asking, MB mapped", ASK, "mapped"),
)
CHANGED = (NOTHING, ALONE, FOLDER, ALL, INFO, COLD_BESIDE, COLD_CHANGED)


class Tables:
    """The tables of what *comparison* has recorded so far."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison, self._records = comparison, comparison.records
        self._programs: list[Program] = [*OURS, *(Installed(peer, Path()) for peer in PEERS)]
        self._sizes = sorted(comparison.plan.sizes, key=passages_of)

    def lines(self) -> Iterator[str]:
        yield from self._head()
        for size in self._sizes:
            yield from self._size(size)
        yield from self._growth()
        yield from self._exponents()
        yield from self._changes()
        yield from self._default()
        yield from self._left_out()

    def _head(self) -> Iterator[str]:
        records = self._records.lines
        if not records:
            return
        loads, days = [record["load"] for record in records], sorted({record["at"][:10] for record in records})
        days = days if len(days) == 1 else [days[0], days[-1]]
        yield (
            f"{' to '.join(days)}, commit {self._comparison.commit}, {os.cpu_count()} cores ({_processor()}), {_memory():.0f} GB, Python "
            f"{platform.python_version()}; load {min(loads)} to {max(loads)} (median {statistics.median(loads)})"
            f"{', some of it niced' if any(record.get('nice') for record in records) else ''}."
        )

    def _size(self, size: str) -> Iterator[str]:
        facts = self._last(FAST, size, EMBED)
        if facts is None:
            return
        yield f"\n### {facts['passages']:,} passages ({facts['characters'] / facts['passages']:.0f} characters each)\n"
        yield from _header(HEAD)
        for program in self._programs:
            if build := self._last(program, size, BUILD):
                yield _row([program.name, *self._cells(program, size, build)])
        starts = self._values(YARDSTICK, size, COLD, "clock")
        if starts:
            yield f"\n`{YARDSTICK}` alone takes {statistics.median(starts):.2f} s; × is the value before it ÷ that of {FAST.name}."

    def _cells(self, program: Program, size: str, build: Record) -> Iterator[str]:
        if "failed" in build:
            yield f"**{build['failed']}**"
            yield from [""] * (len(HEAD) - 2)
            return
        yield _number(build["clock"])
        yield _number(build["processor"])
        yield self._times(program, size, BUILD, "processor")
        yield f"{build['anon']:,.0f} + {build['mapped']:,.0f}"
        yield f"{build['disk']:,.0f}"
        yield _number(self._median(program, size, COLD, "clock"))
        yield self._times(program, size, COLD, "clock")
        yield _number(self._median(program, size, COLD, "processor"))
        p50, p95 = (self._median(program, size, ASK, name) for name in ("p50", "p95"))
        yield f"{_number(p50)} ({_number(p95)})" if p50 is not None else ""
        yield self._times(program, size, ASK, "p50")
        for name in ("processor alone", "processor together"):
            if name == "processor together":
                yield _number(self._median(program, size, ASK, "batch"))
            yield _number(self._median(program, size, ASK, name))
            yield self._times(program, size, ASK, name)
        anon, mapped = (self._median(program, size, ASK, name) for name in ("anon", "mapped"))
        yield f"{anon:,.0f} + {mapped:,.0f}" if anon is not None and mapped is not None else ""

    def _growth(self) -> Iterator[str]:
        """Yield what qianli takes at each size, with the exponent e of cost ~ passages^e from one size to the next, and once more ten times
        as many passages by the last exponent."""
        sizes = [size for size in self._sizes if self._last(FAST, size, EMBED)]
        if len(sizes) < 2:
            return
        yield f"\n### How the cost of {FAST.name} grows\n"
        exponents = [f"e, {before} to {after}" for before, after in _pairs(sizes)]
        yield from _header([f"`{FAST.model}`", *sizes, *exponents, f"{passages_of(sizes[-1]) * 10:,} on paper"])
        rows = [(what, [self._median(FAST, size, step, name) for size in sizes]) for what, step, name in GROWING]
        rows += [(f"{what}, s", [self._again(what, size) for size in sizes]) for what in CHANGED]
        for what, values in rows:
            powers = self._exponents_at(values, sizes)
            paper = values[-1] * 10 ** powers[-1] if values[-1] and powers[-1] is not None else None
            yield _row([what, *map(_number, [*values, *powers, paper])])
        characters = [self._last(FAST, size, EMBED)["characters"] for size in sizes]  # type: ignore[index]
        builds = [self._median(FAST, size, BUILD, "processor") for size in sizes]
        yield _row(["build, processor s, by characters", *([""] * len(sizes)), *map(_number, _exponents(builds, characters)), ""])

    def _exponents(self) -> Iterator[str]:
        """Yield the exponents of every program: of building, a cold start and a warm question."""
        pairs = _pairs(self._sizes)
        measures = ((BUILD, "processor", "build"), (COLD, "clock", "cold"), (ASK, "p50", "p50"))
        rows = []
        for program in self._programs:
            columns = [[self._median(program, size, step, name) for size in self._sizes] for step, name, _ in measures]
            powers = [power for values in columns for power in self._exponents_at(values, self._sizes)]
            if any(power is not None for power in powers):
                rows.append(_row([program.name, *map(_number, powers)]))
        if rows:
            yield "\n### Exponents of all programs\n"
            yield from _header(["", *(f"{what}, {before} to {after}" for _, _, what in measures for before, after in pairs)])
            yield from rows

    def _exponents_at(self, values: Sequence[float | None], sizes: Sequence[str]) -> list[float | None]:
        return _exponents(values, [(self._last(FAST, size, EMBED) or {}).get("passages", passages_of(size)) for size in sizes])

    def _changes(self) -> Iterator[str]:
        sizes = [size for size in self._sizes if self._again(NOTHING, size) is not None]
        if not sizes:
            return
        yield "\n### Changed pages, seconds (processor seconds)\n"
        yield from _header(["", *sizes])
        for what in CHANGED:
            both = [(self._again(what, size), self._again(what, size, "processor")) for size in sizes]
            yield _row([what, *(f"{_number(clock)} ({_number(processor)})" for clock, processor in both)])
        rises = [(self._again(COLD_CHANGED, size) or 0) / (self._again(COLD_BESIDE, size) or 1) for size in sizes]
        yield _row(["a cold question: changed ÷ unchanged", *map(_number, rises)])

    def _default(self) -> Iterator[str]:
        for size in self._sizes:
            whole, unread = (self._median(program, size, ASK, "p50") for program in (DEFAULT, UNREAD))
            if whole is None or unread is None:
                continue
            count = self._records.find(program=DEFAULT.name, size=size, step=ASK)[-1]["passages read"]
            rounds = zip(*(self._values(program, size, ASK, "processor alone") for program in (DEFAULT, UNREAD)), strict=False)
            processor = statistics.median(one - other for one, other in rounds)
            yield f"\n### The default model, {size}\n"
            yield from _header(
                ["warm p50, ms", "without the cross-encoder", "its share", "ms a passage read", "processor ms a passage read"]
            )
            yield _row([*map(_number, (whole, unread, whole - unread, (whole - unread) / count, processor / count))])
            yield f"\nThe cross-encoder reads {count} passages of a question."

    def _left_out(self) -> Iterator[str]:
        """Yield what each peer does and leaves out, and why one is missing."""
        yield "\n### What the peers leave out\n"
        yield "None of them reads pages, cites lines that can be checked, aligns words, folds near-duplicates or gives a probability.\n"
        yield from _header(["", "version", "does", "leaves out"])
        for peer in PEERS:
            yield _row([peer.name, Installed(peer, Path()).version, peer.does, peer.leaves_out])
        for program in self._programs:
            for record in self._records.find(program.version, program=program.name, step=INSTALL)[-1:]:
                yield f"\n{program.name}: {record['failed']}"
            for step in (COLD, ASK):
                for size in self._sizes:
                    made = self._records.find(self._comparison.asked_by(program), program=program.name, size=size, step=step)
                    if made and all("failed" in record for record in made):
                        yield f"\n{program.name}, {size}, {step}: {made[-1]['failed']}"

    def _made_by(self, program: Program | str, size: str, step: str) -> str:
        if isinstance(program, str) or step in (EMBED, AGAIN):
            return self._comparison.commit
        return self._comparison.asked_by(program) if step in (COLD, ASK) else self._comparison.built_by(program, size)

    def _values(self, program: Program | str, size: str, step: str, name: str, **more: str) -> list[float]:
        key = {"program": program if isinstance(program, str) else program.name, "size": size, "step": step, **more}
        found = self._records.find(self._made_by(program, size, step), **key)
        return [record[name] for record in found if "failed" not in record and name in record]

    def _median(self, program: Program | str, size: str, step: str, name: str) -> float | None:
        values = self._values(program, size, step, name)
        if step == BUILD:  # made anew after a failure: the last one is what is asked
            values = values[-1:]
        return statistics.median(values) if values else None

    def _again(self, what: str, size: str, name: str = "clock") -> float | None:
        values = self._values(FAST, size, AGAIN, name, what=what)
        return statistics.median(values) if values else None

    def _last(self, program: Program, size: str, step: str) -> Record | None:
        name = program.shares or program.name
        found = self._records.find(self._made_by(program, size, step), program=name, size=size, step=step)
        return found[-1] if found else None

    def _times(self, program: Program, size: str, step: str, name: str) -> str:
        """Return this program's value as a multiple of qianli's."""
        own, ours = self._median(program, size, step, name), self._median(FAST, size, step, name)
        return "" if program is FAST or not own or not ours else _number(own / ours)


def _exponents(values: Sequence[float | None], counts: Sequence[int]) -> list[float | None]:
    """Return e of cost ~ count^e between each value and the next, where both are known."""
    return [
        math.log(after / before) / math.log(more / fewer) if before and after else None
        for (before, after), (fewer, more) in zip(_pairs(values), _pairs(counts), strict=True)
    ]


def _pairs(values: Sequence[Any]) -> list[tuple[Any, Any]]:
    return list(pairwise(values))


def _number(value: float | None) -> str:
    """Return a number with about three digits.

    >>> _number(1234.5), _number(41.06), _number(1.5), _number(0.0123), _number(None)
    ('1,234', '41.1', '1.50', '0.012', '')
    """
    if value is None:
        return ""
    if abs(value) >= 10:
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.2g}"


def _header(cells: Sequence[str]) -> list[str]:
    return [_row(cells), "|" + "---|" * len(cells)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float:
    """Return the memory of the machine in GB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
