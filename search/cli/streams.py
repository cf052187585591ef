"""The encoding of what is printed: text in that of the terminal, results for programs in UTF-8, unless `--encoding` says otherwise.

    --encoding NAME                             everything that is printed, results for programs too
    a terminal, PYTHONIOENCODING, the locale    text for people, as Python found it; UTF-8 where it knows no Chinese and nobody asked for it
    --json, --csv, --md, --trec, batch          UTF-8: programs and spreadsheets read it whatever the code page of the console is

A character that the encoding does not have is shown as ?, and one line says so at the end. In JSON it is escaped: nothing is lost.
"""

from __future__ import annotations

import codecs
import os
import sys
from typing import TextIO

from index.errors import BadInput
from index.messages import say

UTF_8 = "utf-8"
CHINESE = "中"  # an encoding that does not have it was set up for another country
REPLACE, ESCAPE = "qianli.replace", "qianli.escape"  # how characters that an encoding lacks are written
VARIABLE = "PYTHONIOENCODING"

_asked: list[str] = []  # the encoding that --encoding named, if it did
_replaced: list[str] = []  # the characters that were shown as ?, as pieces


def prepare() -> None:
    """Set the encoding of standard output and standard error for text; called once, before anything is printed."""
    asked = bool(os.environ.get(VARIABLE, "").partition(":")[0])
    for stream in (sys.stdout, sys.stderr):
        known = stream.encoding or UTF_8
        _set(stream, known if asked or _has_chinese(known) else UTF_8, REPLACE)


def print_in(name: str | None) -> str | None:
    """Print in the encoding *name*, as --encoding asks. Raise BadInput where Python knows no such encoding of text."""
    if name is None:
        return None
    try:
        encoding = codecs.lookup(name).name
        "".encode(encoding)  # not of text: base64
    except (LookupError, ValueError, UnicodeError):
        raise BadInput(say("there is no encoding {name}; choose utf-8, gbk, gb18030 or another that Python knows", name=name)) from None
    _asked[:] = [encoding]
    _set(sys.stdout, encoding, REPLACE)
    if sys.stdout.isatty() == sys.stderr.isatty():
        _set(sys.stderr, encoding, REPLACE)
    return name


def for_programs(json: bool = True) -> None:
    """Print results for programs from now on: in UTF-8, unless --encoding said otherwise or a terminal shows them."""
    if _asked or sys.stdout.isatty():
        _set(sys.stdout, sys.stdout.encoding, ESCAPE if json else REPLACE)
    else:
        _set(sys.stdout, UTF_8, REPLACE)


def lost() -> str | None:
    """Return the line that says which characters were shown as ?; None where none was."""
    if not _replaced:
        return None
    some = "".join(dict.fromkeys("".join(_replaced)))[:10]
    return say("characters that {encoding} does not have are shown as ?: {codes}; print all of them with --encoding utf-8",
               encoding=sys.stdout.encoding, codes=" ".join(f"U+{ord(character):04X}" for character in some))  # fmt: skip


def _set(stream: TextIO, encoding: str, errors: str) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding=encoding, errors=errors)


def _has_chinese(encoding: str) -> bool:
    try:
        CHINESE.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _replacing(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    _replaced.append(error.object[error.start : error.end])
    return "?" * (error.end - error.start), error.end


def _escaping(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[start : start + 2].hex()}" for start in range(0, len(units), 2)), error.end


codecs.register_error(REPLACE, _replacing)
codecs.register_error(ESCAPE, _escaping)
