"""A question on its way through the stages: what is asked, what was retrieved for it, what was read of that.

question ──▶ QueryState   text, terms, vector        what is looked up
                          dense, lexical             what each leg retrieves          candidates.py
                          candidates                 both in one order                candidates.py, fusion.py
                          ranked                     the first of them, read          ranking/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from index.document import Citation, Passage
from index.engine.protocol import Index, Ranking
from index.errors import BadInput
from index.text.tokens import terms
from search.retrieval.named import Named, named
from search.retrieval.operators import NOTHING, Demands, demands
from search.retrieval.spelling import Correction, corrections

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.cohort import UsualCosines
    from index.encoders.protocol import Vectors
    from index.encoders.static import Ids, Words
    from index.engine.protocol import Keys, Scores

LONGEST_QUESTION = 20_000  # characters that are read; of a megabyte that was pasted the rest costs seconds and tells no more
MOST_TERMS = 1000  # distinct terms of a question that are looked up; a pasted page repeats itself after that


class Candidates(NamedTuple):
    """What was retrieved for one question, best first.

    *keys* (n,) and *scores*, leg -> (n,); candidates of the same *tie* (n,), a number that rises from one to the next, are equally
    good; *weights* are those of the legs for this question.
    """

    keys: Keys
    scores: dict[str, Scores]
    tie: NDArray[np.int64]
    weights: dict[str, float]


@dataclass(slots=True)
class Candidate:
    """A passage that was read for a question, with its scores, as the stages fill them in.

    - *dense*, *lexical*: the cosine and the BM25 score; None where the mode leaves that leg out.
    - *relative*: the cosine in deviations above what is usual for the question (index/encoders/cohort.py); None where that is unknown.
    - *align*: late interaction with the question, from 0 to 1; *missing*: the share of what the question names that is not in it.
    - *ruled_out*: whether the question asks for a number alone that is not in it.
    - *unsaid*: whether it is a caption or heading without a word of the question (ranking/captions.py).
    - *reranker*: the score of the cross-encoder that the user named; *cross_encoder*: of the shipped one. None where it has not read it.
    - *score*: the probability by its evidence, but never above the score of the candidate before it.
    """

    key: int
    passage: Passage
    dense: float | None
    lexical: float | None
    align: float
    missing: float = 0.0
    relative: float | None = None
    reranker: float | None = None
    cross_encoder: float | None = None
    score: float = 0.0
    ruled_out: bool = False
    unsaid: bool = False

    @property
    def article(self) -> tuple[str, int]:
        """The article of the passage: its source, and its number in the page."""
        return self.passage.citation.source, self.passage.article


@dataclass(slots=True)
class Selected:
    """A candidate that will be shown, and the citations of its near-duplicates."""

    candidate: Candidate
    also: list[Citation] = field(default_factory=list)

    @property
    def score(self) -> float:
        return self.candidate.score


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The words of a question as the static model knows them: *words* of *text*, and of each word its share of the question's weight."""

    text: str
    words: Words
    shares: Vectors


class WordTable(NamedTuple):
    """The products (n, asked) of the integer vectors of some distinct *words* (n,), rising, with the words of a question."""

    words: Ids
    products: Vectors


@dataclass(slots=True)
class QueryState:
    """One question and all that the stages have found for it; each stage fills in fields and leaves the others alone.

    - *query*: as it is asked; *text*: as much of it as is looked up; *named*: the places and numbers that it names.
    - *demands*: the phrases that a passage must have, or must not have.
    - *terms*: what BM25 looks up; *words*: what late interaction aligns; *table*: the words that it compared.
    - *vector*: (dim,), what the cosine is of; *usual*: what cosines are usual for it.
    - *dense*, *lexical*: the rankings of both legs; *candidates*: both in one order.
    - *first*: the candidates that were read, in the order of retrieval; *ranked*: the same as ranked by now.
    - *selected*: those that will be shown; *omitted*: those that the limit of passages of one article left out.
    """

    query: str
    text: str
    named: Named
    demands: Demands = NOTHING
    words: QueryWords | None = None
    table: WordTable | None = None
    terms: list[str] | None = None
    vector: Vectors | None = None
    usual: UsualCosines | None = None
    dense: Ranking | None = None
    lexical: Ranking | None = None
    candidates: Candidates | None = None
    first: list[Candidate] = field(default_factory=list)
    ranked: list[Candidate] = field(default_factory=list)
    selected: list[Selected] = field(default_factory=list)
    omitted: list[Candidate] = field(default_factory=list)


def accepted(query: str, literal: bool = False) -> QueryState | BadInput:
    """Return the state of a question before the first stage, or the reason why the question cannot be asked.

    In a *literal* one quotes and hyphens demand nothing.

    >>> accepted("停车难\\n").text, str(accepted("？！"))[:21]
    ('停车难', 'the question is empty')
    """
    if not isinstance(query, str):
        return BadInput("a question is text, and this is {name}; ask in a few words", name=type(query).__name__)
    query = printable(query)
    text = query.strip()[:LONGEST_QUESTION]
    text, its_demands = (text, NOTHING) if literal else demands(text)
    if not terms(text):
        return BadInput("the question is empty; ask in a few words, for example: qianli search 电动自行车充电")
    return QueryState(query, text, named(text), its_demands)


def printable(query: str) -> str:
    """Return a question as it is asked: half characters, from bytes that are no text, become question marks."""
    return query.encode("utf-8", "replace").decode()


def with_terms(states: Sequence[QueryState], index: Index) -> list[QueryState]:
    """Look up which terms each question has, and which it may mean where it is mistyped."""
    slips = corrections([state.text for state in states], index.known)
    for state, its_slips in zip(states, slips, strict=True):
        state.terms = query_terms(state.text, its_slips, index)
    return [*states]


def query_terms(text: str, slips: Sequence[Correction], index: Index) -> list[str]:
    """Return the distinct terms to look up. What was typed stays: a correction is a guess, and a name may look like a slip.

    智彗印章怎么管 ──▶ 智 彗 印 … 智彗 彗印 … and 慧 智慧 慧印, if the index has 智慧 or 慧印 and neither 智彗 nor 彗印
    """
    looked_up = dict.fromkeys(terms(text))
    for slip in slips:
        _, *bigrams = slip.terms
        if index.known(bigrams):
            looked_up |= dict.fromkeys(slip.terms)
    return list(looked_up)[:MOST_TERMS]
