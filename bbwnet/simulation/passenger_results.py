"""What passengers of the simulated days leave: the balance, times by places and mode, who was left behind where, visits to checks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.balance import BalanceRow
from bbwnet.simulation.blocks import blocks
from bbwnet.simulation.boarding_history import left_door_s
from bbwnet.simulation.boarding_setup import midnight_s
from bbwnet.simulation.boarding_state import ARRIVED, IN, NOT_RUNNING, OUT, OUT_S, UP, UP_S, USED
from bbwnet.simulation.visits import HOUR_S, Visits
from bbwnet.simulation.world import PartResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.simulation.boarding_state import BoardingState, Records
    from bbwnet.simulation.passengers import Passengers

PERCENTILES = (10, 50, 90, 95)
LEAST_SAID = 0.5
"""Fewer persons than these are not worth a message."""
MOST_SAID = 5
"""Places named in a message."""

TRIP_COLUMNS = (
    "origin", "destination", "mode", "entered", "arrived", "gave_up", "p10_min", "p50_min", "p90_min", "p95_min", "mean_min",
    "changes", "changes_missed", "wait_min", "delay_min", "no_seat", "no_seat_all_day",
)  # fmt: skip
"""Columns of the table `trips`; minutes, and `delay_min` against the plan, are of who arrived; `wait_min` for vehicles is a mean of all
who set out; `no_seat` counts who did not set out, for want of a seat, `no_seat_all_day` those of them for whom no hour had one."""

LEFT_COLUMNS = ("stop", "service", "direction", "departs", "boardings", "left_behind", "missed", "stranded", "gave_up")
"""Columns of the table `left_behind`: calls at which anybody was left behind, missed the departure, or gave up, by planned departure."""


def passenger_results(part: Passengers) -> PartResult:
    """Sum up everything."""
    state, world = part.state, part.world
    pieces = state.pieces[: int(state.counters[USED])]
    alive = pieces[pieces["count"] > 0]
    under_way = float(alive["count"].sum())
    waiting_s = float((alive["count"] * (world.end_s - left_door_s(state, alive))).sum())
    totals = state.totals
    timed = _Timed(part)
    return PartResult(
        balance=(
            BalanceRow("persons_on_services", "persons", float(totals[IN]), float(totals[OUT]), under_way, float(totals[UP])),
            timed.balance,
            *_seatless(part),
            *_at_home(part, timed),
        ),
        visits=_visits(part),
        tables={"trips": _trips(part, timed), "left_behind": _left_behind(part)},
        lost_hours={"person_h": (float(totals[OUT_S]) + float(totals[UP_S]) + waiting_s) / HOUR_S + timed.hours},
        messages=_messages(part),
    )


def _seatless(part: Passengers) -> tuple[BalanceRow, ...]:
    """Persons who gave up before they set out, if there are any: where seats were free at hours too far off, and where none were."""
    all_day, count = part.cohorts.no_seat[:, -2:].sum(axis=0) * part.world.days
    rows = (("persons_no_seat_near", count - all_day), ("persons_no_seat_all_day", all_day))
    return tuple(BalanceRow(what, "persons", float(persons), 0.0, 0.0, float(persons)) for what, persons in rows if count)


def _at_home(part: Passengers, timed: _Timed) -> tuple[BalanceRow, ...]:
    """Persons who were told to stay at home and did, if there are any."""
    count = part.stayed + timed.stayed
    return (BalanceRow("persons_not_set_out", "persons", count, 0.0, 0.0, count),) if count else ()


class _Timed:
    """Those who ride nothing that is simulated, day after day."""

    def __init__(self, part: Passengers) -> None:
        """Sum them up; `counted` are those of each group who set out on the days that count."""
        world, timed = part.world, part.cohorts.timed
        entered, arrived, hours, stayed = [0.0], [0.0], [0.0], [0.0]
        self.counted = np.zeros(len(timed.count))
        for day in range(-int(timed.leave_s.max(initial=0.0) // DAY_SECONDS), len(part.runs)):
            leave = timed.leave_s + midnight_s(world.first_day, day)
            goes = (leave >= world.start_s) & (leave < world.days * float(DAY_SECONDS))
            comes = goes & (timed.arrive_s - timed.leave_s + leave <= world.end_s)
            count = timed.count
            if part.stay_home:
                count = count * (1 - part.stay_home.share(timed.origin, timed.destination, timed.mode, leave))
            entered.append(float(count[goes].sum()))
            arrived.append(float(count[comes].sum()))
            stayed.append(float((timed.count - count)[goes].sum()))
            spent = np.minimum(timed.arrive_s - timed.leave_s, world.end_s - leave)
            hours.append(float((count * spent)[goes].sum()) / HOUR_S)
            self.counted += np.where(goes & (leave >= 0), count, 0.0)
        self.days = world.days
        self.stayed = sum(stayed)
        self.balance = BalanceRow("persons_timed", "persons", sum(entered), sum(arrived), sum(entered) - sum(arrived), 0.0)
        self.hours = sum(hours)


def _visits(part: Passengers) -> list[Visits]:
    """Visits to the checks of each terminal, in order of arrival."""
    names = part.world.network.nodes.index
    return [
        Visits(f"{item.mode}_checks", str(names[item.node]), "persons", item.lanes, *own)
        for item, own in zip(part.checks, part.history.take_visits(part.state), strict=True)
        if own.size
    ]


def _trips(part: Passengers, timed: _Timed) -> pd.DataFrame:
    """Times by places and mode, of those who set out on the days that count."""
    state, cohorts = part.state, part.cohorts
    cohort, taken, count = (
        np.concatenate(item) for item in zip(*map(partial(_arrivals, state), part.history.ends_by_day(state)), strict=True)
    )
    own, apart = _groups(part)
    seatless = _keys(part, *part.cohorts.no_seat[:, :3].T.astype(np.int64))
    keys = np.unique(np.concatenate([own, apart, seatless]))
    rows = np.searchsorted(keys, own)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(rows, weights=values, minlength=len(keys)).astype(np.float64)

    later = np.searchsorted(keys, apart)
    more = np.bincount(later, weights=timed.counted, minlength=len(keys))
    minutes = np.concatenate([taken, cohorts.timed.arrive_s - cohorts.timed.leave_s]) / 60
    counts = np.concatenate([count, timed.counted])
    found = _spread(np.concatenate([rows[cohort], later]), minutes, counts, len(keys))
    arrived = total(state.cohorts["arrived"]) + more
    entered = total(state.cohorts["entered"]) + more
    wait = total(state.cohorts["wait_s"]) / np.where(entered > 0, entered, np.nan) / 60
    late = total(state.cohorts["late_s"]) / np.where(arrived > 0, arrived, np.nan) / 60
    places, modes = len(cohorts.places), len(cohorts.modes)
    names = np.array(cohorts.places, dtype=object)
    return pd.DataFrame(
        {
            "origin": names[keys // modes // places],
            "destination": names[keys // modes % places],
            "mode": np.array(cohorts.modes, dtype=object)[keys % modes],
            "entered": entered,
            "arrived": arrived,
            "gave_up": total(state.cohorts["gave_up"]),
            **{f"p{share}_min": found[:, column] for column, share in enumerate(PERCENTILES)},
            "mean_min": found[:, len(PERCENTILES)],
            "changes": total(state.cohorts["changes"]),
            "changes_missed": total(state.cohorts["missed"]),
            "wait_min": wait,
            "delay_min": late,
            **{
                name: np.bincount(np.searchsorted(keys, seatless), weights=persons * timed.days, minlength=len(keys))
                for name, persons in (("no_seat", part.cohorts.no_seat[:, -1]), ("no_seat_all_day", part.cohorts.no_seat[:, -2]))
            },
        },
        columns=list(TRIP_COLUMNS),
    )


def _arrivals(state: BoardingState, ends: Records) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Of those of a day who have arrived, and set out on a day that counts: cohort, seconds since they left the door, persons."""
    left_door = left_door_s(state, ends)
    own = (ends["why"] == ARRIVED) & (left_door >= 0)
    return ends["cohort"][own], ends["second"][own] - left_door[own], ends["count"][own]


def _groups(part: Passengers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(origin * places + destination) * modes + mode, of cohorts and of those with no simulated ride."""
    own, apart = (_keys(part, item.origin, item.destination, item.mode) for item in (part.cohorts, part.cohorts.timed))
    return own, apart


def _keys(
    part: Passengers, origin: NDArray[np.integer[Any]], destination: NDArray[np.integer[Any]], mode: NDArray[np.integer[Any]]
) -> NDArray[np.int64]:
    places, modes = len(part.cohorts.places), len(part.cohorts.modes)
    return np.asarray((origin.astype(np.int64) * places + destination) * modes + mode)


def _spread(rows: NDArray[np.int64], minutes: NDArray[np.float64], counts: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """Percentiles of minutes by group, each counted so many times, and the mean; not-a-number without anybody."""
    found = np.full((groups, len(PERCENTILES) + 1), np.nan)
    for _, own in blocks(rows, groups):
        _spread_of(found, rows[own], minutes[own], counts[own])
    return found


def _spread_of(found: NDArray[np.float64], rows: NDArray[np.int64], minutes: NDArray[np.float64], counts: NDArray[np.float64]) -> None:
    if not len(rows):
        return
    order = np.lexsort((minutes, rows))
    rows, minutes, counts = rows[order], minutes[order], counts[order]
    running = np.cumsum(counts)
    starts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
    ends = np.append(starts[1:], len(rows))
    before = np.where(starts > 0, running[starts - 1], 0.0)
    total = running[ends - 1] - before
    for column, share in enumerate(PERCENTILES):
        place = np.searchsorted(running, before + total * (share / 100) * (1 - 1e-12))
        found[rows[starts], column] = minutes[np.clip(place, starts, ends - 1)]
    found[rows[starts], len(PERCENTILES)] = np.add.reduceat(counts * minutes, starts) / np.add.reduceat(counts, starts)


def _left_behind(part: Passengers) -> pd.DataFrame:
    """Calls at which somebody was left behind, late, or gave up."""
    calls, trips, names = part.state.calls, part.trips, part.world.network.nodes.index
    rows = np.flatnonzero((calls["left_behind"] > 0) | (calls["missed"] > 0) | (calls["gave_up"] > 0))
    trip = np.searchsorted(trips.first_call, rows, side="right") - 1
    patterns = [trips.patterns[number] for number in trips.pattern[trip].tolist()]
    return pd.DataFrame(
        {
            "stop": names.to_numpy()[trips.stop[rows]],
            "service": [pattern.service for pattern in patterns],
            "direction": [pattern.stops[-1] for pattern in patterns],
            "departs": [_clock(second) for second in trips.depart_s[rows].tolist()],
            **{name: calls[name][rows] for name in LEFT_COLUMNS[4:]},
        },
        columns=list(LEFT_COLUMNS),
    ).sort_values(["stop", "service", "direction", "departs"], kind="stable", ignore_index=True)


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def _messages(part: Passengers) -> list[str]:
    state, told = part.state, []
    if part.not_simulated >= LEAST_SAID:
        told.append(f"passengers: {part.not_simulated:,.0f} persons ride runs that began before the first day: left out")
    if state.counters[NOT_RUNNING]:
        told.append(
            f"passengers: {int(state.counters[NOT_RUNNING]):,} parties booked another run, for theirs does not run on that simulated day"
        )
    calls, trips, names = state.calls, part.trips, part.world.network.nodes.index
    stranded = np.argsort(-calls["stranded"], kind="stable")[:MOST_SAID]
    of_days = f" over {len(part.runs)} days" if len(part.runs) > 1 else ""
    for call in stranded.tolist():
        count = float(calls[call]["stranded"])
        if count < LEAST_SAID:
            break
        trip = int(np.searchsorted(trips.first_call, call, side="right")) - 1
        pattern = trips.patterns[int(trips.pattern[trip])]
        told.append(
            f"last departure: {count:,.0f} persons were not taken at {names[int(trips.stop[call])]} by {pattern.service}"
            f" towards {pattern.stops[-1]} at {_clock(int(trips.depart_s[call]))}{of_days}, and nothing else goes that day"
        )
    return told
