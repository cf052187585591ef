"""Captions: a paragraph of the same article that says what the caption says of the question comes before it.

    caption .20   ··   paragraph .16, which holds the same words of the question  ──▶  paragraph, caption

A caption is a passage so that words are found that stand nowhere else. A reader who asks for a precedent is served by the paragraph.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from index.text.tokens import terms
from search.retrieval.query import Candidate


def paragraphs_first(scored: Sequence[tuple[float, Candidate]], asked: Collection[str], threshold: float) -> list[tuple[float, Candidate]]:
    """Move before each caption the best later paragraph of its article that answers as well.

    *scored* are probabilities and candidates in order, *asked* the terms of the question. A paragraph answers as well if it counts as
    found where the caption does, and holds every term of the question that the caption holds.
    """
    ordered = list(scored)
    for position, (probability, caption) in enumerate(scored):
        if caption.passage.citation.kind != "caption":
            continue
        said = {*asked} & {*terms(caption.passage.text)}
        for better in scored[position + 1 :]:
            if (better[0] >= threshold or probability < threshold) and _says(better[1], caption, said):
                if ordered.index(better) > (place := ordered.index(scored[position])):
                    ordered.remove(better)
                    ordered.insert(place, better)
                break
    return ordered


def _says(paragraph: Candidate, caption: Candidate, said: Collection[str]) -> bool:
    """Whether it is a paragraph of the caption's article that holds all terms that were *said*."""
    is_other = paragraph.passage.citation.kind == "paragraph" and paragraph.article == caption.article
    return is_other and {*said} <= {*terms(paragraph.passage.text)}
