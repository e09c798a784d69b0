"""What a terminal handles on a mean day: ships and their cargo by commodity, the way by land, room and lanes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from bbwnet.simulation.ship import ShipCalls, arrivals, merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_ports import PortChoice
    from bbwnet.simulation.streams import Streams

LAND_MODES: Final = ("truck", "rail", "siding", "water")
"""Ways between yard and hinterland: trucks through the gate, trains, conveyor or pipe of a works nearby, barges."""


@dataclass(frozen=True)
class PortTraffic:
    """One commodity at one terminal on a mean day."""

    commodity: str
    ships_day: float
    come: Literal["regular", "poisson"]
    dwt: float
    """Deadweight of the mean ship."""
    unload_t: float
    """Tonnes off the mean ship."""
    load_t: float
    teu_per_tonne: float
    """0 of what is in no container."""
    berth_t_h: float
    """Tonnes that a berth handles in an hour of work."""
    dwell_h: float
    """Mean time in the yard."""
    import_share: tuple[float, ...]
    """By `LAND_MODES`, of what comes by ship."""
    export_share: tuple[float, ...]
    tonnes_per_truck: float

    @property
    def imports_day(self) -> float:
        """Tonnes off ships on a mean day."""
        return self.ships_day * self.unload_t

    @property
    def exports_day(self) -> float:
        """Tonnes onto ships on a mean day."""
        return self.ships_day * self.load_t


@dataclass(frozen=True)
class TerminalTraffic:
    """A terminal with all that it handles."""

    terminal: str
    traffic: tuple[PortTraffic, ...]
    yard_t: float
    """Room for goods outside containers, t; infinite where nothing binds."""
    yard_teu: float
    gate_lanes: int
    gate_service_s: float
    hour_weights: tuple[float, ...]
    """Of the 24 hours, of trucks at the gate."""


def draw_calls(
    terminal: TerminalTraffic, ports: PortChoice, streams: Streams, largest_dwt: float, from_s: float, until_s: float
) -> ShipCalls:
    """Ships of a terminal between two moments; `kind` is the row of their traffic."""
    surge = ports.surge.get(terminal.terminal, 1.0)
    parts = [_calls(terminal, row, ports, streams, surge, (from_s, until_s), largest_dwt) for row in range(len(terminal.traffic))]
    return merged(parts)


def _calls(
    terminal: TerminalTraffic, row: int, ports: PortChoice, streams: Streams, surge: float, span_s: tuple[float, float], largest_dwt: float
) -> ShipCalls:
    item = terminal.traffic[row]
    name = f"{terminal.terminal}/{item.commodity}"
    arrive = arrivals(surge * item.ships_day, item.come, *span_s, streams.of("ship", name, "arrival"))
    drawn = _about_one(ports.ships.cargo_cv, len(arrive), streams.of("ship", name, "cargo"))
    most = item.dwt / max(item.unload_t, item.load_t)
    size = np.minimum(drawn, max(most, 1.0))
    unload, load = item.unload_t * size, item.load_t * size
    return ShipCalls(
        arrive_s=arrive,
        dwt=np.full(len(arrive), min(item.dwt, largest_dwt)),
        idle_s=np.full(len(arrive), 3600 * ports.berths.alongside_h),
        work_s=3600 * (unload + load) / item.berth_t_h,
        kind=np.full(len(arrive), row),
        unload_t=unload,
        load_t=load,
    )


def _about_one(cv: float, count: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Factors of mean 1 (n): gamma, nothing random without spread."""
    return np.ones(count) if cv <= 0 else np.asarray(generator.gamma(cv**-2, cv**2, count))


def lanes_for(trucks_day: float, hour_weights: Sequence[float], service_s: float, busy_share: float) -> int:
    """Lanes that keep the busiest hour of a mean day below a use."""
    busiest_h = trucks_day * max(hour_weights) / sum(hour_weights)
    return max(1, int(np.ceil(busiest_h * service_s / 3600 / busy_share)))
