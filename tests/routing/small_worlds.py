"""Small worlds of a seed, and what their records mean: roads, ways, points and trips worked out from the records alone.

Nothing here comes from bbwnet: `Meaning` reads the same records that are written as YAML, by what the schema and docs say of them.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import Any, NamedTuple

import networkx as nx

from tests.routing.time_expanded import DAY, AWay, Border, Hop, Small

Row = dict[str, Any]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_THROUGH = ("station", "airport")
ABROAD = 3600
"""Seconds that the clocks of Viet Nam are behind."""


@dataclass(frozen=True)
class State:
    """What holds at the moment; trips by service, way back or not, and number of the departure."""

    periods: tuple[int, ...]
    car_s: dict[str, tuple[int, ...]]
    """Seconds over each road, by period."""
    closed_links: frozenset[str]
    closed_nodes: frozenset[str]
    cancelled: frozenset[tuple[str, bool, int]]
    late_s: dict[tuple[str, bool, int], int]


class World:
    """Three places in a row and one across a border, with stations, airports, ports, coaches, shuttles; a scenario and a state."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  no secret
        chance, number = self.random.choice, self.random.randint
        self.places: list[Row] = [{"id": f"p{place}"} for place in range(3)] + [{"id": "f", "timezone": "Asia/Ho_Chi_Minh"}]
        self.nodes: list[Row] = [
            *({"id": f"s{place}", "kind": "station", "place": f"p{place}"} for place in range(3)),
            {"id": "s3", "kind": "station", "place": "p1"},
            {"id": "a0", "kind": "airport", "place": "p0"}, {"id": "a2", "kind": "airport", "place": "p2"},
            {"id": "af", "kind": "airport", "place": "f", "timezone": "Asia/Ho_Chi_Minh"},
            {"id": "q1", "kind": "port", "place": "p1"}, {"id": "q2", "kind": "port", "place": "p2"},
            {"id": "bh", "kind": "border_crossing"}, {"id": "bf", "kind": "border_crossing", "timezone": "Asia/Ho_Chi_Minh"},
        ]  # fmt: skip
        for node in self.nodes:
            node["minimum_connection_min"] = number(0, 25)
        local = [(node["place"], node["id"]) for node in self.nodes if "place" in node]
        local += [("s0", "a0"), ("s1", "s3"), ("s1", "q1"), ("p0", "bh"), ("bf", "f"), ("s2", "a2")]
        self.links = [self.road(*ends, chance((1, 3, 6, 10, 20))) for ends in local]
        self.links += [self.road("p0", "p1", number(15, 60)), self.road("p1", "p2", number(15, 60)), self.road("p1", "p2", 80, "_old")]
        self.links += [
            {"id": f"rail-{a}{b}", "from": f"s{a}", "to": f"s{b}", "mode": "rail", "length_km": 10} for a, b in ((0, 1), (1, 2), (1, 3))
        ]
        self.links += [{"id": "q1-q2", "from": "q1", "to": "q2", "mode": "ferry", "length_km": 30}]
        self.links += [{"id": "bridge", "from": "bh", "to": "bf", "mode": "border", "crossing": "x", "length_km": 1}]
        opened = number(5, 12)
        sourced = {"valid_from": "2010-01-01", "source": "made_up", "confidence": "assumed"}
        hours = {"traffic": "persons", "open": f"{opened:02}:00", "close": f"{opened + number(6, 14)}:30", **sourced}
        hours["timezone"] = chance(("Asia/Shanghai", "Asia/Ho_Chi_Minh"))
        dwell = [{"traffic": traffic, "dwell_min": number(5, 60), **sourced} for traffic in ("person", "car")]
        self.crossing: Row = {"id": "x", "kind": "road", "node": "bh", "hours": chance(([], [hours], [hours])), "dwell": dwell}
        self.services = self._services()
        self.transfers = self._transfers()
        self.scenario = self._scenario()
        self.state = self._state()

    def road(self, start: str, end: str, km: float, suffix: str = "") -> Row:
        km = round(km * self.random.uniform(0.4, 1.2), 2)
        return {"id": f"{start}-{end}{suffix}", "from": start, "to": end, "mode": "highway", "length_km": km, "free_speed_kmh": 40}

    def times(self, most: int) -> list[str]:
        minutes = sorted(self.random.sample(range(300, 1500, 5), self.random.randint(1, most)))
        return [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]

    def service(self, name: str, mode: str, *stops: str, **more: Any) -> Row:
        number = self.random.randint
        row: Row = {
            "id": name, "mode": mode, "stops": list(stops), "departures": self.times(3),
            "run_minutes": [number(10, 90) for _ in stops[1:]], "dwell_min": number(0, 5), **more,
        }  # fmt: skip
        if self.random.random() < 0.7:
            row["return_departures"] = self.times(3)
        else:
            row["directed"] = True
        if self.random.random() < 0.4:
            row["days"] = self.random.sample(WEEKDAYS, number(1, 6))
        if len(stops) > 2 and self.random.random() < 0.4:
            row[self.random.choice(("board_only", "alight_only"))] = [stops[1]]
        return row

    def _services(self) -> list[Row]:
        number = self.random.randint
        emu = {"train_class": "emu"}
        made = [
            self.service("r1", "rail", "s0", "s1", "s2", **emu), self.service("r2", "rail", "s0", "s1", **emu),
            self.service("r3", "rail", "s3", "s1", "s2", **emu), self.service("k1", "coach", "p0", "s1", "p2"),
            self.service("k2", "coach", "s0", "p1"), self.service("v1", "air", "a0", "a2", check_in_min=number(20, 90)),
            self.service("v2", "air", "a2", "a0", check_in_min=number(20, 90), check_out_min=number(5, 30)),
            self.service("v3", "air", "af", "a2"), self.service("w1", "ferry", "q1", "q2"),
            self.service("w2", "ferry", "q1", "q2", check_in_min=number(5, 40)),
        ]  # fmt: skip
        return self.random.sample(made, number(5, len(made)))

    def _transfers(self) -> list[Row]:
        found = []
        for start, end in self.random.sample(
            [
                ("s1", "s3"), ("s0", "a0"), ("q1", "s1"), ("s2", "q2"), ("a2", "s2"), ("p0", "s0"), ("a2", "p2"), ("p1", "s3"),
                ("s2", "p0"), ("p1", "p2"),
            ],
            self.random.randint(2, 9),
        ):  # fmt: skip
            row: Row = {"id": f"t_{start}_{end}", "from": start, "to": end, "mode": "walk", "transfer_min": self.random.randint(2, 20)}
            if self.random.random() < 0.5:
                row |= {"mode": "shuttle", "headway_min": self.random.choice((5, 8, 15))}
            if self.random.random() < 0.4:
                row["between"] = ["06:30", self.random.choice(("12:00", "20:00", "24:30"))]
            row["inside"] = self.random.random() < 0.3
            row["directed"] = self.random.random() < 0.3
            found.append(row)
        return found

    def _scenario(self) -> Row:
        number, chance = self.random.randint, self.random.choice
        modes = ["walk", "bus", "taxi", "drive_and_park"]
        access: Row = {"modes": sorted(self.random.sample(modes, number(1, 4)))}
        if set(access["modes"]) == {"drive_and_park"}:
            access["modes"] = ["drive_and_park", "taxi"]
        access |= {"walk_limit_km": chance((1.5, 3, 6)), "bus_limit_min": number(10, 60), "taxi_limit_min": number(10, 60)}
        access |= {
            "bus_wait_min": number(0, 15),
            "taxi_wait_min": number(0, 10),
            "drive_limit_min": number(10, 90),
            "park_min": number(0, 9),
        }
        access |= {f"{kind}_{end}_min": number(0, 30) for kind in ("rail", "coach", "air", "ferry") for end in ("entry", "exit")}
        access["check_share"] = chance((0, 0.3, 0.5, 1))
        policy = {"transfer": {"walk_factor": chance((1, 1, 0.5, 0.7)), "through_ticket": chance((False, True))}}
        return {"access": access, "policy": policy, "evaluation": {"weekday": chance(WEEKDAYS)}}

    def _state(self) -> State:
        chance, number = self.random.choice, self.random.randint
        periods = chance(((0,), (0, 7 * 3600), (0, 7 * 3600, 19 * 3600)))
        car_s = {}
        for link in self.links:
            if link["mode"] == "highway":
                free = round(link["length_km"] / link["free_speed_kmh"] * 3600)
                car_s[link["id"]] = tuple(free * chance((1, 1, 1, 2, 3)) for _ in periods)
        trips = [(row["id"], back, which) for row in self.services for back in (False, True) for which in range(3)]
        return State(
            periods,
            car_s,
            frozenset(self.random.sample([link["id"] for link in self.links], chance((0, 0, 1, 2)))),
            frozenset(self.random.sample([node["id"] for node in self.nodes], chance((0, 0, 1)))),
            frozenset(self.random.sample(trips, chance((0, 2, 4)))),
            {trip: chance((300, 1800, 7200, 36_000)) + number(0, 1) for trip in self.random.sample(trips, chance((0, 3, 6)))},
        )

    @property
    def records(self) -> dict[str, list[Row]]:
        return {
            "places": self.places, "nodes": self.nodes, "links": self.links, "crossings": [self.crossing], "services": self.services,
            "transfers": self.transfers,
        }  # fmt: skip


class Terminal(NamedTuple):
    """A stop as travellers of one mode meet it, with the seconds to get in, or to get out."""

    stop: str
    mode: str
    seconds: int


class Option(NamedTuple):
    """A local way by one mode: seconds by period."""

    mode: str
    seconds: tuple[int, ...]


def clock_s(text: str) -> int:
    hours, minutes = map(int, text.split(":"))
    return hours * 3600 + minutes * 60


class Meaning:
    """What the records of a world mean in its state."""

    def __init__(self, world: World) -> None:
        self.world, self.state = world, world.state
        self.access: Row = world.scenario["access"]
        self.factor: float = world.scenario["policy"]["transfer"]["walk_factor"]
        self.kind = {node["id"]: node["kind"] for node in world.nodes}
        self.behind = {row["id"]: ABROAD if "timezone" in row else 0 for row in (*world.places, *world.nodes)}
        self.place = {place["id"]: place["id"] for place in world.places} | {
            node["id"]: node.get("place", node["id"]) for node in world.nodes
        }
        self.local_known: dict[tuple[str, str], list[Option]] = {}
        self.board: list[Terminal] = []
        self.alight: list[Terminal] = []
        self.borders: list[Border] = []
        self.border_ends: list[tuple[str, str, str]] = []
        """Kind of traffic (`person`, `car`, `hours`) and ends of each gate."""
        self.roads = self._roads()
        self._gates()
        self.rides: dict[int, tuple[str, bool, int]] = {}
        """Trip of each run."""
        self.hops = self._hops()
        self.transfers = self._transfers()

    # roads

    def open(self, link: Row) -> bool:
        return link["id"] not in self.state.closed_links and not self.state.closed_nodes & {link["from"], link["to"]}

    def _roads(self) -> nx.MultiDiGraph[str]:
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.add_nodes_from(self.place)
        for link in self.world.links:
            if link["mode"] == "highway" and self.open(link):
                for start, end in ((link["from"], link["to"]), (link["to"], link["from"])):
                    graph.add_edge(start, end, km=link["length_km"], s=self.state.car_s[link["id"]])
        return graph

    def least(self, start: str, end: str, by: str, period: int = 0) -> float | None:
        """Least sum over the roads, with no station or airport on the way."""
        graph = self.roads.subgraph([node for node in self.roads if node in {start, end} or self.kind.get(node) not in NO_THROUGH])

        def cost(_tail: str, _head: str, parallel: Row) -> float:
            return min(float(edge["km"] if by == "km" else edge["s"][period]) for edge in parallel.values())

        try:
            return float(nx.dijkstra_path_length(graph, start, end, weight=cost))
        except nx.NetworkXNoPath:
            return None

    def local(self, start: str, end: str, *, own_car: bool) -> list[Option]:
        """Ways between two nodes on foot, by bus, taxi, or own car."""
        if (start, end) not in self.local_known:
            self.local_known[start, end] = self._local(start, end)
        return [option for option in self.local_known[start, end] if own_car or option.mode != "drive"]

    def _local(self, start: str, end: str) -> list[Option]:
        access, count = self.access, len(self.state.periods)
        found = []
        km = self.least(start, end, "km")
        if km is not None and (km <= access["walk_limit_km"] if "walk" in access["modes"] else start == end):
            found.append(Option("walk", (round(km / 4.8 * 3600),) * count))
        cars = [self.least(start, end, "s", period) for period in range(count)]
        rides = (("bus", "bus", 1.8, "bus_limit_min", "bus_wait_min"), ("taxi", "taxi", 1.0, "taxi_limit_min", "taxi_wait_min"))
        for name, mode, factor, limit, more in (*rides, ("drive", "drive_and_park", 1.0, "drive_limit_min", "park_min")):
            if mode in access["modes"] and all(car is not None and car * factor <= access[limit] * 60 for car in cars):
                found.append(Option(name, tuple(round((car or 0) * factor + access[more] * 60) for car in cars)))
        return found

    # gates

    def _gates(self) -> None:
        crossing = self.world.crossing
        open_s, span_s = 0, DAY
        for hours in crossing["hours"]:
            open_s, span_s = clock_s(hours["open"]), clock_s(hours["close"]) - clock_s(hours["open"])
            open_s += ABROAD if hours["timezone"] != "Asia/Shanghai" else 0
        bridge = next(link for link in self.world.links if link["id"] == "bridge")
        for dwell in crossing["dwell"] if self.open(bridge) else ():
            for ends in (("bh", "bf"), ("bf", "bh")):
                self.border_ends.append((dwell["traffic"], *ends))
                self.borders.append(Border(open_s, span_s, dwell["dwell_min"] * 60))
        for row in self.world.transfers:
            if "between" in row:
                first, last = map(clock_s, row["between"])
                self.border_ends.append(("hours", row["id"], ""))
                self.borders.append(Border(first, last - first, 0))

    def between(self, start: str, end: str, out_s: int, in_s: int, *, own_car: bool = False, near: bool = True) -> list[AWay]:
        """Ways from node to node, seconds at both ends on top: local ones, or where there are none across a border."""
        options = self.local(start, end, own_car=own_car)
        count = len(self.state.periods)
        if options:
            return [AWay(0, 0, tuple(out_s + s + in_s for s in option.seconds), -1, (0,) * count) for option in options] if near else []
        return [
            AWay(0, 0, tuple(out_s + s for s in first.seconds), gate, tuple(s + in_s for s in second.seconds))
            for gate, (traffic, near_side, far_side) in enumerate(self.border_ends)
            if traffic == "person"
            for first in self.local(start, near_side, own_car=own_car)
            for second in self.local(far_side, end, own_car=False)
        ]

    def drives(self, start: str, end: str) -> list[AWay]:
        """Own car all the way: by road, or where no road leads there across a border."""
        periods = range(len(self.state.periods))
        park_s = self.access["park_min"] * 60
        cars = [self.least(start, end, "s", period) for period in periods]
        if start == end:
            return []
        if None not in cars:
            return [AWay(0, 0, tuple(round(car or 0) + park_s for car in cars), -1, (0,) * len(cars))]
        found = []
        for gate, (traffic, near_side, far_side) in enumerate(self.border_ends):
            there = [self.least(start, near_side, "s", period) for period in periods if traffic == "car"]
            back = [self.least(far_side, end, "s", period) for period in periods if traffic == "car"]
            if there and None not in there and None not in back:
                found.append(AWay(0, 0, tuple(round(car or 0) for car in there), gate, tuple(round(car or 0) + park_s for car in back)))
        return found

    # points and trips

    def terminal(self, service: Row, stop: str, *, leaving: bool) -> Terminal:
        end, own = ("exit", "check_out_min") if leaving else ("entry", "check_in_min")
        given = service.get(own)
        minutes = self.access[f"{service['mode']}_{end}_min"] if given is None else given
        return Terminal(stop, service["mode"], round(minutes * 60 * self.factor))

    def point(self, known: list[Terminal], terminal: Terminal) -> int:
        if terminal not in known:
            known.append(terminal)
        return known.index(terminal)

    def links_of(self, service: Row) -> set[str]:
        """Links that a service runs over; coaches take the quickest road with nobody on it."""
        if service["mode"] == "air":
            return set()
        ends = list(itertools.pairwise(service["stops"]))
        if service["mode"] != "coach":
            return {
                link["id"]
                for link in self.world.links
                for pair in ends
                if link["mode"] in {"rail", "ferry"} and {link["from"], link["to"]} == set(pair)
            }
        found = set()
        for start, end in ends:
            graph: nx.Graph[str] = nx.Graph()
            for link in sorted(self.world.links, key=lambda item: -item["length_km"]):
                if link["mode"] == "highway" and all(
                    self.kind.get(node) not in NO_THROUGH or node in {start, end} for node in (link["from"], link["to"])
                ):
                    graph.add_edge(link["from"], link["to"], id=link["id"], s=round(link["length_km"] / link["free_speed_kmh"] * 3600))
            found |= {graph[tail][head]["id"] for tail, head in itertools.pairwise(nx.dijkstra_path(graph, start, end, weight="s"))}
        return found

    def _hops(self) -> list[Hop]:
        """Trips of the day looked at, two days before and two after, in pieces where a stop is closed."""
        found = []
        run = 0
        today = WEEKDAYS.index(self.world.scenario["evaluation"]["weekday"])
        for service in self.world.services:
            if self.links_of(service) & self.state.closed_links:
                continue
            for back in (False, True)[: 1 if service.get("directed") else 2]:
                stops, minutes = (service[key][:: -1 if back else 1] for key in ("stops", "run_minutes"))
                no_entry, no_exit = (
                    service.get(key, ()) for key in (("board_only", "alight_only") if back else ("alight_only", "board_only"))
                )
                for which, text in enumerate(service["return_departures" if back else "departures"]):
                    trip = (service["id"], back, which)
                    if trip in self.state.cancelled:
                        continue
                    for offset in range(-2, 3):
                        if WEEKDAYS[(today + offset) % 7] not in service.get("days", WEEKDAYS):
                            continue
                        leave = clock_s(text) + self.behind[stops[0]] + offset * DAY + self.state.late_s.get(trip, 0)
                        run += 1
                        for (start, end), ride in zip(itertools.pairwise(stops), minutes, strict=True):
                            arrive = leave + ride * 60
                            if self.state.closed_nodes & {start, end}:
                                run += 1
                            else:
                                board = -1 if start in no_entry else self.point(self.board, self.terminal(service, start, leaving=False))
                                alight = -1 if end in no_exit else self.point(self.alight, self.terminal(service, end, leaving=True))
                                self.rides[run] = trip
                                found.append(Hop(leave, arrive, run, board, alight))
                            leave = arrive + service["dwell_min"] * 60
        return sorted(found)

    def entry_at_change_s(self, point: Terminal) -> int:
        through = self.world.scenario["policy"]["transfer"]["through_ticket"]
        return round(point.seconds * (1 - self.access["check_share"])) if through else point.seconds

    def _transfers(self) -> list[AWay]:
        least = {
            row["id"]: round(row.get("minimum_connection_min", 15) * self.factor * 60) for row in (*self.world.places, *self.world.nodes)
        }
        found = []
        for (row, alight), (to, board) in itertools.product(enumerate(self.alight), enumerate(self.board)):
            entry = self.entry_at_change_s(board)
            if alight.stop == board.stop:
                seconds = least[board.stop]
                if alight.mode != board.mode:
                    seconds = max(seconds, alight.seconds + entry)
                ways = [self.always(seconds)]
            else:
                same_city = self.place[alight.stop] == self.place[board.stop]
                ways = self.between(alight.stop, board.stop, alight.seconds, entry, near=same_city)
                ways += self.by_record(alight.stop, board.stop, alight.seconds, entry)
                ways += self.by_record(alight.stop, board.stop, inside=True)
            found += [way._replace(row=row, to=to) for way in ways]
        return found

    def always(self, seconds: int) -> AWay:
        count = len(self.state.periods)
        return AWay(0, 0, (seconds,) * count, -1, (0,) * count)

    def by_record(self, start: str, end: str, out_s: int = 0, in_s: int = 0, *, inside: bool = False) -> list[AWay]:
        """Ways that records give from node to node, seconds at both ends on top."""
        found = []
        for record in self.world.transfers:
            ends = [(record["from"], record["to"]), *([] if record["directed"] else [(record["to"], record["from"])])]
            if record["inside"] != inside or (start, end) not in ends or self.state.closed_nodes & {start, end}:
                continue
            wait = round(record.get("headway_min", 0) * 30)
            way = round(record["transfer_min"] * 60 * (self.factor if inside else 1)) + wait
            if "between" in record:
                gate = self.border_ends.index(("hours", record["id"], ""))
                count = len(self.state.periods)
                found.append(AWay(0, 0, (out_s,) * count, gate, (way + in_s,) * count))
            else:
                found.append(self.always(out_s + way + in_s))
        return found

    def small(self, origin: str, destination: str, services: tuple[str, ...], *, direct: tuple[str, ...], start: int) -> Small:
        """The journeys from place to place by some modes of service, and ways all along: `near`, or by own `car`."""
        known = {row["id"]: row["mode"] for row in self.world.services}
        hops = tuple(hop for hop in self.hops if known[self.rides[hop.run][0]] in services and hop.depart >= start)
        access = [
            way._replace(to=number)
            for number, point in enumerate(self.board)
            for way in (
                *self.between(origin, point.stop, 0, point.seconds, own_car=True),
                *self.by_record(origin, point.stop, 0, point.seconds),
            )
        ]
        egress = [
            way._replace(row=number)
            for number, point in enumerate(self.alight)
            for way in (*self.between(point.stop, destination, point.seconds, 0), *self.by_record(point.stop, destination, point.seconds))
        ]
        whole = self.between(origin, destination, 0, 0) + self.by_record(origin, destination) if "near" in direct else []
        whole += self.drives(origin, destination) if "car" in direct else []
        return Small(
            self.state.periods, tuple(self.borders), max(len(self.board), len(self.alight)), hops, 0,
            tuple(access), tuple(self.transfers), tuple(egress), tuple(whole),
        )  # fmt: skip
