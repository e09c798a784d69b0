"""Ports of the simulated day: berths, cranes, yards, gates, and how ships come.

Berths, capacities and channels are in the network. What the data do not say of a terminal follows from its design capacity: a berth works
at the rate with which all berths, as busy as the handbook advises, reproduce that capacity. No terminal's own figures were seen.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import Identifier, Record, Sequence, attribute
from bbwnet.scenario.schema.freight_chains import ByCommodity
from bbwnet.scenario.schema.purposes import Assumed
from bbwnet.scenario.schema.simulation_service_time import ServiceTime

Share = Annotated[float, Field(gt=0, le=1)]
"""Above zero, at most one."""
Factor = Annotated[float, Field(ge=0, le=100)]
"""Zero or more."""


class LeastBerthRate(ByCommodity):
    """What a berth handles at least in an hour of work, whatever its design capacity: arms and grabs are built to clear a ship in days."""

    coal: float = attribute("coal", unit="t/h", default=600.0, gt=0)
    ore: float = attribute("ore", unit="t/h", default=600.0, gt=0)
    oil: float = attribute("oil and products", unit="t/h", default=800.0, gt=0)
    lng: float = attribute("liquefied natural gas", unit="t/h", default=4000.0, gt=0)
    containers: float = attribute("goods in containers: some 25 TEU", unit="t/h", default=250.0, gt=0)
    grain: float = attribute("grain and sugar", unit="t/h", default=250.0, gt=0)
    steel: float = attribute("steel", unit="t/h", default=150.0, gt=0)
    building_material: float = attribute("building material", unit="t/h", default=300.0, gt=0)
    other: float = attribute("other goods", unit="t/h", default=120.0, gt=0)


class CallExchange(ByCommodity):
    """Tonnes unloaded and loaded at a call over the deadweight of the ship; a liner calls at many ports."""

    coal: float = attribute("coal", default=0.9, gt=0, le=2)
    ore: float = attribute("ore", default=0.9, gt=0, le=2)
    oil: float = attribute("oil and products", default=0.8, gt=0, le=2)
    lng: float = attribute("liquefied natural gas", default=0.9, gt=0, le=2)
    containers: float = attribute("goods in containers", default=0.4, gt=0, le=2)
    grain: float = attribute("grain and sugar", default=0.8, gt=0, le=2)
    steel: float = attribute("steel", default=0.8, gt=0, le=2)
    building_material: float = attribute("building material", default=0.9, gt=0, le=2)
    other: float = attribute("other goods", default=0.7, gt=0, le=2)


class ShipChoice(Assumed):
    """How ships come, how deep they lie, and what they do while a port is closed."""

    liners: Literal["regular", "poisson"] = attribute("how container ships come: evenly, or by chance", default="regular")
    tramps: Literal["regular", "poisson"] = attribute("how other ships come", default="poisson")
    cargo_cv: float = attribute("standard deviation of the cargo of a call over its mean", default=0.3, ge=0, le=2)
    exchange: CallExchange = attribute("cargo of a call over deadweight", default=CallExchange())
    draught_m: float = attribute("draught of a laden ship is this times dwt to the power below; to a tenth", unit="m", default=0.65, gt=0)
    draught_power: float = attribute("power of deadweight", default=0.275, gt=0, le=1)
    under_keel_share: float = attribute("water under the keel over draught", default=0.1, ge=0, le=1)
    shelter_after_h: float = attribute("ships at anchor leave for shelter from closures as long as this", unit="h", default=12.0, ge=0)
    shelter_return_h: float = attribute("time after opening at which those that sheltered are back", unit="h", default=8.0, ge=0)
    lead_days: float = attribute(
        "days of arrivals before the simulation begins, from which follows who is alongside then", unit="days", default=10.0, ge=0, le=365
    )


class BerthChoice(Assumed):
    """How berths work."""

    occupancy: Sequence[Share] = attribute(
        "share of time for which one, two, three, ... berths are taken at design capacity (UNCTAD 1985, Port development, from memory)",
        default=(0.4, 0.5, 0.55, 0.6, 0.65, 0.7),
        min_length=1,
    )
    alongside_h: float = attribute("time alongside without work: mooring, papers, casting off", unit="h", default=2.0, ge=0)
    least_t_h: LeastBerthRate = attribute("least rate of a berth", unit="t/h", default=LeastBerthRate())
    cranes_per_ship: float = attribute("cranes with which a ship is worked at the full rate, where the data have cranes", default=3.0, gt=0)
    wait_for_cargo_h: float = attribute(
        "longest that a ship waits alongside for goods to load that are not there", unit="h", default=12.0, ge=0
    )


class YardChoice(Assumed):
    """Room for goods between ship and land."""

    room_over_dwell: float = attribute(
        "room of a yard whose size the data do not have, over what design capacity and mean dwell fill", default=1.6, gt=0
    )
    lot_h: float = attribute("work of a berth that is put into the yard, or taken from it, at once", unit="h", default=1.0, gt=0)


class GateChoice(Assumed):
    """Lanes for trucks."""

    service: ServiceTime = attribute("time of a truck in a lane, the mean counts", default=ServiceTime(mean_min=2.0))
    busy_share: float = attribute(
        "lanes, where the data have none: as many as keep the busiest hour below this use", default=0.7, gt=0, lt=1
    )


class PortWeather(Assumed):
    """Weather that ships of cargo come, leave and are worked in, where the scenario has a series for the port.

    Haikou's rule since 23 January 2019 (Nanguo Metropolis Daily): under 1,000 m of visibility no ship but ro-ro ferries enters, leaves or
    berths. Rizhao's rule: none does from force 8 on. Cranes are built to work in 20 m/s on the coast (GB/T 3811, from memory).
    """

    wind_max_ms: float = attribute("strongest mean wind to come and leave in: below force 8", unit="m/s", default=17.1, gt=0)
    visibility_min_m: float = attribute("least visibility to come and leave in", unit="m", default=1000.0, ge=0)
    work_wind_max_ms: float = attribute(
        "strongest mean wind in which ships are worked; they leave the anchorage for shelter from more", unit="m/s", default=20.0, gt=0
    )

    @model_validator(mode="after")
    def _moves_before_work(self) -> Self:
        """Refuse ships that come in what they may not be worked in."""
        if self.wind_max_ms > self.work_wind_max_ms:
            raise ValueError(f"wind_max_ms (={self.wind_max_ms:g}) must not be more than work_wind_max_ms (={self.work_wind_max_ms:g})")
        return self


class PortChoice(Record):
    """Ports of the simulated day."""

    ships: ShipChoice = attribute("ships", default=ShipChoice())
    berths: BerthChoice = attribute("berths", default=BerthChoice())
    yards: YardChoice = attribute("yards", default=YardChoice())
    gates: GateChoice = attribute("gates", default=GateChoice())
    weather: PortWeather = attribute("weather that ships are held up by", default=PortWeather())
    surge: dict[Identifier, Factor] = attribute(
        "factor on the ships and land traffic of a terminal of the flows, beside the flows themselves", default={}
    )
