"""The explanation of a hit as lines for a person, in numbers that add up.

order         each leg's score ──standardised──▶ × weight ──▶ shares ──sum──▶ the fused score       ranking/candidate_reader.py
probability   constant + Σ evidence × weight ──▶ 1 / (1 + e^-sum)                                    ranking/probability.py
words         Σ cosine × weight of each word of the question ──▶ the score of the leg *align*        ranking/late_interaction.py
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.results import AlignedWord, Explanation

MOST_WORDS = 8  # of a question in the terminal; the shares of the others are added up in one line
LEG_NAMES = {"dense": "意思 meaning", "lexical": "字词 words", "align": "词语对应 like words"}
EVIDENCE_NAMES = {
    **{"relative": "意思高出平常 meaning above the usual", "similarity": "词语对应 like words", "judge": "通读 read together"},
    **{"missing": "未提到的地名、数字 places and numbers it lacks", "dense": "意思 meaning", "align": "词语对应 like words"},
    **{"ruled_out": "没有要找的号码 lacks the number that is asked for", "rerank": "重排 --rerank"},
}


def explanation_lines(explanation: Explanation, score: float) -> Iterator[str]:
    """Yield what the rank and the *score* of a hit are made of."""
    yield f"次序 order {explanation.fused:+.3f} = Σ z × 权重 weight"
    for leg in explanation.legs:
        name = LEG_NAMES.get(leg.name, leg.name)
        yield f"  {name} {leg.score:.3f}: z {leg.standardised:+.3f} × {leg.weight:.3f} = {leg.share:+.3f}"
    yield f"把握 score {score:.3f}{_pooled(explanation)} 1/(1+e^-s), s = {explanation.log_odds:+.3f} = Σ"
    yield f"  常数 constant {explanation.constant:+.3f}"
    for term in explanation.evidence:
        if term.weight:
            yield f"  {EVIDENCE_NAMES.get(term.evidence, term.evidence)} {term.value:.3f} × {term.weight:.3f} = {term.share:+.3f}"
    yield from _word_lines(explanation.words)


def _pooled(explanation: Explanation) -> str:
    """Return what stands between the score and the probability by the evidence: a list never rises."""
    if explanation.at_most is not None:
        return f"，不高于前一条 / no more than the hit before, of {explanation.probability:.3f} ="
    if explanation.pooled is not None:
        return f"，与后面的合并 / shared with the hits after it, of {explanation.probability:.3f} ="
    return " ="


def _word_lines(words: Sequence[AlignedWord]) -> Iterator[str]:
    yield f"词语 words {sum(word.share for word in words):.3f} = Σ cosine × 权重 weight"
    for word in words[:MOST_WORDS]:
        yield f"  {word.query} → {word.passage} {word.cosine:.3f} × {word.weight:.3f} = {word.share:.3f}"
    rest = words[MOST_WORDS:]
    if rest:
        yield f"  其余 {len(rest)} 词 / {len(rest)} other words = {sum(word.share for word in rest):.3f}"
