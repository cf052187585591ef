"""The explanation of a hit as lines for a person, in numbers that add up.

order         each leg's score ──standardised──▶ × weight ──▶ shares ──sum──▶ the fused score       ranking/candidate_reader.py
probability   constant + Σ evidence × weight ──▶ 1 / (1 + e^-sum)                                    ranking/probability.py
words         Σ cosine × weight of each word of the question ──▶ the score of the leg *align*        ranking/late_interaction.py
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.messages import counted, say
from search.results import AlignedWord, Explanation

MOST_WORDS = 8  # of a question in the terminal; the shares of the others are added up in one line


def explanation_lines(explanation: Explanation, score: float) -> Iterator[str]:
    """Yield what the rank and the *score* of a hit are made of."""
    names = _names()
    yield say("order {sum}, the sum of:", sum=f"{explanation.fused:+.3f}")
    for leg in explanation.legs:
        values = {
            "value": f"{leg.score:.3f}",
            "above": f"{leg.standardised:+.3f}",
            "weight": f"{leg.weight:.3f}",
            "share": f"{leg.share:+.3f}",
        }
        yield "  " + say(
            "{name} {value}: {above} against the average × weight {weight} = {share}", name=names.get(leg.name, leg.name), **values
        )
    yield _score_line(explanation, score)
    yield "  " + say("starting value {constant}", constant=f"{explanation.constant:+.3f}")
    for term in explanation.evidence:
        if term.weight:
            name = names.get("above" if term.evidence == "relative" else term.evidence, term.evidence)
            yield f"  {name} {term.value:.3f} × {term.weight:.3f} = {term.share:+.3f}"
    yield from _word_lines(explanation.words)


def _names() -> dict[str, str]:
    """Return what each leg and each piece of evidence is called."""
    alike = say("similar words")
    return {
        "dense": say("meaning"), "lexical": say("same words"), "align": alike, "similarity": alike,
        "above": say("meaning, above the usual"), "judge": say("question and passage read together"),
        "missing": say("places and numbers that it does not name"), "ruled_out": say("what alone is asked for is missing"),
        "unsaid": say("a heading without a word of the question"),
        "rerank": say("read by --rerank"),
    }  # fmt: skip


def _score_line(explanation: Explanation, score: float) -> str:
    """Return the line of the probability, and what stands between it and the evidence: down a list it never rises."""
    values = {"score": f"{score:.3f}", "sum": f"{explanation.log_odds:+.3f}", "own": f"{explanation.probability:.3f}"}
    if explanation.at_most is not None:
        return say(
            "probability {score}, no more than that of the hit before; its own is {own} = 1/(1+e^-s), s = {sum}, the sum of:", **values
        )
    if explanation.pooled is not None:
        return say("probability {score}, shared with the hits after it; its own is {own} = 1/(1+e^-s), s = {sum}, the sum of:", **values)
    del values["own"]
    return say("probability {score} = 1/(1+e^-s), s = {sum}, the sum of:", **values)


def _word_lines(words: Sequence[AlignedWord]) -> Iterator[str]:
    yield say("similar words {sum}, the sum of likeness × weight:", sum=f"{sum(word.share for word in words):.3f}")
    for word in words[:MOST_WORDS]:
        yield f"  {word.query} → {word.passage} {word.cosine:.3f} × {word.weight:.3f} = {word.share:.3f}"
    rest = words[MOST_WORDS:]
    if rest:
        yield "  " + counted(
            len(rest), "{count} other word = {share}", "{count} other words = {share}", share=f"{sum(word.share for word in rest):.3f}"
        )
