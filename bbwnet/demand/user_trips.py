"""Trips that the scenario's own matrices give in place of gravity: who of them is on the way out and who on the way home."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.gravity import Gravity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.scenario.schema.purposes import Purpose


@dataclass(frozen=True)
class LocalTrips:
    """Trips of a matrix within one place: local travel, which loads nothing."""

    purpose: Purpose
    place: str
    trips_day: float
    unit: str
    """As the scenario has it: `trips_day` or `vehicles_day`."""


@dataclass(frozen=True)
class UnreachedTrips:
    """Trips of a matrix that no mode has a way for; they load nothing."""

    purpose: Purpose
    origin: str
    destination: str
    trips_day: float


@dataclass(frozen=True)
class UserTrips:
    """Trips a day between n places in the direction travelled, none within a place."""

    names: tuple[str, ...]
    """Sorted."""
    trips: Mapping[Purpose, NDArray[np.float64]]
    """Persons who choose among modes (n x n)."""
    car_vehicles: Mapping[Purpose, NDArray[np.float64]]
    """Cars that go straight onto the roads (n x n)."""
    local: tuple[LocalTrips, ...] = ()
    """What was left out for being within a place."""
    persons_per_car: float = 1.0
    """People in each of the cars."""

    @property
    def purposes(self) -> frozenset[Purpose]:
        """Purposes that have no gravity model for that."""
        return frozenset((*self.trips, *self.car_vehicles))

    def among(self, names: Sequence[str]) -> UserTrips:
        """The same with the places of `names`, sorted, which have all places with trips; raises `KeyError` for one that they lack."""
        row = {name: place for place, name in enumerate(names)}
        busy = {self.names[place] for matrix in (*self.trips.values(), *self.car_vehicles.values()) for place in _used(matrix)}
        lacking = sorted(busy - row.keys())
        if lacking:
            raise KeyError(f"trips of {', '.join(lacking)}, which are no places of the demand")
        kept = [place for place, name in enumerate(self.names) if name in row]
        target = np.array([row[self.names[place]] for place in kept], dtype=np.int64)

        def put(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
            found = np.zeros((len(names), len(names)))
            found[np.ix_(target, target)] = matrix[np.ix_(kept, kept)]
            return found

        trips = {purpose: put(matrix) for purpose, matrix in self.trips.items()}
        vehicles = {purpose: put(matrix) for purpose, matrix in self.car_vehicles.items()}
        return dataclasses.replace(self, names=tuple(names), trips=trips, car_vehicles=vehicles)

    def pairs(self) -> NDArray[np.bool_]:
        """Pairs of places (n x n) with people who choose a mode, on the way out or home."""
        found = np.zeros((len(self.names),) * 2, dtype=np.bool_)
        for matrix in self.trips.values():
            found |= matrix > 0
        return found | found.T


@dataclass(frozen=True)
class TwoWays:
    """Trips from where people live to where they go (n x n): one-way trips out, and trips home of those who live at the row's place."""

    out: NDArray[np.float64]
    home: NDArray[np.float64]

    def travelled(self, shares: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """One-way trips in the direction travelled (n x n), of `shares` of them (n x n x k; from where people live): n x n x k.

        Who goes home takes the mode that he came by.
        """
        if shares is None:
            return self.out + self.home.T
        wide = (slice(None), slice(None), *(np.newaxis for _ in range(shares.ndim - 2)))
        return np.asarray(self.out[wide] * shares + np.swapaxes(self.home[wide] * shares, 0, 1))


def half_each_way(made: NDArray[np.float64]) -> TwoWays:
    """Trips from where people live to where they go (n x n), half of them on the way home."""
    return TwoWays(made / 2, made / 2)


def out_and_home(
    given: UserTrips, purpose: Purpose, airports: NDArray[np.bool_], reached: NDArray[np.bool_]
) -> tuple[TwoWays, tuple[UnreachedTrips, ...]]:
    """The trips of a purpose by where people live, and those that have no way.

    Half the trips from i to j are taken for ways out of people of i, half for ways home of people of j. Nobody lives at an airport
    (`airports`, n). `reached` (n x n) says where there is any way to travel from where one lives: where one of the two has none, all are
    the other's.
    """
    matrix = given.trips.get(purpose)
    if matrix is None:
        return half_each_way(np.zeros(reached.shape)), ()
    there = reached & ~airports[:, None]
    share_out = np.where(there & there.T, 0.5, np.where(there, 1.0, 0.0))
    lost = (matrix > 0) & ~there & ~there.T
    held = np.where(lost, 0.0, matrix)
    unreached = tuple(
        UnreachedTrips(purpose, given.names[origin], given.names[destination], float(matrix[origin, destination]))
        for origin, destination in np.argwhere(lost).tolist()
    )
    return TwoWays(held * share_out, (held * (1 - share_out)).T), unreached


def as_gravity(names: tuple[str, ...], ways: TwoWays) -> Gravity:
    """Given trips in the place of a gravity model's: nothing was balanced, nothing is stranded."""
    made = ways.out + ways.home
    drawn = made.sum(axis=0)
    return Gravity(
        zones=names,
        trips=made,
        productions=made.sum(axis=1),
        attractions=drawn,
        attraction_scale=1.0,
        stranded=(),
        log_column_factor=np.log(drawn, out=np.full(len(names), -np.inf), where=drawn > 0),
        sweeps=0,
        gap=0.0,
        converged=True,
    )


def _used(matrix: NDArray[np.float64]) -> set[int]:
    return set(np.flatnonzero((matrix > 0).any(axis=0) | (matrix > 0).any(axis=1)).tolist())
