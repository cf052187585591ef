"""The pages as HTML: what was asked and found in, HTML out. `routes.py` reads requests and sends what is made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from index.document import Citation
from index.messages import language, say
from search.measures import Rarity
from search.results import Hit, Result
from search.server.page.asked import Asked
from search.server.page.basket import NAME, Basket, unpacked
from search.server.page.figures import (
    EVERYTHING,
    EXACTLY,
    HEIGHT,
    NOWHERE,
    WIDTH,
    Part,
    bars,
    marked,
    period_name,
    place_table,
    timeline,
)
from search.server.page.handing_out import Chosen
from search.server.page.hits import certainty, hit_views, passage_address
from search.server.page.languages import FIELD
from search.server.page.overview import Overview
from search.server.page.passage import PassageView, where
from search.server.page.rendering import address, render
from search.server.settings import MOST_HITS


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the address that they are at, in which other language it is at *translated*, and their basket."""

    here: str
    translated: str
    basket: Basket

    @classmethod
    def of(cls, request: Request) -> Reader:
        """Return who sent a request, and where it went."""
        other = "en" if language() == "zh" else "zh"
        query = {name: value for name, value in request.query_params.items() if name != FIELD}
        path = quote(request.url.path)
        return cls(address(path, **query), address(path, **query | {FIELD: other}), unpacked(request.cookies.get(NAME)))

    def page(self, template: str, /, **values: Any) -> str:
        """Return a page in the frame that all pages share."""
        shared = {"here": self.here, "translated": self.translated, "basket": self.basket, "asked": Asked()}
        return render(template, **{**shared, "lang": "zh-Hans" if language() == "zh" else "en", **values})


def start_page(reader: Reader, known: Overview, asked: Asked, wrong: str = "") -> str:
    """Return the form alone; *wrong* says why what it was filled with cannot be asked."""
    return reader.page("start.html", known=known, asked=asked, wrong=wrong)


def results_page(
    reader: Reader, known: Overview, asked: Asked, result: Result, threshold: float, empty: list[str], like: Citation | None
) -> str:
    """Return the answer to a question. *empty*: why the filters leave nothing; *like*: the passage that was asked with."""
    hits = hit_views(result.hits, result, threshold, asked)
    nearest = [] if result.hits else hit_views(result.nearest, result, threshold, asked)
    return reader.page(
        "results.html", known=known, asked=asked, result=result, hits=hits, nearest=nearest, empty=empty, like=like, threshold=threshold
    )


def passage_page(reader: Reader, view: PassageView, q: str, whole: bool) -> str:
    return reader.page("passage.html", view=view, q=q, whole=whole, where=where(view.citation))


def basket_page(reader: Reader, questions: dict[str, list[Chosen]], threshold: float, full: str = "") -> str:
    """Return the basket; *full*: why a passage could not be added."""
    return reader.page("basket.html", questions=questions, certainty=lambda score: certainty(score, threshold), full=full)


def figures_page(reader: Reader, asked: Asked, hits: Sequence[Hit], part: Part, rarity: Rarity) -> str:
    """Return the figures of what was found, and the passages of one *part* of them."""
    line = timeline(hits)
    return reader.page(
        "figures.html",
        asked=asked,
        table=place_table(asked.q, hits, rarity),
        line=line,
        bars=bars(line),
        size=(WIDTH, HEIGHT),
        cut=len(hits) >= MOST_HITS,
        part=part,
        everything=EVERYTHING,
        part_said=_said(part),
        chosen=part.of(hits),
        marked=marked,
        passage_address=passage_address,
    )


def _said(part: Part) -> str:
    """Return a part of the figures in words, "" for all of them."""
    place = part.at.removeprefix(EXACTLY)
    told = [
        *([say("no place named") if place == NOWHERE else place] if place else []),
        *([say("with “{word}”", word=part.has)] if part.has else []),
        *(
            [say("no date printed") if part.printed == NOWHERE else say("printed {date}", date=period_name(part.printed))]
            if part.printed
            else []
        ),
    ]
    return " · ".join(told)


def error_page(reader: Reader, status: int, detail: str, again: str | None = None) -> str:
    """Return a page that says what went wrong in the command line's words; *again*: after how many seconds it may be tried again."""
    return reader.page("error.html", status=status, detail=detail, again=again)


def sign_in_page(reader: Reader, action: str, wrong: str = "") -> str:
    """Return the page with the one field for the token; *wrong* says why the last one was not taken."""
    return reader.page("sign_in.html", action=action, wrong=wrong)
