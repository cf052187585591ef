"""The embedded engine: an index is one folder, with SQLite, FAISS and tantivy inside."""
