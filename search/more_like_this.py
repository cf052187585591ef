"""More like this: a citation or a file to the texts that are asked, and what each of them brings up to one result.

    citation ──▶ its passage ──┐                        ┌── one: as any other question
    file ──▶ its articles ─────┴──▶ parts ──▶ results ──┴── several: joined by rank

An article is asked whole, below its title: of one subject the whole text says more than its pieces, and of several subjects each must be
asked alone. What the user already holds is left out: of a citation its article, of a file what the index read from the same bytes,
under whatever name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from index.document import Passage
from index.engine.protocol import Index
from index.errors import BadInput
from index.text.tokens import terms
from search.pipeline import NEAREST
from search.ranking.late_interaction import WIDEST
from search.ranking.selection import article_of
from search.results import Grounds, Hit, Result

DEPTH = 10  # passages that each part brings up, at least: joined by rank, what stands lower in all parts comes to nothing
MANY = 40  # parts of a file that are asked, as many as a page has articles; of a longer file so many, evenly spread
TOLD = 400  # characters of a file that the result repeats as what was asked: as many as a passage has at most
Ask = Callable[..., Result]


class Asked(NamedTuple):
    """What is asked instead of a question: *name* is the citation's id or the file, *without* are the keys of passages to leave out."""

    name: str
    parts: list[str]
    without: Collection[int]


def asked_with(citation_or_file: str | Path, index: Index) -> Asked:
    """Find what to ask with: a file where there is one of this name, else a citation (an id or its first characters, or SOURCE:LINE).

    Raises BadInput where it is neither, or a file without text.
    """
    name = str(citation_or_file)
    path = Path(name)
    if not name.strip() or name == "-":
        raise BadInput("--like needs a citation or a file; a text from elsewhere is a question: qianli search - < TEXT")
    try:
        there = path.exists()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    return _of_file(path, index) if there else _of_citation(name, index)


def like(asked: Asked, ask: Ask, k: int, least: float, **options: Any) -> Result:
    """Return at most *k* passages like what is *asked*, each with a probability of *least* unless *options* say
    otherwise, which are those of `retrieve`."""
    result = answered(asked.parts, ask, k, least, **options, without=asked.without)
    return result._replace(query=_told(asked.parts), like=asked.name)


def answered(
    parts: Sequence[str], ask: Ask, k: int, least: float, *, min_score: float | None = None, per_article: int = 0, **options: Any
) -> Result:
    """Ask with each of the *parts* and join the results: each passage stands where the part that suits it best puts it."""
    if len(parts) == 1:
        return ask(parts[0], k, min_score=min_score, per_article=per_article, **options)
    results = [ask(part, max(k, DEPTH), min_score=0.0, **options) for part in parts]
    return joined(results, k, least if min_score is None else min_score, per_article)


def joined(results: Sequence[Result], k: int, least: float, per_article: int = 0) -> Result:
    """Join the results of several questions: best rank first, the more probable before the less at the same rank.

    Of letters pasted together this finds what each of them finds alone; adding up scores or reciprocal ranks favours what is a little
    like all of them (tests/benchmarks/README.md).
    """
    best: dict[str, tuple[Hit, Grounds | None]] = {}
    for hit, why in sorted(_each(results), key=lambda pair: (pair[0].rank, -pair[0].score, pair[0].passage.citation.id)):
        best.setdefault(hit.passage.citation.id, (hit, why))
    more: Counter[tuple[str, int]] = Counter()
    chosen = list(_limited((pair for pair in best.values() if pair[0].score >= least), per_article, more))[:k]
    told = chosen or list(best.values())[:NEAREST]
    hits = [replace(hit, rank=rank) for rank, (hit, _) in enumerate(told, 1)]
    grounds = [why for _, why in told if why]
    found = any(result.found for result in results)
    return Result("", found, hits if chosen else [], [] if chosen else hits, dict(more), grounds)


def _each(results: Iterable[Result]) -> Iterator[tuple[Hit, Grounds | None]]:
    for result in results:
        for at, hit in enumerate(result.hits):
            yield hit, result.grounds[at] if result.grounds else None


def _limited(
    pairs: Iterable[tuple[Hit, Grounds | None]], per_article: int, more: Counter[tuple[str, int]]
) -> Iterator[tuple[Hit, Grounds | None]]:
    seen: Counter[tuple[str, int]] = Counter()
    for pair in pairs:
        article = article_of(pair[0].passage)
        seen[article] += 1
        if per_article and seen[article] > per_article:
            more[article] += 1
        else:
            yield pair


def _of_citation(name: str, index: Index) -> Asked:
    try:
        shown = index.locate(name)
    except BadInput as error:
        raise BadInput(f"--like {name}: there is no such file, and as a citation: {error}") from None
    passage = shown.passages[shown.position]
    keys = index.keys_of_file(passage.citation.sha256)
    same = [key for key, other in zip(keys, index.passages(keys), strict=True) if other.article == passage.article]
    return Asked(passage.citation.id, [_below(passage.citation.article, passage.text)], frozenset(same))


def _of_file(path: Path, index: Index) -> Asked:
    from index.corrections.sidecar import read_articles
    from index.files.discover import Skipped
    from index.files.reader import read
    from index.passages import passages_of  # these bring all that reads pages

    if path.is_dir():
        raise BadInput(f"--like {path} is a folder; name one file of it")
    page = read(path, path.name)
    if isinstance(page, Skipped):
        raise BadInput(f"--like {path}: {page.reason}; name a file with text")
    passages = list(passages_of(page, read_articles(page, path)))
    parts = [text for text in dict.fromkeys(_parts(passages)) if terms(text)] or (
        [page.text] if terms(page.text) else []
    )  # a mere heading has none
    if not parts:
        raise BadInput(f"--like {path}: there is no word in it; name a file with text")
    return Asked(str(path), parts[:: -(-len(parts) // MANY)], frozenset(index.keys_of_file(page.sha256)))


def _parts(passages: Sequence[Passage]) -> Iterator[str]:
    """Give each article whole below its title, a very long one in runs of passages."""
    for _, some in groupby(passages, article_of):
        run: list[str] = []
        for passage in some:
            if run and sum(map(len, run)) + len(passage.text) > WIDEST:
                yield _below(passage.citation.article, "\n".join(run))
                run = []
            run.append(passage.text)
        yield _below(passage.citation.article, "\n".join(run))


def _below(title: str | None, text: str) -> str:
    return f"{title}\n{text}" if title else text


def _told(parts: Sequence[str]) -> str:
    text = "\n".join(parts)
    return text if len(text) <= TOLD or len(parts) == 1 else text[: TOLD - 1] + "…"
