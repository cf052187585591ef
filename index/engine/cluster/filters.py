"""A filter as a condition that the server tests: the articles of a place, of sources and of a time, never a list of keys.

The conditions hold for a passage as for its article, whose columns each passage repeats. They are those of `source_names.sources_named`
and of the folder engine, in SQL. A pattern without sets of characters is a LIKE; one with sets is a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.engine.cluster import dialect
from index.engine.cluster.dialect import Among, Tables
from index.engine.cluster.queries import Rows
from index.engine.protocol import Filter
from index.engine.source_names import plain_name

SIGNS = "*?["
NOTHING = "1 = 0"


class Condition(NamedTuple):
    """What stands after WHERE, and the values for it."""

    text: str
    values: tuple[str | int, ...] = ()


class ClusterSelection:
    """The passages that a filter leaves: a condition that the server tests, how many they are, and whether these are few in the index."""

    def __init__(self, condition: Condition, count: int, is_few: bool) -> None:
        self._condition, self._count, self.is_few = condition, count, is_few

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> tuple[str | int, ...]:
        return self._condition.values

    def among(self, tables: Tables) -> Among:
        """Return these passages for a search, which compares all of them where they are few."""
        where = f"WHERE {self._condition.text}"
        return dialect.of_articles(tables, where) if self.is_few else dialect.every(tables, where)


def condition(wanted: Filter, rows: Rows) -> Condition:
    """Return the condition for the passages that *wanted* leaves; *rows* says which reading of the name of a source fits any."""
    parts = []
    if wanted.place is not None:
        parts.append(Condition("INSTR(areas, %s) > 0", (wanted.place,)))
    if wanted.since is not None:
        parts.append(Condition(_compared(">="), (wanted.since,) * 2))
    if wanted.until is not None:
        parts.append(Condition(_compared("<="), (wanted.until,) * 2))
    if wanted.source is not None:
        parts.append(_of_source(wanted.source, rows))
    return Condition(" AND ".join(f"({part.text})" for part in parts), tuple(value for part in parts for value in part.values))


def _compared(how: str) -> str:
    """Return the condition that a date is before or after another; dates of a month or a year are compared as far as both go."""
    return f"date IS NOT NULL AND SUBSTR(date, 1, CHAR_LENGTH(%s)) {how} SUBSTR(%s, 1, CHAR_LENGTH(date))"


def _of_source(wanted: str, rows: Rows) -> Condition:
    name = plain_name(wanted)
    if not name:
        return Condition("1 = 1") if wanted else Condition(NOTHING)
    for way in ways(name):
        if rows.connection.rows(f"SELECT 1 FROM {rows.tables.files} WHERE {way.text} LIMIT 1", *way.values):
            return way
    return Condition(NOTHING)


def ways(name: str) -> Iterator[Condition]:
    """Yield the ways to read *name*, the strictest first, as `source_names` has them."""
    plain, pattern, last_part = _escaped(name), any(sign in name for sign in SIGNS), "/" not in name
    yield Condition("source LIKE %s", (plain,))
    yield Condition("source LIKE %s", (f"%/{plain}",))
    yield Condition("source LIKE %s", (f"{plain}/%",))
    if pattern:
        whole = _matching("source", name)
        yield _either(whole, _matching("SUBSTRING_INDEX(source, '/', -1)", name)) if last_part else whole
    yield Condition("source LIKE %s", (f"%/{plain}/%",))
    if pattern and not last_part:
        yield _matching("source", name, anywhere=True)


def _matching(column: str, pattern: str, anywhere: bool = False) -> Condition:
    """Return the condition that *column* matches a pattern, or *anywhere* that one of its ends after a slash does."""
    parts = _parts(pattern)
    if all(part in ("%", "_") or part.startswith("=") for part in parts):
        written = "".join(part if part in ("%", "_") else _escaped(part[1:]) for part in parts)
        return Condition(f"{column} LIKE %s", (("%/" if anywhere else "") + written,))
    expressions = {"%": "(?s:.*)", "_": "(?s:.)"}
    written = "".join(expressions.get(part) or (part if part[0] == "[" else re.escape(part[1:])) for part in parts)
    return Condition(f"REGEXP_LIKE({column}, %s, 'c')", (f"^{'(?s:.*)/' if anywhere else ''}{written}$",))


def _parts(pattern: str) -> list[str]:
    """Return a pattern in pieces: % for any characters, _ for one, [...] for one of a set, = before a character that stands for itself."""
    parts, position = [], 0
    while position < len(pattern):
        sign = pattern[position]
        end = _end_of_set(pattern, position) if sign == "[" else -1
        if end > 0:
            parts.append(_set(pattern[position + 1 : end]))
            position = end
        else:
            parts.append({"*": "%", "?": "_"}.get(sign, f"={sign}"))
        position += 1
    return parts


def _end_of_set(pattern: str, start: int) -> int:
    """Return where the set that begins at *start* ends, -1 where the bracket stands for itself (as in fnmatch)."""
    first = start + 1
    if pattern[first : first + 1] in ("!", "^"):
        first += 1
    if pattern[first : first + 1] == "]":
        first += 1
    return pattern.find("]", first)


def _set(inside: str) -> str:
    """Return the regular expression of a set: ranges as they are, where they are not empty, everything else escaped."""
    negated = inside[0] in "!^"
    inside = inside[negated:]
    members, position = [], 0
    while position < len(inside):
        first = inside[position]
        if inside[position + 1 : position + 2] == "-" and position + 2 < len(inside):
            last = inside[position + 2]
            if first <= last:
                members.append(f"{_member(first)}-{_member(last)}")
            position += 3
        else:
            members.append(_member(first))
            position += 1
    if not members:
        return "[^\\s\\S]" if not negated else "[\\s\\S]"
    return f"[{'^' if negated else ''}{''.join(members)}]"


def _member(character: str) -> str:
    return character if character.isalnum() else f"\\u{ord(character):04x}" if ord(character) < 0x10000 else character


def _escaped(text: str) -> str:
    """Return *text* for LIKE, standing for itself."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _either(one: Condition, other: Condition) -> Condition:
    return Condition(f"({one.text} OR {other.text})", (*one.values, *other.values))
