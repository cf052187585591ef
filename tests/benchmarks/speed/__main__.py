"""How fast qianli is, by itself and beside other programs.

    python -m tests.benchmarks.speed [--shared ../shared] …            beside bm25s over the same passages, a few minutes
    python -m tests.benchmarks.speed --peers [--work FOLDER] …         beside the programs of peers.py, each in its own environment; hours

`--peers --help` says more. The second prints the tables of what it has measured by then when it is interrupted, and goes on where it was
when it is started again with the same --work.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.benchmarks.speed import beside_bm25s
from tests.benchmarks.speed.comparison import Comparison, Plan
from tests.benchmarks.speed.corpora import passages_of
from tests.benchmarks.speed.tables import Tables

WORK = Path(".speed")  # in the working tree, ignored by git


def main() -> None:
    if "--peers" not in sys.argv:
        beside_bm25s.main()
        return
    parser = argparse.ArgumentParser(
        "python -m tests.benchmarks.speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", action="store_true", required=True)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with corpora/ and benchmarks/")
    parser.add_argument("--work", type=Path, default=WORK, help="folder of environments, pages, indexes and records, kept between runs")
    parser.add_argument("--sizes", nargs="+", default=["10k", "100k", "1m"], help="passages: 10k 100k 1m")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="programs whose name holds one of these")
    parser.add_argument("--rounds", type=int, default=3, help="in which all programs are asked in turn; two more of cold starts")
    parser.add_argument("--seconds", type=float, default=20, help="that a program is asked one by one in a round, and again together")
    parser.add_argument("--limit", type=float, default=420, help="seconds that a peer's build may take, or any other step")
    parser.add_argument("--memory", type=float, default=12, help="GB of its own that a peer may take")
    parser.add_argument("--torch", type=Path, help="site-packages of an environment with PyTorch, for txtai; else it is installed: 0.8 GB")
    parser.add_argument("--anew", action="store_true", help="put aside what was measured before; environments and pages stay")
    parser.add_argument("--tables", action="store_true", help="only print the tables of what was measured")
    options = parser.parse_args()
    try:
        for size in options.sizes:
            passages_of(size)
    except ValueError as error:
        parser.error(str(error))
    plan = Plan(
        *(options.shared.resolve(), options.work.resolve(), options.sizes, options.only, options.rounds),
        *(options.limit, options.memory * 1000, options.seconds, options.torch, options.anew),
    )
    comparison = Comparison(plan)
    try:
        comparison.show_last() if options.tables else comparison.run()
    except KeyboardInterrupt:
        print("interrupted; start it again with the same --work to go on", file=sys.stderr)
    print("\n".join(Tables(comparison).lines()))


if __name__ == "__main__":
    main()
