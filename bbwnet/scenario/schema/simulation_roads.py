"""Roads of a simulated day: queues at links, toll plazas, lanes at border crossings, and who turns round when."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from bbwnet.scenario.schema.base import Identified, Identifier, Record, Sequence, attribute
from bbwnet.scenario.schema.purposes import Assumed
from bbwnet.scenario.schema.simulation_service_time import ServiceTime


class TollPlaza(Identified):
    """A toll plaza at the beginning of a link: staffed lanes, lanes of electronic toll (ETC), and who has the device (V6)."""

    link: Identifier = attribute("road link on which it stands, at its beginning in the direction driven")
    direction: Literal["forward", "backward", "both"] = attribute(
        "direction of the link that pays; `both`: each has so many lanes", default="both"
    )
    lanes: int = attribute("staffed lanes in a direction", ge=0, le=100)
    etc_lanes: int = attribute("lanes of electronic toll in a direction", default=0, ge=0, le=100)
    etc_share: float = attribute("share of vehicles that pay electronically", default=0.0, ge=0, le=1)
    service_time: ServiceTime = attribute("of a vehicle that stops to pay", default=ServiceTime(mean_s=14.0))
    etc_service_time: ServiceTime = attribute("of a vehicle that pays electronically", default=ServiceTime(mean_s=3.6))

    @model_validator(mode="after")
    def _lanes_for_all(self) -> Self:
        """Refuse vehicles without a lane, and lanes without vehicles."""
        if (self.etc_share < 1) != (self.lanes > 0):
            raise ValueError(f"lanes (={self.lanes}) must be more than 0 where someone stops to pay, and 0 where nobody does")
        if (self.etc_share > 0) != (self.etc_lanes > 0):
            raise ValueError(
                f"etc_lanes (={self.etc_lanes}) must be more than 0 where someone pays electronically, and 0 where nobody does"
            )
        return self


class CrossingLanes(Assumed):
    """Lanes and service of a crossing as a scenario has them, where its record does not say."""

    crossing: Identifier = attribute("border crossing")
    traffic: Literal["car", "truck"] = attribute("whose lanes; coaches use those of cars")
    lanes: int = attribute("lanes in each direction", ge=1, le=200)
    service_time: ServiceTime = attribute("inspection of one vehicle in its lane")
    rest_min: float | None = attribute(
        "formalities beside the lane; absent: what the dwell of the crossing has beyond the mean service", unit="min", default=None, ge=0
    )


class BorderDay(Assumed):
    """Border crossings on a simulated day."""

    inspection: Literal["fixed", "random"] = attribute(
        "whether the service in a lane is always the same, or lognormal about its mean", default="random"
    )
    inspection_cv: float = attribute("standard deviation over the mean of a random inspection", default=0.5, gt=0, le=5)
    car_lanes: int = attribute("lanes for cars and coaches in a direction; trucks have those of the crossing's record", default=2, ge=1)
    car_service_s: float = attribute("inspection of a car or coach in its lane", unit="s", default=180.0, gt=0)
    crossings: Sequence[CrossingLanes] = attribute("crossings with lanes of their own", default=())


class Drivers(Assumed):
    """What drivers do before a closed road."""

    patience_min: float = attribute("wait at a closed road before another way is looked for", unit="min", default=30.0, ge=0)
    give_up_h: float = attribute("wait at a closed road without another way before the journey is given up", unit="h", default=24.0, ge=0)


class RoadDayChoice(Record):
    """How roads are simulated."""

    queue: Literal["point", "spill_back"] = attribute(
        "`point`: who waits at the end of a link takes no room; `spill_back`: a full link holds up those before it", default="point"
    )
    jam_pcu_km: float = attribute("passenger-car units that stand on a kilometre of a lane", unit="pcu/km", default=140.0, gt=0, le=400)
    unblock_min: float = attribute(
        "time after which the first of a link enters a full one all the same, so that no ring of full links stands still for ever",
        unit="min", default=30.0, gt=0,
    )  # fmt: skip
    cohorts: int = attribute("cohorts in which the vehicles of a day are moved, about; their number does not grow with demand",
        default=100_000, ge=1000, le=5_000_000,
    )  # fmt: skip
    departures: Literal["random", "even"] = attribute("how cohorts set out within the hours of their flow", default="random")
    drivers: Drivers = attribute("what drivers do before a closed road", default=Drivers())
    border: BorderDay = attribute("lanes of border crossings", default=BorderDay())
    toll_plazas: Sequence[TollPlaza] = attribute("toll plazas; the region has no data on any", default=())
    watch: Sequence[Identifier] = attribute("links whose queues are listed among the servers, besides in the table of roads", default=())

    @model_validator(mode="after")
    def _once(self) -> Self:
        """Refuse a plaza, a crossing's lanes or a stretch with a plaza given twice."""
        ids = [plaza.id for plaza in self.toll_plazas]
        stretches = [(plaza.link, way) for plaza in self.toll_plazas for way in _ways(plaza)]
        lanes = [(item.crossing, item.traffic) for item in self.border.crossings]
        for name, found in (("toll_plazas: identifier", ids), ("toll_plazas: link and direction", stretches), ("crossings", lanes)):
            twice = next((item for place, item in enumerate(found) if item in found[:place]), None)
            if twice is not None:
                raise ValueError(f"{name} {twice if isinstance(twice, str) else ' '.join(twice)} appears twice")
        return self


def _ways(plaza: TollPlaza) -> tuple[str, ...]:
    return ("forward", "backward") if plaza.direction == "both" else (plaza.direction,)
