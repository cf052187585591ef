"""What became of the questions of a batch: counted as they are answered, said at the end, and the exit code that follows."""

from __future__ import annotations

import time
from collections.abc import Iterator

from index.messages import counted, listed, say

MOST_NAMED = 20  # questions that could not be asked, or ids that occur twice, which are listed; a file may have thousands


class Tally:
    """Counts answers. *all_named*: every question that could not be asked is listed, since the answers have no room for it."""

    def __init__(self, all_named: bool = False) -> None:
        self._start = time.perf_counter()
        self._most = None if all_named else MOST_NAMED
        self.total = self.failed = self.found = 0
        self._failures: list[str] = []
        self._ids: set[str] = set()
        self._twice: dict[str, None] = {}

    def add(self, id_: str, error: str | None, found: bool) -> None:
        self.total += 1
        self.found += found
        if error is not None:
            self.failed += 1
            if self._most is None or len(self._failures) < self._most:
                self._failures.append(f"{id_}: {error}")
        if id_ in self._ids:
            self._twice[id_] = None
        self._ids.add(id_)

    def lines(self, skipped: int, summary: bool) -> Iterator[str]:
        """Yield what was not asked, ids that occur twice, empty rows, counts; *summary*: counts in any case."""
        for failure in self._failures:
            yield f"qianli: {failure}"
        if self.failed > len(self._failures):
            yield say("qianli: and {count} more, which have their error in the answers", count=self.failed - len(self._failures))
        if self._twice:
            ids = listed([*list(self._twice)[:MOST_NAMED], *(["…"] if len(self._twice) > MOST_NAMED else [])])
            yield counted(
                len(self._twice), "qianli: an id occurs more than once: {ids}", "qianli: {count} ids occur more than once: {ids}", ids=ids
            )
        if skipped and (summary or self.failed):
            yield counted(skipped, "qianli: {count} empty row was skipped", "qianli: {count} empty rows were skipped")
        if summary or 0 < self.failed < self.total:
            yield say("qianli: {total} questions in {seconds} s: {found} with precedents, {without} without, {failed} could not be asked",
                      total=self.total, seconds=f"{time.perf_counter() - self._start:.1f}", found=self.found,
                      without=self.total - self.found - self.failed, failed=self.failed)  # fmt: skip

    @property
    def nothing_asked(self) -> bool:
        return 0 < self.total == self.failed
