"""Run work in a process of its own, and return what it returned or how it ended. The work may die, hang or be killed.

The process is a fork, not a new Python: all imports are there already, and a try costs hundredths of a second. Linux and macOS only.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

from index.errors import QianliError

PROCESSOR = 10  # seconds of processor time that a try may take: on a busy machine a try is not late
CLOCK = 120.0  # seconds after which a child is taken to hang
REFUSED = 2  # exit code: an error of ours, or another that the command line prints as one line
CRASHED = 3  # exit code: any other error

Work = Callable[[], Any]


class Ended(NamedTuple):
    """The end of a child: its exit code, or below 0 the signal that ended it, and what the work returned, or its error in words."""

    code: int
    said: Any

    @property
    def crashed(self) -> bool:
        return self.code not in (0, REFUSED)


class Child:
    """Work in another process, beside the caller's until `ended` waits for it."""

    def __init__(self, work: Work, processor: int = PROCESSOR) -> None:
        self._reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._reading)
            _live(work, writing, processor)
        os.close(writing)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def ended(self, seconds: float = CLOCK) -> Ended:
        """Wait for the end; a child that takes longer than *seconds* is killed."""
        said, until = b"", time.monotonic() + seconds
        while True:
            if not select.select([self._reading], [], [], max(0.0, until - time.monotonic()))[0]:
                self.kill()
                until += seconds  # the rest of the pipe, then the end of it
                continue
            block = os.read(self._reading, 1 << 16)
            if not block:
                break
            said += block
        os.close(self._reading)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        try:
            return Ended(code, json.loads(said))
        except ValueError:
            return Ended(code, f"ended with {code} and said nothing whole")


def tried(work: Work) -> Ended:
    return Child(work).ended()


def _live(work: Work, writing: int, processor: int) -> None:
    """Do *work* and exit; never return into the parent's code."""
    code = CRASHED
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        code, said = _done(work)
        raw = json.dumps(said, ensure_ascii=True).encode()
        while raw:
            raw = raw[os.write(writing, raw) :]
    finally:
        os._exit(code)


def _done(work: Work) -> tuple[int, Any]:
    try:
        return 0, work()
    except (QianliError, OSError, MemoryError) as error:  # what search/cli/app.py prints as one line
        return REFUSED, f"{type(error).__name__}: {error}"
    except BaseException as error:
        return CRASHED, f"{type(error).__name__}: {error}; {''.join(traceback.format_exc(limit=-3)).strip()}"
