"""Running text in, a small character trigram model out: how likely one piece of text reads on in another (`index.text.trigrams`).

    texts ──table_form──▶ characters ──count──▶ 1, 2, 3 in a row ──prune──▶ absolute discounting ──▶ index/text/data/trigrams.safetensors

Absolute discounting with backing off (Ney, Essen and Kneser 1994; Katz 1987); trigrams that the bigrams tell as well are left out
(Stolcke 1998). `python -m index.training.trigrams --shared ../shared` takes a minute.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from index.text.trigrams import EDGE, SCALE, TABLE, table_form
from index.training import data

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TEXTS = (
    "xwlb_news",
    "shenlun_materials",
    "shenlun2_materials",
    "gov_docs_shenlun",
    "gov_work_reports_2026",
    "gz_policy_docs",
    "party_building_articles",
    "city_policy_docs",
    "petition_messages",
    "finna_news",
    "dureader_demo_passages",
)
SHORTEST = 30  # characters of a text; shorter ones are titles
PAIRS = 5  # times that two characters must stand together to be kept
TRIPLES = 5
WORTH = 15.0  # nats that a trigram must add over all its places
DISCOUNT = 0.75
Counts = Mapping[str, int]


def texts(corpora: Path, shared: Path) -> Iterator[str]:
    """Yield the folded running texts that leak nothing of what is measured; a tenth is kept aside for generated pages."""
    leak = data.Leak(data.measured_texts(shared))
    for name in TEXTS:
        for row in data.rows(corpora / "text" / f"{name}.jsonl.gz"):
            text = table_form(row["text"])
            if len(text) >= SHORTEST and not data.held_out(row["text"]) and not leak.caught(row["text"]):
                yield text


def count(running: Iterable[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return how often one, two and three characters stand together; EDGE stands before and after each text."""
    one, two, three = Counter[str](), Counter[str](), Counter[str]()
    for text in running:
        whole = EDGE + text + EDGE
        one.update(whole)
        two.update(map("".join, pairwise(whole)))
        three.update(map("".join, zip(whole, whole[1:], whole[2:], strict=False)))
    return one, two, three


def model(one: Counts, two: Counts, three: Counts) -> dict[str, NDArray[np.generic]]:
    """Return the arrays that `index.text.trigrams` reads: keys, log-probabilities and backing-off weights (nats, times SCALE)."""
    import numpy as np

    total = sum(one.values())
    first = {c: math.log(times / total) for c, times in one.items()}
    kept2 = {pair: times for pair, times in two.items() if times >= PAIRS}
    second = {pair: math.log((times - DISCOUNT) / one[pair[0]]) for pair, times in kept2.items()}
    rest1 = _rest(second, first)

    def backed(pair: str) -> float:
        return second.get(pair, rest1.get(pair[0], 0.0) + first[pair[1]])

    third = {}
    for triple, times in three.items():
        if times >= TRIPLES and triple[:2] in kept2:
            told = math.log((times - DISCOUNT) / two[triple[:2]])
            if times * abs(told - backed(triple[1:])) >= WORTH:
                third[triple] = told
    rest2 = _rest(third, {pair: backed(pair) for pair in {triple[1:] for triple in third}})
    ones, twos, threes = sorted(first), sorted(second), sorted(third)
    return {
        "one": _keys(ones, np.uint16),
        "one_log": _small(first[c] for c in ones),
        "one_rest": _small(rest1.get(c, 0.0) for c in ones),
        "two": _keys(twos, np.uint32),
        "two_log": _small(second[pair] for pair in twos),
        "two_rest": _small(rest2.get(pair, 0.0) for pair in twos),
        "three_head": _places([triple[:2] for triple in threes], twos),
        "three_tail": _keys([triple[2] for triple in threes], np.uint16),
        "three_log": _small(third[triple] for triple in threes),
    }


def _rest(told: Mapping[str, float], lower: Mapping[str, float]) -> dict[str, float]:
    """Return the weight of the lower order after each history: what *told* leaves over, shared among what it does not name."""
    left: defaultdict[str, float] = defaultdict(lambda: 1.0)
    free: defaultdict[str, float] = defaultdict(lambda: 1.0)
    for gram, log in told.items():
        left[gram[:-1]] -= math.exp(log)
        free[gram[:-1]] -= math.exp(lower[gram[1:]])
    return {history: math.log(max(left[history], 1e-4) / max(free[history], 1e-3)) for history in left}


def _keys(grams: list[str], kind: type[np.unsignedinteger]) -> NDArray[np.generic]:
    import numpy as np

    return np.array([sum(ord(c) << (16 * i) for i, c in enumerate(reversed(gram))) for gram in grams], kind)


def _small(logs: Iterable[float]) -> NDArray[np.generic]:
    import numpy as np

    return np.asarray(np.clip(np.rint(np.array(list(logs)) * SCALE), -127, 127), np.int8)


def _places(heads: list[str], twos: list[str]) -> NDArray[np.generic]:
    """Return for each pair where its trigrams begin, and at the end how many there are: (len(twos) + 1,)."""
    import numpy as np

    sizes = Counter(heads)
    return np.concatenate([[0], np.cumsum([sizes[pair] for pair in twos])]).astype(np.uint32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=TABLE)
    arguments = parser.parse_args()
    from safetensors.numpy import save_file

    arrays = model(*count(texts(arguments.shared / "corpora", arguments.shared)))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, arguments.out)
    print({name: len(array) for name, array in arrays.items()}, arguments.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
