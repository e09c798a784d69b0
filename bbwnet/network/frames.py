"""The frames of a network: nodes, links and services in force, sorted by identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from bbwnet.network.assembly import BASE, Assembly
from bbwnet.network.car_times import IMPASSABLE
from bbwnet.scenario.schema.infrastructure import WaterLink

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bbwnet.network.trips import Pattern
    from bbwnet.scenario.schema.infrastructure import Node
    from bbwnet.scenario.schema.places import Place

LINK_ATTRIBUTES = (
    "mode",
    "line",
    "length_km",
    "directed",
    "opened",
    "source",
    "confidence",
    "design_speed_kmh",
    "operating_speed_kmh",
    "operating_speed_inferred",
    "tracks",
    "electrified",
    "gauge_mm",
    "mixed_gauge",
    "use",
    "road_class",
    "lanes",
    "free_speed_kmh",
    "toll_cny_km",
    "depth_m",
    "vessel_dwt_max",
    "crossing",
    "length_note",
)
SERVICE_ATTRIBUTES = (
    "mode",
    "timetable",
    "train_class",
    "trips_per_day",
    "trips_per_week",
    "seats",
    "carries_vehicles",
    "source",
    "confidence",
)


def nodes_frame(assembly: Assembly) -> pd.DataFrame:
    """Places and nodes in force, sorted by identifier."""
    rows = [_node_row(place, place.id, place.city, BASE) for place in assembly.places.values()]
    for node in assembly.nodes.values():
        city = assembly.places[node.place].city if node.place in assembly.places else None
        rows.append(_node_row(node, node.place, city, " ".join(assembly.origins["nodes"][node.id])))
    return pd.DataFrame(rows).set_index("id").sort_index()


def _node_row(record: Place | Node, place: str | None, city: str | None, origin: str) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind,
        "name_zh": record.name.zh,
        "name_en": record.name.en,
        "lon": record.lon,
        "lat": record.lat,
        "place": place,
        "city": city,
        "timezone": record.timezone,
        "source": record.source,
        "confidence": record.confidence,
        "origin": origin,
    }


def links_frame(assembly: Assembly, seconds: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Links in force, sorted by identifier, with the seconds of a car either way (absent: not for cars)."""
    position: dict[str, Place | Node] = {**assembly.places, **assembly.nodes}
    rows: list[dict[str, Any]] = []
    for link in assembly.links.values():
        ends = [(position[end].lon, position[end].lat) for end in (link.from_, link.to)]
        forward, backward = seconds[link.id]
        row: dict[str, Any] = {"id": link.id, "from": link.from_, "to": link.to}
        row.update({name: getattr(link, name, None) for name in LINK_ATTRIBUTES})
        row.update(
            name_zh=link.name.zh if link.name else None,
            name_en=link.name.en if link.name else None,
            origin=" ".join(assembly.origins["links"][link.id]),
            car_seconds=None if forward == IMPASSABLE else forward,
            car_seconds_backward=None if backward == IMPASSABLE else backward,
            passage_seconds=round(link.crossing_min * 60) if isinstance(link, WaterLink) and link.crossing_min is not None else None,
            geometry=[list(ends[0]), *(list(point) for point in link.via), list(ends[1])],
        )
        rows.append(row)
    frame = (
        pd.DataFrame(rows, columns=list(rows[0]) if rows else ["id", "from", "to", "directed", *LINK_ATTRIBUTES])
        .set_index("id")
        .sort_index()
    )
    for name in ("tracks", "lanes", "gauge_mm", "car_seconds", "car_seconds_backward", "passage_seconds"):
        if name in frame:
            frame[name] = frame[name].astype("Int64")
    return frame


def services_frame(assembly: Assembly, patterns: Iterable[Pattern]) -> pd.DataFrame:
    """Services in force, sorted by identifier, with the length and daily trips of their patterns."""
    lengths: dict[str, float] = {}
    daily: dict[str, float] = {}
    for pattern in patterns:
        trips = pattern.trips_per_day
        daily[pattern.service] = daily.get(pattern.service, 0.0) + trips
        lengths[pattern.service] = lengths.get(pattern.service, 0.0) + trips * sum(pattern.length_km)
    rows: list[dict[str, Any]] = []
    for service in assembly.services.values():
        row: dict[str, Any] = {"id": service.id, "stops": list(service.stops)}
        row.update({name: getattr(service, name) for name in SERVICE_ATTRIBUTES})
        row.update(
            name_zh=service.name.zh if service.name else None,
            name_en=service.name.en if service.name else None,
            trips_both_directions_per_day=daily.get(service.id, 0.0),
            service_km_per_day=lengths.get(service.id, 0.0),
            origin=" ".join(assembly.origins["services"][service.id]),
        )
        rows.append(row)
    columns = ["id", "stops", *SERVICE_ATTRIBUTES, "name_zh", "name_en", "trips_both_directions_per_day", "service_km_per_day", "origin"]
    return pd.DataFrame(rows, columns=columns).set_index("id").sort_index()
