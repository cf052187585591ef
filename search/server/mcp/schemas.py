"""The JSON schemas of what the tools return, which a client checks their answers against; a test holds them to real answers."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def of_fields(**fields: Schema) -> Schema:
    """Return the schema of an object that has all these fields."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def with_fields(schema: Schema, **fields: Schema) -> Schema:
    """Return *schema* with further fields that an object may have."""
    return {**schema, "properties": {**schema["properties"], **fields}}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
MAYBE_TEXT, MAYBE_WHOLE = _or_null(TEXT), _or_null(WHOLE)
RANGES = list_of(list_of(WHOLE))

CITATION = of_fields(
    source=TEXT, lines=RANGES, paragraph=MAYBE_WHOLE, article=MAYBE_TEXT, kicker=MAYBE_TEXT, authors=list_of(TEXT), place=MAYBE_TEXT,
    places=list_of(TEXT), date=MAYBE_TEXT, publication=MAYBE_TEXT, newspaper_page=MAYBE_WHOLE, status=MAYBE_TEXT, kind=TEXT,
    chars=_or_null(list_of(WHOLE)), subtitle=MAYBE_TEXT, page=MAYBE_WHOLE, page_label=MAYBE_TEXT, box=_or_null(list_of(NUMBER)),
    sheet=MAYBE_TEXT, cell=MAYBE_TEXT, part=MAYBE_TEXT, reader=MAYBE_TEXT, sha256=TEXT, id=TEXT,
)  # fmt: skip
QUOTED = of_fields(text=TEXT, citation=CITATION)
MATCH = of_fields(query=TEXT, passage=TEXT, at=list_of(WHOLE), weight=NUMBER)
HIT = with_fields(
    of_fields(
        rank=WHOLE,
        score={**NUMBER, "minimum": 0, "maximum": 1},
        text=TEXT,
        citation=CITATION,
        scores={"type": "object", "additionalProperties": _or_null(NUMBER)},
        matches=list_of(MATCH),
        also=list_of(CITATION),
    ),
    context=of_fields(before=list_of(QUOTED), after=list_of(QUOTED)),
)
RESULT = of_fields(schema=TEXT, query=TEXT, found=FLAG, hits=list_of(HIT))
SHOWN = of_fields(
    schema=TEXT, title=MAYBE_TEXT, kicker=MAYBE_TEXT, subtitle=MAYBE_TEXT, authors=list_of(TEXT), place=MAYBE_TEXT,
    places=list_of(TEXT), date=MAYBE_TEXT, publication=MAYBE_TEXT, newspaper_page=MAYBE_WHOLE, status=MAYBE_TEXT, kind=TEXT,
    heads=list_of(of_fields(role=TEXT, text=TEXT, lines=RANGES)), at=WHOLE, passages=list_of(QUOTED), source_status=TEXT,
)  # fmt: skip
QUESTION = _or_null(of_fields(id=MAYBE_TEXT, query=TEXT, rank=WHOLE))
SPOT = of_fields(page=MAYBE_WHOLE, page_label=MAYBE_TEXT, box=_or_null(list_of(NUMBER)), sheet=MAYBE_TEXT, cell=MAYBE_TEXT, part=MAYBE_TEXT)
VERDICT = of_fields(
    schema=TEXT, id=TEXT, source=TEXT, lines=RANGES, status=TEXT, now=_or_null(RANGES), now_at=_or_null(SPOT),
    diff=_or_null(list_of(list_of(TEXT))), source_status=TEXT, reason=MAYBE_TEXT, question=QUESTION,
)  # fmt: skip
VERIFIED = of_fields(counts={"type": "object", "additionalProperties": WHOLE}, verdicts=list_of(VERDICT), unreadable=list_of(TEXT))
PLACE_BELOW: Schema = {"$ref": "#/$defs/place"}
PLACES = {
    **of_fields(places=list_of(PLACE_BELOW), more=WHOLE),
    "$defs": {"place": of_fields(name=TEXT, place=TEXT, articles=WHOLE, below=list_of(PLACE_BELOW))},
}


def without_paths(fields: Any) -> Any:
    """Return *fields* of JSON less every `path`: where a file lies on this machine is no business of a model.

    >>> without_paths({"citation": {"source": "a.txt", "path": "/home/zhang/a.txt"}})
    {'citation': {'source': 'a.txt'}}
    """
    if isinstance(fields, dict):
        return {name: without_paths(value) for name, value in fields.items() if name != "path"}
    return [without_paths(value) for value in fields] if isinstance(fields, list) else fields
