"""Whether what stands on a page can be found by its own words: headings, captions and document numbers.

    python -m tests.benchmarks.findability --shared ../shared [--model static] [--each 16] [--held-back] [--misses ROLE]

makes one index of the example pages and of generated ones (whose headlines belong to their texts), asks for each title, kicker,
subtitle, subhead, caption and number with its own words, and prints by role: how many are asked; the share that brings its passage
first, and among the first three; the share that is told "no precedent" or cannot be asked. A passage is right if it stands below its
heading (below its subhead; a caption's is the caption itself), wherever the same words head a text. What stands where comes from the
gold of the pages, not from the reader.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index.encoders.open import open_encoder
from index.encoders.shipped import STATIC
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import BadInput
from index.indexing import build
from search.results import Hit, Result
from search.searcher import open_search
from tests.generated.pages import page
from tests.generated.reports import HELD_BACK
from tests.generated.stories import Stock, from_corpora
from tests.generated.titled import NEWER

NUMBER = re.compile(r"[〔\[(（【]\s*(19|20)\d\d\s*[〕\])）】]\s*(字?第)?\s*\d+\s*号")  # a document's number, as in 府办〔2023〕7号
AT_ONCE = 64  # questions of one call
NUMBERED = re.compile(r"^(PART\.|No\.)?\d+ |^\W*[一二三四五六七八九十]、|(?<= )[一二三四五六七八九十]、")  # in front of a subhead
ROLES = ("title", "kicker", "subtitle", "subhead", "caption", "number")


class Place(NamedTuple):
    """Lines of a page, one of which a right passage has."""

    source: str
    lines: frozenset[int]


class Asked(NamedTuple):
    """A heading that is asked for, and whether its passage is first, among the first three, and whether anything is found."""

    role: str
    text: str
    first: bool
    among_three: bool
    found: bool
    answer: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", default=STATIC, help="static is quick; any name or path")
    parser.add_argument("--each", type=int, default=16, help="generated pages of each profile: 16 are about 200")
    parser.add_argument("--held-back", action="store_true", help="pages made of the texts that are held back for the final table")
    parser.add_argument("--misses", metavar="ROLE", help="list what is not first")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first = HELD_BACK if options.held_back else 0
        seeds, stock = range(first, first + options.each), from_corpora(options.shared / "corpora" / "text")
        golds = write_pages(Path(folder) / "pages", options.shared, seeds, stock)
        asked = ask(Path(folder), headings(golds), options.model)
    for line in table(asked):
        print(line)
    for one in asked:
        if one.role == options.misses and not one.first:
            print(f"{one.text}\t{'' if one.found else 'no precedent'}\t{one.answer}")


def write_pages(folder: Path, shared: Path, seeds: Sequence[int], stock: Stock) -> list[dict[str, Any]]:
    """Write the example pages and the generated ones into *folder*; return their gold."""
    folder.mkdir(parents=True)
    golds = json.loads((shared / "dev" / "segmentation.json").read_text("utf-8"))
    for path in sorted((shared / "seeds").glob("*.txt")):
        (folder / path.name).write_bytes(path.read_bytes())
    for profile in NEWER:
        for seed in seeds:
            text, gold = page(profile, seed, stock)
            (folder / gold["file"]).write_text(text, "utf-8", newline="\n")
            golds.append(gold)
    return list(golds)


def headings(golds: Sequence[dict[str, Any]]) -> dict[tuple[str, str], list[Place]]:
    """Return (role, text) -> the places of the passages that these words head, in any order and role, on all pages."""
    places: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    found = {}
    for gold in golds:
        for article in gold["articles"]:
            for role, text, lines in _headings(article):
                words = tuple(sorted(NUMBERED.sub("", text).split()))
                places[words].append(Place(gold["file"], frozenset(lines)))
                found[role, " ".join(text.split())] = places[words]
    return found


def _headings(article: dict[str, Any]) -> Iterator[tuple[str, str, set[int]]]:
    """Yield the role and words of each heading of an article, and the lines of the text below it."""
    body = {number for paragraph in article["paragraphs"] for number in _lines(paragraph)}
    if not body:
        return
    for role in ("title", "kicker", "subtitle"):
        if text := article.get(role):
            yield ("number" if NUMBER.search(text) and len(text) < 30 else role), text, body
    details = article.get("subhead_details") or []
    starts = [min(_range(part["lines"])) for part in details]
    for at, (text, start) in enumerate(zip(article.get("subheads") or [], starts, strict=False)):
        end = starts[at + 1] if starts[at + 1 :] else max(body) + 1
        below = {number for number in body if start <= number < end}
        # The header of a table heads no passage of its own.
        if below and not (re.match(r"\|", text) or "\t" in text or details[at].get("header")):
            yield "subhead", text.replace(" / ", " "), below
    for caption in article.get("captions") or []:
        yield "caption", caption["text"].replace(" / ", " "), {*_range(caption["lines"])}


def _lines(paragraph: dict[str, Any]) -> set[int]:
    return {*(paragraph.get("source_lines") or _range(paragraph["lines"]))}


def _range(lines: Sequence[int]) -> range:
    return range(lines[0], lines[-1] + 1)


def ask(folder: Path, places: dict[tuple[str, str], list[Place]], model: str) -> list[Asked]:
    """Index the pages below *folder* and ask for every heading with its own words."""
    encoder = open_encoder(model)
    with open_index(folder / ".qianli", create=model_of(encoder)) as index:
        build([folder / "pages"], index, encoder)
    asked, keys = [], list(places)
    with open_search(folder / ".qianli", encoder) as searcher:
        for start in range(0, len(keys), AT_ONCE):
            batch = keys[start : start + AT_ONCE]
            results = searcher.search_many([text for _, text in batch], 3, min_score=0)
            asked += [_judged(role, text, result, places[role, text]) for (role, text), result in zip(batch, results, strict=True)]
    return asked


def _judged(role: str, text: str, result: Result | BadInput, places: Sequence[Place]) -> Asked:
    if isinstance(result, BadInput):
        return Asked(role, text, False, False, False, str(result))
    right = [any(_stands(hit, place) for place in places) for hit in result.hits]
    answer = f"{result.hits[0].score:.2f} {result.hits[0].citation.location} {result.hits[0].text[:40]}" if result.hits else ""
    return Asked(role, text, right[:1] == [True], any(right), result.found, answer)


def _stands(hit: Hit, place: Place) -> bool:
    cited = {number for first, last in hit.citation.lines for number in range(first, last + 1)}
    return Path(hit.citation.source).name == place.source and bool(cited & place.lines)


def table(asked: Sequence[Asked]) -> Iterator[str]:
    """Yield a Markdown table: a row for each role, and one for all."""
    yield "\n| findable by its own words | asked | first | among three | no precedent |\n|---|---|---|---|---|"
    for role in (*ROLES, "all"):
        rows = [one for one in asked if role in (one.role, "all")]
        if rows:
            shares = (sum(one.first for one in rows), sum(one.among_three for one in rows), sum(not one.found for one in rows))
            yield f"| {role} | {len(rows)} | " + " | ".join(f"{share / len(rows):.3f}" for share in shares) + " |"


if __name__ == "__main__":
    main()
