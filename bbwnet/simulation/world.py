"""What all parts of a simulated day share: the clock, the network, closures, random streams, and whoever listens to events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import simpy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.simulation import SimulationChoice
    from bbwnet.simulation.balance import BalanceRow
    from bbwnet.simulation.closures import Closures
    from bbwnet.simulation.streams import Streams
    from bbwnet.simulation.visits import Visits


@dataclass(frozen=True)
class Event:
    """Something that happened, for the event log and `--trace`."""

    second: float
    kind: str
    """`arrive`, `depart`, `board`, `left_behind`, `queue`, `served`, `closed`, ..."""
    place: str
    """Identifier of the node, terminal, link or server."""
    what: str
    """Run, vehicle, cohort or consignment."""
    count: float


@dataclass(frozen=True)
class World:
    """One replication; seconds count from midnight before day 1 on the region's clock."""

    env: simpy.Environment
    """Its clock is `env.now`, in seconds."""
    network: Network
    settings: SimulationChoice
    closures: Closures
    streams: Streams
    start_s: float
    """Where simulating begins, `warm_up_h` before day 1."""
    days: int
    """Days whose travellers set out and whose services run: those from `first_day` to `settings.days`."""
    end_s: float
    """Where simulating ends, `run_out_h` after the last day."""
    parts: dict[str, Part] = field(default_factory=dict)
    """By name: `passengers`, `runs`, `roads`, `ferries`, `ports`, `freight`; parts find each other here."""
    events: list[Event] | None = None
    """The event log, where one was asked for."""

    @property
    def first_day(self) -> int:
        """The first day that sets out anybody: 1, or earlier while warming up (0: the day before, and so on)."""
        return 1 + int(self.start_s // 86_400)

    def tell(self, kind: str, place: str, what: str, count: float = 1.0, second: float | None = None) -> None:
        """Note an event now (or at a second), if anybody listens."""
        if self.events is not None:
            self.events.append(Event(self.env.now if second is None else second, kind, place, what, count))


@dataclass(frozen=True)
class PartResult:
    """What a part leaves of a replication."""

    balance: Sequence[BalanceRow] = ()
    visits: Sequence[Visits] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Further tables by name, as `Record` has them."""
    lost_hours: Mapping[str, float] = field(default_factory=dict)
    """Unit-hours spent between setting out and arriving, giving up or the end, by what travels (`person_h`, `vehicle_h`, `tonne_h`); held
    against the undisturbed day."""
    messages: Sequence[str] = ()
    """What the user should hear: what was left out, what cannot be."""


class Part(Protocol):
    """A part of the day: services and their passengers, roads, ferries, ports, freight."""

    def start(self) -> None:
        """Create the SimPy processes; all parts exist, none has started."""

    def finish(self) -> PartResult:
        """What is left when the clock stands at the end."""
