"""Measure how much each model and each leg of a search should count: nDCG@10 on held-out questions.

    python -m index.training.fusion --shared ../shared           # ten minutes on two cores; prints two tables and a share

| constant | file | chosen by |
|---|---|---|
| SHARE | index/encoders/combined.py | the share of the contextual model in the cosine: ranking by vectors alone |
| LEG_WEIGHTS | search/retrieval/fusion.py | the weights of the legs (dense, lexical, align): the whole search |
| SIMILAR | search/ranking/late_interaction.py | the share of random pairs of words that count as similar |

700 held-out questions are asked of their passages among 3,000 other paragraphs of the same field. The passage that a question was
written for is the only one that counts as right; some of the others answer it too, so the true figures are better.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from index.encoders.combined import SHARE, CombinedEncoder
from index.encoders.open import open_encoder, open_lexicon
from index.encoders.static import StaticEncoder
from index.errors import BadInput
from index.training.evaluate import ndcg
from index.training.held_out import HeldOut, held_out_questions, index_corpus, other_paragraphs, paragraph_rows
from search.ranking.late_interaction import SIMILAR
from search.retrieval.fusion import LEG_WEIGHTS
from search.searcher import Searcher, open_search

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

QUESTIONS = 700
PARAGRAPHS = 3000
DEPTH = 10  # of nDCG
SHARES = (0.0, 0.3, 0.5, 0.6, 0.7, 1.0)
LEGS = (  # weights of dense, lexical, align
    (0.4, 0.4, 0.2),
    (0.45, 0.45, 0.1),
    (0.5, 0.3, 0.2),
    (0.5, 0.4, 0.1),
    (0.6, 0.4, 0.0),
    (0.4, 0.5, 0.1),
)
PAIRS = 2_000_000  # random pairs of words


def table_of_shares(questions: Sequence[HeldOut], passages: Sequence[str], encoder: CombinedEncoder) -> Iterator[str]:
    """Yield a table of nDCG@10 by vectors alone, for each share of the contextual model."""
    texts = [question for question, _ in questions]
    models = (encoder.contextual, encoder.static)
    contextual, static = (model.encode_queries(texts) @ model.encode_passages(passages).T for model in models)
    numbers = {text: number for number, text in enumerate(passages)}
    right = [numbers[answer] for _, answer in questions]
    rows = {}
    for share in SHARES:  # a text without a word that both models know has a shorter vector, which is left aside here: it is rare
        rankings = _best_first(share * contextual + (1 - share) * static)
        rows[str(share)] = [_ndcg(ranking, number) for ranking, number in zip(rankings, right, strict=True)]
    yield from _table("share of the contextual model in the vectors", rows, str(SHARE))


def table_of_legs(questions: Sequence[HeldOut], searcher: Searcher) -> Iterator[str]:
    """Yield a table of nDCG@10 of the whole search, for each choice of weights."""
    rows = {}
    for values in LEGS:
        with _weights(dict(zip(LEG_WEIGHTS, values, strict=True))):
            rows[" ".join(map(str, values))] = list(_searched(questions, searcher))
    yield from _table(f"weights of {', '.join(LEG_WEIGHTS)}", rows, " ".join(map(str, LEG_WEIGHTS.values())))


def _table(title: str, rows: Mapping[str, Sequence[float]], shipped: str) -> Iterator[str]:
    """Yield *rows* with their means and their paired differences to the *shipped* row, with 95 % intervals."""
    import numpy as np

    yield f"| {title} | nDCG@10 | less the shipped one |\n|---|---|---|"
    for name, values in rows.items():
        differences = np.subtract(values, rows[shipped])
        half = 1.96 * differences.std(ddof=1) / len(differences) ** 0.5
        yield f"| {name} | {fmean(values):.3f} | {'shipped' if name == shipped else f'{differences.mean():+.3f} ± {half:.3f}'} |"


def similar_pairs(lexicon: StaticEncoder, pairs: int = PAIRS) -> float:
    """Return the share of random pairs of words whose cosine is at least SIMILAR."""
    import numpy as np

    chance = np.random.default_rng(1)
    first, second = (lexicon.vectors(chance.integers(0, lexicon.size, pairs)) for _ in range(2))
    return float((np.einsum("ij,ij->i", first, second) >= SIMILAR).mean())


@contextmanager
def _weights(weights: Mapping[str, float]) -> Iterator[None]:
    """Let every search in this block use *weights*."""
    shipped = dict(LEG_WEIGHTS)
    LEG_WEIGHTS.update(weights)
    try:
        yield
    finally:
        LEG_WEIGHTS.update(shipped)


def _searched(questions: Sequence[HeldOut], searcher: Searcher) -> Iterator[float]:
    results = searcher.search_many([question for question, _ in questions], DEPTH, min_score=0)
    for result, (_, answer) in zip(results, questions, strict=True):
        if isinstance(result, BadInput):
            raise result
        yield ndcg([int(hit.passage.text == answer) for hit in result.hits], [1])


def _best_first(scores: Vectors) -> list[list[int]]:
    import numpy as np

    return [np.argsort(-row, kind="stable")[:DEPTH].tolist() for row in scores]


def _ndcg(ranking: Sequence[int], right: int) -> float:
    return ndcg([int(number == right) for number in ranking], [1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    arguments = parser.parse_args()
    corpora = arguments.shared / "corpora"
    every = held_out_questions(corpora)
    questions = every[: arguments.questions]
    passages = [*dict.fromkeys(answer for _, answer in questions), *other_paragraphs(corpora, every)[:PARAGRAPHS]]
    print(f"{len(questions)} questions, {len(passages)} passages")
    encoder = open_encoder()
    assert isinstance(encoder, CombinedEncoder)
    print(*table_of_shares(questions, passages, encoder), sep="\n")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_search(index_corpus(paragraph_rows(passages), encoder, Path(folder) / "index")) as searcher,
    ):
        print(*table_of_legs(questions, searcher), sep="\n")
    share = similar_pairs(open_lexicon(encoder))
    print(f"{share * 10_000:.1f} of 10,000 random pairs of words have a cosine of at least {SIMILAR}")


if __name__ == "__main__":
    main()
