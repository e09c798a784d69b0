"""The part of the simulated day that drives: cars, coaches and trucks in cohorts along their ways, and single vehicles of streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import InputError, RunError
from bbwnet.network.operating_days import WEEKDAYS
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.scenario.schema.simulation_streams import ROAD_STREAMS
from bbwnet.simulation.arrival_stream import arrivals_of
from bbwnet.simulation.border_crossing import border_stations
from bbwnet.simulation.road_arrivals import RoadArrivals
from bbwnet.simulation.road_heap import push_event
from bbwnet.simulation.road_lanes import lane_arrays, wider
from bbwnet.simulation.road_link import VEHICLE_CLASSES
from bbwnet.simulation.road_results import road_results
from bbwnet.simulation.road_room import cohorts_of, grown, new_events, new_quay, new_queues, new_tally, with_more_visits, without
from bbwnet.simulation.road_state import (
    ARRIVED,
    AT_END,
    AT_QUAYS,
    DONE,
    GAVE_UP,
    HEAP,
    LENGTH,
    NEEDS_ROOM,
    NEEDS_TREE,
    NEXT_OUT,
    SEQUENCE,
    SIZE,
    TOO_MANY_PIECES,
    VISITS,
    WANT_CLASS,
    WANT_EPOCH,
    WANT_NODE,
)
from bbwnet.simulation.road_streams import StreamPath, stream_paths
from bbwnet.simulation.road_traffic_kernels import ROOM, run_until
from bbwnet.simulation.road_ways import CLASSES, tree_to
from bbwnet.simulation.stay_home import StaysHome
from bbwnet.simulation.toll_plaza import toll_stations
from bbwnet.simulation.vehicle_queue import CLASS, COUNT, LANE_M, PERSONS, READY, SINCE, TAG
from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    import simpy
    from numpy.typing import NDArray

    from bbwnet.simulation.ferries import Ferries
    from bbwnet.simulation.road_cohorts import RoadCohorts
    from bbwnet.simulation.road_link import RoadArcs
    from bbwnet.simulation.world import PartResult, World

_PIECES = 1 << 12
"""Parts into which lanes may cut one cohort."""
_FERRY_COLUMNS = 7


@dataclass(frozen=True)
class RoadDay:
    """What a day of the roads is made of, and the maker of the part `roads`."""

    arcs: RoadArcs
    cohorts: RoadCohorts
    persons: NDArray[np.float64]
    """Persons in a vehicle of each class."""
    messages: tuple[str, ...] = ()

    def __call__(self, world: World) -> RoadTraffic:
        """Make the part."""
        return RoadTraffic(world, self)


class RoadTraffic:
    """The part `roads`; nothing happens before `advance` brings it up to a moment."""

    def __init__(self, world: World, day: RoadDay) -> None:
        """Lay out arcs, lanes and queues, and draw the streams; raises `InputError` for what is not on the network's roads."""
        self.world, self.day, self.arcs = world, day, day.arcs
        choice = world.settings.roads
        streams = [item for item in world.settings.streams if item.what in ROAD_STREAMS]
        self.stations, rest_s = border_stations(world, self.arcs)
        self.stations += toll_stations(choice.toll_plazas, self.arcs)
        seconds = self.arcs.seconds.copy()
        for (road_class, arc), rest in rest_s.items():
            # Where a class may not pass it may not with lanes either, unless the scenario gives it lanes.
            seconds[road_class, :, arc] = round(rest)
        names = tuple(map(str, world.network.nodes.index))
        self._calendars = self.arcs.calendars(world.closures, names)
        self.net = self.arcs.arrays(choice, self._calendars, seconds)
        self._stream_paths = stream_paths(world, streams, self.arcs, self.net)
        arrivals = [arrivals_of(world, item) for item in streams]
        single = sum(map(len, arrivals))
        self.lanes, self.lane_state = lane_arrays(self.stations, self.arcs.count, world.streams, single)
        self.path_first, self.path_arc, self.path_ends = self._paths(self._stream_paths)
        self._single = self._stream_rows(arrivals, self._stream_paths)
        hours = int(np.ceil((world.end_s - world.start_s) / HOUR_S))
        self.watched = self._watched()
        self.tally = new_tally(self.arcs.count, hours, self.watched)
        self.queues, self.events, self.quay = new_queues(self.net), new_events(), new_quay(self.arcs.count)
        self.cohorts = cohorts_of(0)
        self.numbers = np.zeros(LENGTH, dtype=np.int64)
        self._tree_of = np.full(len(self.net.epoch_s) * CLASSES * self.arcs.node_count, -1, dtype=np.int32)
        self._trees = np.full((1, self.arcs.node_count), -1, dtype=np.int32)
        self._tree_count = 0
        self._part = (np.empty(_PIECES, np.int64), np.empty(_PIECES), np.empty(_PIECES), np.empty(_PIECES))
        self._now = world.start_s
        self._ferries: Ferries | None = None
        self._tags: dict[int, int] = {}
        self._next_tag = 0
        self._days = 0
        self.entered = np.zeros(len(VEHICLE_CLASSES))
        # Coaches drive by the timetable, whoever rides them.
        kinds = tuple("" if name == "coach" else name for name in VEHICLE_CLASSES)
        self._stay_home = StaysHome(world.network, world.settings.stay_home, names, kinds)
        self.stayed = 0.0
        """Vehicles that did not set out, since their drivers were told to stay at home."""
        self.arrivals = RoadArrivals()

    # --- what others ask

    def advance(self, now: float) -> None:
        """Do all that happens on the roads until a moment, that one included."""
        if now < self._now:
            return
        while True:
            status = run_until(
                self.net, self.lanes, self.lane_state, self.quay, self.cohorts, self.queues, self.events, self.tally, self.numbers,
                self.world.start_s, self.path_first[1:], self.path_arc, self._tree_of, self._trees, self._part, now,
            )  # fmt: skip
            if status == DONE:
                break
            if status == NEEDS_TREE:
                self._make_tree()
            elif status == NEEDS_ROOM:
                self._make_room()
            elif status == TOO_MANY_PIECES:
                raise RunError(f"a cohort is too large for the lanes of a toll plaza or crossing: more than {_PIECES} turns of all of them")
        self._now = now
        self._hand_over()

    def delay_s(self, links: tuple[str, ...], directions: tuple[bool, ...], now: float) -> float:
        """Seconds that a vehicle would wait now at the ends of links (backward or not) on its way; links that are no roads do not count."""
        self.advance(now)
        found = (self.arcs.arc_of.get(key) for key in zip(links, directions, strict=True))
        return sum(max(float(self.queues.free_s[arc]) - now, 0.0) for arc in found if arc is not None)

    def has_lanes(self, link: str, *, backward: bool, road_class: int) -> bool:
        """Whether vehicles of flows of a class pass lanes before a link."""
        arc = self.arcs.arc_of.get((link, backward))
        return arc is not None and bool((self.day.cohorts.road_class == road_class).any()) and self.lanes.station[road_class, arc] >= 0

    def lane_free_s(self, link: str, now: float, *, backward: bool, road_class: int) -> float:
        """When a lane before a link is free for who comes to it now, behind all that came; raises `KeyError` where there are none."""
        self.advance(now)
        station = int(self.lanes.station[road_class, self.arcs.arc_of[link, backward]])
        if station < 0:
            raise KeyError(link)
        return float(self.lane_state.level_s[self.lanes.server[station, 0], 0])

    def arrivals_at(self, node: str) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """Who has arrived at a node by the moment advanced to: second, class (`VEHICLE_CLASSES`) and vehicles, by second."""
        self._retire()
        found = self.arrivals.table()
        own = (found.destination == self.world.network.node_index[node]) & ~found.gave_up & (found.arrive_s <= self._now)
        order = np.argsort(found.arrive_s[own], kind="stable")
        return found.arrive_s[own][order], found.road_class[own][order].astype(np.int64), found.vehicles[own][order]

    def landed(self, link: str, rows: NDArray[np.float64], now: float, *, backward: bool) -> None:
        """Vehicles that were handed to the ferries have driven off the ferry of a link: they go on."""
        arc = self.arcs.arc_of[link, backward]
        for row in rows:
            slot = self._tags[int(row[TAG])]
            piece = self._split(slot, float(row[COUNT]))
            if self.cohorts.arc[piece] != arc:
                # By another ferry than meant: the rest of the way is looked for from the quay.
                self.cohorts.arc[piece] = arc
                self.cohorts.tree[piece] = self._tree_to(piece, now)
            self.cohorts.event[piece] = AT_END
            self._push(max(now, self._now), piece)

    def left_ferry(self, rows: NDArray[np.float64], now: float) -> None:
        """Vehicles that were handed to the ferries have given up waiting."""
        for row in rows:
            piece = self._split(self._tags[int(row[TAG])], float(row[COUNT]))
            self.cohorts.state[piece], self.cohorts.arrive_s[piece] = GAVE_UP, now

    # --- the day

    def start(self) -> None:
        """Begin the hours of the roads; ferries take over their arcs."""
        ferries = self.world.parts.get("ferries")
        if ferries is not None and hasattr(ferries, "layout"):
            self._ferries = ferries  # type: ignore[assignment]  # the part `ferries`
            for lane in ferries.layout.lanes.values():
                arc = self.arcs.arc_of.get((lane.link, lane.backward))
                if arc is not None:
                    self.quay.is_ferry[arc] = True
                    # Who waits for a ship does so at the quay, not before a closed road.
                    self.net.calendar[arc] = -1
        self._begin_day(self.world.first_day)
        self.world.env.process(self._hours())

    def _hours(self) -> simpy.events.ProcessGenerator:
        world, day = self.world, self.world.first_day
        while True:
            next_hour = (world.env.now // HOUR_S + 1) * HOUR_S
            yield world.env.timeout(next_hour - world.env.now)
            self.advance(world.env.now)
            if next_hour >= day * DAY_SECONDS and day < world.days:
                day += 1
                self._begin_day(day)

    def finish(self) -> PartResult:
        """Do what is left and sum up."""
        self.advance(self.world.end_s)
        self._retire(everybody=True)
        return road_results(self)

    def _begin_day(self, day: int) -> None:
        """Bring in all who set out on a day; those of before who are there no more make room."""
        self._retire()
        world, choice, whole = self.world, self.world.settings.roads, self.day.cohorts
        number = len(self._single) + (day - world.first_day) * whole.count_of
        offset = DAY_SECONDS * (day - 1.0)
        generator = world.streams.of("roads", f"day {day}", "departures") if choice.departures == "random" else None
        depart_s = whole.departures_s(generator) + offset
        weekday = (WEEKDAYS.index(world.network.settings.evaluation.weekday) + day - 1) % len(WEEKDAYS)
        goes = (whole.days >> weekday & 1).astype(bool) & (depart_s >= world.start_s)
        count = whole.count
        if self._stay_home:
            ends = (whole.path_origin[whole.path], whole.path_destination[whole.path])
            count = count * (1 - self._stay_home.share(*ends, whole.road_class, depart_s))
            self.stayed += float((whole.count - count)[goes].sum())
            goes &= count > 0
        single = self._single[(self._single["depart_s"] >= offset) & (self._single["depart_s"] < offset + DAY_SECONDS)]
        rows = np.flatnonzero(goes)
        path = np.concatenate([whole.path[rows], single["path"]])
        depart_s = np.concatenate([depart_s[rows], single["depart_s"]])
        road_class = np.concatenate([whole.road_class[rows], single["road_class"]])
        vehicles = np.concatenate([count[rows], np.ones(len(single))])
        name = np.concatenate([number + rows, single["number"]])
        order = np.lexsort((name, depart_s))
        self._append(path[order], depart_s[order], road_class[order], vehicles[order], name[order])
        self.entered += np.bincount(road_class, weights=vehicles, minlength=len(VEHICLE_CLASSES))
        self._days += 1

    def _append(
        self, path: NDArray[np.int32], depart_s: NDArray[np.float64], road_class: NDArray[np.int8], vehicles: NDArray[np.float64],
        name: NDArray[np.int64],
    ) -> None:  # fmt: skip
        size, more = int(self.numbers[SIZE]), len(path)
        self.cohorts = grown(self.cohorts, size, size + more + 1024)
        own, part = self.cohorts, slice(size, size + more)
        own.number[part], own.path[part], own.depart_s[part] = name, path, depart_s
        own.position[part] = self.path_first[path]
        own.road_class[part], own.vehicles[part] = road_class, vehicles
        own.destination[part] = self.path_ends[path, 1]
        self.numbers[SIZE] = size + more

    def _retire(self, *, everybody: bool = False) -> None:
        """Note who has arrived or given up, and take them out."""
        size, out, own = int(self.numbers[SIZE]), int(self.numbers[NEXT_OUT]), self.cohorts
        done = (own.state[:size] >= ARRIVED) & (own.arrive_s[:size] <= self._now)
        self.arrivals.add(own, self.path_ends, np.flatnonzero(done | everybody))
        if everybody:
            return
        self.cohorts, moved = without(own, size, done, self.events, self.queues, int(self.numbers[HEAP]))
        self._tags = {tag: int(moved[slot]) for tag, slot in self._tags.items() if moved[slot] >= 0}
        self.numbers[SIZE], self.numbers[NEXT_OUT] = size - int(done.sum()), out - int(done[:out].sum())

    # --- room, trees, ferries

    def _make_room(self) -> None:
        """Give room to what has little left."""
        numbers = self.numbers
        if numbers[HEAP] + 2 * ROOM > len(self.events.second):
            self.events = grown(self.events, int(numbers[HEAP]), 2 * len(self.events.second) + 64)
        if numbers[VISITS] + 2 * _PIECES > len(self.tally.server):
            self.tally = with_more_visits(self.tally, 2 * _PIECES)
        if numbers[AT_QUAYS] + 2 * ROOM > len(self.quay.second):
            second, cohort = (np.concatenate([values, np.empty_like(values)]) for values in (self.quay.second, self.quay.cohort))
            self.quay = self.quay._replace(second=second, cohort=cohort)
        if self.lane_state.groups.max() + 2 * ROOM > self.lane_state.level_s.shape[1]:
            self.lane_state = wider(self.lane_state)

    def _make_tree(self) -> None:
        epoch, road_class, node = (int(self.numbers[place]) for place in (WANT_EPOCH, WANT_CLASS, WANT_NODE))
        if self._tree_count == len(self._trees):
            self._trees = np.concatenate([self._trees, np.full_like(self._trees, -1)])
        tree_to(self.net, node, road_class, float(self.net.epoch_s[epoch]), self._trees[self._tree_count])
        self._tree_of[(epoch * CLASSES + road_class) * self.arcs.node_count + node] = self._tree_count
        self._tree_count += 1

    def _tree_to(self, slot: int, now: float) -> int:
        """The tree that leads a cohort to its destination over what is open now."""
        epoch = int(np.searchsorted(self.net.epoch_s, now, side="right")) - 1
        road_class, node = int(self.cohorts.road_class[slot]), int(self.cohorts.destination[slot])
        key = (epoch * CLASSES + road_class) * self.arcs.node_count + node
        if self._tree_of[key] < 0:
            self.numbers[WANT_EPOCH], self.numbers[WANT_CLASS], self.numbers[WANT_NODE] = epoch, road_class, node
            self._make_tree()
        return int(self._tree_of[key])

    def _hand_over(self) -> None:
        """Give the ferries who has come to their quays."""
        count = int(self.numbers[AT_QUAYS])
        if not count or self._ferries is None:
            return
        self.numbers[AT_QUAYS] = 0
        lane_m = self.world.settings.ferries.lane_m
        metres = [getattr(lane_m, name) for name in VEHICLE_CLASSES]
        second, slots, own = self.quay.second[:count].copy(), self.quay.cohort[:count].copy(), self.cohorts
        rows = np.empty((count, _FERRY_COLUMNS))
        road_class = own.road_class[slots].astype(np.int64)
        rows[:, READY] = rows[:, SINCE] = second
        rows[:, COUNT], rows[:, CLASS] = own.vehicles[slots], road_class
        rows[:, LANE_M], rows[:, PERSONS] = np.array(metres)[road_class], self.day.persons[road_class]
        rows[:, TAG] = self._next_tag + np.arange(count)
        self._tags.update(zip(range(self._next_tag, self._next_tag + count), slots.tolist(), strict=True))
        self._next_tag += count
        arcs = own.arc[slots]
        hour = np.clip((second - self.world.start_s) // HOUR_S, 0, self.tally.vehicles.shape[1] - 1).astype(np.int64)
        np.add.at(self.tally.vehicles, (arcs, hour, road_class), rows[:, COUNT])
        for arc in np.unique(arcs).tolist():
            self._ferries.join(self.arcs.link[arc], rows[arcs == arc], backward=bool(self.arcs.backward[arc]))

    def _split(self, slot: int, vehicles: float) -> int:
        """Part so many vehicles from a cohort at a quay; the last of them take its own place."""
        own = self.cohorts
        if vehicles >= own.vehicles[slot] * (1 - 1e-12):
            return slot
        size = int(self.numbers[SIZE])
        own = self.cohorts = grown(own, size, size + 1)
        for values in own:
            values[size] = values[slot]
        own.vehicles[slot] -= vehicles
        own.vehicles[size] = vehicles
        # Cohorts that have set out stand before those that have not: it must not be taken for one of the latter.
        self.numbers[SIZE] = size + 1
        return size

    def _push(self, moment_s: float, slot: int) -> None:
        self.events = grown(self.events, int(self.numbers[HEAP]), int(self.numbers[HEAP]) + 64)
        events, numbers = self.events, self.numbers
        numbers[HEAP] = push_event(events.second, events.sequence, events.what, int(numbers[HEAP]), moment_s, int(numbers[SEQUENCE]), slot)
        numbers[SEQUENCE] += 1

    # --- laying out

    def _paths(self, streams: list[StreamPath]) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Where paths begin, their arcs, and nodes at their ends (paths x 2): those of the flows, then those of the streams."""
        whole = self.day.cohorts
        lengths = np.cumsum([0, *(len(item.arcs) for item in streams)])
        first = np.concatenate([whole.path_first, whole.path_first[-1] + lengths[1:]]).astype(np.int64)
        arc = np.concatenate([whole.path_arc, *(item.arcs for item in streams)]).astype(np.int32)
        own = np.array([(item.origin, item.destination) for item in streams], dtype=np.int32).reshape(-1, 2)
        return first, arc, np.concatenate([np.stack([whole.path_origin, whole.path_destination], axis=1), own]).astype(np.int32)

    def _stream_rows(self, arrivals: list[NDArray[np.float64]], paths: list[StreamPath]) -> NDArray[np.void]:
        """All single vehicles, by stream and moment; their numbers come before those of all others."""
        kinds = [("depart_s", np.float64), ("path", np.int32), ("road_class", np.int8), ("number", np.int64)]
        found = np.empty(sum(map(len, arrivals)), dtype=kinds)
        place, flows = 0, len(self.day.cohorts.path_first) - 1
        for number, (moments, path) in enumerate(zip(arrivals, paths, strict=True)):
            own = found[place : place + len(moments)]
            own["depart_s"], own["path"], own["road_class"] = moments, flows + number, path.road_class
            place += len(moments)
        found["number"] = np.arange(len(found))
        return found

    def _watched(self) -> NDArray[np.int32]:
        """Server of each arc whose visits are kept; those of lanes come first."""
        found = np.full(self.arcs.count, -1, dtype=np.int32)
        lanes = sum(len(station.groups) for station in self.stations)
        watch = set(self.world.settings.roads.watch)
        for link in sorted(watch - set(self.arcs.link)):
            nearest = Names(set(self.arcs.link)).nearest(link)
            hint = f"; did you mean {nearest}?" if nearest else ""
            raise InputError(f"simulation.roads.watch: {link} is no road of the network{hint}")
        own = [arc for arc, link in enumerate(self.arcs.link) if link in watch]
        found[own] = lanes + np.arange(len(own))
        return found
