"""What is said with all flows: how far the loops came, what is missing, stranded or left out, and what the loads rest on."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from bbwnet.experiment.count_checks import count_summary
from bbwnet.routing.journey_set import RIDE_MODES
from bbwnet.scenario.schema.base import CONFIDENCES

_LEAST_TRIPS = 5e-4
"""Fewer trips a day than these are printed as none."""
_EDGE = 1e-3
"""Relative distance from a bound within which a parameter stands at it, as calibration has it."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.assignment.service_loads import RunLoads
    from bbwnet.experiment.count_checks import CountCheck
    from bbwnet.model.flows import Flows
    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.scenario.schema.measures import FitParameter
    from bbwnet.scenario.schema.scenario_file import ScenarioFile


def flow_summary(flows: Flows, checks: Sequence[CountCheck] = (), parameters: Sequence[FitParameter] = ()) -> dict[str, Any]:
    """How far the loops came, what is missing and left out, fitted parameters at a bound; gaps are text, which rounding leaves whole."""
    loads = flows.loads
    found: dict[str, Any] = {
        "converged": flows.converged,
        "rounds": [vars(item) | {"truck_time_gap": f"{item.truck_time_gap:.3e}"} for item in flows.rounds],
        "gap_asked_for": f"{flows.bound:.3e}",
        "missing": list(flows.missing),
        "left_out": list(flows.left_out),
        "count_fit": count_summary(checks),
        "parameters_at_bound": at_bound(flows.network.settings, parameters),
    }
    if flows.passengers is not None:
        found["passengers"] = _passengers(flows.passengers)
    if (freight := flows.freight) is not None:
        found["freight"] = {
            "gap": f"{freight.gap:.3e}",
            "converged": freight.converged,
            "rounds": freight.rounds,
            "tonnes_year": freight.tonnes(),
            "unserved_tonnes_year": math.fsum(freight.unserved["tonnes_year"].tolist()),
        }
    if loads is not None:
        found["roads"] = {
            "vehicle_km": loads.vehicle_km,
            "directions": len(loads.link),
            "directions_counted": int(loads.validated.sum()),
            "vehicle_km_by_confidence_of_link": vehicle_km_shares(flows),
        }
    return found


def vehicle_km_shares(flows: Flows) -> dict[str, float]:
    """Share of the cars' kilometres on roads by the confidence of the link."""
    loads = flows.loads
    if loads is None or not loads.vehicle_km > 0:
        return {}
    confidence = flows.network.links["confidence"]
    km: dict[str, list[float]] = {name: [] for name in CONFIDENCES}
    for link, mode, value in zip(loads.link, loads.mode, (loads.vehicles_day * loads.length_km).tolist(), strict=True):
        if mode == "highway":
            km[str(confidence[link])].append(value)
    return {name: math.fsum(values) / loads.vehicle_km for name, values in km.items()}


def at_bound(settings: ScenarioFile, parameters: Sequence[FitParameter]) -> list[str]:
    """Parameters of the network's calibration whose settings all stand where the parameter's lower or upper bound puts them."""
    found = []
    for item in parameters:
        values: dict[str, Any] = {key: functools.reduce(getattr, key.split("."), settings) for key in item.settings}
        for bound in (item.lower, item.upper) if item.by != "none" else ():
            ends = {key: start * bound if item.by == "factor" else start + bound for key, start in item.settings.items()}
            if all(isinstance(values[key], float) and math.isclose(values[key], ends[key], rel_tol=_EDGE) for key in ends):
                found.append(item.id)
                break
    return found


def over_seats(loads: RunLoads) -> list[dict[str, Any]]:
    """Modes with runs that have more on board than seats: how many of their runs, and the highest load factor."""
    modes = np.array([pattern.mode for pattern in loads.trips.patterns], dtype=object)[loads.trips.pattern]
    factor = np.nan_to_num(loads.load_factor)
    rows = []
    for mode in RIDE_MODES:
        own = modes[loads.trip] == mode
        over = own & (factor > 1)
        if over.any():
            runs, of = len(np.unique(loads.trip[over])), len(np.unique(loads.trip[own]))
            rows.append({"mode": mode, "runs": runs, "of_runs": of, "highest_load_factor": float(factor[over].max())})
    return rows


def _passengers(model: PassengerModel) -> dict[str, Any]:
    return {
        "gap": f"{model.gap:.3e}",
        "converged": model.converged,
        "gap_asked_for": f"{model.bound:.3e}",
        "rounds": len(model.rounds),
        "road_gap": f"{model.rounds[-1].road_gap:.3e}",
        "trips": model.demand.total(),
        "stranded": [
            {"purpose": purpose, "zone": item.zone, "trips": item.trips} for purpose, listed in model.stranded.items() for item in listed
        ],
        "over_seats": over_seats(model.run_loads),
        "services_of_unknown_seats": list(model.unknown_seats),
        "lost_ways_home": [vars(item) for item in model.lost_ways_home if item.trips_day >= _LEAST_TRIPS],
        "cordon_lost": list(model.cordon_lost),
        "lost_drives": [vars(item) for item in model.lost_drives],
        "unreached": [vars(item) for item in model.passengers.unreached],
        "within_places": [vars(item) for item in (model.passengers.given.local if model.passengers.given is not None else ())],
    }
