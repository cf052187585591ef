"""One row of the table of faults: how often what happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """The outcomes of one fault: *happened* counts them by their words, *wrong* describes each that must not be."""

    fault: str
    allowed: str
    tries: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    note: str = ""

    def count(self, outcome: str, fault: str = "") -> None:
        """Count one try by its outcome; *fault* describes what must not be, empty where all is well."""
        self.tries += 1
        self.happened[outcome] += 1
        if fault:
            self.wrong.append(f"{outcome}: {fault}")

    def line(self) -> str:
        said = "; ".join(f"{count:,} {outcome}" for outcome, count in self.happened.most_common())
        return f"| {self.fault} | {self.tries:,} | {'; '.join(filter(None, (said, self.note)))} | {self.allowed} |"
