"""Running text: the documents of two corpora as lists of paragraphs, without the texts on which anything is measured.

The constants of `index/layout` and `index/segmentation` are fitted on these. A checksum holds a tenth of the rows out: the trigram
table is not trained on that tenth, and the generated pages of the benchmarks are made of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from index.text.punctuation import HAN
from index.training import data

NEWS, MATERIALS = "xwlb_news", "shenlun_materials"  # a story a row, its paragraphs on lines; a paragraph a row, by document
SHORTEST_PARAGRAPH = 40  # characters; shorter texts are titles and labels
LONGEST_PARAGRAPH = 600  # characters; longer texts are several paragraphs
PARAGRAPH_END = re.compile(r"[。！？!?…][”’」』）\")]*$")


def documents(corpora: Path, shared: Path, held_out: bool) -> Iterator[list[str]]:
    """Yield the paragraphs of each document that are held out, or those that are not; a measured text is never among them."""
    leak = data.Leak(data.measured_texts(shared))
    for rows in _documents(corpora / "text"):
        lines = [line.strip() for row in rows if data.held_out(row) == held_out and not leak.caught(row) for line in row.split("\n")]
        paragraphs = [line for line in lines if is_paragraph(line)]
        if paragraphs:
            yield paragraphs


def _documents(texts: Path) -> Iterator[list[str]]:
    """Yield the rows of each document; the trigram table was trained row by row, so rows are held out and not documents."""
    for row in data.rows(texts / f"{NEWS}.jsonl.gz"):
        yield [row["text"]]
    materials: defaultdict[str, list[str]] = defaultdict(list)
    for row in data.rows(texts / f"{MATERIALS}.jsonl.gz"):
        materials[str(row.get("doc"))].append(row["text"])
    yield from materials.values()


def is_paragraph(text: str) -> bool:
    """Whether *text* is a Chinese paragraph of usual length that ends as sentences do."""
    return (
        SHORTEST_PARAGRAPH <= len(text) <= LONGEST_PARAGRAPH and bool(PARAGRAPH_END.search(text) and HAN.search(text)) and "\t" not in text
    )
