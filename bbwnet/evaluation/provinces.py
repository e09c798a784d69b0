"""Clause D1: times between cities of different provinces against times within one province."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from bbwnet.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bbwnet.network.network import Network
    from bbwnet.routing.door_to_door import TravelTimes
    from bbwnet.scenario.schema.places import City


@dataclass(frozen=True)
class PairGroup:
    """Pairs of cities, each judged by the slower of its directions; mean and worst are over the pairs that are joined both ways."""

    pairs: int
    joined: int
    mean_min: float | None
    worst_min: float | None


@dataclass(frozen=True)
class ProvinceDivide:
    """How much longer it takes between provinces than within one."""

    across: PairGroup
    within: PairGroup

    @property
    def mean_ratio(self) -> float | None:
        """Mean time across over mean time within; `None` if either group has no time."""
        return _ratio(self.across.mean_min, self.within.mean_min)

    @property
    def worst_ratio(self) -> float | None:
        """Worst time across over worst time within; `None` if either group has no time."""
        return _ratio(self.across.worst_min, self.within.worst_min)


def members(network: Network) -> list[City]:
    """The cluster's member cities, sorted by identifier."""
    return sorted((city for city in network.cities.values() if city.member), key=lambda city: city.id)


def province_divide(network: Network, times: TravelTimes, percentile: float) -> ProvinceDivide:
    """All pairs of member cities, centre to centre, by travel times that hold all centres at `percentile`.

    Raises `NetworkError` if the times lack a centre or the percentile.
    """
    minutes = centre_minutes(network, times, percentile)
    groups: dict[bool, list[float]] = {True: [], False: []}
    for a, b in combinations(members(network), 2):
        # `max` would pass over a not-a-number in second place
        ends = (minutes[a.centre, b.centre], minutes[b.centre, a.centre])
        groups[a.province != b.province].append(math.nan if any(map(math.isnan, ends)) else max(ends))
    return ProvinceDivide(_group(groups[True]), _group(groups[False]))


def centre_minutes(network: Network, times: TravelTimes, percentile: float) -> Mapping[tuple[str, str], float]:
    """Minutes between the centres of member cities, by pair of places; not-a-number where there is no way."""
    centres = list(dict.fromkeys(city.centre for city in members(network)))
    rows, columns = ({place: number for number, place in enumerate(listed)} for listed in (times.origins, times.destinations))
    if lacking := sorted(set(centres) - (rows.keys() & columns.keys())):
        raise NetworkError(f"the travel times lack the centres {', '.join(lacking)}")
    if percentile not in times.percentiles:
        raise NetworkError(f"the travel times lack percentile {percentile:g}")
    rank = times.percentiles.index(percentile)
    return {(a, b): 0.0 if a == b else float(times.minutes[rows[a], columns[b], rank]) for a in centres for b in centres}


def _group(minutes: Iterable[float]) -> PairGroup:
    listed = list(minutes)
    joined = [item for item in listed if not math.isnan(item)]
    if not joined:
        return PairGroup(len(listed), 0, None, None)
    return PairGroup(len(listed), len(joined), math.fsum(joined) / len(joined), max(joined))


def _ratio(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None
