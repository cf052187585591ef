"""A search that is open: index and models loaded once, any number of questions after that, from any number of threads.

from search import open_search

with open_search(".qianli") as searcher:
    for hit in searcher.search("电动自行车乱停怎么治理", k=3).hits:
        print(hit.score, hit.text, hit.citation)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack

from index.document import Citation, Passage
from index.encoders.open import open_lexicon, open_with_lexicon, refuse_unknown_maker
from index.encoders.protocol import Encoder
from index.encoders.shipped import DEFAULT, FORMER
from index.encoders.static import StaticEncoder
from index.engine.made_with import former_model, refuse_other_model
from index.engine.open import find_index, open_index
from index.engine.protocol import Address, Filter, Index
from index.errors import BadInput, NoIndex
from search import pipeline
from search.blas_threads import one_blas_thread
from search.options import Changes, SearchOptions, chosen_options
from search.pasted import locate
from search.pipeline import Resources
from search.ranking.calibration import Calibration, load
from search.ranking.cross_encoders import Reranker, open_reranker
from search.ranking.passage_cache import PassageCache
from search.results import Hit, Result, ShownPassage, shown_passage
from search.retrieval.filters import empty_filters

if TYPE_CHECKING:
    from search.ranking.shipped_cross_encoder import ShippedCrossEncoder
    from search.verification.verify import Verdict

NEIGHBOURS = 1  # passages on either side of a shown one
READY = "停车"  # any question opens what is opened at its first use


def open_search(
    address: Address | None = None,
    model: str | Encoder | None = None,
    device: str | None = None,
    *,
    rerank: str | None = None,
    words_only: bool = False,
) -> Searcher:
    """Open the index at *address* (else QIANLI_INDEX, else .qianli here or in a parent folder) with the model that made it.

    *model* need not be given; when it is, by name, by path or as an Encoder of your own, it must be the one that made the index.
    *words_only*: no model is loaded, for questions in mode "lexical".
    *rerank*: the path or name of a cross-encoder that decides the order of the first passages.
    While a question is answered OpenBLAS has one thread in the whole process; after that as many as before. Where OPENBLAS_NUM_THREADS is
    set, that holds instead. Raises NoIndex, DamagedIndex, OtherModel, NoModel.
    """
    index = open_index(find_index(address))
    try:
        if not len(index):
            if "unfinished" in index.facts():
                raise NoIndex(
                    "the first build of the index in {folder} is not finished; go on with it: qianli index FOLDER", folder=index.address
                )
            raise NoIndex("the index in {address} is empty; fill it with: qianli index FOLDER", address=index.address)
        encoder, lexicon = _models(model, index, device, words_only)
        reranker = open_reranker(rerank, device) if rerank else None
        cache = PassageCache(index, lexicon)
        cross_encoder = None if encoder in (None, lexicon) else _cross_encoder(encoder)
        return Searcher(Resources(index, encoder, lexicon, cache, cross_encoder, reranker, load(index, reranker)))
    except BaseException:
        index.close()
        raise


class Searcher:
    """An opened index with its models. It answers from one state of the index until `refresh`; several threads may ask at once."""

    def __init__(self, resources: Resources) -> None:
        self._state = _State(resources)
        self._lock = Lock()
        self._warm = False

    @property
    def index(self) -> Index:
        """The state of the index that is asked now. Raises BadInput once the search is closed."""
        self._state.refuse_if_closed()
        return self._state.resources.index

    @property
    def reranker(self) -> Reranker | None:
        return self._state.resources.reranker

    @property
    def calibration(self) -> Calibration | None:
        """The line of probability that the index keeps for its model and the reranker, if there is one."""
        return self._state.resources.calibration

    @property
    def lexicon(self) -> StaticEncoder:
        """The static model, which knows single words and how rare they are."""
        return self._state.resources.lexicon

    @property
    def threads(self) -> int:
        """How many threads gain by asking at once: a model other than the static one takes all cores for the questions of one thread."""
        resources = self._state.resources
        light = resources.encoder in (None, resources.lexicon) and resources.reranker is None
        return (os.cpu_count() or 1) if light else 1

    def threshold(self, mode: str = "hybrid") -> float:
        """Return the lowest score that counts as found in this *mode*."""
        return self._state.resources.scale(mode).threshold

    def search(
        self, query: str, k: int | SearchOptions | None = None, options: SearchOptions | None = None, **changes: Unpack[Changes]
    ) -> Result:
        """Return the passages for one question, as the options say: given whole, by the names of their fields, or both.

        Raises BadInput for a question that cannot be asked or options that cannot be followed.
        """
        (result,) = self.search_many([query], k, options, **changes)
        if isinstance(result, BadInput):
            raise result
        return result

    def search_many(
        self,
        queries: Sequence[str],
        k: int | SearchOptions | None = None,
        options: SearchOptions | None = None,
        **changes: Unpack[Changes],
    ) -> list[Result | BadInput]:
        """Return what `search` returns for each question, sooner than one by one; a question that cannot be asked has its error in its
        place. Thousands are best asked some dozens at a time: all their answers are held in memory."""
        chosen = chosen_options(k, options, changes)
        if isinstance(queries, str):
            raise BadInput("several questions are a list of texts; ask a single one with search")
        with self._borrowed() as resources, one_blas_thread():
            return pipeline.search(queries, resources, chosen)

    def like(
        self,
        citation_or_file: str | Path | Hit | Citation,
        k: int | SearchOptions | None = None,
        options: SearchOptions | None = None,
        **changes: Unpack[Changes],
    ) -> Result:
        """Return the passages that are most like a cited passage, or like any article of a file.

        The article of the citation is left out, and what the index read from a file of the same bytes. Raises BadInput.
        """
        from search.more_like_this import like, like_query  # a search does without

        chosen = chosen_options(k, options, changes)
        with self._borrowed() as resources, one_blas_thread():
            return like(like_query(_id_of(citation_or_file), resources.index), resources, chosen)

    def show(self, citation: str | Hit | Citation, context: int = NEIGHBOURS) -> ShownPassage:
        """Return a hit's or a citation's passage with its neighbours; an id (or its first characters, six at least) and SOURCE:LINE are
        citations, too."""
        return show(self.index, str(_id_of(citation)), context)

    def verify(self, cited: Result | Iterable[Hit | Citation | str] | None = None, roots: Sequence[Path] = ()) -> Iterator[Verdict]:
        """Yield for each hit or citation (an id or SOURCE:LINE) what its source says today: ok, moved, altered or missing.

        A result stands for its hits; None: every passage of the index. Sources are read where the index read them, or below *roots*.
        """
        from search.verification.claims import claim_of  # these bring all that reads pages
        from search.verification.sources import open_sources
        from search.verification.verify import verify

        index = self.index
        if cited is None:
            passages = (passage for _, passage in index.every_passage())
        else:
            passages = (_passage_of(citation, index) for citation in (cited.hits if isinstance(cited, Result) else cited))
        return verify(map(claim_of, passages), open_sources(list(roots), [], index))

    def facts(self) -> dict[str, Any]:
        """Return what there is to know of the index: counts, model, what of its search is approximate, format, generation, bytes."""
        return self.index.facts()

    def explain_filters(
        self, place: str | None = None, source: str | None = None, since: str | None = None, until: str | None = None
    ) -> list[str]:
        """Return a line that says which filter leaves no passage, and what the index knows instead; none where some are left."""
        with self._borrowed() as resources:
            return list(empty_filters(resources.index, Filter(place, source, since, until)))

    def refresh(self, ready: bool = False) -> bool:
        """Take up a newer state of the index, where one was committed; return whether there was one.

        Questions that are being answered end on the state on which they began. *ready*: what opens at its first use is opened before the
        new state is taken up. Raises OtherModel where the index has another model now.
        """
        with self._lock:
            old = self._state
            old.refuse_if_closed()
            if old.resources.index.is_current():
                return False
            self._state = _State(_reopened(old.resources, ready))
        old.retire()
        return True

    @contextmanager
    def reading(self) -> Iterator[Index]:
        """Lend the index in the state that is current now: it stays open inside the block, whatever `refresh` takes up meanwhile."""
        with self._borrowed() as resources:
            yield resources.index

    def close(self) -> None:
        self._state.retire()

    def __enter__(self) -> Searcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _borrowed(self) -> Iterator[Resources]:
        """Lend the state that is current now. The first question is answered alone: it opens what opens when it is first used."""
        with self._lock:
            state = self._state
            state.borrow()
            if not self._warm:
                try:
                    yield state.resources
                    self._warm = True
                    return
                finally:
                    state.give_back()
        try:
            yield state.resources
        finally:
            state.give_back()


def _models(model: str | Encoder | None, index: Index, device: str | None, words_only: bool) -> tuple[Encoder | None, StaticEncoder]:
    """Return the encoder of the index, None where only words are asked for, and the lexicon."""
    if model is None and words_only:
        return None, open_lexicon()
    if model is None or isinstance(model, str):
        if model is None and index.model.name in FORMER:
            raise former_model(index, DEFAULT)
        if model is None:
            refuse_unknown_maker(index.model.name, index.address)
        encoder, lexicon = open_with_lexicon(model or index.model.name, device)
    else:
        encoder, lexicon = model, open_lexicon(model)
    refuse_other_model(index, encoder)
    return encoder, lexicon


def _cross_encoder(encoder: Encoder | None) -> ShippedCrossEncoder | None:
    from search.ranking.shipped_cross_encoder import open_cross_encoder  # brings what reads the contextual model

    return open_cross_encoder(encoder)


def show(index: Index, citation: str, context: int = NEIGHBOURS) -> ShownPassage:
    """Return a cited passage with its neighbours, and what became of its source since it was read."""
    from index.files.content import status

    located = locate(index, citation)
    file = index.sources()[located.passage.citation.source]
    if not file.path.exists():
        from index.updating.folders import Folders  # root and index may have moved together

        file = Folders.of(index).lies_now(file)
    return shown_passage(located, context, str(file.path), status(file.path, file.size, file.sha256))


def _id_of(cited: str | Path | Hit | Citation) -> str | Path:
    """Return what names the passage of a hit or a citation; a text or a path stays as it is."""
    citation = cited.citation if isinstance(cited, Hit) else cited
    return citation.id if isinstance(citation, Citation) else citation


def _passage_of(cited: Hit | Citation | str, index: Index) -> Passage:
    return cited.passage if isinstance(cited, Hit) else locate(index, str(_id_of(cited))).passage


class _State:
    """One state of the index with what belongs to it; it is closed when it is retired and no thread asks it any more."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self._lock = Lock()
        self._borrowers, self._retired = 0, False

    def borrow(self) -> None:
        with self._lock:
            self.refuse_if_closed()
            self._borrowers += 1

    def refuse_if_closed(self) -> None:
        if self._retired:
            raise BadInput("this search is closed; open it again with open_search")

    def give_back(self) -> None:
        with self._lock:
            self._borrowers -= 1
            self._close_if_unused()

    def retire(self) -> None:
        with self._lock:
            self._retired = True
            self._close_if_unused()

    def _close_if_unused(self) -> None:
        if self._retired and not self._borrowers:
            self.resources.index.close()


def _reopened(old: Resources, ready: bool) -> Resources:
    """Return the same models on the state of the index that is committed now; *ready*: one question was asked of it."""
    index = open_index(old.index.address)
    try:
        if old.encoder:
            refuse_other_model(index, old.encoder)
        cache, calibration = PassageCache(index, old.lexicon), load(index, old.reranker)
        resources = Resources(index, old.encoder, old.lexicon, cache, old.cross_encoder, old.reranker, calibration)
        if ready:
            pipeline.search([READY], resources, SearchOptions(mode="hybrid" if old.encoder else "lexical"))
    except BaseException:
        index.close()
        raise
    return resources
