"""Results as the fields of the JSON schemas; fields are only ever added."""

from __future__ import annotations

from typing import Any

from index.document import Citation, Passage
from index.engine.protocol import Located
from search.output.explanation import explained_fields
from search.results import Context, Hit, Result

SCHEMA = "qianli.result.v1"


def result_fields(result: Result, id_: str | None = None) -> dict[str, Any]:
    """Return a result as the fields of the JSON schema qianli.result.v1."""
    hits = [hit_fields(hit) for hit in result.hits]
    for fields, why in zip(hits, result.grounds, strict=False):  # grounds are of the nearest where there are no hits
        fields["explain"] = explained_fields(why)
    known = {"schema": SCHEMA, "id": id_, "query": result.query, "like": result.like, "found": result.found, "hits": hits}
    return {name: value for name, value in known.items() if value is not None}


def hit_fields(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "text": hit.passage.text,
        "citation": citation_fields(hit.passage.citation),
        "scores": {leg: None if score is None else round(score, 4) for leg, score in hit.scores.items()},
        "matches": [
            {"query": match.query, "passage": match.passage, "at": list(match.at), "weight": match.weight} for match in hit.matches
        ],
        "also": [citation_fields(citation) for citation in hit.also],
        **({"context": context_fields(hit.context)} if hit.context else {}),
    }


def context_fields(context: Context) -> dict[str, Any]:
    return {"before": [_quoted(passage) for passage in context.before], "after": [_quoted(passage) for passage in context.after]}


def citation_fields(citation: Citation) -> dict[str, Any]:
    return {
        "source": citation.source, "lines": [list(pair) for pair in citation.lines], "paragraph": citation.paragraph,
        "article": citation.article, "kicker": citation.kicker, "authors": list(citation.authors), "place": citation.place,
        "sha256": citation.sha256, "id": citation.id,
    }  # fmt: skip


def shown_fields(shown: Located, context: int) -> dict[str, Any]:
    """Return a passage inside its article as `show --json` prints it."""
    first = max(0, shown.position - context)
    near = shown.passages[first : shown.position + context + 1]
    return {"schema": "qianli.shown.v1", **shown.article, "at": shown.position - first, "passages": [_quoted(passage) for passage in near]}


def _quoted(passage: Passage) -> dict[str, Any]:
    return {"text": passage.text, "citation": citation_fields(passage.citation)}
