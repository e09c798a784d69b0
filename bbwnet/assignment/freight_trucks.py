"""Trucks of a mean day between road nodes, of the tonnes that freight sends by road."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_balance import DAYS
from bbwnet.assignment.truck_trips import TRUCK_CLASSES, TruckTrips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.assignment.freight_balance import Moved
    from bbwnet.assignment.freight_network import FreightNetwork


def truck_trips(freight: FreightNetwork, moved: Sequence[Moved]) -> TruckTrips:
    """Trips of trucks, empty ones on their way back included, each in the direction driven.

    A truck over a ferry is three trips: to it, over it, from it; over a border two, for the crossing itself is no road. Terminals that no
    road reaches stand at their place; trips that would begin and end there are local and left out.
    """
    gates, sites = freight.gates, list(freight.sites)
    arcs = freight.road.arcs
    # Connectors run from a terminal to its place and back; the first is not turned round.
    node_of = dict(zip(freight.road.nodes.tolist(), range(len(sites)), strict=True))
    for place in np.flatnonzero((arcs.link < 0) & ~arcs.backward).tolist():
        end = node_of.get(int(arcs.tail[place]))
        if end is not None:
            sites[end] = str(freight.network.nodes.at[sites[end], "place"])
    nodes = tuple(sorted(set(sites)))
    at = np.searchsorted(np.array(nodes), np.array(sites))
    daily = np.zeros((len(TRUCK_CLASSES), len(sites), len(sites)))
    ferry = np.array([kind == "ferry" for kind in gates.kinds], dtype=bool)
    for own in moved:
        legs, through = own.hauls.legs(own.loads.trucked, gates)
        np.add.at(legs, (gates.tail_site[ferry], gates.head_site[ferry]), through[ferry])
        for place, both in enumerate(own.cargo.trucks_per_tonne):
            loaded = own.cargo.loaded_by_class[place]
            daily[place] += (loaded * legs + (both - loaded) * legs.T) / DAYS
    vehicles = {}
    for place, name in enumerate(TRUCK_CLASSES):
        total = np.zeros((len(nodes), len(nodes)))
        np.add.at(total, (at[:, None], at[None, :]), daily[place])
        np.fill_diagonal(total, 0.0)
        vehicles[name] = total
    used = np.flatnonzero(sum(own.sum(axis=0) + own.sum(axis=1) for own in vehicles.values()) > 0)
    kept = {name: own[np.ix_(used, used)] for name, own in vehicles.items()}
    hours = np.array(freight.network.settings.freight_chains.road.hour_weights, dtype=np.float64)
    return TruckTrips(tuple(nodes[place] for place in used.tolist()), kept, hours)
