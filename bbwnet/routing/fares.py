"""What journeys cost: the tariffs in force on rides, taxis and cars, tolls, and what one ticket for the whole journey saves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bbwnet.routing.fare_kernels import NO_FARE, ONE_PERSON, FareTable, fare_of, party_fare
from bbwnet.scenario.schema.base import CONFIDENCES
from bbwnet.scenario.schema.infrastructure import RailLink, RoadLink, WaterLink

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern
    from bbwnet.routing.in_vehicle import Ride
    from bbwnet.scenario.schema.base import Confidence
    from bbwnet.scenario.schema.fares import FareChoice, Tariff
    from bbwnet.scenario.schema.services import Service

_NO_MAXIMUM = 2**53


class LegLike(Protocol):
    """What is asked of a leg of a journey: a ride, or a way by `mode`; every other kind costs nothing by itself."""

    @property
    def kind(self) -> str:
        """`ride`, `way` or another."""

    @property
    def mode(self) -> str:
        """Mode of a way: `walk`, `bus`, `taxi`, `drive`."""

    @property
    def length_km(self) -> float:
        """Kilometres of a way."""

    @property
    def ride(self) -> Ride | None:
        """The ride of a leg of that kind."""

    @property
    def links(self) -> tuple[str, ...]:
        """Road links of a drive, if known."""


@dataclass(frozen=True)
class Fare:
    """What one traveller pays for one leg."""

    cny: float | None
    """`None`: no tariff is known, see `missing`."""
    basis: str = ""
    """Identifier of the tariff that says so; empty where it is free or not known."""
    confidence: Confidence | None = None
    """Of the least sure figure behind it."""
    missing: str = ""
    """What is not known, such as `no tariff for ferry`."""


@dataclass(frozen=True)
class JourneyFare:
    """What one traveller pays for a journey."""

    cny: float | None
    """Fare as paid; `None` if a leg's is not known."""
    full_cny: float | None
    """Sum of the legs' fares."""
    through_saving_cny: float | None
    """What one ticket for all rides takes off, whether the policy is in force or not; 0 with fewer than two rides."""
    through_ticket: bool
    """Whether it is taken off `cny`."""
    legs: tuple[Fare, ...]

    @property
    def confidence(self) -> Confidence | None:
        """Of the least sure figure behind it; what one ticket takes off is assumed."""
        if self.through_ticket and self.through_saving_cny:
            return "assumed"
        return _worst(fare.confidence for fare in self.legs)

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not known, each once."""
        return tuple(dict.fromkeys(fare.missing for fare in self.legs if fare.missing))


_FREE = Fare(0.0)


class Fares:
    """Fares of a network on its date: the tariffs in force, after the scenario's factors.

    `table`, `tariff_of_pattern`, `first_call` and `metres` are for kernels: boarding at call i of a pattern and alighting at
    call j costs `fare_of(table, tariff_of_pattern[p], metres[first_call[p] + j] - metres[first_call[p] + i])` fen.
    """

    def __init__(self, network: Network) -> None:
        """Lay out the tariffs in force."""
        self._network = network
        self._choice: FareChoice = network.settings.fares
        self.tariffs: tuple[Tariff, ...] = tuple({item.id: item for item in network.assembly.tariffs.values()}.values())
        """Tariffs in force, in the order of the rows of `table`."""
        row_of = {tariff.id: row for row, tariff in enumerate(self.tariffs)}
        self._row_of_kind = {kind: row_of[tariff.id] for kind, tariff in network.assembly.tariffs.items()}
        self._rows = [self._tariff_row(item) for item in self.tariffs]
        self.table: FareTable = _table(self._rows)
        patterns = network.trips.patterns
        self.tariff_of_pattern: NDArray[np.int32] = np.array(
            [self._row(item.service, item.mode, item.train_class) for item in patterns], dtype=np.int32
        )
        """Row of `table` for each pattern; -1: no tariff is known."""
        self.first_call: NDArray[np.int64] = np.cumsum([0, *(len(item.stops) for item in patterns)], dtype=np.int64)
        """First call of each pattern in `metres`, and their number."""
        self.metres: NDArray[np.int64] = np.array([metres for item in patterns for metres in self._cumulated(item)], dtype=np.int64)
        """Metres charged from the first stop of its pattern to each call."""
        self._car_fares = self._fares_of_cars()

    @property
    def known(self) -> bool:
        """Whether there is any tariff at all."""
        return bool(self.tariffs)

    def ride_cny(self, ride: Ride) -> float | None:
        """Yuan of a ride for one traveller; `None` if no tariff is known."""
        return self.ride(ride).cny

    def way_cny(self, mode: str, length_km: float) -> float | None:
        """Yuan of a way by `walk`, `bus`, `taxi` or `drive` (fuel alone) for one traveller; `None` if no tariff is known."""
        return self.way(mode, length_km).cny

    def drive_cny(self, links: Sequence[str]) -> float | None:
        """Yuan of a drive for one of those in the car: fuel, tolls and ferries; `None` if one of them is not known."""
        return self.drive(links).cny

    def journey_cny(self, legs: Iterable[LegLike]) -> float | None:
        """Yuan of a journey for one traveller as paid; `None` if a leg's fare is not known."""
        return self.journey(legs).cny

    def ride(self, ride: Ride) -> Fare:
        """What one traveller pays for a ride, and by what tariff."""
        row = self._row(ride.service, ride.mode, ride.train_class)
        if row < 0:
            return Fare(None, missing=f"no tariff for {ride.mode}")
        fen = fare_of(self.table, row, self._charged_metres(row, ride.links, ride.length_km))
        return Fare(fen / 100, self.tariffs[row].id, self._sureness(row))

    def way(self, mode: str, length_km: float) -> Fare:
        """What one traveller pays for a way by `walk`, `bus`, `taxi` or `drive`, fuel alone; a shuttle (a metro) costs what a bus does."""
        mode = "bus" if mode == "shuttle" else mode
        if mode not in ("bus", "taxi", "drive"):
            return _FREE
        row = self._row_of_kind.get((mode, None, None), NO_FARE)
        if row < 0:
            return Fare(None, missing=f"no tariff for {mode}")
        return Fare(fare_of(self.table, row, round(length_km * 1000)) / 100, self.tariffs[row].id, self._sureness(row))

    def drive(self, links: Sequence[str]) -> Fare:
        """What one of those in a car pays for a drive: fuel of its road, tolls, and ferries (a car's fare covers its driver)."""
        row = self._row_of_kind.get(("drive", None, None), NO_FARE)
        if row < 0:
            return Fare(None, missing="no tariff for drive")
        confidences: list[Confidence | None] = [self._sureness(row)]
        records = [self._network.assembly.links[link] for link in links]
        roads = [link for link in records if isinstance(link, RoadLink)]
        party = party_fare(self.table, row, sum(round(link.length_km * 1000) for link in roads))
        party += _fen(math.fsum(link.length_km * link.toll_cny_km for link in roads) * self._choice.factor.toll)
        persons = self._choice.persons_per_car if self.tariffs[row].per == "vehicle" else 1.0
        for link in records:
            if isinstance(link, WaterLink):
                fare = self._car_fares.get(link.id)
                if fare is None:
                    return Fare(None, missing=f"no fare of a car for {link.id}")
                car_fen, service = fare
                foot_fen = self._foot_fen(link, service) if persons > 1 else 0
                if foot_fen < 0:
                    return Fare(None, missing="no tariff for ferry")
                party += car_fen + round((persons - 1) * foot_fen)
                confidences.append(service.confidence)
        return Fare(_fen(party / 100 / persons) / 100, self.tariffs[row].id, _worst(confidences))

    def car_on_ferry_cny(self, link: str) -> float | None:
        """Yuan of a car with its driver over a ferry link, on the cheapest service there; `None` if no fare is known."""
        found = self._car_fares.get(link)
        return None if found is None else found[0] / 100

    def leg(self, leg: LegLike) -> Fare:
        """What one traveller pays for a leg of a journey."""
        if leg.ride is not None:
            return self.ride(leg.ride)
        if leg.kind != "way":
            return _FREE
        return self.drive(leg.links) if leg.mode == "drive" and leg.links else self.way(leg.mode, leg.length_km)

    def journey(self, legs: Iterable[LegLike], *, through_ticket: bool | None = None) -> JourneyFare:
        """What one traveller pays for a journey.

        With one ticket for the whole journey, a share of the fares of its rides is taken off where it has two or more;
        whether there is one is the scenario's policy unless `through_ticket` says so.
        """
        if through_ticket is None:
            through_ticket = self._network.settings.policy.transfer.through_ticket
        legs = tuple(legs)
        fares = tuple(self.leg(leg) for leg in legs)
        rides = [fare.cny for leg, fare in zip(legs, fares, strict=True) if leg.ride is not None]
        paid = [fare.cny for fare in fares if fare.cny is not None]
        if len(paid) < len(fares):
            return JourneyFare(None, None, None, through_ticket, fares)
        rides_cny = math.fsum(cny for cny in rides if cny is not None)
        saving = _fen(rides_cny * self._choice.discount_through_ticket) if len(rides) > 1 else 0
        full = _fen(math.fsum(paid))
        return JourneyFare((full - (saving if through_ticket else 0)) / 100, full / 100, saving / 100, through_ticket, fares)

    def _row(self, service: str, mode: str, train_class: str | None) -> int:
        """Row of the table for rides on a service: of its own tariff, of that of its class, or of that of its mode."""
        kinds = ((mode, None, service), (mode, train_class, None), (mode, None, None))
        return next((self._row_of_kind[kind] for kind in kinds if kind in self._row_of_kind), NO_FARE)

    def _sureness(self, row: int) -> Confidence:
        """Confidence of a tariff; how many share a vehicle is assumed."""
        tariff = self.tariffs[row]
        return tariff.confidence if tariff.per == "person" else "assumed"

    def _tariff_row(self, tariff: Tariff) -> _Row:
        factor: float = getattr(self._choice.factor, tariff.mode)
        persons = 1.0
        if tariff.per == "vehicle":
            persons = self._choice.persons_per_taxi if tariff.mode == "taxi" else self._choice.persons_per_car
        return _Row(
            start_fen=_fen(tariff.start_cny * factor),
            minimum_fen=_fen(tariff.minimum_cny * factor),
            maximum_fen=_NO_MAXIMUM if tariff.maximum_cny is None else _fen(tariff.maximum_cny * factor),
            step_fen=_fen(tariff.step_cny),
            persons=round(persons * ONE_PERSON),
            bands=tuple(
                (
                    round(band.from_km * 1000),
                    round(band.rate_cny_km * tariff.paid_share * factor * 1_000_000),
                    _fen(band.surcharge_cny * factor),
                )
                for band in tariff.bands
            ),
            line_speed_kmh=tariff.line_speed_kmh or 0.0,
            slower_line_share=tariff.slower_line_share,
        )

    def _cumulated(self, pattern: Pattern) -> Iterable[int]:
        """Metres charged from the first stop to each."""
        row = self._row(pattern.service, pattern.mode, pattern.train_class)
        sections = zip(pattern.links, pattern.length_km, strict=True)
        return accumulate((self._charged_metres(row, links, length_km) for links, length_km in sections), initial=0)

    def _charged_metres(self, row: int, links: Sequence[str], length_km: float) -> int:
        """Metres that are charged along links, or over a length where there are none (flights)."""
        if not links:
            return round(length_km * 1000)
        least, share = (self._rows[row].line_speed_kmh, self._rows[row].slower_line_share) if row >= 0 else (0.0, 1.0)
        metres = 0
        for name in links:
            link = self._network.assembly.links[name]
            slower = isinstance(link, RailLink) and link.design_speed_kmh < least
            metres += round(link.length_km * 1000 * (share if slower else 1.0))
        return metres

    def _fares_of_cars(self) -> dict[str, tuple[int, Service]]:
        """Fen of a car with its driver over each ferry link, on the cheapest service there."""
        fares: dict[str, tuple[int, Service]] = {}
        for pattern in self._network.trips.patterns:
            service = self._network.assembly.services.get(pattern.service)
            if service is None or not service.carries_vehicles or service.fare_car_cny is None:
                continue
            fen = _fen(service.fare_car_cny * self._choice.factor.ferry)
            for link in {link for section in pattern.links for link in section}:
                if link not in fares or fen < fares[link][0]:
                    fares[link] = (fen, service)
        return fares

    def _foot_fen(self, link: WaterLink, service: Service) -> int:
        """Fen of a passenger on foot over a ferry link."""
        return int(fare_of(self.table, self._row(service.id, "ferry", None), round(link.length_km * 1000)))


@dataclass(frozen=True)
class _Row:
    """One tariff in whole numbers."""

    start_fen: int
    minimum_fen: int
    maximum_fen: int
    step_fen: int
    persons: int
    bands: tuple[tuple[int, int, int], ...]
    """Metres at which it begins, millionths of a yuan per km, surcharge in fen."""
    line_speed_kmh: float
    slower_line_share: float


def _table(rows: Sequence[_Row]) -> FareTable:
    """Rows as flat arrays."""
    bands = [band for row in rows for band in row.bands]
    return FareTable(
        start_fen=_whole(row.start_fen for row in rows),
        minimum_fen=_whole(row.minimum_fen for row in rows),
        maximum_fen=_whole(row.maximum_fen for row in rows),
        step_fen=_whole(row.step_fen for row in rows),
        persons=_whole(row.persons for row in rows),
        first_band=_whole(accumulate((len(row.bands) for row in rows), initial=0)),
        from_m=_whole(band[0] for band in bands),
        rate=_whole(band[1] for band in bands),
        surcharge_fen=_whole(band[2] for band in bands),
    )


def _whole(values: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(values, dtype=np.int64)


def _fen(cny: float) -> int:
    """Whole fen of an amount in yuan, halves up."""
    return math.floor(round(cny * 100, 6) + 0.5)


def _worst(confidences: Iterable[Confidence | None]) -> Confidence | None:
    """The least sure of some."""
    found = [item for item in confidences if item is not None]
    return max(found, key=CONFIDENCES.index) if found else None
