"""Trips between zones out of flows, as weights of what is evaluated for pairs of zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.errors import NetworkError
from bbwnet.network.population import zone_populations
from bbwnet.scenario.schema.demand import PURPOSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.model.flows import Flows


def zone_trips(flows: Flows, *, with_cars: bool) -> NDArray[np.float64]:
    """One-way trips a day of all purposes between the region's zones, sorted by identifier; those by own car only `with_cars`.

    Raises `NetworkError` where nobody travels between zones.
    """
    model = flows.passengers
    if model is None:
        raise NetworkError("no trips: " + "; ".join(flows.missing))
    zones = sorted(zone_populations(flows.network, flows.network.as_of.year))
    slots = [number for number, (mode, _) in enumerate(ALTERNATIVES) if with_cars or mode != "car"]
    place = [model.people.names.index(zone) for zone in zones]
    total = np.sum([model.trips_by(purpose)[..., slots].sum(axis=-1) for purpose in PURPOSES], axis=0)[np.ix_(place, place)]
    if not total.sum() > 0:
        raise NetworkError(f"region {flows.network.region} has no trips between its zones{'' if with_cars else ' but by own car'}")
    return np.asarray(total)
