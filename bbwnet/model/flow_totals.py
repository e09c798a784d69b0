"""What flows add up to by mode: trips, passenger-km, vehicle-km, tonne-km, and what they emit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bbwnet.model.flow_emissions import Emitted, emitted
from bbwnet.scenario.schema.choice import CHOICE_MODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network

_FACTOR_OF_MODE = {"car": "drive", "coach": "coach", "rail": "rail", "air": "air", "ferry": "ferry"}
"""Mode of the emission factor of each main mode; what goes by bus, taxi and on foot is not known by its kilometres."""


@dataclass(frozen=True)
class ModeTotal:
    """One mode of a mean day; `None` where it is not known or makes no sense."""

    kind: Literal["passengers", "freight"]
    mode: str
    trips: float | None
    share: float | None
    """Of trips, of freight of tonne-km."""
    tonnes: float | None
    passenger_km: float | None
    tonne_km: float | None
    vehicle_km: float | None
    emitted: Emitted


def mode_totals(flows: Flows) -> tuple[ModeTotal, ...]:
    """Totals of a mean day by mode, passengers first."""
    return _passengers(flows)


def _passengers(flows: Flows) -> tuple[ModeTotal, ...]:
    model, network = flows.passengers, flows.network
    if model is None:
        return ()
    trips = model.trips_by_mode()
    total = math.fsum(trips.values())
    run_km = service_km(network)
    vehicle_km = {"car": model.loads.vehicle_km, **run_km}
    passenger_km = {"car": model.loads.vehicle_km * model.persons_per_car}
    found = []
    for mode in CHOICE_MODES:
        km = passenger_km.get(mode)
        found.append(
            ModeTotal(
                kind="passengers",
                mode=mode,
                trips=trips[mode],
                share=trips[mode] / total if total > 0 else None,
                tonnes=None,
                passenger_km=km,
                tonne_km=None,
                vehicle_km=vehicle_km.get(mode),
                emitted=emitted(
                    network, _FACTOR_OF_MODE.get(mode), {"person": km, "vehicle": vehicle_km.get(mode) if mode == "car" else None}
                ),
            )
        )
    return tuple(found)


def service_km(network: Network) -> Mapping[str, float]:
    """Kilometres that the vehicles of each mode of service run in a day, both directions."""
    frame = network.services
    return {
        str(mode): math.fsum(frame["service_km_per_day"][frame["mode"] == mode].dropna().tolist()) for mode in sorted(set(frame["mode"]))
    }
