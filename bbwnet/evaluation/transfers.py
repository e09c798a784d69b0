"""What changing vehicles is like, hub by hub and pair of modes by pair of modes (V1, N1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.evaluation.interchanges import Interchange, interchanges
from bbwnet.evaluation.missed_connections import missed_shares
from bbwnet.evaluation.terminal_times import TerminalTimes, terminal_times
from bbwnet.evaluation.weighted import weighted_mean, weighted_percentile
from bbwnet.network.population import zone_populations
from bbwnet.routing.transfer_events import TracedJourneys, trace_transfers
from bbwnet.routing.ways import WALK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.evaluation.door_times import DoorTimes
    from bbwnet.network.network import Network
    from bbwnet.routing.door_to_door import DoorMode, DoorToDoor, ModeSearch

Weights = Literal["population_product", "equal", "trips"]
"""`population_product`: people of the one zone times people of the other, shared over the wished departures; `equal`: every pair alike,
where the data have no people; `trips`: those that the flows of the scenario have between the two."""

SHORT_WALK_MIN = 10.0
"""A walk of less counts as short (V1, "zero distance")."""

WITHIN_MIN = 60.0
"""Terminals count as joined within so many minutes, unless another limit is asked for (N1); our choice."""

ALL_PAIRS = "all"


@dataclass(frozen=True)
class TransferFigures:
    """Changes taken together; weighted means, medians and 90th percentiles (nearest rank), minutes; not-a-number without any."""

    per_1000_journeys: float
    """Changes, for every thousand journeys of all, with or without a vehicle."""
    departures: int
    """Wished departures behind them, whatever their weight."""
    walk_mean_min: float
    """Out of the terminal, along the way and into the next, or the change within one stop."""
    walk_median_min: float
    walk_p90_min: float
    way_mean_min: float
    """Part of the walk between the doors of the terminals, or the change within one stop."""
    wait_mean_min: float
    wait_median_min: float
    wait_p90_min: float
    border_mean_min: float
    """Waiting for and passing a border, in neither walk nor wait."""
    short_walk_share: float
    """Changes within one stop, or on foot in less than `SHORT_WALK_MIN` between the terminals ("zero distance"), checks not counted."""
    missed_share: float
    """Connections missed because the vehicle before is late."""
    one_stop_share: float
    """Changes within one stop."""

    @property
    def transfer_mean_min(self) -> float:
        """Mean time from vehicle to vehicle."""
        return self.walk_mean_min + self.wait_mean_min + self.border_mean_min


@dataclass(frozen=True)
class HubTransfers:
    """Changes at one interchange."""

    interchange: Interchange
    modes: tuple[str, ...]
    """Modes of service that call at its terminals, sorted."""
    total: TransferFigures
    by_modes: dict[str, TransferFigures]
    """By pair of modes as `air-rail`, whatever the direction, the most frequent first."""
    interchange_share: float
    """Share of all journeys that change here."""
    times: TerminalTimes
    """Between its terminals (V2)."""


@dataclass(frozen=True)
class TransferEvaluation:
    """Changes of all journeys between the zones."""

    mode: DoorMode
    planned: bool
    weights: Weights
    year: int
    zones_without_population: tuple[str, ...]
    arrived_share: float
    """Share of all wished departures, by weight, that arrive."""
    transfers_per_journey: float
    """Mean over the journeys."""
    boarding_share: float
    """Share of the journeys with a vehicle of the timetable."""
    changing_share: float
    """Share of the journeys with a change."""
    total: TransferFigures
    by_modes: dict[str, TransferFigures]
    hubs: tuple[HubTransfers, ...]
    """Hubs of the data, cities without one, and wherever else someone changes, in this order."""
    traced: TracedJourneys
    pair_weight: NDArray[np.float64]
    """Weight of all wished departures of each pair (n zones x n zones); together 1."""
    journey_weight: NDArray[np.float64]
    """Weight of each journey (n journeys): its share of the wished departures of its pair."""


def evaluate_transfers(
    network: Network, times: DoorTimes, mode: DoorMode = "transit", *, planned: bool = False, trips: NDArray[np.float64] | None = None
) -> TransferEvaluation:
    """Changes on the journeys of every wished departure between all zones, by weight of their people.

    `trips` (zones sorted by identifier, origin x destination) take the place of people; raises `ValueError` if they are of another shape,
    negative, no numbers, or none at all.
    """
    year = network.as_of.year
    populations = zone_populations(network, year)
    places = tuple(sorted(populations))
    search = times.search(mode, places)
    traced = trace_transfers(search, places, times.starts_s, planned=planned)
    persons = np.array([populations[place].value or 0.0 for place in places], dtype=np.float64)
    missing = tuple(place for place in places if populations[place].value is None)
    label: Weights = "trips" if trips is not None else "population_product" if np.count_nonzero(persons) > 1 else "equal"
    if trips is not None:
        pair_weight = _trip_weights(trips, len(places))
    else:
        pair_weight = _pair_weights(persons if label == "population_product" else np.ones(len(places)))
    journeys = traced.journeys
    weight = pair_weight[journeys.origin, journeys.destination] * journeys.departures / traced.starts
    view = _Events(network, search, traced, weight)
    every = np.ones(len(traced.events), dtype=bool)
    rides = journeys.boardings > 0
    arrived = float(weight.sum())
    return TransferEvaluation(
        mode=mode,
        planned=planned,
        weights=label,
        year=year,
        zones_without_population=missing,
        arrived_share=arrived,
        transfers_per_journey=weighted_mean(np.maximum(journeys.boardings - 1, 0).astype(np.float64), weight),
        boarding_share=weighted_mean(rides.astype(np.float64), weight),
        changing_share=weighted_mean((journeys.boardings > 1).astype(np.float64), weight),
        total=view.figures(every),
        by_modes=view.by_modes(every),
        hubs=tuple(_hubs(network, search.doors, times.starts_s, view)),
        traced=traced,
        pair_weight=pair_weight,
        journey_weight=weight,
    )


def _pair_weights(persons: NDArray[np.float64]) -> NDArray[np.float64]:
    """Product of the people of two zones over that of all pairs, both directions (n zones x n zones)."""
    product = np.outer(persons, persons)
    np.fill_diagonal(product, 0.0)
    total = product.sum()
    return product / total if total else product


def _trip_weights(trips: NDArray[np.float64], zones: int) -> NDArray[np.float64]:
    """Trips between two zones over those of all pairs (n zones x n zones)."""
    if trips.shape != (zones, zones) or not (np.isfinite(trips).all() and (trips >= 0).all() and trips.sum() > 0):
        raise ValueError(f"trips must be {zones} x {zones}, finite, not negative and not all 0")
    return np.asarray(trips / trips.sum())


class _Events:
    """Changes with what the figures are taken from: minutes, modes, weights."""

    def __init__(self, network: Network, search: ModeSearch, traced: TracedJourneys, journey_weight: NDArray[np.float64]) -> None:
        events, points = traced.events, search.doors.points
        self.journey, self.journey_weight = events.journey, journey_weight
        self.weight = journey_weight[events.journey]
        self.departures = traced.journeys.departures[events.journey]
        self.alight_stop = np.array([point.stop for point in points.alight], dtype=np.int64)[events.alight]
        self.board_stop = np.array([point.stop for point in points.board], dtype=np.int64)[events.board]
        left = np.array([point.mode for point in points.alight], dtype=object)[events.alight]
        boarded = np.array([point.mode for point in points.board], dtype=object)[events.board]
        self.pair = np.array(["-".join(sorted(ends)) for ends in zip(left, boarded, strict=True)], dtype=object)
        self.walk, self.way, self.wait, self.border = (
            seconds / 60 for seconds in (events.walk_s, events.way_s, events.wait_s, events.border_s)
        )
        self.on_foot = search.doors.transfers.mode[events.way] == WALK
        self.missed = missed_shares(network.settings.reliability, left.tolist(), events.slack_s)
        # Who changes to a service known by its headway only has no departure to miss.
        self.missed[np.array([point.headway_wait_s > 0 for point in points.board], dtype=bool)[events.board]] = 0.0

    def figures(self, chosen: NDArray[np.bool_]) -> TransferFigures:
        """Figures of the changes chosen (a flag each)."""
        weight = self.weight[chosen]
        walk, wait = self.walk[chosen], self.wait[chosen]
        journeys = self.journey_weight.sum()
        one_stop = self.alight_stop == self.board_stop

        def mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> float:
            return weighted_mean(values[chosen].astype(np.float64), weight)

        return TransferFigures(
            per_1000_journeys=float(1000 * weight.sum() / journeys) if journeys > 0 else float("nan"),
            departures=int(self.departures[chosen].sum()),
            walk_mean_min=mean(self.walk),
            walk_median_min=weighted_percentile(walk, weight, 50),
            walk_p90_min=weighted_percentile(walk, weight, 90),
            way_mean_min=mean(self.way),
            wait_mean_min=mean(self.wait),
            wait_median_min=weighted_percentile(wait, weight, 50),
            wait_p90_min=weighted_percentile(wait, weight, 90),
            border_mean_min=mean(self.border),
            short_walk_share=mean(one_stop | (self.on_foot & (self.way < SHORT_WALK_MIN))),
            missed_share=mean(self.missed),
            one_stop_share=mean(one_stop),
        )

    def by_modes(self, chosen: NDArray[np.bool_]) -> dict[str, TransferFigures]:
        """Figures by pair of modes, the most frequent first."""
        found = {str(pair): self.figures(chosen & (self.pair == pair)) for pair in sorted(set(self.pair[chosen]))}
        return dict(sorted(found.items(), key=lambda item: (-item[1].per_1000_journeys, item[0])))

    def journey_share(self, chosen: NDArray[np.bool_]) -> float:
        """Share of all journeys that have one of the changes chosen."""
        total = self.journey_weight.sum()
        return float(self.journey_weight[np.unique(self.journey[chosen])].sum() / total) if total > 0 else float("nan")


def _hubs(network: Network, doors: DoorToDoor, start_s: NDArray[np.int64], view: _Events) -> list[HubTransfers]:
    """Changes at each interchange; one between a hub and another terminal counts for the hub, else where the vehicle is left."""
    known = interchanges(network)
    number = np.full(len(network.nodes), -1, dtype=np.int64)
    for position, item in enumerate(known):
        number[[network.node_index[stop] for stop in item.terminals]] = position
    is_hub = np.array([item.kind == "hub" for item in known], dtype=bool)
    place, other = number[view.alight_stop], number[view.board_stop]
    place = np.where(is_hub[other] & ~is_hub[place], other, place)
    found = []
    for position, item in enumerate(known):
        here = place == position
        if item.kind in {"hub", "city"} or here.any():
            found.append(
                HubTransfers(
                    interchange=item,
                    modes=_modes(network, item),
                    total=view.figures(here),
                    by_modes=view.by_modes(here),
                    interchange_share=view.journey_share(here),
                    times=terminal_times(doors, item.terminals, start_s),
                )
            )
    return found


def _modes(network: Network, interchange: Interchange) -> tuple[str, ...]:
    stops = set(interchange.terminals)
    return tuple(sorted({pattern.mode for pattern in network.trips.patterns if stops.intersection(pattern.stops)}))
