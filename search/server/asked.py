"""What may be asked of the API, as pydantic reads it: the fields of each request with their limits, said once for checks and OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.errors import BadInput
from index.messages import say
from search.options import SearchOptions
from search.server.settings import LONGEST_QUERY, MOST_CITED, MOST_CONTEXT, MOST_HITS, MOST_QUERIES

LONGEST_NAME = 1024  # characters of a place, a source or a citation
LONGEST_ID = 200  # characters of the id of a question
DATE = r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$"

Name = Annotated[str, Field(max_length=LONGEST_NAME)]


class Fields(BaseModel):
    """An object that has no other fields than those that are listed."""

    model_config = ConfigDict(extra="forbid")


class Options(Fields):
    """How questions are asked; the same words as on the command line. An empty text stands for no such filter."""

    k: int = Field(10, ge=1, le=MOST_HITS, description="how many passages at most")
    mode: Literal["hybrid", "dense", "lexical"] = Field("hybrid", description="what finds passages: meaning and words, meaning, or words")
    min_score: float | None = Field(
        None, ge=0, le=1, allow_inf_nan=False, description="leave out passages below this probability; by default what counts as found"
    )
    place: Name | None = Field(None, description="only articles about this place or one below it")
    source: Name | None = Field(None, description="only sources of this name, in this folder, or of this pattern")
    since: str | None = Field(None, pattern=DATE, description="only articles printed then or later: 2024, 2024-05 or 2024-05-06")
    until: str | None = Field(None, pattern=DATE, description="only articles printed then or earlier")
    per_article: int = Field(0, ge=0, le=MOST_HITS, description="at most so many passages of one article; 0: no limit")
    context: int = Field(0, ge=0, le=MOST_CONTEXT, description="how many passages before and after each hit come with it")
    explain: bool = Field(False, description="whether each hit says what its rank and probability are made of")

    def options(self) -> SearchOptions:
        """Return the options of the search. Raise BadInput where they contradict each other."""
        return SearchOptions(
            self.k, self.mode, self.min_score, self.place or None, self.source or None, self.per_article, self.context, self.explain,
            self.since or None, self.until or None,
        )  # fmt: skip


class Asked(Options):
    """One question, or a passage that others are to be like."""

    q: str | None = Field(None, description=f"the question in your own words, {LONGEST_QUERY} bytes of UTF-8 at most")
    like: Name | None = Field(None, description="instead of a question: more like this passage, an id or SOURCE:LINE")


class Question(Fields):
    """A question with an id of the asker's own, which its result repeats."""

    model_config = ConfigDict(strict=True)
    query: str
    id: Annotated[str, Field(max_length=LONGEST_ID)] | None = None


class Questions(Options):
    """Up to a hundred questions that are asked alike. One that cannot be asked has its `error` in its place."""

    model_config = ConfigDict(strict=True)
    queries: list[str | Question] = Field(max_length=MOST_QUERIES, description="the questions, as texts or as objects with an id")


class ShownAsked(Fields):
    """How much is shown around a passage."""

    context: int = Field(1, ge=0, le=MOST_CONTEXT, description="how many passages before and after it")


class Cited(Fields):
    """What is verified, or cited: results as the API returns them, citations (an id or SOURCE:LINE), or both."""

    model_config = ConfigDict(strict=True)
    results: list[dict[str, Any]] = Field([], max_length=MOST_CITED, description="results of a search, or passages that were shown")
    citations: list[Name] = Field([], max_length=MOST_CITED, description="ids or SOURCE:LINE")


class CiteAsked(Fields):
    """In which form is cited: references, or an evidence sheet."""

    form: Literal["gbt7714", "ris", "bibtex", "csl-json", "md", "docx"] = Field("gbt7714", description="a list of references, or a sheet")
    context: int = Field(1, ge=0, le=MOST_CONTEXT, description="passages before and after each quote of a sheet")


def checked_query(text: str) -> str:
    """Return a question that may be asked. Raise BadInput where it is too long for one."""
    if len(text.encode("utf-8", "replace")) > LONGEST_QUERY:
        raise BadInput("a question has {most} bytes at most; ask in a few words", most=LONGEST_QUERY)
    return text


def one_of(asked: Asked) -> tuple[str, bool]:
    """Return what is asked, and whether it is a passage instead of a question. Raise BadInput unless it is one of them."""
    if (asked.q is None) == (not asked.like):
        raise BadInput(say("ask one question with q, or name one passage with like"))
    return (asked.like, True) if asked.like else (checked_query(asked.q or ""), False)
