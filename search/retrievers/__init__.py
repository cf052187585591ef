"""qianli inside other programs' chains: a file for each of LangChain and LlamaIndex, imported by name and behind the extra `retrievers`."""
