"""A question in, ranked passages out.

query ──▶ nearest (vectors) ─┐
      └─▶ matching (terms) ──┴─▶ candidates ──▶ align ──▶ fuse ──▶ the first k ──▶ probability ──▶ hits, found
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from index.article import Hit, Passage
from index.encode import Encoder, StaticEncoder
from index.errors import BadInput
from index.store import Index
from index.words import terms
from search.align import Covered, Question
from search.confidence import THRESHOLD, Evidence, probability
from search.fuse import WEIGHTS, fuse

if TYPE_CHECKING:
    from index.encode import Vectors

MODES = ("hybrid", "dense", "lexical")
DEPTH = 200  # candidates of each leg: what joins the first ten comes from far higher
ALIGNED = 30  # candidates that are held against the question word by word; on questions kept aside, more gave nothing
NEAREST = 3  # passages that are shown where there is no precedent
READ = 20_000  # characters of a question that are read; of a megabyte that was pasted the rest costs seconds and tells no more
MANY_TERMS = 1000  # distinct terms of a question that are looked up; a pasted page repeats itself after that


class Result(NamedTuple):
    """What a search gives. *found* says whether any of the first k passages reaches the threshold, whatever *hits* shows; where no hit is
    left, *nearest* has the first passages all the same: for people to judge by themselves."""

    query: str
    found: bool
    hits: list[Hit]
    nearest: list[Hit]


class Candidate(NamedTuple):
    key: int
    scores: dict[str, float]  # leg -> its score for this passage


class Aligned(NamedTuple):
    candidate: Candidate
    passage: Passage
    covered: Covered


def retrieve(
    query: str,
    index: Index,
    encoder: Encoder | None,
    lexicon: StaticEncoder,
    k: int = 10,
    *,
    mode: str = "hybrid",
    min_score: float | None = None,
    place: str | None = None,
    source: str | None = None,
    per_article: int = 0,
) -> Result:
    """Return at most *k* passages of *index* for *query*, best first.

    Hits below *min_score* (when None: the threshold of `found`) are left out. *place* and *source* (a glob) limit the passages before
    they are ranked; *per_article* limits how many one article gives (0: no limit). *encoder* is the one that made the index and may be
    None in mode "lexical"; *lexicon* tells which words met. Raises BadInput for a question that cannot be asked.
    """
    query = query.encode("utf-8", "replace").decode()  # half characters, from bytes that are no text, have no meaning to any model
    read = query[:READ]
    asked = list(dict.fromkeys(terms(read)))[:MANY_TERMS]
    if not asked:
        raise BadInput("the question is empty; ask in a few words, for example: qianli search 电动自行车充电")
    if mode not in MODES:
        raise BadInput(f"no mode {mode!r}; choose one of {', '.join(MODES)}")
    if mode != "lexical" and encoder is None:
        raise BadInput(f"mode {mode} needs the model of the index")
    vector = encoder.encode_query(read) if encoder and mode != "lexical" else None
    legs = _legs(vector, asked if mode != "dense" else [], index, max(DEPTH, k), index.select(place, source))
    weights = _weights(asked, index) if mode == "hybrid" else WEIGHTS  # a leg alone needs no weighing
    question = Question(read, lexicon)
    aligned = _aligned(_candidates(legs, weights), index, question)
    first = list(islice(aligned, max(ALIGNED, k)))
    ordered = chain(_reordered(first, weights) if mode == "hybrid" else first, aligned)
    chosen = list(islice(_limited(ordered, per_article), k))
    scores = [probability(_evidence(each, encoder.name if encoder else None)) for each in chosen]
    least = THRESHOLD if min_score is None else min_score
    shown = [(score, each) for score, each in zip(scores, chosen, strict=True) if score >= least]
    hits = [_hit(rank, score, each, question) for rank, (score, each) in enumerate(shown, 1)]
    near = [] if hits else list(zip(scores, chosen, strict=True))[:NEAREST]
    nearest = [_hit(rank, score, each, question) for rank, (score, each) in enumerate(near, 1)]
    return Result(query, any(score >= THRESHOLD for score in scores), hits, nearest)


def _legs(
    vector: Vectors | None, asked: Sequence[str], index: Index, depth: int, within: Sequence[int] | None
) -> dict[str, dict[int, float]]:
    """Return what either leg brings up, each passage with its score in both."""
    legs: dict[str, dict[int, float]] = {}
    if vector is not None:
        legs["dense"] = dict(index.nearest(vector, depth, within))
    if asked:
        legs["lexical"] = dict(index.matching(asked, depth, within))
    keys = set().union(*legs.values())
    if vector is not None and (unknown := sorted(keys - legs["dense"].keys())):
        legs["dense"].update(zip(unknown, map(float, index.vectors(unknown) @ vector), strict=True))
    if asked and (unknown := sorted(keys - legs["lexical"].keys())):
        legs["lexical"].update({**dict.fromkeys(unknown, 0.0), **dict(index.matching(asked, len(unknown), unknown))})
    return legs


def _weights(asked: Sequence[str], index: Index) -> dict[str, float]:
    """Let words count by how many of the question's own the index knows: of an English question a Chinese index knows a name or two,
    and that must not outweigh what the question means. Bigrams are left out: that two characters never met says nothing."""
    units = [term for term in asked if len(term) != 2 or term.isascii()]
    share = index.known(units) / len(units) if units else 0.0
    return {**WEIGHTS, "lexical": WEIGHTS["lexical"] * share}


def _candidates(legs: dict[str, dict[int, float]], weights: dict[str, float]) -> list[Candidate]:
    """Return the candidates in the order of their joined scores, ties in the order of the index."""
    keys = sorted(set().union(*legs.values()))
    joined = fuse({name: [scores[key] for key in keys] for name, scores in legs.items()}, weights)
    order = sorted(zip(keys, joined, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [Candidate(key, {name: scores[key] for name, scores in legs.items()}) for key, _ in order]


def _aligned(candidates: Sequence[Candidate], index: Index, question: Question) -> Iterator[Aligned]:
    """Hold the candidates against the question one by one, in their order, as far as they are asked for."""
    for at in range(0, len(candidates), ALIGNED):
        some = candidates[at : at + ALIGNED]
        for candidate, passage in zip(some, index.passages([candidate.key for candidate in some]), strict=True):
            yield Aligned(candidate, passage, question.covered(passage))


def _reordered(first: Sequence[Aligned], weights: dict[str, float]) -> list[Aligned]:
    """Order the first candidates by both legs and by how well their words meet those of the question."""
    legs = {name: [each.candidate.scores[name] for each in first] for name in ("dense", "lexical")}
    joined = fuse({**legs, "align": [each.covered.similarity for each in first]}, weights)
    return [each for _, _, each in sorted(zip([-score for score in joined], range(len(first)), first, strict=True))]


def _limited(ordered: Iterable[Aligned], per_article: int) -> Iterator[Aligned]:
    """Leave out what is more than *per_article* passages of one article."""
    seen: Counter[tuple[str, int]] = Counter()
    for each in ordered:
        article = (each.passage.citation.source, each.passage.article)
        seen[article] += 1
        if not per_article or seen[article] <= per_article:
            yield each


def _evidence(each: Aligned, model: str | None) -> Evidence:
    return Evidence(each.candidate.scores.get("dense"), each.covered.coverage, each.covered.similarity, model)


def _hit(rank: int, score: float, each: Aligned, question: Question) -> Hit:
    dense, lexical = (each.candidate.scores.get(leg) for leg in ("dense", "lexical"))
    scores = {"dense": dense, "lexical": lexical, "align": each.covered.similarity}
    return Hit(rank, score, each.passage, scores, question.matches(each.passage))
