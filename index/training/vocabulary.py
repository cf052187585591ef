"""Choose the words of the static model and make its tokenizer.

    "２０２４年電動車乱停"  ──normalizer──▶  "2024年电动车乱停"  ──runs──▶  2024, 年电动车乱停  ──longest match──▶  2024 年 电动车 乱 停

A run has known characters of one script only. Everything between runs (marks, spaces, unknown characters) is removed, so an unknown
character does not void its neighbours, and a text without a known character has no tokens.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from index.training.data import Pair, rows
from index.training.sources import DICTIONARY, PAIRS, TERMS, TEXTS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "[UNK]"  # tokenizers require it; no text gives it
HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff"
SCRIPTS = {  # script -> its characters, and the longest run: matching tries each end of a run, so longer runs would be slow
    "han": (HAN, 64),
    "latin": (r"a-z\u00df-\u00f6\u00f8-\u00ff\u0153", 64),
    "digit": ("0-9", 16),
    "kana": (r"\u3041-\u3096\u30a1-\u30fa\u30fc", 32),
    "hangul": (r"\uac00-\ud7a3", 32),
}
SIZES = {"han": 31_000, "latin": 15_500, "digit": 200, "kana": 1_000, "hangul": 800}  # words of each script, without single characters
LONGEST = {"han": 6, "latin": 24, "digit": 5, "kana": 8, "hangul": 6}  # characters of a word
CHARACTERS = {"han": 7_300, "latin": 70, "digit": 10, "kana": 170, "hangul": 1_200}  # single characters, the most frequent ones
_RUN = re.compile("|".join(f"(?P<{script}>[{characters}]+)" for script, (characters, _) in SCRIPTS.items()))


def count(corpora: Path, pairs: Iterable[Pair]) -> Counter[str]:
    """Return the weighted frequency of the words and characters of the corpora's texts and pairs."""
    counts: Counter[str] = Counter()
    for name, weight in TEXTS.items():
        _add(counts, (row["text"] for row in rows(corpora / "text" / f"{name}.jsonl.gz")), weight)
    sides: dict[str, list[str]] = {}
    for pair in pairs:
        if not pair.held_out and PAIRS[pair.source].words:
            sides.setdefault(pair.source, []).extend((pair.a, pair.b))
    for name, texts in sides.items():
        _add(counts, dict.fromkeys(texts), PAIRS[name].words)
    return counts


def _add(counts: Counter[str], texts: Iterable[str], weight: float) -> None:
    import rjieba

    from index.text.tokens import normalised

    found: Counter[str] = Counter()
    for text in texts:
        for run in _RUN.finditer(normalised(text)):
            found.update(rjieba.cut(run[0]) if run.lastgroup == "han" else (run[0],))
            found.update(run[0])  # its characters; a character that is a word counts twice, which changes no rank that matters
    for word, times in found.items():
        counts[word] += times * weight  # type: ignore[assignment]  # a weighted count is no integer


def choose(counts: Mapping[str, float], corpora: Path) -> list[str]:
    """Return the vocabulary: the unknown token, then by script the single characters and the words, most frequent first."""
    listed = _listed(corpora)
    ranked = sorted(counts, key=lambda word: (-counts[word] * (3 if word in listed else 1), word))  # listed words are surely words
    chosen = [UNKNOWN]
    for script in SCRIPTS:
        mine = [word for word in ranked if (run := _RUN.fullmatch(word)) and run.lastgroup == script]
        singles = [word for word in mine if len(word) == 1][: CHARACTERS[script]]
        if script == "han":
            singles = list(dict.fromkeys([*singles, *_official(), *"".join(names(corpora))]))
        alphabet = set(singles)
        words = [word for word in mine if 2 <= len(word) <= LONGEST[script] and alphabet.issuperset(word)]
        chosen += singles + words[: SIZES[script]]
    known = set(chosen)
    places = [name for name in names(corpora) if 2 <= len(name) <= LONGEST["han"] and known.issuperset(name)]
    return list(dict.fromkeys(chosen + places))


def _listed(corpora: Path) -> set[str]:
    """Return the words that a dictionary or a list of terms knows."""
    words = {row["a"] for row in rows(corpora / "pairs" / f"{DICTIONARY}.jsonl.gz")}
    return words.union(row["text"] for row in rows(corpora / "text" / f"{TERMS[0]}.jsonl.gz"))


def _official() -> Iterator[str]:
    """Yield the 6,763 characters of GB 2312."""
    for area in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            with contextlib.suppress(UnicodeDecodeError):  # a few cells are empty
                yield bytes((area, cell)).decode("gb2312")


def names(corpora: Path) -> Iterator[str]:
    """Yield the cities, counties, streets and townships of Zhejiang."""
    for row in rows(corpora / "text" / f"{TERMS[1]}.jsonl.gz"):
        yield from filter(None, (row.get("city"), row.get("county"), row.get("name")))


def tokenizer(vocabulary: Collection[str], simpler: Mapping[str, str]) -> Tokenizer:
    """Return the tokenizer of *vocabulary* (its order gives the ids); *simpler* maps single characters to others."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    from index.training.traditional import charsmap

    ids = {word: number for number, word in enumerate(vocabulary)}
    known = {old: new for old, new in simpler.items() if new in ids}
    steps = [normalizers.NFKC(), normalizers.Lowercase()]
    if known:
        steps.append(normalizers.Precompiled(charsmap(known)))
    model = models.WordPiece(ids, unk_token=UNKNOWN, max_input_chars_per_word=1_000, continuing_subword_prefix="")
    made = Tokenizer(model)
    made.normalizer = normalizers.Sequence(steps)
    made.pre_tokenizer = pre_tokenizers.Split(Regex(_runs(vocabulary)), "removed", invert=True)
    return made


def _runs(vocabulary: Collection[str]) -> str:
    """Return the expression that matches a run: characters of one script, each of them a word of the vocabulary by itself.

    >>> _runs(["[UNK]", "a", "b", "c", "电"])
    '[电]{1,64}|[a-c]{1,64}'
    """
    alternatives = []
    for characters, longest in SCRIPTS.values():
        mine = sorted(word for word in vocabulary if len(word) == 1 and re.fullmatch(f"[{characters}]", word))
        if mine:
            alternatives.append(f"[{_ranges(mine)}]{{1,{longest}}}")
    return "|".join(alternatives)


def _ranges(characters: list[str]) -> str:
    """Return sorted *characters* as the inside of a character class.

    >>> _ranges(["a", "b", "c", "x"])
    'a-cx'
    """
    spans: list[list[str]] = []
    for character in characters:
        if spans and ord(character) == ord(spans[-1][1]) + 1:
            spans[-1][1] = character
        else:
            spans.append([character, character])
    return "".join(first if first == last else f"{first}-{last}" for first, last in spans)


def save(words: list[str], counts: Mapping[str, float], path: Path) -> None:
    """Write the vocabulary with its counts as JSON, in the order of the ids."""
    path.write_text(json.dumps({word: counts.get(word, 0.0) for word in words}, ensure_ascii=False), "utf-8")
