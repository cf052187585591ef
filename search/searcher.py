"""A search that is open: index, encoder and word vectors loaded once, any number of questions after that.



with open_search(".qianli") as precedents:
    for hit in precedents.search("电动自行车乱停怎么治理", k=3).hits:
        print(hit.score, hit.passage.text, hit.passage.citation)
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from index.encoders.open import open_encoder, open_lexicon
from index.encoders.protocol import Encoder
from index.encoders.static import StaticEncoder
from index.engine.open import find_index, open_index
from index.engine.protocol import Address, Index, refuse_other_model
from index.errors import BadInput, NoIndex
from search.more_like_this import asked_with, like
from search.pipeline import retrieve, retrieve_many
from search.ranking.calibration import load
from search.ranking.cross_encoders import Reranker, open_reranker
from search.ranking.neighbours import with_context
from search.ranking.passage_cache import Shelf
from search.ranking.probability import threshold
from search.ranking.shipped_cross_encoder import open_judge
from search.results import Result


def open_search(
    address: Address | None = None,
    model: str | None = None,
    device: str | None = None,
    *,
    rerank: str | None = None,
    words_only: bool = False,
) -> Precedents:
    """Open the index at *address* (else QIANLI_INDEX, else .qianli here or in a parent folder) with the model that it was made with.

    *model* need not be given; when it is, it must be that model. *words_only*: the model is not loaded, for questions in mode "lexical".
    *rerank*: the path or name of a cross-encoder that decides the order of the first passages.
    Raises NoIndex, DamagedIndex, OtherModel, NoModel.
    """
    index = open_index(find_index(address))
    try:
        if not len(index):
            raise NoIndex(f"the index in {index.address} is empty; fill it with: qianli index FOLDER")
        encoder = None if words_only and model is None else open_encoder(model or index.model.name, device)
        if encoder:
            refuse_other_model(index, encoder)
        return Precedents(index, encoder, open_lexicon(encoder), open_reranker(rerank, device) if rerank else None)
    except BaseException:
        index.close()
        raise


class Precedents:
    """An opened index with its models. Once a first question was answered, *threads* of them may ask at the same time."""

    def __init__(self, index: Index, encoder: Encoder | None, lexicon: StaticEncoder, reranker: Reranker | None = None) -> None:
        self.index, self.reranker, self._encoder, self._lexicon = index, reranker, encoder, lexicon
        self._shelf, self._judge = Shelf(index, lexicon), open_judge(encoder)
        self.calibration = load(index, reranker)

    def threshold(self, mode: str = "hybrid") -> float:
        """Return the least score that counts as found in this *mode*; a line of the index's own needs a cosine."""
        if mode == "lexical" or not self.calibration:
            return threshold(self._encoder.name if self._encoder and mode != "lexical" else None)
        return self.calibration.threshold

    @property
    def threads(self) -> int:
        """How many threads gain by asking at once: any other model than the static one takes all cores for the questions of one."""
        return (os.cpu_count() or 1) if self._encoder in (None, self._lexicon) and self.reranker is None else 1

    def search(self, query: str, k: int = 10, *, context: int = 0, **options: Any) -> Result:
        """Return the passages for one question; *options* are those of `retrieve`: mode, min_score, place, source, per_article, explain.
        *context*: so many neighbours of each hit come with it."""
        return with_context(self._ask(query, k, **options), self.index, context)

    def like(self, citation_or_file: str | Path, k: int = 10, *, context: int = 0, **options: Any) -> Result:
        """Return the passages that are most like a cited passage, or like any article of a file, with the same *options*.

        What is left out: the article of the citation; what the index read from a file of the same bytes. Raises BadInput.
        """
        return with_context(
            like(asked_with(citation_or_file, self.index), self._ask, k, self.threshold(options.get("mode", "hybrid")), **options),
            self.index,
            context,
        )

    def search_many(self, queries: Sequence[str], k: int = 10, *, context: int = 0, **options: Any) -> list[Result | BadInput]:
        """Return what `search` gives for each question, sooner than one by one; one that cannot be asked has its error in its place.
        Thousands are best asked some dozens at a time: all their answers are held in memory."""
        results = retrieve_many(queries, self.index, self._encoder, self._lexicon, k, **self._known, **options)
        return [each if isinstance(each, BadInput) else with_context(each, self.index, context) for each in results]

    def _ask(self, query: str, k: int, **options: Any) -> Result:
        return retrieve(query, self.index, self._encoder, self._lexicon, k, **self._known, **options)

    @property
    def _known(self) -> dict[str, Any]:
        return {"shelf": self._shelf, "judge": self._judge, "reranker": self.reranker, "calibration": self.calibration}

    def close(self) -> None:
        self.index.close()

    def __enter__(self) -> Precedents:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
