"""In which language a reader is spoken to: what they chose, else QIANLI_LANG, else what their browser asks for, else the locale."""

from __future__ import annotations

import os

from starlette.requests import Request

from index.messages import LANGUAGES, VARIABLE, language

COOKIE = "qianli_lang"
FIELD = "lang"  # of an address; it is kept in the cookie
KEPT = 365 * 24 * 3600  # seconds


def chosen_language(asked: str | None, kept: str | None, accepted: str) -> str:
    """Return "zh" or "en": *asked* in the address, *kept* in the cookie, else by QIANLI_LANG or the header Accept-Language.

    >>> chosen_language("en", "zh", "zh-CN"), chosen_language(None, "zh", "en"), chosen_language("fr", "", "de;q=0.9, zh;q=0.8")
    ('en', 'zh', 'en')
    """
    for wanted in (asked, kept, os.environ.get(VARIABLE, "")[:2].lower()):
        if wanted in LANGUAGES:
            return wanted
    return _accepted(accepted) or language()


def language_of(request: Request) -> str:
    """Return "zh" or "en": the language of who sent *request*."""
    return chosen_language(request.query_params.get(FIELD), request.cookies.get(COOKIE), request.headers.get("accept-language", ""))


def _accepted(header: str) -> str | None:
    """Return the language of a header Accept-Language that we speak and its reader likes best, None for none.

    >>> _accepted("fr, en;q=0.3, zh-Hans-CN;q=0.9"), _accepted("fr"), _accepted("zh;q=0, en;q=x")
    ('zh', None, None)
    """
    liked: dict[str, float] = {}
    for part in header.split(","):
        name, _, weight = part.strip().partition(";")
        value = _weight(weight)
        if name[:2].lower() in LANGUAGES and value > 0:
            liked.setdefault(name[:2].lower(), value)
    return max(liked, key=lambda name: liked[name], default=None)


def _weight(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        return 0.0
