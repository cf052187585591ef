"""Train the static model: a text is the mean of its word vectors, and the two texts of a pair should be nearest to each other.

    batch of one source ──▶ texts × words ──▶ mean of (own vector + PARTS · mean of its parts) ──▶ InfoNCE both ways ──▶ Adam

The vector of a word is its own vector plus a share of the vectors of its parts (电动自行车: 电动, 自行车, its characters; streets:
street), so a rare word learns from frequent ones. Pooling is linear: the parts are added to the word at the end, and inference does
not know of them.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.training.data import SEED, Pair
from index.training.first_vectors import longest_match
from index.training.sources import PAIRS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Vectors = NDArray[np.float32]
    Integers = NDArray[np.int64]

BATCH = 1024  # pairs
STEPS = 1_500  # of a run; with 4,400 the held-out written questions fell from .60 to .53, and XQuAD gained nothing
RUNS = 4  # their vectors are averaged (Wortsman et al., ICML 2022); held-out problems .61 with two runs, .64 with four
SCALE = 20.0  # factor of the cosines before the softmax
RATE = 3e-3  # learning rate of Adam at the start; it falls linearly to 0
PARTS = 1.0  # weight of all parts of a word; its own vector has weight 1
SHARED = 0.3  # probability that a word of the first text is dropped if the second text has it as well
LONGEST = 320  # characters of a text; longer texts took time and gained nothing
ENDINGS = ("s", "es", "ed", "ing", "er", "ers", "ly", "d", "ment", "ion")


class PairTexts(NamedTuple):
    """*counts*: texts × words, how often each word occurs in each text (scipy CSR). *sources*: name -> (pairs, 2) numbers of texts."""

    counts: Any
    sources: dict[str, Integers]


def average(first: Vectors, texts: PairTexts, mixing: Any, steps: int = STEPS) -> Vectors:
    """Return the mean of the vectors of RUNS trainings, each with another seed."""
    import numpy as np

    runs = []
    for run in range(RUNS):
        print(f"  run {run + 1} of {RUNS}", flush=True)
        runs.append(train(first, texts, mixing, steps, seed=SEED + run))
    return np.mean(runs, axis=0, dtype=np.float32)  # type: ignore[no-any-return]


def read(pairs: Iterable[Pair], tokenizer: Tokenizer) -> PairTexts:
    """Return the texts of all pairs that are not held out, each tokenized once."""
    import numpy as np
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    numbers: dict[str, int] = {}
    sources: dict[str, list[tuple[int, int]]] = {}
    for pair in pairs:
        if not pair.held_out:
            a, b = (numbers.setdefault(text[:LONGEST], len(numbers)) for text in (pair.a, pair.b))
            sources.setdefault(pair.source, []).append((a, b))
    texts, word_ids, ends = list(numbers), [], [0]
    for first in range(0, len(texts), 10_000):
        for encoding in tokenizer.encode_batch_fast(texts[first : first + 10_000], add_special_tokens=False):
            word_ids.append(np.asarray(encoding.ids, np.int32))
            ends.append(ends[-1] + len(encoding.ids))
    joined = np.concatenate(word_ids)
    counts = csr_matrix((np.ones(len(joined), np.float32), joined, ends), shape=(len(texts), tokenizer.get_vocab_size()))
    return PairTexts(counts, {name: np.asarray(rows, np.int64) for name, rows in sources.items()})


def parts(words: Sequence[str], weight: float = PARTS) -> Any:
    """Return words × words (CSR): one on the diagonal, and *weight* shared among the parts of each word."""
    from scipy.sparse import csr_matrix

    row_of_word = {word: row for row, word in enumerate(words)}
    values, rows, columns = [], [], []
    for row, word in enumerate(words):
        inside = _parts(word, row_of_word)
        values += [1.0, *(weight / len(inside) for _ in inside)]
        rows += [row] * (1 + len(inside))
        columns += [row, *(row_of_word[part] for part in inside)]
    return csr_matrix((values, (rows, columns)), shape=(len(words), len(words)), dtype="float32")


def _parts(word: str, row_of_word: dict[str, int]) -> list[str]:
    if len(word) < 2 or word.startswith("["):
        return []
    if word.isascii():
        stems = [word[: -len(ending)] for ending in ENDINGS if word.endswith(ending) and len(word) - len(ending) > 2]
        return [stem for stem in [*stems, *(stem + "e" for stem in stems)] if stem in row_of_word][:1]
    return longest_match(word, row_of_word) + ([part for part in word if part in row_of_word] if len(word) > 2 else [])


def train(first: Vectors, texts: PairTexts, mixing: Any, steps: int = STEPS, rate: float = RATE, seed: int = SEED) -> Vectors:
    """Return the trained vectors, their parts added. *first* are the vectors to start from, *mixing* is the matrix of `parts`."""
    import numpy as np
    import torch

    torch.manual_seed(seed)
    own = torch.from_numpy(unmixed(first, mixing))
    mean, square = torch.zeros_like(own), torch.zeros_like(own)
    generator = np.random.default_rng(seed)
    began, losses = time.monotonic(), []
    for step, rows in enumerate(batches(texts.sources, steps, seed)):
        chosen = _drop_shared(texts.counts[rows[:, 0]], texts.counts[rows[:, 1]], generator)
        words, local = np.unique(chosen.indices, return_inverse=True)
        counts = _csr(chosen.data, local, chosen.indptr, len(words))
        mix = mixing[words]
        touched, inner = np.unique(mix.indices, return_inverse=True)
        mix = _csr(mix.data, inner, mix.indptr, len(touched))
        learning = torch.from_numpy(touched.astype(np.int64))
        pooled = torch.from_numpy(counts @ (mix @ own[learning].numpy())).requires_grad_()
        loss = info_nce(pooled, rows)
        loss.backward()
        assert pooled.grad is not None
        gradient = torch.from_numpy(mix.T @ (counts.T @ pooled.grad.numpy()))
        _adam(own, mean, square, learning, gradient, step + 1, rate * (1 - step / steps))
        losses.append(loss.item())
        if (step + 1) % 100 == 0:
            left = (time.monotonic() - began) / (step + 1) * (steps - step - 1)
            print(f"  step {step + 1} of {steps}, loss {sum(losses[-100:]) / 100:.3f}, {left / 60:.1f} min left", flush=True)
    return mixing @ own.numpy()  # type: ignore[no-any-return]


def _drop_shared(first: Any, second: Any, generator: np.random.Generator) -> Any:
    """Return the first texts, then the second ones; a first text loses the share SHARED of the words that its second text has as well.

    People tell a problem in everyday words, not in the words of the passage that answers it.
    """
    import numpy as np
    from scipy.sparse import vstack

    shared = first.multiply(second > 0).tocsr()
    shared.data *= generator.random(len(shared.data)) < SHARED
    first = first - shared
    first.eliminate_zeros()
    return vstack([first, second], format="csr", dtype=np.float32)


def unmixed(vectors: Vectors, mixing: Any) -> Vectors:
    """Return the own vectors of words whose sums with their parts are *vectors*; exact, since parts are shorter than their word."""
    own = vectors.copy()
    for _ in range(30):  # a word of n characters needs n rounds
        own += vectors - mixing @ own
    return own


def _csr(values: Any, columns: Any, ends: Any, width: int) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((values, columns, ends), shape=(len(ends) - 1, width))


def info_nce(pooled: Any, rows: Integers) -> Any:
    """Return the mean InfoNCE loss in both directions: *pooled*: first texts, then second; equals of the right text are left out."""
    import torch
    from torch.nn.functional import cross_entropy, normalize

    a, b = normalize(pooled, dim=1).chunk(2)
    numbers = torch.from_numpy(rows)
    same = (numbers[:, 0, None] == numbers[None, :, 0]) | (numbers[:, 1, None] == numbers[None, :, 1])
    same.fill_diagonal_(False)
    scores = (a @ b.T * SCALE).masked_fill(same, -math.inf)
    right = torch.arange(len(rows))
    return (cross_entropy(scores, right) + cross_entropy(scores.T, right)) / 2


def _adam(own: Any, mean: Any, square: Any, rows: Any, gradient: Any, step: int, rate: float) -> None:
    """Take a step of Adam (Kingma and Ba, ICLR 2015) on the touched rows; other rows keep their moments, as in torch's SparseAdam."""
    first = mean[rows].mul_(0.9).add_(gradient, alpha=0.1)
    second = square[rows].mul_(0.999).addcmul_(gradient, gradient, value=0.001)
    mean[rows], square[rows] = first, second
    size = rate * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    own[rows] -= size * first / second.sqrt().add_(1e-8)


def batches(sources: dict[str, Integers], steps: int, seed: int) -> Iterator[Integers]:
    """Yield (at most BATCH, 2) rows of one source at a time, each source in shuffled rounds."""
    chance = random.Random(seed)
    names = list(sources)
    weights = [PAIRS[name].boost * math.sqrt(len(sources[name])) for name in names]
    rounds = {name: _rounds(sources[name], random.Random(f"{seed} {name}")) for name in names}
    for name in chance.choices(names, weights, k=steps):
        yield next(rounds[name])


def _rounds(rows: Integers, chance: random.Random) -> Iterator[Integers]:
    order = list(range(len(rows)))
    while True:
        chance.shuffle(order)
        for first in range(0, max(1, len(order) - BATCH // 2), BATCH):  # a rest of less than half a batch is left to the next round
            yield rows[order[first : first + BATCH]]


def save(vectors: Vectors, path: Path) -> None:
    """Write *vectors* to *path*, whole or not at all."""
    import numpy as np

    partial = path.with_suffix(".partial.npy")
    np.save(partial, vectors)
    partial.replace(path)
