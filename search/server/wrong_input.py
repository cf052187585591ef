"""What is wrong with a request, in our words: the findings of pydantic in, one sentence out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from index.messages import say

MOST_FINDINGS = 3  # of a request that are named
SHOWN = 40  # characters of a wrong value that are repeated
PLACES = ("query", "body", "path", "header")  # where a field stands in a request, which its name begins with


def sentence(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return what to mend in a request.

    >>> sentence([{"type": "int_parsing", "loc": ("query", "k"), "input": "ten"}])
    "k is 'ten'; give a whole number"
    """
    return "; ".join(dict.fromkeys(_sentence(finding) for finding in findings[:MOST_FINDINGS]))


def _sentence(finding: Mapping[str, Any]) -> str:
    kind, context = str(finding["type"]), finding.get("ctx") or {}
    parts = [str(part) for part in finding["loc"]]
    name = ".".join(parts[1:] if parts[:1] and parts[0] in PLACES else parts) or say("the request")
    if kind == "missing":
        return say("{name} is missing", name=name)
    if kind == "extra_forbidden":
        return say("there is no field {name}; the fields are listed in /openapi.json", name=name[:SHOWN])
    if kind.startswith("json_"):
        return say("the request is no JSON; send an object in UTF-8")
    given = repr(finding.get("input"))
    given = given if len(given) <= SHOWN else f"{given[:SHOWN]}…"
    return say("{name} is {given}; {wanted}", name=name, given=given, wanted=_wanted(kind, context))


def _wanted(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "greater_than_equal":
        return say("give {least} or more", least=f"{context['ge']:g}")
    if kind == "less_than_equal":
        return say("give {most} or less", most=f"{context['le']:g}")
    if kind in ("string_too_long", "too_long"):
        return say("give {most} at most", most=context["max_length"])
    if kind in ("string_too_short", "too_short"):
        return say("give {least} at least", least=context["min_length"])
    if kind in ("literal_error", "enum"):
        return say("choose one of {names}", names=context["expected"])
    if kind == "string_pattern_mismatch":
        return say("give a date such as 2024, 2024-05 or 2024-05-06")
    wanted = {
        "int": say("give a whole number"),
        "float": say("give a number"),
        "finite": say("give a number"),
        "bool": say("give true or false"),
        "string": say("give a text"),
        "list": say("give a list"),
    }
    return wanted.get(kind.partition("_")[0], say("give an object with fields"))
