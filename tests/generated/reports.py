"""Titled texts for generated pages: each headline belongs to the paragraphs below it.

    local_news.txt (written for this project), corpora (rows that no training reads) ──▶ Report

`Shelf` keeps two lots without a common text: one for pages that developers look at, one for pages whose seed is HELD_BACK or more.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from index.training.data import held_out

HELD_BACK = 1000  # pages of this seed and above are made of the second lot
WRITTEN = Path(__file__).parent / "local_news.txt"
WRITTEN_ENGLISH = Path(__file__).parent / "local_news_en.txt"
PREFIXES = {"题": "title", "文": "title", "引": "kicker", "副": "subtitle", "目": "subhead", "图": "caption"}
HEADLINE = (5, 30)  # characters
ENDS = re.compile(r"[。！？…][”’）》]?$")
LEGAL = re.compile(r"^(第[一二三四五六七八九十百千零〇]+条)[\s　]*")


@dataclass(slots=True)
class Report:
    """A text as its author wrote it; *sections* are subheads with their paragraphs, below the lead paragraphs."""

    title: str
    paragraphs: list[str]
    kicker: str = ""
    subtitle: str = ""
    caption: str = ""
    sections: list[tuple[str, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lot:
    """Texts of one kind each; those that this project wrote are drawn as often as those of the corpora."""

    local: Sequence[Report]
    long: Sequence[Report]
    english: Sequence[Report]
    news: Sequence[Report] = ()
    laws: Sequence[Report] = ()

    def report(self, random: Random) -> Report:
        return random.choice(self.news if self.news and random.random() < 0.5 else self.local)


Shelf = tuple[Lot, Lot]


@cache
def written() -> Shelf:
    """Return what this project wrote itself; every third text is held back."""
    chinese, english = read_written(WRITTEN), read_written(WRITTEN_ENGLISH)
    short, long = [one for one in chinese if not one.sections], [one for one in chinese if one.sections]
    first, second = ([*_lots(texts)] for texts in (short, long)), _lots(english)
    (local, local_kept), (longer, longer_kept) = first
    return Lot(local, longer, second[0]), Lot(local_kept, longer_kept, second[1])


def from_corpora(folder: Path) -> Shelf:
    """Return `written()` with news and laws of *folder* whose rows are held out of all training."""
    news, laws = _lots([*_news(folder)]), _lots([*_laws(folder)])
    return tuple(  # type: ignore[return-value]
        Lot(lot.local, lot.long, lot.english, news[number], laws[number]) for number, lot in enumerate(written())
    )


def read_written(path: Path) -> list[Report]:
    """Read texts that are separated by blank lines: 题 (文: a long one), 引, 副, 目 and 图 begin a heading, other lines are paragraphs."""
    return [_report(block.split("\n")) for block in path.read_text("utf-8").strip().split("\n\n")]


def _report(lines: Sequence[str]) -> Report:
    report = Report("", [])
    for line in lines:
        role, text = PREFIXES.get(line[0], ""), line[2:]
        if line[1] != " " or not role:
            (report.sections[-1][1] if report.sections else report.paragraphs).append(line)
        elif role == "subhead":
            report.sections.append((text, []))
        else:
            setattr(report, role, text)
    return report


def _lots(reports: Sequence[Report]) -> tuple[list[Report], list[Report]]:
    return [one for at, one in enumerate(reports) if at % 3 != 2], [*reports[2::3]]


def _news(folder: Path) -> Iterator[Report]:
    """Yield broadcast news and short news whose title is as long as a headline and whose paragraphs are all whole."""
    for name in ("xwlb_news", "finna_news"):
        for row in _rows(folder, name):
            title, texts = str(row.get("title") or "").strip(), [text.strip() for text in row["text"].split("\n") if text.strip()]
            whole = all(ENDS.search(text) and len(text) <= 500 for text in texts) and len(texts) <= 7
            if whole and HEADLINE[0] <= len(title) <= HEADLINE[1] and sum(map(len, texts)) >= 40 and ENDS.search(title) is None:
                yield Report(title, texts)


def _laws(folder: Path) -> Iterator[Report]:
    """Yield laws as far as their rows are held out; an item 第…条 is a paragraph, its sub-items are paragraphs of their own."""
    by_title: dict[str, list[str]] = {}
    for row in _rows(folder, "laws_zh"):
        if LEGAL.match(row["text"]):
            by_title.setdefault(row["title"], []).append(LEGAL.sub("\\1　", row["text"]))
    for title, texts in by_title.items():
        paragraphs = [text.strip() for row in texts for text in row.split("\n") if text.strip()]
        if len(texts) >= 4 and len(title) <= 30 and all(re.search(r"[。；：]$", text) and "|" not in text for text in paragraphs):
            yield Report(title, paragraphs[:20])


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if held_out(str(row.get("text", ""))):
                yield row
