"""What moving a tonne takes by truck, train, barge and ship, through ports, locks and borders, and how shippers choose.

No tariff sheet or contract of the region was seen. Figures are at the prices of 2016, from general knowledge (`estimated`) where something
like them is published nation-wide, such as the rail tariff of 2015 (a base of some 16 CNY/t and 0.13 to 0.16 CNY/(t km), construction fund
included) or truck rates of 0.3 to 0.5 CNY/(t km); the others are ours (`assumed`). The demand of a commodity, what fits on a truck and what
an hour is worth to it are in `demand.freight`.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import Confidence, Identifier, Record, Sequence, attribute
from bbwnet.scenario.schema.demand import Assumed, HourWeights
from bbwnet.scenario.schema.freight import FreightCommodity
from bbwnet.scenario.schema.terminals import Commodity

Tonnes = Annotated[float, Field(gt=0)]
"""Above zero."""


class ByCommodity(Assumed):
    """A figure for each commodity of freight."""

    def of(self, commodity: str) -> float:
        """The figure of one commodity; raises `AttributeError` for one that is none."""
        found: float = getattr(self, commodity)
        return found


class PortHandling(ByCommodity):
    """Price of loading or unloading a tonne at a quay."""

    coal: float = attribute("coal", unit="CNY/t", default=16.0, ge=0)
    ore: float = attribute("ore", unit="CNY/t", default=17.0, ge=0)
    oil: float = attribute("oil and products", unit="CNY/t", default=12.0, ge=0)
    lng: float = attribute("liquefied natural gas", unit="CNY/t", default=60.0, ge=0)
    containers: float = attribute("goods in containers: some 450 CNY a box", unit="CNY/t", default=33.0, ge=0)
    grain: float = attribute("grain and sugar", unit="CNY/t", default=22.0, ge=0)
    steel: float = attribute("steel", unit="CNY/t", default=24.0, ge=0)
    building_material: float = attribute("building material", unit="CNY/t", default=13.0, ge=0)
    other: float = attribute("other goods", unit="CNY/t", default=30.0, ge=0)


class PortDwell(ByCommodity):
    """Mean time of goods in a port between land and ship, capacity enough."""

    coal: float = attribute("coal", unit="h", default=240.0, ge=0)
    ore: float = attribute("ore", unit="h", default=240.0, ge=0)
    oil: float = attribute("oil and products", unit="h", default=120.0, ge=0)
    lng: float = attribute("liquefied natural gas", unit="h", default=120.0, ge=0)
    containers: float = attribute("goods in containers", unit="h", default=84.0, ge=0)
    grain: float = attribute("grain and sugar", unit="h", default=168.0, ge=0)
    steel: float = attribute("steel", unit="h", default=120.0, ge=0)
    building_material: float = attribute("building material", unit="h", default=96.0, ge=0)
    other: float = attribute("other goods", unit="h", default=120.0, ge=0)


class LargestShipment(ByCommodity):
    """Largest ship that trades of a commodity fill; terminals and channels may bind sooner."""

    coal: float = attribute("coal", unit="t", default=100_000.0, gt=0)
    ore: float = attribute("ore", unit="t", default=300_000.0, gt=0)
    oil: float = attribute("oil and products", unit="t", default=300_000.0, gt=0)
    lng: float = attribute("liquefied natural gas", unit="t", default=120_000.0, gt=0)
    containers: float = attribute("container ships", unit="t", default=100_000.0, gt=0)
    grain: float = attribute("grain and sugar", unit="t", default=70_000.0, gt=0)
    steel: float = attribute("steel", unit="t", default=50_000.0, gt=0)
    building_material: float = attribute("building material", unit="t", default=20_000.0, gt=0)
    other: float = attribute("other goods", unit="t", default=50_000.0, gt=0)


class SidingShare(ByCommodity):
    """Share of a commodity whose sender or receiver near a yard or quay has a siding, conveyor or pipe of its own: no truck there."""

    coal: float = attribute("coal", default=0.7, ge=0, le=1)
    ore: float = attribute("ore", default=0.8, ge=0, le=1)
    oil: float = attribute("oil and products", default=0.8, ge=0, le=1)
    lng: float = attribute("liquefied natural gas, by pipe", default=1.0, ge=0, le=1)
    containers: float = attribute("goods in containers", default=0.0, ge=0, le=1)
    grain: float = attribute("grain and sugar, mills at the quay", default=0.4, ge=0, le=1)
    steel: float = attribute("steel", default=0.5, ge=0, le=1)
    building_material: float = attribute("building material", default=0.2, ge=0, le=1)
    other: float = attribute("other goods", default=0.1, ge=0, le=1)


class ChainSensitivity(ByCommodity):
    """Utility lost with each CNY of generalised cost of a tonne."""

    coal: float = attribute("coal", unit="t/CNY", default=0.05, gt=0, le=10)
    ore: float = attribute("ore", unit="t/CNY", default=0.05, gt=0, le=10)
    oil: float = attribute("oil and products", unit="t/CNY", default=0.05, gt=0, le=10)
    lng: float = attribute("liquefied natural gas", unit="t/CNY", default=0.05, gt=0, le=10)
    containers: float = attribute("goods in containers", unit="t/CNY", default=0.02, gt=0, le=10)
    grain: float = attribute("grain and sugar", unit="t/CNY", default=0.03, gt=0, le=10)
    steel: float = attribute("steel", unit="t/CNY", default=0.03, gt=0, le=10)
    building_material: float = attribute("building material", unit="t/CNY", default=0.05, gt=0, le=10)
    other: float = attribute("other goods", unit="t/CNY", default=0.02, gt=0, le=10)


class ChainChoice(Assumed):
    """How shippers choose: main way (road, rail, river, sea), then port, then the way to the port."""

    sensitivity: ChainSensitivity = attribute("utility lost with each CNY/t", default=ChainSensitivity())
    port_scale: float = attribute("dissimilarity of ports: 1 unlike, towards 0 the same", default=0.7, gt=0, le=1)
    inland_scale: float = attribute("dissimilarity of the ways to a port; no more than that of ports", default=0.5, gt=0, le=1)
    gate_scale: float = attribute(
        "dissimilarity of parallel crossings and ferries, of which a driver asks little but time and money; no more than that of the ways"
        " to a port",
        default=0.3,
        gt=0,
        le=1,
    )
    foreign_transit: bool = attribute(
        "whether goods of a country that has ports go by land over a border to a port of its neighbour and on by sea; without it what"
        " crosses a land border is the trade of the two neighbours",
        default=False,
    )
    least_likely: float = attribute(
        "alternatives less likely than this over the likeliest of their nest are not considered", default=0.01, ge=0, lt=1
    )
    unreliability_weight: float = attribute("what an hour of spread counts over an hour of time", default=0.8, ge=0)
    road_spread: float = attribute("spread of the time on roads, over its mean", default=0.1, ge=0)
    rail_spread: float = attribute("spread of the time by rail, over its mean", default=0.3, ge=0)
    water_spread: float = attribute("spread of the time by barge, over its mean", default=0.3, ge=0)
    sea_spread: float = attribute("spread of the time by sea and in ports, over its mean", default=0.25, ge=0)

    @model_validator(mode="after")
    def _nested(self) -> Self:
        """Refuse a lower nest that is wider than the one above it."""
        if self.inland_scale > self.port_scale:
            raise ValueError("inland_scale must be at most port_scale")
        if self.gate_scale > self.inland_scale:
            raise ValueError("gate_scale must be at most inland_scale")
        return self


class RoadHaul(Assumed):
    """A truck: what it costs besides the toll of cars, how much longer it takes, and how it is loaded.

    On a ferry it pays what `roads.classes.heavy_truck.ferry_factor` says, as on the roads.
    """

    confidence: Confidence = attribute("`measured`, `reported`, `estimated` or `assumed`", default="estimated")
    cny_km: float = attribute("fuel, tyres and wear of a truck", unit="CNY/km", default=2.2, ge=0)
    cny_h: float = attribute("driver and capital of a truck", unit="CNY/h", default=40.0, ge=0)
    toll_factor: float = attribute("toll of a truck over that of a car", default=2.8, ge=0)
    unknown_ferry_cny_km: float = attribute("ferry fare of a car where it is not known", unit="CNY/km", default=8.0, ge=0)
    time_factor: float = attribute("time of a truck over that of a car, rests included", default=1.4, ge=1)
    light_factor: float = attribute("cost of a light truck over that of a heavy one", default=0.4, gt=0, le=1)
    handling_cny_t: float = attribute("loading a truck, or unloading it", unit="CNY/t", default=6.0, ge=0)
    handling_h: float = attribute("loading a truck, or unloading it, with the wait", unit="h", default=3.0, ge=0)
    no_land_border: Sequence[FreightCommodity] = attribute(
        "commodities that no truck takes over a land border: bulk goes by train or ship; sea and trains are not touched",
        default=("coal", "ore", "oil", "lng"),
    )
    connector_detour: float = attribute("way between a place and a terminal that no road joins, over the straight line", default=1.4, ge=1)
    connector_speed_kmh: float = attribute("speed on it", unit="km/h", default=30.0, gt=0)
    hour_weights: HourWeights = attribute(
        "weights of the 24 hours in which trucks set out, region's clock",
        default=(2, 2, 2, 2, 2.5, 3, 4, 5, 6, 6, 6, 5.5, 5, 5.5, 6, 6, 5.5, 5, 4.5, 4, 3.5, 3, 2.5, 2),
    )


class RailTariff(ByCommodity):
    """Rail tariff of a commodity over that of the scenario: the classes of the national tariff, rounded."""

    coal: float = attribute("coal", default=0.9, gt=0)
    ore: float = attribute("ore", default=0.9, gt=0)
    oil: float = attribute("oil and products, in tank wagons", default=1.3, gt=0)
    lng: float = attribute("liquefied natural gas, hardly ever by rail", default=3.0, gt=0)
    containers: float = attribute("goods in containers: 500 CNY and 2.025 CNY/km a TEU in 2015, from memory", default=1.5, gt=0)
    grain: float = attribute("grain and sugar", default=0.95, gt=0)
    steel: float = attribute("steel", default=1.05, gt=0)
    building_material: float = attribute("building material", default=0.9, gt=0)
    other: float = attribute("other goods, in covered wagons", default=1.3, gt=0)


class RailHaul(Assumed):
    """Freight trains: tariff, speed, yards, and paths that passenger trains leave."""

    confidence: Confidence = attribute("`measured`, `reported`, `estimated` or `assumed`", default="estimated")
    base_cny_t: float = attribute("tariff whatever the distance", unit="CNY/t", default=16.0, ge=0)
    cny_t_km: float = attribute("tariff with distance, construction fund included", unit="CNY/(t km)", default=0.15, ge=0)
    speed_max_kmh: float = attribute("highest speed of freight trains", unit="km/h", default=80.0, gt=0)
    line_speed_max_kmh: float = attribute(
        "lines built for more take no freight trains, whatever the data say of mixed traffic", unit="km/h", default=200.0, gt=0
    )
    speed_factor: float = attribute(
        "speed with stops on the way over the line's or the train's, whichever is less", default=0.6, gt=0, le=1
    )
    tariff_factor: RailTariff = attribute("tariff by commodity over the above", default=RailTariff())
    inconvenience_cny_t: float = attribute(
        "what a shipper without a siding would pay to be spared applying for wagons and the hours given; calibration sets it",
        unit="CNY/t",
        default=50.0,
    )
    handling_cny_t: float = attribute("loading a wagon, or unloading it", unit="CNY/t", default=8.0, ge=0)
    yard_h: float = attribute("time in a yard at either end: loading, making up trains", unit="h", default=20.0, ge=0)
    tonnes_per_train: float = attribute("goods on a loaded train", unit="t", default=2200.0, gt=0)
    paths_day: Sequence[Tonnes] = attribute(
        "trains a day and direction on one, two, three, four or more tracks",
        unit="1/day",
        default=(32.0, 110.0, 140.0, 220.0),
        min_length=4,
    )
    paths_per_passenger_train: float = attribute("paths that a passenger train takes", default=1.3, ge=0)
    least_paths_day: float = attribute("paths kept for freight however many passenger trains run", unit="1/day", default=4.0, gt=0)
    ferry_trains_day: float = attribute("freight trains a day and direction that a train ferry takes", unit="1/day", default=6.0, gt=0)
    border_h: float = attribute(
        "time of goods trains at a border besides the formalities of passenger trains", unit="h", default=36.0, ge=0
    )
    border_cny_t: float = attribute("price of changing wagons or reloading at a border", unit="CNY/t", default=15.0, ge=0)
    border_trains_day: float = attribute("freight trains a day and direction that a border takes", unit="1/day", default=3.0, gt=0)
    ferry_cny_t: float = attribute("price of the train ferry besides distance", unit="CNY/t", default=18.0, ge=0)
    station_km: float = attribute(
        "farthest that the goods station of a place may be from its centre, straight", unit="km", default=30.0, ge=0
    )
    extra_stations: Sequence[Identifier] = attribute("stations open to goods besides yards and each place's own", default=())
    dock_km: float = attribute("freight yards within this of a port are joined to it by track, straight", unit="km", default=12.0, ge=0)
    dock_cny_t_km: float = attribute("price on that track", unit="CNY/(t km)", default=0.5, ge=0)
    dock_h: float = attribute("time between yard and quay", unit="h", default=6.0, ge=0)


class Vessel(Record):
    """A size of barge or ship."""

    dwt: float = attribute("deadweight", unit="t", gt=0)
    cny_day: float = attribute("hire and fuel under way", unit="CNY/day", gt=0)
    speed_kmh: float = attribute("mean speed under way, hours lying idle included", unit="km/h", gt=0)
    port_h: float = attribute("time in port at either end, loading included", unit="h", ge=0)


class WaterHaul(Assumed):
    """Barges on rivers."""

    confidence: Confidence = attribute("`measured`, `reported`, `estimated` or `assumed`", default="estimated")
    vessels: Sequence[Vessel] = attribute(
        "sizes",
        default=(
            Vessel(dwt=1000.0, cny_day=5000.0, speed_kmh=9.0, port_h=20.0),
            Vessel(dwt=2000.0, cny_day=8000.0, speed_kmh=9.0, port_h=24.0),
            Vessel(dwt=3000.0, cny_day=10500.0, speed_kmh=9.0, port_h=28.0),
            Vessel(dwt=5000.0, cny_day=15000.0, speed_kmh=9.0, port_h=36.0),
        ),
        min_length=1,
    )
    load_share: float = attribute("tonnes over deadweight, both directions together", default=0.6, gt=0, le=1)
    handling_cny_t: float = attribute("loading a barge, or unloading it", unit="CNY/t", default=11.0, ge=0)
    dwell_h: float = attribute("time of goods in a river port before they are on board", unit="h", default=48.0, ge=0)
    lock_cny_t: float = attribute("dues of a lock", unit="CNY/t", default=0.7, ge=0)
    lock_tonnes_year: float = attribute("capacity of a lock chamber, one way, where the data have none", unit="t/year", default=12e6, gt=0)


class SeaHaul(Assumed):
    """Ships at sea, liners and others."""

    confidence: Confidence = attribute("`measured`, `reported`, `estimated` or `assumed`", default="estimated")
    vessels: Sequence[Vessel] = attribute(
        "sizes",
        default=(
            Vessel(dwt=5000.0, cny_day=30_000.0, speed_kmh=20.0, port_h=24.0),
            Vessel(dwt=20_000.0, cny_day=70_000.0, speed_kmh=22.0, port_h=36.0),
            Vessel(dwt=50_000.0, cny_day=105_000.0, speed_kmh=23.0, port_h=48.0),
            Vessel(dwt=100_000.0, cny_day=150_000.0, speed_kmh=24.0, port_h=60.0),
            Vessel(dwt=200_000.0, cny_day=200_000.0, speed_kmh=24.0, port_h=72.0),
            Vessel(dwt=300_000.0, cny_day=260_000.0, speed_kmh=24.0, port_h=90.0),
        ),
        min_length=1,
    )
    load_share: float = attribute("tonnes over deadweight, both directions together", default=0.55, gt=0, le=1)
    handling_cny_t: PortHandling = attribute("loading a ship, or unloading it", unit="CNY/t", default=PortHandling())
    dwell_h: PortDwell = attribute("time of goods in a port", unit="h", default=PortDwell())
    largest_dwt: LargestShipment = attribute("largest ship by commodity", default=LargestShipment())
    open_port_dwt: float = attribute("largest ship at ports that have no terminals in the data", unit="t", default=200_000.0, gt=0)
    liner_teu_per_call: float = attribute("TEU of capacity of a port for each call of a liner in a year", unit="TEU", default=1600.0, gt=0)
    liner_dwt_per_call: float = attribute(
        "deadweight of the largest liner for each call a week of the lesser port: a port that ships little is served by small ships",
        unit="t",
        default=1500.0,
        gt=0,
    )
    liner_destination_share: float = attribute("share of the calls of a port that sail to one given port", default=0.08, gt=0, le=1)
    open_port_calls_week: float = attribute("calls a week at ports without terminals in the data", unit="1/week", default=60.0, gt=0)
    least_calls_week: float = attribute("sailings a week to a port, transhipment included", unit="1/week", default=0.7, gt=0)
    tramp_wait_h: float = attribute("wait for a ship that is no liner", unit="h", default=48.0, ge=0)
    customs_cny_t: float = attribute("customs of a port or crossing", unit="CNY/t", default=4.0, ge=0)
    customs_h: float = attribute("time of customs of a port", unit="h", default=24.0, ge=0)


class FreightCapacity(Assumed):
    """What extra time loads bring, t = a (load / capacity)^p, and how long a balance is sought."""

    wait_power: float = attribute("p", default=4.0, ge=1, le=20)
    port_wait_h: float = attribute("a of the terminals of a port", unit="h", default=24.0, ge=0)
    lock_wait_h: float = attribute("a of locks, besides the wait that the data give", unit="h", default=8.0, ge=0)
    border_wait_h: float = attribute("a of crossings, besides dwell", unit="h", default=12.0, ge=0)
    ferry_wait_h: float = attribute("a of ro-ro ferries, besides check-in and the mean wait", unit="h", default=3.0, ge=0)
    rail_factor: float = attribute("a of rail lines, over the time without other trains", default=1.0, ge=0)
    longest_wait_h: float = attribute(
        "most that loads add at a crossing, ferry, lock or line: demand beyond its capacity has no mean wait, and tables say by how much"
        " it exceeds it instead",
        unit="h",
        default=48.0,
        ge=0,
    )
    longest_port_wait_h: float = attribute("the same of the terminals of a port, where ships wait for days", unit="h", default=168.0, ge=0)
    waiting_cny_t_h: float = attribute(
        "price of waiting vessels and trains besides what time is worth; trucks wait at the price of their hour",
        unit="CNY/(t h)",
        default=0.25,
        ge=0,
    )
    lane_trucks_h: float = attribute("trucks that an inspection lane takes in an hour, both sides together", unit="1/h", default=12.0, gt=0)
    lanes: int = attribute("lanes of a crossing where the data have none", default=1, ge=1)
    ferry_truck_share: float = attribute("share of the room of ro-ro ferries for trucks", default=0.5, gt=0, le=1)
    ferry_vehicles_sailing: float = attribute("vehicles of all kinds on a sailing", default=90.0, gt=0)
    gap: float = attribute("change of loads over their sum at which the balance is taken as found", default=0.01, gt=0, lt=1)
    rounds: int = attribute("rounds at most", default=40, ge=1, le=1000)


class ServedAs(Assumed):
    """What terminals serve which freight."""

    coal: Sequence[Commodity] = attribute("coal", default=("coal",))
    ore: Sequence[Commodity] = attribute("ore", default=("ore",))
    oil: Sequence[Commodity] = attribute("oil and products", default=("oil",))
    lng: Sequence[Commodity] = attribute("liquefied natural gas", default=("lng",))
    containers: Sequence[Commodity] = attribute("goods in containers", default=("containers",))
    grain: Sequence[Commodity] = attribute("grain and sugar, in bags too", default=("grain", "general"))
    steel: Sequence[Commodity] = attribute("steel", default=("steel", "general"))
    building_material: Sequence[Commodity] = attribute("building material", default=("building_material", "general"))
    other: Sequence[Commodity] = attribute("other goods", default=("general",))

    def of(self, commodity: str) -> tuple[str, ...]:
        """Words of terminals that serve one commodity of freight."""
        found: tuple[str, ...] = getattr(self, commodity)
        return found


class FreightChains(Record):
    """How freight moves: modes, terminals, capacities, and the choice among chains of them."""

    choice: ChainChoice = attribute("how shippers choose", default=ChainChoice())
    road: RoadHaul = attribute("trucks", default=RoadHaul())
    rail: RailHaul = attribute("trains", default=RailHaul())
    water: WaterHaul = attribute("barges", default=WaterHaul())
    sea: SeaHaul = attribute("ships", default=SeaHaul())
    capacity: FreightCapacity = attribute("capacities and what loads do to times", default=FreightCapacity())
    served_as: ServedAs = attribute("what terminals serve which freight", default=ServedAs())
    siding_share: SidingShare = attribute("senders and receivers with a siding or quay of their own", default=SidingShare())
    listed_tonnes_year: float = attribute(
        "chains of less are not listed by themselves: their tonnes go with the others of their origin and destination",
        unit="t/year",
        default=1000.0,
        ge=0,
    )
    siding_km: float = attribute("farthest that such a siding or pipe reaches, by road", unit="km", default=45.0, ge=0)
