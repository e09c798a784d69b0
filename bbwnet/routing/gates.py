"""Gates: border crossings with their hours and the time that both sides take, and shuttles that run at some hours only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.network.border_hours import hours_of_persons
from bbwnet.network.car_times import border_dwell_min
from bbwnet.network.trips import clock_shift_seconds
from bbwnet.scenario.schema.base import DAY_SECONDS, clock_seconds

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.scenario.schema.terminals import Crossing

Traffic = Literal["person", "car"]

ALWAYS_S = DAY_SECONDS
"""Seconds of opening of a crossing whose hours are not known, or that never closes."""


@dataclass(frozen=True)
class Gate:
    """One crossing for one kind of traffic, in one direction; or the hours of a transfer."""

    kind: Literal["border", "hours"]
    link: str
    """Border link, or transfer."""
    traffic: Traffic
    from_node: str
    to_node: str
    open_s: int
    """Second of the day, on the region's clock."""
    span_s: int
    dwell_s: int


def gates_of(network: Network, state: NetworkState) -> tuple[Gate, ...]:
    """Every border link that persons or cars may pass in this state, in both directions, sorted by link."""
    single = network.settings.policy.border.single_inspection
    kinds: tuple[Traffic, ...] = ("person", "car")
    found: list[Gate] = []
    for link in network.assembly.links.values():
        crossing = network.assembly.crossings.get(link.crossing) if link.mode == "border" else None
        if crossing is None or _closed(state, link.id, link.from_, link.to):
            continue
        for traffic in kinds:
            dwell = border_dwell_min(crossing, traffic, network.as_of, single_inspection=single)
            if dwell is None:
                continue
            hours = opening_seconds(network, crossing)
            if hours is None:
                continue
            open_s, span_s = hours
            ends = [(link.from_, link.to)] if link.directed else [(link.from_, link.to), (link.to, link.from_)]
            found.extend(Gate("border", link.id, traffic, a, b, open_s, span_s, round(dwell * 60)) for a, b in ends)
    found.extend(_hours_of_transfers(network))
    return tuple(sorted(found, key=lambda gate: (gate.kind, gate.link, gate.traffic, gate.from_node)))


def _hours_of_transfers(network: Network) -> list[Gate]:
    """Gates for the transfers that may be begun at some hours only; local time at their start."""
    found = []
    for record in network.assembly.transfers.values():
        if record.between is not None:
            shift = clock_shift_seconds(str(network.nodes.at[record.from_, "timezone"]), network.region_timezone, network.as_of)
            first, last = (clock_seconds(text) for text in record.between)
            found.append(Gate("hours", record.id, "person", record.from_, record.to, (first + shift) % DAY_SECONDS, last - first, 0))
    return found


def opening_seconds(network: Network, crossing: Crossing) -> tuple[int, int] | None:
    """Opening second of the day on the region's clock, and seconds that the crossing stays open; `None` if it is not for persons.

    Those who cross in cars keep the hours of persons; goods have their own. Where no hours are known at all it never closes.
    """
    hours = hours_of_persons(crossing, network.as_of)
    if hours is None:
        return None if crossing.hours else (0, ALWAYS_S)
    shift = clock_shift_seconds(hours.timezone, network.region_timezone, network.as_of)
    opened, closed = clock_seconds(hours.open), clock_seconds(hours.close)
    span = closed - opened if closed > opened else closed - opened + DAY_SECONDS
    return (opened + shift) % DAY_SECONDS, span


def _closed(state: NetworkState, link: str, *ends: str) -> bool:
    return link in state.closed_links or bool(state.closed_nodes.intersection(ends))


def gate_arrays(gates: tuple[Gate, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Opening, span and dwell in seconds, an array each (n gates)."""
    rows = np.array([(gate.open_s, gate.span_s, gate.dwell_s) for gate in gates], dtype=np.int64).reshape(-1, 3)
    return rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2].copy()
