"""What is said to people, in their language: an English sentence in, the same sentence in English or Chinese out.

    say("no index in {folder}; make one with: qianli index FOLDER", folder=folder)
      │  language(): that of `speaking`, else QIANLI_LANG, else the locale
      ├─ en ▶ the sentence itself
      └─ zh ▶ its row in one of the tables beside this file, chinese_*.py

English is the key, so code reads as it speaks. A test holds that every sentence has its row and every row its sentence.
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

VARIABLE = "QIANLI_LANG"
LANGUAGES = ("zh", "en")
_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)  # to one reader of many, who ask one process at once


def language() -> str:
    """Return "zh" or "en": what QIANLI_LANG says, else "zh" where the locale of the messages is Chinese, else "en".

    Inside `speaking` it is the language that was given there.
    The order of the locale's variables is that of POSIX: LC_ALL, LC_MESSAGES, LANG. Windows has none of them; its display language counts.
    """
    if spoken := _SPOKEN.get():
        return spoken
    wanted = os.environ.get(VARIABLE, "")[:2].lower()
    if wanted in LANGUAGES:
        return wanted
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), None)
    if named is None:
        named = _display_language() if sys.platform == "win32" else ""
    return "zh" if named[:2].lower() == "zh" else "en"


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak *wanted*, "zh" or "en", inside the block, in this thread or task alone: a server has readers of both languages at once.

    >>> with speaking("zh"):
    ...     language()
    'zh'
    """
    before = _SPOKEN.set(wanted)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def say(sentence: str, /, **values: Any) -> str:
    """Return *sentence* in the language of the reader, its {names} filled with *values*.

    >>> say("{count} pages", count=3)
    '3 pages'
    """
    known = _chinese().get(sentence, sentence) if language() == "zh" else sentence
    return known.format(**values) if values else known


def counted(count: int, one: str, many: str, /, **values: Any) -> str:
    """Return the sentence *one* where *count* is 1, else *many*, with {count} filled in.

    >>> counted(1, "{count} page", "{count} pages"), counted(1200, "{count} page", "{count} pages")
    ('1 page', '1,200 pages')
    """
    return say(one if count == 1 else many, count=f"{count:,}", **values)


def listed(names: Iterable[str]) -> str:
    """Return *names* one after the other, as the reader's language separates them.

    >>> listed(["a", "b"])
    'a, b'
    """
    return ("、" if language() == "zh" else ", ").join(names)


@cache
def _chinese() -> dict[str, str]:
    """Return the Chinese sentences by the English ones, out of all tables; they are read only where Chinese is spoken."""
    from index.messages.tables import tables

    return {english: chinese for table in tables().values() for english, chinese in table.items()}


def _display_language() -> str:
    """Return the language of this Windows as `zh`; "" where it is another one or unknown. Python has set the locale when it started."""
    name = locale.getlocale()[0] or ""
    return "zh" if name.startswith(("zh", "Chinese")) else ""
