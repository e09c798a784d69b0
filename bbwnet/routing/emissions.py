"""What journeys emit: factors per kilometre by mode, train class and pollutant, out of the network's data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bbwnet.scenario.schema.base import CONFIDENCES
from bbwnet.scenario.schema.infrastructure import RoadLink, WaterLink

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bbwnet.network.network import Network
    from bbwnet.routing.fares import LegLike
    from bbwnet.routing.in_vehicle import Ride
    from bbwnet.scenario.schema.base import Confidence
    from bbwnet.scenario.schema.fares import EmissionFactor

_MOTORLESS = ("walk", "border", "terminal")


class Emissions:
    """Kilograms that one traveller's journeys emit, by the factors in force on the network's date."""

    def __init__(self, network: Network) -> None:
        """Take the factors in force and the scenario's persons in a vehicle."""
        self._network = network
        self._factors = network.assembly.emission_factors

    def co2_kg(self, leg: LegLike) -> float | None:
        """Kilograms of CO2 of one traveller on a leg; `None` if no factor is known for its mode."""
        return self.leg_kg(leg, "co2")

    def journey_kg(self, legs: Iterable[LegLike], pollutant: str = "co2") -> float | None:
        """Kilograms of one traveller on a journey; `None` if a leg's are not known."""
        found = [self.leg_kg(leg, pollutant) for leg in legs]
        known = [kg for kg in found if kg is not None]
        return math.fsum(known) if len(known) == len(found) else None

    def leg_kg(self, leg: LegLike, pollutant: str = "co2") -> float | None:
        """Kilograms of one traveller on a leg; waits and times in terminals emit nothing here."""
        if leg.ride is not None:
            return self.ride_kg(leg.ride, pollutant)
        if leg.kind != "way":
            return 0.0
        return self.drive_kg(leg.links, pollutant) if leg.mode == "drive" and leg.links else self.kg(leg.mode, leg.length_km, pollutant)

    def ride_kg(self, ride: Ride, pollutant: str = "co2") -> float | None:
        """Kilograms of one traveller on a ride."""
        return self.kg(ride.mode, ride.length_km, pollutant, train_class=ride.train_class)

    def drive_kg(self, links: Sequence[str], pollutant: str = "co2") -> float | None:
        """Kilograms of one of those in a car along links; on a ferry each counts as a passenger, the car does not."""
        records = [self._network.assembly.links[link] for link in links]
        road_km = math.fsum(link.length_km for link in records if isinstance(link, RoadLink))
        water_km = math.fsum(link.length_km for link in records if isinstance(link, WaterLink))
        parts = [self.kg("drive", road_km, pollutant)] + ([self.kg("ferry", water_km, pollutant)] if water_km > 0 else [])
        known = [kg for kg in parts if kg is not None]
        return math.fsum(known) if len(known) == len(parts) else None

    def kg(self, mode: str, length_km: float, pollutant: str = "co2", *, train_class: str | None = None) -> float | None:
        """Kilograms of one traveller over a distance by a mode, a shuttle taken for a bus; `None` if no factor is known for it."""
        mode = "bus" if mode == "shuttle" else mode
        if mode in _MOTORLESS:
            return 0.0
        factor = self._factor(mode, train_class, pollutant)
        if factor is None:
            return None
        return factor.factor_kg_km * length_km / (self._persons(mode) if factor.per == "vehicle" else 1.0)

    def confidence(self, legs: Iterable[LegLike], pollutant: str = "co2") -> Confidence | None:
        """Of the least sure factor behind a journey's emissions; how many share a vehicle is assumed."""
        worst: Confidence | None = None
        for leg in legs:
            train_class = leg.ride.train_class if leg.ride is not None else None
            mode = leg.ride.mode if leg.ride is not None else leg.mode
            factor = self._factor(mode, train_class, pollutant) if leg.ride is not None or leg.kind == "way" else None
            if factor is not None:
                own: Confidence = factor.confidence if factor.per == "person" else "assumed"
                worst = own if worst is None else max(worst, own, key=CONFIDENCES.index)
        return worst

    def _factor(self, mode: str, train_class: str | None, pollutant: str) -> EmissionFactor | None:
        return self._factors.get((mode, train_class, pollutant)) or self._factors.get((mode, None, pollutant))

    def _persons(self, mode: str) -> float:
        fares = self._network.settings.fares
        return fares.persons_per_taxi if mode == "taxi" else fares.persons_per_car
