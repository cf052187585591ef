"""How well generated pages are read, by profile, and how fast the seeds' pages are.

    python -m tests.benchmarks.pages --shared ../shared [--count 30] [--errors PROFILE]

prints two Markdown tables: the segmentation scorer's figures over *count* pages of each profile with running text of the
corpora, and pages a second on one core.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from index.article import Article, Page
from index.page import articles
from index.read import read
from tests.benchmarks.sets import module
from tests.pages import PROFILES, page
from tests.stories import Stock, from_corpora

FIGURES = ("art_F1", "title", "authors_F1", "par_F1", "bound_F1", "citation", "lost", "head_leak", "place")
SECONDS = 3.0  # of reading, for the speed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--errors", help="list what is wrong on the pages of this profile")
    options = parser.parse_args()
    score = module(options.shared / "checks" / "score_segmentation.py")
    stock = from_corpora(options.shared / "corpora" / "text")
    if options.errors:
        errors: list[str] = []
        _scored(score, options.errors, options.count, stock, errors)
        print("\n".join(errors))
        return
    print_figures(score, options.count, stock)
    print_speed()


def print_figures(score: Any, count: int, stock: Stock) -> None:
    print(f"\n| generated pages, {count} each | {' | '.join(FIGURES)} |\n|{'---|' * (len(FIGURES) + 1)}")
    total = score.Stat()
    for profile in PROFILES:
        figures = _scored(score, profile, count, stock)
        total.update(figures)
        print(_row(score, profile, figures), flush=True)
    print(_row(score, "all", total))


def print_speed() -> None:
    found = [read(path, path.name) for path in sorted(Path("seeds").glob("*.txt"))]
    pages = [one for one in found if isinstance(one, Page)]
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        for one in pages:
            articles(one)
        done += len(pages)
    print(f"\n| speed | pages/s |\n|---|---|\n| seed pages, one core | {done / (time.perf_counter() - start):.0f} |")


def fields(article: Article) -> dict[str, Any]:
    """What the scorer reads of an article."""
    return {
        "title": article.title,
        "authors": article.authors,
        "place": article.place,
        "paragraphs": [{"text": paragraph.text, "lines": paragraph.lines} for paragraph in article.paragraphs],
    }


def _scored(score: Any, profile: str, count: int, stock: Stock, errors: list[str] | None = None) -> Any:
    total = score.Stat()
    for seed in range(count):
        text, gold = page(profile, seed, stock)
        found = articles(Page(gold["file"], text, "", "utf-8"))
        total.update(score.score_file(gold, [fields(article) for article in found], [], errors))
    return total


def _row(score: Any, name: str, figures: Any) -> str:
    cells = (score.report(figures)[figure] for figure in FIGURES)
    return f"| {name} | " + " | ".join("-" if cell is None else f"{cell:.3f}" for cell in cells) + " |"


if __name__ == "__main__":
    main()
