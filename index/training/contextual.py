"""Train the contextual model, starting from MiniLM: each step draws pairs of one kind and one source.

translation   student(Chinese) ──▶ teacher(English) ◀── student(English)         InfoNCE + 5 · (1 - cosine)
pair          student(title, question, letter) ◀──▶ student(passage)             InfoNCE both ways
written       student(problem in everyday words) ◀──▶ student(passage, near ones) InfoNCE both ways

python -m index.training.contextual [--work index/training/cache] [--steps 1350] [--export]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.training.data import SEED, Pair, pairs
from index.training.sources import PAIRS, TASK, WRITTEN

if TYPE_CHECKING:
    from torch import Tensor

    from index.training.student import Student, Teacher

STEPS = 1_350
SCALE = 20.0  # factor of the cosines before the softmax
CLOSE = 5.0  # weight of (1 - cosine to the teacher); InfoNCE has weight 1
RATE = 1e-4  # learning rate of AdamW on the layers and on MiniLM's own input embeddings; it falls linearly to 0 after WARM steps
RATE_NEW = 5e-4  # learning rate of Adam on the input embeddings that came from glosses
WARM = 100  # steps in which the rates rise
SHARES = {"translation": 0.34, "pair": 0.38, "written": 0.28}  # of the steps: "written" is the task itself
BATCHES = {"translation": 192, "pair": 112, "written": 80}  # pairs of a batch that takes about a second
SENTENCE = 64  # tokens of one side of a translation, at most
NEAR = 1  # near passages that do not answer, for each written question
SHARED = 0.3  # probability that a token of a question is dropped if its passage has it as well
MEASURED = 100  # written pairs on which the export measures the range of the values between the layers
SAVED = 150  # steps between two checkpoints


class Draw(NamedTuple):
    """One batch: its kind, its source and its pairs."""

    kind: str
    source: str
    rows: list[Pair]


def kind(source: str) -> str:
    """Return how a source trains: towards the teacher if one side is English, else by contrast."""
    if source in TASK:
        return "written"
    return "translation" if source.startswith(("par_", "dict_")) and not source.endswith("multi_zh") else "pair"


def english(pair: Pair) -> tuple[str, str]:
    """Return the side in another language and the English side of a translation."""
    return (pair.a, pair.b) if pair.source.endswith("zh_en") else (pair.b, pair.a)


def read(rows: Iterable[Pair]) -> dict[str, list[Pair]]:
    """Return the pairs that are not held out, by source."""
    sources = defaultdict(list)
    for pair in rows:
        if not pair.held_out:
            sources[pair.source].append(pair)
    return dict(sources)


def draws(sources: dict[str, list[Pair]], first: int, steps: int, seed: int) -> Iterator[Draw]:
    """Yield the batch of each step from *first* on; a resumed training draws other batches than it has seen."""
    chance = random.Random(f"{seed} {first}")
    named: dict[str, list[str]] = defaultdict(list)
    for name in sources:
        named[kind(name)].append(name)
    rounds = {name: _rounds(rows, BATCHES[kind(name)], random.Random(f"{seed} {first} {name}")) for name, rows in sources.items()}
    for _ in range(first, steps):
        which = chance.choices(list(named), [SHARES[which] for which in named])[0]
        weights = [PAIRS[name].boost * len(sources[name]) ** 0.5 for name in named[which]]
        name = chance.choices(named[which], weights)[0]
        yield Draw(which, name, next(rounds[name]))


def _rounds(rows: Sequence[Pair], size: int, chance: random.Random) -> Iterator[list[Pair]]:
    order = list(range(len(rows)))
    while True:
        chance.shuffle(order)
        for first in range(0, max(1, len(order) - size // 2), size):
            yield [rows[number] for number in order[first : first + size]]


def drop_shared(question: Sequence[int], passage: Sequence[int], chance: random.Random) -> list[int]:
    """Return *question* without some of the tokens that *passage* has as well, so that the meaning must do; both ends stay.

    >>> drop_shared([1, 7, 8, 2], [1, 8, 9, 2], random.Random(1))
    [1, 7, 2]
    """
    shared = set(passage[1:-1])
    kept = [question[0], *(token for token in question[1:-1] if token not in shared or chance.random() >= SHARED), question[-1]]
    return kept if len(kept) > 2 else list(question)


class Training:
    """A student, the state of its optimisers, and the number of steps taken."""

    def __init__(self, student: Student, teacher: Teacher, new: Tensor) -> None:
        import torch

        self.student, self.teacher, self.step = student, teacher, 0
        self._rates = torch.where(new, RATE_NEW, RATE)[:, None]  # of each row of the entrance
        self._mean, self._square = torch.zeros_like(student.entrance), torch.zeros_like(student.entrance)
        self._adam = torch.optim.AdamW(student.layers.parameters(), lr=RATE, weight_decay=0.01, fused=True)

    def save(self, path: Path) -> None:
        import torch

        state = {"step": self.step, "layers": self.student.layers.state_dict(), "adam": self._adam.state_dict()}
        state |= {"entrance": self.student.entrance, "mean": self._mean, "square": self._square}
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def load(self, path: Path) -> None:
        import torch

        state = torch.load(path, weights_only=True)
        self.step = state["step"]
        self.student.layers.load_state_dict(state["layers"])
        self._adam.load_state_dict(state["adam"])
        for mine, saved in ((self.student.entrance, "entrance"), (self._mean, "mean"), (self._square, "square")):
            mine.copy_(state[saved])

    def learn(self, draw: Draw, steps: int, chance: random.Random) -> float:
        """Take one step on the batch *draw*; return the loss."""
        import torch

        size = min(1.0, (self.step + 1) / WARM) * max(0.0, 1 - self.step / steps)
        texts, loss_of = self._translation(draw) if draw.kind == "translation" else self._contrast(draw, chance)
        touched, local = torch.unique(torch.tensor([token for ids in texts for token in ids]), return_inverse=True)
        rows = self.student.entrance[touched].requires_grad_()
        parts = torch.split(local, [len(ids) for ids in texts])
        from index.training.student import encode

        loss = loss_of(encode(self.student.layers, rows, parts))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.student.layers.parameters(), 1.0)
        for group in self._adam.param_groups:
            group["lr"] = RATE * size
        self._adam.step()
        self._adam.zero_grad(set_to_none=True)
        self._move(touched, rows.grad, size)
        self.step += 1
        return float(loss.item())

    def _translation(self, draw: Draw) -> tuple[list[list[int]], Any]:
        """Return the ids of both sides of translations, and their loss: both sides near the teacher's vector of the English side."""
        from torch.nn.functional import cosine_similarity

        other, in_english = zip(*map(english, draw.rows), strict=True)
        target = self.teacher.encode(in_english)

        def loss_of(vectors: Tensor) -> Tensor:
            a, b = vectors.chunk(2)
            distance = (1 - cosine_similarity(a, target)).mean() + (1 - cosine_similarity(b, target)).mean()
            return info_nce(a, target, _same(in_english), _same(other)) + CLOSE * distance

        return self.student.ids(other, SENTENCE) + self.student.ids(in_english, SENTENCE), loss_of

    def _contrast(self, draw: Draw, chance: random.Random) -> tuple[list[list[int]], Any]:
        """Return the ids of questions, passages and near passages, and their loss: each question nearest to its own passage."""
        questions, passages = [pair.a for pair in draw.rows], [pair.b for pair in draw.rows]
        passage_ids = self.student.ids(passages)
        question_ids = [drop_shared(a, b, chance) for a, b in zip(self.student.ids(questions), passage_ids, strict=True)]
        near = [text for pair in draw.rows for text in chance.sample(pair.near, min(NEAR, len(pair.near)))]

        def loss_of(vectors: Tensor) -> Tensor:
            a, b = vectors[: len(questions)], vectors[len(questions) :]
            return info_nce(a, b, _same(passages, near), _same(questions))

        return question_ids + passage_ids + self.student.ids(near), loss_of

    def _move(self, touched: Tensor, gradient: Tensor | None, size: float) -> None:
        """Take a step of Adam (Kingma and Ba, ICLR 2015) on the touched rows; other rows keep their moments, as in torch's SparseAdam."""
        assert gradient is not None
        first = self._mean[touched].mul_(0.9).add_(gradient, alpha=0.1)
        second = self._square[touched].mul_(0.999).addcmul_(gradient, gradient, value=0.001)
        self._mean[touched], self._square[touched] = first, second
        size *= (1 - 0.999 ** (self.step + 1)) ** 0.5 / (1 - 0.9 ** (self.step + 1))
        self.student.entrance[touched] -= self._rates[touched] * size * first / second.sqrt().add_(1e-8)


def _same(texts: Sequence[str], others: Sequence[str] = ()) -> Tensor:
    """Return (texts, texts + others): whether two texts at different positions are equal."""
    import torch

    numbers: dict[str, int] = {}
    all_of = torch.tensor([numbers.setdefault(text, len(numbers)) for text in (*texts, *others)])
    return (all_of[: len(texts), None] == all_of[None, :]).fill_diagonal_(False)


def info_nce(a: Tensor, b: Tensor, same_b: Tensor, same_a: Tensor) -> Tensor:
    """Return the mean InfoNCE loss of (n, dim) *a* against their rows of (n or more, dim) *b*, and of *b* against *a*.

    Texts that equal the right one are not counted as wrong: *same_b*, *same_a*.
    """
    import torch
    from torch.nn.functional import cross_entropy

    scores = a @ b.T * SCALE
    right = torch.arange(len(a))
    there = scores.masked_fill(same_b, -torch.inf)
    there[:, : len(a)].masked_fill_(same_a, -torch.inf)
    back = scores[:, : len(a)].masked_fill(same_b[:, : len(a)] | same_a, -torch.inf).T
    return (cross_entropy(there, right) + cross_entropy(back, right)) / 2


def train(training: Training, sources: dict[str, list[Pair]], steps: int, checkpoint: Path, stop: int | None = None) -> None:
    """Take the remaining steps, up to *stop*; print progress; save to *checkpoint* every SAVED steps."""
    chance = random.Random(SEED)
    began, first, seen = time.monotonic(), training.step, 0
    losses: dict[str, list[float]] = defaultdict(list)
    for draw in draws(sources, first, steps, SEED):
        losses[draw.kind].append(training.learn(draw, steps, chance))
        seen += len(draw.rows)
        if training.step % 25 == 0:
            taken = time.monotonic() - began
            left = taken / (training.step - first) * (steps - training.step) / 60
            means = ", ".join(f"{which} {sum(values) / len(values):.3f}" for which, values in sorted(losses.items()))
            print(f"  step {training.step} of {steps}, {means}, {seen / taken:.0f} pairs/s, {left:.1f} min left", flush=True)
            losses.clear()
        if training.step % SAVED == 0 or training.step in (steps, stop):
            training.save(checkpoint)
        if training.step == stop:
            return


def prepare(corpora: Path, work: Path) -> None:
    """Write the tokenizer and the first input embeddings to *work*, unless they are there."""
    import numpy as np

    from index.training import entrance, first_vectors, traditional, vocabulary

    if (work / "entrance.npy").is_file():
        return
    counts = json.loads((work / "vocabulary.json").read_text("utf-8"))
    words = entrance.choose(counts, entrance.bert_words(), vocabulary.names(corpora))
    tokenizer = vocabulary.tokenizer(words, traditional.simplified())
    tokenizer.save(str(work / "tokenizer.json"), pretty=False)
    rows = entrance.first_embeddings(words, first_vectors.glosses(corpora), pairs(work / "pairs.jsonl"), tokenizer)
    np.save(work / "entrance.npy", rows)


def start(work: Path) -> Training:
    """Return the training at step 0, from the files that `prepare` wrote to *work*."""
    import numpy as np
    import torch
    from tokenizers import Tokenizer

    from index.training.entrance import bert_words
    from index.training.student import Student, Teacher, minilm

    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    bert = bert_words()
    ids = tokenizer.get_vocab()
    words = sorted(ids, key=ids.__getitem__)
    new = torch.tensor([not (word.isascii() and word in bert) for word in words])
    student = Student(minilm()[0], torch.from_numpy(np.load(work / "entrance.npy")), tokenizer)
    return Training(student, Teacher(), new)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where dev, seeds and benchmarks lie")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped/contextual"))
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--stop", type=int, help="stop after this step; run again to continue")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--export", action="store_true", help="write the trained model to --out; trains nothing")
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch loads; on a shared machine spinning threads are six times slower
    import torch

    from index.training.ship import ship

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(SEED)
    prepare(arguments.corpora, arguments.work)
    training, checkpoint = start(arguments.work), arguments.work / "contextual.pt"
    if checkpoint.is_file():
        training.load(checkpoint)
    if arguments.export:
        written = read(pairs(arguments.work / "pairs.jsonl"))[WRITTEN]
        ship(training.student, [text for pair in written[:MEASURED] for text in (pair.a, pair.b)], arguments.out)
    elif training.step < arguments.steps:
        train(training, read(pairs(arguments.work / "pairs.jsonl")), arguments.steps, checkpoint, arguments.stop)


if __name__ == "__main__":
    main()
