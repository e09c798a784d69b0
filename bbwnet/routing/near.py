"""Ways on foot, by bus, taxi or own car between nodes that are near each other, across a border only where no road leads round it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.local_roads import LocalRoads
from bbwnet.routing.ways import BUS, DRIVE, TAXI, WALK, Way, WayList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.routing.gates import Gate

NOT_LOCAL = ("ferry", "border")
"""Links that a bus, a taxi or a walk does not take: who crosses water or a border does so as a traveller."""


@dataclass(frozen=True)
class _Option:
    """Whole seconds by one mode; infinite where it is too far."""

    mode: int
    seconds: NDArray[np.float64]
    """n periods x n sources x n nodes."""
    km: NDArray[np.float64]
    """n sources x n nodes."""


class NearWays:
    """Seconds and kilometres by the scenario's modes of access between some nodes."""

    def __init__(self, network: Network, state: NetworkState, nodes: NDArray[np.int64], gates: Sequence[Gate]) -> None:
        """Search the roads from each of `nodes` (rows of `Network.nodes`) and from the far side of each border."""
        choice = network.settings.access
        self._gates = [
            (number, network.node_index[gate.from_node], network.node_index[gate.to_node], gate)
            for number, gate in enumerate(gates)
            if gate.kind == "border" and gate.traffic == "person"
        ]
        sources = np.unique(np.concatenate([nodes, np.array([end for _, _, end, _ in self._gates], dtype=np.int64)]))
        self._row = np.full(len(network.nodes), -1, dtype=np.int64)
        self._row[sources] = np.arange(len(sources))
        limit_s = 60 * max(choice.bus_limit_min, choice.taxi_limit_min, choice.drive_limit_min)
        reach = LocalRoads(network, state, NOT_LOCAL).reach(sources, limit_s, choice.walk_limit_km)
        self._options: list[_Option] = []
        # Who is there already walks, if only nowhere: nobody takes a taxi to the stop that he stands at.
        walkable = np.isfinite(reach.walk_km) if "walk" in choice.modes else reach.walk_km == 0
        seconds = np.where(walkable, np.rint(reach.walk_km / choice.walk_speed_kmh * 3600), np.inf)
        self._options.append(_Option(WALK, np.broadcast_to(seconds, reach.car_s.shape), reach.walk_km))
        rides = (
            ("bus", BUS, choice.bus_time_factor, choice.bus_limit_min, choice.bus_wait_min),
            ("taxi", TAXI, 1.0, choice.taxi_limit_min, choice.taxi_wait_min),
            ("drive_and_park", DRIVE, 1.0, choice.drive_limit_min, choice.park_min),
        )
        for name, mode, factor, limit_min, extra_min in rides:
            if name in choice.modes:
                ride = reach.car_s * factor
                seconds = np.where(ride <= limit_min * 60, np.rint(ride + extra_min * 60), np.inf)
                self._options.append(_Option(mode, seconds, reach.car_km))

    def local_seconds(self) -> NDArray[np.int64]:
        """Seconds from each node searched from (`row_of`) to every node, one's own car apart (n periods x n rows x n nodes)."""
        # What is too far in one period counts as too far in all, as in `collect`.
        usable = (np.where(np.isfinite(item.seconds).all(axis=0), item.seconds, np.inf) for item in self._options if item.mode != DRIVE)
        best = np.minimum.reduce(list(usable))
        return np.where(np.isfinite(best), np.where(np.isfinite(best), best, 0).astype(np.int64), UNREACHED)

    def row_of(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of nodes among those searched from."""
        return self._row[nodes]

    @property
    def borders(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Gates for persons: their number, the node of the near side, the row of the far side."""
        rows = np.array([(number, near, self._row[far]) for number, near, far, _ in self._gates], dtype=np.int64).reshape(-1, 3)
        return rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2].copy()

    def collect(
        self,
        ways: WayList,
        sources: NDArray[np.int64],
        targets: NDArray[np.int64],
        begin_s: NDArray[np.int64],
        end_s: NDArray[np.int64],
        *,
        wanted: NDArray[np.bool_] | None = None,
        leaving_home: bool = False,
    ) -> None:
        """Add every way from a source to a target (nodes; rows and targets of the ways are their positions).

        `begin_s` and `end_s` are added at the ends; `wanted` (n sources x n targets) leaves pairs of one side of a border out. One's own
        car serves `leaving_home` only: it stands nowhere else.
        """
        options = [option for option in self._options if leaving_home or option.mode != DRIVE]
        rows = self._row[sources]
        joined = np.zeros((len(sources), len(targets)), dtype=bool)
        for option in options:
            seconds = option.seconds[:, rows][:, :, targets]
            usable = np.isfinite(seconds).all(axis=0)
            joined |= usable
            row, to = np.nonzero(usable if wanted is None else usable & wanted)
            ways.add_many(
                row, to, option.mode, seconds[:, row, to].astype(np.int64), option.km[rows[row], targets[to]],
                exit_s=begin_s[row], entry_s=end_s[to],
            )  # fmt: skip
        for number, near_side, far_side, _ in self._gates:
            there = [(option, option.seconds[:, rows, near_side]) for option in options]
            back = [(option, option.seconds[:, self._row[far_side]][:, targets]) for option in options if option.mode != DRIVE]
            reaching = np.flatnonzero(np.any([np.isfinite(seconds).all(axis=0) for _, seconds in there], axis=0))
            reached = np.flatnonzero(np.any([np.isfinite(seconds).all(axis=0) for _, seconds in back], axis=0))
            for source in reaching.tolist():
                for target in reached.tolist():
                    if joined[source, target]:
                        continue
                    for first, first_s in _quickest(there, source):
                        for second, second_s in _quickest(back, target):
                            ways.add(
                                Way(
                                    source, target, first.mode, tuple((first_s + begin_s[source]).astype(int).tolist()),
                                    float(first.km[rows[source], near_side]), number, second.mode,
                                    tuple((second_s + end_s[target]).astype(int).tolist()),
                                    float(second.km[self._row[far_side], targets[target]]), int(begin_s[source]), int(end_s[target]),
                                )
                            )  # fmt: skip


def _quickest(options: Sequence[tuple[_Option, NDArray[np.float64]]], column: int) -> list[tuple[_Option, NDArray[np.float64]]]:
    """Options usable all day that are the quickest in some period, with their seconds by period (n periods), for one end."""
    usable = [(option, seconds[:, column]) for option, seconds in options if np.isfinite(seconds[:, column]).all()]
    chosen = sorted({min(range(len(usable)), key=lambda item: float(usable[item][1][period])) for period in range(len(usable[0][1]))})
    return [usable[item] for item in chosen]
