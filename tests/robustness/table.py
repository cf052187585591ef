"""What came of the tries of one fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """*happened* counts outcomes in words; *wrong* has those that must not be, each told exactly."""

    fault: str
    allowed: str
    tries: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    note: str = ""

    def count(self, outcome: str, fault: str = "") -> None:
        """Note one try: what happened, and with *fault* what of it must not be."""
        self.tries += 1
        self.happened[outcome] += 1
        if fault:
            self.wrong.append(f"{outcome}: {fault}")

    def line(self) -> str:
        said = "; ".join(f"{count:,} {outcome}" for outcome, count in self.happened.most_common())
        return f"| {self.fault} | {self.tries:,} | {'; '.join(filter(None, (said, self.note)))} | {self.allowed} |"
