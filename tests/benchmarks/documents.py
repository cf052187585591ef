"""How well documents are read back that a browser, LibreOffice and LaTeX make of known paragraphs, and how fast.

    python -m tests.benchmarks.documents PAIRS.jsonl.gz [--field b] [--count 60]

The paragraphs are those of a field of JSON lines. A paragraph is whole if a block has its characters, less blanks, and no others; wrong
are the characters of all paragraphs, in order, that differ from what was written. Time is the processor's.
Needs chromium, soffice and xelatex.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from index.document import quote
from index.documents.extracted import Extracted
from index.documents.pdf_files import extract_pdf
from tests.documents.made.make import TITLE, browser, latex, office

SHORTEST, LONGEST = 60, 500  # characters of a paragraph
VERTICAL = "html {writing-mode: vertical-rl} body {font-family: 'Noto Serif CJK SC'}"  # the other font does not name its upright brackets
A4 = "@page {size: A4; margin: 60pt}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--field", default="b")
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args()
    texts = _texts(options.pairs, options.field, options.count)
    print(f"{len(texts)} paragraphs\n\n| made by | pages | paragraphs whole | characters wrong | in order | ms a page |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        browser(folder / "browser, one column", texts, A4)
        browser(folder / "browser, two columns", texts, A4 + "main {column-count: 2}")
        browser(folder / "browser, three columns", texts, A4 + "main {column-count: 3}")
        browser(folder / "browser, gaps for indents", texts, A4 + "p {text-indent: 0; margin: 8pt 0}")
        browser(folder / "browser, vertical", texts, A4 + VERTICAL)
        office(folder / "office_one_column", texts)
        office(folder / "office_two_columns", texts, 2)
        latex(folder / "latex_one_column", texts, "12pt")
        latex(folder / "latex_two_columns", texts, "twocolumn")
        for path in sorted(folder.glob("*.pdf")):
            print(_row(path, texts))


def _texts(path: Path, field: str, count: int) -> list[str]:
    """Return paragraphs of the file, evenly spread over it, with one blank for several; those with a character that no font has are out."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        read = [" ".join(json.loads(line)[field].split()) for line in file]
    fitting = [text for text in read if SHORTEST <= len(text) <= LONGEST and text.isprintable() and not set(text) & set('"㎡^~\\')]
    return fitting[:: max(1, len(fitting) // count)][:count]


def _row(path: Path, texts: Sequence[str]) -> str:
    content = path.read_bytes()
    start = time.process_time()
    extracted = extract_pdf(content)
    seconds = time.process_time() - start
    pages = max(spot.page or 0 for spot in extracted.spots)
    read = _read(extracted)
    wanted = [_bare(text) for text in texts]
    whole = [text for text in read if text in set(wanted)]
    wrong = SequenceMatcher(None, "".join(wanted), "".join(read), autojunk=False)
    differing = sum(max(b - a, d - c) for kind, a, b, c, d in wrong.get_opcodes() if kind != "equal") if wanted != read else 0
    in_order = "yes" if whole == [text for text in wanted if text in set(whole)] else "no"
    return f"| {path.stem} | {pages} | {len(set(whole))} | {differing} | {in_order} | {1000 * seconds / pages:.0f} |"


def _read(extracted: Extracted) -> list[str]:
    """Return the paragraphs without blanks, without titles, tables and what is printed on each page."""
    blocks = (block for block in extracted.blocks if block.kind == "text" and not block.level)
    return [text for block in blocks if (text := _bare(quote(extracted.text, block.spans))) != TITLE]


def _bare(text: str) -> str:
    return "".join(text.split())


if __name__ == "__main__":
    main()
