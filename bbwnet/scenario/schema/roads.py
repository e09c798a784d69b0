"""What roads carry and how they slow down: capacity of a lane by class, delay functions, and the hours that are loaded together.

No count of the region was seen, so all of it is assumed. Capacities of a lane are rounded from those in common use (Highway Capacity
Manual; China's JTG B01-2014 has 2,000 to 2,200 pcu/h a lane of expressways, and 2,500 to 2,800 on both lanes of a class 2 road), less what
junctions and side traffic take. Delays are those of the Bureau of Public Roads (1964): t = t0 (1 + b (v/c)^p).

Passenger-car units of coaches and trucks are those of JTG B01-2014: 1.5 for coaches of more than 19 seats and trucks of 2 to 7 t, 2.5 for
trucks to 20 t, 4 for those above.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import Record, Sequence, attribute
from bbwnet.scenario.schema.demand import HOURS, Assumed
from bbwnet.scenario.schema.infrastructure import RoadClass

Hour = Annotated[int, Field(ge=0, lt=HOURS)]
"""An hour of the day at its beginning."""


class _ByRoadClass(Assumed):
    """A figure for each class of road."""

    def of(self, road_class: RoadClass) -> float:
        """The figure of one class."""
        found: float = getattr(self, road_class)
        return found


class LaneCapacity(_ByRoadClass):
    """Passenger-car units that a lane carries in an hour, by class of road."""

    expressway: float = attribute("expressways", unit="pcu/h", default=2000.0, gt=0)
    class_1: float = attribute("class 1: four lanes, junctions at grade", unit="pcu/h", default=1500.0, gt=0)
    class_2: float = attribute("class 2: a lane each way", unit="pcu/h", default=1200.0, gt=0)
    class_3: float = attribute("class 3: a narrow lane each way", unit="pcu/h", default=800.0, gt=0)
    urban: float = attribute("streets with traffic lights", unit="pcu/h", default=900.0, gt=0)


class DelayFactor(_ByRoadClass):
    """b of the delay function: share of its time that a full road takes longer than an empty one; 0: never longer."""

    expressway: float = attribute("expressways", default=0.15, ge=0, le=10)
    class_1: float = attribute("class 1", default=0.15, ge=0, le=10)
    class_2: float = attribute("class 2", default=0.15, ge=0, le=10)
    class_3: float = attribute("class 3", default=0.15, ge=0, le=10)
    urban: float = attribute("streets", default=0.15, ge=0, le=10)


class DelayPower(_ByRoadClass):
    """p of the delay function: how suddenly a road slows down near its capacity."""

    expressway: float = attribute("expressways", default=4.0, ge=1, le=20)
    class_1: float = attribute("class 1", default=4.0, ge=1, le=20)
    class_2: float = attribute("class 2", default=4.0, ge=1, le=20)
    class_3: float = attribute("class 3", default=4.0, ge=1, le=20)
    urban: float = attribute("streets", default=4.0, ge=1, le=20)


class Coaches(Assumed):
    """Coaches of the timetable on the roads: always there, whatever the roads are like."""

    pcu: float = attribute("passenger-car units of one", default=1.5, gt=0, le=10)


class TruckClass(Assumed):
    """Goods vehicles of one size: what room they take, and what they mind on their way besides time."""

    pcu: float = attribute("passenger-car units of one", default=1.5, gt=0, le=10)
    value_of_time_cny_h: float = attribute("driver, vehicle and goods on board together", unit="CNY/h", default=60.0, gt=0)
    running_cny_km: float = attribute("fuel, tyres and repairs", unit="CNY/km", default=1.0, ge=0)
    toll_factor: float = attribute("toll over that of a car", default=1.0, ge=0, le=20)
    ferry_factor: float = attribute("fare on a ro-ro ferry over that of a car; of heavy trucks for freight, too", default=1.6, ge=0, le=20)
    top_speed_kmh: float = attribute("mean speed that it does not exceed on any road", unit="km/h", default=90.0, gt=0, le=140)


class VehicleClasses(Record):
    """Vehicles on the roads besides cars."""

    coach: Coaches = attribute("coaches of the timetable", default=Coaches())
    light_truck: TruckClass = attribute("trucks of 2 to 7 t", default=TruckClass())
    heavy_truck: TruckClass = attribute(
        "trucks with trailers, containers among them",
        default=TruckClass(pcu=4.0, value_of_time_cny_h=140.0, running_cny_km=2.3, toll_factor=3.0, ferry_factor=2.5, top_speed_kmh=80.0),
    )


class RoadChoice(Record):
    """What roads carry, how they slow down, which hours are loaded together, and what else than cars is on them."""

    lane_capacity: LaneCapacity = attribute("capacity of a lane, one direction", unit="pcu/h", default=LaneCapacity())
    delay_factor: DelayFactor = attribute("b of t = t0 (1 + b (v/c)^p)", default=DelayFactor())
    delay_power: DelayPower = attribute("p of t = t0 (1 + b (v/c)^p)", default=DelayPower())
    hour_groups: Sequence[Hour] = attribute(
        "hours at which groups begin that are loaded together at their mean, region's clock; the first at 0", default=(0, 7, 10, 16, 19)
    )

    classes: VehicleClasses = attribute("coaches and trucks on the roads", default=VehicleClasses())

    @model_validator(mode="after")
    def _whole_day(self) -> Self:
        """Refuse groups that are no division of a day."""
        starts = self.hour_groups
        if not starts or starts[0] != 0 or list(starts) != sorted(set(starts)):
            raise ValueError("expected hours that rise from 0, each once")
        return self
