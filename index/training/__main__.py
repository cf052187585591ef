"""Make the shipped static model from the corpora: all steps, each skipped if its result lies in the work folder.

clean ──▶ pairs.jsonl ──▶ words ──▶ first_vectors ──▶ vectors ──▶ export ──▶ measure

python -m index.training --corpora ../shared/corpora --shared ../shared [--out index/encoders/shipped/static] [--work index/training/cache]
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from index.training import data, evaluate, static, word_vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where dev, seeds and benchmarks lie")
    parser.add_argument("--encoder", type=Path, default=Path("index/encoders/shipped/contextual"), help="the encoder that teaches")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped/static"))
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--steps", type=int, default=word_vectors.STEPS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--until", choices=("clean", *static.STEPS, "measure"), default="measure", help="the last step to run")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch loads; on a shared machine spinning threads are six times slower
    import torch

    torch.set_num_threads(arguments.threads)
    files = static.StaticFiles(arguments.corpora, arguments.work, arguments.encoder, arguments.out)
    if not files.pairs.is_file():
        dropped = data.clean(arguments.corpora, arguments.shared, data.partial(files.pairs))
        (arguments.work / "dropped.json").write_text(json.dumps(dropped, indent=1), "utf-8")
        data.partial(files.pairs).replace(files.pairs)
    if arguments.until in static.STEPS:
        static.make(files, arguments.steps, arguments.until)
    elif arguments.until == "measure":
        static.make(files, arguments.steps)
        scores = evaluate.evaluate(evaluate.load(arguments.out), arguments.shared, arguments.work)
        (arguments.work / "scores.json").write_text(json.dumps(scores, indent=1), "utf-8")
        print("\n".join(f"  {name:24} {score:.3f}" for name, score in scores.items()))


if __name__ == "__main__":
    main()
