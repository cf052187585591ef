"""Count how paragraphs of running text begin, end and how long they are: the constants of paragraph ends and of diagnostics.

`python -m index.training.paragraphs --shared ../shared` prints, beside the values in the tree, which are rounded and adjusted by hand:
the lengths, sentence ends, open quotes and first words for `index/layout/paragraph_ends.py`; and for
`index/segmentation/diagnostics.py` the single characters and the stumps with which pieces of sentences begin and paragraphs do not.
It writes nothing and takes some seconds.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import exp, log
from pathlib import Path
from random import Random
from statistics import fmean, pvariance

from index.layout.paragraph_ends import BEGINNING_ODDS, OTHER_WORDS, QUOTE_OPEN, SENTENCE_ENDS, USUAL_LENGTH, USUAL_SPREAD
from index.segmentation.diagnostics import CONTINUING, STUMP
from index.text.tokens import words
from index.training.joins import SEED, cuts
from index.training.running_text import documents

DRAWN = 30_000  # paragraphs drawn at random, and as many pieces of them
SENTENCE = re.compile('[^。！？!?…]*[。！？!?…]+[”’」』）")]*')
TIMES = 3  # as often at pieces as at paragraphs: each character in the tree should be
FEWEST, MANY_TIMES = 20, 20  # pieces that begin with a character, and times as often as paragraphs: it might be added


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of *paragraph*, each with the quotes that close after it.

    >>> sentences("“好！”他说。走了。")
    ['“好！”', '他说。', '走了。']
    """
    return SENTENCE.findall(paragraph)


def print_lengths(paragraphs: Sequence[str]) -> None:
    logarithms = [log(len(paragraph)) for paragraph in paragraphs]
    ends = sum(len(sentences(paragraph)) for paragraph in paragraphs) / sum(map(len, paragraphs))
    print("| of paragraphs | in the tree | counted |\n|---|---|---|")
    print(f"| usual length, characters | {exp(USUAL_LENGTH):.0f} | {exp(fmean(logarithms)):.0f} |")
    print(f"| variance of its logarithm | {USUAL_SPREAD} | {pvariance(logarithms):.2f} |")
    print(f"| characters for each end of a sentence | {1 / SENTENCE_ENDS:.0f} | {1 / ends:.0f} |")


def print_open_quotes(paragraphs: Sequence[str]) -> None:
    """Print the log-odds against the end of a paragraph while a quote is open."""
    inside, at_end = Counter[bool](), Counter[bool]()  # whether a quote is open -> ends of sentences
    for paragraph in paragraphs:
        depths = [*accumulate(sentence.count("“") - sentence.count("”") for sentence in sentences(paragraph))]
        inside.update(depth > 0 for depth in depths[:-1])
        at_end.update(depth > 0 for depth in depths[-1:])
    against = log(inside[True] / inside[False]) - log(max(at_end[True], 1) / at_end[False])
    print(f"| log-odds against an end while a quote is open | {QUOTE_OPEN} | {against:.1f} |")


def print_first_words(paragraphs: Sequence[str]) -> None:
    """Print the log-odds that a sentence with certain first words begins a paragraph, against the average sentence."""
    patterns = [(points, re.compile(pattern)) for points, pattern in BEGINNING_ODDS]
    first, other = Counter[float](), Counter[float]()
    for paragraph in paragraphs:
        points = [_points(sentence, patterns) for sentence in sentences(paragraph)]
        first.update(points[:1])
        other.update(points[1:])
    print("\n| first words | paragraphs | other sentences | in the tree | counted |\n|---|---|---|---|---|")
    for value, pattern in (*BEGINNING_ODDS, (OTHER_WORDS, "all others")):
        odds = log(first[value] / first.total()) - log(other[value] / other.total())
        shown = pattern.replace("|", " ")[:30]
        print(f"| {shown} … | {first[value]} | {other[value]} | {value} | {odds:.1f} |")


def _points(sentence: str, patterns: Sequence[tuple[float, re.Pattern[str]]]) -> float:
    return next((points for points, pattern in patterns if pattern.match(sentence)), OTHER_WORDS)


def print_beginnings(paragraphs: Sequence[str], random: Random) -> None:
    """Print which single characters begin pieces of sentences and no paragraphs, and how often stumps begin either."""
    pieces = [paragraph[random.choice(cuts(paragraph)) :] for paragraph in paragraphs]
    at_pieces, at_paragraphs = Counter(_single_characters(pieces)), Counter(_single_characters(paragraphs))
    sure = sum(at_pieces[character] >= max(TIMES, TIMES * at_paragraphs[character]) for character in CONTINUING)
    print(f"\n{sure} of the {len(CONTINUING)} single characters in the tree begin pieces {TIMES} times as often as paragraphs.")
    frequent = [character for character, count in at_pieces.most_common() if count >= max(FEWEST, MANY_TIMES * at_paragraphs[character])]
    print(f"Others that do so {MANY_TIMES} times as often: {''.join(character for character in frequent if character not in CONTINUING)}")
    shares = [sum(bool(STUMP.match(text)) for text in kind) / len(kind) for kind in (pieces, paragraphs)]
    print(f"Stumps begin {shares[0]:.3f} of pieces and {shares[1]:.4f} of paragraphs")


def _single_characters(texts: Sequence[str]) -> Iterator[str]:
    """Yield the first character of each text in which it is a word of its own."""
    for text in texts:
        yield from (text[0] for word in words(text[:6], guess=False)[:1] if (word.start, word.end) == (0, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    options = parser.parse_args()
    random = Random(SEED)
    every = [paragraph for text in documents(options.shared / "corpora", options.shared, held_out=False) for paragraph in text]
    drawn = random.sample(every, min(DRAWN, len(every)))
    print_lengths(drawn)
    print_open_quotes(drawn)
    print_first_words(drawn)
    print_beginnings(drawn, random)


if __name__ == "__main__":
    main()
