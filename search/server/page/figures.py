"""What was found, in figures: hits in; a table of places × measures and a timeline out, each number with the hits that it counts.

    hits ──▶ place_table   杭州市 │ 5 │ 错时停车 3 │ 加装电梯 1        a count is that of `Part.of(hits)`: what its link shows
         └─▶ timeline      2022 ▂  2023 ▇  2024 ▅, 4 without a date

Places are those by which the passages are cited, at the level at which they compare: cities; provinces where there are too many
cities; districts or towns where there is one city alone. The words of the measures are those of `search/measures.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from index.text.gazetteer import gazetteer, with_province
from index.text.tokens import normalised
from search.measures import Rarity, measures, occurrences, stands_in
from search.places import units_from_province
from search.results import Hit

MOST_ROWS = 15  # cities from which on provinces are compared instead
MOST_PERIODS = 24  # bars of a timeline: months as long as these are enough, else years, else decades
SHADES = 4  # steps from the palest to the darkest cell
UNITS = (("month", 7), ("year", 4), ("decade", 3))  # what a bar stands for, and how many characters of a date name it
WIDTH, HEIGHT = 360, 120  # of the picture of a timeline, in its own units: those of a phone, so that its letters stay legible there
LABELS, NUMBERS = 18, 14  # units below the bars and above them
LETTER = 6  # units that a digit of a label is wide at most
GAP = 0.25  # share of a bar's room that stays empty
MOST_LABELS = 5  # months that stand below the bars without touching; years are shorter, decades longer
PROVINCE, CITY, COUNTY, TOWN = range(4)
LONGEST_NAME = 200  # characters of a place or a word in an address
NOWHERE = "-"  # the place of passages that are cited by none
EXACTLY = "="  # before a place that is named without any below it


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the hits, as an address names it.

    - *at*: those cited by this place or one below it; `=浙江省`: by this place alone; `-`: by none.
    - *has*: those in whose text this word stands.
    - *printed*: those whose date begins so, `2024-05`, or `199` for a decade; `-`: those without a date.
    """

    at: str = ""
    has: str = ""
    printed: str = ""

    @classmethod
    def named(cls, query: Mapping[str, str]) -> Part:
        """Return the part that the query of an address names; what no part is called so long is cut."""
        return cls(*(query.get(name, "").strip()[:LONGEST_NAME] for name in ("at", "has", "printed")))

    def of(self, hits: Iterable[Hit]) -> list[Hit]:
        """Return the hits of this part, in their order."""
        return [hit for hit in hits if self._has_place(hit) and self._has_date(hit) and self._has_word(hit)]

    def _has_place(self, hit: Hit) -> bool:
        names = place_names(hit.citation.place)
        if self.at.startswith(EXACTLY):
            return names[-1] == self.at.removeprefix(EXACTLY)
        return not self.at or self.at in names

    def _has_word(self, hit: Hit) -> bool:
        return not self.has or stands_in(normalised(self.has), normalised(hit.text))

    def _has_date(self, hit: Hit) -> bool:
        date = hit.citation.date
        return not self.printed or (date is None if self.printed == NOWHERE else (date or "").startswith(self.printed))


EVERYTHING = Part()


class Cell(NamedTuple):
    """A number of passages, what part of the hits they are, and how dark the cell is, from 0 (none) to SHADES."""

    passages: int
    part: Part
    shade: int


class Row(NamedTuple):
    """A place: its *name*, short where all rows share what is above it, "" for none; *exact*: no place below it is named.

    *cells* has all passages of the place, then those of each measure.
    """

    name: str
    exact: bool
    cells: tuple[Cell, ...]


class PlaceTable(NamedTuple):
    """Places × measures. *above*: what all rows lie in, "" for nothing; *rows*: those of most passages first, the one without a place
    last; *total*: all places together."""

    above: str
    measures: tuple[str, ...]
    rows: tuple[Row, ...]
    total: tuple[Cell, ...]


class Period(NamedTuple):
    """A bar of a timeline: `2024-05`, `2024` or `1990–1999`, and its passages."""

    name: str
    cell: Cell


class Timeline(NamedTuple):
    """*periods* follow each other without a gap, also where nothing was printed; *undated*: the passages without a date."""

    unit: str  # month, year or decade
    periods: tuple[Period, ...]
    undated: Cell

    @property
    def most(self) -> int:
        """The passages of the highest bar."""
        return max((period.cell.passages for period in self.periods), default=0)

    @property
    def dated(self) -> int:
        return sum(period.cell.passages for period in self.periods)


class Bar(NamedTuple):
    """A bar in the picture of a timeline; *x* and *y* are its left upper corner, *label* what stands below it, "" for nothing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    passages: int

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def label_at(self) -> float:
        """The middle of the label, all of which stays inside the picture."""
        half = len(self.label) * LETTER / 2
        return min(max(self.middle, half), WIDTH - half)


def place_table(question: str, hits: Sequence[Hit], rarity: Rarity) -> PlaceTable:
    """Return the hits by place and measure; without any hit a table without rows."""
    words = measures(question, hits, rarity)
    names = [place_names(hit.citation.place) for hit in hits]
    level = level_of(names)
    counted = Counter(_row(places, level) for places in names)
    places = sorted(counted, key=lambda place: (place == NOWHERE, -counted[place], place))
    above = _shared({place.removeprefix(EXACTLY) for place in places if place != NOWHERE}, level)
    parts = [[Part(at=place), *(Part(at=place, has=word) for word in words)] for place in places]
    counts = [[len(part.of(hits)) for part in row] for row in parts]
    darkest = max((count for row in counts for count in row[1:]), default=0)
    rows = [
        Row(
            "" if place == NOWHERE else place.removeprefix(EXACTLY).removeprefix(above) or above,
            place.startswith(EXACTLY),
            tuple(_cell(count, part, darkest) for count, part in zip(row, row_parts, strict=True)),
        )
        for place, row, row_parts in zip(places, counts, parts, strict=True)
    ]
    total = tuple(Cell(len(part.of(hits)), part, 0) for part in (EVERYTHING, *(Part(has=word) for word in words)))
    return PlaceTable(above, words, tuple(rows), total if hits else ())


def timeline(hits: Sequence[Hit]) -> Timeline:
    """Return the hits by the time when they were printed: by month where all dates have one and lie close together, else by year, else by
    decade."""
    dates = [hit.citation.date for hit in hits if hit.citation.date]
    undated = Cell(len(hits) - len(dates), Part(printed=NOWHERE), 0)
    if not dates:
        return Timeline("year", (), undated)
    unit, size = next(
        (unit, size)
        for unit, size in UNITS
        if unit == "decade" or (all(len(date) >= size for date in dates) and len(_spans(min(dates), max(dates), size)) <= MOST_PERIODS)
    )
    spans = _spans(min(dates), max(dates), size)
    counted = Counter(date[:size] for date in dates)
    named = [Period(period_name(span), Cell(counted[span], Part(printed=span), 0)) for span in spans]
    return Timeline(unit, tuple(named), undated)


@lru_cache(1 << 12)
def place_names(place: str | None) -> tuple[str, ...]:
    """Return the names in full of the province, city, county and town of a place, as far as it names them; `-` for no place.

    A place whose province is not known has one name, at all levels.

    >>> place_names("杭州市上城区"), place_names("北京市朝阳区"), place_names("笕桥街道"), place_names(None)
    (('浙江省', '浙江省杭州市', '浙江省杭州市上城区'), ('北京市', '北京市', '北京市朝阳区'), ('笕桥街道', ...), ('-',))
    """
    if not place:
        return (NOWHERE,)
    known = gazetteer()
    units = units_from_province(with_province(place))
    names = ["".join(units[: size + 1]) for size in range(len(units))]
    if known.provinces.get(units[0]) != units[0]:
        return ("".join(units),) * (TOWN + 1)
    if units[0] in known.province_of:  # of the four cities that are provinces
        names.insert(0, units[0])
    return tuple(names[: TOWN + 1])


def level_of(names: Sequence[tuple[str, ...]]) -> int:
    """Return the level at which places compare, from the names of each: that of cities, if there are several and not too many."""
    known = [places for places in names if places != (NOWHERE,)]
    distinct = [len({places[level] for places in known if len(places) > level}) for level in range(TOWN + 1)]
    if distinct[CITY] > MOST_ROWS and distinct[PROVINCE] > 1:
        return PROVINCE
    return next((level for level in (CITY, COUNTY, TOWN) if 1 < distinct[level] <= MOST_ROWS), CITY)


def _row(names: tuple[str, ...], level: int) -> str:
    """Return the row of a place by its names."""
    if names == (NOWHERE,) or len(names) > level:
        return names[min(level, len(names) - 1)]
    return EXACTLY + names[-1]


def _shared(places: set[str], level: int) -> str:
    """Return what all places of the rows lie in, so that it need not be said in each."""
    above = [place_names(place)[:level] for place in places]
    shared = [units[0] for units in zip(*above, strict=False) if len(set(units)) == 1] if len(places) > 1 else []
    return shared[-1] if shared and shared[-1] not in places else ""


def _cell(count: int, part: Part, darkest: int) -> Cell:
    return Cell(count, part, min(SHADES, -(-SHADES * count // darkest)) if darkest else 0)


def bars(line: Timeline) -> list[Bar]:
    """Return the bars of a timeline inside WIDTH × HEIGHT; as many are labelled as there is room for, the first one among them."""
    if not line.periods:
        return []
    step = WIDTH / len(line.periods)
    every = -(-len(line.periods) // (MOST_LABELS if line.unit == "month" else MOST_LABELS + 2 if line.unit == "year" else MOST_LABELS - 1))
    room = HEIGHT - LABELS - NUMBERS
    return [
        Bar(
            x=round(number * step + step * GAP / 2, 1),
            y=round(NUMBERS + room * (1 - period.cell.passages / line.most), 1),
            width=round(step * (1 - GAP), 1),
            height=round(room * period.cell.passages / line.most, 1),
            label=period.name if number % every == 0 else "",
            passages=period.cell.passages,
        )
        for number, period in enumerate(line.periods)
    ]


def period_name(printed: str) -> str:
    """Return the name of a period from the beginning of its dates.

    >>> period_name("199"), period_name("2024-05")
    ('1990–1999', '2024-05')
    """
    return f"{printed}0–{printed}9" if len(printed) == 3 and printed.isdecimal() else printed


def marked(text: str, word: str) -> list[str]:
    """Return *text* in pieces, every second of which is *word* as the text prints it.

    >>> marked("安裝充電樁，又安装", "安装"), marked("修路", "")
    (['', '安裝', '充電樁，又', '安装', ''], ['修路'])
    """
    compared, wanted = normalised(text), normalised(word)
    if not wanted or len(compared) != len(text):
        return [text]
    pieces = [0]
    for match in occurrences(wanted, compared):
        pieces += match.span()
    return [text[start:end] for start, end in pairwise([*pieces, len(text)])]


def _spans(first: str, last: str, size: int) -> list[str]:
    """Return the beginnings of dates, *size* characters long, from one date to another without a gap.

    >>> _spans("2023-11-30", "2024-02", 7), _spans("1989", "2011-05", 3)
    (['2023-11', '2023-12', '2024-01', '2024-02'], ['198', '199', '200', '201'])
    """
    if size < 7:
        return [str(number) for number in range(int(first[:size]), int(last[:size]) + 1)]
    begin, end = (12 * int(date[:4]) + int(date[5:7]) - 1 for date in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1)]
