"""Passengers of airports: those on the flights of the model, and those who fly beyond its places, whom no flight carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.demand import PURPOSES

if TYPE_CHECKING:
    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.network.network import Network


@dataclass(frozen=True)
class AirportPassengers:
    """One airport on a mean day, both ways."""

    on_flights: float
    """Who boards and leaves flights, between places of the network."""
    beyond: float
    """Who comes over land to fly beyond the places of the network, or goes home from there; on board of no flight."""
    place: bool
    """Whether the airport is that of a zone or gateway with residents: elsewhere nobody on board is known but who changes there."""

    @property
    def total(self) -> float:
        """All passengers."""
        return self.on_flights + self.beyond

    @property
    def mostly_beyond(self) -> bool:
        """Whether the flights here have most of their riders from or to beyond, so that their load is not known."""
        return not self.place or self.beyond > self.on_flights


def airport_passengers(network: Network, model: PassengerModel) -> dict[str, AirportPassengers]:
    """Passengers of every airport of the network."""
    loads, people = model.stop_loads, model.people
    air = np.array([mode == "air" for mode in loads.mode], dtype=np.bool_)
    stops, handled = loads.stop[air], (loads.boardings + loads.alightings)[air]
    on_flights = np.bincount(stops, weights=handled, minlength=len(network.nodes))
    trips = np.sum([model.trips_by(purpose).sum(axis=-1) for purpose in PURPOSES], axis=0)
    beyond = dict(zip(people.names, (trips.sum(axis=0) + trips.sum(axis=1)).tolist(), strict=True))
    settled = {name for name, persons in zip(people.names, people.persons.tolist(), strict=True) if persons > 0}
    return {
        name: AirportPassengers(float(on_flights[network.node_index[name]]), beyond.get(name, 0.0), node.place in settled)
        for name, node in network.assembly.nodes.items()
        if node.kind == "airport"
    }
