"""What may be said of a search, once for the command line, Python, batch, `eval` and HTTP.

>>> SearchOptions(k=3).changed(place="上城区").place
'上城区'
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from index.document import is_date
from index.errors import BadInput

MODES = ("hybrid", "dense", "lexical")


class Changes(TypedDict, total=False):
    """The fields of SearchOptions, less *k*, as keywords of a function; a test holds both lists together."""

    mode: str
    min_score: float | None
    place: str | None
    source: str | None
    per_article: int
    context: int
    explain: bool
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How a question is asked. Raises BadInput for a mode that does not exist or a number out of range.

    - *k*: how many passages are returned at most.
    - *mode*: hybrid (meaning and words), dense (meaning) or lexical (words).
    - *min_score*: hits below this probability are left out; None: those below the threshold of `found`.
    - *place*, *source*: only articles about this place or one below it, in sources that match this glob.
    - *per_article*: how many passages of one article are returned at most; 0: no limit.
    - *context*: how many neighbours come with each hit, on either side.
    - *explain*: whether each hit carries an Explanation.
    - *since*, *until*: only articles printed in this time, both ends included: `2024`, `2024-05` or `2024-05-06`. An article without a
      date is left out; one with a partial date is kept if it overlaps.
    """

    k: int = 10
    mode: str = "hybrid"
    min_score: float | None = None
    place: str | None = None
    source: str | None = None
    per_article: int = 0
    context: int = 0
    explain: bool = False
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise BadInput("no mode {mode}; choose one of {modes}", mode=repr(self.mode), modes=", ".join(MODES))
        for name, least in (("k", 1), ("per_article", 0), ("context", 0)):
            number = getattr(self, name)
            if type(number) is not int or number < least:
                raise BadInput("{name} is {number}; give a whole number, {least} or more", name=name, number=repr(number), least=least)
        score = self.min_score
        if score is not None and (not isinstance(score, int | float) or not 0 <= score <= 1):
            raise BadInput("min_score is {score}; give a probability from 0 to 1", score=repr(score))
        for name in ("place", "source"):
            if not isinstance(getattr(self, name), str | None):
                raise BadInput("{name} is {given}; give a text", name=name, given=repr(getattr(self, name)))
        for name in ("since", "until"):
            date = getattr(self, name)
            if date is not None and not (isinstance(date, str) and is_date(date)):
                raise BadInput("{name} is {date}; give a date such as 2024, 2024-05 or 2024-05-06", name=name, date=repr(date))
        if self.since and self.until and self.since > self.until[: len(self.since)].ljust(len(self.since), "~"):
            raise BadInput("since is {since}, which comes after until, {until}; exchange them", since=self.since, until=self.until)

    def changed(self, k: int | None = None, **changes: Unpack[Changes]) -> SearchOptions:
        """Return the same options but for *k* and *changes*, where they are given."""
        return replace(self, **changes, k=self.k if k is None else k)


def chosen_options(k: int | SearchOptions | None, options: SearchOptions | None, changes: Changes) -> SearchOptions:
    """Return the options of a call: whole in place of *k* or as *options*, with the changes that are given by name.

    >>> chosen_options(SearchOptions(k=3), None, {"mode": "dense"}).mode
    'dense'
    """
    if isinstance(k, SearchOptions):
        k, options = None, k
    if options is not None and not isinstance(options, SearchOptions):
        raise BadInput("options are SearchOptions, such as SearchOptions(k=3), and not {name}", name=type(options).__name__)
    return (options or SearchOptions()).changed(k, **changes)
