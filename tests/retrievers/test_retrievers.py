"""The retrievers give LangChain and LlamaIndex what a search finds, with its citation, and nothing where nothing is found."""

import asyncio
import warnings

import pytest

from search.options import SearchOptions
from search.searcher import Searcher

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what their own imports warn of is not ours to mend
    from langchain_core.runnables import RunnableLambda
    from llama_index.core.schema import MetadataMode

    from search.retrievers.langchain_retriever import QianliRetriever as LangChainRetriever
    from search.retrievers.llamaindex_retriever import QianliRetriever as LlamaIndexRetriever

QUESTION = "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的"
NOTHING = "火星移民的税收优惠"
OPTIONS = SearchOptions(k=2)


def test_langchain_gets_the_passages_of_the_search_with_their_citations(precedents: Searcher) -> None:
    hits = precedents.search(QUESTION, options=OPTIONS).hits
    documents = LangChainRetriever(searcher=precedents, options=OPTIONS).invoke(QUESTION)
    assert [document.page_content for document in documents] == [hit.text for hit in hits]
    assert [document.metadata["id"] for document in documents] == [hit.citation.id for hit in hits]
    assert documents[0].metadata["source"] == hits[0].citation.source
    assert documents[0].metadata["score"] == pytest.approx(hits[0].score, abs=1e-6)


def test_langchain_takes_it_as_a_part_of_a_chain_and_without_waiting(precedents: Searcher) -> None:
    retriever = LangChainRetriever(searcher=precedents, options=OPTIONS)
    chain = retriever | RunnableLambda(lambda documents: [document.metadata["article"] for document in documents])
    assert asyncio.run(chain.ainvoke(QUESTION)) == chain.invoke(QUESTION) != []


def test_llamaindex_gets_the_passages_of_the_search_with_their_citations(precedents: Searcher) -> None:
    hits = precedents.search(QUESTION, options=OPTIONS).hits
    nodes = LlamaIndexRetriever(precedents, OPTIONS).retrieve(QUESTION)
    assert [node.node.get_content(MetadataMode.EMBED) for node in nodes] == [hit.text for hit in hits]
    assert [node.node.node_id for node in nodes] == [hit.citation.id for hit in hits]
    assert [node.score for node in nodes] == pytest.approx([hit.score for hit in hits], abs=1e-6)
    assert nodes[0].node.metadata["lines"] == [list(pair) for pair in hits[0].citation.lines]


def test_no_precedent_is_an_empty_list(precedents: Searcher) -> None:
    assert LangChainRetriever(searcher=precedents).invoke(NOTHING) == []
    assert LlamaIndexRetriever(precedents).retrieve(NOTHING) == []
