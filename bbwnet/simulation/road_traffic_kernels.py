"""Road traffic as a compiled loop over events: cohorts that reach the ends of arcs, lanes and quays.

An arc takes its time, then its end lets through what its capacity allows, first come, first served (a point queue). The first of a cohort
leaves as soon as the end is free, and the end is free again when the whole cohort is through. With spill-back a cohort moves on only where
the next arc has room for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

import bbwnet.kernel_cache  # noqa: F401  chooses where numba keeps what it compiles, before it compiles
from bbwnet.simulation.lane_kernels import serve_cohorts
from bbwnet.simulation.road_heap import pop_event, push_event, replace_event
from bbwnet.simulation.road_state import (
    ARRIVED,
    AT_END,
    AT_LANES,
    AT_QUAY,
    AT_QUAYS,
    DONE,
    GAVE_UP,
    HEAP,
    NEEDS_ROOM,
    NEEDS_TREE,
    NEXT_OUT,
    SEQUENCE,
    SIZE,
    SQUEEZED,
    TO_SET_OUT,
    TOO_MANY_PIECES,
    UNDER_WAY,
    VISITS,
)
from bbwnet.simulation.road_ways import GIVES_UP, WANTS_TREE, speed_of, way_on

if TYPE_CHECKING:
    from bbwnet.simulation.road_state import (
        Cohorts,
        Events,
        Floats,
        Ints,
        LaneArrays,
        LaneState,
        Quay,
        Queues,
        RoadArrays,
        Rows,
        Tally,
    )

NONE = -1
COACH = 1
AFTER_LANES = 3
"""Event of a cohort that has passed the lanes and waits to get onto the arc behind them."""
ROOM = 8
"""Places that every array has free when an event begins."""


@njit(cache=True)
def _push(events: Events, numbers: Ints, moment_s: float, item: int) -> int:
    number = numbers[SEQUENCE]
    numbers[SEQUENCE] = number + 1
    numbers[HEAP] = push_event(events.second, events.sequence, events.what, numbers[HEAP], moment_s, number, item)
    return int(number)


@njit(cache=True)
def _pop(events: Events, numbers: Ints) -> None:
    numbers[HEAP] = pop_event(events.second, events.sequence, events.what, numbers[HEAP])


@njit(cache=True)
def _hour(net_start_s: float, moment_s: float, hours: int) -> int:
    return min(max(int((moment_s - net_start_s) // 3600.0), 0), hours - 1)


@njit(cache=True)
def _note(tally: Tally, numbers: Ints, server: int, arrive_s: float, start_s: float, leave_s: float, units: float) -> None:
    row = numbers[VISITS]
    tally.server[row], tally.arrive_s[row], tally.start_s[row], tally.leave_s[row] = server, arrive_s, start_s, leave_s
    tally.units[row] = units
    numbers[VISITS] = row + 1


@njit(cache=True)
def _note_wait(  # noqa: PLR0913, PLR0917
    net: RoadArrays, tally: Tally, numbers: Ints, start_s: float, arc: int, joined_s: float, left_s: float, units: float, pcu: float
) -> None:
    hours = tally.delay_s.shape[1]
    hour = _hour(start_s, joined_s, hours)
    tally.left[arc, hour] += units
    if left_s > joined_s:
        tally.delay_s[arc, hour] += units * (left_s - joined_s)
        at_s = joined_s
        while True:
            end_s = start_s + 3600.0 * (hour + 1)
            until_s = left_s if hour == hours - 1 else min(left_s, end_s)
            tally.queue_pcu_s[arc, hour] += pcu * (until_s - at_s)
            if until_s >= left_s:
                break
            at_s = until_s
            hour += 1
    if tally.watched[arc] >= 0:
        _note(tally, numbers, tally.watched[arc], joined_s, left_s, left_s + pcu * net.second_per_pcu[arc], units)


@njit(cache=True)
def _run(  # noqa: PLR0913, PLR0917
    net: RoadArrays, cohorts: Cohorts, queues: Queues, events: Events, tally: Tally, numbers: Ints, start_s: float, row: int, arc: int,
    moment_s: float,
) -> None:  # fmt: skip
    """Let a cohort onto an arc, whose end it reaches after the arc's time."""
    road_class = cohorts.road_class[row]
    group = net.group_of_hour[int(moment_s // 3600.0) % 24]
    seconds = net.seconds[road_class, group, arc]
    speed = speed_of(net, arc, moment_s)
    if speed != 1.0 and speed > 0.0:
        seconds /= speed
    cohorts.arc[row], cohorts.event[row], cohorts.state[row] = arc, AT_END, UNDER_WAY
    tally.vehicles[arc, _hour(start_s, moment_s, tally.vehicles.shape[1]), road_class] += cohorts.vehicles[row]
    if net.spill:
        queues.occupied_pcu[arc] += cohorts.vehicles[row] * net.pcu[road_class]
    _push(events, numbers, moment_s + seconds, row)


@njit(cache=True)
def _stops_before(lanes: LaneArrays, quay: Quay, road_class: int, arc: int) -> int:
    """What a vehicle stops at before an arc: lanes, a quay, or nothing (`AT_END`). Coaches board ferries as runs of their service."""
    if lanes.station[road_class, arc] >= 0:
        return AT_LANES
    if quay.is_ferry[arc] and road_class != COACH:
        return AT_QUAY
    return AT_END


@njit(cache=True)
def _set_off(  # noqa: PLR0913, PLR0917
    net: RoadArrays, lanes: LaneArrays, quay: Quay, cohorts: Cohorts, queues: Queues, events: Events, tally: Tally, numbers: Ints,
    start_s: float, row: int, arc: int, moment_s: float,
) -> None:  # fmt: skip
    """Send a cohort on its way to an arc that it may be on from a moment."""
    stop = _stops_before(lanes, quay, cohorts.road_class[row], arc)
    if stop != AT_END:
        cohorts.arc[row], cohorts.event[row], cohorts.state[row] = arc, stop, UNDER_WAY
        _push(events, numbers, moment_s, row)
    elif net.spill:
        cohorts.arc[row], cohorts.event[row], cohorts.state[row] = len(net.tail) + arc, AT_END, UNDER_WAY
        _push(events, numbers, moment_s, row)
    else:
        _run(net, cohorts, queues, events, tally, numbers, start_s, row, arc, moment_s)


@njit(cache=True)
def _next_arc(net: RoadArrays, cohorts: Cohorts, path_end: Ints, path_arc: Rows, next_arc: Rows, row: int) -> int:
    """The arc that a cohort takes after its own, by its path or its tree; -1: it has arrived."""
    arc, count = cohorts.arc[row], len(net.tail)
    if arc >= count:
        return int(arc - count)
    tree = cohorts.tree[row]
    if tree >= 0:
        node = net.head[arc]
        return NONE if node == cohorts.destination[row] else int(next_arc[tree, node])
    position = cohorts.position[row]
    return NONE if position >= path_end[cohorts.path[row]] else int(path_arc[position])


@njit(cache=True)
def _finish(cohorts: Cohorts, row: int, state: int, moment_s: float) -> None:
    cohorts.state[row], cohorts.arrive_s[row] = state, moment_s


@njit(cache=True)
def _commit(cohorts: Cohorts, row: int, tree: int) -> None:
    """Take the step along path or tree that was chosen."""
    if tree >= 0:
        cohorts.tree[row] = tree
    else:
        cohorts.position[row] += 1


@njit(cache=True)
def _serve(  # noqa: PLR0913, PLR0917
    net: RoadArrays, lanes: LaneArrays, state: LaneState, cohorts: Cohorts, queues: Queues, events: Events, tally: Tally, numbers: Ints,
    start_s: float, part: tuple[Ints, Floats, Floats, Floats], row: int, moment_s: float,
) -> int:  # fmt: skip
    """Serve a cohort in its lanes; it goes on at the mean of when its parts are done."""
    arc, road_class, count, number = cohorts.arc[row], cohorts.road_class[row], cohorts.vehicles[row], cohorts.number[row]
    station = lanes.station[road_class, arc]
    pays_electronically = lanes.choice[station, number % lanes.choice.shape[1]] < lanes.share[station]
    server = lanes.server[station, 1 if pays_electronically else 0]
    first, last = lanes.draw_first[server], lanes.draw_first[server + 1]
    service_s = lanes.draw_s[first + number % (last - first)]
    if count > 1.0:
        service_s = lanes.mean_s[server] + (service_s - lanes.mean_s[server]) / np.sqrt(count)
    begin, end = lanes.calendar_first[server], lanes.calendar_first[server + 1]
    groups, pieces = serve_cohorts(
        state.level_s[server], state.lanes[server], state.groups[server], np.array([moment_s]), np.array([service_s]), np.array([count]),
        np.empty(0), lanes.calendar_s[begin:end], lanes.calendar_speed[begin:end], False, part,  # noqa: FBT003
    )  # fmt: skip
    if pieces < 0:
        return TOO_MANY_PIECES
    state.groups[server] = groups
    leave_s = part[3][0]
    if pieces > 1:
        leave_s = 0.0
        for piece in range(pieces):
            leave_s += part[3][piece] * (part[1][piece] / count)
    for piece in range(pieces):
        _note(tally, numbers, server, moment_s, part[2][piece], part[3][piece], part[1][piece])
    if leave_s < np.inf:
        if net.spill:
            cohorts.arc[row], cohorts.event[row] = len(net.tail) + arc, AFTER_LANES
            _push(events, numbers, leave_s, row)
        else:
            _run(net, cohorts, queues, events, tally, numbers, start_s, row, arc, leave_s)
    return DONE


@njit(cache=True)
def _wake(net: RoadArrays, cohorts: Cohorts, queues: Queues, events: Events, numbers: Ints, arc: int, moment_s: float) -> None:
    """Let the one that has waited longest for room on an arc try again, if there is room now."""
    count, node = len(net.tail), net.tail[arc]
    chosen, since_s = NONE, np.inf
    for place in range(net.first_into[node], net.first_into[node + 1] + 1):
        other = net.into[place] if place < net.first_into[node + 1] else count + arc
        if queues.waits_for[other] == arc and queues.blocked_s[other] < since_s:
            chosen, since_s = other, queues.blocked_s[other]
    if chosen >= 0:
        row = queues.first[chosen]
        pcu = cohorts.vehicles[row] * net.pcu[cohorts.road_class[row]]
        if queues.occupied_pcu[arc] + pcu <= net.room_pcu[arc] or queues.occupied_pcu[arc] <= 0.0:
            queues.head_event[chosen] = _push(events, numbers, moment_s, -1 - chosen)


@njit(cache=True)
def _note_queue(net: RoadArrays, queues: Queues, tally: Tally, start_s: float, arc: int, moment_s: float) -> None:
    if arc < len(net.tail):
        hour = _hour(start_s, moment_s, tally.delay_s.shape[1])
        tally.queue_max_pcu[arc, hour] = max(tally.queue_max_pcu[arc, hour], queues.queued_pcu[arc])


@njit(cache=True)
def _line_up(  # noqa: PLR0913, PLR0917
    net: RoadArrays, cohorts: Cohorts, queues: Queues, events: Events, tally: Tally, numbers: Ints, start_s: float, row: int,
    moment_s: float,
) -> None:  # fmt: skip
    """Put a cohort at the end of its arc's queue (spill-back)."""
    arc = cohorts.arc[row]
    cohorts.joined_s[row], cohorts.behind[row] = moment_s, NONE
    queues.queued_pcu[arc] += cohorts.vehicles[row] * net.pcu[cohorts.road_class[row]]
    if queues.first[arc] >= 0:
        _note_queue(net, queues, tally, start_s, arc, moment_s)
    if queues.first[arc] >= 0:
        cohorts.behind[queues.last[arc]] = row
        queues.last[arc] = row
        return
    queues.first[arc] = queues.last[arc] = row
    queues.head_event[arc] = _push(events, numbers, max(moment_s, queues.free_s[arc]), -1 - arc)


@njit(cache=True)
def _leave_queue(  # noqa: PLR0913, PLR0917
    net: RoadArrays,
    cohorts: Cohorts,
    queues: Queues,
    events: Events,
    tally: Tally,
    numbers: Ints,
    start_s: float,
    arc: int,
    moment_s: float,
) -> None:
    """Take the first of an arc's queue off it (spill-back)."""
    row = queues.first[arc]
    queues.first[arc], queues.head_event[arc], queues.waits_for[arc], queues.blocked_s[arc] = cohorts.behind[row], NONE, NONE, np.inf
    pcu = cohorts.vehicles[row] * net.pcu[cohorts.road_class[row]]
    queues.queued_pcu[arc] -= pcu
    if arc < len(net.tail):
        queues.free_s[arc] = moment_s + pcu * net.second_per_pcu[arc]
        queues.occupied_pcu[arc] -= pcu
        if queues.first[arc] < 0 and queues.occupied_pcu[arc] < 1e-9:  # noqa: PLR2004  what sums of fractions leave
            queues.occupied_pcu[arc] = max(queues.occupied_pcu[arc], 0.0)
        _note_wait(net, tally, numbers, start_s, arc, cohorts.joined_s[row], moment_s, cohorts.vehicles[row], pcu)
    if queues.first[arc] >= 0:
        queues.head_event[arc] = _push(events, numbers, max(moment_s, queues.free_s[arc]), -1 - arc)
    if arc < len(net.tail):
        _wake(net, cohorts, queues, events, numbers, arc, moment_s)


@njit(cache=True)
def _try_first(  # noqa: PLR0913, PLR0917
    net: RoadArrays, lanes: LaneArrays, quay: Quay, cohorts: Cohorts, queues: Queues, events: Events, tally: Tally, numbers: Ints,
    start_s: float, path_end: Ints, path_arc: Rows, tree_of: Rows, trees: Rows, arc: int, moment_s: float,
) -> int:  # fmt: skip
    """Let the first of an arc's queue go on, if the next arc has room (spill-back)."""
    row, count = queues.first[arc], len(net.tail)
    road_class = cohorts.road_class[row]
    pcu = cohorts.vehicles[row] * net.pcu[road_class]
    after_lanes = cohorts.event[row] == AFTER_LANES
    onto = _next_arc(net, cohorts, path_end, path_arc, trees, row)
    if onto < 0:
        _pop(events, numbers)
        _leave_queue(net, cohorts, queues, events, tally, numbers, start_s, arc, moment_s)
        _finish(cohorts, row, ARRIVED, moment_s)
        return DONE
    at_s, tree, outcome = moment_s, cohorts.tree[row], 0
    if not after_lanes:
        onto, at_s, tree, outcome = way_on(
            net, tree_of, trees, road_class, cohorts.destination[row], onto, moment_s, cohorts.tree[row], numbers
        )
    if outcome == WANTS_TREE:
        return NEEDS_TREE
    direct = outcome != GIVES_UP and at_s == moment_s and (after_lanes or _stops_before(lanes, quay, road_class, onto) == AT_END)
    full = direct and queues.occupied_pcu[onto] + pcu > net.room_pcu[onto] and queues.occupied_pcu[onto] > 0.0
    if full and not (queues.waits_for[arc] == onto and moment_s - queues.blocked_s[arc] >= net.unblock_s):
        _pop(events, numbers)
        if queues.waits_for[arc] != onto:
            queues.waits_for[arc], queues.blocked_s[arc] = onto, moment_s
            _note_queue(net, queues, tally, start_s, arc, moment_s)
        queues.head_event[arc] = _push(events, numbers, queues.blocked_s[arc] + net.unblock_s, -1 - arc)
        return DONE
    _pop(events, numbers)
    numbers[SQUEEZED] += 1 if full else 0
    _leave_queue(net, cohorts, queues, events, tally, numbers, start_s, arc, moment_s)
    if outcome == GIVES_UP:
        _finish(cohorts, row, GAVE_UP, at_s)
        return DONE
    if arc < count or tree != cohorts.tree[row]:
        _commit(cohorts, row, tree)
    if direct:
        _run(net, cohorts, queues, events, tally, numbers, start_s, row, onto, moment_s)
        _wake(net, cohorts, queues, events, numbers, onto, moment_s)
    else:
        _set_off(net, lanes, quay, cohorts, queues, events, tally, numbers, start_s, row, onto, at_s)
    return DONE


@njit(cache=True)
def _reach_end(  # noqa: PLR0913, PLR0917
    net: RoadArrays, lanes: LaneArrays, quay: Quay, cohorts: Cohorts, queues: Queues, events: Events, tally: Tally, numbers: Ints,
    start_s: float, path_end: Ints, path_arc: Rows, tree_of: Rows, trees: Rows, row: int, moment_s: float,
) -> int:  # fmt: skip
    """Let a cohort through the end of its arc as soon as it is free, and on (point queue)."""
    arc, road_class, count = cohorts.arc[row], cohorts.road_class[row], cohorts.vehicles[row]
    leaves_s = max(moment_s, queues.free_s[arc])
    onto, at_s, tree, outcome = _next_arc(net, cohorts, path_end, path_arc, trees, row), leaves_s, cohorts.tree[row], 0
    if onto >= 0:
        onto, at_s, tree, outcome = way_on(net, tree_of, trees, road_class, cohorts.destination[row], onto, leaves_s, tree, numbers)
        if outcome == WANTS_TREE:
            return NEEDS_TREE
    _pop(events, numbers)
    pcu, per_pcu = count * net.pcu[road_class], net.second_per_pcu[arc]
    queues.free_s[arc] = leaves_s + pcu * per_pcu
    if leaves_s > moment_s:
        hour = _hour(start_s, moment_s, tally.delay_s.shape[1])
        tally.queue_max_pcu[arc, hour] = max(tally.queue_max_pcu[arc, hour], (leaves_s - moment_s) / per_pcu + pcu)
    _note_wait(net, tally, numbers, start_s, arc, moment_s, leaves_s, count, pcu)
    if onto < 0:
        _finish(cohorts, row, ARRIVED, leaves_s)
    elif outcome == GIVES_UP:
        _finish(cohorts, row, GAVE_UP, at_s)
    else:
        _commit(cohorts, row, tree)
        _set_off(net, lanes, quay, cohorts, queues, events, tally, numbers, start_s, row, onto, at_s)
    return DONE


@njit(cache=True)
def _set_out(  # noqa: PLR0913, PLR0917
    net: RoadArrays, lanes: LaneArrays, quay: Quay, cohorts: Cohorts, queues: Queues, events: Events, tally: Tally, numbers: Ints,
    start_s: float, path_end: Ints, path_arc: Rows, tree_of: Rows, trees: Rows, row: int,
) -> int:  # fmt: skip
    """Let a cohort leave where it begins."""
    moment_s, position = cohorts.depart_s[row], cohorts.position[row]
    if position >= path_end[cohorts.path[row]]:
        _finish(cohorts, row, ARRIVED, moment_s)
    else:
        onto, at_s, tree, outcome = way_on(
            net, tree_of, trees, cohorts.road_class[row], cohorts.destination[row], path_arc[position], moment_s, NONE, numbers
        )
        if outcome == WANTS_TREE:
            return NEEDS_TREE
        if outcome == GIVES_UP:
            _finish(cohorts, row, GAVE_UP, at_s)
        else:
            _commit(cohorts, row, tree)
            _set_off(net, lanes, quay, cohorts, queues, events, tally, numbers, start_s, row, onto, at_s)
    return DONE


@njit(cache=True)
def run_until(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  the loop over events
    net: RoadArrays, lanes: LaneArrays, lane_state: LaneState, quay: Quay, cohorts: Cohorts, queues: Queues, events: Events, tally: Tally,
    numbers: Ints, start_s: float, path_end: Ints, path_arc: Rows, tree_of: Rows, trees: Rows,
    part: tuple[Ints, Floats, Floats, Floats], until_s: float,
) -> int:  # fmt: skip
    """Do all events until a moment, that one included; returns `DONE`, or what it needs to go on."""
    # Taken out of their tuples once: in the loop that would cost more than the work.
    second, sequence, what, depart_s, vehicles = events.second, events.sequence, events.what, cohorts.depart_s, cohorts.vehicles
    event_of, arc_of, tree, path, position, road_class_of = (
        cohorts.event, cohorts.arc, cohorts.tree, cohorts.path, cohorts.position, cohorts.road_class
    )  # fmt: skip
    calendar, per_pcu, pcu_of, free_s, station, is_ferry = (
        net.calendar, net.second_per_pcu, net.pcu, queues.free_s, lanes.station, quay.is_ferry
    )  # fmt: skip
    watched, came, left, seconds, group_of_hour = tally.watched, tally.vehicles, tally.left, net.seconds, net.group_of_hour
    spill, hours = net.spill, tally.left.shape[1]
    event_room, visit_room, quay_room = len(second) - ROOM, len(tally.server) - len(part[0]), len(quay.second) - ROOM
    while True:
        out = numbers[NEXT_OUT]
        departs_s = depart_s[out] if out < numbers[SIZE] else np.inf
        event_s = second[0] if numbers[HEAP] > 0 else np.inf
        if min(departs_s, event_s) > until_s:
            return DONE
        if numbers[HEAP] > event_room or numbers[VISITS] > visit_room or numbers[AT_QUAYS] > quay_room:
            return NEEDS_ROOM
        if event_s < departs_s and what[0] >= 0 and not spill:
            # What happens nearly always, in full: nobody waits at the end of an arc and the next one is a plain road.
            row = what[0]
            arc, place = arc_of[row], position[row]
            if event_of[row] == AT_END and tree[row] < 0 and event_s >= free_s[arc] and watched[arc] < 0 and place < path_end[path[row]]:
                onto, road_class = path_arc[place], road_class_of[row]
                if calendar[onto] < 0 and station[road_class, onto] < 0 and not is_ferry[onto]:
                    units, hour = vehicles[row], _hour(start_s, event_s, hours)
                    free_s[arc] = event_s + units * pcu_of[road_class] * per_pcu[arc]
                    left[arc, hour] += units
                    came[onto, hour, road_class] += units
                    arc_of[row], position[row] = onto, place + 1
                    end_s = event_s + seconds[road_class, group_of_hour[int(event_s // 3600.0) % 24], onto]
                    number = numbers[SEQUENCE]
                    numbers[SEQUENCE] = number + 1
                    replace_event(second, sequence, what, numbers[HEAP], end_s, number, row)
                    continue
        status = DONE
        if departs_s <= event_s:
            if cohorts.state[out] == TO_SET_OUT:
                status = _set_out(
                    net, lanes, quay, cohorts, queues, events, tally, numbers, start_s, path_end, path_arc, tree_of, trees, out
                )
            if status == DONE:
                numbers[NEXT_OUT] = out + 1
        elif events.what[0] < 0:
            arc = -1 - events.what[0]
            if queues.head_event[arc] != events.sequence[0]:
                _pop(events, numbers)
            else:
                status = _try_first(
                    net, lanes, quay, cohorts, queues, events, tally, numbers, start_s, path_end, path_arc, tree_of, trees, arc, event_s
                )
        else:
            row = events.what[0]
            event = cohorts.event[row]
            if event == AT_QUAY:
                _pop(events, numbers)
                place = numbers[AT_QUAYS]
                quay.second[place], quay.cohort[place] = event_s, row
                numbers[AT_QUAYS] = place + 1
            elif event == AT_LANES:
                server_room = lane_state.level_s.shape[1]
                if lane_state.groups.max() + ROOM > server_room:
                    return NEEDS_ROOM
                _pop(events, numbers)
                status = _serve(net, lanes, lane_state, cohorts, queues, events, tally, numbers, start_s, part, row, event_s)
            elif net.spill:
                _pop(events, numbers)
                _line_up(net, cohorts, queues, events, tally, numbers, start_s, row, event_s)
            else:
                status = _reach_end(
                    net, lanes, quay, cohorts, queues, events, tally, numbers, start_s, path_end, path_arc, tree_of, trees, row, event_s
                )
        if status != DONE:
            return status
