"""Read the training pairs, without the texts on which models are measured.

    pairs/*.jsonl.gz ──rows──▶ (a, b) ──Leak.caught──▶ dropped and counted
                                    └──────────────▶ work/pairs.jsonl   {"source", "a", "b", "held_out"}

    python -m index.training.data --shared ../shared --corpora ../shared/corpora [--work index/training/cache]

A row leaks if one of its texts has most of the shingles of a measured text, or the reverse; such a row is dropped.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple

from index.training.sources import PAIRS, QUESTIONS, TASK

SHARE = 0.6  # of the shingles of a text, from which two texts count as the same
CHARACTERS = 12  # of a shingle in scripts without spaces
WORDS = 6  # of a shingle in Latin scripts
HELD_OUT = 10  # one written passage in so many measures the model and never trains it
CLOZE = "cloze_"
ASKED = Path(__file__).parent / "written" / "questions.jsonl"
ANSWERED = ("answered.jsonl", "decisive.jsonl", "languages.jsonl")  # beside ASKED: one question a line, which its passage answers
UNANSWERED = ("unanswered.jsonl",)  # one question a line, which its passage leaves open
HELD_OUT_ANSWERED = tuple(f"heldout_{name}" for name in ANSWERED)  # the same of held-out passages: for measuring alone
HELD_OUT_UNANSWERED = ("heldout_unanswered.jsonl",)
UNREAD = ("ar", "th", "vi")  # languages whose scripts the vocabularies do not hold; their questions are skipped
SENTENCE = 8  # characters at least
LONGEST_PARAGRAPH = 500  # characters
SEED = 20
DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"\w+")


class Pair(NamedTuple):
    """Two texts that belong together. *held_out*: kept for measuring. *near*: texts like *b* that do not belong to *a*."""

    source: str
    a: str
    b: str
    held_out: bool
    near: Sequence[str] = ()


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of JSON lines, compressed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def partial(path: Path) -> Path:
    """Return the path at which the file *path* is written until it is complete, so that an interrupted step is run again."""
    return path.with_name(path.name + ".partial")


def shingles(text: str) -> set[str]:
    """Return the 12-character pieces of *text* without marks, or its six-word pieces; a shorter text is one piece.

    >>> sorted(shingles("one two, three four five six seven"))
    ['one two three four five six', 'two three four five six seven']
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    if DENSE.search(text):
        joined = "".join(words)
        return {joined[i : i + CHARACTERS] for i in range(max(1, len(joined) - CHARACTERS + 1))} - {""}
    return {" ".join(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))} - {""}


class Leak:
    """The texts that the model is measured on; `caught` finds texts that equal, contain or are a part of one of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._sizes: list[int] = []
        self._holders: dict[str, list[int]] = defaultdict(list)  # shingle -> numbers of the texts that hold it
        self.add(texts)

    def add(self, texts: Iterable[str]) -> None:
        """Measure on *texts* as well."""
        for text in texts:
            pieces = shingles(text)
            for piece in pieces:
                self._holders[piece].append(len(self._sizes))
            self._sizes.append(len(pieces))

    def caught(self, text: str) -> bool:
        """Whether *text* shares with one measured text 60 % of its own shingles, or of the shingles of that text."""
        pieces = shingles(text)
        shared = Counter(number for piece in pieces for number in self._holders.get(piece, ()))
        return any(count >= SHARE * min(len(pieces), self._sizes[number]) for number, count in shared.items())


def measured_texts(shared: Path) -> Iterator[str]:
    """Yield every text under *shared* that scores a model: queries, seed paragraphs, the benchmarks' relevant passages."""
    yield from (row["query"] for row in rows(shared / "dev" / "queries.jsonl"))
    for page in sorted((shared / "seeds").glob("*.txt")):
        yield from (line for line in page.read_text("utf-8").splitlines() if len(line) >= CHARACTERS)
    for page in json.loads((shared / "dev" / "segmentation.json").read_text("utf-8")):
        yield from (paragraph["text"] for article in page["articles"] for paragraph in article["paragraphs"])
    for folder in sorted((shared / "benchmarks").iterdir()):
        if folder.is_dir():
            judged = [line.split("\t") for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]]
            relevant = {passage for _, passage, grade in judged if float(grade) > 0}
            yield from (row["text"] for row in rows(folder / "queries.jsonl.gz"))
            yield from (row["text"] for row in rows(folder / "corpus.jsonl.gz") if row["id"] in relevant)


def clean(corpora: Path, shared: Path, out: Path, names: Collection[str] = PAIRS) -> dict[str, int]:
    """Write the pairs of the sources *names* that leak nothing to *out*; return how many rows each source lost."""
    leak = Leak(measured_texts(shared))
    for name in TASK:
        if name in names:
            leak.add(dict.fromkeys(pair.b for pair in _read(corpora, name) if pair.held_out))
    dropped: dict[str, int] = {}
    with out.open("w", encoding="utf-8") as lines:
        for name in names:
            found = list(_read(corpora, name))
            if len(found) > PAIRS[name].rows:
                found = random.Random(SEED).sample(found, PAIRS[name].rows)
            sound = [pair.held_out or not (leak.caught(pair.a) or leak.caught(pair.b)) for pair in found]
            dropped[name] = sound.count(False)
            for pair in compress(found, sound):
                lines.write(json.dumps(pair._asdict(), ensure_ascii=False) + "\n")
    return dropped


def held_out(passage: str) -> bool:
    # By the passage's own checksum: a new row never moves another into or out of the held-out part.
    return zlib.crc32(passage.encode()) % HELD_OUT == 0


def _read(corpora: Path, name: str) -> Iterator[Pair]:
    """Yield the pairs of a source; `cloze_X`: a sentence of each paragraph of text X, and the paragraph without it."""
    if name == QUESTIONS:
        yield from _asked(corpora)
    elif name.startswith(CLOZE):
        chance = random.Random(f"{SEED} {name}")
        for row in rows(corpora / "text" / f"{name.removeprefix(CLOZE)}.jsonl.gz"):
            sentences = [sentence for sentence in re.split("(?<=[。！？])", row["text"][:LONGEST_PARAGRAPH]) if len(sentence) >= SENTENCE]
            if len(sentences) > 1:
                taken = chance.randrange(len(sentences))
                yield Pair(name, sentences[taken], "".join(sentences[:taken] + sentences[taken + 1 :]), False)
    else:
        for row in rows(corpora / "pairs" / f"{name}.jsonl.gz"):
            if row["a"] and row["b"]:
                yield Pair(name, row["a"], row["b"], name in TASK and held_out(row["b"]))


def task(corpora: Path) -> Iterator[Pair]:
    """Yield what was written for the task itself: problems and questions with the passage that answers, held out or not."""
    for name in TASK:
        yield from _read(corpora, name)


def _asked(corpora: Path) -> Iterator[Pair]:
    """Yield each question of `written/questions.jsonl` with its passage, which is named there by a checksum, and its near passages."""
    asked: list[dict[str, Any]] = list(rows(ASKED))
    texts: dict[str, str] = {}
    for name in dict.fromkeys(row["source"] for row in asked):
        for row in rows(corpora / "text" / f"{name}.jsonl.gz"):
            text = row["text"].strip().replace("\n", " ")
            texts[passage_id(text)] = text
    for row in asked:
        near = [texts[name] for name in row["near"] if name in texts and not held_out(texts[name])]
        for question in (*row["questions"], row["english"], row["other"], row["keywords"]):
            if row["id"] in texts:
                yield Pair(QUESTIONS, question, texts[row["id"]], held_out(texts[row["id"]]), near)


def single_questions(corpora: Path, names: Sequence[str]) -> Iterator[Pair]:
    """Yield the questions of the files *names* in `written/`, each with the passage that it is about."""
    asked = [row for name in names for row in rows(ASKED.parent / name) if row.get("language") not in UNREAD]
    texts: dict[tuple[str, str], str] = {}
    for name in dict.fromkeys(row["source"] for row in asked):
        for row in rows(corpora / "text" / f"{name}.jsonl.gz"):
            text = row["text"].strip().replace("\n", " ")
            texts[name, passage_id(text)] = text
    for row in asked:
        if text := texts.get((row["source"], row["id"])):
            yield Pair(QUESTIONS, row["question"], text, held_out(text))


def passage_id(text: str) -> str:
    """Return the name of a passage in `written/questions.jsonl`."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]


def pairs(path: Path) -> Iterator[Pair]:
    """Yield what `clean` wrote."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield Pair(**json.loads(line))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where dev, seeds and benchmarks lie")
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    path = arguments.work / "pairs.jsonl"
    dropped = clean(arguments.corpora, arguments.shared, partial(path))
    (arguments.work / "dropped.json").write_text(json.dumps(dropped, indent=1), "utf-8")
    partial(path).replace(path)
    print(f"  {sum(dropped.values())} rows dropped, which hold measured texts")


if __name__ == "__main__":
    main()
