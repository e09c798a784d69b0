"""What the passenger loop gives: who travels by what mode, what loads the roads in each group of hours, and how far the loop came."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.scenario.schema.choice import CHOICE_MODES, ChoiceMode
from bbwnet.scenario.schema.demand import PURPOSES, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.assignment.crowding import FullRun
    from bbwnet.assignment.equilibrium import Equilibrium
    from bbwnet.assignment.service_loads import RunLoads, StopLoads
    from bbwnet.choice.mode_table import ModeChoices, ModeTable
    from bbwnet.demand.demand import Demand
    from bbwnet.demand.gravity import Stranded
    from bbwnet.demand.passengers import Passengers
    from bbwnet.demand.people import People
    from bbwnet.model.coach_supply import CoachSupply
    from bbwnet.model.passenger_search import PassengerSearch
    from bbwnet.model.road_loads import LostDrives, RoadLoads
    from bbwnet.model.service_loading import LostWayHome
    from bbwnet.network.state import NetworkState

LEFT_OUT: tuple[str, ...] = (
    "city buses and taxis load no road",
    "trips within a zone, and those nearer than the limits of their purpose, load no road",
    "seats taken by who rides a service from or to beyond the places of the network",
    "ferries and borders: no capacity, whatever waits is in their mean times",
    "hours: a trip loads the hours in which it leaves, all along its way; mode and destination are chosen at the day's mean times",
)
"""What the passenger model does not know of, said with every result."""


@dataclass(frozen=True)
class Round:
    """How far one round of the loop was from being its own answer."""

    number: int
    search: int
    """Which search of journeys it used, from 1."""
    cost_gap: float
    """The convergence measure: largest change, over purposes and pairs, of the cost of going by car that came out of the roads, over the
    cost that choice and demand went by."""
    crowding_gap: float
    """The other convergence measure: minutes in full vehicles that choice and demand went by and that do not fit the loads they bring
    about, over all minutes that riders feel; 0 where services take whoever comes."""
    crowding_rounds: int
    """How often these minutes were changed before the roads were loaded."""
    flow_change: float
    """Sum over arcs and groups of |cars - cars of the round before|, over the sum of cars; infinite in the first round."""
    demand_gap: float
    """Largest relative error of a margin of gravity."""
    road_gap: float
    """Largest relative gap of the equilibria."""
    road_iterations: int
    step: float
    """Common factor on the changes that the next round takes up."""


@dataclass(frozen=True)
class PassengerModel:
    """Passengers of a day and the cars they load the roads with; arrays by purpose are in the order of `PURPOSES`."""

    people: People
    demand: Demand
    """One-way trips a day, in the direction travelled."""
    passengers: Passengers
    """Demand as made: from where people live to where they go, what is stranded, cordon totals."""
    search: PassengerSearch
    """The journeys behind it, which a further model of the same network may use again."""
    tables: Mapping[Purpose, ModeTable]
    """What services offer each purpose, the way out and home together; going by car is not in it (`car_min`)."""
    choices: Mapping[Purpose, ModeChoices]
    """Shares of `ALTERNATIVES` and logsums, from where people live to where they go."""
    car_min: NDArray[np.float64]
    """Cost of going by car that choice went by (purposes x n x n, generalised minutes of the day's mean, without the mode constant)."""
    loads: RoadLoads
    equilibria: tuple[Equilibrium, ...]
    """Of each group of hours, seconds and cars of a mean hour; paths for selected links and skims."""
    state: NetworkState
    """The roads as loaded, a period for each group."""
    riders: NDArray[np.float64]
    """Persons a day on each journey of `search.offers`, all purposes: who goes out, and who comes home the other way."""
    run_loads: RunLoads
    stop_loads: StopLoads
    crowding_min: NDArray[np.float64]
    """What each of these journeys is felt longer for full vehicles."""
    full_runs: tuple[FullRun, ...]
    """Runs with more on board than seats, beyond the scenario's tolerance; modes whose seats do not count among them."""
    unknown_seats: tuple[str, ...]
    """Services whose seats are not known; they take whoever comes."""
    out_of_reach: tuple[str, ...]
    """Zones and gateways with residents that no mode joins with any other place that is a zone: nobody travels between."""
    lost_ways_home: tuple[LostWayHome, ...]
    rounds: tuple[Round, ...]
    bound: float
    """The cost gap asked for."""
    converged: bool
    """Whether it was reached, and gravity closed."""
    lost_drives: tuple[LostDrives, ...]
    persons_per_car: float
    coaches: CoachSupply
    """How many coaches stand for each run of the timetable; seats in `run_loads` are those of all of them."""
    unlisted_coach_trips: float = 0.0
    """Trips a day by coaches that are in no data (`choice.unlisted_coach`); they ride no service."""
    unlisted_coach_km: float = 0.0
    """Kilometres of these travellers in a day, on the roads' way."""
    left_out: tuple[str, ...] = LEFT_OUT

    @property
    def gap(self) -> float:
        """Cost gap reached."""
        return self.rounds[-1].cost_gap

    @property
    def stranded(self) -> Mapping[Purpose, tuple[Stranded, ...]]:
        """Trips by purpose that have nowhere to go to or nobody to make them, by zone."""
        return {purpose: found.stranded for purpose, found in self.passengers.gravity.items() if found.stranded}

    @property
    def cordon_lost(self) -> tuple[str, ...]:
        """Gateways with a cordon total that no trip was found for."""
        return self.passengers.cordon_lost

    def trips_by(self, purpose: Purpose) -> NDArray[np.float64]:
        """One-way trips a day by alternative (origin x destination x alternatives), in the direction travelled.

        Who goes home takes the mode that he came by. Those in the cars of the scenario's own matrices go by car.
        """
        found = self.passengers.ways[purpose].travelled(self.choices[purpose].shares)
        if (given := self.passengers.given) is not None and purpose in given.car_vehicles:
            found[..., ALTERNATIVES.index(("car", False))] += given.car_vehicles[purpose] * given.persons_per_car
        return found

    def trips_by_mode(self, purpose: Purpose | None = None) -> dict[ChoiceMode, float]:
        """One-way trips a day by main mode, of a purpose or of all."""
        total = sum(self.trips_by(item).sum(axis=(0, 1)) for item in ((purpose,) if purpose else PURPOSES))
        return {
            mode: math.fsum(value for (main, _), value in zip(ALTERNATIVES, np.asarray(total).tolist(), strict=True) if main == mode)
            for mode in CHOICE_MODES
        }

    @property
    def car_trips(self) -> float:
        """Cars that set out in a day."""
        return self.trips_by_mode()["car"] / self.persons_per_car
