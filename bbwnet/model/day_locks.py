"""Locks of a simulated day, from their records: chambers, and the room that barges take in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bbwnet.errors import RunError
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.freight_day import LockSite
from bbwnet.simulation.lock import Chamber
from bbwnet.simulation.locks import BargeStream

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.terminals import Lock

ROUNDING: Final = 1e-9
"""Share by which a barge may exceed a chamber that is a multiple of barges."""
_MINUTE_S: Final = 60.0
_TWO_THIRDS: Final = 2 / 3


def room_of(network: Network, dwt: float) -> float:
    """Room that a barge takes in a chamber, m2."""
    return float(network.settings.simulation.freight.locks.ship_m2_per_dwt * dwt**_TWO_THIRDS)


def locks_by_node(network: Network) -> dict[str, list[Lock]]:
    """Records of locks by node: those of one node are one lock for whoever passes."""
    records: dict[str, list[Lock]] = {}
    for lock in sorted(network.assembly.locks.values(), key=lambda item: item.id):
        records.setdefault(lock.node, []).append(lock)
    return records


def lock_site(network: Network, locks: list[Lock]) -> LockSite:
    """The lock that the records of a node are, named by all of them."""
    chambers = tuple(chamber for lock in locks for chamber in _chambers(network, lock))
    return LockSite("+".join(lock.id for lock in locks), locks[0].node, chambers, network.settings.simulation.freight.locks.order)


def largest_dwt(network: Network, lock: str) -> float:
    """Deadweight of the largest barge that a lock takes, by the vessels of its record and by its room."""
    record = network.assembly.locks[lock]
    site = lock_site(network, locks_by_node(network)[record.node])
    room = max(chamber.room for chamber in site.chambers)
    fits = float((room / network.settings.simulation.freight.locks.ship_m2_per_dwt) ** (1 / _TWO_THIRDS))
    return fits if record.vessel_dwt_max is None else min(fits, record.vessel_dwt_max)


def barge_streams(network: Network) -> tuple[BargeStream, ...]:
    """Streams of the scenario that bring barges, by identifier; raises `RunError` for those at no lock, or too large for theirs."""
    found, records = list[BargeStream](), locks_by_node(network)
    for stream in sorted(network.settings.simulation.streams, key=lambda item: item.id):
        if stream.what != "barge" or stream.at is None or stream.dwt is None:
            continue
        if stream.at not in network.assembly.locks:
            raise RunError(f"stream {stream.id}: no lock {stream.at} in this network at its date")
        site, room = lock_site(network, records[network.assembly.locks[stream.at].node]), room_of(network, stream.dwt)
        most = max(chamber.room for chamber in site.chambers)
        if room > most * (1 + ROUNDING):
            raise RunError(f"stream {stream.id}: impossible vessel, no chamber of {stream.at} takes {stream.dwt:g} t")
        found.append(BargeStream(stream.id, site, min(room, most), stream.direction == "forward"))
    return tuple(found)


def _chambers(network: Network, lock: Lock) -> list[Chamber]:
    """Chambers of a record: as much room as the design capacity needs, or as the chamber has; the largest vessel always fits."""
    choice, water = network.settings.simulation.freight.locks, network.settings.freight_chains.water
    sizes = [vessel.dwt for vessel in water.vessels]
    dwt = max([size for size in sizes if lock.vessel_dwt_max is None or size <= lock.vessel_dwt_max], default=sizes[0])
    ship = room_of(network, dwt)
    passage_s = (lock.passage_min or choice.passage_min) * _MINUTE_S
    room = choice.ships_per_lockage * ship
    if lock.chamber_length_m is not None and lock.chamber_width_m is not None:
        room = lock.chamber_length_m * lock.chamber_width_m * choice.room_share
    if lock.capacity_one_way_tonnes_per_year is not None:
        lockages_year = 365 * DAY_SECONDS / (2 * passage_s) * lock.chambers
        room = min(room, lock.capacity_one_way_tonnes_per_year / lockages_year / (dwt * water.load_share) * ship)
    return [Chamber(max(room, ship), passage_s, choice.turn_share * passage_s)] * lock.chambers
