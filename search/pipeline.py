"""Questions in, ranked passages out: a chain of stages, each over all questions of a batch at once.

questions ──▶ candidates   nearest (vectors) and matching (terms), in one order            candidates.py
          ──▶ aligned      the first of them, held against the question word by word       order.py, align.py
          ──▶ ordered      by vectors, terms and words together
          ──▶ reread       the first of them together with the question: by a reranker, by the judge   reread.py
          ──▶ chosen       k of them; what says the same as a better one is told beside it
          ──▶ results      probability, found, which words met
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from index.encoders.protocol import Encoder, encode_queries
from index.encoders.static import StaticEncoder
from index.engine.protocol import Index
from index.errors import BadInput
from index.text.tokens import terms
from search.ranking.calibration import Calibration
from search.ranking.cross_encoders import RERANKED, Reranker
from search.ranking.late_interaction import Question, matches, questions_of
from search.ranking.passage_cache import Shelf
from search.ranking.probability import Evidence, line_of, probability, threshold
from search.ranking.probability import terms as terms_of
from search.ranking.reranking import JUDGED, judged, reranked
from search.ranking.selection import ALIGNED, Aligned, Chosen, aligned, article_of, chosen, further, reordered
from search.ranking.shipped_cross_encoder import Judge
from search.results import Grounds, Hit, Leg, Match, Result, Term
from search.retrieval.candidates import DEPTH, Candidates, candidates_of
from search.retrieval.fusion import parts
from search.retrieval.query import asked_terms

MODES = ("hybrid", "dense", "lexical")
NEAREST = 3  # passages that are shown where there is no precedent
READ = 20_000  # characters of a question that are read; of a megabyte that was pasted the rest costs seconds and tells no more


class Scored(NamedTuple):
    """A passage that was chosen, with its probability; *most*: what limits it, where that is less than its own evidence says."""

    score: float
    chosen: Chosen
    most: float | None = None


def retrieve(query: str, index: Index, encoder: Encoder | None, lexicon: StaticEncoder, k: int = 10, **options: object) -> Result:
    """Return at most *k* passages of *index* for *query*, best first; see `retrieve_many`. Raises BadInput for a question that cannot
    be asked."""
    (result,) = retrieve_many([query], index, encoder, lexicon, k, **options)  # type: ignore[arg-type]
    if isinstance(result, BadInput):
        raise result
    return result


def retrieve_many(
    queries: Sequence[str],
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
    shelf: Shelf | None = None,
    judge: Judge | None = None,
    read: int = JUDGED,
    reranker: Reranker | None = None,
    calibration: Calibration | None = None,
) -> list[Result | BadInput]:
    """Return at most *k* passages of *index* for each query, best first: the same to the last bit alone and in any company.

    Hits below *min_score* (when None: the threshold of `found`) are left out. *place* and *source* (a glob) limit the passages before
    they are ranked, and the passages whose keys are in *without* are never candidates; *per_article* limits how many one article gives
    (0: no limit); *explain* asks for the grounds of each hit. *encoder* is the one that made the index and may be
    None in mode "lexical"; *lexicon* tells which words met; *shelf* keeps what was read of this index for the next call. In mode "hybrid"
    *judge* reads the first *read* passages; a *reranker* decides the order of the first in its place. A *calibration* gives scores and
    threshold where the evidence that it weighs is known. A question that cannot be asked has its BadInput in its place.
    """
    if mode not in MODES:
        raise BadInput(f"no mode {mode!r}; choose one of {', '.join(MODES)}")
    if mode != "lexical" and encoder is None:
        raise BadInput(f"mode {mode} needs the model of the index")
    queries = [asked_text(query) for query in queries]
    refused = [refusal(query) for query in queries]
    queries = [query for query, error in zip(queries, refused, strict=True) if error is None]
    texts = [_read_of(query) for query in queries]
    if not texts:
        return [*refused]  # type: ignore[list-item]  # none of them is None
    shelf = shelf or Shelf(index, lexicon)
    many = max(RERANKED if reranker else ALIGNED, k)
    scale = Scale(encoder.name if encoder and mode != "lexical" else None, calibration if mode != "lexical" else None, reranker is not None)
    judge = judge if mode == "hybrid" else None

    questions = questions_of(texts, lexicon)
    vectors = encode_queries(encoder, texts) if encoder and mode != "lexical" else None
    asked = asked_terms(texts, index) if mode != "dense" else None
    candidates = candidates_of(vectors, asked, index, max(DEPTH, k), index.select(place, source), without)
    ordered = firsts = aligned(questions, candidates, shelf, last=many)
    if mode == "hybrid":
        ordered = [reordered(first, own.weights) for first, own in zip(ordered, candidates, strict=True)]
    if reranker:
        ordered = reranked(texts, ordered, reranker)
    if judge:
        ordered = judged(texts, ordered, judge, read)
    left_out: list[list[Aligned]] = [[] for _ in texts]
    picked = [
        chosen(first, further(question, own, shelf, many), shelf, k, per_article, more)
        for question, own, first, more in zip(questions, candidates, ordered, left_out, strict=True)
    ]
    least = scale.threshold if min_score is None else min_score
    scored = [_scored(some, scale) for some in picked]
    made = _results(queries, questions, scored, shelf, least, scale)
    made = [
        each._replace(more=dict(Counter(article_of(one.passage) for one in more if scale.score(one) >= least)))
        for each, more in zip(made, left_out, strict=True)
    ]
    if explain:
        sums = [_sums(own, first if mode == "hybrid" else []) for own, first in zip(candidates, firsts, strict=True)]
        made = [_explained(*each, scale) for each in zip(made, questions, scored, sums, strict=True)]
    results = iter(made)
    return [error or next(results) for error in refused]


def asked_text(query: str) -> str:
    """Return a query as it is asked: half characters, from bytes that are no text, have no meaning to any model."""
    return query.encode("utf-8", "replace").decode()


def refusal(text: str) -> BadInput | None:
    """Say why a question cannot be asked, if so."""
    return (
        None if terms(_read_of(text)) else BadInput("the question is empty; ask in a few words, for example: qianli search 电动自行车充电")
    )


def _read_of(query: str) -> str:
    return query.strip()[:READ]


class Scale(NamedTuple):
    """What turns evidence into a probability: the line of the shipped *model* (None: no cosine is asked for), or the index's own."""

    model: str | None
    calibration: Calibration | None
    rerank: bool  # whether a reranker was asked

    @property
    def threshold(self) -> float:
        return self.calibration.threshold if self.calibration else threshold(self.model)

    def score(self, each: Aligned) -> float:
        scores = self.scores(each)
        if self.calibration and self.calibration.knows(scores):
            return self.calibration.probability(scores)
        return probability(self.evidence(each))

    def scores(self, each: Aligned) -> dict[str, float | None]:
        """Return the scores of a hit as they are shown: those of both legs always, the others where they were asked for."""
        shown: dict[str, float | None] = {"dense": each.scores.get("dense"), "lexical": each.scores.get("lexical")}
        shown["align"] = each.covered.similarity
        if "judge" in each.scores:
            shown["judge"] = each.scores["judge"]
        return shown | ({"rerank": each.scores.get("rerank")} if self.rerank else {})

    def sum(self, each: Aligned) -> tuple[float, list[Term]]:
        """Return the constant and the terms whose sum makes the score."""
        scores = self.scores(each)
        if self.calibration and self.calibration.knows(scores):
            return self.calibration.constant, self.calibration.terms(scores)
        evidence = self.evidence(each)
        return line_of(evidence).constant, terms_of(evidence)

    def evidence(self, each: Aligned) -> Evidence:
        scores = each.scores
        return Evidence(scores.get("dense"), each.covered.similarity, scores.get("judge"), self.model)


def _scored(picked: Sequence[Chosen], scale: Scale) -> list[Scored]:
    """Return the passages with their probabilities. One that the judge has not read is no surer than the surest that it has: what the first
    ones are not, those behind them are not taken for unread."""
    scores = [scale.score(each.aligned) for each in picked]
    read = ["judge" in each.aligned.scores for each in picked]
    most = max((score for score, one in zip(scores, read, strict=True) if one), default=1.0)
    return [
        Scored(score if one else min(score, most), each, most if not one and score > most else None)
        for score, one, each in zip(scores, read, picked, strict=True)
    ]


def _results(
    texts: Sequence[str], questions: Sequence[Question], scored: Sequence[Sequence[Scored]], shelf: Shelf, least: float, scale: Scale
) -> list[Result]:
    """Return what is shown for each question, with the words that met in it."""
    over = [[each for each in some if each.score >= least] for some in scored]
    shown = [hits or some[:NEAREST] for hits, some in zip(over, scored, strict=True)]
    words = shelf.words(each.chosen.aligned.key for some in shown for each in some)
    passages = [[each.chosen.aligned.passage for each in some] for some in shown]
    met = matches(questions, passages, [[words[each.chosen.aligned.key] for each in some] for some in shown])
    results = []
    for text, every, hits, some, ways in zip(texts, scored, over, shown, met, strict=True):
        made = [_hit(rank, each, way, scale) for rank, (each, way) in enumerate(zip(some, ways, strict=True), 1)]
        found = any(each.score >= scale.threshold for each in every)
        results.append(Result(text, found, made if hits else [], [] if hits else made))
    return results


def _sums(own: Candidates, first: Sequence[Aligned]) -> dict[int, tuple[Leg, ...]]:
    """Return the sum that put each candidate in its order; *first* are those that were reordered."""
    sums = dict(zip(own.keys.tolist(), parts(own.scores, own.weights), strict=True))
    again = {name: [each.scores[name] for each in first] for name in own.scores}
    again["align"] = [each.covered.similarity for each in first]
    sums.update(zip((each.key for each in first), parts(again, own.weights), strict=True))
    return sums


def _explained(result: Result, question: Question, scored: Sequence[Scored], sums: dict[int, tuple[Leg, ...]], scale: Scale) -> Result:
    """Return *result* with the grounds of what it shows."""
    of = {each.chosen.aligned.passage.citation.id: each for each in scored}
    told = [(each, each.chosen.aligned) for each in (of[hit.passage.citation.id] for hit in result.hits or result.nearest)]
    grounds = [Grounds(sums[own.key], *scale.sum(own), question.met(own.passage), each.most) for each, own in told]
    return result._replace(grounds=grounds)


def _hit(rank: int, each: Scored, met: tuple[Match, ...], scale: Scale) -> Hit:
    return Hit(rank, each.score, each.chosen.aligned.passage, scale.scores(each.chosen.aligned), met, tuple(each.chosen.also))
