"""Weather against what vessels may sail in: where wind or fog stops ferries and ships of cargo, and where fog slows them, as calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from bbwnet.scenario.schema.simulation_window import moment_seconds
from bbwnet.simulation.calendars import Calendar, together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.simulation_ferries import PassengerShips, VesselClass
    from bbwnet.scenario.schema.simulation_ports import PortWeather
    from bbwnet.scenario.schema.simulation_weather import WeatherMoment, WeatherSeries


class Weather:
    """The weather of a scenario's simulated days."""

    def __init__(self, network: Network, series: Iterable[WeatherSeries]) -> None:
        """Take the series, each with the nodes that it holds for."""
        self._series = [(item, _nodes(network, item)) for item in series]

    def for_vessel(self, vessel: VesselClass | PassengerShips | None, nodes: Iterable[str]) -> Calendar:
        """When a class of vessels may sail between nodes: in what every series at any of them lets it; one of no class sails always."""
        ports = set(nodes)
        found = [] if vessel is None else [sailing(vessel, item) for item, where in self._series if ports & where]
        return together(found)

    def for_port(self, limits: PortWeather, nodes: Iterable[str]) -> tuple[Calendar, Calendar]:
        """When ships of cargo may come to ports or leave them, and when they may be worked there."""
        ports = set(nodes)
        series = [item for item, where in self._series if ports & where]
        moves = (
            _calendar(item, lambda at: float(at.wind_ms <= limits.wind_max_ms and at.visibility_m >= limits.visibility_min_m))
            for item in series
        )
        works = (_calendar(item, lambda at: float(at.wind_ms <= limits.work_wind_max_ms)) for item in series)
        return together(moves), together(works)


def sailing(vessel: VesselClass | PassengerShips, series: WeatherSeries) -> Calendar:
    """Speeds of a class of vessels in the weather of a series."""
    return _calendar(series, lambda moment: _speed(vessel, moment))


def _calendar(series: WeatherSeries, speed_of: Callable[[WeatherMoment], float]) -> Calendar:
    """Speeds moment by moment; before the first it is calm and clear."""
    starts = np.array([-np.inf, *(float(moment_seconds(item.from_)) for item in series.at)])
    return Calendar(starts, np.array([1.0, *(speed_of(item) for item in series.at)]))


def _speed(vessel: VesselClass | PassengerShips, moment: WeatherMoment) -> float:
    if vessel.wind_max_ms is not None and moment.wind_ms > vessel.wind_max_ms:
        return 0.0
    if vessel.visibility_min_m is not None and moment.visibility_m < vessel.visibility_min_m:
        return 0.0
    if vessel.visibility_slow_m is not None and moment.visibility_m < vessel.visibility_slow_m:
        return vessel.slow_factor
    return 1.0


def _nodes(network: Network, series: WeatherSeries) -> frozenset[str]:
    if not series.area:
        return frozenset(series.nodes)
    area = shapely.Polygon(series.area)
    inside = shapely.intersects_xy(area, network.nodes["lon"].to_numpy(), network.nodes["lat"].to_numpy())
    return frozenset(network.nodes.index[inside])
