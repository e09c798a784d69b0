"""Tariffs and emission factors: bands in order, bounds that hold, one of a kind from one day on, train classes that are there."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.schema.fares import EmissionFactor, Tariff

_SHARED = ("taxi", "drive")
"""Modes whose vehicle a party has for itself; the persons in it are the scenario's (`fares.persons_per_car`)."""
_TRUCKS = ("light_truck", "heavy_truck")
_BY_TONNE = ("rail_freight", "barge", "sea_ship", "handling")


def check_fares(region: Region) -> Iterator[Problem]:
    """Find tariffs and emission factors that contradict themselves or each other."""
    for owned in region.every("tariffs"):
        yield from _bands(region, owned, owned.record)
        yield from _bounds(region, owned, owned.record)
        yield from _services(region, owned, owned.record)
    for kind in ("tariffs", "emission_factors"):
        seen: dict[tuple[object, ...], Owned] = {}
        for owned in region.every(kind):
            yield from _train_class(region, owned, owned.record)
            yield from _alike(region, owned, owned.record, seen)
            if isinstance(owned.record, EmissionFactor):
                yield from _emission_factor(region, owned, owned.record)
            if owned.record.per == "vehicle" and owned.record.mode not in (*_SHARED, *_TRUCKS, *_BY_TONNE):
                message = f"a traveller by {owned.record.mode} pays for one person"
                message = message if kind == "tariffs" else f"the load of a {owned.record.mode} vehicle is not known here"
                yield region.problem(owned, "per", message, value="vehicle", expected=f"person; vehicle only for {' and '.join(_SHARED)}")


def _emission_factor(region: Region, owned: Owned, factor: EmissionFactor) -> Iterator[Problem]:
    """Freight emits by vehicle-km (trucks) or by tonne; handling by tonne alone, whatever the distance."""
    wanted = "vehicle" if factor.mode in _TRUCKS else "tonne" if factor.mode in _BY_TONNE else None
    if wanted is not None and factor.per != wanted:
        yield region.problem(owned, "per", f"{factor.mode} emits by {wanted}", value=factor.per, expected=wanted)
    elif wanted is None and factor.per == "tonne":
        yield region.problem(owned, "per", f"{factor.mode} carries people", value=factor.per, expected="person or vehicle")
    right, wrong = ("factor_kg_t", "factor_kg_km") if factor.mode == "handling" else ("factor_kg_km", "factor_kg_t")
    given = factor.model_fields_set
    if right not in given or wrong in given:
        message = f"{factor.mode} emits {'by tonne, whatever the distance' if right == 'factor_kg_t' else 'by kilometre'}"
        yield region.problem(owned, wrong if wrong in given else None, message, expected=f"{right} alone")


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

    if tariff.line_speed_kmh is None and tariff.slower_line_share != 1:
        yield region.problem(
            owned,
            "slower_line_share",
            "no speed that lines are slower than",
            value=tariff.slower_line_share,
            expected="line_speed_kmh beside it",
        )
    elif tariff.line_speed_kmh is not None and tariff.mode != "rail":
        message = f"lines have no design speed for {tariff.mode}"
        yield region.problem(owned, "line_speed_kmh", message, value=tariff.line_speed_kmh, expected="mode: rail")


def _services(region: Region, owned: Owned, tariff: Tariff) -> Iterator[Problem]:
    modes = {item.record.id: item.record.mode for item in region.every("services")}
    for number, service in enumerate(tariff.services):
        if service not in region.positions.spots["services"]:
            yield region.problem(owned, f"services.{number}", "unknown service", value=service, nearest=region.nearest(service, "services"))
        elif modes.get(service, tariff.mode) != tariff.mode:
            message = f"tariff of {tariff.mode}, but the service is of {modes[service]}"
            yield region.problem(owned, f"services.{number}", message, value=service)
    if tariff.services and tariff.train_class is not None:
        message = "a tariff of single services is for all their trains"
        yield region.problem(owned, "train_class", message, value=tariff.train_class, expected="services or train_class")


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
    is_tariff = isinstance(record, Tariff)
    for kind in (record.services or (None,)) if isinstance(record, Tariff) else (record.pollutant,):
        first = seen.setdefault((record.mode, record.train_class, kind, record.valid_from), owned)
        if first is not owned:
            message = f"{'tariff' if is_tariff else 'emission factor'} {first.record.id} for the same is valid from the same day"
            expected = f"another day, train_class or {'service' if is_tariff else 'pollutant'}"
            yield region.problem(owned, "valid_from", message, value=str(record.valid_from), expected=expected)
            return
