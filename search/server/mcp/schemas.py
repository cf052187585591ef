"""The JSON schemas of what the tools return, which a client checks their answers against; a test holds them to real answers."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _of(**fields: Schema) -> Schema:
    """Return the schema of an object that has all these fields."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _with(schema: Schema, **fields: Schema) -> Schema:
    """Return *schema* with further fields that an object may have."""
    return {**schema, "properties": {**schema["properties"], **fields}}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
MAYBE_TEXT, MAYBE_WHOLE = _or_null(TEXT), _or_null(WHOLE)
RANGES = _list(_list(WHOLE))

CITATION = _of(
    source=TEXT, lines=RANGES, paragraph=MAYBE_WHOLE, article=MAYBE_TEXT, kicker=MAYBE_TEXT, authors=_list(TEXT), place=MAYBE_TEXT,
    places=_list(TEXT), date=MAYBE_TEXT, publication=MAYBE_TEXT, newspaper_page=MAYBE_WHOLE, status=MAYBE_TEXT, kind=TEXT,
    chars=_or_null(_list(WHOLE)), subtitle=MAYBE_TEXT, page=MAYBE_WHOLE, page_label=MAYBE_TEXT, box=_or_null(_list(NUMBER)),
    sheet=MAYBE_TEXT, cell=MAYBE_TEXT, part=MAYBE_TEXT, reader=MAYBE_TEXT, sha256=TEXT, id=TEXT,
)  # fmt: skip
QUOTED = _of(text=TEXT, citation=CITATION)
MATCH = _of(query=TEXT, passage=TEXT, at=_list(WHOLE), weight=NUMBER)
HIT = _with(
    _of(
        rank=WHOLE,
        score={**NUMBER, "minimum": 0, "maximum": 1},
        text=TEXT,
        citation=CITATION,
        scores={"type": "object", "additionalProperties": _or_null(NUMBER)},
        matches=_list(MATCH),
        also=_list(CITATION),
    ),
    context=_of(before=_list(QUOTED), after=_list(QUOTED)),
)
RESULT = _of(schema=TEXT, query=TEXT, found=FLAG, hits=_list(HIT))
SHOWN = _of(
    schema=TEXT, title=MAYBE_TEXT, kicker=MAYBE_TEXT, subtitle=MAYBE_TEXT, authors=_list(TEXT), place=MAYBE_TEXT,
    places=_list(TEXT), date=MAYBE_TEXT, publication=MAYBE_TEXT, newspaper_page=MAYBE_WHOLE, status=MAYBE_TEXT, kind=TEXT,
    heads=_list(_of(role=TEXT, text=TEXT, lines=RANGES)), at=WHOLE, passages=_list(QUOTED), source_status=TEXT,
)  # fmt: skip
QUESTION = _or_null(_of(id=MAYBE_TEXT, query=TEXT, rank=WHOLE))
VERDICT = _of(
    schema=TEXT, id=TEXT, source=TEXT, lines=RANGES, status=TEXT, now=_or_null(RANGES), diff=_or_null(_list(_list(TEXT))),
    source_status=TEXT, reason=MAYBE_TEXT, question=QUESTION,
)  # fmt: skip
VERIFIED = _of(counts={"type": "object", "additionalProperties": WHOLE}, verdicts=_list(VERDICT), unreadable=_list(TEXT))
PLACE_BELOW: Schema = {"$ref": "#/$defs/place"}
PLACES = {
    **_of(places=_list(PLACE_BELOW), more=WHOLE),
    "$defs": {"place": _of(name=TEXT, place=TEXT, articles=WHOLE, below=_list(PLACE_BELOW))},
}


def without_paths(fields: Any) -> Any:
    """Return *fields* of JSON less every `path`: where a file lies on this machine is no business of a model.

    >>> without_paths({"citation": {"source": "a.txt", "path": "/home/zhang/a.txt"}})
    {'citation': {'source': 'a.txt'}}
    """
    if isinstance(fields, dict):
        return {name: without_paths(value) for name, value in fields.items() if name != "path"}
    return [without_paths(value) for value in fields] if isinstance(fields, list) else fields
