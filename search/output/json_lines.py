"""What is printed as JSON: one object in one line, that no terminal obeys and that every reader of JSON reads as it is."""

from __future__ import annotations

import json
from typing import Any

STEERING = (*range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
ESCAPED = {character: f"\\u{character:04x}" for character in STEERING}  # JSON itself escapes those below a blank


def json_line(fields: Any) -> str:
    """Return *fields* as JSON; Chinese stays readable, what would steer a terminal is escaped, and so are halves of characters.

    >>> print(json_line({"text": "修路\u202e\x9b"}))
    {"text": "修路\\u202e\\u009b"}
    """
    line = json.dumps(fields, ensure_ascii=False)
    return line if line.isprintable() else line.translate(ESCAPED)  # what steers is not printable; asking for that is ten times faster
