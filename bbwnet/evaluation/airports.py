"""Clause A1: how many people live within 60 and 90 minutes by road of an airport with scheduled flights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.evaluation.accessibility import within
from bbwnet.network.population import zones
from bbwnet.scenario.great_circle import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network

CATCHMENT_MIN = (60.0, 90.0)
"""Limits of the clause."""


@dataclass(frozen=True)
class Catchment:
    """People who reach an airport, or any of several, by car."""

    airport: str | None
    """`None`: any of the airports of the cluster."""
    in_cluster: bool
    """Whether it lies in a member city."""
    persons_within: tuple[float | None, ...]
    """By `CATCHMENT_MIN`; `None` where no zone within the limit has a known population."""
    share_within: tuple[float | None, ...]
    """The same over the people of all zones."""


FASTEST_KMH = 140.0
"""No link of the road schema is driven faster: an airport farther off by the great circle is out of reach."""


def served_airports(network: Network) -> tuple[str, ...]:
    """Airports at which scheduled flights call and that some zone may lie near enough to, sorted by identifier."""
    flights = network.services["stops"][network.services["mode"] == "air"]
    served = sorted({str(stop) for stops in flights for stop in stops})
    nodes, places = network.assembly.nodes, zones(network)
    farthest_km = max(CATCHMENT_MIN) / 60 * FASTEST_KMH

    def near(airport: str) -> bool:
        node = nodes[airport]
        return any(great_circle_km(place.lon, place.lat, node.lon, node.lat) <= farthest_km for place in places)

    return tuple(airport for airport in served if near(airport))


def airport_catchments(
    network: Network, airports: Sequence[str], minutes: NDArray[np.floating], persons: NDArray[np.float64]
) -> list[Catchment]:
    """Catchment of any airport of the cluster first, then of each; those outside it count for themselves, if a zone is near.

    `minutes` by road, zone x airport (not-a-number: no way); `persons` by zone (not-a-number: not known).
    """
    members = {city.id for city in network.cities.values() if city.member}
    inside = [bool(network.nodes.at[airport, "city"] in members) for airport in airports]
    times = np.asarray(minutes, dtype=np.float64)
    nearest = np.full(len(persons), np.inf)
    for own in np.flatnonzero(inside).tolist():
        nearest = np.fmin(nearest, times[:, own])
    found = [_catchment(None, nearest, persons, in_cluster=True)]
    for column, airport in enumerate(airports):
        if inside[column] or (times[:, column] <= max(CATCHMENT_MIN)).any():
            found.append(_catchment(airport, times[:, column], persons, in_cluster=inside[column]))
    return found


def _catchment(airport: str | None, minutes: NDArray[np.float64], persons: NDArray[np.float64], *, in_cluster: bool) -> Catchment:
    # The airport is the origin of its catchment: one row.
    times = np.where(np.isnan(minutes), np.inf, minutes)[None, :]
    reached = [_known(within(times, persons, limit)[0]) for limit in CATCHMENT_MIN]
    everyone = _known(within(np.zeros((1, len(persons))), persons, 0.0)[0])
    shares = [None if item is None or not everyone else item / everyone for item in reached]
    return Catchment(airport, in_cluster, tuple(reached), tuple(shares))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
