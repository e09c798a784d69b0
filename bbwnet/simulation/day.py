"""One replication of the simulated days: parts made, started, run to the end and asked what they leave."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd
import simpy

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.balance import BalanceRow, check_balance
from bbwnet.simulation.closures import Closures
from bbwnet.simulation.free_memory import give_back_free_memory
from bbwnet.simulation.replay import Replay, server_frames
from bbwnet.simulation.runs import Runs
from bbwnet.simulation.streams import Streams
from bbwnet.simulation.visits import HOUR_S, server_hours
from bbwnet.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bbwnet.network.network import Network
    from bbwnet.simulation.visits import Visits
    from bbwnet.simulation.world import Event, Part


@dataclass(frozen=True)
class Record:
    """What a replication leaves."""

    replication: int
    balance: tuple[BalanceRow, ...]
    servers: pd.DataFrame
    """`visits.SERVER_COLUMNS`; hours count from midnight before day 1."""
    tables: Mapping[str, pd.DataFrame]
    lost_hours: Mapping[str, float]
    messages: tuple[str, ...]
    visits: tuple[Visits, ...] = field(repr=False)
    events: tuple[Event, ...] = field(repr=False, default=())
    seconds: float = 0.0
    """Wall time; of the manifest, never of a table."""


def simulate_once(
    network: Network,
    makers: Mapping[str, Callable[[World], Part]],
    replication: int = 0,
    *,
    log: bool = False,
    frames: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Record:
    """Simulate the days of the network's scenario once, with parts made in the order given.

    `frames` keeps what replays it (`replay`), `log` every event; `progress` hears the simulated hour. Raises `RunError` if anything
    that entered is not accounted for.
    """
    began = time.perf_counter()
    settings = network.settings.simulation
    start_s, last_s = -HOUR_S * settings.warm_up_h, float(settings.days * DAY_SECONDS)
    world = World(
        env=simpy.Environment(initial_time=start_s),
        network=network,
        settings=settings,
        closures=Closures(network, network.settings.disruptions),
        streams=Streams(settings.seed, replication),
        start_s=start_s,
        days=settings.days,
        end_s=last_s + HOUR_S * settings.run_out_h,
        events=[] if log else None,
    )
    for name, make in makers.items():
        world.parts[name] = make(world)
    every_s = 60.0 * settings.frame_min if frames else 0.0
    runs = world.parts.get("runs")
    if every_s and isinstance(runs, Runs):
        world.parts["replay"] = Replay(world, runs.table, every_s)
    for part in world.parts.values():
        part.start()
    if progress is not None:
        world.env.process(_tick(world, progress))
    world.env.run(until=world.end_s)
    results = []
    for part in world.parts.values():
        give_back_free_memory()  # each works with arrays of all days, which the next need not find in its way
        results.append(part.finish())
    balance = tuple(row for result in results for row in result.balance)
    check_balance(balance)
    visits = tuple(item for result in results for item in result.visits)
    return Record(
        replication=replication,
        balance=balance,
        servers=server_hours(visits, 0.0, world.end_s - world.end_s % HOUR_S),
        tables={name: frame for result in results for name, frame in result.tables.items()}
        | ({"replay_servers": server_frames(visits, world.end_s, every_s)} if every_s else {}),
        lost_hours={name: hours for result in results for name, hours in result.lost_hours.items()},
        messages=tuple(text for result in results for text in result.messages),
        visits=visits,
        events=tuple(world.events or ()),
        seconds=time.perf_counter() - began,
    )


def _tick(world: World, progress: Callable[[float], None]) -> simpy.events.ProcessGenerator:
    while True:
        progress(world.env.now / HOUR_S)
        yield world.env.timeout(HOUR_S)
