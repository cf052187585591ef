"""Make the shipped static model from the corpora: all steps, each skipped if its result lies in the work folder.

clean ──▶ pairs.jsonl ──▶ words ──▶ vocabulary.json ──▶ gloss ──▶ meanings.npy ──▶ train ──▶ vectors.npy ──▶ export ──▶ measure

python -m index.training --corpora ../shared/corpora --shared ../shared [--out index/encoders/shipped/static] [--work index/training/cache]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.training import data, evaluate, export, gloss, traditional, train, vocabulary
from index.training.sources import TEXTS

MINUTES = {"clean": 1.0, "words": 1.5, "gloss": 3.0, "train": 9.0, "export": 1.0, "measure": 0.5}  # a step takes on two cores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where dev, seeds and benchmarks lie")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped/static"))
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--steps", type=int, default=train.STEPS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--until", choices=list(MINUTES), default="measure", help="the last step to run")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    make(arguments.corpora, arguments.shared, arguments.out, arguments.work, arguments.steps, arguments.threads, arguments.until)


def make(corpora: Path, shared: Path, out: Path, work: Path, steps: int, threads: int, until: str) -> None:
    """Run every step up to *until* whose result is not in *work*; write the model to *out* and its scores to *work*/scores.json."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch loads; on a shared machine spinning threads are six times slower
    import numpy as np
    import torch

    torch.set_num_threads(threads)
    pairs, words, meanings, vectors = (work / name for name in ("pairs.jsonl", "vocabulary.json", "meanings.npy", "vectors.npy"))

    def clean() -> None:
        dropped = data.clean(corpora, shared, _partial(pairs))
        (work / "dropped.json").write_text(json.dumps(dropped, indent=1), "utf-8")
        _partial(pairs).replace(pairs)

    def choose() -> None:
        counts = vocabulary.count(corpora, data.pairs(pairs))
        vocabulary.save(vocabulary.choose(counts, corpora), counts, _partial(words))
        _partial(words).replace(words)

    def mean() -> None:
        train.save(gloss.meanings(list(_counts(words)), gloss.glosses(corpora)), meanings)

    def learn() -> None:
        counts = _counts(words)
        first = gloss.start(list(counts), list(counts.values()), np.load(meanings))
        texts = train.read(data.pairs(pairs), _tokenizer(words))
        train.save(train.average(first, texts, train.parts(list(counts)), steps), vectors)

    def write() -> None:
        tokenizer = _tokenizer(words)
        weights = export.idf(_texts(corpora), tokenizer)
        latin = np.array([word[0].isalpha() and word[0] < "\u0250" for word in _counts(words)])
        # Chinese texts have hardly any Latin words, which are therefore counted in the texts of the pairs without Chinese.
        weights = np.where(latin, export.idf(_spaced(pairs), tokenizer), weights)
        export.export(np.load(vectors), tokenizer, weights, out)

    def measure() -> None:
        scores = evaluate.evaluate(evaluate.load(out), shared, work)
        (work / "scores.json").write_text(json.dumps(scores, indent=1), "utf-8")
        print("\n".join(f"  {name:24} {score:.3f}" for name, score in scores.items()))

    pipeline = [
        ("clean", clean, pairs),
        ("words", choose, words),
        ("gloss", mean, meanings),
        ("train", learn, vectors),
        ("export", write, None),
        ("measure", measure, None),
    ]
    _run(pipeline[: list(MINUTES).index(until) + 1])


def _run(steps: Sequence[tuple[str, Callable[[], None], Path | None]]) -> None:
    todo = [(name, step) for name, step, result in steps if result is None or not result.is_file()]
    for number, (name, step) in enumerate(todo):
        left = sum(MINUTES[later] for later, _ in todo[number:])
        print(f"{name}: about {left:.0f} min left with what follows", flush=True)
        began = time.monotonic()
        step()
        print(f"{name}: done in {(time.monotonic() - began) / 60:.1f} min", flush=True)


def _partial(path: Path) -> Path:
    """Return the path at which the file *path* is written until it is complete, so that an interrupted step is run again."""
    return path.with_name(path.name + ".partial")


def _counts(words: Path) -> dict[str, float]:
    counts: dict[str, float] = json.loads(words.read_text("utf-8"))
    return counts


def _tokenizer(words: Path) -> Any:
    return vocabulary.tokenizer(list(_counts(words)), traditional.simplified())


def _spaced(pairs: Path) -> Iterator[str]:
    """Yield the texts of the pairs that have no Chinese, Japanese or Korean, each once."""
    yield from dict.fromkeys(text for pair in data.pairs(pairs) for text in (pair.a, pair.b) if not data.DENSE.search(text))


def _texts(corpora: Path) -> Iterator[str]:
    for name in TEXTS:
        yield from (row["text"] for row in data.rows(corpora / "text" / f"{name}.jsonl.gz"))


if __name__ == "__main__":
    main()
