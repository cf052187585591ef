"""Why a hit stands where it does, in numbers that add up: the order, the probability, and the words that met.

order         each leg's score ──standardised──▶ × weight ──▶ shares ──sum──▶ the joined score
probability   constant + Σ evidence × weight ──▶ 1 / (1 + e^-sum)        (search/confidence.py, calibration.py)
words         Σ cosine × weight of each word of the question ──▶ the score of the leg *align*
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.results import AlignedWord, Explanation

SHOWN_WORDS = 8  # of a question in the terminal; the others are summed up
NAMES = {"dense": "意思 dense", "lexical": "字词 lexical", "align": "对词 align"}


def explained_lines(why: Explanation, score: float) -> Iterator[str]:
    """Give the arithmetic of a hit for a person."""
    yield f"次序 order {why.fused:+.3f} = Σ z × 权重 weight"
    for leg in why.legs:
        yield f"  {NAMES.get(leg.name, leg.name)} {leg.score:.3f}: z {leg.standardised:+.3f} × {leg.weight:.3f} = {leg.share:+.3f}"
    limit = "" if why.at_most is None else "，不超过通读过的最高分 / at most the best that the judge has read"
    yield f"把握 score {score:.3f} = 1/(1+e^-s){limit}, s = {why.log_odds:+.3f} = Σ"
    yield f"  常数 constant {why.constant:+.3f}"
    for term in why.evidence:
        if term.weight:
            yield f"  {term.evidence} {term.value:.3f} × {term.weight:.3f} = {term.share:+.3f}"
    yield from _word_lines(why.words)


def _word_lines(words: Sequence[AlignedWord]) -> Iterator[str]:
    yield f"词语 words {sum(word.share for word in words):.3f} = Σ cosine × 权重 weight"
    for word in words[:SHOWN_WORDS]:
        yield f"  {word.query} → {word.passage} {word.cosine:.3f} × {word.weight:.3f} = {word.share:.3f}"
    rest = words[SHOWN_WORDS:]
    if rest:
        yield f"  其余 {len(rest)} 词 / {len(rest)} other words = {sum(word.share for word in rest):.3f}"
