"""Ways without a vehicle of the timetable, part by part: what their time is spent on, kilometres, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.journey_set_kernels import BUS, DRIVE, TERMINAL, WALK, WayParts
from bbwnet.routing.ways import NO_GATE, WAY_MODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from bbwnet.routing.door_to_door import DoorToDoor
    from bbwnet.routing.fares import Fares
    from bbwnet.routing.ways import Ways

_KIND_OF_MODE = {"walk": WALK, "bus": BUS, "shuttle": BUS, "taxi": DRIVE, "drive": DRIVE, "terminal": TERMINAL}
_KINDS = np.array([_KIND_OF_MODE[mode] for mode in WAY_MODES], dtype=np.int64)
_UNKNOWN = -1


class WayPrices:
    """The parts of the ways of door-to-door searches, with the fares of a network."""

    def __init__(self, doors: DoorToDoor, fares: Fares) -> None:
        """Price the ways to boarding points and the transfers."""
        self._doors, self._fares = doors, fares
        self._nodes = [str(name) for name in doors.network.nodes.index]
        self._places = np.array([doors.network.node_index[name] for name in doors.row], dtype=np.int64)
        self._alight = np.array([point.stop for point in doors.points.alight], dtype=np.int64)
        board = np.array([point.stop for point in doors.points.board], dtype=np.int64)
        self._fen: dict[tuple[str, str, str, float], int] = {}
        self._egress: dict[str, WayParts] = {}
        self._direct: dict[int, WayParts] = {}
        self.is_border: NDArray[np.bool_] = np.array([gate.kind == "border" for gate in doors.gates], dtype=np.bool_)
        """Of each gate; others are hours of a shuttle."""
        self.wait_of_point: NDArray[np.int64] = np.array([point.headway_wait_s for point in doors.points.board], dtype=np.int64)
        """Seconds of boarding each point that are the mean wait of a service known by its headway."""
        self.access: WayParts = self._parts(doors.to_board, self._places, board)
        self.transfers: WayParts = self._parts(doors.transfers, self._alight, board)

    def egress(self, destination: str, ways: Ways) -> WayParts:
        """Of the ways to a destination, given as the profile towards it names them."""
        if destination not in self._egress:
            self._egress[destination] = self._parts(ways, self._alight, self._places)
        return self._egress[destination]

    def direct(self, ways: Ways, taken: NDArray[np.int64]) -> WayParts:
        """Of ways from place to place; those `taken` are priced, for of drives between all places few are asked for."""
        if id(ways) not in self._direct:
            self._direct[id(ways)] = self._parts(ways, self._places, self._places, ())
        parts = self._direct[id(ways)]
        self._price(ways, self._places, self._places, parts, taken.tolist())
        return parts

    def _parts(
        self, ways: Ways, starts: NDArray[np.int64], ends: NDArray[np.int64], priced: Iterable[int] | None = None
    ) -> WayParts:  # fmt: skip
        """Parts of ways between nodes (of each row and target)."""
        parts = WayParts(
            ways.exit_s.astype(np.int64),
            ways.entry_s.astype(np.int64),
            _KINDS[ways.mode],
            _KINDS[ways.mode_after],
            ways.km.astype(np.float64),
            ways.km_after.astype(np.float64),
            np.full(len(ways), _UNKNOWN, dtype=np.int64),
            np.full(len(ways), _UNKNOWN, dtype=np.int64),
        )
        self._price(ways, starts, ends, parts, range(len(ways)) if priced is None else priced)
        return parts

    def _price(self, ways: Ways, starts: NDArray[np.int64], ends: NDArray[np.int64], parts: WayParts, priced: Iterable[int]) -> None:
        """Write the fares of some ways: up to a border and beyond it, if there is one."""
        names, gates = self._nodes, self._doors.gates
        for way in priced:
            start, end = names[starts[ways.row[way]]], names[ends[ways.arrays.to[way]]]
            gate = int(ways.arrays.gate[way])
            mode = WAY_MODES[int(ways.mode[way])]
            if gate == NO_GATE:
                parts.fen[way] = self._fare(mode, start, end, float(ways.km[way]))
                continue
            if gates[gate].kind == "border":
                parts.fen[way] = self._fare(mode, start, gates[gate].from_node, float(ways.km[way]))
                start = gates[gate].to_node
            parts.fen_after[way] = self._fare(WAY_MODES[int(ways.mode_after[way])], start, end, float(ways.km_after[way]))

    def _fare(self, mode: str, start: str, end: str, km: float) -> int:
        """Fen of a part for one traveller; -1: not known. Kept, for the same parts are asked for often."""
        key = (mode, start, end, km)
        if key not in self._fen:
            if mode == "terminal":
                cny: float | None = 0.0
            else:
                links = self._doors.roads.links(start, end) if mode == "drive" else ()
                cny = self._fares.drive_cny(links) if links else self._fares.way_cny(mode, km)
            self._fen[key] = _UNKNOWN if cny is None else round(cny * 100)
        return self._fen[key]
