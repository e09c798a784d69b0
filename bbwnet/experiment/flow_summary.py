"""What is said with all flows: how far the loops came, what is missing, stranded or left out, and what the loads rest on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from bbwnet.experiment.count_checks import count_summary
from bbwnet.scenario.schema.base import CONFIDENCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.experiment.count_checks import CountCheck
    from bbwnet.model.flows import Flows
    from bbwnet.model.passenger_model import PassengerModel


def flow_summary(flows: Flows, checks: Sequence[CountCheck] = ()) -> dict[str, Any]:
    """How far the loops came, what is missing and left out; gaps are text, which rounding leaves whole."""
    loads = flows.loads
    found: dict[str, Any] = {
        "converged": flows.converged,
        "rounds": [vars(item) | {"truck_time_gap": f"{item.truck_time_gap:.3e}"} for item in flows.rounds],
        "gap_asked_for": f"{flows.bound:.3e}",
        "missing": list(flows.missing),
        "left_out": list(flows.left_out),
        "count_fit": count_summary(checks),
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


def _passengers(model: PassengerModel) -> dict[str, Any]:
    over = model.run_loads.load_factor
    over = over[over > 1]
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
        "runs_over_seats": len(np.unique(model.run_loads.trip[np.nan_to_num(model.run_loads.load_factor) > 1])),
        "most_over_seats": float(over.max()) if len(over) else None,
        "services_of_unknown_seats": list(model.unknown_seats),
        "lost_ways_home": [vars(item) for item in model.lost_ways_home],
        "cordon_lost": list(model.cordon_lost),
        "lost_drives": [vars(item) for item in model.lost_drives],
        "unreached": [vars(item) for item in model.passengers.unreached],
        "within_places": [vars(item) for item in (model.passengers.given.local if model.passengers.given is not None else ())],
    }
