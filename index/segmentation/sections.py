"""The section of each article: the name of a newspaper's column, or the editor's lead, that covers it.

栏目 杭州·上城 ──▶ every article below, until another section opens, the place is another one, an official notice comes between, or a
                 title has marks as strong as those of the section
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Article, Heading, Page
from index.layout.furniture import is_furniture, is_running_head
from index.layout.heading_words import BARE_PLACE
from index.layout.line_shapes import LONGEST_UNMARKED_HEADING
from index.text.person_names import EDITOR

OPENING_ROLES = ("section", "banner")
WORD_CHARACTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a page."""

    name: str  # or the words of its lead, where it has no name
    level: int  # of the marks of its heading, 0 for none

    def covers(self, article: Article, level: int) -> bool:
        """Whether *article*, whose title has marks of this *level*, belongs to the section."""
        elsewhere = article.place is not None and not all(unit in article.place for unit in self.places)
        return article.kind != "notice" and not elsewhere and not 0 < level <= self.level

    @property
    def places(self) -> list[str]:
        """The units of the place that is the section's name: `杭州·上城` covers nothing that happens elsewhere."""
        parts = re.split("[·•]", self.name)
        return parts if BARE_PLACE.fullmatch(self.name) else []


def sections(page: Page, articles: Sequence[Article]) -> list[str | None]:
    """Return for each of the *articles* of *page* the name of its section, None where it has none."""
    names: list[str | None] = []
    current: Section | None = None
    for article in articles:
        title = next((heading for heading in article.headings if heading.role == "title"), None)
        opened = _opened_section(page, article, title)
        if opened:
            current = opened
        elif current and not current.covers(article, _level(page, title)):
            current = None
        names.append(current.name if current else None)
    return names


def _opened_section(page: Page, article: Article, title: Heading | None) -> Section | None:
    """Return the section that begins above the title of *article*, or above its text where it has no title."""
    first = min((part.spans for part in (title, *article.paragraphs) if part), default=())
    above = [heading for heading in article.headings if heading.role in OPENING_ROLES and heading.spans < first and _is_name(page, heading)]
    named = next((heading for heading in above if len(heading.text) <= LONGEST_UNMARKED_HEADING), above[0] if above else None)
    return Section(named.text, _level(page, named)) if named else None


def _is_name(page: Page, heading: Heading) -> bool:
    """Whether a heading can name a section; front matter, rules and running heads cannot."""
    return (
        bool(WORD_CHARACTER.search(heading.text))
        and not heading.text.startswith("---")
        and not (is_furniture(heading.text) or is_running_head(heading.text) or EDITOR.fullmatch(heading.text))
    )


def _level(page: Page, heading: Heading | None) -> int:
    if heading is None:
        return 0
    start = page.text.rfind("\n", 0, heading.spans[0][0]) + 1
    return page.text.count("#", start, heading.spans[0][0])
