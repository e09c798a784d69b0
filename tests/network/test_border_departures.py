"""Coaches that a headway factor adds keep the hours of the borders that they cross."""

from __future__ import annotations

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario


def departures(network: Network) -> dict[tuple[str, str], set[int]]:
    return {
        (pattern.service, pattern.stops[0]): set(pattern.departures_seconds)
        for pattern in network.trips.patterns
        if pattern.service == "coach_qingxiu_hanoi_2023"
    }


def test_added_coaches_reach_no_closed_crossing() -> None:
    # Youyiguan is open until 21:00; from Hanoi a coach of the evening would be there at 21:24.
    usual = departures(build_network(load_scenario("actual_2025")))
    twice = departures(build_network(load_scenario("actual_2025", overrides=("policy.headway_factor.coach=0.5",))))
    assert set(usual) == set(twice) == {("coach_qingxiu_hanoi_2023", "hanoi"), ("coach_qingxiu_hanoi_2023", "qingxiu")}
    assert all(usual[key] <= twice[key] for key in usual)
    # Of those added some are left out, the others stand.
    assert sum(map(len, usual.values())) < sum(map(len, twice.values())) < 2 * sum(map(len, usual.values()))
