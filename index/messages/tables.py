"""The tables of Chinese sentences, by the part of the house that says them."""

from __future__ import annotations

from importlib import import_module

NAMES = (
    "chinese_batch",
    "chinese_cluster",
    "chinese_commands",
    "chinese_counts",
    "chinese_desk",
    "chinese_documents",
    "chinese_evidence",
    "chinese_figures",
    "chinese_files",
    "chinese_help",
    "chinese_index",
    "chinese_mcp",
    "chinese_moves",
    "chinese_pdf",
    "chinese_page",
    "chinese_search",
    "chinese_server",
    "chinese_spots",
)  # files beside this one, each with a table CHINESE


def tables() -> dict[str, dict[str, str]]:
    """Return each table, Chinese sentences by English ones, by its name."""
    return {name: import_module(f"index.messages.{name}").CHINESE for name in NAMES}
