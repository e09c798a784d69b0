"""Infrastructure: nodes (stations, junctions, ports, airports) and the links between nodes and places."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bbwnet.scenario.schema.base import Identified, Identifier, IsoDate, Name, Point, Sequence, attribute

NodeKind = Literal[
    "station",
    "rail_junction",
    "freight_yard",
    "junction",
    "port",
    "ferry_terminal",
    "airport",
    "border_crossing",
    "waypoint",
    "lock",
]
RoadClass = Literal["expressway", "class_1", "class_2", "class_3", "urban"]


class Node(Identified):
    """A point of the network that is not a place: station, junction, port, airport, crossing or way-point."""

    name: Name = attribute("Chinese and English name", gmns="name", gtfs="stop_name")
    kind: NodeKind = attribute("what the node is", gmns="node_type")
    lon: float = attribute("longitude, WGS84", unit="degrees", gmns="x_coord", gtfs="stop_lon", osmnx="x", ge=-180, le=180)
    lat: float = attribute("latitude, WGS84", unit="degrees", gmns="y_coord", gtfs="stop_lat", osmnx="y", ge=-90, le=90)
    place: Identifier | None = attribute("place (zone or gateway) that the node lies in", default=None, gmns="zone_id")
    timezone: str = attribute("IANA time zone", default="Asia/Shanghai", gtfs="stop_timezone")
    telecode: str | None = attribute("three-letter code in the national ticketing system (stations)", default=None, gtfs="stop_code")
    iata: str | None = attribute("IATA code (airports)", default=None, pattern=r"^[A-Z]{3}$")
    locode: str | None = attribute("UN/LOCODE (ports)", default=None, pattern=r"^[A-Z]{2}[A-Z0-9]{3}$")
    opened: IsoDate | None = attribute("first day in use; absent: before the data begin", default=None)
    closed: IsoDate | None = attribute("first day out of use; absent: still in use", default=None)
    minimum_connection_min: float | None = attribute(
        "least time to change between services here; absent: the network's default",
        unit="min",
        default=None,
        ge=0,
        gtfs="min_transfer_time",
    )


class LinkBase(Identified):
    """What every link has: two ends, a length and the days on which it is open."""

    from_: Identifier = Field(
        alias="from", description="node or place where the link starts", json_schema_extra={"gmns": "from_node_id", "osmnx": "u"}
    )
    to: Identifier = attribute("node or place where the link ends", gmns="to_node_id", osmnx="v")
    name: Name | None = attribute("name, where the link has one of its own", default=None, gmns="name")
    length_km: float = attribute("length along the track, road or water", unit="km", gt=0, gmns="length", osmnx="length")
    directed: bool = attribute("whether it runs from `from` to `to` only", default=False, gmns="directed")
    opened: IsoDate | None = attribute("first day open; absent: before the data begin", default=None)
    closed: IsoDate | None = attribute("first day closed; absent: still open", default=None)
    via: Sequence[Point] = attribute(
        "points between the ends as [lon, lat], for drawing and for sea lanes that round a cape",
        unit="degrees",
        default=(),
        gmns="geometry",
    )
    length_note: str | None = attribute(
        "why the length is unlike the great circle (over 1.6 times) or OpenStreetMap (over 10 %)", default=None
    )


class RailLink(LinkBase):
    """A piece of railway between two stations or junctions."""

    mode: Literal["rail"] = attribute("`rail`", gmns="allowed_uses")
    line: str = attribute("identifier of the railway line, snake case", min_length=1, osmnx="ref")
    design_speed_kmh: float = attribute("design speed", unit="km/h", gt=0, le=500)
    operating_speed_kmh: float | None = attribute(
        "highest speed run, where below the design speed", unit="km/h", default=None, gt=0, le=500, gmns="free_speed"
    )
    operating_speed_inferred: bool = attribute(
        "whether the operating speed is inferred from observed run times (it then counts as a fitted parameter of its line)", default=False
    )
    tracks: int = attribute("running tracks", ge=1, le=8, gmns="lanes")
    electrified: bool = attribute("whether electric trains run")
    gauge_mm: Literal[1435, 1000, 1067] | None = attribute(
        "track gauge; absent for mixed 1000/1435 (`mixed_gauge`)", unit="mm", default=1435
    )
    mixed_gauge: bool = attribute("whether the track takes 1000 mm and 1435 mm trains", default=False)
    use: Literal["passenger", "freight", "mixed"] = attribute("what traffic runs")


class RoadLink(LinkBase):
    """A road, or an urban access road between a centre and a terminal."""

    mode: Literal["highway"] = attribute("`highway`", gmns="allowed_uses")
    line: str = attribute("road number or name, snake case (`g75`, `g325`, `urban`)", min_length=1, osmnx="ref")
    road_class: RoadClass = attribute("`expressway`, `class_1`, `class_2`, `class_3` or `urban`", gmns="facility_type", osmnx="highway")
    lanes: int = attribute("lanes, both directions together", ge=1, le=16, gmns="lanes", osmnx="lanes")
    free_speed_kmh: float = attribute(
        "mean speed of a car in light traffic, junctions included", unit="km/h", gt=0, le=140, gmns="free_speed", osmnx="maxspeed"
    )
    toll_cny_km: float = attribute("car toll", unit="CNY/km", default=0.0, ge=0, gmns="toll")
    capacity_pcu_h: float | None = attribute(
        "capacity of one direction; absent: lanes times the scenario's capacity of a lane of the class",
        unit="pcu/h",
        default=None,
        gt=0,
        gmns="capacity",
    )
    delay_factor: float | None = attribute(
        "b of t = t0 (1 + b (v/c)^p); absent: the scenario's of the class", default=None, ge=0, le=10, gmns="vdf_alpha"
    )
    delay_power: float | None = attribute(
        "p of t = t0 (1 + b (v/c)^p); absent: the scenario's of the class", default=None, ge=1, le=20, gmns="vdf_beta"
    )
    conical_a: float | None = attribute(
        "steepness of the conical delay (Spiess 1990), which then stands in place of b and p; absent: none", default=None, gt=1, le=100
    )


class WaterLink(LinkBase):
    """A ferry route, sea lane or inland waterway."""

    mode: Literal["ferry", "train_ferry", "sea", "waterway"] = attribute("`ferry`, `train_ferry`, `sea` or `waterway`", gmns="allowed_uses")
    line: str = attribute("name of the lane or river, snake case", min_length=1)
    depth_m: float | None = attribute("controlling depth", unit="m", default=None, gt=0)
    vessel_dwt_max: float | None = attribute("largest vessel", unit="t", default=None, gt=0)
    crossing_min: float | None = attribute(
        "time over the water for a train, berthing, splitting and joining included (`train_ferry` only)", unit="min", default=None, gt=0
    )


class BorderLink(LinkBase):
    """The way across a border, from the last node of one country to the first of the next."""

    mode: Literal["border"] = attribute("`border`", gmns="allowed_uses")
    line: str = attribute("name of the crossing point or bridge, snake case", min_length=1)
    crossing: Identifier = attribute("border crossing whose hours and dwell apply")


Link = Annotated[RailLink | RoadLink | WaterLink | BorderLink, Field(discriminator="mode")]
"""A link of any mode; `mode` says which attributes it has."""
