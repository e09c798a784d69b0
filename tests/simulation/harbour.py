"""A harbour made for tests: one port, terminals and a channel as a test asks for, ships by streams, written as YAML."""

from __future__ import annotations

from pathlib import Path

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import Record, simulate_once
from bbwnet.simulation.ports import PortDay, Ports
from bbwnet.simulation.visits import Visits

MADE_UP = "source: made_up, confidence: assumed"

_INDEX = """schema: 1
id: harbour
name: {zh: 海港, en: Harbour}
timezone: Asia/Shanghai
bounds: {west: 107.0, south: 21.0, east: 110.0, north: 23.5}
base_date: 2016-12-31
data_from: 2016-01-01
data_until: 2030-12-31
include: [harbour.yaml]
"""
_RECORDS = """schema: 1
sources: {made_up: {title: Made for the tests, licence: facts}}
cities: [{id: qinzhou, name: {zh: 钦州, en: Qinzhou}, province: guangxi, role: important_node, centre: qinnan, SOURCED}]
places: [{id: qinnan, name: {zh: 钦南区, en: Qinnan}, kind: zone, city: qinzhou, lon: 108.62, lat: 21.95, SOURCED}]
nodes: [{id: harbour, name: {zh: 海港, en: Harbour}, kind: port, lon: 108.6, lat: 21.7, place: qinnan, SOURCED}]
links:
  - {id: qinnan-harbour, from: qinnan, to: harbour, mode: highway, line: s1, road_class: class_1, lanes: 4, length_km: 30,
     free_speed_kmh: 60, SOURCED}
terminals:
"""
_SCENARIO = """schema: 1
name: {zh: 海港, en: Harbour}
network: network
as_of: 2016-12-31
"""


def write_harbour(
    folder: Path, terminals: list[str], simulation: str, *, channel: str | None = None, disruptions: tuple[str, ...] = ()
) -> Path:
    """The scenario's file; terminals and channel are the keys of a record besides name, port and provenance."""
    (folder / "network").mkdir(parents=True, exist_ok=True)
    (folder / "network" / "network.yaml").write_text(_INDEX, encoding="utf-8")
    text = _RECORDS.replace("SOURCED", MADE_UP)
    for terminal in terminals:
        text += f"  - {{name: {{zh: 码头, en: Quay}}, port: harbour, commodities: [general], {MADE_UP}, {terminal}}}\n"
    if channel is not None:
        text += f"channels:\n  - {{name: {{zh: 航道, en: Channel}}, ports: [harbour], {MADE_UP}, {channel}}}\n"
    (folder / "network" / "harbour.yaml").write_text(text, encoding="utf-8")
    told = "".join(f"\n  - {item}" for item in disruptions)
    scenario = folder / "scenario.yaml"
    whole = f"{_SCENARIO}simulation: {{flows: false, warm_up_h: 0, {simulation}}}\n" + (f"disruptions:{told}\n" if told else "")
    scenario.write_text(whole, encoding="utf-8")
    return scenario


def ships(identifier: str, at: str, moments: list[str], service: str, dwt: float | None = None) -> str:
    """A stream of ships by the clock; `moments` as `day 1 05:00`."""
    times = ", ".join(f'"{moment}"' for moment in moments)
    size = "" if dwt is None else f", dwt: {dwt}"
    return f"{{id: {identifier}, what: ship, at: {at}, arrivals: {{process: schedule, times: [{times}]}}, service: {{{service}}}{size}}}"


def network_of(path: Path) -> Network:
    """The network of a scenario's file."""
    return build_network(load_scenario(path))


def port_day(network: Network, day: PortDay | None = None, replication: int = 0) -> Record:
    """One replication with ports alone."""
    return simulate_once(network, {"ports": lambda world: Ports(world, day or PortDay())}, replication)


def at(record: Record, kind: str, server: str) -> Visits:
    """The visits of one server."""
    return next(item for item in record.visits if (item.kind, item.server) == (kind, server))
