"""qianli again over pages of which none or one changed, and a cold question after a change; on a copy of the index.

pages + index ──copy──▶ `index` of all, of one page, of its folder ──▶ records of step "again"; cold questions, with and without a change
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.speed.process import Ran, megabytes_of, run
from tests.benchmarks.speed.programs import Corpus
from tests.benchmarks.speed.qianli import CLI, FAST, ROOT

ROUNDS = 3
ADDED = "\n\n本页付印以后又补上这一段：村里的文化礼堂从下个月起每周六晚上开放，由志愿者轮流值守，老人和孩子都可以来借书、听戏、下棋。\n"
NOTHING, INFO = "nothing changed", "info"
ALONE, FOLDER, ALL = "one page changed, named alone", "one page changed, its folder named", "one page changed, all named"
COLD, COLD_CHANGED = "a cold question", "a cold question after one changed page"


def changes(corpus: Corpus, index: Path, question: str) -> Iterator[dict[str, Any]]:
    """Yield what each of these took, round by round."""
    copy = index.with_name(f"{index.name}-changed")
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["cp", "-a", str(index), str(copy)], check=True)  # files of two names stay one
    pages = sorted(corpus.pages.rglob("*.txt"))
    for page in pages[: 3 * ROUNDS]:
        if (text := page.read_text("utf-8")).endswith(ADDED):  # a run was killed before it took the change back
            page.write_text(text.removesuffix(ADDED), "utf-8")
    with ExitStack() as taken_back:
        taken_back.callback(shutil.rmtree, copy, ignore_errors=True)
        for number in range(ROUNDS):
            alone, in_folder, in_all = pages[3 * number : 3 * number + 3]
            yield taken(NOTHING, number, _index(corpus.pages, copy))
            taken_back.enter_context(changed(alone))
            yield taken(ALONE, number, _index(alone, copy))
            for what, folder in ((COLD, index), (COLD_CHANGED, copy)):
                yield taken(what, number, run(FAST.cold(folder, question), watched=False, cwd=ROOT))
            yield taken(INFO, number, run([*CLI, "info", "--index", str(copy)], watched=False, cwd=ROOT))
            taken_back.enter_context(changed(in_folder))
            yield taken(FOLDER, number, _index(in_folder.parent, copy))
            taken_back.enter_context(changed(in_all))
            yield taken(ALL, number, _index(corpus.pages, copy))
        yield {"what": "disk", "round": 0, "disk": megabytes_of(copy)}


@contextmanager
def changed(page: Path) -> Iterator[None]:
    """Add a paragraph to *page*, and take it back at the end: taken back before the next run, it would be another change."""
    text, status = page.read_bytes(), page.stat()
    page.write_bytes(text + ADDED.encode("utf-8"))
    try:
        yield
    finally:
        page.write_bytes(text)
        os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))


def taken(what: str, number: int, ran: Ran) -> dict[str, Any]:
    if ran.failure:
        return {"what": what, "round": number, "failed": ran.failure}
    return {"what": what, "round": number, "clock": ran.clock, "processor": ran.processor, "anon": ran.anon, "mapped": ran.mapped}


def _index(path: Path, index: Path) -> Ran:
    return run([*CLI, "index", str(path), "--index", str(index), "--quiet"], cwd=ROOT)
