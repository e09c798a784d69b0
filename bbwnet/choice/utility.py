"""The generalised cost of a journey, in minutes in a vehicle: what its parts feel like, its changes, and its fare by the value of time."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.choice.nested_logit import Nests, nested_logit
from bbwnet.choice.path_size import journey_pieces, path_sizes
from bbwnet.scenario.schema.choice import CHOICE_MODES, ChoiceMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.choice.nested_logit import Choices
    from bbwnet.routing.journeys import Journey, Leg
    from bbwnet.scenario.schema.choice import TravelChoice
    from bbwnet.scenario.schema.demand import Purpose

_WEIGHT_OF_WAY = {"walk": "walk", "bus": "bus", "shuttle": "bus", "taxi": "drive", "drive": "drive"}
_WEIGHT_OF_KIND = {
    "ride": "ride", "wait": "wait", "entry": "terminal", "exit": "terminal", "connection": "terminal", "formalities": "border",
}  # fmt: skip


@dataclass(frozen=True)
class GeneralisedCost:
    """What one journey costs one traveller of a purpose, part by part; minutes in a vehicle."""

    time_min: float
    """Weighted minutes of its legs, and of the time at home until they begin."""
    transfer_min: float
    """What its changes are felt like, beside their time."""
    mode_min: float
    """Constants of its modes."""
    fare_cny: float
    fare_min: float
    """The fare by the value of time."""
    fare_assumed: bool
    """Whether a part of the fare is not known, and the scenario's fare per km stands for the whole."""

    @property
    def minutes(self) -> float:
        """All of it."""
        return math.fsum((self.time_min, self.transfer_min, self.mode_min, self.fare_min))


def chain(journey: Journey) -> tuple[ChoiceMode, ...]:
    """The modes of service of a journey, each once, in the order of `CHOICE_MODES`; `car` or `local` where it rides none.

    A journey is by car where it drives and rides no service; to park at a station makes it no journey by car.
    """
    ridden = {ride.mode for ride in journey.rides}
    if ridden:
        return tuple(mode for mode in CHOICE_MODES if mode in ridden)
    return ("car",) if any(leg.mode == "drive" for leg in journey.legs) else ("local",)


def main_mode(journey: Journey) -> ChoiceMode:
    """The mode of a journey's longest ride by km, whose nest it is in; of equals the first of `CHOICE_MODES`."""
    modes = chain(journey)
    if not journey.rides:
        return modes[0]
    length = {mode: math.fsum(ride.length_km for ride in journey.rides if ride.mode == mode) for mode in modes}
    return max(modes, key=lambda mode: length[mode])


def generalised_cost(
    journey: Journey, fare_cny: float | None, choice: TravelChoice, purpose: Purpose, *, through_ticket: bool, planned: bool = True
) -> GeneralisedCost:
    """The generalised cost of a journey for a purpose at a fare (`None`: a part is not known; the scenario's fare per km stands for it).

    With `planned` the time at home until leaving weighs as schedule delay, otherwise as waiting. With `through_ticket` (the scenario's
    policy) changes are felt less; what they take is in the journey's times, what the ticket saves in its fare.
    """
    idle = choice.weights.schedule_delay if planned else choice.weights.wait
    fare = choice.unknown_fare_cny_km * journey.length_km if fare_cny is None else fare_cny
    return GeneralisedCost(
        time_min=idle * journey.schedule_delay_min + _time(journey, choice),
        transfer_min=_transfers(journey, choice, through_ticket=through_ticket),
        mode_min=choice.constants.of(main_mode(journey)),
        fare_cny=fare,
        fare_min=fare / choice.value_of_time.of(purpose) * 60,
        fare_assumed=fare_cny is None,
    )


def felt_minutes(journey: Journey, choice: TravelChoice, *, through_ticket: bool) -> float:
    """What a journey is felt like from leaving the door, without its fare and the constants of its mode: the same for all purposes."""
    return _time(journey, choice) + _transfers(journey, choice, through_ticket=through_ticket)


def choose_among(journeys: Sequence[Journey], cost_min: NDArray[np.float64], choice: TravelChoice, purpose: Purpose) -> Choices:
    """Shares of the journeys between two places by their generalised cost (n journeys) for a purpose, nested by main mode.

    Overlaps count by path size among the journeys of one nest. `logsum_minutes` makes minutes of the logsum.
    """
    modes = [main_mode(journey) for journey in journeys]
    return nested_logit(utilities(journeys, cost_min, choice, purpose), nests_of(modes, choice))


def utilities(journeys: Sequence[Journey], cost_min: NDArray[np.float64], choice: TravelChoice, purpose: Purpose) -> NDArray[np.float64]:
    """Utilities of journeys (n): their cost (n minutes), corrected for what each shares with others of its nest."""
    nests = nests_of([main_mode(journey) for journey in journeys], choice)
    sizes = np.ones(len(journeys))
    for nest in np.unique(nests.member):
        rows = np.flatnonzero(nests.member == nest).tolist()
        sizes[rows] = path_sizes([journey_pieces(journeys[row]) for row in rows])
    # Within a nest utilities are divided by its scale; times the scale, n equal journeys there are worth one, as path size means it.
    return np.asarray(-choice.sensitivity.of(purpose) * cost_min + choice.path_size * nests.scale[nests.member] * np.log(sizes))


def nests_of(modes: Sequence[ChoiceMode], choice: TravelChoice) -> Nests:
    """The scenario's nests for alternatives of these main modes."""
    row = {mode: number for number, nest in enumerate(choice.nests.values()) for mode in nest.modes}
    return Nests(
        np.array([row[mode] for mode in modes], dtype=np.int64), np.array([nest.scale for nest in choice.nests.values()], dtype=np.float64)
    )


def logsum_minutes(choices: Choices, choice: TravelChoice, purpose: Purpose) -> NDArray[np.float64]:
    """The logsum as a generalised cost in minutes, which gravity takes; infinite where nothing is available."""
    return np.asarray(-choices.logsum / choice.sensitivity.of(purpose))


def _time(journey: Journey, choice: TravelChoice) -> float:
    """Weighted minutes of the legs."""
    return math.fsum(_weight(leg, choice) * leg.minutes for leg in journey.legs)


def _transfers(journey: Journey, choice: TravelChoice, *, through_ticket: bool) -> float:
    """Minutes that changes are felt like beside their time."""
    perception = choice.transfer
    modes = [ride.mode for ride in journey.rides]
    to_another = sum(first != second for first, second in itertools.pairwise(modes))
    felt = perception.penalty_min * journey.transfers + perception.other_mode_min * to_another
    return felt * (perception.through_ticket_factor if through_ticket else 1.0)


def _weight(leg: Leg, choice: TravelChoice) -> float:
    """What a minute of a leg weighs."""
    name = _WEIGHT_OF_WAY[leg.mode] if leg.kind == "way" else _WEIGHT_OF_KIND[leg.kind]
    found: float = getattr(choice.weights, name)
    return found
