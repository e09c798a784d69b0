"""What flows add up to by mode: trips, passenger-km, vehicle-km, tonne-km, and what they emit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bbwnet.assignment.freight_flows import LEG_MODES
from bbwnet.assignment.truck_trips import TRUCK_CLASSES
from bbwnet.model.flow_emissions import Emitted, emitted, together
from bbwnet.model.flow_region import links_in_region
from bbwnet.model.ridden import ridden
from bbwnet.routing.journey_set import RIDE_MODES
from bbwnet.scenario.schema.choice import CHOICE_MODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.model.flows import Flows
    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.model.ridden import Besides
    from bbwnet.network.network import Network

DAYS_PER_YEAR = 365.0
"""Freight is of a year, its totals by mode are of a mean day."""
HANDLING = "handling"
ACCESS = "access"
"""Ways to, from and between vehicles of the timetable, a row of kilometres without trips of its own."""
OVERSEAS = "sea_overseas"
"""Lanes with an end beyond the region: whole voyages, to Brazil too, beside which the modes of the region would not show."""
FREIGHT_ROWS = (*LEG_MODES, OVERSEAS, HANDLING)
_FACTOR_OF_LEG = {"rail": "rail_freight", "water": "barge", "sea": "sea_ship"}


@dataclass(frozen=True)
class ModeTotal:
    """One mode of a mean day; `None` where it is not known or makes no sense."""

    kind: Literal["passengers", "freight"]
    mode: str
    trips: float | None
    share: float | None
    """Of trips; of freight of the tonne-km without those overseas."""
    tonnes: float | None
    passenger_km: float | None
    tonne_km: float | None
    vehicle_km: float | None
    emitted: Emitted
    tonnes_share: float | None = None
    """Share of all tonnes sent that have this mode in their chain; they add up to more than 1, for chains have several modes."""


def mode_totals(flows: Flows) -> tuple[ModeTotal, ...]:
    """Totals of a mean day by mode, passengers first.

    Trips are by main mode. Kilometres are by the vehicle ridden, whatever the main mode: `local` has those on foot, by bus and
    taxi all the way, `access` the ways to, from and between vehicles of the timetable; both emit as city buses, and as taxis with the
    scenario's persons in each (own cars to stations too). Freight at sea is of lanes within the region (`bbwnet.model.flow_region`), what
    is moved on the lanes beyond has a row of its own, without a share.
    """
    return (*_passengers(flows), *_freight(flows))


def service_km(network: Network) -> Mapping[str, float]:
    """Kilometres that the vehicles of each mode of service run in a day, both directions."""
    frame = network.services
    return {
        str(mode): math.fsum(frame["service_km_per_day"][frame["mode"] == mode].dropna().tolist()) for mode in sorted(set(frame["mode"]))
    }


def _passengers(flows: Flows) -> tuple[ModeTotal, ...]:
    model, network = flows.passengers, flows.network
    if model is None:
        return ()
    trips = model.trips_by_mode()
    total = math.fsum(trips.values())
    vehicle_km = {"car": model.loads.vehicle_km, **service_km(network)}
    if trips["coach"] > 0:
        vehicle_km["coach"] = vehicle_km.get("coach", 0.0) + _coach_km_besides(network, model)
    car_km = model.loads.vehicle_km * model.persons_per_car
    rides = ridden(model.search.offers.journeys, model.riders, network.settings.access.walk_speed_kmh)
    passenger_km: dict[str, float] = {"car": car_km, "local": rides.local.km, ACCESS: rides.access.km}
    kg = {"car": emitted(network, "drive", {"person": car_km, "vehicle": model.loads.vehicle_km})}
    for mode in RIDE_MODES:
        own = {train_class: km for (ridden_mode, train_class), km in rides.passenger_km.items() if ridden_mode == mode}
        if mode == "coach" and model.unlisted_coach_km > 0:
            own[None] = own.get(None, 0.0) + model.unlisted_coach_km
        passenger_km[mode] = math.fsum(own.values())
        kg[mode] = together([emitted(network, mode, {"person": km}, train_class=train_class) for train_class, km in own.items() if km > 0])
    kg |= {"local": _besides(network, rides.local), ACCESS: _besides(network, rides.access)}
    nothing = emitted(network, None, {})
    by_mode = [
        ModeTotal(
            kind="passengers",
            mode=mode,
            trips=trips[mode],
            share=trips[mode] / total if total > 0 else None,
            tonnes=None,
            passenger_km=passenger_km.get(mode),
            tonne_km=None,
            vehicle_km=vehicle_km.get(mode),
            emitted=kg.get(mode, nothing),
        )
        for mode in CHOICE_MODES
    ]
    return (*by_mode, ModeTotal("passengers", ACCESS, None, None, None, passenger_km[ACCESS], None, None, kg[ACCESS]))


def _coach_km_besides(network: Network, model: PassengerModel) -> float:
    """Kilometres of coaches beyond the timetable: those that follow demand, and those in no data, as full as vehicles are put on for."""
    supply = network.settings.choice.coach_supply
    return model.coaches.added_km + model.unlisted_coach_km / (supply.seats * supply.load_factor)


def _besides(network: Network, besides: Besides) -> Emitted:
    """What ways besides vehicles of the timetable emit: buses, and taxis with as many in each as the scenario says; not who walks."""
    vehicles = besides.drive_km / network.settings.fares.persons_per_taxi
    parts = [("taxi", {"person": besides.drive_km, "vehicle": vehicles}), ("bus", {"person": besides.bus_km})]
    return together([emitted(network, mode, km) for mode, km in parts if km["person"] > 0])


def _freight(flows: Flows) -> tuple[ModeTotal, ...]:
    freight, network = flows.freight, flows.network
    if freight is None:
        return ()
    near = links_in_region(network, both_ends=True)
    at_sea = freight.link_tonnes[freight.link_tonnes["mode"] == "sea"]
    overseas = math.fsum(at_sea["tonne_km_year"][~at_sea["link"].isin(near)].tolist()) / DAYS_PER_YEAR
    by_leg = {mode: _sum(freight.link_tonnes, "tonne_km_year", mode) / DAYS_PER_YEAR for mode in LEG_MODES}
    by_leg["sea"] = math.fsum(at_sea["tonne_km_year"][at_sea["link"].isin(near)].tolist()) / DAYS_PER_YEAR
    total, sent = math.fsum(by_leg.values()), freight.tonnes() / DAYS_PER_YEAR
    truck_km = _truck_km(flows)
    found = []
    for mode in LEG_MODES:
        if mode == "road":
            kg = together([emitted(network, name, {"vehicle": truck_km.get(name)}) for name in TRUCK_CLASSES])
        else:
            kg = emitted(network, _FACTOR_OF_LEG[mode], {"tonne": by_leg[mode]})
        tonnes = _tonnes_by(freight, mode) / DAYS_PER_YEAR
        found.append(
            ModeTotal(
                kind="freight",
                mode=mode,
                trips=None,
                share=by_leg[mode] / total if total > 0 else None,
                tonnes=tonnes,
                passenger_km=None,
                tonne_km=by_leg[mode],
                vehicle_km=math.fsum(truck_km.values()) if mode == "road" and truck_km else None,
                emitted=kg,
                tonnes_share=tonnes / sent if sent > 0 else None,
            )
        )
    kg = emitted(network, _FACTOR_OF_LEG["sea"], {"tonne": overseas})
    found.append(ModeTotal("freight", OVERSEAS, None, None, None, None, overseas, None, kg))
    handled = math.fsum((freight.terminals["loaded_tonnes_year"] + freight.terminals["unloaded_tonnes_year"]).tolist()) / DAYS_PER_YEAR
    found.append(ModeTotal("freight", HANDLING, None, None, handled, None, None, None, emitted(network, HANDLING, {}, tonnes=handled)))
    return tuple(found)


def _truck_km(flows: Flows) -> dict[str, float]:
    """Kilometres of the trucks on the roads by class; none where no roads are loaded."""
    loads = flows.loads
    return {} if loads is None else {name: loads.km_of(name) for name in TRUCK_CLASSES if name in loads.classes}


def _sum(frame: pd.DataFrame, column: str, mode: str) -> float:
    return math.fsum(frame[column][frame["mode"] == mode].tolist())


def _tonnes_by(freight: FreightFlows, mode: str) -> float:
    """Tonnes whose chain has a mode."""
    has = freight.chains["chain"].map(lambda chain: mode in chain.split("+"))
    return math.fsum(freight.chains["tonnes_year"][has].tolist())
