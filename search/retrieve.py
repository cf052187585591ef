"""A question in, ranked passages out.

query ──▶ nearest (vectors) ─┐
      └─▶ matching (terms) ──┴─▶ candidates ──▶ align ──▶ fuse ──▶ the first k ──▶ probability ──▶ hits, found
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from index.article import Hit, Passage
from index.encode import Encoder, StaticEncoder
from index.errors import BadInput
from index.store import Index
from index.words import terms
from search.align import Covered, Met, Question
from search.confidence import THRESHOLD, Evidence, probability
from search.fuse import WEIGHTS, Leg, fuse, parts

if TYPE_CHECKING:
    from index.encode import Vectors

MODES = ("hybrid", "dense", "lexical")
DEPTH = 200  # candidates of each leg: what joins the first ten comes from far higher
ALIGNED = 30  # candidates that are held against the question word by word; on questions kept aside, more gave nothing
NEAREST = 3  # passages that are shown where there is no precedent
MANY_TERMS = 1000  # distinct terms of a question that are looked up; a pasted page repeats itself after that


class Grounds(NamedTuple):
    """What decided about one hit: *legs*, whose shares add up to the joined score that put it in its order (after all that were held
    against the question word by word come those that were not, without *align*), the *evidence* that its probability rests on, and the
    *words* of the question with those of the passage that they met."""

    legs: tuple[Leg, ...]
    evidence: Evidence
    words: Sequence[Met]


class Result(NamedTuple):
    """What a search gives. *found* says whether any of the first k passages reaches the threshold, whatever *hits* shows; where no hit is
    left, *nearest* has the first passages all the same: for people to judge by themselves.

    *more*: how many hits of an article (source, number) its limit left out. *grounds*, one for each of hits or nearest, are there when
    they were asked for. *like*: the citation or file that was asked with."""

    query: str
    found: bool
    hits: list[Hit]
    nearest: list[Hit]
    more: dict[tuple[str, int], int] | None = None
    grounds: Sequence[Grounds] = ()
    like: str | None = None


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
    without: Collection[int] = (),
    explain: bool = False,
) -> Result:
    """Return at most *k* passages of *index* for *query*, best first.

    Hits below *min_score* (when None: the threshold of `found`) are left out. *place* and *source* (a glob) limit the passages before
    they are ranked, and the passages whose keys are in *without* are never candidates; *per_article* limits how many one article gives
    (0: no limit); *explain* asks for the grounds of each hit. *encoder* is the one that made the index and may be
    None in mode "lexical"; *lexicon* tells which words met. Raises BadInput for a question that cannot be asked.
    """
    query = query.encode("utf-8", "replace").decode()  # half characters, from bytes that are no text, have no meaning to any model
    asked = list(dict.fromkeys(terms(query)))[:MANY_TERMS]
    if not asked:
        raise BadInput("the question is empty; ask in a few words, for example: qianli search 电动自行车充电")
    if mode not in MODES:
        raise BadInput(f"no mode {mode!r}; choose one of {', '.join(MODES)}")
    if mode != "lexical" and encoder is None:
        raise BadInput(f"mode {mode} needs the model of the index")
    vector = encoder.encode_query(query) if encoder and mode != "lexical" else None
    legs = _legs(vector, asked if mode != "dense" else [], index, max(DEPTH, k) + len(without), index.select(place, source))
    legs = {name: {key: score for key, score in scores.items() if key not in without} for name, scores in legs.items()}
    weights = _weights(asked, index) if mode == "hybrid" else WEIGHTS  # a leg alone needs no weighing
    question = Question(query, lexicon)
    aligned = _aligned(_candidates(legs, weights), index, question)
    first = list(islice(aligned, max(ALIGNED, k)))
    ordered = chain(_reordered(first, weights) if mode == "hybrid" else first, aligned)
    model = encoder.name if encoder else None
    left_out: list[Aligned] = []
    chosen = list(islice(_limited(ordered, per_article, left_out), k))
    scores = [probability(_evidence(each, model)) for each in chosen]
    least = THRESHOLD if min_score is None else min_score
    shown = [(score, each) for score, each in zip(scores, chosen, strict=True) if score >= least]
    hits = [_hit(rank, score, each, question) for rank, (score, each) in enumerate(shown, 1)]
    near = [] if hits else list(zip(scores, chosen, strict=True))[:NEAREST]
    nearest = [_hit(rank, score, each, question) for rank, (score, each) in enumerate(near, 1)]
    more = Counter(article_of(each.passage) for each in left_out if probability(_evidence(each, model)) >= least)
    grounds: list[Grounds] = []
    if explain:
        sums = _sums(legs, first if mode == "hybrid" else [], weights)
        told = [each for _, each in shown or near]
        grounds = [Grounds(sums[each.candidate.key], _evidence(each, model), question.met(each.passage)) for each in told]
    return Result(query, any(score >= THRESHOLD for score in scores), hits, nearest, dict(more), grounds)


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


def _limited(ordered: Iterable[Aligned], per_article: int, left_out: list[Aligned]) -> Iterator[Aligned]:
    """Put what is more than *per_article* passages of one article into *left_out* instead."""
    seen: Counter[tuple[str, int]] = Counter()
    for each in ordered:
        seen[article_of(each.passage)] += 1
        if not per_article or seen[article_of(each.passage)] <= per_article:
            yield each
        else:
            left_out.append(each)


def article_of(passage: Passage) -> tuple[str, int]:
    return passage.citation.source, passage.article


def _sums(legs: dict[str, dict[int, float]], first: Sequence[Aligned], weights: dict[str, float]) -> dict[int, tuple[Leg, ...]]:
    """Return the sum that put each candidate in its order; *first* are those that were reordered."""
    keys = sorted(set().union(*legs.values()))
    sums = dict(zip(keys, parts({name: [scores[key] for key in keys] for name, scores in legs.items()}, weights), strict=True))
    again = {name: [each.candidate.scores[name] for each in first] for name in legs}
    again["align"] = [each.covered.similarity for each in first]
    sums.update(zip((each.candidate.key for each in first), parts(again, weights), strict=True))
    return sums


def _evidence(each: Aligned, model: str | None) -> Evidence:
    return Evidence(each.candidate.scores.get("dense"), each.covered.coverage, each.covered.similarity, model)


def _hit(rank: int, score: float, each: Aligned, question: Question) -> Hit:
    dense, lexical = (each.candidate.scores.get(leg) for leg in ("dense", "lexical"))
    scores = {"dense": dense, "lexical": lexical, "align": each.covered.similarity}
    return Hit(rank, score, each.passage, scores, question.matches(each.passage))
