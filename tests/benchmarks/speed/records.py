"""What was measured so far, a JSON line each, so that a run that was killed goes on where it was.

{"program": "tantivy", "size": "10k", "step": "ask", "round": 1, "made by": "0.27.0 / 1a2b3c", "p50": .4, …}
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class Records:
    """The lines of the file *path*. A line that was cut off when its writer died is left out."""

    def __init__(self, path: Path) -> None:
        self._path, self.lines = path, list[Record]()
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                continue

    def find(self, made_by: str | None = None, **key: Any) -> list[Record]:
        """Return the records with these values, in order; *made_by* names the versions that made them."""
        key = key if made_by is None else {**key, "made by": made_by}
        return [record for record in self.lines if all(record.get(name) == value for name, value in key.items())]

    def add(self, record: Record) -> Record:
        """Write a record, with the time and how busy the machine is."""
        whole = {**record, "at": time.strftime("%Y-%m-%d %H:%M:%S"), "load": round(os.getloadavg()[0], 2), "nice": os.nice(0)}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(("" if self._ends_well() else "\n") + json.dumps(whole, ensure_ascii=False) + "\n")
        self.lines.append(whole)
        return whole

    def _ends_well(self) -> bool:
        return not self._path.exists() or not (text := self._path.read_bytes()) or text.endswith(b"\n")
