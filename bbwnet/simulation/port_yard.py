"""The yard of a terminal: goods between ship and land, in tonnes and TEU, never more than there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import simpy
    from numpy.typing import NDArray

    from bbwnet.simulation.port_traffic import TerminalTraffic

_ROUNDING = 1e-9
_FILLED_AT_MOST = 0.9
"""Share of the room that goods fill when the simulation begins: a full yard would begin with ships that cannot unload."""


class PortYard:
    """Goods of one terminal by traffic (k), those that came by ship and those that wait for one apart.

    Goods in containers take room in TEU, all others in tonnes. Room is reserved before goods come.
    """

    def __init__(self, env: simpy.Environment, terminal: TerminalTraffic, surge: float = 1.0) -> None:
        """Filled with what the mean dwell of a mean day leaves, at most nine tenths of the room."""
        self._env = env
        self.teu_per_tonne = np.array([item.teu_per_tonne for item in terminal.traffic])
        self.boxed = self.teu_per_tonne > 0
        self._per_t = np.where(self.boxed, 0.0, 1.0)
        self.room_t, self.room_teu = terminal.yard_t, terminal.yard_teu
        dwell_days = np.array([item.dwell_h for item in terminal.traffic]) / 24
        self.imports = dwell_days * np.array([item.imports_day for item in terminal.traffic]) * surge
        self.exports = dwell_days * np.array([item.exports_day for item in terminal.traffic]) * surge
        self._reserved = np.zeros(len(terminal.traffic))
        self._shrink()
        self.begun_t = self.imports + self.exports
        """Tonnes that stood there at the beginning, by traffic."""
        self._changed: list[simpy.Event] = []
        self.log: list[tuple[float, float, float]] = []
        """Second, tonnes outside containers and TEU from then on."""
        self._note()

    def _shrink(self) -> None:
        for own, room, per_tonne in ((~self.boxed, self.room_t, np.ones(len(self.boxed))), (self.boxed, self.room_teu, self.teu_per_tonne)):
            filled = float(((self.imports + self.exports) * per_tonne)[own].sum())
            if filled > _FILLED_AT_MOST * room:
                factor = _FILLED_AT_MOST * room / filled
                self.imports[own] *= factor
                self.exports[own] *= factor

    @property
    def tonnes(self) -> float:
        """Tonnes there outside containers."""
        return float((self.imports + self.exports) @ self._per_t)

    @property
    def teu(self) -> float:
        """TEU there."""
        return float((self.imports + self.exports) @ self.teu_per_tonne)

    def _free(self) -> tuple[float, float]:
        """Room that nothing fills and nobody reserved, in tonnes and TEU."""
        there = self.imports + self.exports + self._reserved
        return max(0.0, self.room_t - float(there @ self._per_t)), max(0.0, self.room_teu - float(there @ self.teu_per_tonne))

    def free_t(self, row: int) -> float:
        """Tonnes of a traffic for which there is room."""
        tonnes, teu = self._free()
        return teu / float(self.teu_per_tonne[row]) if self.boxed[row] else tonnes

    def largest_lot_t(self, row: int) -> float:
        """Most tonnes of a traffic that the empty yard takes."""
        return self.room_teu / float(self.teu_per_tonne[row]) if self.boxed[row] else self.room_t

    def reserve(self, row: int, tonnes: float) -> bool:
        """Keep room for goods to come, if there is any."""
        if tonnes > self.free_t(row) * (1 + _ROUNDING):
            return False
        self._reserved[row] += tonnes
        return True

    def land(self, row: int, tonnes: float) -> None:
        """Goods off a ship come, for which room was reserved."""
        self._reserved[row] = max(0.0, self._reserved[row] - tonnes)
        self.imports[row] += tonnes
        self._note()

    def bring(self, tonnes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Goods for ships come by land (k); gives the tonnes for which there was room, the same share of all that need the same room."""
        room_t, room_teu = self._free()
        needs_t, needs_teu = float(tonnes @ self._per_t), float(tonnes @ self.teu_per_tonne)
        share_t = 1.0 if needs_t <= room_t else room_t / needs_t
        share_teu = 1.0 if needs_teu <= room_teu else room_teu / needs_teu
        taken = np.asarray(tonnes * np.where(self.boxed, share_teu, share_t))
        self.exports += taken
        self._note()
        self._wake()
        return taken

    def fetch(self, tonnes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Goods off ships go by land (k); gives the tonnes that were there."""
        taken = np.asarray(np.minimum(tonnes, self.imports), dtype=np.float64)
        self.imports -= taken
        self._note()
        self._wake()
        return taken

    def ship(self, row: int, tonnes: float) -> float:
        """Goods go on board; gives the tonnes that were there."""
        taken = min(tonnes, float(self.exports[row]))
        if taken > 0:
            self.exports[row] -= taken
            self._note()
            self._wake()
        return taken

    def changed(self) -> simpy.Event:
        """An event that comes when goods have come by land or gone."""
        event = self._env.event()
        self._changed.append(event)
        return event

    def _wake(self) -> None:
        waiting, self._changed = self._changed, []
        for event in waiting:
            event.succeed()

    def _note(self) -> None:
        self.log.append((self._env.now, self.tonnes, self.teu))

    def levels(self, edges_s: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and greatest level between each two edges (each n x 2: tonnes, TEU)."""
        table = np.array(self.log, dtype=np.float64)
        moment, level = table[:, 0], table[:, 1:]
        count = len(edges_s) - 1
        mean, most = np.zeros((count, 2)), np.zeros((count, 2))
        for place in range(count):
            first, last = edges_s[place], edges_s[place + 1]
            begun = max(0, int(np.searchsorted(moment, first, side="right")) - 1)
            ends = int(np.searchsorted(moment, last, side="left"))
            own = slice(begun, max(ends, begun + 1))
            span = np.diff(np.append(np.maximum(moment[own], first), last))
            mean[place] = (level[own] * span[:, None]).sum(axis=0) / (last - first)
            most[place] = level[own].max(axis=0)
        return mean, most
