"""Services known by their headway only: for half of it a traveller waits, whenever he comes within its hours."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from bbwnet.network.trips import compile_trips

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern

GRID_S = 600
"""Longest time between the departures that stand for a headway."""


def known_by_headway(network: Network, pattern: Pattern) -> bool:
    """Whether the scenario's view takes a pattern by its headway: no departures are given, and there is more than one a day."""
    view = network.settings.evaluation.view
    if view == "timetable" or len(pattern.departures_seconds) < 2:  # noqa: PLR2004  one trip has no headway
        return False
    return view == "headway" or not network.assembly.services[pattern.service].departures


def headway_s(pattern: Pattern) -> float:
    """Mean seconds between the departures of a pattern of two departures or more."""
    times = pattern.departures_seconds
    return (times[-1] - times[0]) / (len(times) - 1)


def with_headways(network: Network) -> tuple[Network, dict[int, int]]:
    """The network with closely spaced departures in place of those of services known by headway, and the wait at each such pattern.

    A traveller who comes at any time waits for the next of them (half their spacing in the mean) and then the wait given here (by
    number of the pattern): together half the headway, with no luck and no planning in it.
    """
    patterns: list[Pattern] = []
    waits: dict[int, int] = {}
    for number, pattern in enumerate(network.trips.patterns):
        if not known_by_headway(network, pattern):
            patterns.append(pattern)
            continue
        headway = headway_s(pattern)
        parts = max(1, -(-round(headway) // GRID_S))
        times = pattern.departures_seconds
        dense = [
            (round(first + (second - first) * part / parts), days)
            for first, second, days in zip(times, times[1:], pattern.days, strict=False)
            for part in range(parts)
        ]
        dense.append((times[-1], pattern.days[-1]))
        waits[number] = round((headway - headway / parts) / 2)
        patterns.append(
            dataclasses.replace(pattern, departures_seconds=tuple(item[0] for item in dense), days=tuple(item[1] for item in dense))
        )
    if not waits:
        return network, waits
    return dataclasses.replace(network, trips=compile_trips(patterns, network.node_index)), waits
