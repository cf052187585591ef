"""LanceDB as in lancedb_hybrid, with an approximate index of the vectors: IVF_HNSW_SQ."""

import lancedb_hybrid

Opened = lancedb_hybrid.Opened


def build(folder, texts, vectors):
    lancedb_hybrid.build(folder, texts, vectors, approximate=True)
