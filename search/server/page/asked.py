"""What the search form asks: the query of an address in, a question with its options out, and addresses of related questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from index.errors import BadInput
from search.options import SearchOptions
from search.server.asked import checked_query
from search.server.page.figures import EVERYTHING, Part
from search.server.page.rendering import address
from search.server.settings import MOST_HITS

STEPS = (10, 20, 50)  # how many passages a reader asks for, one step after the other
PER_ARTICLE = 3  # passages of one article, as in the terminal: a reader wants several precedents, not one at length
LONGEST = 2000  # characters of a field of the form
LONGEST_NUMBER = 4  # digits of a number that is read at all


@dataclass(frozen=True, slots=True)
class Asked:
    """One state of the search form. *like*: the id of a passage that is asked with instead of a question; *whole*: no limit an article."""

    q: str = ""
    like: str = ""
    place: str = ""
    source: str = ""
    since: str = ""
    until: str = ""
    k: int = STEPS[0]
    whole: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Return what the query of an address asks; `refused` says what in it cannot be asked."""
        fields = {name: query.get(name, "").strip()[: LONGEST + 1] for name in ("q", "like", "place", "source", "since", "until")}
        k = query.get("k", "").strip()
        number = int(k) if k.isascii() and k.isdecimal() and len(k) <= LONGEST_NUMBER else (0 if k else STEPS[0])
        return cls(k=number, whole=query.get("all") == "1", **fields)

    def checked(self) -> SearchOptions:
        """Return the options of this search. Raise BadInput for what cannot be asked."""
        if not 1 <= self.k <= MOST_HITS:
            raise BadInput("the number of passages is not from 1 to {most}; leave k out of the address", most=MOST_HITS)
        for name in ("q", "like", "place", "source"):
            if len(getattr(self, name)) > LONGEST:
                raise BadInput("{name} has more than {most} characters; shorten it", name=name, most=LONGEST)
        checked_query(self.q)
        return self.options

    @property
    def filtered(self) -> bool:
        return any((self.place, self.source, self.since, self.until))

    @property
    def options(self) -> SearchOptions:
        """The options of this search. Raise BadInput for dates that are none."""
        return SearchOptions(
            k=self.k,
            place=self.place or None,
            source=self.source or None,
            since=self.since or None,
            until=self.until or None,
            per_article=0 if self.whole else PER_ARTICLE,
            explain=True,
        )

    def changed(self, **changes: Any) -> str:
        """Return the address of the same search but for *changes*."""
        return replace(self, **changes).address

    @property
    def address(self) -> str:
        k = self.k if self.k != STEPS[0] else ""
        fields = {"q": self.q, "like": self.like, "place": self.place, "source": self.source, "since": self.since, "until": self.until}
        return address("/search", **fields, k=k, all="1" if self.whole else "")

    def figures(self, part: Part = EVERYTHING) -> str:
        """Return the address of the figures of this search, with a part of them chosen."""
        fields = {"q": self.q, "like": self.like, "place": self.place, "source": self.source, "since": self.since, "until": self.until}
        return address("/figures", **fields, at=part.at, has=part.has, printed=part.printed)

    def counted(self) -> Asked:
        """Return the same search for figures: all passages of every article, as many as are ever shown."""
        return replace(self, k=MOST_HITS, whole=True)

    def exactly(self, word: str) -> str:
        """Return the address of the same question, of passages in which *word* stands to the letter."""
        return replace(self, q=f'{self.q} "{word}"'.strip(), k=STEPS[0]).address

    @property
    def more(self) -> int | None:
        """The next step of *k*, None where there is none."""
        return next((step for step in STEPS if step > self.k), None)
