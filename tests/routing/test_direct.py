"""Fastest direct trains, no change of vehicle."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bbwnet.network.network import Network
from bbwnet.routing.direct import direct_seconds


@pytest.mark.parametrize(
    ("train_class", "origin", "destination", "minutes"),
    [
        ("emu_250", "nanning_station", "beihai_station", 10.5 + 3 + 33 + 2 + 33.6),
        ("emu_250", "beihai_station", "nanning_station", 33.6 + 2 + 33 + 2 + 10.5),
        ("conventional", "nanning_east", "qinzhou_east", 67.5 + 4 + 61.25),
        ("conventional", "qinzhou_east", "haikou_station", 57.5 + 4 + 90),
        ("emu_250", "beihai_station", "fangchenggang_north", None),  # only with a change
        ("emu_250", "qinzhou_east", "wutang", None),
    ],
)
def test_direct_trains(coast: Callable[..., Network], train_class: str, origin: str, destination: str, minutes: float | None) -> None:
    patterns = [pattern for pattern in coast().trips.patterns if pattern.train_class == train_class]
    assert direct_seconds(patterns, origin, destination) == (None if minutes is None else minutes * 60)
