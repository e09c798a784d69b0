"""What is carried: tonnes by commodity that places and works send and receive, and how trucks carry them; assumptions until calibrated."""

from __future__ import annotations

from typing import Literal, get_args

from bbwnet.scenario.schema.base import Identified, Identifier, IsoDate, Name, Record, attribute
from bbwnet.scenario.schema.demand import Assumed

FreightCommodity = Literal["coal", "ore", "oil", "lng", "containers", "grain", "steel", "building_material", "other"]
"""`oil`: crude and products; `grain`: sugar, soya and feed too; `other`: what is in no other class, by truck, wagon or general berth."""

FREIGHT_COMMODITIES: tuple[FreightCommodity, ...] = get_args(FreightCommodity)
"""Their order in every array by commodity."""

_PRODUCTION_RESIDENT = "tonnes a year that a resident's zone sends to other places, in the base year"
_PRODUCTION_PRODUCT = "tonnes a year that a zone sends to other places for a million CNY of its product, in the base year"
_ATTRACTION_RESIDENT = "tonnes a year that a resident's zone receives from other places, in the base year"
_ATTRACTION_PRODUCT = "tonnes a year that a zone receives from other places for a million CNY of its product, in the base year"
_VOLUME = "factor on the tonnes of rates and sites alike, by which calibration meets totals"
_EXPORTED = "least share of what is sent, but for what is for the sea alone, that goes to ends that balance, such as distant coasts"
_IMPORTED = "least share of what is received, but for what is from the sea alone, that comes from ends that balance; more where others lack"
_ELASTICITY = "elasticity of tonnes to real product, over time"
_DETERRENCE = "how tonnes fall off with generalised cost"
_TIME = "value of time of a tonne under way: interest, spoiling, stock"
_LIGHT = "load of a light truck that is not empty"
_HEAVY = "load of a heavy truck that is not empty"
_LIGHT_SHARE = "share of the tonnes on roads that light trucks carry"
_EMPTY = "empty trips for each loaded one"
_TEU = "tonnes in a loaded TEU; absent: not carried in containers"
_THROUGH = "whether gateways send it to each other too, through the region or past it"


class FreightDeterrence(Record):
    """How tonnes fall off with generalised cost c in CNY a tonne: exponential exp(-b c), power c^-a, combined c^-a exp(-b c)."""

    form: Literal["exponential", "power", "combined"] = attribute(
        "`exponential`, `power` or `combined`; with the first, what a distant coast costs all alike changes nothing", default="exponential"
    )
    decay_per_cny_t: float = attribute("b: decay with each CNY a tonne of generalised cost", unit="t/CNY", default=0.012, ge=0, le=10)
    power: float = attribute("a: decay with the logarithm of cost", default=1.0, ge=0, le=20)


class CommodityDemand(Assumed):
    """Tonnes of one commodity beside those of `freight_sites`: what zones send and receive, distribution, and loads of trucks.

    Freight within a zone is no part of it. Rates also hold for gateways that are `freight_hinterlands`, by their share.
    """

    production_t_per_resident: float = attribute(_PRODUCTION_RESIDENT, unit="t/year", default=0.0, ge=0)
    production_t_per_million_cny_product: float = attribute(_PRODUCTION_PRODUCT, unit="t/year", default=0.0, ge=0)
    attraction_t_per_resident: float = attribute(_ATTRACTION_RESIDENT, unit="t/year", default=0.0, ge=0)
    attraction_t_per_million_cny_product: float = attribute(_ATTRACTION_PRODUCT, unit="t/year", default=0.0, ge=0)
    volume_factor: float = attribute(_VOLUME, default=1.0, ge=0, le=100)
    exported_share: float = attribute(_EXPORTED, default=0.0, ge=0, le=1)
    imported_share: float = attribute(_IMPORTED, default=0.05, ge=0, le=1)
    product_elasticity: float = attribute(_ELASTICITY, default=0.7, ge=-3, le=3)
    through: bool = attribute(_THROUGH, default=True)
    deterrence: FreightDeterrence = attribute(_DETERRENCE, default=FreightDeterrence())
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.05, ge=0)
    tonnes_per_light_truck: float = attribute(_LIGHT, unit="t", default=3.0, gt=0)
    tonnes_per_heavy_truck: float = attribute(_HEAVY, unit="t", default=28.0, gt=0)
    light_truck_share: float = attribute(_LIGHT_SHARE, default=0.0, ge=0, le=1)
    empty_return_share: float = attribute(_EMPTY, default=0.7, ge=0, le=1)
    tonnes_per_teu: float | None = attribute(_TEU, unit="t", default=None, gt=0)


class CoalDeterrence(FreightDeterrence):
    """Deterrence of coal."""

    decay_per_cny_t: float = attribute("b: decay with each CNY a tonne of generalised cost", unit="t/CNY", default=0.02, ge=0, le=10)


class BuildingMaterialDeterrence(FreightDeterrence):
    """Deterrence of building material."""

    decay_per_cny_t: float = attribute("b: decay with each CNY a tonne of generalised cost", unit="t/CNY", default=0.05, ge=0, le=10)


class ContainersDeterrence(FreightDeterrence):
    """Deterrence of containers."""

    decay_per_cny_t: float = attribute("b: decay with each CNY a tonne of generalised cost", unit="t/CNY", default=0.006, ge=0, le=10)


class Coal(CommodityDemand):
    """Coal for boilers and kilns; power stations and steelworks are sites."""

    attraction_t_per_million_cny_product: float = attribute(_ATTRACTION_PRODUCT, unit="t/year", default=15.0, ge=0)
    product_elasticity: float = attribute(_ELASTICITY, default=0.3, ge=-3, le=3)
    deterrence: CoalDeterrence = attribute(_DETERRENCE, default=CoalDeterrence())
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.02, ge=0)
    tonnes_per_heavy_truck: float = attribute(_HEAVY, unit="t", default=30.0, gt=0)
    empty_return_share: float = attribute(_EMPTY, default=0.8, ge=0, le=1)


class Ore(CommodityDemand):
    """Ores of metals and their concentrates: all of it at sites."""

    product_elasticity: float = attribute(_ELASTICITY, default=0.6, ge=-3, le=3)
    deterrence: CoalDeterrence = attribute(_DETERRENCE, default=CoalDeterrence())
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.03, ge=0)
    tonnes_per_heavy_truck: float = attribute(_HEAVY, unit="t", default=30.0, gt=0)
    empty_return_share: float = attribute(_EMPTY, default=0.9, ge=0, le=1)


class Oil(CommodityDemand):
    """Crude oil and products; refineries are sites, zones use fuel."""

    attraction_t_per_resident: float = attribute(_ATTRACTION_RESIDENT, unit="t/year", default=0.1, ge=0)
    attraction_t_per_million_cny_product: float = attribute(_ATTRACTION_PRODUCT, unit="t/year", default=3.0, ge=0)
    exported_share: float = attribute(_EXPORTED, default=0.4, ge=0, le=1)
    product_elasticity: float = attribute(_ELASTICITY, default=0.5, ge=-3, le=3)
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.05, ge=0)
    tonnes_per_heavy_truck: float = attribute(_HEAVY, unit="t", default=25.0, gt=0)
    empty_return_share: float = attribute(_EMPTY, default=1.0, ge=0, le=1)


class Lng(CommodityDemand):
    """Liquefied gas that trucks and ships carry; what leaves a terminal by pipe is no freight."""

    product_elasticity: float = attribute(_ELASTICITY, default=1.0, ge=-3, le=3)
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.1, ge=0)
    attraction_t_per_million_cny_product: float = attribute(_ATTRACTION_PRODUCT, unit="t/year", default=0.3, ge=0)
    tonnes_per_heavy_truck: float = attribute(_HEAVY, unit="t", default=20.0, gt=0)
    empty_return_share: float = attribute(_EMPTY, default=1.0, ge=0, le=1)


class Containers(CommodityDemand):
    """Goods in containers."""

    production_t_per_million_cny_product: float = attribute(_PRODUCTION_PRODUCT, unit="t/year", default=8.0, ge=0)
    attraction_t_per_million_cny_product: float = attribute(_ATTRACTION_PRODUCT, unit="t/year", default=8.0, ge=0)
    exported_share: float = attribute(_EXPORTED, default=0.9, ge=0, le=1)
    product_elasticity: float = attribute(_ELASTICITY, default=1.2, ge=-3, le=3)
    deterrence: ContainersDeterrence = attribute(_DETERRENCE, default=ContainersDeterrence())
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.25, ge=0)
    tonnes_per_heavy_truck: float = attribute(_HEAVY, unit="t", default=20.0, gt=0)
    empty_return_share: float = attribute(_EMPTY, default=0.5, ge=0, le=1)
    tonnes_per_teu: float | None = attribute(_TEU, unit="t", default=12.0, gt=0)


class Grain(CommodityDemand):
    """Grain, soya, feed and sugar; crushers and sugar mills are sites."""

    production_t_per_resident: float = attribute(_PRODUCTION_RESIDENT, unit="t/year", default=0.03, ge=0)
    attraction_t_per_resident: float = attribute(_ATTRACTION_RESIDENT, unit="t/year", default=0.25, ge=0)
    exported_share: float = attribute(_EXPORTED, default=0.3, ge=0, le=1)
    product_elasticity: float = attribute(_ELASTICITY, default=0.4, ge=-3, le=3)
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.06, ge=0)
    light_truck_share: float = attribute(_LIGHT_SHARE, default=0.1, ge=0, le=1)
    empty_return_share: float = attribute(_EMPTY, default=0.6, ge=0, le=1)


class Steel(CommodityDemand):
    """Iron and steel; works are sites, zones build with it."""

    attraction_t_per_million_cny_product: float = attribute(_ATTRACTION_PRODUCT, unit="t/year", default=8.0, ge=0)
    exported_share: float = attribute(_EXPORTED, default=0.4, ge=0, le=1)
    product_elasticity: float = attribute(_ELASTICITY, default=0.5, ge=-3, le=3)
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.1, ge=0)
    empty_return_share: float = attribute(_EMPTY, default=0.6, ge=0, le=1)


class BuildingMaterial(CommodityDemand):
    """Cement, sand, stone, bricks and timber for building that leave their county; kilns that sell far away are sites."""

    production_t_per_resident: float = attribute(_PRODUCTION_RESIDENT, unit="t/year", default=1.6, ge=0)
    attraction_t_per_million_cny_product: float = attribute(_ATTRACTION_PRODUCT, unit="t/year", default=50.0, ge=0)
    exported_share: float = attribute(_EXPORTED, default=0.08, ge=0, le=1)
    product_elasticity: float = attribute(_ELASTICITY, default=0.4, ge=-3, le=3)
    deterrence: BuildingMaterialDeterrence = attribute(_DETERRENCE, default=BuildingMaterialDeterrence())
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.02, ge=0)
    tonnes_per_heavy_truck: float = attribute(_HEAVY, unit="t", default=30.0, gt=0)
    light_truck_share: float = attribute(_LIGHT_SHARE, default=0.05, ge=0, le=1)
    empty_return_share: float = attribute(_EMPTY, default=0.8, ge=0, le=1)


class OtherGoods(CommodityDemand):
    """Everything else: farm produce, timber, fertiliser, manufactures not in containers."""

    production_t_per_resident: float = attribute(_PRODUCTION_RESIDENT, unit="t/year", default=1.2, ge=0)
    production_t_per_million_cny_product: float = attribute(_PRODUCTION_PRODUCT, unit="t/year", default=40.0, ge=0)
    attraction_t_per_resident: float = attribute(_ATTRACTION_RESIDENT, unit="t/year", default=1.2, ge=0)
    attraction_t_per_million_cny_product: float = attribute(_ATTRACTION_PRODUCT, unit="t/year", default=40.0, ge=0)
    exported_share: float = attribute(_EXPORTED, default=0.1, ge=0, le=1)
    product_elasticity: float = attribute(_ELASTICITY, default=0.8, ge=-3, le=3)
    value_of_time_cny_t_h: float = attribute(_TIME, unit="CNY/(t h)", default=0.8, ge=0)
    tonnes_per_light_truck: float = attribute(_LIGHT, unit="t", default=2.5, gt=0)
    tonnes_per_heavy_truck: float = attribute(_HEAVY, unit="t", default=15.0, gt=0)
    light_truck_share: float = attribute(_LIGHT_SHARE, default=0.2, ge=0, le=1)
    empty_return_share: float = attribute(_EMPTY, default=0.35, ge=0, le=1)


class Commodities(Record):
    """Freight by commodity."""

    coal: Coal = attribute("coal", default=Coal())
    ore: Ore = attribute("ores", default=Ore())
    oil: Oil = attribute("oil and products", default=Oil())
    lng: Lng = attribute("liquefied gas", default=Lng())
    containers: Containers = attribute("containers", default=Containers())
    grain: Grain = attribute("grain and sugar", default=Grain())
    steel: Steel = attribute("steel", default=Steel())
    building_material: BuildingMaterial = attribute("building material", default=BuildingMaterial())
    other: OtherGoods = attribute("everything else", default=OtherGoods())

    def of(self, commodity: FreightCommodity) -> CommodityDemand:
        """The figures of one commodity."""
        found: CommodityDemand = getattr(self, commodity)
        return found


class FreightChoice(Assumed):
    """How much freight there is, and how it grows from the base year; people, product and base year are those of `demand.passenger`."""

    growth: Literal["none", "from_gdp"] = attribute(
        "`none`: rates, and sites that follow product, as in the base year; `from_gdp`: grown with real product by each commodity's"
        " elasticity",
        default="from_gdp",
    )
    commodities: Commodities = attribute("freight by commodity", default=Commodities())


class FreightSite(Identified):
    """A works, mine, quay or market that sends or receives a commodity, or the trade of a gateway or a distant coast.

    Works with a quay of their own stand at the node of its port. Seaports outside the region's zones are distant ends: the sea beyond.
    """

    name: Name = attribute("Chinese and English name")
    end: Identifier = attribute("place, or node such as a port or goods yard, where it stands")
    commodity: FreightCommodity = attribute("what is sent or received")
    direction: Literal["production", "attraction"] = attribute("`production`: sent from there; `attraction`: received there")
    tonnes_per_year: float = attribute("tonnes a year", unit="t/year", ge=0)
    year: int = attribute("calendar year of the figure", ge=1990, le=2100)
    market: Literal["any", "sea"] = attribute("`sea`: exchanged with ports outside the region's zones only", default="any")
    growth: Literal["fixed", "product"] = attribute(
        "`fixed`: a works at its capacity; `product`: grows with the region's real product, as the zones' rates do", default="fixed"
    )
    balances: bool = attribute(
        "whether its tonnes are a weight only: all that balance together supply what the others lack, and take what they export",
        default=False,
    )
    opened: IsoDate | None = attribute("first day in use; absent: before the data begin", default=None)
    closed: IsoDate | None = attribute("first day out of use; absent: still in use", default=None)


class FreightHinterland(Identified):
    """A gateway that sends and receives freight by the commodities' rates as zones do; other gateways have their sites alone."""

    place: Identifier = attribute("gateway")
    share: float = attribute("share of what it sends and receives by the rates that it exchanges with ends of the network", ge=0, le=1)
