"""A strait of two ports for tests of ferries: written as YAML, built, simulated."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import Record, simulate_once
from bbwnet.simulation.ferries import Ferries

NETWORK = """
schema: 1
id: strait
name: {zh: 海峡, en: Strait}
timezone: Asia/Shanghai
bounds: {west: 109.0, south: 19.0, east: 111.0, north: 21.0}
base_date: 2020-12-31
data_from: 2020-01-01
data_until: 2030-12-31
include: [records.yaml]
"""
RECORDS = """
schema: 1
sources: {made_up: {title: made up, licence: facts}, planner_assumption: {title: ours, licence: facts}}
cities:
  - {id: town, name: {zh: 城, en: Town}, province: hainan, role: core,
     centre: south_town, main_stations: [], source: made_up, confidence: assumed}
places:
  - {id: south_town, name: {zh: 南, en: South}, kind: zone, city: town,
     lon: 110.0, lat: 20.0, source: made_up, confidence: assumed}
nodes:
  - {id: south, name: {zh: 南港, en: South port}, kind: ferry_terminal, lon: 110.0, lat: 20.02,
     place: south_town, source: made_up, confidence: assumed}
  - {id: north, name: {zh: 北港, en: North port}, kind: ferry_terminal, lon: 110.0, lat: 20.2,
     place: south_town, source: made_up, confidence: assumed}
links:
  - {id: route, from: south, to: north, mode: ferry, line: strait, length_km: 22.0, source: made_up, confidence: assumed}
  - {id: quay, from: south_town, to: south, mode: highway, line: quay, length_km: 3.0, road_class: urban, lanes: 2, free_speed_kmh: 40.0,
     source: made_up, confidence: assumed}
services:
  - {id: boat, mode: ferry, stops: [south, north], departures: ["06:00", "08:00", "10:00"], return_departures: ["07:00", "09:00", "11:00"],
     run_minutes: [60.0], carries_vehicles: true, source: made_up, confidence: assumed}
terminals:
  - {id: berths_south, name: {zh: 泊位, en: Berths}, port: south, commodities: [roro], berths: 2, source: made_up, confidence: assumed}
  - {id: berths_north, name: {zh: 泊位, en: Berths}, port: north, commodities: [roro], berths: 2, source: made_up, confidence: assumed}
vessel_classes:
  - {id: ship, name: {zh: 船, en: Ship}, seats: 1000.0, lane_m: 100.0, speed_kmh: 22.0, wind_max_ms: 17.0, visibility_min_m: 500.0,
     visibility_slow_m: 1000.0, slow_factor: 0.5, source: made_up, confidence: assumed}
fleets:
  - {id: ships, name: {zh: 船队, en: Ships}, service: boat, vessel_class: ship, ships: 2, source: made_up, confidence: assumed}
groups:
  - {id: all_boats, name: {zh: 全部, en: All}, members: [sub, south], source: made_up, confidence: assumed}
  - {id: sub, name: {zh: 部分, en: Part}, members: [route], source: made_up, confidence: assumed}
"""
SCENARIO = """
schema: 1
name: {zh: 海峡, en: Strait}
network: network
as_of: 2021-01-01
simulation:
  flows: false
  warm_up_h: 0.0
  run_out_h: 6.0
  ferries:
    lane_m: {car: 5.0, heavy_truck: 20.0}
    cohort_min: 1.0
"""
DEMAND = """
    demand:
      - {id: out, from: [south], to: [north], vehicles: [%s], mix: {car: 1.0},
         persons_per_vehicle: 2.0, waiting: %s, source: made_up, confidence: assumed}
"""


def write(folder: Path, more: str = "", records: str = RECORDS) -> Path:
    """Write the strait with a scenario; gives the scenario's path."""
    (folder / "network").mkdir(exist_ok=True)
    (folder / "network" / "network.yaml").write_text(NETWORK, encoding="utf-8")
    (folder / "network" / "records.yaml").write_text(records, encoding="utf-8")
    (folder / "scenario.yaml").write_text(SCENARIO + more, encoding="utf-8")
    return folder / "scenario.yaml"


def strait(folder: Path, more: str = "", *settings: str, records: str = RECORDS) -> Network:
    """The strait as a network."""
    return build_network(load_scenario(write(folder, more, records), overrides=settings))


def simulated(network: Network) -> Record:
    """One replication."""
    return simulate_once(network, {"ferries": Ferries})


def sailings(record: Record, port: str = "south") -> pd.DataFrame:
    """Sailings from a port in order of time."""
    frame = record.tables["ferry_sailings"]
    return frame[frame["from"] == port].reset_index(drop=True)
