"""The first candidates, read together with the question by a cross-encoder: the user's own, which orders them, and the shipped one.

    ranked ──▶ reranked        the first 50, by a cross-encoder that the user names, which decides their order
           ──▶ cross_encoded   the first 5, by the shipped one, whose score is evidence for their probability

Nogueira and Cho, "Passage Re-ranking with BERT" (2019). Any sentence-transformers CrossEncoder with one output will do (extra `models`).
The probability orders what the shipped one has read (probability.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.document import Passage
from index.encoders.hub import HUB_NAME, fingerprint, load_model, refuse_unknown_device
from index.errors import NoModel
from index.text.numerals import plain
from search.retrieval.query import Candidate, QueryState

if TYPE_CHECKING:
    from search.ranking.shipped_cross_encoder import ShippedCrossEncoder

RERANKED = 50  # candidates of a question that the user's cross-encoder reads; each costs a run of the model
CROSS_ENCODED = 5  # candidates that the shipped one reads; on held-out questions more order no better (index/training/fusion.py)
PAIRS_AT_ONCE = 32  # pairs a step
LONGEST_PAIRED = 2000  # characters of a question; the model cuts far earlier, and only cutting takes time

Ranked = list[tuple[int, float]]  # which of the passages, best first, and the score of each


class Reranker:
    """A cross-encoder that the user names. *name* opens it again; *fingerprint* changes when its weights are exchanged."""

    def __init__(self, name: str, device: str | None = None) -> None:
        self.name = name
        self._model = load_model(
            "CrossEncoder", name, device, "name the folder of a sentence-transformers CrossEncoder, or leave --rerank out"
        )
        _refuse_headless(name, self._model)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self._model, self._model.max_length, str(self._model.activation_fn))

    def ranked(self, asked: Sequence[tuple[str, Sequence[Passage]]]) -> list[Ranked]:
        """Order the passages of each question; all questions together go through the model in its own batches. Passages with the same
        score keep their order."""
        pairs = [
            (query[:LONGEST_PAIRED], f"{passage.heading}\n{passage.text}".strip()) for query, passages in asked for passage in passages
        ]
        scores = iter(self._scores(pairs))
        return [sorted(enumerate(next(scores) for _ in passages), key=lambda pair: -pair[1]) for _, passages in asked]

    def _scores(self, pairs: list[tuple[str, str]]) -> list[float]:
        import numpy as np

        if not pairs:
            return []
        scores = np.asarray(
            self._model.predict(pairs, batch_size=PAIRS_AT_ONCE, show_progress_bar=False, convert_to_numpy=True), np.float64
        )
        if not np.isfinite(scores).all():
            raise NoModel("the reranker {name} gives no numbers; it may need another --device, or leave --rerank out", name=self.name)
        return scores.tolist()  # type: ignore[no-any-return]


def open_reranker(name: str, device: str | None = None) -> Reranker:
    """Open a cross-encoder by path or name; nothing is fetched unless it is not on disk.

    Raises NoModel when there is none, when it is no cross-encoder, or when the extra `models` is missing; BadInput for a *device* that
    this machine does not have.
    """
    refuse_unknown_device(device)
    path = Path(name).expanduser()
    if path.is_dir():
        return Reranker(str(path.resolve()), device)
    if path.exists() or not HUB_NAME.fullmatch(name):
        raise NoModel(
            "there is no model in {name}; name the folder of a sentence-transformers CrossEncoder, or leave --rerank out", name=name
        )
    return Reranker(name, device)


def reranked(states: Sequence[QueryState], reranker: Reranker) -> list[QueryState]:
    """Order the first candidates of each question as *reranker* does; those after them keep their order."""
    read = [state.ranked[:RERANKED] for state in states]
    ranked = reranker.ranked(
        [(state.text, [candidate.passage for candidate in first]) for state, first in zip(states, read, strict=True)]
    )  # fmt: skip
    return [
        replace(state, ranked=[*_in_order(state.ranked, order), *state.ranked[RERANKED:]])
        for state, order in zip(states, ranked, strict=True)
    ]


def cross_encoded(states: Sequence[QueryState], model: ShippedCrossEncoder, first: int = CROSS_ENCODED) -> list[QueryState]:
    """Add the score of the shipped cross-encoder to the *first* candidates of each question; all questions are read at once."""
    pairs = [(plain(state.text), plain(_read_text(candidate.passage))) for state in states for candidate in state.ranked[:first]]
    scores = iter(model.scores(pairs).tolist())
    return [
        replace(
            state,
            ranked=[*(replace(candidate, cross_encoder=next(scores)) for candidate in state.ranked[:first]), *state.ranked[first:]],
        )
        for state in states
    ]


def _read_text(passage: Passage) -> str:
    """Return what the shipped cross-encoder reads: a list item or a row of a table says nothing without what it completes."""
    return f"{passage.inner_heading}\n{passage.text}".lstrip()


def _in_order(candidates: Sequence[Candidate], order: Ranked) -> list[Candidate]:
    return [replace(candidates[number], reranker=score) for number, score in order]


def _refuse_headless(name: str, model: object) -> None:
    """Refuse a model that would rank by chance: the loader gives a model without a head one of random weights, and only warns."""
    config = getattr(getattr(model, "model", None), "config", None)
    kinds = getattr(config, "architectures", None) or []
    if any("For" not in kind or kind.endswith("ForMaskedLM") for kind in kinds):
        raise NoModel(
            "{name} is no cross-encoder but a {kind}, which has no score to give; name a CrossEncoder, or use it with --model",
            name=name,
            kind=kinds[0],
        )
    many = getattr(model, "num_labels", 1)
    if many != 1:
        raise NoModel(
            "the cross-encoder {name} gives {many} scores a passage, not one; name one that was made to rank", name=name, many=many
        )
