"""A search that is open: index, encoder and word vectors loaded once, any number of questions after that.

from search import open_search

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

from index.encode import Encoder, StaticEncoder, open_encoder, open_lexicon
from index.errors import BadInput, NoIndex
from index.store import FOLDER, Index, open_index, refuse_other_model
from search.retrieve import Result, retrieve, retrieve_many
from search.shelf import Shelf


def open_search(
    place: str | Path | None = None, model: str | None = None, device: str | None = None, *, words_only: bool = False
) -> Precedents:
    """Open the index in *place* (else QIANLI_INDEX, else .qianli here or in a parent folder) with the model that it was made with.

    *model* need not be given; when it is, it must be that model. *words_only*: the model is not loaded, for questions in mode "lexical".
    Raises NoIndex, DamagedIndex, OtherModel, NoModel.
    """
    index = open_index(find_place(place))
    try:
        if not len(index):
            raise NoIndex(f"the index in {index.place} is empty; fill it with: qianli index FOLDER")
        encoder = None if words_only and model is None else open_encoder(model or index.model.name, device)
        if encoder:
            refuse_other_model(index, encoder)
        return Precedents(index, encoder, open_lexicon(encoder))
    except BaseException:
        index.close()
        raise


def find_place(given: str | Path | None = None) -> Path:
    """Return where the index is, or would be: what is *given*, else QIANLI_INDEX, else .qianli here or in the nearest parent folder."""
    named = given or os.environ.get("QIANLI_INDEX")
    if named:
        return Path(named)
    here = Path.cwd()
    return next((folder / FOLDER for folder in (here, *here.parents) if (folder / FOLDER).is_dir()), Path(FOLDER))


class Precedents:
    """An opened index with its models. Not for use from several threads at once; open one for each."""

    def __init__(self, index: Index, encoder: Encoder | None, lexicon: StaticEncoder) -> None:
        self.index, self._encoder, self._lexicon = index, encoder, lexicon
        self._shelf = Shelf(index, lexicon)

    def search(self, query: str, k: int = 10, **options: Any) -> Result:
        """Return the passages for one question; *options* are those of `retrieve`: mode, min_score, place, source, per_article."""
        return retrieve(query, self.index, self._encoder, self._lexicon, k, shelf=self._shelf, **options)

    def search_many(self, queries: Sequence[str], k: int = 10, **options: Any) -> list[Result | BadInput]:
        """Return what `search` gives for each question, sooner than one by one; one that cannot be asked has its error in its place.
        Thousands are best asked some dozens at a time: all their answers are held in memory."""
        return retrieve_many(queries, self.index, self._encoder, self._lexicon, k, shelf=self._shelf, **options)

    def close(self) -> None:
        self.index.close()

    def __enter__(self) -> Precedents:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
