"""Tariffs and emission factors: bands in order, bounds that hold, one of a kind from one day on, train classes that are there."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.schema.fares import EmissionFactor, Tariff

_SHARED = ("taxi", "drive")
"""Modes whose vehicle a party has for itself; the persons in it are the scenario's (`fares.persons_per_car`)."""


def check_fares(region: Region) -> Iterator[Problem]:
    """Find tariffs and emission factors that contradict themselves or each other."""
    for owned in region.every("tariffs"):
        yield from _bands(region, owned, owned.record)
        yield from _bounds(region, owned, owned.record)
    for kind in ("tariffs", "emission_factors"):
        seen: dict[tuple[object, ...], Owned] = {}
        for owned in region.every(kind):
            yield from _train_class(region, owned, owned.record)
            yield from _alike(region, owned, owned.record, seen)
            if owned.record.per == "vehicle" and owned.record.mode not in _SHARED:
                message = f"a traveller by {owned.record.mode} pays for one person"
                message = message if kind == "tariffs" else f"the load of a {owned.record.mode} vehicle is not known here"
                yield region.problem(owned, "per", message, value="vehicle", expected=f"person; vehicle only for {' and '.join(_SHARED)}")


def _bands(region: Region, owned: Owned, tariff: Tariff) -> Iterator[Problem]:
    for number in range(1, len(tariff.bands)):
        before, band = tariff.bands[number - 1], tariff.bands[number]
        if band.from_km <= before.from_km:
            yield region.problem(
                owned, f"bands.{number}.from_km", f"band does not begin after the one before, at {before.from_km:g} km",
                value=band.from_km, expected="bands with from_km rising",
            )  # fmt: skip
    if not tariff.bands and tariff.start_cny == 0 and tariff.minimum_cny == 0:
        yield region.problem(owned, None, "tariff of nothing", expected="start_cny, or bands with rate_cny_km")


def _bounds(region: Region, owned: Owned, tariff: Tariff) -> Iterator[Problem]:
    if tariff.maximum_cny is not None and tariff.maximum_cny < tariff.minimum_cny:
        expected = f"at least minimum_cny, {tariff.minimum_cny:g}"
        yield region.problem(owned, "maximum_cny", "highest fare below the least", value=tariff.maximum_cny, expected=expected)


def _train_class(region: Region, owned: Owned, record: Tariff | EmissionFactor) -> Iterator[Problem]:
    if record.train_class is None:
        return
    if record.mode != "rail":
        yield region.problem(owned, "train_class", f"no train runs as {record.mode}", value=record.train_class, expected="mode: rail")
        return
    known = sorted({item.train_class for item in region.records.run_time_classes} | _classes_of_services(region))
    if record.train_class not in known:
        nearest = nearest_name(record.train_class, known)
        yield region.problem(owned, "train_class", "no train is of this class", value=record.train_class, nearest=nearest)


def _classes_of_services(region: Region) -> set[str]:
    return {owned.record.train_class for owned in region.every("services") if owned.record.train_class is not None}


def _alike(region: Region, owned: Owned, record: Tariff | EmissionFactor, seen: dict[tuple[object, ...], Owned]) -> Iterator[Problem]:
    key = (record.mode, record.train_class, getattr(record, "pollutant", None), record.valid_from)
    first = seen.setdefault(key, owned)
    if first is not owned:
        what = "tariff" if isinstance(record, Tariff) else "emission factor"
        message = f"{what} {first.record.id} for the same is valid from the same day"
        yield region.problem(owned, "valid_from", message, value=str(record.valid_from), expected="another day, or another train_class")
