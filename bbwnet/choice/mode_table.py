"""What each mode offers between places: felt time and fare of its journeys, and the shares and logsums that travellers make of them.

Journeys are looked for once (`service_offers`); what a purpose, a value of time, a weight or a mode constant changes is arithmetic on the
arrays, so that calibration and the loop of the model need no further search.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bbwnet.choice.departure_choice import wish_weights
from bbwnet.choice.departure_kernels import spread_wishes
from bbwnet.choice.mode_kernels import choose_modes
from bbwnet.choice.path_size import sizes_of_journeys
from bbwnet.choice.utility import nests_of
from bbwnet.routing.journey_set import KINDS, RIDE_MODES, JourneySet, journey_set
from bbwnet.scenario.schema.choice import CHOICE_MODES, ChoiceMode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.choice.unlisted_coach import UnlistedCoaches
    from bbwnet.routing.door_to_door import DoorMode, DoorToDoor
    from bbwnet.routing.fares import Fares
    from bbwnet.scenario.schema.choice import TravelChoice
    from bbwnet.scenario.schema.demand import Purpose

Scalar = TypeVar("Scalar", bound=np.generic)

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

COACH = ALTERNATIVES.index(("coach", False))
"""The alternative that coaches in no data fill."""

_SLOT = {alternative: number for number, alternative in enumerate(ALTERNATIVES)}
_MODES_BY_PREFERENCE: tuple[ChoiceMode, ...] = tuple(mode for mode in CHOICE_MODES if mode in RIDE_MODES)


@dataclass(frozen=True)
class ServiceOffers:
    """The journeys behind the alternatives: those of cell c are `first[c]:first[c + 1]`, by leaving."""

    names: tuple[str, ...]
    journeys: JourneySet
    cell: NDArray[np.int64]
    """(origin * n + destination) * k + alternative of each cell that has journeys, rising."""
    first: NDArray[np.int64]
    """First journey of each cell (cells + 1)."""
    quickest_min: NDArray[np.float64]
    """n x n: minutes from leaving to arrival of the quickest journey found; zero to itself, infinite where there is none."""
    through_ticket: bool
    """Whether one ticket covers a whole journey, by the policy of the scenario searched."""
    unlisted: UnlistedCoaches | None = None
    """Coaches that are in no data; they fill the alternative of coaches where it has no journey."""
    _sizes: dict[tuple[int, ...], NDArray[np.float64]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Path sizes found, by the nests of the alternatives."""

    def felt_min(self, choice: TravelChoice) -> NDArray[np.float64]:
        """Weighted minutes of each journey from leaving the door, with its changes, without fare and constants."""
        weights, journeys, transfer = choice.weights, self.journeys, choice.transfer
        by_kind = np.array([getattr(weights, kind) for kind in KINDS], dtype=np.float64) / 60
        perceived = transfer.through_ticket_factor if self.through_ticket else 1.0
        changes = transfer.penalty_min * journeys.changes + transfer.other_mode_min * journeys.other_mode_changes
        return np.asarray(journeys.seconds @ by_kind + perceived * changes)

    def fares_cny(self, choice: TravelChoice) -> NDArray[np.float64]:
        """Fare of each journey; where a part is not known the scenario's fare per km."""
        fare = self.journeys.fare_cny
        return np.where(np.isnan(fare), choice.unknown_fare_cny_km * self.journeys.km, fare)

    def path_sizes(self, choice: TravelChoice) -> NDArray[np.float64]:
        """Path size of each journey among the alternatives of its pair in the same nest (`sizes_of_journeys`); found once."""
        nest = nests_of([mode for mode, _ in ALTERNATIVES], choice).member
        key = tuple(nest.tolist())
        if key not in self._sizes:
            pair, alternative = np.divmod(np.repeat(self.cell, np.diff(self.first)), len(ALTERNATIVES))
            first_of_pair = np.append(np.unique(pair, return_index=True)[1], len(pair)).astype(np.int64)
            self._sizes[key] = sizes_of_journeys(self.journeys, first_of_pair, alternative, nest)
        return self._sizes[key]

    @cached_property
    def fare_assumed(self) -> NDArray[np.bool_]:
        """N x n x k: where a part of a fare is not known, and the scenario's fare per km stands for the whole."""
        if not len(self.cell):
            return self._spread(np.zeros(0, dtype=np.bool_), fill=False)
        return self._spread(np.logical_or.reduceat(np.isnan(self.journeys.fare_cny), self.first[:-1]), fill=False)

    @cached_property
    def home_cell(self) -> NDArray[np.int64]:
        """The cell that those of each cell come home by.

        Home leads the same alternative the other way; where it has no journey, that of the same main mode with or without other services
        besides. Where neither has one it is -1.
        """
        count, slots = len(self.names), len(ALTERNATIVES)
        other = np.array([_SLOT.get((mode, not chain), number) for number, (mode, chain) in enumerate(ALTERNATIVES)], dtype=np.int64)
        pair, slot = np.divmod(self.cell, slots)
        back = (pair % count * count + pair // count) * slots
        place = np.full(count * count * slots, -1, dtype=np.int64)
        place[self.cell] = np.arange(len(self.cell))
        own = place[back + slot]
        return np.asarray(np.where(own >= 0, own, place[back + other[slot]]), dtype=np.int64)

    @cached_property
    def home_alternative(self) -> NDArray[np.int64]:
        """N x n x k: alternative of the way home from each; -1 where there is none."""
        slots = np.append(self.cell % len(ALTERNATIVES), -1)
        return self._spread(slots[self.home_cell], fill=-1)

    def table(
        self, choice: TravelChoice, purpose: Purpose, hour_weights: Sequence[float], felt_min: NDArray[np.float64] | None = None
    ) -> ModeTable:
        """What the alternatives offer a purpose whose trips leave by these weights of the 24 hours, one way.

        `felt_min` (journeys) is what they are felt, full vehicles and all; by default `felt_min(choice)`. Every wished departure of the
        scenario takes the journeys of an alternative by logit, over what they are felt and cost and how long before or after the wish
        they leave.
        """
        return self._table(choice, *self._cells(choice, purpose, hour_weights, felt_min))

    def round_trips(
        self, choice: TravelChoice, purpose: Purpose, hour_weights: Sequence[float], felt_min: NDArray[np.float64] | None = None
    ) -> ModeTable:
        """The same for those who go out and come home (`home_cell`): mean costs of both ways.

        Where there is no way home, the way out alone is what counts. Path size is the geometric mean, so that what it costs is the mean.
        """
        felt, fare, size, share = self._cells(choice, purpose, hour_weights, felt_min)
        home = np.where(self.home_cell >= 0, self.home_cell, np.arange(len(self.cell)))
        return self._table(choice, (felt + felt[home]) / 2, (fare + fare[home]) / 2, np.sqrt(size * size[home]), share)

    def _cells(
        self, choice: TravelChoice, purpose: Purpose, hour_weights: Sequence[float], felt_min: NDArray[np.float64] | None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Felt minutes, mean fare and mean path size of each cell, and the share of each journey."""
        wishes, money = choice.departure.wishes_s, 60 / choice.value_of_time.of(purpose)
        fares = self.fares_cny(choice)
        felt = self.felt_min(choice) if felt_min is None else felt_min
        cost, share = np.empty(len(self.cell)), np.empty(len(self.journeys))
        spread_wishes(
            self.first, self.journeys.leave_s, felt + fares * money, self.journeys.rides, np.array(wishes, dtype=np.int64),
            wish_weights(hour_weights, wishes), choice.weights.schedule_delay / 60,
            choice.sensitivity.of(purpose) / choice.departure.scale, cost, share,
        )  # fmt: skip
        if not len(self.cell):
            return cost, np.zeros(0), np.zeros(0), share
        fare, size = (np.add.reduceat(share * values, self.first[:-1]) for values in (fares, self.path_sizes(choice)))
        return cost - fare * money, fare, size, share

    def _table(
        self,
        choice: TravelChoice,
        felt: NDArray[np.float64],
        fare: NDArray[np.float64],
        size: NDArray[np.float64],
        share: NDArray[np.float64],
    ) -> ModeTable:
        felt_min, fare_cny, assumed = self._spread(felt, fill=np.inf), self._spread(fare, fill=0.0), self.fare_assumed
        if self.unlisted is not None:
            generic = self.unlisted.offered(choice)
            felt_min[generic, COACH] = self.unlisted.felt_min(choice)[generic]
            fare_cny[generic, COACH] = self.unlisted.fares_cny(choice)[generic]
            assumed = assumed.copy()
            assumed[generic, COACH] = True
        return ModeTable(self.names, felt_min, fare_cny, assumed, self.quickest_min, share, self._spread(size, fill=1.0))

    def _spread(self, values: NDArray[Scalar], *, fill: float) -> NDArray[Scalar]:
        """Figures of cells as n x n x k."""
        count, slots = len(self.names), len(ALTERNATIVES)
        found = np.full(count * count * slots, fill, dtype=values.dtype)
        found[self.cell] = values
        return found.reshape(count, count, slots)


@dataclass(frozen=True)
class ModeTable:
    """What each of k `ALTERNATIVES` offers one purpose between n places."""

    names: tuple[str, ...]
    felt_min: NDArray[np.float64]
    """n x n x k: weighted minutes with changes and schedule delay, without constants and fare: with the fare, the mean over wishes of the
    logsum of their journeys; infinite where there is no journey."""
    fare_cny: NDArray[np.float64]
    """n x n x k: mean fare of one traveller; 0 where there is no journey."""
    fare_assumed: NDArray[np.bool_]
    """n x n x k: where a part of a fare is not known, and the scenario's fare per km stands for the whole, or the coach is in no data."""
    quickest_min: NDArray[np.float64]
    """n x n: minutes from leaving to arrival of the quickest journey of any alternative; zero to itself, infinite where there is none."""
    journey_share: NDArray[np.float64]
    """Share of the travellers of its alternative that takes each journey of the offers."""
    path_size: NDArray[np.float64]
    """n x n x k: how far each alternative is one of its own, the mean over its travellers of the path sizes of their journeys; 1 where it
    shares no vehicle with another of its nest, or where there is no journey."""

    def cost_min(self, choice: TravelChoice, purpose: Purpose) -> NDArray[np.float64]:
        """Generalised cost of each alternative for a purpose (n x n x k, minutes), by which it is chosen.

        Alternatives of one nest that ride the same vehicles are corrected for it: a nest divides utilities by its scale, so that the
        coefficient times the logarithm of path size is worth that over the sensitivity, times the scale, in minutes. n alternatives that
        ride the same all the way are then worth one. Felt minutes and fares stay as they are.
        """
        modes, sensitivity = [mode for mode, _ in ALTERNATIVES], choice.sensitivity.of(purpose)
        constants, nests = np.array([choice.constants.of(mode) for mode in modes]), nests_of(modes, choice)
        overlap = (choice.path_size / sensitivity) * nests.scale[nests.member] * np.log(self.path_size)
        return np.asarray(self.felt_min + constants + self.fare_cny * (60 / choice.value_of_time.of(purpose)) - overlap)

    def choices(self, choice: TravelChoice, purpose: Purpose) -> ModeChoices:
        """Shares and logsums of a purpose, over travellers with a car to take and those without.

        Chains are in the nest of their main mode, and those of a nest that share vehicles are corrected by path size. Modes in different
        nests share nothing: to put them there says that what one is liked for tells nothing of the other. Departures of one alternative
        share no vehicle (`bbwnet.choice.path_size`); what they have in common is in the scale of their logsum. Where a car is the only way
        all go by car: who has none gets a lift.
        """
        sensitivity, cost = choice.sensitivity.of(purpose), self.cost_min(choice, purpose)
        nests = nests_of([mode for mode, _ in ALTERNATIVES], choice)
        shares, logsum_min = np.empty(cost.shape), np.empty(cost.shape[:2])
        choose_modes(
            cost, nests.member, nests.scale, sensitivity, choice.car_available.of(purpose), _SLOT["car", False], shares, logsum_min
        )
        return ModeChoices(shares, logsum_min)


@dataclass(frozen=True)
class ModeChoices:
    """What travellers of one purpose make of k `ALTERNATIVES` between n places."""

    shares: NDArray[np.float64]
    """n x n x k, adding up to 1; all 0 where there is no journey."""
    cost_min: NDArray[np.float64]
    """n x n: logsum as generalised minutes, which gravity takes; infinite where there is no journey."""


def service_offers(
    doors: DoorToDoor,
    fares: Fares,
    names: Sequence[str],
    pairs: NDArray[np.bool_] | None = None,
    searched: Mapping[DoorMode, NDArray[np.bool_]] | None = None,
    searches: Sequence[DoorMode] = SEARCHED,
    wishes_s: Sequence[int] | None = None,
    barred: NDArray[np.bool_] | None = None,
) -> ServiceOffers:
    """Look for the journeys by each mode between the places (n), best for one of the wished departures (by default the scenario's).

    `pairs` (n x n) leaves others out; `searched` says which pairs each search is for (by default all): a flight between neighbours need
    not be looked for; `barred` (n x n x k) says which alternatives nobody takes. A journey by all services together counts where it rides
    more than one mode, or none.

    Raises `KeyError` for places that `doors` does not know, `ValueError` without a departure.
    """
    settings = doors.network.settings
    wishes = settings.choice.departure.wishes_s if wishes_s is None else wishes_s
    found = journey_set(doors, fares, names, wishes, pairs, searched, searches)
    count = len(names)
    pair = found.origin.astype(np.int64) * count + found.destination
    quickest = np.where(np.eye(count, dtype=np.bool_), 0.0, np.inf)
    np.minimum.at(quickest.ravel(), pair, found.minutes)
    slot = _slots(found)
    if barred is not None:
        slot = np.where(barred.reshape(-1, len(ALTERNATIVES))[pair, slot], -1, slot)
    kept = np.flatnonzero(slot >= 0)
    cell = pair[kept] * len(ALTERNATIVES) + slot[kept]
    order = np.lexsort((found.leave_s[kept], cell))
    cells, first = np.unique(cell[order], return_index=True)
    return ServiceOffers(
        tuple(names), found.only(kept[order]), cells, np.append(first, len(order)).astype(np.int64), quickest,
        settings.policy.transfer.through_ticket,
    )  # fmt: skip


def _slots(found: JourneySet) -> NDArray[np.int64]:
    """Alternative that each journey belongs to; -1: that of another search."""
    columns = [RIDE_MODES.index(mode) for mode in _MODES_BY_PREFERENCE]
    km = found.ride_km[:, columns]
    # The main mode is that of the most kilometres, of equals the first; rides are counted too, for one may have no length.
    main = np.argmax(km, axis=1)
    single = np.array([_SLOT[mode, False] for mode in _MODES_BY_PREFERENCE], dtype=np.int64)[main]
    chain = np.array([_SLOT[mode, True] for mode in _MODES_BY_PREFERENCE], dtype=np.int64)[main]
    by_road = np.array([mode == "road" for mode in found.searches], dtype=np.bool_)[found.search]
    by_all = np.array([mode == "transit" for mode in found.searches], dtype=np.bool_)[found.search]
    without = np.where(by_road, _SLOT["car", False], _SLOT["local", False])
    slot = np.where(found.other_mode_changes > 0, chain, np.where(by_all, -1, single))
    return np.asarray(np.where(found.rides == 0, without, slot))
