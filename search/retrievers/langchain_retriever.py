"""qianli as a retriever of LangChain: `QianliRetriever(searcher=open_search()).invoke("电瓶车到处乱停怎么办")`."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import SkipValidation

from search.options import SearchOptions
from search.results import citation_fields
from search.searcher import Searcher


class QianliRetriever(BaseRetriever):
    """Returns the passages that a search finds, best first; none where there is no precedent.

    *page_content* is the passage as it is quoted, *metadata* its citation (the fields of the JSON) with `score`, a probability.
    """

    searcher: SkipValidation[Searcher]
    options: SkipValidation[SearchOptions] = SearchOptions(k=4)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = self.searcher.search(query, options=self.options).hits
        return [
            Document(id=hit.citation.id, page_content=hit.text, metadata={**citation_fields(hit.citation), "score": hit.score})
            for hit in hits
        ]
