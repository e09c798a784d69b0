"""Ways as rows that JSON and tables can hold."""

from __future__ import annotations

import dataclasses
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bbwnet.evaluation.journey_words import clock, leg_name
from bbwnet.routing.headways import views
from bbwnet.routing.in_vehicle import TimetableJourney
from bbwnet.routing.journeys import Journey
from bbwnet.routing.strategy_lines import ExpectedJourney

if TYPE_CHECKING:
    from bbwnet.evaluation.travel_times import Way
    from bbwnet.evaluation.words import Words


def legs(way: Way | None, words: Words) -> list[dict[str, Any]]:
    """The legs of a way: one per vehicle ridden, or one per road, ferry or border crossing driven."""
    if way is None:
        return []
    if isinstance(way, Journey):
        return door_legs(way, words)
    if isinstance(way, ExpectedJourney):
        return [dataclasses.asdict(line) for line in way.lines]
    rows: list[dict[str, Any]] = []
    if isinstance(way, TimetableJourney):
        for position, ride in enumerate(way.rides):
            wait = (ride.depart_s - way.rides[position - 1].arrive_s) / 60 if position else 0.0
            rows.append(
                {
                    "mode": ride.mode, "service": ride.service, "class": ride.train_class, "from": ride.from_stop, "to": ride.to_stop,
                    "from_name": words.node(ride.from_stop), "to_name": words.node(ride.to_stop),
                    "depart": clock(ride.depart_s), "arrive": clock(ride.arrive_s), "wait_before_min": wait, "minutes": ride.minutes,
                    "km": ride.length_km, "stops_between": ride.stops_between,
                }
            )  # fmt: skip
        return rows
    for (mode, line), group in groupby(way.legs, key=lambda leg: (leg.mode, leg.line)):
        listed = list(group)
        first, last = listed[0].from_node, listed[-1].to_node
        rows.append(
            {
                "mode": mode, "line": line, "from": first, "to": last, "from_name": words.node(first), "to_name": words.node(last),
                "minutes": sum(leg.seconds for leg in listed) / 60, "km": sum(leg.length_km for leg in listed),
                "links": [leg.link for leg in listed],
            }
        )  # fmt: skip
    return rows


def door_legs(journey: Journey, words: Words) -> list[dict[str, Any]]:
    """The legs of a journey from door to door."""
    seen = views(words.network)
    return [
        {
            "part": leg.part, "kind": leg.kind, "mode": leg.mode, "name": leg_name(leg, words), "from": leg.from_node, "to": leg.to_node,
            "from_name": words.node(leg.from_node), "to_name": words.node(leg.to_node), "begin": clock(leg.begin_s),
            "end": clock(leg.end_s), "minutes": leg.minutes, "km": leg.length_km,
            "service": leg.ride.service if leg.ride else None, "class": leg.ride.train_class if leg.ride else None,
            "view": seen[leg.ride.service] if leg.ride else None,
        }
        for leg in journey.legs
    ]  # fmt: skip
