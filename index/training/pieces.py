"""Choose the pieces of the vocabulary of multilingual-e5-small that are kept: 72,000 of 250,000.

    pairs, texts ──tokenizer of all pieces──▶ counts ──choose──▶ pieces, in the order of the whole vocabulary (most frequent first)

Kept are pieces in the scripts of Chinese, English, Japanese, Korean and the larger European languages: each single character, each piece
that occurs often enough in the corpora, all other pieces in Chinese, Japanese and Korean, and the most frequent of the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from index.training.data import rows
from index.training.e5 import SPECIAL, tokenizer

if TYPE_CHECKING:
    from index.training.e5 import PackedModel

MOST = 72_000  # pieces; they take 16 MB in 4 bits, and their tokenizer opens in 0.1 s
OFTEN = 8  # times that a piece occurs in the sample
CHARACTERS = 6_000_000  # of each file of the corpora that are counted
LONGEST = 2_000  # characters of a text that are counted
BATCH = 2_000  # texts that are tokenized at once
SCRIPTS = r"\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u1100-\u11ff\u3130-\u318f"  # kana, Han, Hangul
WANTED = re.compile(rf"▁?[{SCRIPTS}\u0020-\u024f\u0370-\u03ff\u0400-\u045f\u2000-\u33ff\uff00-\uffef]*")
DENSE = re.compile(rf"▁?[{SCRIPTS}]+")


def choose(model: PackedModel, counts: Mapping[str, int], most: int = MOST) -> list[str]:
    """Return the pieces that are kept, SPECIAL first; single and frequent pieces are kept beyond *most*."""
    wanted = [piece for piece in model.pieces if piece not in SPECIAL and piece != "<pad>" and WANTED.fullmatch(piece)]
    single = {piece for piece in wanted if len(piece.removeprefix("▁")) <= 1}
    frequent = {piece for piece, count in counts.items() if count >= OFTEN}
    kept = single | frequent.intersection(wanted)
    dense = [piece for piece in wanted if piece not in kept and DENSE.fullmatch(piece)]
    others = [piece for piece in wanted if piece not in kept and not DENSE.fullmatch(piece)]
    kept |= set([*dense, *others][: max(0, most - len(kept))])
    return [*SPECIAL, *(piece for piece in model.pieces if piece in kept)]


def count(model: PackedModel, corpora: Path) -> Counter[str]:
    """Return how often each piece of the whole vocabulary occurs in a sample of *corpora*."""
    pieces = [*SPECIAL, *(piece for piece in model.pieces if piece not in SPECIAL)]
    whole, counts = tokenizer(model, pieces), Counter[int]()
    for batch in _batches(sample(corpora)):
        for encoding in whole.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return Counter({pieces[number]: times for number, times in counts.items()})


def sample(corpora: Path) -> Iterator[str]:
    """Yield the first CHARACTERS of every file of pairs and of running text, text by text."""
    for path in sorted(corpora.glob("*/*.jsonl.gz")):
        left = CHARACTERS
        for row in rows(path):
            for text in filter(None, (row.get("a"), row.get("b"), row.get("text"))):
                left -= len(text)
                yield text[:LONGEST]
            if left < 0:
                break


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch
