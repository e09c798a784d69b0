"""What a commodity asks of its carriers: loads of trucks, the worth of an hour, handling, and how sharply shippers choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.choice.chain_choice import ChainScales
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES

if TYPE_CHECKING:
    from bbwnet.scenario.schema.freight import FreightCommodity
    from bbwnet.scenario.schema.scenario_file import ScenarioFile


@dataclass(frozen=True)
class Cargo:
    """A commodity; money in CNY a tonne, times in hours."""

    commodity: FreightCommodity
    hour_cny: float
    """Worth of an hour of a tonne under way."""
    trucks_per_tonne: tuple[float, float]
    """Truck trips a tonne by class of `truck_trips.TRUCK_CLASSES`, empty ones included."""
    loaded_by_class: tuple[float, float]
    """Loaded truck trips a tonne by class."""
    truck_factor: float
    """Cost of heavy trucks a tonne, empty trips and light trucks included."""
    siding_share: float
    handling_port: float
    dwell_port: float
    largest_dwt: float
    tonnes_per_teu: float | None
    """`None` of what is in no container."""
    scales: ChainScales
    spread: dict[str, float]
    """Factor on the worth of an hour by mode, for time that varies."""
    gate_cny: float
    """Scale of the choice among parallel crossings and ferries, CNY a tonne."""
    trucks_cross_borders: bool = True
    """Whether trucks take it over land borders."""

    @property
    def loaded_per_tonne(self) -> float:
        """Loaded truck trips a tonne, both classes."""
        return sum(self.loaded_by_class)


def cargoes(settings: ScenarioFile) -> tuple[Cargo, ...]:
    """The commodities of a scenario, in the order of `FREIGHT_COMMODITIES`."""
    return tuple(_cargo(settings, commodity) for commodity in FREIGHT_COMMODITIES)


def _cargo(settings: ScenarioFile, commodity: FreightCommodity) -> Cargo:
    chains, own = settings.freight_chains, settings.demand.freight.commodities.of(commodity)
    choice = chains.choice
    loaded = (own.light_truck_share / own.tonnes_per_light_truck, (1 - own.light_truck_share) / own.tonnes_per_heavy_truck)
    back = 1 + own.empty_return_share
    weight = choice.unreliability_weight
    return Cargo(
        commodity=commodity,
        hour_cny=own.value_of_time_cny_t_h,
        trucks_per_tonne=(loaded[0] * back, loaded[1] * back),
        loaded_by_class=loaded,
        truck_factor=(loaded[0] * chains.road.light_factor + loaded[1]) * back,
        siding_share=chains.siding_share.of(commodity),
        handling_port=chains.sea.handling_cny_t.of(commodity),
        dwell_port=chains.sea.dwell_h.of(commodity),
        largest_dwt=chains.sea.largest_dwt.of(commodity),
        tonnes_per_teu=own.tonnes_per_teu,
        scales=ChainScales(choice.sensitivity.of(commodity), choice.port_scale, choice.inland_scale, choice.least_likely),
        spread={
            "road": 1 + weight * choice.road_spread,
            "rail": 1 + weight * choice.rail_spread,
            "water": 1 + weight * choice.water_spread,
            "sea": 1 + weight * choice.sea_spread,
        },
        gate_cny=choice.gate_scale / choice.sensitivity.of(commodity),
        trucks_cross_borders=commodity not in chains.road.no_land_border,
    )
