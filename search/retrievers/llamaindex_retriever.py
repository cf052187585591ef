"""qianli as a retriever of LlamaIndex: `QianliRetriever(open_search()).retrieve("电瓶车到处乱停怎么办")`."""

from __future__ import annotations

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from search.options import SearchOptions
from search.results import citation_fields
from search.searcher import Searcher


class QianliRetriever(BaseRetriever):
    """Returns the passages that a search finds, best first; none where there is no precedent.

    A node's *text* is the passage as it is quoted, its *metadata* the citation (the fields of the JSON), its *score* a probability. The
    metadata is not embedded: it would be no part of what was printed.
    """

    def __init__(self, searcher: Searcher, options: SearchOptions | None = None) -> None:
        super().__init__()
        self._searcher, self._options = searcher, options or SearchOptions(k=4)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = []
        for hit in self._searcher.search(query_bundle.query_str, options=self._options).hits:
            fields = citation_fields(hit.citation)
            node = TextNode(id_=hit.citation.id, text=hit.text, metadata=fields, excluded_embed_metadata_keys=list(fields))
            found.append(NodeWithScore(node=node, score=hit.score))
        return found
