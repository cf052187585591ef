"""Random changes and searches, compared with an index that is made at once (`tests/engine/test_updates.py`)."""

from __future__ import annotations

from hypothesis import seed as seeded
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.robustness.children import Child
from tests.robustness.table import Row
from tests.robustness.worlds import Worlds

STEP = 10  # runs in one child, which frees its memory when it ends
LONG = 3600.0  # seconds for one child: each run makes eight changes and nine new indexes


def against_a_model(world: Worlds, tries: int, seed: int) -> Row:
    row = Row("random add, change, remove, search against a brute-force model", "equal")
    for at in range(0, tries, STEP):
        runs = min(STEP, tries - at)
        ended = Child(lambda at=at, runs=runs: _run(runs, seed + at), int(LONG)).ended(LONG)  # type: ignore[misc]
        for _ in range(runs):
            row.count("equal" if ended.code == 0 else "not equal", "" if ended.code == 0 else f"runs {at} to {at + runs}: {ended.said}")
    return row


def _run(runs: int, seed: int) -> None:
    from tests.engine.test_updates import Updates

    class Seeded(Updates):
        """Hypothesis reads the seed from the class."""

    chosen = settings(Updates.TestCase.settings, max_examples=runs, derandomize=False, database=None)
    run_state_machine_as_test(seeded(seed)(Seeded), settings=chosen)
