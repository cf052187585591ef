"""Options of a search: said once, refused where they cannot be followed."""

import dataclasses
import typing
from pathlib import Path

import pytest

from index.errors import BadInput
from search.options import Changes, SearchOptions


def test_the_keywords_of_a_search_are_the_fields_of_its_options() -> None:
    fields = {field.name: field.type for field in dataclasses.fields(SearchOptions)}
    keywords = {name: hint.__forward_arg__ for name, hint in Changes.__annotations__.items()}
    assert keywords | {"k": "int"} == fields
    assert typing.is_typeddict(Changes)


def test_changed_options_keep_what_is_not_named() -> None:
    options = SearchOptions(k=3, place="上城区", explain=True)
    assert options.changed(mode="dense") == SearchOptions(k=3, mode="dense", place="上城区", explain=True)
    assert options.changed(5) == SearchOptions(k=5, place="上城区", explain=True)
    assert options.changed() == options


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mode": "magic"}, "no mode 'magic'; choose one of hybrid, dense, lexical"),
        ({"k": 0}, "k is 0; give a whole number, 1 or more"),
        ({"k": "3"}, "k is '3'; give a whole number"),
        ({"k": 2.5}, "k is 2.5; give a whole number"),
        ({"per_article": -1}, "per_article is -1; give a whole number, 0 or more"),
        ({"context": -2}, "context is -2; give a whole number, 0 or more"),
        ({"min_score": 2}, "min_score is 2; give a probability from 0 to 1"),
        ({"min_score": float("nan")}, "min_score is nan; give a probability from 0 to 1"),
        ({"min_score": "a"}, "min_score is 'a'; give a probability from 0 to 1"),
        ({"place": ["杭州市"]}, "place is .*; give a text"),
        ({"source": Path("001*")}, "source is .*; give a text"),
        ({"since": "2024-13"}, "since is '2024-13'; give a date such as 2024, 2024-05 or 2024-05-06"),
        ({"until": "5月6日"}, "until is '5月6日'; give a date"),
        ({"since": 2024}, "since is 2024; give a date"),
        ({"until": "2030-02-30"}, "until is '2030-02-30'; give a date"),
        ({"since": "2023-02-29"}, "since is '2023-02-29'; give a date"),
        ({"since": "0000"}, "since is '0000'; give a date"),
        ({"since": "２０２４"}, "since is '２０２４'; give a date"),
        ({"since": "2024-05", "until": "2024-04-30"}, "since is 2024-05, which comes after until, 2024-04-30; exchange them"),
        ({"since": "2025-01-01", "until": "2024"}, "since is 2025-01-01, which comes after until"),
    ],
)
def test_options_that_cannot_be_followed_are_refused(options: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        SearchOptions(**options)


def test_a_time_may_lie_within_one_year_month_or_day() -> None:
    for since, until in (
        ("2024", "2024"),
        ("2024-05-06", "2024-05"),
        ("2024-05", "2024-05-06"),
        ("2024-12-31", "2024"),
        ("2024-02-29", "2024-02-29"),
    ):
        assert SearchOptions(since=since, until=until).since == since


def test_options_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SearchOptions().k = 5  # type: ignore[misc]
