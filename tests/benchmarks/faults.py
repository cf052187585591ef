"""What happens to an index on office machines, where processes are killed, disks are full and files are damaged.

    python -m tests.benchmarks.faults [--seed 1] [--only flips --only killed=20 …] [--tries 50]

prints a Markdown table; outcomes that must not be go to stderr, and the exit code is 1 then. Every choice follows from the seed.
Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

ALL = 1_000_000  # tries; more than there are calls


def main() -> int:
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # before numpy: a fork takes no threads along
    from tests.robustness import calls, cluster, damaged, documents, hostile, killed, model, together
    from tests.robustness.table import Row
    from tests.robustness.worlds import Worlds, worlds

    rows: dict[str, tuple[Callable[[Worlds, int, int], Row], int]] = {
        "killed": (killed.killed, 200),
        "calls": (calls.calls, ALL),
        "reads": (calls.reads, ALL),
        "flips": (damaged.flips, 2000),
        "files": (damaged.replaced, 200),
        "torn": (damaged.torn, 200),
        "readers": (together.readers, 20),
        "writers": (together.writers, 50),
        "hostile": (hostile.hostile, 500),
        "documents": (documents.documents, 300),
        "cluster": (cluster.killed, 100),
        "cluster-readers": (cluster.readers, 20),
        "cluster-pages": (cluster.replaced, 500),
        "model": (model.against_a_model, 200),
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="ROW[=TRIES]", help=f"one of {', '.join(rows)}; may be given more than once")
    parser.add_argument("--tries", type=int, default=None, help="so many tries a row instead of the full number")
    options = parser.parse_args()
    print("| fault | tries | what happened | allowed |\n|---|---|---|---|", flush=True)
    wrong = 0
    with worlds() as world:
        for chosen in options.only or rows:
            name, _, tries = chosen.partition("=")
            if name not in rows:
                parser.error(f"there is no row {name}; choose from {', '.join(rows)}")
            run, full = rows[name]
            row = run(world, int(tries or options.tries or full), options.seed)
            print(row.line(), flush=True)
            for line in row.wrong:
                print(f"{name}: {line}", file=sys.stderr, flush=True)
            wrong += len(row.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
