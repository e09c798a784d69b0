"""One ticket for the whole journey (V4): how many journeys with changes have it, and what it saves them in time and fare."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.evaluation.weighted import weighted_mean
from bbwnet.routing.fare_kernels import fare_of
from bbwnet.routing.fares import Fares
from bbwnet.routing.transfer_events import JourneyTable, TracedJourneys, trace_transfers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.evaluation.transfers import TransferEvaluation
    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.routing.door_to_door import ModeSearch


@dataclass(frozen=True)
class ThroughTickets:
    """Journeys with two rides or more that use the same modes."""

    modes: str
    """Modes ridden as `air-rail`, or `all`."""
    journey_share: float
    """Share of all journeys, by weight."""
    on_through_tickets: float
    """Share of them that has one ticket: all or none, by the scenario's policy."""
    saved_mean_min: float
    """Mean minutes that one ticket saves against single ones: the second checks, and a later vehicle not waited for."""
    sooner_share: float
    """Share of them that it brings there sooner."""
    saved_mean_cny: float
    """Mean yuan that it takes off the fares of the rides; not-a-number where no fare is known."""
    fares_known_share: float
    """Share of them whose fares are all known."""


def through_tickets(network: Network, evaluation: TransferEvaluation, state: NetworkState | None = None) -> list[ThroughTickets]:
    """What one ticket does for the journeys of an evaluation, all together first, then by modes ridden, the most frequent first.

    Journeys are those made with single tickets; time is saved by searching all departures again with one ticket, fares by the
    scenario's discount on what the rides cost, whether the policy is in force or not. `state` is that of the evaluation.
    """
    held = network.settings.policy.transfer.through_ticket
    times = DoorTimes(_with_through_ticket(network, through_ticket=not held), state)
    search = times.search(evaluation.mode, evaluation.traced.places)
    other = trace_transfers(search, evaluation.traced.places, times.starts_s, planned=evaluation.planned)
    single, one = (other, evaluation.traced) if held else (evaluation.traced, other)
    journeys = single.journeys
    several = np.flatnonzero(journeys.boardings > 1)
    weight = evaluation.pair_weight[journeys.origin, journeys.destination] * journeys.departures / single.starts
    saved_min, sooner = _saved(single.journeys, one.journeys, several, times.starts_s, planned=evaluation.planned)
    # The timetable does not depend on tickets: hops have the same numbers in both searches.
    rides_cny, modes = _rides(network, search, single)
    total = float(weight.sum())

    def figures(name: str, chosen: NDArray[np.bool_]) -> ThroughTickets:
        rows = several[chosen]
        known = np.isfinite(rides_cny[rows])
        discount = network.settings.fares.discount_through_ticket
        return ThroughTickets(
            modes=name,
            journey_share=float(weight[rows].sum()) / total if total > 0 else float("nan"),
            on_through_tickets=float(held),
            saved_mean_min=weighted_mean(saved_min[chosen], weight[rows]),
            sooner_share=weighted_mean(sooner[chosen], weight[rows]),
            saved_mean_cny=weighted_mean(rides_cny[rows][known] * discount, weight[rows][known]),
            fares_known_share=weighted_mean(known.astype(np.float64), weight[rows]),
        )

    ridden = modes[several]
    groups = [figures(name, ridden == name) for name in sorted(set(ridden.tolist()))]
    return [figures("all", np.ones(len(several), dtype=bool)), *sorted(groups, key=lambda item: (-item.journey_share, item.modes))]


def _with_through_ticket(network: Network, *, through_ticket: bool) -> Network:
    """The same network under the policy of one ticket, or of single ones."""
    policy = network.settings.policy
    transfer = policy.transfer.model_copy(update={"through_ticket": through_ticket})
    settings = network.settings.model_copy(update={"policy": policy.model_copy(update={"transfer": transfer})})
    return dataclasses.replace(network, settings=settings)


def _saved(
    single: JourneyTable, one: JourneyTable, rows: NDArray[np.int64], start_s: NDArray[np.int64], *, planned: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean minutes saved by one ticket over the departures of each of `rows`, and the share of these that is sooner there."""
    count = single.departures[rows]
    journey = np.repeat(rows, count)
    start = np.concatenate([np.arange(first, first + n) for first, n in zip(single.first_start[rows], count, strict=True)] or [rows])

    def key(table: JourneyTable, which: NDArray[np.int64] | slice, number: NDArray[np.int64]) -> NDArray[np.int64]:
        pair = table.destination[which] * (int(single.origin.max(initial=0)) + 1) + table.origin[which]
        return np.asarray(pair * len(start_s) + number, dtype=np.int64)

    # Journeys stand in the order of destination, origin and first departure.
    same = np.searchsorted(key(one, slice(None), one.first_start), key(single, journey, start), side="right") - 1
    begin = (single.leave_s[journey], one.leave_s[same]) if planned else (start_s[start], start_s[start])
    saved = (single.arrive_s[journey] - begin[0]) - (one.arrive_s[same] - begin[1])
    position = np.repeat(np.arange(len(rows)), count)
    total = np.bincount(position, weights=saved, minlength=len(rows))
    sooner = np.bincount(position, weights=(saved > 0).astype(np.float64), minlength=len(rows))
    return total / count / 60, sooner / count


def _rides(network: Network, search: ModeSearch, traced: TracedJourneys) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Yuan of the rides of each journey (not-a-number where one is not known), and the modes ridden, sorted and joined."""
    journeys, events = traced.journeys, traced.events
    first = np.concatenate([[0], np.cumsum(journeys.boardings)]).astype(np.int64)
    enter, leave = (np.zeros(first[-1], dtype=np.int64) for _ in range(2))
    ridden = journeys.boardings > 0
    enter[first[:-1][ridden]], leave[first[1:][ridden] - 1] = journeys.hop_first[ridden], journeys.hop_last[ridden]
    position = first[events.journey] + events.number
    leave[position], enter[position + 1] = events.hop_left, events.hop_boarded
    connections, trips = search.timetable.connections, search.doors.network.trips
    trip = connections.run[enter] % max(connections.trip_count, 1)
    pattern, offset = trips.pattern[trip], trips.first_call[trip]
    cny = _ride_cny(Fares(network), pattern, connections.call[enter] - offset, connections.call[leave] + 1 - offset)
    of_ride = np.repeat(np.arange(len(journeys)), journeys.boardings)
    rides_cny = np.asarray(np.bincount(of_ride, weights=cny, minlength=len(journeys)), dtype=np.float64)
    names = sorted({item.mode for item in trips.patterns})
    bit = np.array([1 << names.index(item.mode) for item in trips.patterns], dtype=np.int64)
    used = np.zeros(len(journeys), dtype=np.int64)
    np.bitwise_or.at(used, of_ride, bit[pattern])
    joined = {int(mask): "-".join(name for place, name in enumerate(names) if mask >> place & 1) for mask in np.unique(used)}
    return rides_cny, np.array([joined[mask] for mask in used.tolist()], dtype=object)


def _ride_cny(fares: Fares, pattern: NDArray[np.int32], board: NDArray[np.int64], alight: NDArray[np.int64]) -> NDArray[np.float64]:
    """Yuan of rides on patterns from a call to another (an array each, n rides)."""
    first = fares.first_call[pattern]
    metres = fares.metres[first + alight] - fares.metres[first + board]
    kinds, kind = np.unique(np.stack([fares.tariff_of_pattern[pattern].astype(np.int64), metres]), axis=1, return_inverse=True)
    fen = [float(fare_of(fares.table, row, length)) if row >= 0 else np.nan for row, length in kinds.T.tolist()]
    return np.array(fen, dtype=np.float64)[kind.ravel()] / 100
