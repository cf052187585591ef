"""What a run of indexing did: counts of files, which files these are, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from index.files.content import Skipped


class Noted(NamedTuple):
    """A page that was read, and a sentence about what of it is not in its text."""

    source: str
    note: str


class Move(NamedTuple):
    """A page that lies elsewhere now, by its former and its present source."""

    former: str
    source: str


@dataclass(slots=True)
class Changes:
    """The sources that a run of indexing changed."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class IndexReport:
    """The result of one run of `build`: counts of files, and every file that was not read, with the reason.

    *aside*: files about their folder, such as README, which are no pages. *notes*: of documents that were read in part.
    *sources*: which files the counts are of.
    """

    added: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    passages: int = 0  # embedded in this run
    skipped: list[Skipped] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)
    sources: Changes = field(default_factory=Changes, compare=False)

    def count(self) -> IndexReport:
        """Set the counts by *sources*; return the report."""
        self.added, self.changed = len(self.sources.added), len(self.sources.changed)
        self.moved, self.removed = len(self.sources.moved), len(self.sources.removed)
        return self
