"""The shipped cross-encoder: a question and a passage, read together, to a score. How well does the one answer the other?

    question ─┐ rows of the contextual model's embedding table
    passage  ─┴─▶ eight layers in which the words of both see each other ──▶ score: above 0 likely an answer, below 0 likely none

Vectors are made before anybody asks, so they say what a passage is about. Whether it answers a question shows only in both together
(Nogueira and Cho, 2019). Reading a passage costs as much as embedding it anew, so only the first candidates are read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoders.onnx_encoder import END, MODEL_FILE, START, ContextualEncoder, open_session
from index.encoders.protocol import Encoder
from index.encoders.shipped import CONTEXTUAL, SHIPPED
from index.errors import NoModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDER = SHIPPED / "cross_encoder"
QUESTION_TOKENS = 48  # of a question that are read, as in training
PASSAGE_TOKENS = 160  # of a passage that are read, about 250 Chinese characters
UNKNOWN = -10.0  # the score of a pair of which one text has no known word: lower than any other


class ShippedCrossEncoder:
    """The cross-encoder in *folder*, which reads with the words of *contextual*. Each pair goes through alone: a pair has the same score
    in any company."""

    def __init__(self, contextual: ContextualEncoder, folder: Path = FOLDER) -> None:
        try:
            made_for = json.loads((folder / "config.json").read_text("utf-8"))["contextual"]
            self._opening = ThreadPoolExecutor(1).submit(open_session, folder / MODEL_FILE)  # while candidates are retrieved
        except (OSError, ValueError, KeyError) as error:
            raise _broken(folder, error) from error
        if made_for != contextual.fingerprint:
            raise NoModel("the model in {folder} was made for another contextual model; install qianli again", folder=folder)
        self._contextual, self._folder = contextual, folder

    def scores(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return (len(pairs),), float32: the score of each question and passage."""
        import numpy as np

        session = self._session()
        questions = [ids[:QUESTION_TOKENS] for ids in self._contextual.tokens([question for question, _ in pairs])]
        passages = [ids[:PASSAGE_TOKENS] for ids in self._contextual.tokens([passage for _, passage in pairs])]
        scores = np.full(len(pairs), UNKNOWN, np.float32)
        known = [number for number in range(len(pairs)) if questions[number] and passages[number]]
        known.sort(key=lambda number: -len(questions[number]) - len(passages[number]))  # so that no core waits long at the end
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            run = threads.map(lambda number: self._run(session, questions[number], passages[number]), known)
            for number, score in zip(known, run, strict=True):
                scores[number] = score
        return scores

    def _session(self) -> Any:
        """Return the onnxruntime session, once it is open. Raises NoModel."""
        try:
            return self._opening.result()
        except Exception as error:  # onnxruntime raises nothing more precise
            raise _broken(self._folder, error) from error

    def _run(self, session: Any, question: Sequence[int], passage: Sequence[int]) -> float:
        inputs = {"asked": self._contextual.rows([START, *question, END]), "said": self._contextual.rows([*passage, END])}
        return float(session.run(None, inputs)[0][0])


def _broken(folder: Path, error: Exception) -> NoModel:
    return NoModel("the model in {folder} cannot be read ({error}); install qianli again", folder=folder, error=error)


def open_cross_encoder(encoder: Encoder | None) -> ShippedCrossEncoder | None:
    """Return the cross-encoder that reads with the words of *encoder*, None where that is not the shipped contextual model."""
    return ShippedCrossEncoder(encoder) if isinstance(encoder, ContextualEncoder) and encoder.name == CONTEXTUAL else None
