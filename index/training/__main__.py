"""Make all that ships from the corpora: each stage is a program, and is skipped if its result lies in the work folder.

    clean ──▶ texts ──▶ encoder ──▶ encoder_export ──▶ cross_encoder ──▶ cross_encoder_export
                                         └──▶ words ──▶ first_vectors ──▶ vectors ──▶ static_export ──▶ cohorts ──▶ measure

    python -m index.training --shared ../shared --corpora ../shared/corpora [--until STAGE] [--list]
                             [--work index/training/cache] [--out index/encoders/shipped]

Run it again after an interruption: `encoder` and `cross_encoder` continue after their last checkpoint.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from index.training.stages import DONE, Stage, StageFailed, run

# stage -> minutes on two free cores, program, further arguments ({out}, {work}: the folders), and its result in the work folder
STAGES: dict[str, tuple[float, str, str, str]] = {
    "clean": (1, "data", "", "pairs.jsonl"),
    "texts": (3, "contextual", "--prepare", "running.json"),
    "encoder": (45, "contextual", "", f"encoder{DONE}"),
    "encoder_export": (1, "contextual", "--export --out {out}/contextual", f"encoder_export{DONE}"),
    "cross_encoder": (22, "cross_encoder", "", f"cross_encoder{DONE}"),
    "cross_encoder_export": (
        1,
        "cross_encoder",
        "--export --encoder {out}/contextual --out {out}/cross_encoder",
        f"cross_encoder_export{DONE}",
    ),
    "words": (1.5, "static", "--until words", "vocabulary.json"),
    "first_vectors": (2, "static", "--until first_vectors --encoder {out}/contextual", "meanings.npy"),
    "vectors": (9, "static", "--until vectors", "vectors.npy"),
    "static_export": (1, "static", "--out {out}/static", f"static_export{DONE}"),
    "cohorts": (0.2, "cohort", "--out {out}", f"cohorts{DONE}"),
    "measure": (0.5, "evaluate", "--model {out}/static --scores {work}/scores.json", "scores.json"),
}
READS_CORPORA = ("data", "contextual", "cross_encoder", "static")  # programs with the options --corpora and, but for `data`, --threads
NEXT = """All is made. These constants depend on the models; fit them now, since nothing writes them into the tree by itself:
    python -m index.training.evidence --shared {shared}
    python -m index.training.fusion
    python -m index.training.probability"""


def stages(corpora: Path, shared: Path, work: Path, out: Path, threads: int) -> list[Stage]:
    """Return all stages in their order."""
    made = []
    for name, (minutes, program, more, result) in STAGES.items():
        arguments = ["--shared", str(shared), "--work", str(work)]
        if program in READS_CORPORA:
            arguments += ["--corpora", str(corpora)]
        if program in READS_CORPORA[1:]:
            arguments += ["--threads", str(threads)]
        arguments += [word.format(out=out, work=work) for word in more.split()]
        made.append(Stage(name, minutes, [sys.executable, "-m", f"index.training.{program}", *arguments], result))
    return made


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m index.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where dev, seeds and benchmarks lie")
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"), help="where results and log.txt lie")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped"), help="where the folders of the models lie")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--until", choices=list(STAGES), default=list(STAGES)[-1], help="the last stage to run")
    parser.add_argument("--list", action="store_true", help="list the stages, their minutes and whether they are done; run nothing")
    arguments = parser.parse_args(given)
    every = stages(arguments.corpora, arguments.shared, arguments.work, arguments.out, arguments.threads)
    some = every[: list(STAGES).index(arguments.until) + 1]
    if arguments.list:
        for stage in some:
            print(f"{stage.name:21} {stage.minutes:4.1f} min  {'done' if stage.is_done(arguments.work) else ''}".rstrip())
        return
    try:
        run(some, arguments.work)
    except StageFailed as failed:
        raise SystemExit(str(failed)) from None
    if len(some) == len(every):
        print(NEXT.format(shared=arguments.shared))


if __name__ == "__main__":
    main()
