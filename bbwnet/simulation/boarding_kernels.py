"""Boarding, compiled: who gets off and on at a call of a run, who is left behind, books another run, or gives up.

Rules.

- Who is ready by the second of departure boards, in order of readiness, as far as there is room; the last party that does not fit whole is
  split.
- Who has booked a run and is not ready (missed), finds no room (left behind) or hears that it does not go, books another at once: of all
  runs of the mode from this stop to the one where he wants to get off, the one that arrives first, by timetable and by how late each was
  last seen. A run counts only as far as seats are not booked on every hop up to there; a party may be split over several.
- If the next run leaves later than his patience after he was ready, or if there is none any more, he gives up.
- On lines that take whoever waits nobody books; who has been left behind for longer than his patience gives up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.boarding_queues import (
    LEAST,
    best_run,
    book,
    drop,
    free_piece,
    midnight,
    peek,
    push,
    row_of,
    seats_left,
    serves,
    settle_fresh,
    split_piece,
)
from bbwnet.simulation.boarding_state import (
    ARRIVED,
    BOOKED_QUEUES,
    DOOR_QUEUES,
    ENDED,
    FIRST_DAY,
    GAVE_UP,
    IMPATIENT,
    LATEST_S,
    N_DAYS,
    N_TRIPS,
    NONE,
    NOT_RUNNING,
    OUT,
    OUT_S,
    UP,
    UP_S,
    USED,
    aboard_of,
    calls_of,
    cohorts_of,
    counters_of,
    ends_of,
    patterns_of,
    pieces_of,
    queues_of,
    rides_of,
    runs_left_of,
    runs_of,
    servers_of,
    totals_of,
    trips_of,
)
from bbwnet.simulation.check_kernels import serve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.routing.clock import Whole
    from bbwnet.simulation.boarding_state import Addresses

_NIGHT_S = 4 * 3600
"""A service day ends at this hour of the night."""

MISSED, LEFT_BEHIND, CANCELLED, NOT_THAT_DAY = range(4)
"""Why a piece looks for another run."""


# --- ends ------------------------------------------------------------------------------------------------------------------------------


@njit(cache=True, inline="always")
def _left_door_s(at: Addresses, piece: Whole) -> float:
    pieces = pieces_of(at)
    cohorts = cohorts_of(at)
    counters = counters_of(at)
    item = pieces[piece]
    return float(cohorts[item["cohort"]]["leave_s"] + (counters[FIRST_DAY] - 1 + item["day"]) * DAY_SECONDS)


@njit(cache=True, inline="always")
def _counts(at: Addresses, piece: Whole) -> bool:
    """Whether a piece set out on a day that counts: not while warming up."""
    return _left_door_s(at, piece) >= 0.0


@njit(cache=True)
def _end(at: Addresses, piece: Whole, second: float, why: Whole) -> None:
    pieces = pieces_of(at)
    ends = ends_of(at)
    counters = counters_of(at)
    item = pieces[piece]
    note = ends[counters[ENDED]]
    counters[ENDED] += 1
    note["count"], note["second"], note["cohort"], note["day"] = item["count"], second, item["cohort"], item["day"]
    note["stop"], note["why"] = item["stop"], why
    free_piece(at, piece)


@njit(cache=True)
def _give_up(at: Addresses, piece: Whole, second: float, why: Whole) -> None:
    """End a journey where it stands, and give back what is booked of the rest."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    cohorts = cohorts_of(at)
    trip_rows = trips_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    totals = totals_of(at)
    item = pieces[piece]
    cohort, count, trips = cohorts[item["cohort"]], item["count"], counters[N_TRIPS]
    totals[UP] += count
    totals[UP_S] += count * (second - _left_door_s(at, piece))
    if _counts(at, piece):
        cohort["gave_up"] += count
    for number in range(item["ride"] + 1, cohort["last_ride"] + 1):
        ride = rides[number]
        day = item["day"] + ride["day"]
        if 0 <= day < counters[N_DAYS] and patterns[trip_rows[ride["trip"]]["pattern"]]["queue"] == NONE:
            book(at, day * trips + ride["trip"], ride["from_position"], ride["to_position"], -count)
    _end(at, piece, second, why)


@njit(cache=True, inline="always")
def _when(now: float, ready_s: float) -> float:
    """When who will be ready at some second, or never, gives up."""
    return float(now if ready_s == np.inf else max(now, ready_s))


# --- looking for another run, and joining a queue --------------------------------------------------------------------------------------


@njit(cache=True)
def _note_failure(at: Addresses, piece: Whole, why: Whole, call: Whole) -> None:
    """Count who missed a run or was left behind by it."""
    pieces = pieces_of(at)
    cohorts = cohorts_of(at)
    runs = runs_of(at)
    calls = calls_of(at)
    item = pieces[piece]
    cohort = cohorts[item["cohort"]]
    if why == LEFT_BEHIND:
        runs[item["run"]]["left_behind"] += item["count"]
    if not _counts(at, piece):
        return
    if why == LEFT_BEHIND:
        calls[call]["left_behind"] += item["count"]
    elif why == MISSED:
        calls[call]["missed"] += item["count"]
        if item["ride"] > cohort["first_ride"]:
            cohort["missed"] += item["count"]


@njit(cache=True)
def rebook(at: Addresses, piece: Whole, now: float, why: Whole) -> None:
    """Find other runs for a piece that is in no queue and whose own run is lost to it; or it gives up."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    trips = trips_of(at)
    calls = calls_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    item = pieces[piece]
    ride = rides[item["ride"]]
    lost, lost_from = item["run"], item["from_position"]
    trip = lost % counters[N_TRIPS]
    call = trips[trip]["first_call"] + lost_from
    line = patterns[trips[trip]["pattern"]]
    ready_s = item["ready_s"]
    if why == NOT_THAT_DAY:
        counters[NOT_RUNNING] += 1
    else:
        _note_failure(at, piece, why, call)
        item["rebooked"] = 1
    book(at, lost, lost_from, item["to_position"], -item["count"])
    first = True
    while True:
        run, board, leave, depart = NONE, 0, 0, np.inf
        if ready_s < np.inf:
            run, board, leave, depart = best_run(at, item["stop"], ride["target"], line["mode"], ready_s, now)
        too_late = run == NONE or (why != NOT_THAT_DAY and depart > ready_s + line["patience_s"])
        not_today = too_late or depart >= midnight(at, lost) + DAY_SECONDS + _NIGHT_S
        if first and not_today and why in (MISSED, LEFT_BEHIND) and _counts(at, piece):
            calls[call]["stranded"] += item["count"]
        first = False
        if too_late:
            if _counts(at, piece):
                calls[call]["gave_up"] += item["count"]
            _give_up(at, piece, _when(now, ready_s), GAVE_UP if run == NONE else IMPATIENT)
            return
        seats, part = seats_left(at, run, board, leave), piece
        if seats < item["count"]:
            part = split_piece(at, piece, seats)
        chosen = pieces[part]
        chosen["run"], chosen["from_position"], chosen["to_position"] = run, board, leave
        book(at, run, board, leave, chosen["count"])
        push(at, counters[BOOKED_QUEUES] + row_of(at, run, board), part)
        if part == piece:
            return


@njit(cache=True)
def join(at: Addresses, piece: Whole, now: float) -> None:
    """Put a piece that knows when it is ready into the queue of its run or line; it looks for another run if its own is gone."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    runs_left = runs_left_of(at)
    runs = runs_of(at)
    trips = trips_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    item = pieces[piece]
    run = item["run"]
    if run == NONE:
        ride = rides[item["ride"]]
        queue = patterns[trips[ride["trip"]]["pattern"]]["queue"] + item["from_position"]
        if runs_left[queue] == 0:
            _give_up(at, piece, _when(now, item["ready_s"]), GAVE_UP)
        else:
            push(at, queue, piece)
    elif run >= len(runs):
        # It would go after the last of the days: who waits for it is under way in the end.
        item["next"] = NONE
    elif serves(at, run, item["from_position"], item["to_position"]):
        push(at, counters[BOOKED_QUEUES] + row_of(at, run, item["from_position"]), piece)
    elif runs[run]["end"] == NONE:
        rebook(at, piece, now, NOT_THAT_DAY)
    elif runs[run]["left"] > item["from_position"]:
        rebook(at, piece, now, MISSED)
    else:
        rebook(at, piece, now, CANCELLED)


@njit(cache=True)
def _come_to_door(at: Addresses, piece: Whole, door_s: float, now: float) -> None:
    """Begin a ride: to the checks at the door of its terminal, or at once to its queue."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    trips = trips_of(at)
    calls = calls_of(at)
    counters = counters_of(at)
    item = pieces[piece]
    ride = rides[item["ride"]]
    trip = trips[ride["trip"]]
    server = calls[trip["first_call"] + ride["from_position"]]["server"]
    if server != NONE and ride["check_s"] > 0:
        item["ready_s"] = door_s
        push(at, counters[DOOR_QUEUES] + server, piece)
        return
    _pass(at, piece, door_s, door_s + ride["entry_s"], now)


@njit(cache=True)
def _pass(at: Addresses, piece: Whole, door_s: float, ready_s: float, now: float) -> None:
    """Go on from the checks of a terminal; who came to its door after check-in was closed has missed his run."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    runs = runs_of(at)
    trips = trips_of(at)
    calls = calls_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    item = pieces[piece]
    ride, run = rides[item["ride"]], item["run"]
    item["ready_s"] = ready_s
    if run != NONE and serves(at, run, item["from_position"], item["to_position"]):
        cut_off = patterns[trips[run % counters[N_TRIPS]]["pattern"]]["cut_off_s"]
        call = trips[run % counters[N_TRIPS]]["first_call"] + item["from_position"]
        leaves = calls[call]["depart_s"] + midnight(at, run) + runs[run]["late_s"]
        # Who is let through quicker than that by plan, changing with his luggage checked through, is let through.
        if ride["entry_s"] >= cut_off and door_s > leaves - cut_off:
            rebook(at, piece, now, MISSED)
            return
    join(at, piece, now)


@njit(cache=True)
def check(at: Addresses, server: Whole, now: float) -> None:
    """Let everybody through the checks at a door who came there until now."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    cohorts = cohorts_of(at)
    servers = servers_of(at)
    counters = counters_of(at)
    queue = counters[DOOR_QUEUES] + server
    nominal = servers[server]["service_s"]
    while True:
        piece = peek(at, queue)
        if piece == NONE or pieces[piece]["ready_s"] > now:
            return
        drop(at, queue, piece)
        item = pieces[piece]
        came_s, ride = item["ready_s"], rides[item["ride"]]
        through = serve(at, server, came_s, item["count"], item["cohort"])
        door_s = came_s
        if item["ride"] == cohorts[item["cohort"]]["first_ride"]:
            # By plan: who comes sooner than need be is not ready sooner.
            door_s = _left_door_s(at, piece) + ride["way_s"] - ride["entry_s"]
        # The time of entry allows for some queueing: only what goes beyond makes late.
        late = max(0.0, through - door_s - max(ride["check_s"], nominal))
        _pass(at, piece, came_s, door_s + ride["entry_s"] + late, now)


# --- calls -----------------------------------------------------------------------------------------------------------------------------


@njit(cache=True)
def _go_on(at: Addresses, piece: Whole, now: float) -> None:
    """What a piece does that got off where it wanted."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    cohorts = cohorts_of(at)
    trips = trips_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    totals = totals_of(at)
    item = pieces[piece]
    cohort = cohorts[item["cohort"]]
    if item["ride"] == cohort["last_ride"]:
        arrives, count = now + cohort["egress_s"], item["count"]
        planned = cohort["arrive_s"] + (counters[FIRST_DAY] - 1 + item["day"]) * DAY_SECONDS
        item["stop"] = rides[item["ride"]]["target"]
        totals[OUT] += count
        totals[OUT_S] += count * (arrives - _left_door_s(at, piece))
        if _counts(at, piece):
            cohort["arrived"] += count
            cohort["late_s"] += count * (arrives - planned)
        _end(at, piece, arrives, ARRIVED)
        return
    item["ride"] += 1
    ride = rides[item["ride"]]
    item["from_position"], item["to_position"], item["stop"] = ride["from_position"], ride["to_position"], ride["stop"]
    item["rebooked"] = 0
    item["run"] = NONE
    if patterns[trips[ride["trip"]]["pattern"]]["queue"] == NONE:
        item["run"] = (item["day"] + ride["day"]) * counters[N_TRIPS] + ride["trip"]
    _come_to_door(at, piece, now + ride["way_s"] - ride["entry_s"], now)


@njit(cache=True)
def _put_off(at: Addresses, run: Whole, stop: Whole, position: Whole, now: float) -> None:
    """Put off everybody who wants to go further than a run does, at the position where it ends."""
    pieces = pieces_of(at)
    runs = runs_of(at)
    trips = trips_of(at)
    patterns = patterns_of(at)
    aboard = aboard_of(at)
    counters = counters_of(at)
    trip = trips[run % counters[N_TRIPS]]
    for later in range(position + 1, trip["calls"]):
        row = row_of(at, run, later)
        piece = aboard[row]
        aboard[row] = NONE
        while piece != NONE:
            following, item = pieces[piece]["next"], pieces[piece]
            runs[run]["load"] -= item["count"]
            item["ready_s"], item["stop"] = now, stop
            line = patterns[trip["pattern"]]
            if line["queue"] == NONE:
                # The seats up to here are used; `rebook` gives back those from the position on.
                item["run"], item["from_position"] = run, position
                rebook(at, piece, now, CANCELLED)
            else:
                item["from_position"] = position
                join(at, piece, now)
            piece = following


@njit(cache=True)
def arrive(at: Addresses, run: Whole, call: Whole, now: float) -> None:
    """Let everybody off who wants to get off at a call; everybody if the run goes no further."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    runs = runs_of(at)
    trips = trips_of(at)
    calls = calls_of(at)
    aboard = aboard_of(at)
    counters = counters_of(at)
    trip = trips[run % counters[N_TRIPS]]
    position = call - trip["first_call"]
    row, vehicle = row_of(at, run, position), runs[run]
    vehicle["reached"] = position + 1
    piece = aboard[row]
    aboard[row] = NONE
    while piece != NONE:
        following, count = pieces[piece]["next"], pieces[piece]["count"]
        vehicle["load"] -= count
        if _counts(at, piece):
            calls[call]["alightings"] += count
        item = pieces[piece]
        if rides[item["ride"]]["target"] == calls[call]["stop"]:
            _go_on(at, piece, now)
        else:
            # Carried past a stop that was closed: back by whatever goes there.
            item["ready_s"], item["stop"], item["run"] = now, calls[call]["stop"], run
            item["from_position"] = item["to_position"] = position
            rebook(at, piece, now, CANCELLED)
        piece = following
    if vehicle["end"] == position and position + 1 < trip["calls"]:
        _put_off(at, run, calls[call]["stop"], position, now)
    if position >= vehicle["end"]:
        vehicle["load"] = 0.0


@njit(cache=True)
def _board(at: Addresses, piece: Whole, run: Whole, now: float) -> None:
    """Take a piece on board."""
    pieces = pieces_of(at)
    cohorts = cohorts_of(at)
    runs = runs_of(at)
    aboard = aboard_of(at)
    item, vehicle = pieces[piece], runs[run]
    cohort, count = cohorts[item["cohort"]], item["count"]
    row = row_of(at, run, item["to_position"])
    item["next"] = aboard[row]
    aboard[row] = piece
    vehicle["load"] += count
    vehicle["boardings"] += count
    if _counts(at, piece):
        cohort["wait_s"] += count * (now - item["ready_s"])
        if item["ride"] > cohort["first_ride"] and item["rebooked"] == 0:
            cohort["changes"] += count


@njit(cache=True)
def depart(at: Addresses, run: Whole, call: Whole, now: float) -> float:
    """Take on board who is ready at a call, as far as there is room; how many. Who stays behind looks for another run."""
    pieces = pieces_of(at)
    runs = runs_of(at)
    trips = trips_of(at)
    calls = calls_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    totals = totals_of(at)
    trip = trips[run % counters[N_TRIPS]]
    position, vehicle = call - trip["first_call"], runs[run]
    own = calls[call]
    if own["server"] != NONE:
        check(at, own["server"], now)
    vehicle["late_s"] = now - own["depart_s"] - midnight(at, run)
    totals[LATEST_S] = max(totals[LATEST_S], vehicle["late_s"])
    vehicle["left"] = position + 1
    queue = patterns[trip["pattern"]]["queue"]
    booked = queue == NONE
    number = counters[BOOKED_QUEUES] + row_of(at, run, position) if booked else queue + position
    room, boarded = vehicle["capacity"] - vehicle["load"], 0.0
    while room > LEAST:
        piece = peek(at, number)
        if piece == NONE or pieces[piece]["ready_s"] > now:
            break
        count = pieces[piece]["count"]
        if count > room + LEAST:
            piece = split_piece(at, piece, room)
            count = room
        else:
            drop(at, number, piece)
        _board(at, piece, run, now)
        if _counts(at, piece):
            own["boardings"] += count
        room -= count
        boarded += count
    vehicle["most"] = max(vehicle["most"], vehicle["load"])
    if booked:
        _leave_booked(at, number, now)
    else:
        _leave_waiting(at, number, run, call, now)
    return boarded


@njit(cache=True)
def _leave_booked(at: Addresses, number: Whole, now: float) -> None:
    """Everybody left in the queue of a run that has gone books another."""
    pieces = pieces_of(at)
    while True:
        piece = peek(at, number)
        if piece == NONE:
            return
        drop(at, number, piece)
        rebook(at, piece, now, LEFT_BEHIND if pieces[piece]["ready_s"] <= now else MISSED)


@njit(cache=True)
def _leave_waiting(at: Addresses, number: Whole, run: Whole, call: Whole, now: float) -> None:
    """Count who is left behind by a run of a line; who has no more patience gives up, and everybody after the last run."""
    pieces = pieces_of(at)
    queues = queues_of(at)
    runs = runs_of(at)
    trips = trips_of(at)
    calls = calls_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    queue = queues[number]
    left = 0.0
    for piece in range(queue["fresh"], queue["fresh_end"]):
        if pieces[piece]["ready_s"] > now:
            break
        left += pieces[piece]["count"] if _counts(at, piece) else 0.0
    piece = queue["head"]
    while piece != NONE and pieces[piece]["ready_s"] <= now:
        left += pieces[piece]["count"] if _counts(at, piece) else 0.0
        piece = pieces[piece]["next"]
    runs[run]["left_behind"] += left
    calls[call]["left_behind"] += left
    patience = patterns[trips[run % counters[N_TRIPS]]["pattern"]]["patience_s"]
    while True:
        piece = peek(at, number)
        if piece == NONE or now - pieces[piece]["ready_s"] <= patience:
            break
        drop(at, number, piece)
        if _counts(at, piece):
            calls[call]["gave_up"] += pieces[piece]["count"]
        _give_up(at, piece, now, IMPATIENT)
    _one_run_less(at, number, call, now)


@njit(cache=True)
def _one_run_less(at: Addresses, number: Whole, call: Whole, now: float) -> None:
    """A run of a line has gone, or will not come: after the last everybody gives up, as soon as he is ready."""
    pieces = pieces_of(at)
    runs_left = runs_left_of(at)
    calls = calls_of(at)
    runs_left[number] -= 1
    if runs_left[number] > 0:
        return
    while True:
        piece = peek(at, number)
        if piece == NONE:
            return
        drop(at, number, piece)
        if _counts(at, piece):
            calls[call]["gave_up"] += pieces[piece]["count"]
            calls[call]["stranded"] += pieces[piece]["count"]
        _give_up(at, piece, _when(now, pieces[piece]["ready_s"]), GAVE_UP)


@njit(cache=True)
def visit(at: Addresses, run: Whole, call: Whole, now: float) -> float:
    """Off and on at once; how many board."""
    runs = runs_of(at)
    trips = trips_of(at)
    counters = counters_of(at)
    arrive(at, run, call, now)
    if runs[run]["end"] <= call - trips[run % counters[N_TRIPS]]["first_call"]:
        return 0.0
    return float(depart(at, run, call, now))


@njit(cache=True)
def cancel(at: Addresses, run: Whole, call: Whole, now: float) -> None:
    """A run goes no further than a call (not at all from its first): who waits for it looks for another, who is on board gets off there."""
    runs = runs_of(at)
    trips = trips_of(at)
    calls = calls_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    trip, vehicle = trips[run % counters[N_TRIPS]], runs[run]
    position = call - trip["first_call"]
    if vehicle["end"] <= position:
        return
    vehicle["end"] = position
    queue = patterns[trip["pattern"]]["queue"]
    for later in range(max(position, vehicle["left"]), trip["calls"] - 1):
        if queue != NONE:
            _one_run_less(at, queue + later, trip["first_call"] + later, now)
    if queue == NONE:
        # Those who would ride past the end wait before it too.
        for earlier in range(vehicle["left"], trip["calls"] - 1):
            _leave_cancelled(at, run, earlier, now)
    if vehicle["reached"] > position:
        _put_off(at, run, calls[call]["stop"], position, now)


@njit(cache=True)
def skip(at: Addresses, run: Whole, call: Whole, now: float) -> None:
    """A run does not call at a stop: who wants to get off does so at the next, who waits for it looks for another."""
    pieces = pieces_of(at)
    runs = runs_of(at)
    trips = trips_of(at)
    patterns = patterns_of(at)
    aboard = aboard_of(at)
    counters = counters_of(at)
    trip = trips[run % counters[N_TRIPS]]
    position = call - trip["first_call"]
    row = row_of(at, run, position)
    runs[run]["reached"] = position + 1
    piece = aboard[row]
    aboard[row] = NONE
    while piece != NONE:
        following = pieces[piece]["next"]
        pieces[piece]["to_position"] = position + 1
        pieces[piece]["next"] = aboard[row + 1]
        aboard[row + 1] = piece
        piece = following
    runs[run]["left"] = position + 1
    queue = patterns[trip["pattern"]]["queue"]
    if queue == NONE:
        _leave_cancelled(at, run, position, now)
    else:
        _one_run_less(at, queue + position, call, now)


@njit(cache=True)
def _leave_cancelled(at: Addresses, run: Whole, position: Whole, now: float) -> None:
    """Take everybody out of a queue whom the run does not carry all the way any more."""
    pieces = pieces_of(at)
    queues = queues_of(at)
    counters = counters_of(at)
    number = counters[BOOKED_QUEUES] + row_of(at, run, position)
    settle_fresh(at, number)
    piece = queues[number]["head"]
    queues[number]["head"] = queues[number]["tail"] = NONE
    while piece != NONE:
        following = pieces[piece]["next"]
        join(at, piece, now)
        piece = following


# --- a new day -------------------------------------------------------------------------------------------------------------------------


@njit(cache=True)
def book_day(at: Addresses, day: Whole, goes: NDArray[np.bool_]) -> None:
    """Book all rides of the cohorts that set out on a day (a flag each), where their trips run."""
    rides = rides_of(at)
    cohorts = cohorts_of(at)
    trip_rows = trips_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    trips, days = counters[N_TRIPS], counters[N_DAYS]
    for number in range(len(cohorts)):
        if not goes[number]:
            continue
        cohort = cohorts[number]
        for place in range(cohort["first_ride"], cohort["last_ride"] + 1):
            ride = rides[place]
            when = day + ride["day"]
            if 0 <= when < days and patterns[trip_rows[ride["trip"]]["pattern"]]["queue"] == NONE:
                book(at, when * trips + ride["trip"], ride["from_position"], ride["to_position"], cohort["count"])


@njit(cache=True)
def set_out(at: Addresses, order: NDArray[np.int64], queue: NDArray[np.int64], ready_s: NDArray[np.float64], day: Whole) -> None:
    """Make pieces of cohorts (`order`, sorted by queue, readiness and number) and put them in their queues as sorted slices."""
    pieces = pieces_of(at)
    rides = rides_of(at)
    cohorts = cohorts_of(at)
    queues = queues_of(at)
    trip_rows = trips_of(at)
    patterns = patterns_of(at)
    counters = counters_of(at)
    trips = counters[N_TRIPS]
    last = NONE
    for place in range(len(order)):
        piece = counters[USED]
        counters[USED] += 1
        item, cohort = pieces[piece], cohorts[order[place]]
        ride = rides[cohort["first_ride"]]
        item["count"], item["ready_s"], item["cohort"], item["ride"] = cohort["count"], ready_s[place], order[place], cohort["first_ride"]
        item["day"], item["from_position"], item["to_position"] = day, ride["from_position"], ride["to_position"]
        item["stop"], item["rebooked"], item["next"], item["before"] = ride["stop"], 0, NONE, NONE
        item["run"] = NONE
        if patterns[trip_rows[ride["trip"]]["pattern"]]["queue"] == NONE:
            item["run"] = (day + ride["day"]) * trips + ride["trip"]
        number = queue[place]
        if number == NONE:
            continue
        if number != last:
            settle_fresh(at, number)
            queues[number]["fresh"] = piece
            last = number
        queues[number]["fresh_end"] = piece + 1


@njit(cache=True)
def join_late(at: Addresses, first: Whole, count: Whole, now: float) -> None:
    """Let the first pieces of a new day, whose runs do not go or have gone, look for others."""
    for piece in range(first, first + count):
        join(at, piece, now)
