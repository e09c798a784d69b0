"""Services as the tables of a run: what each run carries, who boards and changes at each stop, who rides a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.experiment.flow_airports import airport_passengers
from bbwnet.model.ridden import call_km
from bbwnet.network.operating_days import WEEK, days_in
from bbwnet.scenario.schema.demand import HOURS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.experiment.flow_airports import AirportPassengers
    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.measures import Quantity

_OBSERVED_AT_STOPS: tuple[Quantity, ...] = ("airport_passengers", "boardings")


def services_frame(model: PassengerModel, airports: Mapping[str, AirportPassengers] | None = None) -> pd.DataFrame:
    """Every run of the timetable: boardings, the stretch with most on board, seats, kilometres of all on board.

    Flights at airports (`airport_passengers`) whose passengers mostly fly beyond the network have no load factor: these are on no run.
    """
    loads = model.run_loads
    trips = loads.trips
    first = np.searchsorted(loads.trip, np.arange(trips.count))
    counts = np.diff(np.append(first, len(loads.trip)))
    run = np.flatnonzero(counts > 0)
    start = first[run]
    if not len(run):
        return _empty_services()
    along = call_km(trips)
    call = trips.first_call[loads.trip] + loads.position
    most = np.maximum.reduceat(loads.on_board, start)
    busiest = np.array(
        [at + int(np.argmax(loads.on_board[at : at + count])) for at, count in zip(start.tolist(), counts[run].tolist(), strict=True)]
    )
    patterns = [trips.patterns[row] for row in trips.pattern[run].tolist()]
    outward = {name for name, item in (airports or {}).items() if item.mostly_beyond}
    beyond = np.array([not outward.isdisjoint(pattern.stops) for pattern in patterns], dtype=np.bool_)
    frame = pd.DataFrame(
        {
            "service": [pattern.service for pattern in patterns],
            "mode": [pattern.mode for pattern in patterns],
            "train_class": [pattern.train_class for pattern in patterns],
            "first_stop": [pattern.stops[0] for pattern in patterns],
            "last_stop": [pattern.stops[-1] for pattern in patterns],
            "depart_s": trips.depart_s[trips.first_call[run]],
            "days_share": [days_in(days) / WEEK for days in trips.days[run].tolist()],
            "boardings": np.add.reduceat(loads.boardings, start),
            "most_on_board": most,
            "busiest_from": [pattern.stops[position] for pattern, position in zip(patterns, loads.position[busiest].tolist(), strict=True)],
            "seats": loads.seats[start],
            "seats_assumed": loads.seats_assumed[start],
            "load_factor": np.where(beyond, np.nan, most / loads.seats[start]),
            "riders_beyond": beyond,
            "passenger_km": np.add.reduceat(loads.on_board * (along[call + 1] - along[call]), start),
            "validated": False,
        }
    )
    return frame.sort_values(["service", "first_stop", "last_stop", "depart_s"], kind="stable", ignore_index=True)


def stops_frame(network: Network, model: PassengerModel, observed: Mapping[Quantity, Collection[str]]) -> pd.DataFrame:
    """Who boards, leaves, changes at each stop, by mode and group of hours; airports of the region with all passengers of the day."""
    loads = model.stop_loads
    starts = np.array(model.loads.start_hours)
    names = network.nodes.index.to_numpy(dtype=object)[loads.stop]
    airports = airport_passengers(network, model)
    known = {node for quantity in _OBSERVED_AT_STOPS for node in observed.get(quantity, ())}
    frame = pd.DataFrame(
        {
            "stop": names,
            "mode": np.array(loads.mode, dtype=object),
            "from_hour": starts[loads.group],
            "until_hour": np.append(starts[1:], HOURS)[loads.group],
            "boardings": loads.boardings,
            "alightings": loads.alightings,
            "transfers_in": loads.transfers_in,
            "transfers_out": loads.transfers_out,
            "airport_passengers": [
                airports[name].total if mode == "air" and name in airports and _of_zone(network, name) else np.nan
                for name, mode in zip(names.tolist(), loads.mode, strict=True)
            ],
            "validated": [str(name) in known for name in names],
        }
    )
    return frame.sort_values(["stop", "mode", "from_hour"], kind="stable", ignore_index=True)


def _of_zone(network: Network, node: str) -> bool:
    """Whether a node belongs to a zone: of airports beyond the region most passengers are nobody's here."""
    place = network.assembly.places.get(network.assembly.nodes[node].place or "")
    return place is not None and place.kind == "zone"


def service_od_frame(model: PassengerModel, services: Sequence[str]) -> pd.DataFrame:
    """Between which places those travel who ride services: persons a day; who rides a service twice on a journey counts once."""
    journeys = model.search.offers.journeys
    trips = journeys.trips
    wanted = sorted(set(services))
    of_pattern = np.array(
        [wanted.index(pattern.service) if pattern.service in wanted else -1 for pattern in trips.patterns], dtype=np.int64
    )
    of_ride = of_pattern[trips.pattern[journeys.ride_trip]] if len(journeys.ride_trip) else np.zeros(0, dtype=np.int64)
    journey = np.repeat(np.arange(len(journeys)), journeys.rides)
    ridden = of_ride >= 0
    pairs = np.unique(np.stack([of_ride[ridden], journey[ridden]]), axis=1)
    service, journey = pairs
    count = len(journeys.names)
    keys, place = np.unique((service * count + journeys.origin[journey]) * count + journeys.destination[journey], return_inverse=True)
    persons = np.bincount(place, weights=model.riders[journey], minlength=len(keys))
    held = persons > 0
    keys, persons = keys[held], persons[held]
    names: NDArray[np.object_] = np.array(journeys.names, dtype=object)
    return pd.DataFrame(
        {
            "service": np.array(wanted, dtype=object)[keys // count**2] if wanted else keys.astype(object),
            "origin": names[keys // count % count],
            "destination": names[keys % count],
            "persons_day": persons,
        }
    )


def fullest_services(model: PassengerModel, count: int, airports: Mapping[str, AirportPassengers] | None = None) -> tuple[str, ...]:
    """Services with the highest load factor of a run, highest first, ties by identifier; those whose load is not known left out."""
    frame = services_frame(model, airports)
    best = frame[frame["load_factor"] > 0].groupby("service")["load_factor"].max()
    return tuple(sorted((str(name) for name in best.index), key=lambda name: (-float(best[name]), name))[:count])


def journey_minutes(model: PassengerModel, slots: Sequence[int], alternatives: int) -> NDArray[np.float64]:
    """Mean minutes from leaving to arrival of those who ride one of some alternatives (n x n), all purposes; not-a-number for nobody."""
    offers = model.search.offers
    count = len(offers.names)
    cell = np.repeat(offers.cell, np.diff(offers.first))
    chosen = np.isin(cell % alternatives, slots)
    pair = (cell // alternatives)[chosen]
    persons = model.riders[chosen]
    total = np.bincount(pair, weights=persons, minlength=count**2)
    spent = np.bincount(pair, weights=persons * offers.journeys.minutes[chosen], minlength=count**2)
    return np.asarray(np.divide(spent, total, out=np.full(count**2, np.nan), where=total > 0).reshape(count, count))


def _empty_services() -> pd.DataFrame:
    names = (
        "service", "mode", "train_class", "first_stop", "last_stop", "depart_s", "days_share", "boardings", "most_on_board", "busiest_from",
        "seats", "seats_assumed", "load_factor", "riders_beyond", "passenger_km", "validated",
    )  # fmt: skip
    return pd.DataFrame({name: [] for name in names})
