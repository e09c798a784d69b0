"""What road traffic leaves: the balance, times between places, queues by link and hour, visits to lanes and watched links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.simulation.balance import BalanceRow
from bbwnet.simulation.blocks import blocks
from bbwnet.simulation.road_link import VEHICLE_CLASSES
from bbwnet.simulation.road_state import SQUEEZED, VISITS
from bbwnet.simulation.visits import HOUR_S, Visits
from bbwnet.simulation.world import PartResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.simulation.road_arrivals import ArrivalTable
    from bbwnet.simulation.road_traffic import RoadTraffic

PERCENTILES = (10, 50, 90, 95)
HOUR_COLUMNS = (
    "link", "direction", "hour", *VEHICLE_CLASSES, "queue_mean_pcu", "queue_max_pcu", "delay_vehicle_h", "delay_mean_s"
)  # fmt: skip
"""Columns of the table `road_hours`: vehicles that came onto a link in the hour by class; the queue at its end, its mean over the hour and
its most; what those who joined it in the hour wait in it altogether, and each on average."""
TRIP_COLUMNS = (
    "origin", "destination", "mode", "entered", "arrived", "gave_up", "p10_min", "p50_min", "p90_min", "p95_min", "mean_min"
)  # fmt: skip
"""Columns of the table `car_trips`, as those of `trips`: vehicles, not persons, that set out on the days that count, by class."""
_BALANCE = {"cars": (0,), "coaches": (1,), "trucks": (2, 3)}


def road_results(part: RoadTraffic) -> PartResult:
    """Sum up everything."""
    table, end_s = part.arrivals.table(), part.world.end_s
    return PartResult(
        balance=_balance(part, table, end_s),
        visits=_visits(part),
        tables={"road_hours": _road_hours(part), "car_trips": _trips(part, table, end_s)},
        lost_hours=_hours(part, table, end_s),
        messages=_messages(part, table, end_s),
    )


def _sums(table: ArrivalTable, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.bincount(table.road_class, weights=weights, minlength=len(VEHICLE_CLASSES)).astype(np.float64)


def _balance(part: RoadTraffic, table: ArrivalTable, end_s: float) -> list[BalanceRow]:
    """What entered was counted as it was brought in, apart from what came of it."""
    there = table.arrive_s > end_s
    arrived = _sums(table, table.vehicles * (~there & ~table.gave_up))
    gave_up = _sums(table, table.vehicles * (~there & table.gave_up))
    under_way = _sums(table, table.vehicles * there)
    home = [BalanceRow("vehicles_not_set_out", "vehicles", part.stayed, 0.0, 0.0, part.stayed)] if part.stayed else []
    return home + [
        BalanceRow(what, "vehicles", *(float(values[list(own)].sum()) for values in (part.entered, arrived, under_way, gave_up)))
        for what, own in _BALANCE.items()
        if part.entered[list(own)].sum() > 0
    ]


def _hours(part: RoadTraffic, table: ArrivalTable, end_s: float) -> dict[str, float]:
    """Vehicle-hours between setting out and arriving, giving up or the end; and those of the persons in cars."""
    hours = _sums(table, table.vehicles * (np.minimum(table.arrive_s, end_s) - table.depart_s)) / HOUR_S
    found = {f"vehicle_h_{name}": float(hours[place]) for place, name in enumerate(VEHICLE_CLASSES) if part.entered[place] > 0}
    if part.entered[0] > 0:
        found["person_h_in_cars"] = float(hours[0] * part.day.persons[0])
    return found


def _messages(part: RoadTraffic, table: ArrivalTable, end_s: float) -> list[str]:
    messages = [*part.day.messages]
    if part.numbers[SQUEEZED]:
        messages.append(
            f"roads: {int(part.numbers[SQUEEZED])} cohorts went onto full links after waiting {part.net.unblock_s / 60:g} min before them:"
            " without that, links that wait for each other would stand still"
        )
    gave_up = float(table.vehicles[table.gave_up & (table.arrive_s <= end_s)].sum())
    if gave_up > 0:
        messages.append(f"roads: {gave_up:.4g} vehicles gave up before closed roads")
    return messages


def _visits(part: RoadTraffic) -> list[Visits]:
    """Visits to lanes by group, and to the ends of watched links."""
    count, tally, arcs = int(part.numbers[VISITS]), part.tally, part.arcs
    order = np.lexsort((tally.arrive_s[:count], tally.server[:count]))
    columns = [values[:count][order] for values in (tally.arrive_s, tally.start_s, tally.leave_s, tally.units)]
    names = [(group.kind, group.server, group.lanes) for station in part.stations for group in station.groups]
    watched = np.flatnonzero(part.watched >= 0)
    names += [
        ("road_link", f"{arcs.link[arc]}:{_direction(part, arc)}", 1.0) for arc in watched[np.argsort(part.watched[watched])].tolist()
    ]
    edges = np.searchsorted(tally.server[:count][order], np.arange(len(names) + 1))
    return [
        Visits(kind, server, "vehicles", lanes, *(values[edges[place] : edges[place + 1]] for values in columns))
        for place, (kind, server, lanes) in enumerate(names)
        if edges[place + 1] > edges[place]
    ]


def _direction(part: RoadTraffic, arc: int) -> str:
    return "backward" if part.arcs.backward[arc] else "forward"


def _road_hours(part: RoadTraffic) -> pd.DataFrame:
    """Links and hours with any vehicle or queue; hours count from midnight before day 1, those of warming up are left out."""
    tally, arcs = part.tally, part.arcs
    first = int(-part.world.start_s // HOUR_S)
    # Arcs are sorted, not their million rows of a month: `nonzero` goes through them in order.
    sorted_arcs = np.array(sorted(range(arcs.count), key=lambda item: (arcs.link[item], _direction(part, item))), dtype=np.int64)
    there = ((tally.vehicles[:, first:].sum(axis=2) > 0) | (tally.queue_pcu_s[:, first:] > 0))[sorted_arcs]
    arc, hour = np.nonzero(there)
    arc = sorted_arcs[arc]
    at = (arc, hour + first)
    own = tally.left[at]
    columns = {
        "link": np.array(arcs.link, dtype=object)[arc],
        "direction": np.array([_direction(part, item) for item in range(arcs.count)], dtype=object)[arc],
        "hour": hour,
        **{name: tally.vehicles[(*at, place)] for place, name in enumerate(VEHICLE_CLASSES)},
        "queue_mean_pcu": tally.queue_pcu_s[at] / HOUR_S,
        "queue_max_pcu": tally.queue_max_pcu[at],
        "delay_vehicle_h": tally.delay_s[at] / HOUR_S,
        "delay_mean_s": np.divide(tally.delay_s[at], own, out=np.full(len(own), np.nan), where=own > 0),
    }
    return pd.DataFrame(columns, columns=list(HOUR_COLUMNS))


def _trips(part: RoadTraffic, table: ArrivalTable, end_s: float) -> pd.DataFrame:
    """Times by places and class, of those who set out on the days that count."""
    own = np.flatnonzero(table.depart_s >= 0)
    nodes = part.world.network.nodes.index.to_numpy(dtype=object)
    found = [_trips_of(table, own[rows], nodes, end_s) for _, rows in blocks(table.origin[own], len(nodes))]
    return pd.concat(found, ignore_index=True) if len(found) > 1 else found[0]


def _trips_of(table: ArrivalTable, own: NDArray[np.int64], nodes: NDArray[np.object_], end_s: float) -> pd.DataFrame:
    """The same of some of them, all from the same places."""
    count = len(nodes)
    key = (table.origin[own].astype(np.int64) * count + table.destination[own]) * len(VEHICLE_CLASSES) + table.road_class[own]
    minutes, vehicles = (table.arrive_s[own] - table.depart_s[own]) / 60, table.vehicles[own]
    over = table.arrive_s[own] <= end_s
    arrived, gave_up = vehicles * (over & ~table.gave_up[own]), vehicles * (over & table.gave_up[own])
    order = np.lexsort((minutes, key))
    keys, first = np.unique(key[order], return_index=True)
    row = np.searchsorted(keys, key)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(row, weights=values, minlength=len(keys)).astype(np.float64)

    # Within a row, vehicles in the order of their minutes: who has not arrived counts nothing.
    running, in_order = np.cumsum(arrived[order]), minutes[order]
    before = np.where(first > 0, running[np.maximum(first - 1, 0)], 0.0)
    sums = total(arrived)
    ends = np.append(first[1:], len(order)) - 1

    def percentile(share: float) -> NDArray[np.float64]:
        # What rounding leaves of sums of all rows must not choose between two minutes.
        place = np.searchsorted(running, before + share / 100 * sums - 1e-12 * running.max(initial=0.0), side="left")
        found = in_order[np.clip(place, first, np.maximum(ends, first))] if len(order) else np.zeros(0)
        return np.where(sums > 0, found, np.nan)

    finite = np.where(np.isfinite(minutes), minutes, 0.0)
    pair, road_class = np.divmod(keys, len(VEHICLE_CLASSES))
    columns = {
        "origin": nodes[pair // count],
        "destination": nodes[pair % count],
        "mode": np.array(VEHICLE_CLASSES, dtype=object)[road_class],
        "entered": total(vehicles),
        "arrived": sums,
        "gave_up": total(gave_up),
        **{f"p{share}_min": percentile(share) for share in PERCENTILES},
        "mean_min": np.divide(total(arrived * finite), sums, out=np.full(len(keys), np.nan), where=sums > 0),
    }
    return pd.DataFrame(columns, columns=list(TRIP_COLUMNS))
