"""Pages that nobody made for qianli: files of this machine, and texts of the corpora put together again; how they are read.

    python -m tests.benchmarks.real_pages FOLDER --shared ../shared

writes the files into FOLDER, each kind in a folder of its own, with an outline of the reading beside each (FILE.outline), and prints a
table: files, articles, paragraphs, headings, and for texts whose titles are known how many of these are titles of an article. What
is right elsewhere is judged by eye, outline against file; the findings are in README.md. None of the files is kept in the project.

Files of a machine are found by a pattern, ordered by name, and taken at even distances among those of fitting size, so that another
machine gives others of the same kinds.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from index.document import Article, Page
from index.files.reader import read
from index.segmentation.articles import articles
from index.training.data import held_out

SITE, DOCS = Path(importlib.util.find_spec("numpy").origin).parents[1], Path("/usr/share/doc")  # type: ignore[union-attr,arg-type]
OURS = ("index", "search", "qianli")  # packages whose files this project wrote
SIZES = (1_500, 24_000)  # bytes of a file
Item = TypeVar("Item")
EACH = 4  # files of a kind


class File(NamedTuple):
    """A file to be read: the name of its kind, its own name, its text, and the titles of its articles where they are known."""

    kind: str
    name: str
    text: str
    titles: Sequence[str] = ()


PATTERNS = (  # kind, folder, pattern, suffix under which the file is read
    ("read-me files", SITE, r"(?i)readme[^/]*\.(md|rst|txt)$", ".md"),
    ("reStructuredText", SITE, r"\.rst$", ".txt"),
    ("notes of a distribution", DOCS, r"README(\.Debian|\.source)?(\.gz)?$", ".txt"),
    ("licences", SITE, r"(?i)/(licen[cs]e|notice)[^/]*$", ".txt"),
    ("change logs", DOCS, r"(NEWS|changelog)\.gz$", ".txt"),
    ("model cards and Markdown", SITE, r"(?<!LICENSE)(?<!README)\.md$", ".md"),
    ("web pages", Path("/usr"), r"/share/.*\.html$", ".txt"),
    ("comma-separated tables", SITE, r"\.csv$", ".txt"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    options = parser.parse_args()
    counts: dict[str, list[tuple[int, ...]]] = {}
    for file in (*of_machine(), *of_corpora(options.shared / "corpora")):
        path = options.folder / file.kind.replace(" ", "-") / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, "utf-8", newline="\n")
        counts.setdefault(file.kind, []).append(read_one(path, file))
    print("| kind | files | refused | articles | titles known | right | paragraphs | headings |\n|---|---|---|---|---|---|---|---|")
    for kind, rows in counts.items():
        print(f"| {kind} | {len(rows)} | " + " | ".join(str(sum(column)) for column in zip(*rows, strict=True)) + " |")


def of_machine() -> Iterator[File]:
    """Yield files that lie on this machine."""
    for kind, folder, pattern, suffix in PATTERNS:
        paths = [path for path in sorted(folder.rglob("*")) if re.search(pattern, str(path)) and path.is_file() and not path.is_symlink()]
        paths = [path for path in paths if not path.relative_to(folder).parts[0].startswith(OURS)]
        texts = ((path, _text(path)) for path in paths)
        fitting = [(path, text) for path, text in texts if SIZES[0] <= len(text) <= SIZES[1]]
        for at, (path, text) in enumerate(_spread(fitting)):
            yield File(kind, f"{at}_{path.parent.name}_" + path.name.removesuffix(".gz").replace(".", "_") + suffix, text)


def _text(path: Path) -> str:
    if path.stat().st_size > SIZES[1]:
        return ""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace").replace("\r\n", "\n")


def _spread(items: Sequence[Item], count: int = EACH) -> list[Item]:
    """Return *count* items at even distances."""
    return [items[len(items) * (2 * at + 1) // (2 * count)] for at in range(min(count, len(items)))]


def of_corpora(corpora: Path) -> Iterator[File]:
    """Yield texts of the corpora, whose paragraphs are rows, put together again as an office would publish them."""
    for kind, name, least, marks in (
        ("laws", "laws_zh", 12, ""),
        ("policies of cities", "city_policy_docs", 10, ""),
        ("notices of Beijing", "gov_docs_shenlun", 8, ""),
        ("notices of Guangzhou", "gz_policy_docs", 8, ""),
        ("reports of governments", "gov_work_reports_2026", 20, "# "),
        ("articles of a university", "party_building_articles", 6, ""),
    ):
        together: dict[str, list[str]] = {}
        for row in _rows(corpora / "text" / f"{name}.jsonl.gz"):
            together.setdefault(row["title"], []).append(row["text"])
        fitting = [(title, texts) for title, texts in together.items() if title and least <= len(texts) <= 6 * least]
        for at, (title, texts) in enumerate(_spread(fitting)):
            gap = "\n\n" if at % 2 else "\n"
            yield File(kind, f"{at}.txt", f"{marks}{title}{gap}{gap.join(texts)}\n", [title])
    yield from _bulletins(corpora)
    yield from _letters(corpora)


def _bulletins(corpora: Path) -> Iterator[File]:
    """Yield news of a month that is held out of all training, in one file: every headline is known."""
    together: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(corpora / "text" / "xwlb_news.jsonl.gz"):
        if row["title"] and held_out(row["text"]) and len(together.get(row["date"][:6], [])) < 20:
            together.setdefault(row["date"][:6], []).append((row["title"], row["text"]))
    for at, (date, items) in enumerate(_spread(sorted(together.items()))):
        above, below = (("\n\n", "\n"), ("\n", "\n"), ("\n\n", "\n\n"), ("\n\n\n", "\n"))[at % 4]
        yield File(
            "news of television", f"{date}.txt", above.join(title + below + text for title, text in items), [title for title, _ in items]
        )


def _letters(corpora: Path) -> Iterator[File]:
    """Yield letters to an office with the answers, some to a file."""
    rows = [*_rows(corpora / "pairs" / "leader_board_petition_reply.jsonl.gz")]
    for at, row in enumerate(_spread(rows)):
        number = rows.index(row)
        texts = [f"网友留言：\n{one['a']}\n\n官方回复：\n{one['b']}" for one in rows[number : number + 3]]
        yield File("letters and answers", f"{at}.txt", "\n\n".join(texts), [])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_one(path: Path, file: File) -> tuple[int, ...]:
    """Read a file, write the outline of its reading beside it, and return the counts of its row."""
    page = read(path, path.name)
    found = articles(page) if isinstance(page, Page) else []
    outline = [line for article in found for line in outline_of(article)] if isinstance(page, Page) else [str(page)]
    path.with_name(f"{path.name}.outline").write_text("\n".join(outline) + "\n", "utf-8")
    titles = {_bare(article.title or "") for article in found}
    right = sum(_bare(title) in titles for title in file.titles)
    paragraphs, headings = (sum(len(part) for part in parts) for parts in ((a.paragraphs for a in found), (a.headings for a in found)))
    return int(not isinstance(page, Page)), len(found), len(file.titles), right, paragraphs, headings


def outline_of(article: Article) -> Iterator[str]:
    """Yield a line for each part of an article, in the order of the page."""
    yield f"=== {article.title} | {article.kicker} | {article.subtitle} | {' '.join(article.authors)} | {article.place}"
    parts = [("", part.lines, part.text) for part in article.paragraphs] + [(part.role, part.lines, part.text) for part in article.headings]
    for role, lines, text in sorted(parts, key=lambda part: part[1]):
        shown = text if len(text) <= 110 else f"{text[:70]} … {text[-38:]}"
        yield f"{lines[0][0]:>5}-{lines[-1][-1]:<5}{role:>9}  {shown}"


def _bare(text: str) -> str:
    return re.sub(r"[\s#]", "", text)


if __name__ == "__main__":
    main()
