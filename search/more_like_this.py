"""More like this: searches with the passage of a citation, or with each article of a file, and joins the results.

    citation ──▶ its passage ──┐                        ┌── one: as any other question
    file ──▶ its articles ─────┴──▶ parts ──▶ results ──┴── several: joined by rank, shown by score

An article is asked whole, below its title: of one subject the whole text says more than its pieces, and of several subjects each must be
asked alone. What the user already holds is left out: of a citation its article, of a file what the index read from the same bytes,
under whatever name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from index.document import Passage
from index.engine.protocol import Index
from index.errors import BadInput
from index.text.tokens import terms
from search import pipeline
from search.options import SearchOptions
from search.pasted import locate
from search.pipeline import NEAREST, Resources
from search.ranking.late_interaction import LONGEST_ALIGNED
from search.results import Hit, Result

PART_DEPTH = 10  # passages that each part finds, at least
MOST_PARTS = 40  # parts of a file that are asked, as many as a page has articles; of a longer file so many, evenly spread
REPEATED = 400  # characters of a file that the result repeats as what was asked: as many as a passage has at most


class LikeQuery(NamedTuple):
    """What is asked instead of a question: *name* is the citation's id or the file, *excluded* are the keys of passages to leave out."""

    name: str
    parts: list[str]
    excluded: Collection[int]


def like_query(citation_or_file: str | Path, index: Index) -> LikeQuery:
    """Return what to ask with: a file where there is one of this name, else a citation (an id or its first characters, or SOURCE:LINE).

    Raises BadInput where it is neither, or a file without text.
    """
    name = str(citation_or_file)
    path = Path(name)
    if not name.strip() or name == "-":
        raise BadInput("--like needs a citation or a file; a text from elsewhere is a question: qianli search - < TEXT")
    try:
        exists = path.exists()
    except (OSError, ValueError):  # a name that no file can have
        exists = False
    return _of_file(path, index) if exists else _of_citation(name, index)


def like(query: LikeQuery, resources: Resources, options: SearchOptions) -> Result:
    """Return at most k passages like what is asked with: each passage ranks by the part that suits it best."""
    if len(query.parts) == 1:
        (result,) = _sound(pipeline.search(query.parts, resources, options, query.excluded, literal=True))
    else:
        deep = options.changed(k=max(options.k, PART_DEPTH), min_score=0.0, per_article=0)
        results = _sound(pipeline.search(query.parts, resources, deep, query.excluded, literal=True))
        least = resources.scale(options.mode).threshold if options.min_score is None else options.min_score
        result = joined_results(results, options.k, least, options.per_article)
    return replace(result, query=_repeated(query.parts), like=query.name)


def joined_results(results: Sequence[Result], k: int, least: float, per_article: int = 0) -> Result:
    """Join the results of several questions: the best ranks of each, shown by score; a passage has the best of its scores.

    Of letters pasted together this finds what each of them finds alone. Adding up scores or reciprocal ranks favours passages that are a
    little like all of them (tests/benchmarks/README.md).
    """
    best: dict[str, Hit] = {}
    hits = [hit for result in results for hit in result.hits]
    scores: dict[str, float] = {}
    for hit in sorted(hits, key=lambda hit: (hit.rank, -hit.score, hit.citation.id)):
        best.setdefault(hit.citation.id, hit)
        scores[hit.citation.id] = max(hit.score, scores.get(hit.citation.id, 0.0))
    best = {id_: replace(hit, score=scores[id_]) for id_, hit in best.items()}
    more: Counter[tuple[str, int]] = Counter()
    listed = list(_limited((hit for hit in best.values() if hit.score >= least), per_article, more))[:k]
    falling = sorted(listed or list(best.values())[:NEAREST], key=lambda hit: -hit.score)
    shown = [replace(hit, rank=rank) for rank, hit in enumerate(falling, 1)]
    found = any(result.found for result in results)
    return Result("", found, shown if listed else [], [] if listed else shown, dict(more))


def _sound(results: Iterable[Result | BadInput]) -> list[Result]:
    """Return the results; raise the error of a part that cannot be asked."""
    sound = []
    for result in results:
        if isinstance(result, BadInput):
            raise result
        sound.append(result)
    return sound


def _limited(hits: Iterable[Hit], per_article: int, more: Counter[tuple[str, int]]) -> Iterator[Hit]:
    """Yield the hits, at most *per_article* of one article (0: no limit), and count in *more* what is left out."""
    passages_of: Counter[tuple[str, int]] = Counter()
    for hit in hits:
        passages_of[hit.article] += 1
        if per_article and passages_of[hit.article] > per_article:
            more[hit.article] += 1
        else:
            yield hit


def _of_citation(name: str, index: Index) -> LikeQuery:
    try:
        passage = locate(index, name).passage
    except BadInput as error:
        raise BadInput("--like {name}: there is no such file, and as a citation: {error}", name=name, error=error) from None
    keys = index.keys_of_file(passage.citation.sha256)
    same = [key for key, other in zip(keys, index.passages(keys), strict=True) if other.article == passage.article]
    return LikeQuery(passage.citation.id, [_below(passage.citation.article, passage.text)], frozenset(same))


def _of_file(path: Path, index: Index) -> LikeQuery:
    from index.corrections.sidecar import read_articles  # these bring all that reads pages
    from index.files.content import Skipped
    from index.files.reader import read
    from index.passages import passages_of

    if path.is_dir():
        raise BadInput("--like {path} is a folder; name one file of it", path=path)
    page = read(path, path.name)
    if isinstance(page, Skipped):
        raise BadInput("--like {path}: {reason}; name a file with text", path=path, reason=page.reason)
    parts = [text for text in dict.fromkeys(_parts(list(passages_of(page, read_articles(page, path))))) if terms(text)]
    if not parts and terms(page.text):  # a mere heading has no passage
        parts = [page.text]
    if not parts:
        raise BadInput("--like {path}: there is no word in it; name a file with text", path=path)
    return LikeQuery(str(path), parts[:: -(-len(parts) // MOST_PARTS)], frozenset(index.keys_of_file(page.sha256)))


def _parts(passages: Sequence[Passage]) -> Iterator[str]:
    """Yield each article whole below its title, a very long one in runs of passages."""
    for _, article in groupby(passages, lambda passage: (passage.citation.source, passage.article)):
        run: list[str] = []
        whole = list(article)
        for passage in [passage for passage in whole if passage.citation.paragraph is not None] or whole:
            if run and sum(map(len, run)) + len(passage.text) > LONGEST_ALIGNED:
                yield _below(passage.citation.article, "\n".join(run))
                run = []
            run.append(passage.text)
        yield _below(passage.citation.article, "\n".join(run))


def _below(title: str | None, text: str) -> str:
    return f"{title}\n{text}" if title else text


def _repeated(parts: Sequence[str]) -> str:
    text = "\n".join(parts)
    return text if len(text) <= REPEATED or len(parts) == 1 else text[: REPEATED - 1] + "…"
