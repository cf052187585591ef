"""The embedded engine: SQLite rows are the truth; a snapshot of FAISS vectors and tantivy terms is derived from them."""
