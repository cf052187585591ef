"""Make the static model: pairs and the encoder that teaches it go in, the model folder comes out.

    pairs.jsonl ──words──▶ vocabulary.json ──first_vectors──▶ meanings.npy ──vectors──▶ vectors.npy ──export──▶ shipped/static

A step is skipped if its result lies in the work folder.

    python -m index.training.static --shared ../shared --corpora ../shared/corpora [--work index/training/cache] [--until STEP]
                                    [--encoder index/encoders/shipped/contextual] [--out index/encoders/shipped/static]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from index.training import data, export, first_vectors, traditional, vocabulary, word_vectors
from index.training.sources import TEXTS

STEPS = ("words", "first_vectors", "vectors", "export")


class StaticFiles(NamedTuple):
    """The corpora, the work folder, the folder of the encoder that teaches, and the folder of the result."""

    corpora: Path
    work: Path
    encoder: Path
    out: Path

    @property
    def pairs(self) -> Path:
        return self.work / "pairs.jsonl"

    @property
    def words(self) -> Path:
        return self.work / "vocabulary.json"

    @property
    def meanings(self) -> Path:
        return self.work / "meanings.npy"

    @property
    def vectors(self) -> Path:
        return self.work / "vectors.npy"

    def counts(self) -> dict[str, float]:
        """Return the words of the vocabulary in the order of their ids, with their counts."""
        counts: dict[str, float] = json.loads(self.words.read_text("utf-8"))
        return counts

    def tokenizer(self) -> Any:
        return vocabulary.tokenizer(list(self.counts()), traditional.simplified())


def choose_words(files: StaticFiles) -> None:
    """Write the vocabulary."""
    counts = vocabulary.count(files.corpora, data.pairs(files.pairs))
    partial = data.partial(files.words)
    vocabulary.save(vocabulary.choose(counts, files.corpora), counts, partial)
    partial.replace(files.words)


def make_first_vectors(files: StaticFiles) -> None:
    """Write the vector that the encoder gives each word."""
    from index.encoders.onnx_encoder import ContextualEncoder

    teacher = ContextualEncoder(files.encoder.name, files.encoder)
    word_vectors.save(first_vectors.meanings(list(files.counts()), first_vectors.glosses(files.corpora), teacher), files.meanings)


def train(files: StaticFiles, steps: int) -> None:
    """Write the trained vectors."""
    import numpy as np

    counts = files.counts()
    first = first_vectors.start(list(counts), list(counts.values()), np.load(files.meanings))
    texts = word_vectors.read(data.pairs(files.pairs), files.tokenizer())
    word_vectors.save(word_vectors.average(first, texts, word_vectors.parts(list(counts)), steps), files.vectors)


def write(files: StaticFiles) -> None:
    """Write the model folder."""
    import numpy as np

    tokenizer = files.tokenizer()
    weights = export.idf(_texts(files.corpora), tokenizer)
    latin = np.array([word[0].isalpha() and word[0] < "\u0250" for word in files.counts()])
    # Chinese texts have hardly any Latin words, which are therefore counted in the texts of the pairs without Chinese.
    weights = np.where(latin, export.idf(_spaced(files.pairs), tokenizer), weights)
    export.export(np.load(files.vectors), tokenizer, weights, files.out)


def _spaced(pairs: Path) -> Iterator[str]:
    """Yield the texts of the pairs that have no Chinese, Japanese or Korean, each once."""
    yield from dict.fromkeys(text for pair in data.pairs(pairs) for text in (pair.a, pair.b) if not data.DENSE.search(text))


def _texts(corpora: Path) -> Iterator[str]:
    for name in TEXTS:
        yield from (row["text"] for row in data.rows(corpora / "text" / f"{name}.jsonl.gz"))


def make(files: StaticFiles, steps: int, until: str = STEPS[-1]) -> None:
    """Run every step up to *until* whose result is not in the work folder; *steps* are those of one training run."""
    programs: tuple[tuple[Callable[[], None], Path | None], ...] = (
        (lambda: choose_words(files), files.words),
        (lambda: make_first_vectors(files), files.meanings),
        (lambda: train(files, steps), files.vectors),
        (lambda: write(files), None),
    )
    for name, (program, result) in zip(STEPS[: STEPS.index(until) + 1], programs, strict=False):
        if result is None or not result.is_file():
            began = time.monotonic()
            program()
            print(f"{name}: done in {(time.monotonic() - began) / 60:.1f} min", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="not read; every program of training takes it")
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"), help="where pairs.jsonl lies")
    parser.add_argument("--encoder", type=Path, default=Path("index/encoders/shipped/contextual"), help="the encoder that teaches")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped/static"))
    parser.add_argument("--steps", type=int, default=word_vectors.STEPS, help="steps of each of the runs that are averaged")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--until", choices=STEPS, default=STEPS[-1], help="the last step to run")
    arguments = parser.parse_args()
    files = StaticFiles(arguments.corpora, arguments.work, arguments.encoder, arguments.out)
    if not files.pairs.is_file():
        parser.error(f"there is no {files.pairs}; make it with: python -m index.training --until clean")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch loads; on a shared machine spinning threads are six times slower
    import torch

    torch.set_num_threads(arguments.threads)
    make(files, arguments.steps, arguments.until)


if __name__ == "__main__":
    main()
