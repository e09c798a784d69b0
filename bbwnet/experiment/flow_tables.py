"""Flows as the tables of a run: links, places and modes; the contracts are in `bbwnet.experiment.flow_contracts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from bbwnet.assignment.skims import skim
from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.demand.profile import hour_shares
from bbwnet.experiment.desire_lines import desire_lines_frame
from bbwnet.experiment.flow_airports import airport_passengers
from bbwnet.experiment.flow_freight import freight_tables
from bbwnet.experiment.flow_selection import DIRECTIONS, most_loaded_links, select_link_frame
from bbwnet.experiment.flow_services import fullest_services, journey_minutes, service_od_frame, services_frame, stops_frame
from bbwnet.model.elasticities import elasticities
from bbwnet.model.flow_emissions import POLLUTANTS
from bbwnet.model.flow_totals import mode_totals
from bbwnet.scenario.schema.choice import CHOICE_MODES
from bbwnet.scenario.schema.demand import HOURS, PURPOSES, Purpose

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.experiment.count_checks import CountCheck
    from bbwnet.model.flows import Flows
    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.scenario.schema.measures import Quantity

ALL_CLASSES = "all"
_SELECTED_IN_RUN = 20
"""Links and services of highest load whose users a run lists."""


def flow_tables(
    flows: Flows, checks: Sequence[CountCheck] = (), observed: Mapping[Quantity, Collection[str]] | None = None
) -> dict[str, pd.DataFrame]:
    """All tables of flows, by name; those of passengers and of freight only where there are any, that of counts where there are checks.

    `observed` are the nodes behind whose figures an observed total of the year stands, by quantity.
    """
    tables = {"flows_modes": modes_frame(flows)}
    if checks:
        tables["flows_counts"] = pd.DataFrame([check.row() for check in checks])
    if flows.passengers is not None:
        airports = airport_passengers(flows.network, flows.passengers)
        tables |= {
            "flows_links": links_frame(flows),
            "flows_od": od_frame(flows),
            "flows_desire_lines": desire_lines_frame(flows),
            "flows_services": services_frame(flows.passengers, airports),
            "flows_stops": stops_frame(flows.network, flows.passengers, observed or {}),
            "flows_service_od": service_od_frame(flows.passengers, fullest_services(flows.passengers, _SELECTED_IN_RUN, airports)),
            "flows_select_link": select_link_frame(flows, most_loaded_links(flows, _SELECTED_IN_RUN)),
        }
    if flows.freight is not None:
        tables |= freight_tables(flows.network, flows.freight, observed or {})
    return tables


def links_frame(flows: Flows) -> pd.DataFrame:
    """What links that cars can use carry, by direction, group of hours and class; rows sorted by the contract's key."""
    loads = _passengers(flows).loads
    classes = list(loads.classes)
    pcu = np.array(loads.pcu)
    # groups x (all, classes) x arcs, in the order of the rows: arc, group, class
    vehicles = np.concatenate([loads.vehicles_h.sum(axis=1, keepdims=True), loads.vehicles_h], axis=1)
    units = np.concatenate([loads.pcu_h[:, None, :], loads.vehicles_h * pcu[None, :, None]], axis=1)
    arcs = np.lexsort((loads.backward, np.array(loads.link)))
    shape = (len(arcs), len(loads.start_hours), len(classes) + 1)

    def of_arc(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.broadcast_to(values[arcs][:, None, None], shape).ravel()

    def of_group(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.broadcast_to(values[None, :, None], shape).ravel()

    def of_arc_and_group(values: NDArray[np.float64]) -> NDArray[np.generic]:
        return np.broadcast_to(values.T[arcs][:, :, None], shape).ravel()

    starts = np.array(loads.start_hours)
    names = np.array([ALL_CLASSES, *classes], dtype=object)
    return pd.DataFrame(
        {
            "link": of_arc(np.array(loads.link, dtype=object)),
            "direction": of_arc(np.array(DIRECTIONS, dtype=object)[loads.backward.astype(np.int64)]),
            "from": of_arc(np.array(loads.from_node, dtype=object)),
            "to": of_arc(np.array(loads.to_node, dtype=object)),
            "mode": of_arc(np.array(loads.mode, dtype=object)),
            "from_hour": of_group(starts),
            "until_hour": of_group(np.array([*starts[1:], HOURS])),
            "class": np.broadcast_to(names[None, None, :], shape).ravel(),
            "vehicles_h": vehicles.transpose(2, 0, 1)[arcs].ravel(),
            "pcu_h": units.transpose(2, 0, 1)[arcs].ravel(),
            "capacity_pcu_h": of_arc(loads.capacity_pcu_h),
            "load": of_arc_and_group(loads.load),
            "free_min": of_arc(loads.free_s / 60),
            "minutes": of_arc_and_group(loads.seconds / 60),
            "validated": of_arc(loads.validated),
        }
    )


def od_frame(flows: Flows) -> pd.DataFrame:
    """Trips between places by purpose and main mode, with their time and cost; those that nobody makes are left out."""
    model = _passengers(flows)
    parts = []
    for row, purpose in enumerate(PURPOSES):
        trips = model.trips_by(purpose)
        for place, mode in enumerate(CHOICE_MODES):
            slots = [number for number, (main, _) in enumerate(ALTERNATIVES) if main == mode]
            made = trips[..., slots].sum(axis=-1)
            pairs = np.nonzero(made > 0)
            if mode == "car":
                # who drives one way only, for want of the other, has no time of the other
                values = tuple(np.where(np.isfinite(item), item, np.nan) for item in _car(flows, row))
            else:
                felt, cost = (
                    _mean(model, purpose, values, slots) for values in (model.tables[purpose].felt_min, model.tables[purpose].fare_cny)
                )
                values = journey_minutes(model, slots, len(ALTERNATIVES)), felt, cost
            keys = (*pairs, np.full(len(pairs[0]), row), np.full(len(pairs[0]), place))
            parts.append((np.stack(keys), np.stack([item[pairs] for item in (made, *values)])))
    rows = np.concatenate([keys for keys, _ in parts], axis=1)
    figures = np.concatenate([values for _, values in parts], axis=1)
    order = np.lexsort(rows[::-1])
    names, purposes, modes = (np.array(of, dtype=object) for of in (model.people.names, PURPOSES, CHOICE_MODES))
    origin, destination, purpose_of, mode_of = rows[:, order]
    return pd.DataFrame(
        {
            "origin": names[origin],
            "destination": names[destination],
            "purpose": purposes[purpose_of],
            "mode": modes[mode_of],
            **dict(zip(("trips", "minutes", "felt_min", "cost_cny"), figures[:, order], strict=True)),
        }
    )


def modes_frame(flows: Flows) -> pd.DataFrame:
    """Totals by mode."""
    rows = []
    for item in mode_totals(flows):
        co2, moved = item.emitted.kg["co2"], item.passenger_km if item.kind == "passengers" else item.tonne_km
        rows.append(
            {
                "kind": item.kind,
                "mode": item.mode,
                "trips": item.trips,
                "share": item.share,
                "tonnes": item.tonnes,
                "tonnes_share": item.tonnes_share,
                "passenger_km": item.passenger_km,
                "tonne_km": item.tonne_km,
                "vehicle_km": item.vehicle_km,
                **{f"{name}_kg": item.emitted.kg[name] for name in POLLUTANTS},
                "co2_g_km": co2 / moved * 1e3 if co2 is not None and moved else None,
                "confidence": item.emitted.confidence,
            }
        )
    frame = pd.DataFrame(rows)
    numbers = [name for name in frame.columns if name not in {"kind", "mode", "confidence"}]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def elasticity_rows(flows: Flows) -> list[dict[str, Any]]:
    """Elasticities of the trips by each mode, a row for each purpose (`all` first), attribute and mode that changes."""
    model = _passengers(flows)
    money = np.stack([_car(flows, row)[2] for row in range(len(PURPOSES))])
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for item in elasticities(model, flows.network.settings.choice, money):
        key = (item.purpose, item.attribute, item.changed)
        rows.setdefault(key, {"purpose": item.purpose, "attribute": item.attribute, "changed": item.changed})[item.mode] = item.elasticity
    return sorted(rows.values(), key=lambda row: row["purpose"] != ALL_CLASSES)


def _car(flows: Flows, row: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Minutes, felt minutes without money, and CNY of one of those in a car (n x n each), means over the hours of a purpose."""
    model, settings = _passengers(flows), flows.network.settings
    starts = model.loads.start_hours
    shares = [part.sum() for part in np.split(hour_shares(settings.demand.passenger, PURPOSES)[row], starts[1:])]
    skims = [skim(item, row, len(model.people.names)) for item in model.equilibria]
    minutes = sum((share * item.time for share, item in zip(shares, skims, strict=True)), np.float64(0)) / 60
    cny = sum((share * item.toll for share, item in zip(shares, skims, strict=True)), np.float64(0))
    off_diagonal = ~np.eye(len(model.people.names), dtype=np.bool_)
    there = np.isfinite(cny)
    money_min = np.where(there, cny, 0.0) * (60 / settings.choice.value_of_time.of_drivers(PURPOSES[row]))
    return np.asarray(minutes + off_diagonal * settings.access.park_min), model.car_min[row] - money_min, np.asarray(cny)


def _mean(model: PassengerModel, purpose: Purpose, values: NDArray[np.float64], slots: list[int]) -> NDArray[np.float64]:
    """Mean over alternatives of what their way out and home are felt like or cost (n x n x k), by who travels; not-a-number for nobody."""
    shares = model.choices[purpose].shares[..., slots]
    known = np.where(shares > 0, values[..., slots], 0.0)
    ways = model.passengers.ways[purpose]
    total = ways.travelled(shares).sum(axis=-1)
    return np.asarray(np.divide(ways.travelled(shares * known).sum(axis=-1), total, out=np.full(total.shape, np.nan), where=total > 0))


def _passengers(flows: Flows) -> PassengerModel:
    return cast("PassengerModel", flows.passengers)
