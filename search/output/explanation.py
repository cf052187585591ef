"""Why a hit stands where it does, in numbers that add up: the order, the probability, and the words that met.

order         each leg's score ──standardised──▶ × weight ──▶ shares ──sum──▶ the joined score
probability   constant + Σ evidence × weight ──▶ 1 / (1 + e^-sum)        (search/confidence.py, calibration.py)
words         Σ cosine × weight of each word of the question ──▶ the score of the leg *align*
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from search.results import Grounds, Met

SHOWN_WORDS = 8  # of a question in the terminal; the others are summed up
NAMES = {"dense": "意思 dense", "lexical": "字词 lexical", "align": "对词 align"}


def explained_fields(why: Grounds) -> dict[str, Any]:
    """Return the arithmetic of a hit as the field `explain` of the JSON."""
    legs, constant, terms, words, most = why
    return {
        "joined": round(sum(leg.share for leg in legs), 4),
        "legs": [
            _rounded(leg=leg.name, score=leg.score, standardised=leg.standardised, weight=leg.weight, share=leg.share) for leg in legs
        ],
        "probability": {
            "sum": round(_sum(why), 4),
            "constant": round(constant, 4),
            "terms": [_rounded(**term._asdict(), share=term.share) for term in terms],
            **({} if most is None else {"at_most": round(most, 4)}),
        },
        "words": [_rounded(**word._asdict(), share=word.cosine * word.weight) for word in words],
    }


def explained_lines(why: Grounds, score: float) -> Iterator[str]:
    """Give the arithmetic of a hit for a person."""
    legs, constant, terms, words, most = why
    yield f"次序 order {sum(leg.share for leg in legs):+.3f} = Σ z × 权重 weight"
    for leg in legs:
        yield f"  {NAMES.get(leg.name, leg.name)} {leg.score:.3f}: z {leg.standardised:+.3f} × {leg.weight:.3f} = {leg.share:+.3f}"
    limit = "" if most is None else "，不超过通读过的最高分 / at most the best that the judge has read"
    yield f"把握 score {score:.3f} = 1/(1+e^-s){limit}, s = {_sum(why):+.3f} = Σ"
    yield f"  常数 constant {constant:+.3f}"
    for term in terms:
        if term.weight:
            yield f"  {term.evidence} {term.value:.3f} × {term.weight:.3f} = {term.share:+.3f}"
    yield from _word_lines(words)


def _word_lines(words: Sequence[Met]) -> Iterator[str]:
    yield f"词语 words {sum(word.cosine * word.weight for word in words):.3f} = Σ cosine × 权重 weight"
    for word in words[:SHOWN_WORDS]:
        yield f"  {word.query} → {word.passage} {word.cosine:.3f} × {word.weight:.3f} = {word.cosine * word.weight:.3f}"
    rest = words[SHOWN_WORDS:]
    if rest:
        yield f"  其余 {len(rest)} 词 / {len(rest)} other words = {sum(word.cosine * word.weight for word in rest):.3f}"


def _sum(why: Grounds) -> float:
    return why.constant + sum(term.share for term in why.terms)


def _rounded(**fields: Any) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in fields.items()}
