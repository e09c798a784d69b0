"""Small days of freight for tests: a world without a network, and days made by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np
import simpy

from bbwnet.scenario.schema.simulation import SimulationChoice
from bbwnet.scenario.schema.simulation_freight import FreightBarges, FreightDayChoice, FreightPatience, FreightTrains
from bbwnet.simulation.balance import check_balance
from bbwnet.simulation.calendars import ALWAYS, Calendar
from bbwnet.simulation.consignment import FreightPart
from bbwnet.simulation.freight_day import (
    FreightDay,
    Gate,
    HaulRoads,
    Kind,
    LockSite,
    Reach,
    Route,
    SeaPort,
    Spent,
    Stage,
    TrainLeg,
    TrainLine,
    TrainPaths,
    Voyage,
)
from bbwnet.simulation.lock import Chamber
from bbwnet.simulation.streams import Streams
from bbwnet.simulation.world import PartResult, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.simulation.closures import Closures

HOUR_S = 3600.0


@dataclass
class Shut:
    """Closures by name."""

    calendars: dict[str, Calendar] = field(default_factory=dict)

    def of_link(self, link: str) -> Calendar:
        return self.calendars.get(link, ALWAYS)

    def of_node(self, node: str) -> Calendar:
        return self.calendars.get(node, ALWAYS)

    def of_terminal(self, kind: str, identifier: str, node: str) -> Calendar:
        del kind, node
        return self.calendars.get(identifier, ALWAYS)


def run_day(
    day: FreightDay,
    shut: dict[str, Calendar] | None = None,
    *,
    days: int = 1,
    warm_up_h: float = 6.0,
    run_out_h: float = 6.0,
    forming_h: float = 24.0,
    patience_h: float = 12.0,
) -> tuple[FreightPart, PartResult]:
    """Simulate days, and check their balance."""
    settings = SimulationChoice(
        days=days,
        warm_up_h=warm_up_h,
        run_out_h=run_out_h,
        freight=FreightDayChoice(
            trains=FreightTrains(longest_forming_h=forming_h),
            barges=FreightBarges(longest_forming_h=forming_h),
            patience=FreightPatience(road_h=patience_h, rail_h=patience_h, water_h=patience_h, port_h=patience_h),
        ),
    )
    env = simpy.Environment(initial_time=-HOUR_S * warm_up_h)
    world = World(
        env=env,
        network=cast("Network", None),
        settings=settings,
        closures=cast("Closures", Shut(shut or {})),
        streams=Streams(1, 0),
        start_s=-HOUR_S * warm_up_h,
        days=days,
        end_s=86_400.0 * days + HOUR_S * run_out_h,
    )
    part = FreightPart(world, day)
    part.start()
    env.run(until=world.end_s)
    result = part.finish()
    check_balance(result.balance)
    return part, result


def route_of(
    *stages: Stage,
    tonnes: float = 240.0,
    parts: int = 24,
    number: int = 1,
    others: tuple[int, ...] = (),
    chain: str = "road",
    join: int = 0,
) -> Route:
    """A route from a to b."""
    return Route(
        commodity="coal",
        chain=chain,
        origin="a",
        destination="b",
        from_place="a",
        to_place="b",
        tonnes_day=tonnes,
        parts=parts,
        number=number,
        stages=stages,
        given_s=0.0,
        hours=sum(stage.seconds for stage in stages) / HOUR_S,
        cost_cny_t=100.0,
        hour_cny=2.0,
        handlings=2.0,
        trucks_per_tonne=0.1,
        others=others,
        join_site=0,
        join_stage=join,
    )


def timed(spent: Spent, hours: float) -> Stage:
    """A stage that takes its time."""
    return Stage(Kind.TIMED, spent, hours * HOUR_S)


ROAD = (timed(Spent.HANDLING, 3.0), timed(Spent.ROAD, 5.0), timed(Spent.HANDLING, 3.0))
"""Eleven hours by truck."""
RAIL = (timed(Spent.ROAD, 1.0), timed(Spent.YARD, 2.0), Stage(Kind.TRAIN, Spent.RAIL, 4 * HOUR_S, 0), timed(Spent.ROAD, 1.0))
"""By train over two links of two hours each."""
RIVER = (timed(Spent.ROAD, 1.0), Stage(Kind.BARGE, Spent.RIVER, 10 * HOUR_S, 0), timed(Spent.ROAD, 1.0))
"""By barge, four hours to a lock and six hours on."""
BORDER = (timed(Spent.ROAD, 2.0), Stage(Kind.GATE, Spent.BORDER, HOUR_S, 0), timed(Spent.ROAD, 2.0))
"""Through a crossing that is open from 8 to 18."""
EXPORT = (timed(Spent.ROAD, 2.0), timed(Spent.PORT, 20.0), Stage(Kind.PORT, Spent.PORT, 4 * HOUR_S, 0))
"""Onto a ship."""


def roads_of(
    seconds: NDArray[np.float64],
    arcs: Sequence[tuple[int, int, float, str]] = (),
    ways: dict[tuple[int, int], tuple[int, ...]] | None = None,
) -> HaulRoads:
    """Roads between sites that are the first nodes; arcs from, to, hours and link."""
    count = max([len(seconds), *(max(arc[:2]) + 1 for arc in arcs)])
    return HaulRoads(
        sites=tuple(f"site_{number}" for number in range(len(seconds))),
        site_node=np.arange(len(seconds)),
        seconds=seconds,
        tail=np.array([arc[0] for arc in arcs], dtype=np.int64),
        head=np.array([arc[1] for arc in arcs], dtype=np.int64),
        arc_s=np.array([arc[2] * HOUR_S for arc in arcs], dtype=np.float64),
        links=tuple(arc[3] for arc in arcs),
        no_through=np.zeros(count, dtype=np.bool_),
        ways=ways or {},
    )


def day_of(*routes: Route, haul_h: float = 1.0, interval_h: float = 1.0, train_tonnes: float = 40.0) -> FreightDay:
    """A day with a crossing, a port, a yard, a river port and a lock; sites are `haul_h` apart."""
    return FreightDay(
        routes=routes,
        gates=(Gate("gate", "crossing", forward=True, tail="here", head="there", site=0, open_s=8 * HOUR_S, close_s=18 * HOUR_S),),
        ports=(SeaPort("port", ("quay",), ("lane",), 0),),
        lines=(TrainLine("yard", "rail_1", 0),),
        train_legs=(TrainLeg(0, "yard_2", ("rail_1", "rail_2"), (2 * HOUR_S, 2 * HOUR_S), 0),),
        paths=(TrainPaths("rail_2", forward=True, interval_s=interval_h * HOUR_S),),
        voyages=(Voyage("river_1", "river_2", 0, 20.0, 1.0, (Reach(("w1",), (4 * HOUR_S,)), Reach(("w2",), (6 * HOUR_S,), 0))),),
        locks=(LockSite("lock", "lock_node", (Chamber(2.0, HOUR_S, 0.5 * HOUR_S),), "alternating"),),
        train_tonnes=train_tonnes,
        hour_weights=np.ones(24),
        hauls=(),
        roads=roads_of(np.full((1, 1), haul_h * HOUR_S)),
    )
