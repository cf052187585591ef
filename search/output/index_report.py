"""What indexing did and what an index holds, as lines for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.indexing import IndexReport  # brings all that reads pages, which `info` does without

FACTS: Mapping[str, Callable[[Any], str]] = {  # of an index -> how its value is written; any other by str
    "bytes": lambda count: f"{count / 2**20:.1f} MB",
    "model": lambda model: f"{model['name']} ({model['dim']} dimensions, {model['fingerprint']})",
    "damage": lambda damage: "; ".join(damage) or "none: every row and file agrees with its digest",
}


def report_lines(report: IndexReport, facts: dict[str, Any]) -> Iterator[str]:
    """Yield what a run of indexing did: each skipped file with its reason, then counts."""
    for skipped in report.skipped:
        yield f"skipped {skipped.source}: {skipped.reason}"
    yield files_line(report)
    yield f"{facts['place']} holds {facts['pages']} pages, {facts['articles']} articles, {facts['passages']} passages"


def files_line(report: IndexReport) -> str:
    """Return the counts of files in a run of indexing as one line."""
    counts = {
        "new": report.added,
        "changed": report.changed,
        "moved": report.moved,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": len(report.skipped),
    }
    return f"files: {', '.join(f'{count} {what}' for what, count in counts.items() if count) or 'none'}"


def facts_lines(facts: dict[str, Any]) -> Iterator[str]:
    """Yield what is known of an index, one fact a line."""
    for name, value in facts.items():
        yield f"{name:<11}{FACTS.get(name, str)(value)}"
