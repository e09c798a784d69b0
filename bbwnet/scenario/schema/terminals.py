"""Terminals: port terminals by commodity, border crossings with hours and dwell, locks, airports' runways."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import ClockTime, Identified, Identifier, IsoDate, Name, Record, Sequence, Sourced, attribute

Commodity = Literal[
    "coal",
    "ore",
    "oil",
    "lng",
    "containers",
    "grain",
    "steel",
    "building_material",
    "general",
    "roro",
    "passengers",
    "cruise",
    "rail_wagons",
]

Deadweight = Annotated[float, Field(gt=0)]
"""Tonnes, above zero."""


class PortTerminal(Identified):
    """A terminal of a port: what it handles and with how many berths."""

    name: Name = attribute("Chinese and English name")
    port: Identifier = attribute("node of the port")
    commodities: Sequence[Commodity] = attribute("what it handles", min_length=1)
    berths: int = attribute("number of berths", ge=1)
    vessel_dwt_max: float | None = attribute("largest vessel at berth", unit="t", default=None, gt=0)
    capacity_tonnes_per_year: float | None = attribute("design capacity", unit="t/year", default=None, gt=0)
    capacity_teu_per_year: float | None = attribute("design capacity, containers", unit="TEU/year", default=None, gt=0)
    capacity_vehicles_per_year: float | None = attribute("design capacity, ro-ro vehicles", unit="vehicles/year", default=None, gt=0)
    capacity_passengers_per_year: float | None = attribute("design capacity, passengers", unit="passengers/year", default=None, gt=0)
    berth_dwt: Sequence[Deadweight] = attribute("largest vessel of each berth; absent: all take the largest", unit="t", default=())
    berth_tonnes_h: float | None = attribute("what a berth handles in an hour of work; absent: by capacity", unit="t/h", default=None, gt=0)
    cranes: int | None = attribute("cranes that the berths share; absent: every berth has its own", default=None, ge=1)
    yard_tonnes: float | None = attribute("room of the yard; absent: by capacity and dwell", unit="t", default=None, gt=0)
    yard_teu: float | None = attribute("room of the yard for containers", unit="TEU", default=None, gt=0)
    gate_lanes: int | None = attribute("lanes of the gate for trucks; absent: by the busiest hour", default=None, ge=1)
    opened: IsoDate | None = attribute("first day in use", default=None)
    closed: IsoDate | None = attribute("first day out of use", default=None)

    @model_validator(mode="after")
    def _every_berth(self) -> Self:
        """Refuse sizes of berths that are not one for each, or larger than the terminal's largest."""
        if self.berth_dwt and len(self.berth_dwt) != self.berths:
            raise ValueError(f"expected `berth_dwt` of every berth: {self.berths}, not {len(self.berth_dwt)}")
        if self.berth_dwt and self.vessel_dwt_max is not None and max(self.berth_dwt) > self.vessel_dwt_max:
            raise ValueError(f"expected `berth_dwt` up to vessel_dwt_max, {self.vessel_dwt_max:g} t, not {max(self.berth_dwt):g} t")
        return self


class OpeningHours(Sourced):
    """When a crossing is open, from a date on."""

    traffic: Literal["persons", "goods", "all"] = attribute("whom the hours are for")
    valid_from: IsoDate = attribute("first day on which the hours hold")
    open: ClockTime = attribute("opening time")
    close: ClockTime = attribute("closing time")
    timezone: str = attribute("IANA time zone of the clock", default="Asia/Shanghai")


class Dwell(Sourced):
    """Time taken by the formalities of both sides, from a date on."""

    traffic: Literal["person", "car", "truck", "train"] = attribute("who is dealt with")
    valid_from: IsoDate = attribute("first day on which the figure holds")
    dwell_min: float = attribute("mean time of both sides together, queue in normal traffic included", unit="min", ge=0)
    dwell_single_inspection_min: float | None = attribute("the same under one joint inspection", unit="min", default=None, ge=0)


class Crossing(Identified):
    """A border crossing."""

    name: Name = attribute("Chinese and English name")
    kind: Literal["road", "rail", "pontoon"] = attribute("what crosses")
    foreign_name: Name | None = attribute("name of the crossing on the other side", default=None)
    node: Identifier = attribute("node on the home side")
    lanes: int | None = attribute("inspection lanes, both directions", default=None, ge=1)
    hours: Sequence[OpeningHours] = attribute("opening hours by date", default=())
    dwell: Sequence[Dwell] = attribute("time taken by date", default=())
    opened: IsoDate | None = attribute("first day in use", default=None)


class Lock(Identified):
    """A ship lock on a waterway."""

    name: Name = attribute("Chinese and English name")
    node: Identifier = attribute("node of the lock")
    chambers: int = attribute("lock chambers (lines)", ge=1)
    chamber_length_m: float | None = attribute("length of the largest chamber", unit="m", default=None, gt=0)
    chamber_width_m: float | None = attribute("width of the largest chamber", unit="m", default=None, gt=0)
    sill_depth_m: float | None = attribute("depth over the sill of the largest chamber", unit="m", default=None, gt=0)
    vessel_dwt_max: float | None = attribute("largest vessel", unit="t", default=None, gt=0)
    capacity_one_way_tonnes_per_year: float | None = attribute("design capacity, one way", unit="t/year", default=None, gt=0)
    passage_min: float | None = attribute("fastest passage", unit="min", default=None, gt=0)
    wait_min: float | None = attribute("mean wait", unit="min", default=None, ge=0)
    other_traffic: bool = attribute(
        "whether most ships that pass are not in the network: simulated days then take passage and mean wait as given, without a queue",
        default=False,
    )
    opened: IsoDate | None = attribute("first day in use", default=None)


class Runway(Record):
    """A runway of an airport."""

    length_m: float = attribute("length", unit="m", gt=0)
    opened: IsoDate | None = attribute("first day in use", default=None)


class Airport(Identified):
    """What an airport node has besides its position."""

    node: Identifier = attribute("node of the airport")
    runways: Sequence[Runway] = attribute("runways", min_length=1)
    design_passengers_per_year: float | None = attribute("design capacity of the terminals", unit="passengers/year", default=None, gt=0)
    code: str | None = attribute("reference code (`4E`)", default=None)
