"""Simplify traditional and Japanese characters in the tokenizer, by one `Precompiled` normalizer.

3,000 `Replace` normalizers would each go over the whole text. A double array of their bytes (in the layout of darts-clone, as in
SentencePiece's normalizers) looks each character up once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

_LEAF = 1 << 8  # flag of a unit whose child of label 0 holds a value
_VALUE = 1 << 31  # flag of a unit that is a value


def simplified() -> dict[str, str]:
    """Return traditional or Japanese character -> simplified character, from OpenCC's tables (Apache-2.0).

    Characters that are also in use as simplified ones are left out: 著, 乾.
    """
    table = {old: new for old, new in read_table("TSCharacters") if old not in new}
    made = {old: new[0] for old, new in table.items() if len(old) == len(new[0]) == 1}
    for old, new in read_table("JPVariants"):  # the table gives the older form and the one in use in Japan
        if len(old) == len(new[0]) == 1 and not _in_gb2312(new[0]):
            made.setdefault(new[0], made.get(old, old))
    return made


def read_table(name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (character, its replacements) of a table of OpenCC."""
    import opencc  # training only: the extra `train`

    for line in (Path(opencc.__file__).parent / "dictionary" / f"{name}.txt").read_text("utf-8").splitlines():
        old, _, new = line.partition("\t")
        yield old, new.split()


def _in_gb2312(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def charsmap(table: Mapping[str, str]) -> bytes:
    """Return *table* as `tokenizers.normalizers.Precompiled` takes it: size, double array, texts."""
    texts, values = b"", {}
    for key in sorted(table, key=str.encode):
        values[key.encode()] = len(texts)
        texts += table[key].encode() + b"\0"
    array = _double_array(values)
    return struct.pack("<I", len(array) * 4) + struct.pack(f"<{len(array)}I", *array) + texts


def _double_array(values: Mapping[bytes, int]) -> list[int]:
    """Return the units: a node at *p* with base *b* has its child for byte *c* at *b* ^ *c*; byte 0 leads to the value."""
    children: dict[bytes, set[int]] = {b"": set()}
    for key in values:
        for i, byte in enumerate(key):
            children.setdefault(key[:i], set()).add(byte)
        children.setdefault(key, set()).add(0)
    units: dict[int, int] = {0: 0}
    offsets, bases = {b"": 0}, {0}  # no two nodes share a base: a child of one would pass for a child of the other
    for prefix in sorted(children, key=lambda prefix: (len(prefix), prefix)):
        labels = children[prefix]
        base = next(base for base in count(1) if base not in bases and not any(base ^ label in units for label in labels))
        bases.add(base)
        offset = offsets[prefix]
        units[offset] |= ((offset ^ base) << 10) | (_LEAF if 0 in labels else 0)
        for label in labels:
            if label:
                units[base ^ label] = label
                offsets[prefix + bytes([label])] = base ^ label
            else:
                units[base] = _VALUE | values[prefix]
    size = (max(units) | 255) + 1
    return [units.get(offset, 0) for offset in range(size)]
