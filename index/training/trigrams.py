"""Make the character trigram table that `index.text.trigrams` reads, from running text.

    texts ──table_form──▶ characters ──counted_grams──▶ 1, 2, 3 in a row ──arrays──▶ index/text/data/trigrams.safetensors

Absolute discounting with backing off (Ney, Essen and Kneser 1994; Katz 1987). Trigrams that the bigrams predict as well are left out
(Stolcke 1998). `python -m index.training.trigrams --shared ../shared` takes two minutes and makes the same bytes each time.
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
SHORTEST_TEXT = 30  # characters; shorter texts are titles
FEWEST_PAIRS = 5  # times that two characters must occur in a row to be kept, set by hand for the size of the table
FEWEST_TRIPLES = 5  # times that three characters must
LEAST_GAIN = 15.0  # nats that a trigram must add over all its occurrences, set by hand for the size of the table: 3 MB
DISCOUNT = 0.75  # of each count, usual for absolute discounting
LEAST_LEFT = 1e-4  # probability that is left over after a history at least, so that its logarithm is finite
LEAST_FREE = 1e-3  # probability of the lower order that is free after a history at least
Counts = Mapping[str, int]


def texts(corpora: Path, shared: Path) -> Iterator[str]:
    """Yield the normalised running texts without measured ones, and without the tenth that is held out for generated pages."""
    leak = data.Leak(data.measured_texts(shared))
    for name in TEXTS:
        for row in data.rows(corpora / "text" / f"{name}.jsonl.gz"):
            text = table_form(row["text"])
            if len(text) >= SHORTEST_TEXT and not data.held_out(row["text"]) and not leak.caught(row["text"]):
                yield text


def counted_grams(running: Iterable[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return how often one, two and three characters occur in a row, with EDGE before and after each text."""
    one, two, three = Counter[str](), Counter[str](), Counter[str]()
    for text in running:
        whole = EDGE + text + EDGE
        one.update(whole)
        two.update(map("".join, pairwise(whole)))
        three.update(map("".join, zip(whole, whole[1:], whole[2:], strict=False)))
    return one, two, three


def arrays(one: Counts, two: Counts, three: Counts) -> dict[str, NDArray[np.generic]]:
    """Return the arrays that `index.text.trigrams` reads: keys, log-probabilities and back-off weights (nats, times SCALE)."""
    import numpy as np

    total = sum(one.values())
    first = {c: math.log(times / total) for c, times in one.items()}
    kept_pairs = {pair: times for pair, times in two.items() if times >= FEWEST_PAIRS}
    second = {pair: math.log((times - DISCOUNT) / one[pair[0]]) for pair, times in kept_pairs.items()}
    rest_after_one = _rest(second, first)

    def backed_off(pair: str) -> float:
        return second.get(pair, rest_after_one.get(pair[0], 0.0) + first[pair[1]])

    third = {}
    for triple, times in three.items():
        if times >= FEWEST_TRIPLES and triple[:2] in kept_pairs:
            own = math.log((times - DISCOUNT) / two[triple[:2]])
            if times * abs(own - backed_off(triple[1:])) >= LEAST_GAIN:
                third[triple] = own
    rest_after_two = _rest(third, {pair: backed_off(pair) for pair in {triple[1:] for triple in third}})
    ones, twos, threes = sorted(first), sorted(second), sorted(third)
    return {
        "one": _keys(ones, np.uint16),
        "one_log": _small(first[c] for c in ones),
        "one_rest": _small(rest_after_one.get(c, 0.0) for c in ones),
        "two": _keys(twos, np.uint32),
        "two_log": _small(second[pair] for pair in twos),
        "two_rest": _small(rest_after_two.get(pair, 0.0) for pair in twos),
        "three_head": _offsets([triple[:2] for triple in threes], twos),
        "three_tail": _keys([triple[2] for triple in threes], np.uint16),
        "three_log": _small(third[triple] for triple in threes),
    }


def _rest(own: Mapping[str, float], lower: Mapping[str, float]) -> dict[str, float]:
    """Return the back-off weight after each history: the probability that *own* leaves over, shared among grams that *own* lacks."""
    left: defaultdict[str, float] = defaultdict(lambda: 1.0)
    free: defaultdict[str, float] = defaultdict(lambda: 1.0)
    for gram, log in own.items():
        left[gram[:-1]] -= math.exp(log)
        free[gram[:-1]] -= math.exp(lower[gram[1:]])
    return {history: math.log(max(left[history], LEAST_LEFT) / max(free[history], LEAST_FREE)) for history in left}


def _keys(grams: list[str], kind: type[np.unsignedinteger]) -> NDArray[np.generic]:
    """Return each gram as a number of 16 bits a character."""
    import numpy as np

    return np.array([sum(ord(c) << (16 * i) for i, c in enumerate(reversed(gram))) for gram in grams], kind)


def _small(logs: Iterable[float]) -> NDArray[np.generic]:
    """Return logarithms in 8 bits: nats times SCALE, rounded."""
    import numpy as np

    return np.asarray(np.clip(np.rint(np.array(list(logs)) * SCALE), -127, 127), np.int8)


def _offsets(histories: list[str], twos: list[str]) -> NDArray[np.generic]:
    """Return the offset of the first trigram of each pair, and at the end the number of trigrams: (len(twos) + 1,)."""
    import numpy as np

    sizes = Counter(histories)
    return np.concatenate([[0], np.cumsum([sizes[pair] for pair in twos])]).astype(np.uint32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=TABLE)
    arguments = parser.parse_args()
    from safetensors.numpy import save_file

    table = arrays(*counted_grams(texts(arguments.shared / "corpora", arguments.shared)))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(table, arguments.out)
    print({name: len(array) for name, array in table.items()}, arguments.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
