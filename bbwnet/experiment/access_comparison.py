"""How accessibility differs between two scenarios: measures of the region, and zone by zone.

Each scenario counts its own year's people, so sums of persons grow with the population too; shares of the region's people do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.evaluation.access_rows import region_measures
from bbwnet.evaluation.region_access import evaluate_access
from bbwnet.evaluation.zone_access import WITHIN_MIN
from bbwnet.experiment.measures import MeasureChange, measure_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.evaluation.region_access import RegionAccess
    from bbwnet.evaluation.travel_times import Timekeeper
    from bbwnet.evaluation.zone_access import ZoneAccess
    from bbwnet.routing.door_to_door import DoorMode


@dataclass(frozen=True)
class ZoneChange:
    """One zone before and after."""

    zone: str
    city: str | None
    mean_before_min: float | None
    mean_after_min: float | None
    share_within_before: tuple[float | None, ...]
    """Share of the region's people within 60, 120 and 180 minutes."""
    share_within_after: tuple[float | None, ...]

    @property
    def saved_min(self) -> float | None:
        """Minutes of mean time saved; `None` if either is not known."""
        if self.mean_before_min is None or self.mean_after_min is None:
            return None
        return self.mean_before_min - self.mean_after_min


@dataclass(frozen=True)
class AccessComparison:
    """A scenario's access against the base's, by one mode from door to door."""

    base: str
    other: str
    mode: DoorMode
    measures: tuple[MeasureChange, ...]
    zones: tuple[ZoneChange, ...]

    def most_improved(self, count: int) -> list[ZoneChange]:
        """Zones with the most minutes of mean time saved."""
        better = [zone for zone in self.zones if (zone.saved_min or 0.0) > 0]
        return sorted(better, key=lambda zone: (-(zone.saved_min or 0.0), zone.zone))[:count]


def compare_access(base: Timekeeper, others: Sequence[Timekeeper], mode: DoorMode) -> list[AccessComparison]:
    """Compare the access in scenarios with that in a base, each at its own percentile and window.

    Raises `NetworkError` for a region without zones.
    """
    before = _evaluate(base, mode)
    result = []
    for other in others:
        after = _evaluate(other, mode)
        zones = {zone.zone: zone for zone in after.zones}
        changes = tuple(_zone_change(zone, zones[zone.zone], before, after) for zone in before.zones if zone.zone in zones)
        names = base.network.scenario, other.network.scenario
        result.append(AccessComparison(*names, mode, _measure_changes(before, after), changes))
    return result


def _evaluate(keeper: Timekeeper, mode: DoorMode) -> RegionAccess:
    return evaluate_access(keeper.network, keeper.doors, keeper.network.settings.evaluation, mode)


def _measure_changes(before: RegionAccess, after: RegionAccess) -> tuple[MeasureChange, ...]:
    own = [
        MeasureChange(None, "mean_min", "min", *(_weighted(region, [zone.mean_min for zone in region.zones]) for region in (before, after)))
    ]
    for position, limit in enumerate(WITHIN_MIN):
        shares = [_weighted(region, [_share(zone, position, region) for zone in region.zones]) for region in (before, after)]
        own.append(MeasureChange(None, f"mean_share_of_people_within_{limit:.0f}_min", "", *shares))
    return (*own, *measure_changes(region_measures(before), region_measures(after)))


def _zone_change(before: ZoneAccess, after: ZoneAccess, base: RegionAccess, other: RegionAccess) -> ZoneChange:
    positions = range(len(WITHIN_MIN))
    return ZoneChange(
        before.zone,
        before.city,
        before.mean_min,
        after.mean_min,
        tuple(_share(before, position, base) for position in positions),
        tuple(_share(after, position, other) for position in positions),
    )


def _share(zone: ZoneAccess, position: int, region: RegionAccess) -> float | None:
    """Share of the region's people that a zone has within a limit."""
    total = math.fsum(other.population.value for other in region.zones if other.population.value is not None)
    persons = zone.persons_within[position]
    return None if persons is None or not total else persons / total


def _weighted(region: RegionAccess, values: Sequence[float | None]) -> float | None:
    """Mean over the zones' people of a value for each zone; zones without it or without people left out."""
    known = [
        (zone.population.value, value)
        for zone, value in zip(region.zones, values, strict=True)
        if zone.population.value is not None and value is not None
    ]
    total = math.fsum(weight for weight, _ in known)
    return math.fsum(weight * value for weight, value in known) / total if total else None
