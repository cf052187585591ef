"""Fields of a sidecar that are given in words: the place and the date of an article."""

from pathlib import Path

import pytest

from index.errors import BadInput
from tests.corrections.test_sidecar import edited, path

__all__ = ["path"]  # a fixture


def test_a_place_and_a_date_may_be_given(path: Path) -> None:
    first, _ = edited(path, [{"place": "杭州市上城区", "date": "2024-05", "publication": "社区报"}, {}])
    assert (first.place, first.places, first.date, first.publication) == ("杭州市上城区", ("杭州市上城区",), "2024-05", "社区报")
    first, _ = edited(path, [{"places": ["宁波市"], "date": None}, {}])
    assert (first.places, first.date) == (("宁波市",), None)
    with pytest.raises(BadInput, match=r"\"date\" must be such as \"2024-05-06\", \"2024-05\" or \"2024\""):
        edited(path, [{"date": "5月6日"}, {}])
