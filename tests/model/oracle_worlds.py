"""Small worlds of a seed for the whole of flows: roads, a railway, a river, ferries, a border, ports, works; written as YAML in a folder.

Nothing here comes from bbwnet but reading and building, which other tests look after: what the oracles reckon with are the records.
"""

from __future__ import annotations

import copy
import functools
import json
import math
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from bbwnet.model.flows import Flows, flows
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario

Row = dict[str, Any]
SOURCED: Row = {"source": "made_up", "confidence": "assumed"}
ZONES = ("inland", "harbour", "market", "mill", "island")
PORTS = ("port_east", "port_west", "port_island")


def _name(text: str) -> Row:
    return {"zh": text, "en": text}


@dataclass
class World:
    """Records of a network and settings of its scenario; each may be changed before it is written."""

    records: dict[str, list[Row]] = field(default_factory=dict)
    settings: Row = field(default_factory=dict)

    def copy(self) -> World:
        """The same, to be changed."""
        return copy.deepcopy(self)

    def record(self, kind: str, name: str) -> Row:
        """One record."""
        return next(row for row in self.records[kind] if row["id"] == name)

    def shuffled(self, seed: int) -> World:
        """The same records in another order; only the order within each list changes."""
        found, draw = self.copy(), random.Random(seed)  # noqa: S311  no secret
        for rows in found.records.values():
            draw.shuffle(rows)
        return found

    def write(self, folder: Path) -> Path:
        """Write network and scenario; JSON is YAML too."""
        network = folder / "network"
        network.mkdir(parents=True, exist_ok=True)
        header = {
            "schema": 1, "id": "oracle", "name": _name("oracle"), "timezone": "Asia/Shanghai", "base_date": "2016-12-31",
            "bounds": {"west": 100.0, "south": 15.0, "east": 125.0, "north": 45.0},
            "data_from": "2016-01-01", "data_until": "2035-12-31", "minimum_connection_min": 5, "include": ["all.yaml"],
        }  # fmt: skip
        known = {"made_up": "Made for the tests", "planner_assumption": "Assumed by the planner"}
        plan = {
            "title": _name("plan"), "source": "made_up", "main_cities": ["coast"], "centres": ["coast"], "neighbours": [],
            "clauses": [{"id": "X1", "kind": "link", "name": _name("all"), "measure": "minutes"}],
        }  # fmt: skip
        body = {"schema": 1, "sources": {key: {"title": title, "licence": "facts"} for key, title in known.items()}, "plan": plan}
        scenario = {"schema": 1, "name": _name("oracle"), "network": "network", "as_of": "2016-12-31", "projects": {"by": "opened"}}
        (network / "network.yaml").write_text(json.dumps(header), encoding="utf-8")
        (network / "all.yaml").write_text(json.dumps(body | self.records), encoding="utf-8")
        (folder / "scenario.yaml").write_text(json.dumps(scenario | self.settings), encoding="utf-8")
        return folder / "scenario.yaml"

    def build(self, folder: Path, *overrides: str) -> Network:
        """The network of the written world."""
        return build_network(load_scenario(self.write(folder), overrides=overrides))


def merged(settings: Row, more: Row) -> Row:
    """Settings with others put in, level by level."""
    found = dict(settings)
    for key, value in more.items():
        found[key] = merged(found[key], value) if isinstance(value, dict) and isinstance(found.get(key), dict) else value
    return found


def world(seed: int) -> World:
    """A world of a seed."""
    return _Maker(seed).made


class _Maker:
    """Draws lengths, people, tonnes and timetables."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311  no secret
        self.made = World()
        self.made.records = {
            "cities": [
                {"id": "coast", "name": _name("coast"), "province": "guangxi", "role": "core", "centre": "harbour", **SOURCED}
            ],
            "places": self._places(), "nodes": self._nodes(), "links": self._links(), "services": self._services(),
            "terminals": self._terminals(), "crossings": self._crossings(), "locks": self._locks(),
            "freight_sites": self._sites(), "tariffs": self._tariffs(),
            "run_time_classes": [
                {"id": name, "train_class": name, "design_speed_from_kmh": 0, "design_speed_until_kmh": 400, "train_speed_max_kmh": 160,
                 "speed_factor": 0.8, "start_loss_min": 2, "stop_loss_min": 1, "dwell_min": 2, **SOURCED}
                for name in ("conventional", "emu_250")
            ],
        }  # fmt: skip
        self.made.settings = self._settings()
        self._lengthen()

    def _lengthen(self) -> None:
        """No link is shorter than the great circle, and none much longer."""
        at = {row["id"]: (row["lon"], row["lat"]) for kind in ("places", "nodes") for row in self.made.records[kind]}
        for row in self.made.records["links"]:
            (x, y), (u, v) = at[row["from"]], at[row["to"]]
            km = 6371 * math.radians(math.hypot((u - x) * math.cos(math.radians((y + v) / 2)), v - y))
            row["length_km"] = round(max(km, 0.5) * self.draw.uniform(1.05, 1.35) + 0.05, 1)

    def _places(self) -> list[Row]:
        where = {"inland": (108.3, 23.2), "market": (108.6, 22.5), "harbour": (109.1, 21.6), "mill": (108.1, 21.9), "island": (109.5, 20.7)}
        rows: list[Row] = []
        for name, (lon, lat) in where.items():
            persons = self.draw.randrange(200_000, 3_000_000)
            rows.append({"id": name, "name": _name(name), "kind": "zone", "city": "coast", "lon": lon, "lat": lat, **SOURCED})
            rows[-1]["population"] = [{"year": 2016, "persons": persons, **SOURCED}]
            rows[-1]["gdp"] = [{"year": 2016, "gdp_cny": persons * self.draw.uniform(2e4, 9e4), **SOURCED}]
        for name, (lon, lat), clock in (("upland", (107.5, 24.6), None), ("abroad", (106.6, 21.9), "Asia/Ho_Chi_Minh")):
            rows.append({"id": name, "name": _name(name), "kind": "gateway", "lon": lon, "lat": lat, **SOURCED})
            rows[-1]["population"] = [{"year": 2016, "persons": self.draw.randrange(300_000, 4_000_000), **SOURCED}]
            if clock:
                rows[-1]["timezone"] = clock
        return rows

    def _nodes(self) -> list[Row]:
        rows = [
            ("station_inland", "station", 108.31, 23.21, "inland"), ("station_market", "station", 108.61, 22.51, "market"),
            ("station_harbour", "station", 109.11, 21.62, "harbour"), ("airport_inland", "airport", 108.2, 23.1, "inland"),
            ("airport_far", "airport", 116.0, 39.5, None), ("airport_island", "airport", 109.52, 20.66, "island"),
            ("port_east", "port", 109.15, 21.5, "harbour"), ("port_west", "port", 108.12, 21.8, "mill"),
            ("port_island", "port", 109.5, 20.8, "island"), ("quay_inland", "port", 108.35, 23.15, "inland"),
            ("lock", "lock", 108.7, 22.4, None), ("border_home", "border_crossing", 107.2, 21.95, None),
            ("border_away", "border_crossing", 107.15, 21.95, None), ("far_coast", "port", 121.0, 31.0, None),
            ("old_port", "port", 118.0, 38.0, None), ("junction", "junction", 108.4, 22.2, None),
        ]  # fmt: skip
        made: list[Row] = []
        for name, kind, lon, lat, place in rows:
            made.append({"id": name, "name": _name(name), "kind": kind, "lon": lon, "lat": lat, **SOURCED})
            if place:
                made[-1]["place"] = place
        made[12]["timezone"] = "Asia/Ho_Chi_Minh"
        return made

    def road(self, one: str, two: str, kind: str, lanes: int, speed: float, toll: float = 0.0, suffix: str = "") -> Row:
        return {
            "id": f"road_{one}-{two}{suffix}", "from": one, "to": two, "mode": "highway", "line": f"l{suffix or '_main'}",
            "road_class": kind, "lanes": lanes, "free_speed_kmh": speed, "toll_cny_km": toll, **SOURCED,
        }  # fmt: skip

    def _links(self) -> list[Row]:
        lanes: Callable[[], int] = functools.partial(self.draw.choice, (2, 4))
        rows = [
            self.road("inland", "market", "expressway", lanes(), 110, 0.4),
            self.road("inland", "market", "class_2", 2, 65, 0.0, "_old"),
            self.road("market", "harbour", "expressway", lanes(), 100, 0.4),
            self.road("market", "junction", "class_1", 2, 80),
            self.road("junction", "harbour", "class_2", 2, 70),
            self.road("junction", "mill", "class_1", lanes(), 80),
            self.road("mill", "harbour", "class_2", 2, 65),
            self.road("mill", "border_home", "class_2", 2, 60),
            self.road("border_away", "abroad", "class_2", 2, 60),
            self.road("upland", "inland", "expressway", 4, 100, 0.4),
            self.road("upland", "mill", "class_1", 2, 75),
            self.road("harbour", "port_east", "urban", 4, 40),
            self.road("mill", "port_west", "urban", 4, 40),
            self.road("island", "port_island", "class_1", 4, 60),
        ]
        rows += [
            self.road(place, f"{kind}_{place}", "urban", 4, 40)
            for kind, place in (
                ("station", "inland"),
                ("station", "market"),
                ("station", "harbour"),
                ("airport", "inland"),
                ("airport", "island"),
            )
        ]
        rows.append(self.road("inland", "quay_inland", "urban", 2, 40))
        track = {"mode": "rail", "line": "main", "design_speed_kmh": 160, "electrified": True, "use": "mixed", **SOURCED}
        for one, two in (("station_inland", "station_market"), ("station_market", "station_harbour")):
            rows.append({"id": f"rail_{one}-{two}", "from": one, "to": two, "tracks": self.draw.choice((1, 2)), **track})
        water = [
            ("ferry_strait", "port_east", "port_island", "ferry"), ("sea_east", "port_east", "far_coast", "sea"),
            ("sea_west", "port_west", "far_coast", "sea"), ("sea_island", "port_island", "far_coast", "sea"),
            ("sea_short", "port_east", "port_island", "sea"), ("sea_old", "old_port", "far_coast", "sea"),
            ("river_up", "quay_inland", "lock", "waterway"), ("river_down", "lock", "port_east", "waterway"),
        ]  # fmt: skip
        rows += [{"id": name, "from": one, "to": two, "mode": mode, "line": "water", **SOURCED} for name, one, two, mode in water]
        bridge = {"id": "bridge", "from": "border_home", "to": "border_away", "mode": "border", "line": "b", "crossing": "crossing"}
        return [*rows, bridge | SOURCED]

    def _services(self) -> list[Row]:
        number = self.draw.randint
        stops = ["station_inland", "station_market", "station_harbour"]
        span = ["06:30", "21:00"]
        return [
            {"id": "train", "mode": "rail", "train_class": "emu_250", "stops": stops, "trips_per_day": number(4, 9), "between": span,
             "run_minutes": [number(60, 80), number(60, 80)], "dwell_min": 3, "seats": number(300, 900), **SOURCED},
            {"id": "slow_train", "mode": "rail", "train_class": "conventional", "stops": stops[:2], "departures": ["07:10", "15:00"],
             "return_departures": ["09:40", "18:20"], "run_minutes": [number(90, 120)], "seats": number(100, 400), **SOURCED},
            {"id": "coach", "mode": "coach", "stops": ["market", "mill"], "trips_per_day": number(5, 12), "between": ["07:00", "19:00"],
             "run_minutes": [number(75, 100)], "seats": 45, **SOURCED},
            {"id": "coach_long", "mode": "coach", "stops": ["inland", "market", "harbour"], "trips_per_day": number(3, 8),
             "between": ["07:00", "18:00"], "run_minutes": [number(90, 120), number(100, 140)], "seats": 45, **SOURCED},
            {"id": "ferry", "mode": "ferry", "stops": ["port_east", "port_island"], "trips_per_day": number(6, 14),
             "between": ["06:00", "20:00"],
             "run_minutes": [number(150, 220)], "check_in_min": 30, "check_out_min": 10, "carries_vehicles": True, "fare_car_cny": 400,
             "seats": number(200, 900), **SOURCED},
            {"id": "flight", "mode": "air", "stops": ["airport_inland", "airport_island"], "departures": ["08:00", "17:00"],
             "return_departures": ["10:30", "19:30"], "run_minutes": [65], "seats": 160, **SOURCED},
            {"id": "flight_far", "mode": "air", "stops": ["airport_inland", "airport_far"], "departures": ["09:00", "13:00"],
             "return_departures": ["12:30", "17:00"], "run_minutes": [190], "seats": 160, **SOURCED},
        ]  # fmt: skip

    def _terminals(self) -> list[Row]:
        rows: list[Row] = [
            {"id": "east_boxes", "port": "port_east", "commodities": ["containers"], "berths": 2,
             "capacity_teu_per_year": self.draw.randrange(600_000, 2_500_000)},
            {"id": "east_bulk", "port": "port_east", "commodities": ["coal", "ore", "oil", "grain", "steel", "building_material",
             "general"], "berths": 4,
             "capacity_tonnes_per_year": self.draw.randrange(15_000_000, 40_000_000)},
            {"id": "west_all", "port": "port_west", "commodities": ["coal", "ore", "grain", "general", "containers"], "berths": 3,
             "capacity_tonnes_per_year": self.draw.randrange(12_000_000, 30_000_000)},
        ]  # fmt: skip
        return [{**row, "name": _name(str(row["id"])), **SOURCED} for row in rows]

    @staticmethod
    def _crossings() -> list[Row]:
        dwell = [
            {"traffic": who, "valid_from": "2010-01-01", "dwell_min": minutes, **SOURCED}
            for who, minutes in (("car", 50), ("truck", 240), ("person", 40))
        ]
        return [{"id": "crossing", "name": _name("crossing"), "kind": "road", "node": "border_home", "lanes": 2, "dwell": dwell, **SOURCED}]

    def _locks(self) -> list[Row]:
        capacity = self.draw.randrange(1_500_000, 6_000_000)
        return [
            {
                "id": "the_lock",
                "name": _name("lock"),
                "node": "lock",
                "chambers": 1,
                "capacity_one_way_tonnes_per_year": capacity,
                "wait_min": 120,
                **SOURCED,
            }
        ]

    def _sites(self) -> list[Row]:
        rows = [
            ("mine", "upland", "coal", "production"), ("power", "port_west", "coal", "attraction"),
            ("smelter", "mill", "ore", "attraction"),
            ("crusher", "port_east", "grain", "attraction"), ("works", "mill", "steel", "production"),
            ("sawmill", "inland", "other", "production"),
            ("abroad_buys", "abroad", "building_material", "attraction"), ("abroad_sells", "abroad", "other", "production"),
        ]  # fmt: skip
        made = [
            {"id": name, "end": end, "commodity": commodity, "direction": way, "tonnes_per_year": self.draw.randrange(100_000, 2_500_000)}
            for name, end, commodity, way in rows
        ]
        for commodity in ("coal", "ore", "oil", "containers", "grain", "steel", "building_material", "other"):
            for way, verb in (("production", "sells"), ("attraction", "buys")):
                made.append(
                    {
                        "id": f"far_{verb}_{commodity}",
                        "end": "far_coast",
                        "commodity": commodity,
                        "direction": way,
                        "tonnes_per_year": 1e6,
                        "balances": True,
                    }
                )
        return [{**row, "name": _name(str(row["id"])), "year": 2016, **SOURCED} for row in made]

    def _tariffs(self) -> list[Row]:
        rows: list[Row] = [
            {"id": "rail_fare", "mode": "rail", "bands": [{"from_km": 0, "rate_cny_km": 0.35}]},
            {"id": "coach_fare", "mode": "coach", "bands": [{"from_km": 0, "rate_cny_km": 0.3}]},
            {"id": "ferry_fare", "mode": "ferry", "start_cny": 45},
            {"id": "air_fare", "mode": "air", "start_cny": 300, "bands": [{"from_km": 0, "rate_cny_km": 0.6}]},
            {"id": "fuel", "mode": "drive", "per": "vehicle", "bands": [{"from_km": 0, "rate_cny_km": 0.5}]},
            {"id": "taxi_fare", "mode": "taxi", "per": "vehicle", "start_cny": 8, "bands": [{"from_km": 2, "rate_cny_km": 2.0}]},
            {"id": "bus_fare", "mode": "bus", "start_cny": 2},
        ]
        return [{**row, "valid_from": "2010-01-01", **SOURCED} for row in rows]

    def _settings(self) -> Row:
        uniform = self.draw.uniform
        purposes = {
            "business": {"trips_per_person_year": round(uniform(2, 6), 2)},
            "leisure": {"trips_per_person_year": round(uniform(5, 12), 2)},
            "commuting": {"trips_per_person_year": round(uniform(1, 4), 2), "longest_min": 150},
        }
        nests = {
            "own": {"modes": ["car"]}, "open": {"modes": ["coach", "rail", "air", "ferry"], "scale": round(uniform(0.4, 0.9), 2)},
            "near": {"modes": ["local"]},
        }  # fmt: skip
        return {
            "demand": {"passenger": {"purposes": purposes}},
            "choice": {"nests": nests, "car_available": {"leisure": round(uniform(0.2, 0.7), 2)}},
            "freight_chains": {
                "capacity": {"ferry_vehicles_sailing": 300.0, "lane_trucks_h": 40.0},
                "choice": {"port_scale": round(uniform(0.6, 0.95), 2), "inland_scale": round(uniform(0.3, 0.6), 2)},
            },
        }


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Rows of a table, columns by name."""
    yield from frame.itertuples()


@functools.cache
def network_of(seed: int, *overrides: str) -> Network:
    """The network of a world as it is."""
    with tempfile.TemporaryDirectory() as folder:
        return world(seed).build(Path(folder), *overrides)


@functools.cache
def flows_of(seed: int, *overrides: str) -> Flows:
    """Its flows."""
    return flows(network_of(seed, *overrides))
