"""Services known by their headway only: which they are, how long one waits for them, and departures that stand for a headway."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from bbwnet.network.trips import compile_trips
from bbwnet.scenario.schema.base import DAY_SECONDS, clock_seconds

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.network.trips import Pattern

ServiceView = Literal["timetable", "headway"]
"""How one service is seen: by its departures, or by the mean time between them."""

GRID_S = 600
"""Longest time between the departures that stand for a headway."""

FEW = 2
"""Fewer departures than these a day have no headway within the day."""


def known_by_headway(network: Network, pattern: Pattern) -> bool:
    """Whether the scenario's view takes a pattern by its headway.

    Under `as_known` that is one with no departures given and more than one a day; under `headway` every pattern.
    """
    view = network.settings.evaluation.view
    if view == "as_known":
        return len(pattern.departures_seconds) >= FEW and not network.assembly.services[pattern.service].departures
    return view == "headway"


def views(network: Network) -> dict[str, ServiceView]:
    """How the scenario sees every service that runs; one whose two directions differ counts as seen by headway."""
    found: dict[str, ServiceView] = {}
    for pattern in network.trips.patterns:
        if known_by_headway(network, pattern):
            found[pattern.service] = "headway"
        else:
            found.setdefault(pattern.service, "timetable")
    return found


def headway_s(pattern: Pattern) -> float:
    """Mean seconds between the departures of a pattern of two departures or more."""
    times = pattern.departures_seconds
    return (times[-1] - times[0]) / (len(times) - 1)


def strategy_headway_s(pattern: Pattern, window_s: float, running_share: float = 1.0) -> float:
    """Mean seconds between the vehicles of a pattern, for one who comes at any second of a window of the day so long; half of it he waits.

    With two departures or more: the time between them, but not less than the window shared out among them, so that two trains an
    hour apart make no hourly service. A single one leaves once in 24 h. Departures that do not run every day, or of which the state
    lets only a share run (`running_share`), come the more seldom. The rule is ours (assumed); Spiess and Florian take headways as given.
    """
    count = len(pattern.departures_seconds)
    between = max(headway_s(pattern), window_s / count) if count >= FEW else float(DAY_SECONDS)
    return between / (pattern.operating_share * running_share)


def window_seconds(network: Network) -> tuple[int, int]:
    """First and last second of the scenario's window of departures."""
    window = network.settings.evaluation.departures
    return clock_seconds(window.from_), clock_seconds(window.until)


def with_headways(network: Network, state: NetworkState) -> tuple[Network, NetworkState, dict[int, int]]:
    """Under `as_known`: the network with closely spaced departures in place of those of services known by headway, and the waits.

    A traveller who comes at any time waits for the next of them (half their spacing in the mean) and then the wait given here (by
    number of the pattern): together half the headway, with no luck and no planning in it. Under `headway` no departures stand for
    anything (`bbwnet.routing.headway_search`), and the network is left as it is.

    The state returned has the numbers of the trips of the network returned: where a trip is cancelled or late, so are the departures
    that stand for the time until the next.
    """
    if network.settings.evaluation.view != "as_known":
        return network, state, {}
    patterns: list[Pattern] = []
    waits: dict[int, int] = {}
    stands_for: list[int] = []
    trip = 0
    for number, pattern in enumerate(network.trips.patterns):
        own = range(trip, trip + len(pattern.departures_seconds))
        trip = own.stop
        if not known_by_headway(network, pattern):
            patterns.append(pattern)
            stands_for.extend(own)
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
        stands_for.extend([*(first for first in own[:-1] for _ in range(parts)), own[-1]])
        waits[number] = round((headway - headway / parts) / 2)
        patterns.append(
            dataclasses.replace(pattern, departures_seconds=tuple(item[0] for item in dense), days=tuple(item[1] for item in dense))
        )
    if not waits:
        return network, state, waits
    dense_state = dataclasses.replace(
        state,
        cancelled_trips=frozenset(number for number, first in enumerate(stands_for) if first in state.cancelled_trips),
        delayed_trips={number: state.delayed_trips[first] for number, first in enumerate(stands_for) if first in state.delayed_trips},
    )
    return dataclasses.replace(network, trips=compile_trips(patterns, network.node_index)), dense_state, waits
