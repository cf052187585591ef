"""Training the cross-encoder of many languages: its batches, the layers that it starts from, its training, its export, its measures."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from index.encoders.onnx_encoder import open_session
from index.training import answerability, cross_encoder
from index.training.answerability import READ, ReadCandidates, separation
from index.training.batches import AskedPassage, TrainingTexts
from index.training.cross_encoder import (
    QUESTIONS,
    WRONG,
    CrossEncoderTraining,
    QuestionSet,
    TokenizedQuestion,
    UntokenizedQuestion,
    batch,
    question_set,
    started,
)
from index.training.cross_encoder_model import scores
from index.training.student import DIM, Layers, Student

WORDS = 40  # ids, each of them a number as text


class Encoding:
    def __init__(self, text: str) -> None:
        self.ids = [int(word) for word in text.split()]


class NumberTokenizer:
    def encode_batch_fast(self, texts: list[str], add_special_tokens: bool) -> list[Encoding]:
        return [Encoding(text) for text in texts]


def student(depth: int = 2) -> Student:
    torch.manual_seed(3)
    layers = Layers(depth, 64)
    torch.nn.init.normal_(layers.positions, std=0.02)
    return Student(layers, torch.randn(WORDS, DIM), NumberTokenizer())


def questions(count: int = 70, passages: int = 80) -> QuestionSet:
    chance = random.Random(2)
    asked = []
    for number in range(count):
        mined = [other for other in chance.sample(range(passages), 40) if other != number][:36]
        asked.append(TokenizedQuestion([number], number, mined, [number + 1] if number % 2 else []))
    return QuestionSet([[100 + number] for number in range(passages)], asked)


def test_a_step_has_the_answer_first_and_never_again() -> None:
    for step in range(8):
        pairs = batch([questions()], step)
        assert pairs == batch([questions()], step), "the same, however often training was interrupted"
        assert len(pairs) == QUESTIONS * (1 + WRONG)
        for first in range(0, len(pairs), 1 + WRONG):
            answer, *wrong = pairs[first : first + 1 + WRONG]
            assert answer == (answer[0], [100 + answer[0][0]])
            assert {question[0] for question, _ in wrong} == {answer[0][0]}
            assert answer not in wrong


def test_a_round_passes_over_all_written_questions() -> None:
    steps = 70 // QUESTIONS
    assert {pair[0][0] for step in range(steps) for pair in batch([questions()], step)} == set(range(70))


def test_a_mined_copy_of_the_answer_is_left_out() -> None:
    answer = " ".join("7" * 30)
    made = question_set(student(), [UntokenizedQuestion("5", answer, [answer + " 9", "8 9"], ["9 9", answer])])
    [question] = made.questions
    assert made.passages[question.answer] == [7] * 30
    assert [made.passages[number] for number in question.mined] == [[8, 9]]
    assert [made.passages[number] for number in question.near] == [[9, 9]]


def test_the_cross_encoder_starts_from_chosen_layers_with_the_cosine_as_its_score() -> None:
    made = student(depth=4)
    model = started(made.layers.state_dict(), (0, 3))
    assert len(model.layers) == 2
    assert torch.equal(model.layers[1].up.weight, made.layers.layers[3].up.weight)
    with torch.no_grad():
        score = scores(model, made.entrance, [([5, 6], [5, 6, 9])])
    assert -15.1 < float(score) < 5.1


def test_a_stopped_training_goes_on_at_its_step_and_learns(tmp_path: Path) -> None:
    made, asked = student(), [question._replace(ids=[question.answer % 30 + 3]) for question in questions().questions]
    sets = QuestionSet([[number % 30 + 3] for number in range(80)], asked)
    open_pairs = [([4], [5]), ([6], [7])]
    path = tmp_path / "checkpoint.pt"
    training = CrossEncoderTraining(started(made.layers.state_dict(), (0, 1)), made.entrance)
    before = training.model.met.detach().clone()
    cross_encoder.train(training, [sets], open_pairs, path, 1, 3)
    assert training.step == 1
    again = CrossEncoderTraining(started(made.layers.state_dict(), (0, 1)), made.entrance)
    again.load(path)
    cross_encoder.train(again, [sets], open_pairs, path, 3, 3)
    assert again.step == 3
    assert not torch.equal(again.model.met, before)


def test_ranges_are_measured_on_answers_other_answers_and_near_passages() -> None:
    alone = [AskedPassage(f"answer {number}", [f"question {number}"]) for number in range(4)]
    assert cross_encoder.read_passages(alone) == ["answer 0", "answer 0", "answer 2", "answer 2"]
    near = [AskedPassage(f"answer {number}", [f"question {number}"], near=[f"near {number}"]) for number in range(4)]
    assert cross_encoder.read_passages(near) == ["answer 0", "answer 0", "near 2", "answer 3"]


def test_the_exported_folder_scores_as_the_trained_model(tmp_path: Path) -> None:
    made = student()
    training = CrossEncoderTraining(started(made.layers.state_dict(), (0, 1)), made.entrance)
    texts = TrainingTexts([AskedPassage(f"{number} 8 9", [f"{number}"]) for number in range(3, 30)], {}, {}, [])
    cross_encoder.export(training, made, texts, tmp_path, "fingerprint")
    assert json.loads((tmp_path / "config.json").read_text("utf-8")) == {"contextual": "fingerprint"}
    session, rows = open_session(tmp_path / "model.onnx"), made.entrance.numpy()
    for question, passage in (([5], [5, 8, 9]), ([12], [30, 31]), ([4, 20], [4])):
        told = session.run(None, {"asked": rows[[1, *question, 2]], "said": rows[[*passage, 2]]})[0]
        with torch.no_grad():
            expected = float(scores(training.model, made.entrance, [(question, passage)]))
        assert told == pytest.approx([expected], abs=0.2)


def test_the_measures_know_a_perfect_score_from_a_useless_one() -> None:
    cosines = np.full((20, READ + 1), 0.5, np.float32) - np.arange(READ + 1) * np.float32(0.001)
    answers = np.arange(20) % 5
    perfect = np.zeros_like(cosines)
    perfect[np.arange(20), answers] = 5
    measures = separation(ReadCandidates(cosines, perfect, answers))
    assert measures["AUC score"] == 1
    assert measures["nDCG@10 by score"] == 1
    assert measures["rejected at 95 % found, score"] == 1
    assert measures["AUC cosine"] < 0.6
    assert measures["nDCG@10 by cosine"] == pytest.approx(np.mean([1 / np.log2(rank + 2) for rank in range(5)]))


def test_an_answer_that_was_not_retrieved_earns_nothing() -> None:
    cosines = np.tile(np.linspace(0.9, 0.1, READ + 1, dtype=np.float32), (4, 1))
    measures = separation(ReadCandidates(cosines, cosines, np.asarray([0, -1, READ, 0])))
    assert measures["nDCG@10 by score"] == pytest.approx(0.5)


def test_pairs_are_scored_in_their_order_though_texts_are_read_once() -> None:
    made = student()
    model = started(made.layers.state_dict(), (0, 1))
    pairs = [("5", "5 8"), ("6", "5 8"), ("5", "9 9 9")]
    with torch.no_grad():
        expected = [float(scores(model, made.entrance, [pair])) for pair in (([5], [5, 8]), ([6], [5, 8]), ([5], [9, 9, 9]))]
    assert answerability._scores(made, model, pairs) == pytest.approx(expected, abs=0.1)
