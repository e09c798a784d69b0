"""Ships that call at a terminal: when they come, how large they are, and what they bring and fetch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_ports import ShipChoice

_TENTHS = 10


@dataclass(frozen=True)
class ShipCalls:
    """Calls at one terminal in order of arrival (n)."""

    arrive_s: NDArray[np.float64]
    dwt: NDArray[np.float64]
    """Deadweight, t; 0 where it is not known: such a ship fits everywhere."""
    idle_s: NDArray[np.float64]
    """Time alongside without work on cargo, before it."""
    work_s: NDArray[np.float64]
    """Time of work at the full rate of a berth, unloading first."""
    kind: NDArray[np.int64]
    """Row of the traffic that a ship belongs to; -1 for a ship whose cargo is nobody's business."""
    unload_t: NDArray[np.float64]
    load_t: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Calls."""
        return len(self.arrive_s)

    @property
    def alongside_s(self) -> NDArray[np.float64]:
        """Time at a berth if nothing comes between."""
        return self.idle_s + self.work_s

    def taken(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> ShipCalls:
        """Some of the calls."""
        return ShipCalls(
            self.arrive_s[rows],
            self.dwt[rows],
            self.idle_s[rows],
            self.work_s[rows],
            self.kind[rows],
            self.unload_t[rows],
            self.load_t[rows],
        )


def plain_calls(arrive_s: NDArray[np.float64], service_s: NDArray[np.float64], dwt: float = 0.0) -> ShipCalls:
    """Ships of which only the time alongside is known."""
    none = np.zeros(len(arrive_s))
    return ShipCalls(arrive_s, np.full(len(arrive_s), dwt), none, service_s, np.full(len(arrive_s), -1), none, none)


def merged(parts: list[ShipCalls]) -> ShipCalls:
    """Calls of several kinds in order of arrival; who comes at the same second keeps the order given."""
    if not parts:
        return plain_calls(np.empty(0), np.empty(0))
    whole = ShipCalls(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("arrive_s", "dwt", "idle_s", "work_s", "kind", "unload_t", "load_t")
        )
    )
    return whole.taken(np.argsort(whole.arrive_s, kind="stable"))


def arrivals(per_day: float, how: str, from_s: float, until_s: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Seconds at which ships arrive: by chance (`poisson`) or evenly from a drawn beginning (`regular`).

    Gaps are drawn as multiples of their mean, so that a busier terminal keeps its draws.
    """
    if per_day <= 0 or until_s <= from_s:
        return np.empty(0)
    gap_s = 86_400 / per_day
    expected = (until_s - from_s) / gap_s
    if how == "regular":
        return np.asarray(from_s + gap_s * (generator.random() + np.arange(int(expected) + 1)))[: int(expected)]
    gaps = generator.standard_exponential(64)
    while gaps.sum() <= expected:
        gaps = np.concatenate([gaps, generator.standard_exponential(len(gaps))])
    found = from_s + gap_s * np.cumsum(gaps)
    return np.asarray(found[found < until_s])


def draught_m(dwt: float, ships: ShipChoice) -> float:
    """Draught of a laden ship, rounded to a tenth of a metre."""
    return round(_TENTHS * ships.draught_m * float(dwt**ships.draught_power)) / _TENTHS


def depth_needed_m(dwt: float, ships: ShipChoice) -> float:
    """Water that a laden ship needs."""
    return draught_m(dwt, ships) * (1 + ships.under_keel_share)
