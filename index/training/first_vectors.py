"""First vectors of the words of the static model: each word starts as the contextual encoder's vector of the word.

    电动车                      ──encoder──▶ 384 ─┐
    "electric vehicle", "e-bike" ──encoder──▶ 384 ─┴─mean──▶ centred, PCA ──▶ 256 ──a/(a + p)──▶ row

A Chinese word is averaged with its English glosses of CC-CEDICT: some 2,000 rare characters are no pieces of the encoder, and their glosses
are. A word that the encoder cannot read and that has no gloss starts as the mean of its parts by longest match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.training.data import rows
from index.training.sources import DICTIONARY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

GLOSSES = 3  # of a word: the first ones are its common senses
DIM = 256  # of a word vector
UNKNOWN_PIECE = 0  # id of the piece that stands for unknown characters
COMMON = 3e-4  # the parameter a of SIF (Arora, Liang and Ma, ICLR 2017); more frequent words weigh less
_JUNK = re.compile(r"variant of|surname|^CL:|^see |see also|abbr\. for|^also written|used in|\(archaic\)|Kangxi radical", re.I)
_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]|\bsb\b|\bsth\b")


def glosses(corpora: Path) -> dict[str, list[str]]:
    """Return the first English glosses of each Chinese word, without glosses that give no meaning (variants, surnames)."""
    found: dict[str, list[str]] = {}
    for row in rows(corpora / "pairs" / f"{DICTIONARY}.jsonl.gz"):
        word, gloss = row["a"], _BRACKETS.sub(" ", row["b"]).strip()
        senses = found.setdefault(word, [])
        # The first row of a word has all its glosses, joined by "; "; then each has its own row.
        if gloss and not _JUNK.search(row["b"]) and len(senses) < GLOSSES and ("; " not in row["b"]):
            senses.append(" ".join(gloss.split()))
    return {word: senses for word, senses in found.items() if senses}


class Teacher(Protocol):
    """An encoder whose vectors teach the static model: `index.encoders.onnx_encoder.ContextualEncoder`."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1."""

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the pieces of each text."""


def meanings(words: Sequence[str], senses: Mapping[str, Sequence[str]], teacher: Teacher) -> Vectors:
    """Return (len(words), dim): *teacher*'s vector of each word, averaged with the mean vector of its glosses in *senses*.

    A word with a piece unknown to *teacher* has the vector of its glosses; without glosses, zeros.
    """
    import numpy as np

    readable = [row for row, ids in enumerate(teacher.tokens(words)) if UNKNOWN_PIECE not in ids]
    texts = {text: row for row, text in enumerate(dict.fromkeys(gloss.lower() for word in words for gloss in senses.get(word, ())))}
    glossed = teacher.encode_passages(list(texts))
    out = np.zeros((len(words), glossed.shape[1]), np.float32)
    out[readable] = teacher.encode_passages([words[row] for row in readable])
    known = set(readable)
    for row, word in enumerate(words):
        if word in senses:
            mean = glossed[[texts[gloss.lower()] for gloss in senses[word]]].mean(axis=0)
            out[row] = (out[row] + mean) / 2 if row in known else mean
    return out


def start(words: Sequence[str], counts: Sequence[float], known: Vectors) -> Vectors:
    """Return (len(words), 256): *known* centred, reduced by PCA and weighted by SIF; words of zeros start from their parts."""
    import numpy as np

    rows_known = np.linalg.norm(known, axis=1) > 0
    centred = np.where(rows_known[:, None], known - known[rows_known].mean(axis=0), 0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    turned = (centred @ axes[:, ::-1][:, :DIM]).astype(np.float32)
    row_of_word = {word: row for row, word in enumerate(words)}
    for row, word in enumerate(words):
        if not rows_known[row]:
            parts = [row_of_word[part] for part in longest_match(word, row_of_word) if rows_known[row_of_word[part]]]
            if parts:
                turned[row] = turned[parts].mean(axis=0)
    share = np.asarray(counts, np.float64) / max(1.0, float(np.sum(counts)))
    weights = (COMMON / (COMMON + share)).astype(np.float32)
    return turned * weights[:, None]  # type: ignore[no-any-return]


def longest_match(word: str, words: Mapping[str, int]) -> list[str]:
    """Return the parts of *word* that are in *words*, all shorter than *word*, each the longest that starts at its offset.

    >>> longest_match("电动自行车", {"电动": 1, "自行": 2, "车": 3, "自行车": 4, "电动自行车": 5})
    ['电动', '自行车']
    """
    parts, start_at = [], 0
    while start_at < len(word):
        ends = range(len(word) if start_at else len(word) - 1, start_at, -1)
        end = next((end for end in ends if word[start_at:end] in words), start_at + 1)
        if word[start_at:end] in words:
            parts.append(word[start_at:end])
        start_at = end
    return parts
