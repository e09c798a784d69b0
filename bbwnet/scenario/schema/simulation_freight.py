"""How a day of freight is simulated: consignments, trains made up in yards, barges, locks, and how long goods wait before what is closed.

No dispatcher's book was seen: where nothing else is said, figures are ours (`assumed`).
"""

from __future__ import annotations

from typing import Literal

from bbwnet.scenario.schema.base import Confidence, Record, attribute
from bbwnet.scenario.schema.demand import Assumed


class FreightTrains(Assumed):
    """Trains made up in yards: they leave when full (`freight_chains.rail.tonnes_per_train`) or by the clock."""

    longest_forming_h: float = attribute("wagons wait no longer than this for their train to fill", unit="h", default=24.0, gt=0)
    forming_h: float = attribute(
        "part of `freight_chains.rail.yard_h` that stands for waiting for a train, and is simulated instead", unit="h", default=12.0, ge=0
    )


class FreightBarges(Assumed):
    """Barges that wait in river ports: they leave when full or by the clock."""

    longest_forming_h: float = attribute("goods wait no longer than this for their barge to fill", unit="h", default=48.0, gt=0)
    forming_h: float = attribute(
        "part of `freight_chains.water.dwell_h` that stands for waiting for a barge, and is simulated instead", unit="h", default=24.0, ge=0
    )


class LockChoice(Assumed):
    """Chambers of locks, as far as their records do not say."""

    confidence: Confidence = attribute("`measured`, `reported`, `estimated` or `assumed`", default="estimated")
    passage_min: float = attribute(
        "a lockage, from gates that open on one side to gates that open on the other", unit="min", default=60.0, gt=0
    )
    turn_share: float = attribute("time of turning a chamber without ships, over that of a lockage", default=0.5, ge=0, le=1)
    order: Literal["alternating", "fifo"] = attribute(
        "which side is served: `alternating`, the side where the chamber stands while ships wait there; `fifo`, the ship that came first",
        default="alternating",
    )
    room_share: float = attribute("share of the area of a chamber that ships may fill", default=0.8, gt=0, le=1)
    ship_m2_per_dwt: float = attribute(
        "length times width of a barge over its deadweight to the power of 2/3: 80 x 15.8 m for 3000 t, 50 x 10.8 m for 1000 t",
        unit="m2",
        default=5.8,
        gt=0,
    )
    ships_per_lockage: float = attribute("ships of the largest kind in a chamber of unknown size", default=3.0, ge=1)


class FreightPatience(Assumed):
    """How long goods wait before something closed until they take another chain, or are given up if there is none."""

    road_h: float = attribute("trucks before a crossing or ferry", unit="h", default=24.0, ge=0)
    rail_h: float = attribute("wagons in a yard", unit="h", default=72.0, ge=0)
    water_h: float = attribute("goods in a river port", unit="h", default=120.0, ge=0)
    port_h: float = attribute("goods in a sea port", unit="h", default=168.0, ge=0)


class FreightDayChoice(Record):
    """A simulated day of freight."""

    consignments_day: int = attribute(
        "consignments of a day, about: small chains stand for each other, totals by commodity and chain are kept", default=10_000, ge=100
    )
    trains: FreightTrains = attribute("trains", default=FreightTrains())
    barges: FreightBarges = attribute("barges", default=FreightBarges())
    locks: LockChoice = attribute("locks", default=LockChoice())
    berth_wait_h: float = attribute(
        "goods wait at the quay as the ships do that got a berth there in as many hours before, and those that wait",
        unit="h",
        default=72.0,
        gt=0,
    )
    patience: FreightPatience = attribute("patience before what is closed", default=FreightPatience())
