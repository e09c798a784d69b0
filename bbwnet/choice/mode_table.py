"""What each mode offers between places: felt time and fare of its journeys, and the shares and logsums that travellers make of them.

Journeys are looked for once; what a purpose, a value of time or a mode constant changes is arithmetic on the arrays, so that
calibration and the loop of the model need no further search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bbwnet.choice.nested_logit import nested_logit
from bbwnet.choice.utility import chain, felt_minutes, main_mode, nests_of
from bbwnet.routing.journeys import journey
from bbwnet.scenario.schema.choice import ChoiceMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.routing.door_to_door import DoorMode, DoorToDoor
    from bbwnet.routing.fares import LegLike
    from bbwnet.routing.journeys import Journey
    from bbwnet.scenario.schema.choice import TravelChoice
    from bbwnet.scenario.schema.demand import Purpose

ALTERNATIVES: tuple[tuple[ChoiceMode, bool], ...] = (
    ("car", False),
    ("coach", False),
    ("rail", False),
    ("air", False),
    ("ferry", False),
    ("local", False),
    ("coach", True),
    ("rail", True),
    ("air", True),
    ("ferry", True),
)
"""Alternatives of every pair: main mode, and whether other services are ridden besides (chains such as train and flight)."""

SEARCHED: tuple[DoorMode, ...] = ("road", "coach", "rail", "air", "sea", "transit")
"""Searches whose journeys fill the alternatives: of one mode each, and of all services together."""

_SLOT = {alternative: number for number, alternative in enumerate(ALTERNATIVES)}


class FaresLike(Protocol):
    """What is asked of fares."""

    def journey_cny(self, legs: Iterable[LegLike]) -> float | None:
        """Yuan of a journey; `None` if a part is not known."""


@dataclass(frozen=True)
class ModeTable:
    """What each of k `ALTERNATIVES` offers between n places."""

    names: tuple[str, ...]
    felt_min: NDArray[np.float64]
    """n x n x k: weighted minutes with changes and schedule delay, without constants and fare; infinite where there is no journey."""
    fare_cny: NDArray[np.float64]
    """n x n x k: fare of one traveller; 0 where there is no journey."""
    fare_assumed: NDArray[np.bool_]
    """n x n x k: where a part of the fare is not known, and the scenario's fare per km stands for the whole."""
    quickest_min: NDArray[np.float64]
    """n x n: minutes from leaving to arrival of the quickest journey of any alternative; zero to itself, infinite where there is none."""

    def cost_min(self, choice: TravelChoice, purpose: Purpose) -> NDArray[np.float64]:
        """Generalised cost of each alternative for a purpose (n x n x k, minutes)."""
        constants = np.array([choice.constants.of(mode) for mode, _ in ALTERNATIVES])
        return np.asarray(self.felt_min + constants + self.fare_cny * (60 / choice.value_of_time.of(purpose)))

    def choices(self, choice: TravelChoice, purpose: Purpose) -> ModeChoices:
        """Shares and logsums of a purpose, over travellers with a car to take and those without.

        Chains are in the nest of their main mode. No path size: there is one journey for each alternative. Where a car is the only way
        all go by car: who has none gets a lift.
        """
        sensitivity, share = choice.sensitivity.of(purpose), choice.car_available.of(purpose)
        utility = -sensitivity * self.cost_min(choice, purpose)
        nests = nests_of([mode for mode, _ in ALTERNATIVES], choice)
        everything = nested_logit(utility, nests)
        no_car = np.array([mode != "car" for mode, _ in ALTERNATIVES])
        without = nested_logit(utility, nests, np.broadcast_to(no_car, utility.shape))
        alone = np.isneginf(without.logsum)
        weight = np.where(alone, 1.0, share)
        logsum = weight * everything.logsum + (1 - weight) * np.where(alone, 0.0, without.logsum)
        shares = weight[..., None] * everything.shares + (1 - weight[..., None]) * without.shares
        return ModeChoices(shares, -logsum / sensitivity)


@dataclass(frozen=True)
class ModeChoices:
    """What travellers of one purpose make of k `ALTERNATIVES` between n places."""

    shares: NDArray[np.float64]
    """n x n x k, adding up to 1; all 0 where there is no journey."""
    cost_min: NDArray[np.float64]
    """n x n: logsum as generalised minutes, which gravity takes; infinite where there is no journey."""


def mode_table(
    doors: DoorToDoor,
    fares: FaresLike,
    names: Sequence[str],
    starts_s: Sequence[int],
    pairs: NDArray[np.bool_] | None = None,
    searched: Mapping[DoorMode, NDArray[np.bool_]] | None = None,
) -> ModeTable:
    """Look for a journey by each mode between the places (n) for each wished departure, and take means over the departures.

    Each wish takes the journey found for any of them that is felt least, the time between the wish and leaving at the weight of schedule
    delay: where one flight a day is all there is, every wish takes it. `pairs` (n x n) leaves others out; `searched` says which pairs
    each search is for (by default all): a flight between neighbours need not be looked for. A journey by all services together counts
    where it rides more than one mode, or none.

    Raises `KeyError` for places that `doors` does not know, `ValueError` without a departure.
    """
    if not starts_s:
        raise ValueError("starts_s is empty; at least one wished departure is needed")
    count, settings = len(names), doors.network.settings
    wanted = ~np.eye(count, dtype=np.bool_) & (True if pairs is None else pairs)
    felt = np.full((count, count, len(ALTERNATIVES)), np.inf)
    fare = np.zeros(felt.shape)
    assumed = np.zeros(felt.shape, dtype=np.bool_)
    quickest = np.where(np.eye(count, dtype=np.bool_), 0.0, np.inf)
    for mode in SEARCHED:
        search = doors.by(mode)
        asked = wanted if searched is None or mode not in searched else wanted & searched[mode]
        for row, column in np.argwhere(asked):
            found = [journey(search, names[row], names[column], start, planned=True) for start in starts_s]
            quickest[row, column] = min(quickest[row, column], *(item.minutes(planned=True) for item in found if item is not None), np.inf)
            for slot in sorted({_slot(item, mode) for item in found if item is not None} - {-1}):
                offers = [item if item is not None and _slot(item, mode) == slot else None for item in found]
                offer = _offer(offers, fares, starts_s, settings.choice, through_ticket=settings.policy.transfer.through_ticket)
                if offer[0] < felt[row, column, slot]:
                    felt[row, column, slot], fare[row, column, slot], assumed[row, column, slot] = offer
    return ModeTable(tuple(names), felt, fare, assumed, quickest)


def _slot(item: Journey, searched: DoorMode) -> int:
    """Alternative that a journey belongs to; -1: that of another search."""
    modes = chain(item)
    if len(modes) > 1:
        return _SLOT[main_mode(item), True]
    if searched == "transit" and modes[0] != "local":
        return -1
    return _SLOT[modes[0], False]


def _offer(
    found: Sequence[Journey | None], fares: FaresLike, starts_s: Sequence[int], choice: TravelChoice, *, through_ticket: bool
) -> tuple[float, float, bool]:
    """Mean felt minutes and fare over the wished departures, each taking the journey that is felt least; whether a fare is assumed."""
    felt = np.full((len(starts_s), len(found)), np.inf)
    for number, item in enumerate(found):
        if item is not None:
            idle_min = np.abs(np.array(starts_s) - item.leave_s) / 60
            felt[:, number] = felt_minutes(item, choice, through_ticket=through_ticket) + choice.weights.schedule_delay * idle_min
    taken = np.argmin(felt, axis=1)
    cny, assumed = np.zeros(len(found)), False
    for number in sorted(set(taken.tolist())):
        item = found[number]
        if item is not None:
            known = fares.journey_cny(item.legs)
            assumed |= known is None
            cny[number] = choice.unknown_fare_cny_km * item.length_km if known is None else known
    return float(felt.min(axis=1).mean()), float(cny[taken].mean()), assumed
