"""What BM25 loses in a large index, where rare terms find passages and all terms score them (index/engine/folder/inverted_index.py).

    python -m tests.benchmarks.frequent_terms FOLDER --shared ../shared [--sets drcd_dev …] [--queries N]

asks public sets among the passages of FOLDER, text files of a title and paragraphs between blank lines: nDCG@10 with all terms, and the
paired difference when the terms of more than each share of the passages are scored later, and when they are left out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.engine.folder import inverted_index
from index.engine.folder.inverted_index import InvertedIndex, TermsWriter
from index.text.joined_terms import terms_of_each
from index.text.tokens import terms
from tests.benchmarks.figures import figure, gain, ndcg
from tests.benchmarks.sets import DEV, PublicSet, chosen, gzipped

SHARES = (0.1, 0.05, 0.03)
CHUNK = 1000  # passages cut into terms at once


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--sets", nargs="+", metavar="SET")
    parser.add_argument("--queries", type=int, default=400, metavar="N", help="of a set at most so many; 0: all")
    options = parser.parse_args(arguments)
    sets = [
        PublicSet(options.shared / "benchmarks" / name, options.queries) for name in chosen(options.shared, options.sets) if name != DEV
    ]
    with tempfile.TemporaryDirectory() as folder:
        names = write(Path(folder) / "terms", [*passages_of_sets(options.shared, sets), *passages_of_pages(options.folder)])
        index = InvertedIndex(Path(folder) / "terms", 0)
        columns = " | ".join(f"{share} later | {share} left out" for share in SHARES)
        print(f"| nDCG@10 among {len(names)} passages | questions | all terms | {columns} |")
        print(f"|{'---|' * (3 + 2 * len(SHARES))}")
        for judged in sets:
            print(line(judged, index, names), flush=True)
        index.close()


def line(judged: PublicSet, index: InvertedIndex, names: Sequence[str]) -> str:
    """Return the row of one set."""
    asked = [(judged.grades(question.id), list(dict.fromkeys(terms(question.text)))) for question in judged.questions]

    def scored(many: float, share: float, left_out: bool) -> list[float]:
        inverted_index.MANY, inverted_index.FREQUENT = many, share  # type: ignore[assignment]
        found = [without_frequent(query, index) if left_out else query for _, query in asked]
        rankings = index.matching(found, 10, [None] * len(found))
        kept = [[names[key].removeprefix(f"{judged.name}/") for key in ranking.keys.tolist()] for ranking in rankings]
        return [ndcg(grades, ranking) for (grades, _), ranking in zip(asked, kept, strict=True)]

    whole = scored(float("inf"), 1.0, False)
    cells = [f"{gain(scored(0, share, left_out), whole):+.4f}" for share in SHARES for left_out in (False, True)]
    return f"| {judged.name} | {len(asked)} | {figure(whole):.4f} | {' | '.join(cells)} |"


def without_frequent(query: Sequence[str], index: InvertedIndex) -> list[str]:
    """Return the rare terms of *query*, all of them where none is rare."""
    most = inverted_index.FREQUENT * index._searcher.num_docs
    return [term for term in query if index._searcher.doc_freq("text", term) <= most] or list(query)


def passages_of_sets(shared: Path, sets: Sequence[PublicSet]) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the text and the title of each passage of the sets."""
    for judged in sets:
        for row in gzipped(shared / "benchmarks" / judged.name / "corpus.jsonl.gz"):
            yield f"{judged.name}/{row['id']}", row["text"], row.get("title") or ""


def passages_of_pages(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted(folder.rglob("*.txt")):
        title, *paragraphs = path.read_text("utf-8").strip().split("\n\n")
        for paragraph in paragraphs:
            yield f"{path}", paragraph, title


def write(folder: Path, passages: Sequence[tuple[str, str, str]]) -> list[str]:
    """Write the terms of all passages, each text once, by the numbers of their names; return the names."""
    unique = {text: (name, title) for name, text, title in reversed(passages)}
    rows = [(name, text, title) for text, (name, title) in unique.items()]
    writer = TermsWriter(folder, passages=len(rows))
    for start in range(0, len(rows), CHUNK):
        for key, cut in enumerate(terms_of_each([(text, title) for _, text, title in rows[start : start + CHUNK]]), start):
            writer.add(key, *cut)
    writer.commit()
    return [name for name, _, _ in rows]


if __name__ == "__main__":
    main()
