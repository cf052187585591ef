"""What a command takes, with all processes that it starts: clock, processor, memory. Linux; elsewhere memory is not known.

command ──process of its own──▶ Ran(output, clock, processor, anon, mapped)
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

EVERY = 0.05  # seconds between two looks at the memory
PROC = Path("/proc")
UNSET = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")  # compiled files are kept, as where a program is installed
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "DO_NOT_TRACK": "1"}


class Ran(NamedTuple):
    """A command that ended.

    - *clock*, *processor*: seconds; the processor's are those of all its threads and processes.
    - *anon*, *mapped*: MB, the most that its processes held together at one time: pages of their own, and pages of files (a page that
      several processes map counts for each).
    - *stopped*: why it was ended before its time, "" if it was not.
    """

    code: int
    output: str
    errors: str
    clock: float
    processor: float
    anon: float
    mapped: float
    stopped: str = ""

    @property
    def failure(self) -> str:
        """Why the command failed, on one line; "" if it did not."""
        lines = [line for line in self.errors.splitlines() if line.strip()]
        no_precedent = self.code == 1 and "Traceback" not in self.errors
        if self.stopped or self.code == 0 or no_precedent:
            return self.stopped
        return f"ended with {self.code}: {lines[-1][:200] if lines else 'no message'}"


def run(command: Sequence[str], *, seconds: float = 3600, megabytes: float = 1e9, watched: bool = True, cwd: Path | None = None) -> Ran:
    """Run *command* and measure it; end it after *seconds* or beyond *megabytes* of its own pages.

    With *watched* false nobody looks at its memory meanwhile: for commands of a fraction of a second.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=errors, env=environment(), cwd=cwd, start_new_session=True)
        watch = _Watch(child.pid, start + seconds, megabytes) if watched else None
        try:
            _, status, used = os.wait4(child.pid, 0)
        except BaseException:
            _end(child.pid)
            raise
        finally:
            clock = time.perf_counter() - start
            if watch:
                watch.stop()
        child.returncode = os.waitstatus_to_exitcode(status)  # so that Popen does not wait for it as well
        output.seek(0), errors.seek(0)
        anon, mapped, stopped = (watch.anon, watch.mapped, watch.stopped) if watch else (0.0, 0.0, "")
        return Ran(child.returncode, output.read(), errors.read(), clock, used.ru_utime + used.ru_stime, anon, mapped, stopped)


def environment() -> Mapping[str, str]:
    """Return the environment in which every program runs: nothing is fetched, and no setting of the person who runs it counts."""
    own = {name: value for name, value in os.environ.items() if name not in UNSET and not name.startswith("QIANLI_")}
    nobody = Path(tempfile.gettempdir()) / "qianli-benchmark"  # whose questions are kept there, as a person's are
    return {**own, **OFFLINE, "QIANLI_CONFIG": str(nobody / "config.toml"), "QIANLI_STATE": str(nobody)}


class _Watch:
    """A thread that looks at the memory of a process and of all below it, and ends them beyond their limits."""

    def __init__(self, pid: int, until: float, megabytes: float) -> None:
        self.anon = self.mapped = 0.0
        self.stopped = ""
        self._pid, self._until, self._megabytes = pid, until, megabytes
        self._begun, self._done = time.perf_counter(), Event()
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(EVERY):
            sizes = [_memory(pid) for pid in family(self._pid)]
            anon, mapped = (sum(column) / 1024 for column in zip(*sizes, strict=True)) if sizes else (0.0, 0.0)
            self.anon, self.mapped = max(self.anon, anon), max(self.mapped, mapped)
            if time.perf_counter() > self._until:
                self.stopped = f"not finished in {self._until - self._begun:,.0f} s"
            elif anon > self._megabytes:
                self.stopped = f"more than {self._megabytes:,.0f} MB of memory after {time.perf_counter() - self._begun:,.0f} s"
            if self.stopped:
                _end(self._pid)
                return


def family(pid: int) -> list[int]:
    """Return the process *pid* and all below it that live."""
    found = [pid]
    for one in found:
        for children in PROC.glob(f"{one}/task/*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:  # it ended meanwhile
                continue
    return found


def _memory(pid: int) -> tuple[float, float]:
    """Return the KB of a process: its own pages, shared memory among them, and those of mapped files."""
    try:
        lines = (PROC / str(pid) / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {name: float(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if name.startswith("Rss")}
    return sizes.get("RssAnon", 0.0) + sizes.get("RssShmem", 0.0), sizes.get("RssFile", 0.0)


def _end(pid: int) -> None:
    """End a process and all below it."""
    for one in reversed(family(pid)):
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue


def megabytes_of(folder: Path) -> float:
    """Return the size of a folder on disk in MB; a file with two names counts once."""
    return sum(parts_of(folder).values())


def parts_of(folder: Path) -> dict[str, float]:
    """Return the MB of each part of a folder: passages.db and passages.db-wal are "passages", GENERATION/terms/… are "terms"."""
    parts: dict[str, float] = defaultdict(float)
    seen = set()
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        names = [name for name in path.relative_to(folder).parts if not name.startswith("generation-")]
        parts[names[0].split(".")[0]] += status.st_size / 1e6
    return dict(parts)
