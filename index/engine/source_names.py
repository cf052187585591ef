"""Which sources a name means: the name of a source, the end of one, a folder, or a pattern; the first of these that fits any.

>>> names = ["2024/一.txt", "2024/二.txt", "旧/2024/一.txt", "[甲].txt", "甲.txt"]
>>> sources_named("2024/一.txt", names), sources_named("二.txt", names), sources_named("[甲].txt", names)
(['2024/一.txt'], ['2024/二.txt'], ['[甲].txt'])
>>> sources_named("2024", names), sources_named("2024/*", names), sources_named("一*", names)
(['2024/一.txt', '2024/二.txt'], ['2024/一.txt', '2024/二.txt'], ['2024/一.txt', '旧/2024/一.txt'])
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from fnmatch import translate


def sources_named(wanted: str, sources: Iterable[str]) -> list[str]:
    """Return those of *sources* that *wanted* means, in their order.

    Tried in turn: a name; the end of names, from a slash on; a folder; a pattern of names, or of last parts where it has no slash; a
    folder or a pattern anywhere. In a pattern `*` stands for any characters, slashes too, `?` for one, `[甲乙]` for one of these.
    """
    every = list(sources)
    name = plain_name(wanted)
    if not name:
        return every if wanted else []
    return next((chosen for fits in _ways(name) if (chosen := [source for source in every if fits(source)])), [])


def plain_name(wanted: str) -> str:
    """Return *wanted* as names of sources are written: composed characters, / between folders, no ./ before and no / behind."""
    name = unicodedata.normalize("NFC", wanted)
    if os.sep == "\\":
        name = name.replace("\\", "/")
    while name.startswith("./"):
        name = name[2:]
    return "" if name == "." else name.rstrip("/")


def _ways(name: str) -> Iterator[Callable[[str], bool]]:
    """Yield the ways to read *name*, the strictest first."""
    yield lambda source: source == name
    yield lambda source: source.endswith(f"/{name}")
    yield lambda source: source.startswith(f"{name}/")
    pattern, last_part = _pattern(name), "/" not in name
    if pattern:
        yield lambda source: bool(pattern.match(source) or (last_part and pattern.match(source.rpartition("/")[2])))
    yield lambda source: f"/{name}/" in source
    if pattern and not last_part:
        yield lambda source: any(pattern.match(source, slash.end()) for slash in re.finditer("/", source))


def _pattern(name: str) -> re.Pattern[str] | None:
    """Return the expression for *name*, None where it has none of the signs of a pattern. As in SQLite, `[^…]` is a negation, too."""
    if not any(sign in name for sign in "*?["):
        return None
    return re.compile(translate(name.replace("[^", "[!")))
