"""Captions and headings: passages so that words are found that stand nowhere else. Who asks for a precedent is served by a paragraph.

caption .20   ··   paragraph .16, which holds the same words of the question  ──▶  paragraph, caption
heading .11, which holds no word of the question                              ──▶  hardly probable
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from index.document import Passage
from index.text.tokens import terms
from search.retrieval.query import Candidate

TEXTS = ("paragraph", "row")  # kinds of passages that say something by themselves
ALIKE = 0.5  # share of the question's weight that similar words cover: 电瓶车 is 电动自行车, set by hand
ABOUT_AS_PROBABLE = 0.8  # share of a caption's probability from which a paragraph of another article is shown before it, set by hand


def says_nothing(asked: Collection[str], passage: Passage, align: float) -> bool:
    """Whether a passage is a caption, heading or number that has neither a word of the question, whose terms are *asked*, nor words like
    its words: *align* is the share of the question that these cover.

    Such a passage is near the question by its vector alone, and too short for that to mean anything.
    """
    if passage.citation.kind in TEXTS or align >= ALIKE:
        return False
    words = {term for term in asked if len(term) > 1} or {*asked}  # single characters mean something only where nothing else is asked
    return words.isdisjoint(terms(passage.text))


def paragraphs_first(scored: Sequence[tuple[float, Candidate]], asked: Collection[str], threshold: float) -> list[tuple[float, Candidate]]:
    """Move before each caption the best later paragraph that answers as well.

    *scored* are probabilities and candidates in order, *asked* the terms of the question. A paragraph answers as well if it counts as
    found where the caption does, holds every term of the question that the caption holds, and is of the same article or about as probable.
    """
    ordered = list(scored)
    for position, (probability, caption) in enumerate(scored):
        if caption.passage.citation.kind != "caption":
            continue
        said = {*asked} & {*terms(caption.passage.text)}
        for better in scored[position + 1 :]:
            near = better[1].article == caption.article or better[0] >= ABOUT_AS_PROBABLE * probability
            if near and (better[0] >= threshold or probability < threshold) and _says(better[1], said):
                if ordered.index(better) > (place := ordered.index(scored[position])):
                    ordered.remove(better)
                    ordered.insert(place, better)
                break
    return ordered


def _says(candidate: Candidate, said: Collection[str]) -> bool:
    """Whether it is a paragraph that holds all terms that were *said*."""
    return candidate.passage.citation.kind == "paragraph" and {*said} <= {*terms(candidate.passage.text)}
