"""A question and a passage, read together, to a score: how well does the one answer the other? A cross-encoder that is shipped.

    question ─┐ rows of the contextual model's entrance
    passage  ─┴─▶ six layers in which the words of both see each other ──▶ score: above 0 it rather answers, below 0 it rather does not

Vectors are made before anybody asks, so they say what a passage is about. Whether it answers shows only in both together (Nogueira and
Cho, 2019). That costs as much as embedding the passage anew, so it reads the few that stand first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoders.combined import BothEncoder
from index.encoders.onnx_encoder import END, LAYERS, START, ContextualEncoder, open_session
from index.encoders.protocol import Encoder
from index.encoders.shipped import SHIPPED
from index.errors import NoModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

FOLDER = SHIPPED / "cross_encoder"
ASKED = 48  # tokens of a question that are read, as in training
SAID = 160  # tokens of a passage that are read, about 250 Chinese characters


class Judge:
    """The folder `encoders/shipped/cross_encoder`, which reads with the words of *contextual*. Each pair goes through
    alone: the same score in any company."""

    def __init__(self, contextual: ContextualEncoder, folder: Path = FOLDER) -> None:
        try:
            made_for = json.loads((folder / "config.json").read_text("utf-8"))["contextual"]
            self._opening = ThreadPoolExecutor(1).submit(open_session, folder / LAYERS)  # while candidates are looked for
        except (OSError, ValueError, KeyError) as error:
            raise _broken(folder, error) from error
        if made_for != contextual.fingerprint:
            raise NoModel(f"the model in {folder} was made for another contextual model; install qianli again")
        self._contextual, self._folder = contextual, folder

    def scores(self, pairs: Sequence[tuple[str, str]]) -> Scores:
        """Return (len(pairs),), float32: the score of each question and passage; a text without a known word gives the lowest, -10."""
        import numpy as np

        session = self._session()
        asked = [ids[:ASKED] for ids in self._contextual.tokens([question for question, _ in pairs])]
        said = [ids[:SAID] for ids in self._contextual.tokens([passage for _, passage in pairs])]
        scores = np.full(len(pairs), -10, np.float32)
        known = [at for at in range(len(pairs)) if asked[at] and said[at]]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            for at, score in zip(known, threads.map(lambda at: self._run(session, asked[at], said[at]), known), strict=True):
                scores[at] = score
        return scores

    def _session(self) -> Any:
        """Return what reads, once it is open. Raises NoModel."""
        try:
            return self._opening.result()
        except Exception as error:  # onnxruntime raises nothing more precise
            raise _broken(self._folder, error) from error

    def _run(self, session: Any, asked: Sequence[int], said: Sequence[int]) -> float:
        inputs = {"asked": self._contextual.rows([START, *asked, END]), "said": self._contextual.rows([*said, END])}
        return float(session.run(None, inputs)[0][0])


def _broken(folder: Path, error: Exception) -> NoModel:
    return NoModel(f"the model in {folder} cannot be read ({error}); install qianli again")


def open_judge(encoder: Encoder | None) -> Judge | None:
    """Return the judge that reads with the words of *encoder*, None where that is not the default of both shipped models."""
    return Judge(encoder.contextual) if isinstance(encoder, BothEncoder) and isinstance(encoder.contextual, ContextualEncoder) else None
