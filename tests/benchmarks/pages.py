"""How well generated pages are read, by profile, and how fast the example pages are.

    python -m tests.benchmarks.pages --shared ../shared [--count 30] [--only PROFILE ...] [--held-back] [--errors PROFILE]

prints three Markdown tables: the figures of the segmentation scorer for *count* pages of each profile with running text of the
corpora; how well losses are marked; and pages a second on one core. With `--only` it prints the first table for these profiles only;
`'unmarked*'` names all that begin so, `new` all of titled texts.

Pages of `--held-back` are made of texts that no other page has. Whoever works on the reader looks at them for the final table only.
"""

from __future__ import annotations

import argparse
import fnmatch
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.document import Article, Page
from index.files.reader import read
from index.segmentation.articles import articles
from index.segmentation.diagnostics import Doubt, doubts
from tests.benchmarks.sets import module
from tests.generated.pages import PROFILES, page
from tests.generated.reports import HELD_BACK
from tests.generated.stories import Stock, from_corpora
from tests.generated.titled import NEWER

FIGURES = ("art_F1", "title", "authors_F1", "par_F1", "bound_F1", "citation", "lost", "head_leak", "place")
SOUND = ("clean", "marked", "bare", "kickers", "subheads", "section", "photo")
COLUMNS = ("broken", "bare broken", "closing", "unsigned", "captions")
TOTALS = {  # rows below the profiles
    "unmarked and spaced": [profile for profile in PROFILES if profile.startswith("unmarked") or profile == "spaced"],
    "older kinds": [profile for profile in PROFILES if profile not in NEWER],
    "new kinds": list(NEWER),
    "all": list(PROFILES),
}
SECONDS = 3.0  # of reading, for the speed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--errors", help="list what is wrong on the pages of this profile")
    parser.add_argument("--only", nargs="+", default=[], metavar="PROFILE", help="figures of these profiles and nothing else")
    parser.add_argument("--held-back", action="store_true", help="pages made of the texts that are held back for the final table")
    options = parser.parse_args()
    seeds = range(HELD_BACK, HELD_BACK + options.count) if options.held_back else range(options.count)
    score = module(options.shared / "checks" / "score_segmentation.py")
    stock = from_corpora(options.shared / "corpora" / "text")
    if options.errors:
        errors: list[str] = []
        _scored(score, options.errors, seeds, stock, errors)
        print("\n".join(errors))
        return
    print_figures(score, named(options.only), seeds, stock)
    if options.only:
        return
    print_doubts(options.count, stock)
    print_speed()


def named(names: Sequence[str]) -> list[str]:
    """Return the profiles of *names*, which may have a `*`; `new` names those of titled texts, no name all."""
    found = [list(NEWER) if name == "new" else fnmatch.filter(PROFILES, name) for name in names or ("*",)]
    return list(dict.fromkeys(profile for profiles in found for profile in profiles))


def print_figures(score: Any, profiles: Sequence[str], seeds: Sequence[int], stock: Stock) -> None:
    """Print the scorer's figures for each profile, and for groups of which more than one is among *profiles*."""
    print(f"\n| generated pages, {len(seeds)} each | {' | '.join(FIGURES)} |\n|{'---|' * (len(FIGURES) + 1)}")
    figures = {}
    for profile in profiles:
        figures[profile] = _scored(score, profile, seeds, stock)
        print(_row(score, profile, figures[profile]), flush=True)
    for name, group in TOTALS.items():
        total = score.Stat()
        for profile in figures.keys() & {*group}:
            total.update(figures[profile])
        if total["files"] > len(seeds):
            print(_row(score, f"**{name}**", total))


def print_doubts(count: int, stock: Stock) -> None:
    """Print how many losses are marked, how many marks are right, and how rare marks are where nothing is lost."""
    print("\n| doubts | losses | found | marks | right | paragraphs |\n|---|---|---|---|---|---|")
    for name, profiles in (("lost", ("lost",)), ("sound", SOUND), ("with columns", COLUMNS)):
        figures = [_doubted(*page(profile, seed, stock)) for profile in profiles for seed in range(count)]
        print(f"| {name} | {' | '.join(str(sum(column)) for column in zip(*figures, strict=True))} |")


def _doubted(text: str, gold: dict[str, Any]) -> tuple[int, int, int, int, int]:
    """Return the numbers of losses on a page, of those that are marked, of marks, of marks that are right, and of paragraphs."""
    written = [paragraph for article in gold["articles"] for paragraph in article["paragraphs"]]
    lost = {(min(paragraph["source_lines"]), "start") for paragraph in written if paragraph.get("starts_mid_sentence")}
    lost |= {(max(paragraph["source_lines"]), "end") for paragraph in written if paragraph.get("ends_mid_sentence")}
    read_page = Page(gold["file"], text, "", "utf-8")
    marks = [_ends(doubt) for of_article in doubts(read_page, articles(read_page)) for doubt in of_article if doubt.paragraph]
    marked = lost & set().union(*marks)
    return len(lost), len(marked), len(marks), sum(bool(mark & lost) for mark in marks), len(written)


def _ends(doubt: Doubt) -> set[tuple[int, str]]:
    """Return the starts and ends of lines at which text is lost according to *doubt*."""
    (first, _), (_, last) = doubt.lines[0], doubt.lines[-1]
    if doubt.code == "loosely_joined":
        return {(first, "end"), (last, "start")}
    return {"starts_mid_sentence": {(first, "start")}, "ends_mid_sentence": {(last, "end")}}.get(
        doubt.code, {(first, "start"), (last, "end")}
    )


def print_speed() -> None:
    """Print how many example pages are read in a second."""
    files = [read(path, path.name) for path in sorted(Path("seeds").glob("*.txt"))]
    pages = [file for file in files if isinstance(file, Page)]
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        for example in pages:
            articles(example)
        done += len(pages)
    print(f"\n| speed | pages/s |\n|---|---|\n| seed pages, one core | {done / (time.perf_counter() - start):.0f} |")


def fields(article: Article) -> dict[str, Any]:
    """Return the fields of an article that the scorer reads."""
    return {
        "title": article.title,
        "authors": article.authors,
        "place": article.place,
        "paragraphs": [{"text": paragraph.text, "lines": paragraph.lines} for paragraph in article.paragraphs],
    }


def _scored(score: Any, profile: str, seeds: Sequence[int], stock: Stock, errors: list[str] | None = None) -> Any:
    total = score.Stat()
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            text, gold = page(profile, seed, stock)
            path = Path(folder) / gold["file"]
            path.write_text(text, "utf-8", newline="\n")
            read_page = read(path, path.name)
            answers = [fields(article) for article in articles(read_page)] if isinstance(read_page, Page) else []
            total.update(score.score_file(gold, answers, [], errors))
    return total


def _row(score: Any, name: str, figures: Any) -> str:
    cells = (score.report(figures)[figure] for figure in FIGURES)
    return f"| {name} | " + " | ".join("-" if cell is None else f"{cell:.3f}" for cell in cells) + " |"


if __name__ == "__main__":
    main()
