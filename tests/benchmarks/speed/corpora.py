"""Pages and questions of the comparison, made from the corpora at hand; the same ones every time.

corpora/text, corpora/pairs ──▶ paragraphs of 60 to 400 characters, each once ──▶ pages of ten, shuffled ──▶ PAGES/000/000000.txt …
benchmarks/*/queries.jsonl.gz ──▶ 500 questions of five sets in turn

Where the real paragraphs do not suffice (some 284,000), the other pages are recombined: sentences of one corpus, drawn at random up to 80
to 300 characters a paragraph. A smaller corpus is the beginning of a larger one.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

PARAGRAPHS = 10  # of a page: about as many passages
SHORTEST, LONGEST = 60, 400  # characters of a paragraph; a longer line is cut at the ends of its sentences
SEED = 7
CORPORA = (  # the beginnings of their files' names, in the order in which a paragraph of several is kept
    *("laws_zh", "xwlb_news", "classical_modern", "petition_messages", "shenlun", "gov_docs_shenlun", "city_policy_docs"),
    *("gov_work_reports_2026", "finna_news", "dureader_demo", "party_building"),
)
SENTENCES = 500  # of a corpus from which paragraphs are recombined; fewer would repeat themselves
SENTENCE = (8, 120)  # characters of such a sentence
RECOMBINED = (80, 300)  # characters from which a recombined paragraph is long enough
HEADLINE = 28  # characters of a title, the first clause of the page
SETS = ("petition_title-message", "mrc_antiterror_dev", "xquad_zh-zh", "drcd_dev", "cmrc2018_trial")
OF_EACH = 100  # questions of a set
FOLDER = 1000  # pages of a folder
ENDS = re.compile(r"[^。！？]*[。！？]?")


def passages_of(size: str) -> int:
    """Return how many passages a size names.

    >>> passages_of("10k"), passages_of("1m")
    (10000, 1000000)
    """
    number, unit = size[:-1], size[-1:].lower()
    if unit not in ("k", "m") or not number.isdecimal() or int(number) == 0:
        raise ValueError(f"no size {size}; give one such as 10k, 100k or 1m")
    return int(number) * {"k": 1_000, "m": 1_000_000}[unit]


def write_corpora(shared: Path, folder: Path, sizes: list[str]) -> None:
    """Write pages for each of *sizes* to FOLDER/SIZE, unless they are there."""
    wanted = {size: passages_of(size) // PARAGRAPHS for size in sizes if not (folder / f"{size}.complete").exists()}
    if not wanted:
        return
    chance = random.Random(SEED)
    paragraphs = paragraphs_of(shared / "corpora")
    real = [page for texts in paragraphs.values() for page in _pages(texts)]
    if not real:
        raise SystemExit(f"no corpora under {shared / 'corpora'}; name the folder that holds them with --shared")
    chance.shuffle(real)
    for size, count in sorted(wanted.items(), key=lambda item: item[1]):
        _write(folder / size, iter(real[:count]))
    largest = max(wanted.values())
    if largest > len(real):
        more = list(islice(_recombined(paragraphs, chance), largest - len(real)))
        for size, count in wanted.items():
            _write(folder / size, iter(more[: max(0, count - len(real))]), len(real))
    for size in wanted:
        (folder / f"{size}.complete").touch()


def questions_of(shared: Path) -> list[str]:
    """Return the first questions of each set, in turn."""
    columns = []
    for name in SETS:
        path = shared / "benchmarks" / name / "queries.jsonl.gz"
        if not path.is_file():
            raise SystemExit(f"no questions in {path}; name the folder that holds them with --shared")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            columns.append([json.loads(line)["text"] for line in islice(lines, OF_EACH)])
    return [question for row in zip(*columns, strict=True) for question in row]


def paragraphs_of(corpora: Path) -> dict[str, list[str]]:
    """Return the paragraphs of each corpus, none twice."""
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for name in CORPORA:
        own = found[name] = []
        for path in [path for kind in ("text", "pairs") for path in sorted((corpora / kind).glob(f"{name}*"))]:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                texts = (text for line in lines for text in _texts(json.loads(line)))
                for piece in (piece for text in texts for line in text.split("\n") for piece in _pieces(line.strip())):
                    if SHORTEST <= len(piece) <= LONGEST and piece not in seen:
                        seen.add(piece)
                        own.append(piece)
    return found


def _texts(value: Any) -> Iterator[str]:
    """Yield every string in a row of a corpus."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _pieces(line: str) -> Iterator[str]:
    """Yield a line, cut at ends of sentences where it is too long."""
    if len(line) <= LONGEST:
        yield line
        return
    piece = ""
    for sentence in ENDS.findall(line):
        if piece and len(piece) + len(sentence) > LONGEST:
            yield piece
            piece = ""
        piece += sentence
    if piece:
        yield piece


def _pages(paragraphs: list[str]) -> Iterator[str]:
    for first in range(0, len(paragraphs) - PARAGRAPHS + 1, PARAGRAPHS):
        yield _page(paragraphs[first : first + PARAGRAPHS])


def _page(paragraphs: list[str]) -> str:
    title = re.split(r"[，。；：！？]", paragraphs[0])[0][:HEADLINE]
    return "\n\n".join([title, *paragraphs]) + "\n"


def _recombined(paragraphs: dict[str, list[str]], chance: random.Random) -> Iterator[str]:
    """Yield pages of paragraphs whose sentences were drawn from one corpus, a corpus as often as it has sentences."""
    sentences = {}
    for name, texts in paragraphs.items():
        own = [sentence for text in texts for sentence in re.findall(r"[^。！？]+[。！？]", text)]
        own = [sentence for sentence in own if SENTENCE[0] <= len(sentence) <= SENTENCE[1]]
        if len(own) > SENTENCES:
            sentences[name] = own
    names, weights = list(sentences), [len(own) for own in sentences.values()]
    while True:
        drawn, made = sentences[chance.choices(names, weights)[0]], []
        for _ in range(PARAGRAPHS):
            enough, text = chance.randint(*RECOMBINED), ""
            while len(text) < enough:
                text += chance.choice(drawn)
            made.append(text)
        yield _page(made)


def _write(folder: Path, pages: Iterator[str], first: int = 0) -> None:
    for number, page in enumerate(pages, first):
        path = folder / f"{number // FOLDER:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, "utf-8")
