"""Ports: channels to ports that are there, ships at terminals with a berth for them, surges of terminals that are there."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Region
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.record_positions import RecordPositions
from bbwnet.scenario.schema.network_file import NetworkRecords
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.sound_part import SoundPart


def check_channels(region: Region) -> Iterator[Problem]:
    """Find channels to unknown ports, and ports with two channels."""
    known, led_to = set(region.positions.ids("nodes")), set[str]()
    for owned in region.every("channels"):
        for number, port in enumerate(owned.record.ports):
            if port not in known:
                yield region.problem(owned, f"ports.{number}", "unknown node", value=port, nearest=region.nearest(port, "nodes"))
            elif port in led_to:
                yield region.problem(owned, f"ports.{number}", "port has a channel already", value=port, expected="one for each port")
            led_to.add(port)


def check_ships(part: SoundPart, settings: ScenarioFile, records: NetworkRecords, positions: RecordPositions) -> Iterator[Problem]:
    """Find ships at unknown terminals or too large for all their berths, and surges of unknown terminals."""
    names = Names(positions.ids("terminals"))
    known = set(positions.ids("terminals"))
    largest = {item.id: item.vessel_dwt_max for item in records.terminals}
    for number, stream in enumerate(settings.simulation.streams):
        if stream.what != "ship" or stream.at is None:
            continue
        path = ("simulation", "streams", number)
        limit = largest.get(stream.at)
        if stream.at not in known:
            yield part.problem((*path, "at"), "unknown terminal", value=stream.at, nearest=names.nearest(stream.at))
        elif limit is not None and stream.dwt is not None and stream.dwt > limit:
            told = f"impossible vessel: larger than every berth of {stream.at}"
            yield part.problem((*path, "dwt"), told, value=stream.dwt, expected=f"at most {limit:g} t")
    for name in settings.simulation.ports.surge:
        if name not in known:
            key = ("simulation", "ports", "surge", name)
            yield part.problem(key, "unknown terminal", value=name, nearest=names.nearest(name), of_key=True)
