"""The first candidates, read once more together with the question by a cross-encoder, which decides their order.

    question + each of its first passages ──▶ CrossEncoder ──▶ one score a passage ──▶ their order

Nogueira and Cho, "Passage Re-ranking with BERT" (2019). Any sentence-transformers CrossEncoder with one output will do (extra `models`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from index.document import Passage
from index.encoders.hub import HUB_NAME, fingerprint, loaded, refuse_nonsense
from index.errors import NoModel

RERANKED = 50  # candidates of a question that are read again; each costs a run of the model
BATCH = 32  # pairs a step
WIDEST = 2000  # characters of a question; the model cuts far earlier, and only cutting takes time

Ranked = list[tuple[int, float]]  # which of the candidates, best first, and the score of each


class Reranker:
    """A cross-encoder. *name* opens it again; *fingerprint* tells when its weights were exchanged."""

    def __init__(self, name: str, device: str | None = None) -> None:
        self.name = name
        self._model = loaded("CrossEncoder", name, device, "name the folder of a sentence-transformers CrossEncoder, or leave --rerank out")
        _refuse_headless(name, self._model)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self._model, self._model.max_length, str(self._model.activation_fn))

    def ranked(self, asked: Sequence[tuple[str, Sequence[Passage]]]) -> list[Ranked]:
        """Order the passages of each question; all questions together go through the model in its own batches. Passages with the same
        score stay in their order."""
        pairs = [(query[:WIDEST], f"{passage.heading}\n{passage.text}".strip()) for query, passages in asked for passage in passages]
        scores = iter(self._scores(pairs))
        return [sorted(enumerate(next(scores) for _ in passages), key=lambda pair: -pair[1]) for _, passages in asked]

    def _scores(self, pairs: list[tuple[str, str]]) -> list[float]:
        import numpy as np

        if not pairs:
            return []
        scores = np.asarray(self._model.predict(pairs, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True), np.float64)
        if not np.isfinite(scores).all():
            raise NoModel(f"the reranker {self.name} gives no numbers; it may need another --device, or leave --rerank out")
        return scores.tolist()  # type: ignore[no-any-return]


def open_reranker(name: str, device: str | None = None) -> Reranker:
    """Open a cross-encoder by path or name; nothing is fetched unless it is not on disk.

    Raises NoModel when there is none, it is no cross-encoder, or the extra `models` is missing; BadInput for a *device* that this
    machine has not.
    """
    refuse_nonsense(device)
    path = Path(name).expanduser()
    if path.is_dir():
        return Reranker(str(path.resolve()), device)
    if path.exists() or not HUB_NAME.fullmatch(name):
        raise NoModel(f"there is no model in {name}; name the folder of a sentence-transformers CrossEncoder, or leave --rerank out")
    return Reranker(name, device)


def _refuse_headless(name: str, model: object) -> None:
    """Refuse what would rank by chance: the loader gives a model that makes vectors a head of random weights, and says so in passing."""
    config = getattr(getattr(model, "model", None), "config", None)
    kinds = getattr(config, "architectures", None) or []
    if any("For" not in kind or kind.endswith("ForMaskedLM") for kind in kinds):
        raise NoModel(
            f"{name} is no cross-encoder but a {kinds[0]}, which has no score to give; name a CrossEncoder, or use it with --model"
        )
    many = getattr(model, "num_labels", 1)
    if many != 1:
        raise NoModel(f"the cross-encoder {name} gives {many} scores a passage, not one; name one that was made to rank")
