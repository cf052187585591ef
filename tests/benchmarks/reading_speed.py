"""How many example pages are read in a second on one core, and how many another checkout of the project reads, in turns.

    python -m tests.benchmarks.reading_speed [--against FOLDER] [--rounds 7] [--seconds 2]

A machine is never equally fast twice: both checkouts take turns, each in a process of its own. Time is the processor's, and the ratio
is the median of the ratios of the rounds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, help="another checkout, for example a worktree of an older commit")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--alone", action="store_true", help="read in this process and print the rate only")
    options = parser.parse_args()
    if options.alone:
        print(rate(HERE / "seeds", options.seconds))
        return
    folders = [HERE] + [options.against] * bool(options.against)
    rates = [[_rate_of(folder, options.seconds) for folder in folders] for _ in range(options.rounds)]
    print("| seed pages, one core | pages/s |\n|---|---|")
    for folder, column in zip(("this checkout", options.against), zip(*rates, strict=True), strict=False):
        print(f"| {folder} | {median(column):.0f} |")
    if options.against:
        print(f"| ratio | {median(here / there for here, there in rates):.2f} |")


def rate(folder: Path, seconds: float) -> float:
    """Return how many pages of *folder* are read in a second; `index` is the one that PYTHONPATH names."""
    from index.document import Page
    from index.files.reader import read
    from index.segmentation.articles import articles

    files = [read(path, path.name) for path in sorted(folder.glob("*.txt"))]
    pages = [file for file in files if isinstance(file, Page)]
    for page in pages:
        articles(page)  # loads the tables
    done, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for page in pages:
            articles(page)
        done += len(pages)
    return done / (time.process_time() - start)


def _rate_of(checkout: Path, seconds: float) -> float:
    """Return the rate of a checkout, in a process that imports from it."""
    command = [sys.executable, "-P", __file__, "--alone", "--seconds", str(seconds)]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    return float(subprocess.run(command, env=environment, cwd=checkout, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
