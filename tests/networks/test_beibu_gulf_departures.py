"""Departures of the Beibu Gulf at times not known do not leave in lumps."""

from __future__ import annotations

from collections import Counter

import pytest

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(load_scenario("actual_2025"))


@pytest.mark.parametrize(("mode", "at_least"), [("air", 700), ("coach", 1900)])
def test_no_minute_has_more_than_a_few_of_the_departures(network: Network, mode: str, at_least: int) -> None:
    """Before, with first and last departure shared by all routes, 272 of 796 flights left at 07:00 and 161 at 22:30."""
    minutes = [start // 60 for item in network.trips.patterns if item.mode == mode for start in item.departures_seconds]
    assert len(minutes) >= at_least
    assert max(Counter(minutes).values()) <= 0.02 * len(minutes)
    if mode == "air":
        # 15.5 hours of flights: 6.5 % of them in each whole hour, give or take half
        by_hour = Counter(minute // 60 for minute in minutes)
        assert all(0.03 <= by_hour[hour] / len(minutes) <= 0.1 for hour in range(8, 22))
