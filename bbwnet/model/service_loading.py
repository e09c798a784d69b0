"""Passengers on the journeys that services offer: who takes which departure out and home, and what the runs carry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.choice.mode_table import ALTERNATIVES, out_and_home
from bbwnet.scenario.schema.demand import PURPOSES, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.choice.mode_table import ModeChoices, ModeTable, ServiceOffers
    from bbwnet.demand.user_trips import TwoWays
    from bbwnet.scenario.schema.choice import TravelChoice
    from bbwnet.scenario.schema.demand import PassengerDemand

_CAR = ALTERNATIVES.index(("car", False))


@dataclass(frozen=True)
class LostWayHome:
    """Trips home that the alternative taken on the way out has no journey for; they ride nothing."""

    purpose: Purpose
    origin: str
    """Where they live."""
    destination: str
    trips_day: float


@dataclass(frozen=True)
class Offered:
    """What services offer a purpose: the way out and home together, and by which alternative each goes home."""

    one_way: ModeTable
    both_ways: ModeTable
    home: NDArray[np.int64]
    """n x n x k: alternative of the way home; -1: there is none."""


def offered(
    offers: ServiceOffers, choice: TravelChoice, demand: PassengerDemand, extra_min: NDArray[np.float64] | None = None
) -> dict[Purpose, Offered]:
    """What journeys offer each purpose; `extra_min` (journeys) is felt besides, for full vehicles."""
    found = {}
    for purpose in PURPOSES:
        table = offers.table(choice, purpose, demand.purposes.of(purpose).hour_weights, extra_min)
        found[purpose] = Offered(table, *out_and_home(table))
    return found


def riders(
    offers: ServiceOffers, tables: Mapping[Purpose, Offered], ways: Mapping[Purpose, TwoWays], choices: Mapping[Purpose, ModeChoices]
) -> NDArray[np.float64]:
    """Persons a day on each journey of the offers, all purposes: those who go out, and those who come home the other way."""
    total = np.zeros(len(offers.journeys))
    per_cell = np.diff(offers.first)
    for purpose in PURPOSES:
        by_cell = cell_riders(tables[purpose], ways[purpose], choices[purpose])[offers.cell]
        total += np.repeat(by_cell, per_cell) * tables[purpose].one_way.journey_share
    return total


def cell_riders(table: Offered, ways: TwoWays, choices: ModeChoices) -> NDArray[np.float64]:
    """Persons of a purpose by (origin * n + destination) * k + alternative, in the direction travelled; none by car."""
    shares = choices.shares.copy()
    shares[..., _CAR] = 0.0
    count, alternatives = len(table.home), len(ALTERNATIVES)
    out = ways.out[..., None] * shares
    home = np.where(table.home >= 0, ways.home[..., None] * shares, 0.0)
    there, here, slot = np.nonzero(home)
    target = (here * count + there) * alternatives + table.home[there, here, slot]
    back = np.bincount(target, weights=home[there, here, slot], minlength=out.size)
    return np.asarray(out.ravel() + back)


def lost_ways_home(
    names: tuple[str, ...], tables: Mapping[Purpose, Offered], ways: Mapping[Purpose, TwoWays], choices: Mapping[Purpose, ModeChoices]
) -> tuple[LostWayHome, ...]:
    """Trips home by services that have no journey, by purpose and pair."""
    found = []
    for purpose in PURPOSES:
        shares = np.where(tables[purpose].home < 0, choices[purpose].shares, 0.0)
        shares[..., _CAR] = 0.0
        lost = ways[purpose].home * shares.sum(axis=2)
        found += [
            LostWayHome(purpose, names[origin], names[destination], float(lost[origin, destination]))
            for origin, destination in np.argwhere(lost > 0).tolist()
        ]
    return tuple(found)


def lost_trips(lost: tuple[LostWayHome, ...]) -> float:
    """Their number a day."""
    return math.fsum(item.trips_day for item in lost)
