"""Nearest valid names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.scenario.nearest import Names, nearest_name

STATIONS = ["nanning_east", "nanning_station", "qinzhou_east", "fangchenggang_north", "beihai_station"]


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("naning_east", "nanning_east"),
        ("Qinzhou_East", "qinzhou_east"),
        ("fangchengang_north", "fangchenggang_north"),
        ("zzz", None),
        ("", None),
        (None, None),
        (3, None),
    ],
)
def test_the_nearest_is_what_was_meant(wrong: object, nearest: str | None) -> None:
    assert nearest_name(wrong, STATIONS) == nearest


@given(st.lists(st.text(min_size=1), min_size=1), st.data())
def test_a_valid_name_is_nearest_to_itself(names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    assert Names(names).nearest(name) is not None


def test_it_does_not_depend_on_the_order_of_names() -> None:
    assert Names(STATIONS).nearest("east") == Names(reversed(STATIONS)).nearest("east")
