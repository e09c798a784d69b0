"""Toll plazas: staffed lanes and lanes of electronic toll at the beginning of a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbwnet.errors import InputError
from bbwnet.scenario.nearest import Names
from bbwnet.simulation.road_lanes import LaneGroup, Station
from bbwnet.simulation.road_link import VEHICLE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bbwnet.scenario.schema.simulation_roads import TollPlaza
    from bbwnet.simulation.road_link import RoadArcs

KIND = "toll_lanes"


def toll_stations(plazas: Iterable[TollPlaza], arcs: RoadArcs) -> list[Station]:
    """Lanes of toll plazas, all classes of vehicles alike; raises `InputError` for a plaza on no road of the network."""
    found = []
    for plaza in plazas:
        ways = [way for way in ("forward", "backward") if plaza.direction in {way, "both"}]
        own = [(way, arc) for way in ways if (arc := arcs.arc_of.get((plaza.link, way == "backward"))) is not None]
        if not own or any(arcs.mode[arc] != "highway" for _, arc in own) or (plaza.direction == "backward" and len(own) < len(ways)):
            nearest = Names({link for link, mode in zip(arcs.link, arcs.mode, strict=True) if mode == "highway"}).nearest(plaza.link)
            hint = f"; did you mean {nearest}?" if nearest else ""
            raise InputError(f"toll plaza {plaza.id}: {plaza.link} is no road of the network in direction {plaza.direction}{hint}")
        found += [_station(plaza, way if len(own) > 1 else "", arc) for way, arc in own]
    return found


def _station(plaza: TollPlaza, way: str, arc: int) -> Station:
    name = f"{plaza.id}:{way}" if way else plaza.id
    staffed = LaneGroup(KIND, name, float(plaza.lanes), plaza.service_time) if plaza.lanes else None
    etc = LaneGroup(KIND, f"{name}:etc" if staffed else name, float(plaza.etc_lanes), plaza.etc_service_time) if plaza.etc_lanes else None
    everybody = tuple(range(len(VEHICLE_CLASSES)))
    if staffed is None or etc is None:
        only = staffed or etc
        if only is None:
            raise AssertionError("the schema refuses a plaza without lanes")
        return Station(arc, everybody, only)
    return Station(arc, everybody, staffed, etc, plaza.etc_share)
