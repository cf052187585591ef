"""Train the shipped cross-encoder: it reads a question and a passage together and scores whether the passage answers.

    questions, passages ──mine──▶ each question with the 36 passages nearest to it
                        ──train──▶ cache/cross_encoder.pt ──export──▶ index/encoders/shipped/cross_encoder

    python -m index.training.cross_encoder [--work index/training/cache] [--steps 650] [--export]

It starts from the layers of the contextual model and keeps the input embeddings of that model, so the contextual model is trained first.
A batch has questions, each with its answer and wrong passages: half of these from the ten nearest, half from the other 26, and now and
then a near passage that a reader named. The loss asks for the right order (cross-entropy among the passages of a question) and for a
score that means the same for every question (binary cross-entropy).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from index.training.data import SEED, pairs, rows, task
from index.training.student import DEPTH, DIM, EPSILON, FAR, HEADS, POSITIONS, Layer, groups

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder

STEPS = 650
QUESTIONS = 14  # of a batch
WRONG = 6  # wrong passages of each question in a batch
ASKED = 48  # tokens of a question in training
SAID = 120  # tokens of a passage in training
RATE = 8e-5  # learning rate of AdamW on the layers; both rates fall linearly to 0 after WARM steps
RATE_NEW = 1e-3  # learning rate on the weights that make the score
WARM = 60  # steps in which the rates rise
OTHER = 0.3  # share of the batches that are made of OTHER_SOURCES
NEAREST = 36  # passages that are kept for each question
HARDEST = 10  # of these, from which half of the wrong passages are drawn
COPY = 50  # characters; a passage that begins like the answer is a copy of it
GROUP = 6_000  # tokens, with padding, of pairs of similar length that go through together
SAVED = 100  # steps between two checkpoints
MEASURED = 100  # pairs on which the export measures the range of the values between the layers
POOL = {
    "shenlun_materials": 1500,
    "shenlun2_materials": 1500,
    "gov_docs_shenlun": 1500,
    "city_policy_docs": 500,
    "xwlb_news": 500,
    "petition_messages": 500,
}
OTHER_SOURCES = {  # pairs of other kinds -> the boost of their probability
    **dict.fromkeys(("leader_board_petition_reply", "petition_message_reply", "petition_title_body", "policy_qa_ncp2020"), 2),
    **dict.fromkeys(("shenlun_question_material", "shenlun2_question_material", "shenlun_lead_paragraph", "shenlun2_lead_paragraph"), 2),
    **dict.fromkeys(("gov_docs_shenlun_title_body", "xwlb_title_body", "law_question_article", "cloze_shenlun_materials"), 1),
    **dict.fromkeys(("dureader_demo_question_passage", "mrc_antiterror_question_passage", "mrc_abstract_question_passage"), 1),
}
PAIRS = 4_000  # of one of these sources, at most


class Mined(NamedTuple):
    """Questions, each with its answer, the passages nearest to it and those named as near, by their numbers in *passages*."""

    passages: list[str]
    asked: list[tuple[str, int, list[int], list[int]]]


class CrossEncoder(nn.Module):
    """The layers of the contextual model over a question and a passage at once; both begin at position 0, as when read alone.

    score = Σ met · (mean of the question's tokens ⊙ mean of the passage's tokens, each of length 1) + start · first token + bias;
    before training it is ten times the cosine, less five.
    """

    def __init__(self, depth: int = DEPTH, positions: int = POSITIONS) -> None:
        super().__init__()
        self.positions, self.sides = nn.Parameter(torch.zeros(positions, DIM)), nn.Parameter(torch.zeros(2, DIM))
        self.before = nn.LayerNorm(DIM, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(depth))
        self.met, self.start = nn.Parameter(torch.full((DIM,), 10.0)), nn.Linear(DIM, 1)
        nn.init.zeros_(self.start.weight)
        nn.init.constant_(self.start.bias, -5.0)

    def forward(self, embedded: Tensor, lengths: Tensor, asked: Tensor) -> Tensor:
        """Return (pairs,). *embedded*: (pairs, tokens, 384), padded; *lengths*, *asked*: tokens of each pair and of its question."""
        token = torch.arange(embedded.shape[1])
        there, question = token < lengths[:, None], token < asked[:, None]
        mask = torch.where(there, 0.0, FAR)[:, None, None, :].expand(-1, HEADS, -1, -1).reshape(-1, 1, embedded.shape[1])
        positions = torch.where(question, token, token - asked[:, None]).clamp(0, len(self.positions) - 1)
        x = self.before(embedded + self.positions[positions] + self.sides[(~question).long()])
        for layer in self.layers:
            x = layer(x, mask)
        x = x.float()
        means = [(x * side[:, :, None]).sum(1) / side.sum(1, keepdim=True) for side in (question, there & ~question)]
        met = functional.normalize(means[0], dim=1) * functional.normalize(means[1], dim=1) * self.met
        score: Tensor = met.sum(1) + self.start(x[:, 0]).squeeze(1)
        return score


def scores(model: CrossEncoder, entrance: Tensor, read: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Tensor:
    """Return (len(read),): the score of each question and passage, given as ids without START and END."""
    from index.encoders.onnx_encoder import END, START

    whole = [torch.tensor([START, *asked, END, *said, END]) for asked, said in read]
    order = sorted(range(len(whole)), key=lambda number: len(whole[number]))
    parts = []
    with torch.autocast("cpu", torch.bfloat16):
        for group in groups(order, [len(ids) for ids in whole], GROUP):
            padded = nn.utils.rnn.pad_sequence([whole[number] for number in group], batch_first=True)
            lengths = torch.tensor([len(whole[number]) for number in group])
            asked = torch.tensor([len(read[number][0]) + 2 for number in group])
            parts.append(model(functional.embedding(padded, entrance), lengths, asked))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[back]


def mine(corpora: Path, work: Path, encoder: Encoder, other: Encoder) -> list[tuple[float, Mined]]:
    """Return the questions to train on with their weights, those of the task first.

    *encoder* finds the near passages for the task, *other* those for the other sources.
    """
    asked = [pair for pair in task(corpora) if not pair.held_out]
    kept = {pair.b for pair in task(corpora) if pair.held_out}
    texts = [*(pair.b for pair in asked), *(near for pair in asked for near in pair.near), *pool(corpora)]
    passages = [text for text in dict.fromkeys(texts) if text not in kept]
    found = [(1.0, _mined([(pair.a, pair.b, pair.near) for pair in asked], passages, encoder))]
    by_source: dict[str, list[tuple[str, str, Sequence[str]]]] = {}
    for pair in pairs(work / "pairs.jsonl"):
        if pair.source in OTHER_SOURCES and not pair.held_out:
            by_source.setdefault(pair.source, []).append((pair.a, pair.b, ()))
    for name, triples in by_source.items():
        random.Random(f"{SEED} {name}").shuffle(triples)
        some = triples[:PAIRS]
        found.append((OTHER_SOURCES[name] * len(some) ** 0.5, _mined(some, list(dict.fromkeys(b for _, b, _ in some)), other)))
    return found


def pool(corpora: Path) -> Iterator[str]:
    """Yield passages of the field, drawn from the texts in POOL, that make the search harder."""
    for name, many in POOL.items():
        texts = [row["text"].strip().replace("\n", " ") for row in rows(corpora / "text" / f"{name}.jsonl.gz")]
        texts = [text for text in texts if 40 < len(text) < 600]
        yield from random.Random(name).sample(texts, min(len(texts), many))


def _mined(asked: Sequence[tuple[str, str, Sequence[str]]], passages: list[str], encoder: Encoder) -> Mined:
    import numpy as np

    numbers = {text: number for number, text in enumerate(passages)}
    vectors, questions = encoder.encode_passages(passages), encoder.encode_passages([question for question, _, _ in asked])
    found = []
    for first in range(0, len(asked), 512):
        nearest = np.argsort(-(questions[first : first + 512] @ vectors.T), axis=1)[:, : NEAREST + 1]
        for (question, answer, near), order in zip(asked[first : first + 512], nearest.tolist(), strict=True):
            wrong = [number for number in order if passages[number][:COPY] != answer[:COPY]]
            found.append((question, numbers[answer], wrong[:NEAREST], [numbers[text] for text in near if text in numbers]))
    return Mined(passages, found)


class Ids(NamedTuple):
    """The same as Mined, as token ids."""

    passages: list[list[int]]
    questions: list[list[int]]
    asked: list[tuple[str, int, list[int], list[int]]]


def batches(mined: Sequence[tuple[float, Ids]], seed: str) -> Iterator[list[tuple[list[int], list[int]]]]:
    """Yield the pairs of one step: for each question the right passage, then WRONG wrong ones."""
    chance, order = random.Random(seed), list[int]()
    while True:
        if len(mined) > 1 and chance.random() < OTHER:
            some = chance.choices([ids for _, ids in mined[1:]], [weight for weight, _ in mined[1:]])[0]
            picked = [chance.randrange(len(some.asked)) for _ in range(QUESTIONS)]
        else:
            some = mined[0][1]
            if len(order) < QUESTIONS:
                order = chance.sample(range(len(some.asked)), len(some.asked))
            picked, order = order[:QUESTIONS], order[QUESTIONS:]
        yield [(some.questions[at], some.passages[number]) for at in picked for number in _chosen(some, at, chance)]


def _chosen(some: Ids, at: int, chance: random.Random) -> list[int]:
    _, answer, nearest, near = some.asked[at]
    wrong = [chance.choice(near)] if near and chance.random() < 0.5 else []
    for part, many in ((nearest[:HARDEST], (WRONG - len(wrong) + 1) // 2), (nearest[HARDEST:], WRONG)):
        wrong += chance.sample(part, min(len(part), many, WRONG - len(wrong)))
    return [answer, *wrong, *(chance.randrange(len(some.passages)) for _ in range(WRONG - len(wrong)))]


def loss_of(found: Tensor) -> Tensor:
    """Return the loss of scores (questions, 1 + WRONG), of which the first in each row is the right one.

    In the binary part, right and wrong passages have the same weight in all.
    """
    order = functional.cross_entropy(found, torch.zeros(len(found), dtype=torch.long))
    truth = torch.zeros_like(found)
    truth[:, 0] = 1
    weights = torch.full_like(found, 0.5 / (found.shape[1] - 1))
    weights[:, 0] = 0.5
    return order + functional.binary_cross_entropy_with_logits(found, truth, weights, reduction="sum") / len(found)


def train(model: CrossEncoder, entrance: Tensor, mined: Sequence[tuple[float, Ids]], steps: int, checkpoint: Path) -> None:
    """Take the remaining steps; print progress; save to *checkpoint* every SAVED steps."""
    new = [model.met, *model.start.parameters()]
    old = [parameter for parameter in model.parameters() if all(parameter is not one for one in new)]
    adam = torch.optim.AdamW([{"params": old, "rate": RATE}, {"params": new, "rate": RATE_NEW}], weight_decay=0.01, fused=True)
    step = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        adam.load_state_dict(state["adam"])
        step = state["step"]
    first, began, losses = step, time.monotonic(), list[float]()
    drawn = batches(mined, f"{SEED} {step}")
    while step < steps:
        for group in adam.param_groups:
            group["lr"] = group["rate"] * min(1, (step + 1) / WARM) * max(0, 1 - step / steps)
        loss = loss_of(scores(model, entrance, next(drawn)).view(QUESTIONS, -1))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        adam.zero_grad(set_to_none=True)
        step += 1
        losses.append(float(loss.item()))
        if step % 25 == 0:
            left = (time.monotonic() - began) / (step - first) * (steps - step) / 60
            print(f"  step {step} of {steps}, loss {sum(losses[-25:]) / 25:.3f}, {left:.1f} min left", flush=True)
        if step % SAVED == 0 or step == steps:
            partial = checkpoint.with_suffix(".partial")
            torch.save({"model": model.state_dict(), "adam": adam.state_dict(), "step": step}, partial)
            partial.replace(checkpoint)


def started(layers: dict[str, Tensor]) -> CrossEncoder:
    """Return the cross-encoder before its first step, with the trained layers of the contextual model."""
    model = CrossEncoder()
    missing = model.load_state_dict(layers, strict=False).missing_keys
    assert set(missing) == {"sides", "met", "start.weight", "start.bias"}
    return model


def export(model: CrossEncoder, entrance: Tensor, measured: Sequence[tuple[list[int], list[int]]], folder: Path, made_for: str) -> None:
    """Write *model* to *folder*, with the ranges of its values on the pairs *measured*; *made_for*: the contextual model's fingerprint."""
    from index.training import graph
    from index.training.ship import watched

    def run() -> None:
        with torch.no_grad():
            for pair in measured:
                scores(model, entrance, [pair])

    ranges = watched(model, run)
    weights = {name: values.detach().numpy() for name, values in model.state_dict().items()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(graph.cross_encoder(weights, len(model.layers), HEADS, ranges))
    (folder / "config.json").write_text(json.dumps({"contextual": made_for}) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"), help="where contextual.pt and pairs.jsonl lie")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped/cross_encoder"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--export", action="store_true", help="write the trained model to --out; trains nothing")
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from index.encoders.open import open_encoder
    from index.encoders.shipped import STATIC

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(SEED)
    state = torch.load(arguments.work / "contextual.pt", weights_only=True)
    model, reader, other = started(state["layers"]), open_encoder("contextual"), open_encoder(STATIC)
    mined = [(weight, _ids(some, reader)) for weight, some in mine(arguments.corpora, arguments.work, reader, other)]
    checkpoint = arguments.work / "cross_encoder.pt"
    if arguments.export:
        model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
        some = mined[0][1]
        measured = [(some.questions[at], some.passages[some.asked[at][1]]) for at in range(MEASURED)]
        export(model, state["entrance"], measured, arguments.out, reader.fingerprint)
    else:
        train(model, state["entrance"], mined, arguments.steps, checkpoint)


def _ids(mined: Mined, reader: Encoder) -> Ids:
    from index.encoders.onnx_encoder import ContextualEncoder

    assert isinstance(reader, ContextualEncoder)
    passages = [ids[:SAID] for ids in reader.tokens(mined.passages)]
    return Ids(passages, [ids[:ASKED] for ids in reader.tokens([question for question, _, _, _ in mined.asked])], mined.asked)


if __name__ == "__main__":
    main()
