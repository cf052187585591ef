"""Runs one peer in its own environment, without qianli: builds its index, or asks it. The last line that it prints is JSON.

    python driver.py MODULE build EXPORT FOLDER                 passages and vectors in memory to a closed index
    python driver.py MODULE cold FOLDER MODEL QUESTION          open, ask one question
    python driver.py MODULE ask FOLDER MODEL QUESTIONS SECONDS  open, ask many

MODULE is a file beside this one with `build(folder, texts, vectors)` and a class `Opened(folder, vectors_of)` that has `ask` and
`ask_many`. *texts* are those of the passages in order, *vectors* (passages, 256), float32; `vectors_of` makes those of questions.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from asking import answer, figures, memory


class LazyVectors:
    """The static model, read when the first vector is asked for: programs that only compare words never read it."""

    def __init__(self, folder: str) -> None:
        self._folder, self._model = Path(folder), None

    def __call__(self, texts: Any) -> Any:
        if self._model is None:
            from question_vectors import QuestionVectors

            self._model = QuestionVectors(self._folder)
        return self._model(texts)


def build(module: Any, export: Path, folder: Path) -> dict[str, float]:
    import numpy as np

    texts = [json.loads(line) for line in (export / "passages.jsonl").read_text("utf-8").splitlines()]
    vectors = np.load(export / "vectors.npy", mmap_mode="r")
    before = memory().get("anon", 0)
    clock, processor = time.perf_counter(), time.process_time()
    module.build(folder, texts, vectors)
    return {"clock": time.perf_counter() - clock, "processor": time.process_time() - processor, "passages in memory": before}


def main(name: str, verb: str, *given: str) -> None:
    module = importlib.import_module(name)
    if verb == "build":
        answer(build(module, Path(given[0]), Path(given[1])))
        return
    opened = module.Opened(Path(given[0]), LazyVectors(given[1]))
    if verb == "cold":
        answer(opened.ask(given[2]))
    else:
        answer(figures(opened.ask, opened.ask_many, json.loads(Path(given[2]).read_text("utf-8")), float(given[3])))


if __name__ == "__main__":
    main(*sys.argv[1:])
