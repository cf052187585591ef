"""Questions in, ranked passages out: the stages of a search, in order, each over all questions of a batch at once.

A *leg* is one way of scoring passages: dense (cosine of vectors), lexical (BM25 of terms) or align (late interaction, word by word).

questions ──▶ encoded          words, vector, terms                                     retrieval/query.py
          ──▶ retrieved        candidates of the first two legs, their scores fused     retrieval/candidates.py, fusion.py
          ──▶ aligned          the first of them read, word by word                     ranking/candidate_reader.py, late_interaction.py
          ──▶ fused            ordered by all three legs, their scores fused again
          ──▶ reranked         by the cross-encoder that the user names                 ranking/cross_encoders.py
          ──▶ cross_encoded    the first of them, read by the shipped cross-encoder
          ──▶ scored           a probability for each, which orders those that were read  ranking/probability.py
          ──▶ selected         k of them, near-duplicates once                          ranking/selection.py
          ──▶ presented        found or not, the words that met
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.encoders.cohort import usual_cosines
from index.encoders.protocol import Encoder, encode_queries
from index.encoders.static import StaticEncoder
from index.engine.protocol import Filter, Index, Selection
from index.errors import BadInput
from index.text.numerals import plain
from search.options import SearchOptions
from search.ranking.calibration import Calibration
from search.ranking.candidate_reader import ALIGNED, CandidateReader, fused_order, legs_of
from search.ranking.cross_encoders import RERANKED, Reranker, cross_encoded, reranked
from search.ranking.late_interaction import Texts, aligned_words, matches, query_words
from search.ranking.neighbours import with_context
from search.ranking.passage_cache import PassageCache
from search.ranking.probability import Scale, capped, scored
from search.ranking.selection import select_passages
from search.results import Explanation, Hit, LegShare, Match, Result
from search.retrieval.candidates import DEEP, DEPTH, followed, obeying, retrieve
from search.retrieval.filters import passages_within
from search.retrieval.fusion import leg_shares
from search.retrieval.query import Candidate, QueryState, Selected, accepted, with_terms

if TYPE_CHECKING:
    from search.ranking.shipped_cross_encoder import ShippedCrossEncoder

NEAREST = 3  # passages that are shown where there is no precedent

States = Sequence[QueryState]


@dataclass(frozen=True, slots=True)
class Resources:
    """The open index and the open models of a search.

    - *encoder*: the one that made the index; None where only words are asked for.
    - *lexicon*: the static model, whose word vectors align questions and passages; *cache*: what was read of the index before.
    - *cross_encoder*: the shipped one; *reranker*: the user's own; *calibration*: the line of probability that the user fitted.
    """

    index: Index
    encoder: Encoder | None
    lexicon: StaticEncoder
    cache: PassageCache
    cross_encoder: ShippedCrossEncoder | None = None
    reranker: Reranker | None = None
    calibration: Calibration | None = None

    def scale(self, mode: str) -> Scale:
        """Return what turns scores into probabilities in this *mode*; a calibration weighs the cosine, so lexical mode does not use it."""
        if mode == "lexical":
            return Scale(None, None, self.reranker is not None)
        read = mode == "hybrid" and self.cross_encoder is not None
        return Scale(self.encoder.name if self.encoder else None, self.calibration, self.reranker is not None, read)


def search(
    queries: Sequence[str], resources: Resources, options: SearchOptions, excluded: Collection[int] = (), literal: bool = False
) -> list[Result | BadInput]:
    """Return at most k passages for each query, best first. A result does not depend on the other queries, to the last bit.

    Passages whose keys are in *excluded* are never candidates. *literal*: quotes and hyphens of the queries demand nothing. For a
    question that cannot be asked the list holds a BadInput instead of a Result. Raises BadInput if the mode needs the model of the index
    and none is loaded.
    """
    if options.mode != "lexical" and resources.encoder is None:
        raise BadInput("mode {mode} needs the model of the index", mode=options.mode)
    states = [accepted(query, literal) for query in queries]
    results = iter(_answered([state for state in states if isinstance(state, QueryState)], resources, options, excluded))
    return [state if isinstance(state, BadInput) else next(results) for state in states]


def _answered(states: States, resources: Resources, options: SearchOptions, excluded: Collection[int]) -> Iterator[Result]:
    """Run all stages and yield a result for each question."""
    if not states:
        return
    scale = resources.scale(options.mode)
    states = encoded(states, resources, options.mode)
    states = retrieved(states, resources, options, excluded)
    states = aligned(states, resources, options)
    if options.mode == "hybrid":
        states = fused(states)
    if resources.reranker:
        states = reranked(states, resources.reranker)
    if options.mode == "hybrid" and resources.cross_encoder:
        states = cross_encoded(states, resources.cross_encoder)
    states = scored(states, scale, options.mode == "hybrid")
    states = selected(states, resources, options, scale)
    for result in presented(states, resources, options, scale):
        yield with_context(result, resources.index, options.context)


def encoded(states: States, resources: Resources, mode: str) -> list[QueryState]:
    """Add to each state the words of the question and, as the mode needs them, its vector and its terms."""
    words = query_words([state.text for state in states], resources.lexicon)
    for state, its_words in zip(states, words, strict=True):
        state.words = its_words
    if mode != "dense":
        states = with_terms(states, resources.index)
    if mode != "lexical" and resources.encoder:
        vectors = encode_queries(resources.encoder, [plain(state.text) for state in states])
        for state, vector in zip(states, vectors, strict=True):
            state.vector, state.usual = vector, usual_cosines(resources.encoder, vector)
    return [*states]


def retrieved(states: States, resources: Resources, options: SearchOptions, excluded: Collection[int]) -> list[QueryState]:
    """Add to each state its candidates, within the filters of the options."""
    within = passages_within(resources.index, Filter(options.place, options.source, options.since, options.until))
    if any(any(state.demands) for state in states):
        return [one for state in states for one in _retrieved_alone(state, resources, options, within, excluded)]
    found = retrieve(states, resources.index, DEPTH, within, excluded)
    return followed(found, retrieve(states, resources.index, options.k, within, excluded)) if options.k > DEPTH else found


def _retrieved_alone(
    state: QueryState, resources: Resources, options: SearchOptions, within: Selection | None, excluded: Collection[int]
) -> list[QueryState]:
    """Add to one state its candidates; those of a question with demands are looked for deeper, less those that do not obey."""
    if any(state.demands):
        return obeying(retrieve([state], resources.index, max(DEEP, options.k), within, excluded), resources.index)
    found = retrieve([state], resources.index, DEPTH, within, excluded)
    return followed(found, retrieve([state], resources.index, options.k, within, excluded)) if options.k > DEPTH else found


def aligned(states: States, resources: Resources, options: SearchOptions) -> list[QueryState]:
    """Read the first candidates of each question and compare them with the question word by word."""
    read = CandidateReader(resources.cache, resources.lexicon).read(states, last=_depth(resources))
    for state, candidates in zip(states, read, strict=True):
        state.first = state.ranked = candidates
    return [*states]


def fused(states: States) -> list[QueryState]:
    """Order the candidates that were read by vectors, terms and late interaction together."""
    for state in states:
        state.ranked = fused_order(state)
    return [*states]


def selected(states: States, resources: Resources, options: SearchOptions, scale: Scale) -> list[QueryState]:
    """Select the passages of each question that are shown; further candidates are read as far as they are needed."""
    reader = CandidateReader(resources.cache, resources.lexicon)
    depth = _depth(resources)
    further = [capped(state.ranked, reader.further(state, depth), scale) for state in states]
    return [
        select_passages(state, more, resources.cache, options.k, options.per_article) for state, more in zip(states, further, strict=True)
    ]


def presented(states: States, resources: Resources, options: SearchOptions, scale: Scale) -> list[Result]:
    """Return what is shown for each question, with the words that met and, where it is asked for, the explanation."""
    least = scale.threshold if options.min_score is None else options.min_score
    shown = [_shown(state, least) for state in states]
    results = []
    for state, passages, matched in zip(states, shown, _matches(states, shown, resources), strict=True):
        hits = [_hit(rank, *pair, scale) for rank, pair in enumerate(zip(passages, matched, strict=True), 1)]
        if options.explain:
            explainer = _Explainer(state, resources.lexicon, scale, options.mode)
            hits = [replace(hit, explanation=explainer.explain(passage)) for hit, passage in zip(hits, passages, strict=True)]
        results.append(_result(state, hits, least, scale))
    return results


def _shown(state: QueryState, least: float) -> list[Selected]:
    """Return the selected passages with at least this score; where there is none, the first NEAREST."""
    return [passage for passage in state.selected if passage.score >= least] or state.selected[:NEAREST]


def _depth(resources: Resources) -> int:
    """Return how many candidates are read before any is selected: as many whatever is asked for, so that the order is the same."""
    return RERANKED if resources.reranker else ALIGNED


def _matches(states: States, shown: Sequence[Sequence[Selected]], resources: Resources) -> list[list[tuple[Match, ...]]]:
    candidates = [[passage.candidate for passage in passages] for passages in shown]
    words = resources.cache.vocabularies(candidate.key for of_query in candidates for candidate in of_query)
    texts = []
    for state, of_query in zip(states, candidates, strict=True):
        assert state.words is not None
        met = [(candidate.passage, words[candidate.key].in_text) for candidate in of_query]
        texts.append(Texts(state.words, met, state.table))
    return matches(texts, resources.lexicon)


def _hit(rank: int, selected: Selected, matched: tuple[Match, ...], scale: Scale) -> Hit:
    candidate = selected.candidate
    return Hit(rank, selected.score, candidate.passage, scale.scores(candidate), matched, tuple(selected.also))


def _result(state: QueryState, hits: list[Hit], least: float, scale: Scale) -> Result:
    """Return the result of a question. *found* depends on the best candidate alone, whatever the options show of it."""
    found = bool(state.ranked) and state.ranked[0].score >= scale.threshold
    more = Counter(candidate.article for candidate in state.omitted if candidate.score >= least)
    listed = any(passage.score >= least for passage in state.selected)
    return Result(state.query, found, hits if listed else [], [] if listed else hits, dict(more))


class _Explainer:
    """Explains the hits of one question: the sums that ordered its candidates and made their probabilities."""

    def __init__(self, state: QueryState, lexicon: StaticEncoder, scale: Scale, mode: str) -> None:
        assert state.words is not None
        self._words, self._lexicon, self._scale = state.words, lexicon, scale
        self._legs = _leg_shares(state, state.first if mode == "hybrid" else [])

    def explain(self, selected: Selected) -> Explanation:
        """Return why a selected passage has its rank and its probability."""
        candidate = selected.candidate
        constant, evidence = self._scale.sum(candidate)
        words = aligned_words(self._words, candidate.passage, self._lexicon)
        return Explanation(self._legs[candidate.key], constant, evidence, words, candidate.score)


def _leg_shares(state: QueryState, fused_again: Sequence[Candidate]) -> dict[int, tuple[LegShare, ...]]:
    """Return the sum that put each candidate in its order; those in *fused_again* were ordered once more, with late interaction."""
    candidates = state.candidates
    assert candidates is not None
    shares = dict(zip(candidates.keys.tolist(), leg_shares(candidates.scores, candidates.weights), strict=True))
    again = leg_shares(legs_of(fused_again), candidates.weights)
    return shares | dict(zip((candidate.key for candidate in fused_again), again, strict=True))
