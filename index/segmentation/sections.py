"""The articles of a page to the section that each stands in: the column's name or the editor's lead that covers it.

栏目 杭州·上城 ──▶ every article below, until another section opens, an official notice stands alone, the place is another one, or a
                 head has marks that are as strong as the section's own
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Article, Heading, Page
from index.layout.line_kinds import BARE_PLACE, HEADLINE
from index.layout.lines import folio
from index.text.person_names import EDITOR

OPENS = ("section", "banner")
WORDS = re.compile(r"\w")
UNIT = re.compile(r"[省市区县州镇乡]$")


@dataclass(frozen=True, slots=True)
class Section:
    """What covers articles: its name, or its lead where it has none, and the marks of its head (0 for none)."""

    name: str
    level: int

    def covers(self, article: Article, level: int) -> bool:
        elsewhere = article.place is not None and not all(unit in article.place for unit in self.places)
        return article.kind != "notice" and not elsewhere and not 0 < level <= self.level

    @property
    def places(self) -> list[str]:
        """The places that are its name: `杭州·上城` is there for nothing that happens elsewhere."""
        parts = re.split("[·•]", self.name)
        return parts if BARE_PLACE.fullmatch(self.name) else []


def sections(page: Page, articles: Sequence[Article]) -> list[str | None]:
    """Return for each of *articles*, which were read out of *page*, the name of its section, None where it has none."""
    told: list[str | None] = []
    over: Section | None = None
    for article in articles:
        title = next((head for head in article.headings if head.role == "title"), None)
        opened = _opened(page, article, title)
        if opened:
            over = opened
        elif over and not over.covers(article, _level(page, title)):
            over = None
        told.append(over.name if over else None)
    return told


def _opened(page: Page, article: Article, title: Heading | None) -> Section | None:
    """The section that begins above the title of *article*, or above its text where it has none."""
    first = min((part.spans for part in (title, *article.paragraphs) if part), default=())
    above = [head for head in article.headings if head.role in OPENS and head.spans < first and _names(page, head)]
    named = next((head for head in above if len(head.text) <= HEADLINE), above[0] if above else None)
    return Section(named.text, _level(page, named)) if named else None


def _names(page: Page, head: Heading) -> bool:
    """Front matter, rules and the newspaper's own line name nothing."""
    return (
        bool(WORDS.search(head.text))
        and not (page.markdown and head.text.startswith("---"))
        and not (folio(head.text) or EDITOR.fullmatch(head.text))
    )


def _level(page: Page, head: Heading | None) -> int:
    if head is None:
        return 0
    start = page.text.rfind("\n", 0, head.spans[0][0]) + 1
    return page.text.count("#", start, head.spans[0][0])
