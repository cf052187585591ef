"""The arguments of a tool: what a client is told of them, and what a model sent checked against it.

A model may write null or "" for what it leaves out, and a number as a text; nothing else is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from index.errors import BadInput
from index.messages import listed, say

MISSING: Any = object()
SHORTENED = 60  # characters of a wrong value that an error repeats


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a tool. *type*: string, integer, number or array, of *items*; *least*, *most*: bounds of a number."""

    name: str
    type: str
    description: str
    default: Any = None
    needed: bool = False
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    items: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the argument."""
        known = {
            "type": self.type,
            "description": self.description,
            "default": self.default,
            "minimum": self.least,
            "maximum": self.most,
            "enum": list(self.choices) or None,
            "items": {"type": self.items} if self.items else None,
        }
        return {name: value for name, value in known.items() if value is not None}

    def value(self, given: Any) -> Any:
        """Return *given* as this argument takes it. Raise BadInput for what is of another type or out of bounds."""
        value = given
        if self.type in ("integer", "number") and not isinstance(given, bool):
            with suppress(ValueError, TypeError, OverflowError):
                number = float(given)
                value = int(number) if number.is_integer() else number
        if not self._fits(value):
            raise BadInput("{name} is {value}; give {kind}", name=self.name, value=_short(given), kind=self._kind())
        return value

    def _fits(self, value: Any) -> bool:
        if self.type == "string":
            return isinstance(value, str) and (not self.choices or value in self.choices)
        if self.type == "array":
            return isinstance(value, list) and all(isinstance(item, str if self.items == "string" else dict) for item in value)
        is_number = not isinstance(value, bool) and isinstance(value, int if self.type == "integer" else int | float)
        return is_number and (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def _kind(self) -> str:
        """What the argument has to be, in words."""
        if self.choices:
            return say("one of {names}", names=listed(self.choices))
        if self.type == "array":
            return say("a list of texts") if self.items == "string" else say("a list of results")
        if self.type == "string":
            return say("a text")
        if self.type == "integer":
            return say("a whole number from {least} to {most}", least=self.least, most=self.most)
        return say("a number from {least} to {most}", least=self.least, most=self.most)


def input_schema(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Return the JSON schema of the arguments of a tool."""
    return {
        "type": "object",
        "properties": {parameter.name: parameter.schema for parameter in parameters},
        "required": [parameter.name for parameter in parameters if parameter.needed],
        "additionalProperties": False,
    }


def checked(tool: str, parameters: Sequence[Parameter], given: dict[str, Any]) -> dict[str, Any]:
    """Return a value for each of the *parameters* of *tool*. Raise BadInput for one that is missing, unknown or wrong."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            raise BadInput("{tool} takes no {name}; it takes {names}", tool=tool, name=_short(name), names=listed(known))
    values = {}
    for name, parameter in known.items():
        value = given.get(name)
        if value is None and parameter.needed:
            raise BadInput("{tool} needs {name}: {description}", tool=tool, name=name, description=parameter.description)
        left_out = value is None or (value == "" and not parameter.needed)
        values[name] = parameter.default if left_out else parameter.value(value)
    return values


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHORTENED else f"{text[:SHORTENED]}…"
