"""Run programs one after the other, each in a process of its own, so that its memory is free before the next one starts.

    Stage, Stage, … ──run──▶ lines on standard output, the same lines with times in work/log.txt, results in the work folder

A stage is skipped if its result lies in the work folder. What an interrupted stage has done counts only if its program continues by itself.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TextIO

LOG = "log.txt"  # in the work folder; lines are appended
DONE = ".done"  # ending of the file that stands for a result outside the work folder, or for a checkpoint that may be incomplete


class Stage(NamedTuple):
    """A program to run. *result*: the file in the work folder that the program leaves, or one that ends in DONE, which `run` writes.

    *minutes* were measured on two free cores.
    """

    name: str
    minutes: float
    command: Sequence[str]
    result: str

    def is_done(self, work: Path) -> bool:
        return (work / self.result).is_file()


class StageFailed(Exception):
    """A program ended with an error, or without its result."""


def run(stages: Sequence[Stage], work: Path) -> None:
    """Run the *stages* whose result does not lie in *work*. Raises StageFailed at the first that fails."""
    work.mkdir(parents=True, exist_ok=True)
    todo = [stage for stage in stages if not stage.is_done(work)]
    with (work / LOG).open("a", encoding="utf-8") as log:
        for number, stage in enumerate(todo):
            left = sum(later.minutes for later in todo[number:])
            _say(f"{stage.name}: about {stage.minutes:.0f} min; {left:.0f} min left with what follows", log)
            began = time.monotonic()
            _run_program(stage, log)
            if stage.result.endswith(DONE):
                (work / stage.result).write_text(f"{datetime.now():%Y-%m-%d %H:%M:%S}\n", "utf-8")
            elif not stage.is_done(work):
                raise StageFailed(f"{stage.name} ended without its result, {work / stage.result}")
            _say(f"{stage.name}: done in {(time.monotonic() - began) / 60:.1f} min", log)


def _run_program(stage: Stage, log: TextIO) -> None:
    # Spinning threads are six times slower on a shared machine; a program that cannot buffer its lines shows them as they come.
    environment: Mapping[str, str] = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        stage.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", env=environment
    ) as program:
        assert program.stdout is not None
        try:
            for line in program.stdout:
                _say(line.rstrip("\n"), log)
        except BaseException:  # interrupted: the program must not go on alone
            program.terminate()
            raise
    if program.returncode:
        raise StageFailed(f"{stage.name} ended with exit code {program.returncode}; run the same command again to continue with it")


def _say(line: str, log: TextIO) -> None:
    print(line, flush=True)
    log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line}\n")
    log.flush()
