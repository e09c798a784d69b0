"""How flows differ between two scenarios: totals by mode, emissions, the roads and ports that change most."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bbwnet.errors import NetworkError
from bbwnet.experiment.flow_freight import ports_frame
from bbwnet.experiment.measures import MeasureChange, measure_changes
from bbwnet.model.flow_emissions import POLLUTANTS
from bbwnet.model.flow_totals import HANDLING, OVERSEAS, mode_totals
from bbwnet.model.flows import FlowSettings, flows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bbwnet.model.flow_totals import ModeTotal
    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network

_FIGURES = (
    ("trips", "1/day"), ("share", ""), ("tonnes", "t/day"), ("tonnes_share", ""),
    ("passenger_km", "km/day"), ("tonne_km", "t km/day"), ("vehicle_km", "km/day"),
)  # fmt: skip
_FULL = 1.0
"""Load from which a direction of a road is full."""


@dataclass(frozen=True)
class LoadChange:
    """One link before and after, its busier direction and hours; `None` where the scenario has no such link."""

    link: str
    vehicles_day_before: float | None
    """Both directions, all classes."""
    vehicles_day_after: float | None
    load_before: float | None
    load_after: float | None
    validated: bool
    """Whether a count stands behind both."""

    @property
    def change(self) -> float:
        """Vehicles a day more than before."""
        return (self.vehicles_day_after or 0.0) - (self.vehicles_day_before or 0.0)


@dataclass(frozen=True)
class PortChange:
    """Tonnes a year through one port before and after."""

    port: str
    tonnes_before: float | None
    tonnes_after: float | None
    validated: bool
    """Whether an observed total of the year stands behind both."""

    @property
    def change(self) -> float:
        """Tonnes more than before."""
        return (self.tonnes_after or 0.0) - (self.tonnes_before or 0.0)


@dataclass(frozen=True)
class FlowComparison:
    """A scenario's flows against the base's, a mean day, ports a year; each with the demand of its own year."""

    base: str
    other: str
    measures: tuple[MeasureChange, ...]
    links: tuple[LoadChange, ...]
    ports: tuple[PortChange, ...]
    missing: tuple[str, ...]
    """What either could not model."""

    def most_changed_links(self, count: int) -> list[LoadChange]:
        """Links whose vehicles change most, ties by identifier."""
        return sorted((item for item in self.links if item.change), key=lambda item: (-abs(item.change), item.link))[:count]

    def most_changed_ports(self, count: int) -> list[PortChange]:
        """Ports whose tonnes change most, ties by identifier."""
        return sorted((item for item in self.ports if item.change), key=lambda item: (-abs(item.change), item.port))[:count]


def compare_flows(
    base: Network,
    others: Sequence[Network],
    settings: FlowSettings | None = None,
    observed: Mapping[str, Collection[str]] | None = None,
) -> list[FlowComparison]:
    """Compare the flows of scenarios with those of a base; loops that do not converge warn, unless the settings say otherwise.

    `observed` are, by scenario, the ports behind whose tonnes an observed total of the year stands, by default none.
    Raises `NetworkError` where the base has no flows, or another scenario has none.
    """
    settings = settings or FlowSettings(if_not_converged="warn")
    before = flows(base, settings=settings)
    result = []
    for network in others:
        try:
            after = flows(network, settings=settings)
        except NetworkError as error:
            raise NetworkError(f"{network.scenario}: {error}") from None
        result.append(compared(before, after, observed))
    return result


def compared(before: Flows, after: Flows, observed: Mapping[str, Collection[str]] | None = None) -> FlowComparison:
    """Put the flows of two scenarios side by side; `observed` as in `compare_flows`."""
    missing = [f"{item.network.scenario}: {what}" for item in (before, after) for what in item.missing]
    return FlowComparison(
        before.network.scenario,
        after.network.scenario,
        measure_changes(flow_measures(before), flow_measures(after)),
        _links(before, after),
        _ports(before, after, observed or {}),
        tuple(missing),
    )


def flow_measures(found: Flows) -> list[dict[str, Any]]:
    """Measures of all flows of a mean day: by mode, and emissions by passenger-km and tonne-km (R4)."""
    totals = mode_totals(found)
    rows = []
    for item in totals:
        name = item.mode if item.kind == "passengers" else f"freight_{item.mode}"
        rows += [_row(None, f"{key}:{name}", unit, getattr(item, key)) for key, unit in _FIGURES if getattr(item, key) is not None]
        rows += [_row("R4", f"{key}_kg:{name}", "kg/day", item.emitted.kg[key]) for key in POLLUTANTS if item.emitted.kg[key] is not None]
    rows += _intensities(totals)
    if found.loads is not None:
        full = int((np.nan_to_num(found.loads.load.max(axis=0), nan=0.0) >= _FULL).sum())
        rows += [_row(None, "directions_of_roads_full", "", float(full)), _row(None, "car_hours", "h/day", found.loads.vehicle_h)]
    return rows


def _intensities(totals: Sequence[ModeTotal]) -> list[dict[str, Any]]:
    """Grams of CO2 by passenger-km and by tonne-km, over the modes of which both are known; voyages beyond the region left out."""
    rows = []
    for kind, unit in (("passengers", "pkm"), ("freight", "tkm")):
        known = [
            (item.emitted.kg["co2"] or 0.0, (item.passenger_km if kind == "passengers" else item.tonne_km) or 0.0)
            for item in totals
            if item.kind == kind and item.mode not in {HANDLING, OVERSEAS} and item.emitted.kg["co2"] is not None
        ]
        moved = math.fsum(km for _, km in known)
        rows.append(_row("R4", f"co2_g_per_{unit}", f"g/{unit}", math.fsum(kg for kg, _ in known) / moved * 1e3 if moved > 0 else None))
    return rows


def _row(clause: str | None, measure: str, unit: str, value: float | None) -> dict[str, Any]:
    return {"clause": clause, "measure": measure, "unit": unit, "value": value}


def _links(before: Flows, after: Flows) -> tuple[LoadChange, ...]:
    sides = [_link_loads(item) for item in (before, after)]
    nothing = (None, None, False)
    found = []
    for link in sorted({*sides[0], *sides[1]}):
        (vehicles, load, counted), (vehicles_after, load_after, counted_after) = (side.get(link, nothing) for side in sides)
        found.append(LoadChange(link, vehicles, vehicles_after, load, load_after, counted and counted_after))
    return tuple(found)


def _link_loads(item: Flows) -> dict[str, tuple[float | None, float | None, bool]]:
    """Vehicles a day both ways, highest load, and whether all directions are counted, by link."""
    loads = item.loads
    if loads is None:
        return {}
    vehicles, highest = loads.vehicles_day_of(*loads.classes), loads.load.max(axis=0)
    found: dict[str, tuple[float | None, float | None, bool]] = {}
    for link, day, load, counted in zip(loads.link, vehicles.tolist(), highest.tolist(), loads.validated.tolist(), strict=True):
        known = None if math.isnan(load) else load
        had = found.get(link)
        if had is None:
            found[link] = (day, known, counted)
        else:
            both = [value for value in (had[1], known) if value is not None]
            found[link] = ((had[0] or 0.0) + day, max(both) if both else None, had[2] and counted)
    return found


def _ports(before: Flows, after: Flows, observed: Mapping[str, Collection[str]]) -> tuple[PortChange, ...]:
    sides, known = [], []
    for item in (before, after):
        frame = None if item.freight is None else ports_frame(item.network, item.freight)
        sides.append({} if frame is None else dict(zip(frame["port"], frame["tonnes_year"].tolist(), strict=True)))
        known.append(observed.get(item.network.scenario, ()))
    return tuple(
        PortChange(port, sides[0].get(port), sides[1].get(port), all(port in own for own in known))
        for port in sorted({*sides[0], *sides[1]})
    )
