"""Coaches against the opening hours of the border crossings that they pass."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from bbwnet.network.trips import clock_shift_seconds
from bbwnet.scenario.schema.base import DAY_SECONDS, clock_seconds
from bbwnet.scenario.schema.infrastructure import BorderLink

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from bbwnet.errors import Problem
    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.terminals import Crossing, OpeningHours


def hours_of_persons(crossing: Crossing, date: datetime.date) -> OpeningHours | None:
    """Hours of a crossing for persons on a date; `None` if they are not known, or persons do not cross."""
    known = [item for item in crossing.hours if item.traffic in {"persons", "all"} and item.valid_from <= date]
    return max(known, key=lambda item: item.valid_from, default=None)


def trips_at_closed_crossings(scenario: Scenario, network: Network) -> list[Problem]:
    """Coaches on the timetable that reach a crossing when it is closed to persons: nobody could ride them as they are written.

    A crossing of which no hours are known at all counts as open.
    """
    problems = []
    for pattern in network.trips.patterns:
        for link_id, offset_s in borders_passed(network, pattern):
            link = network.assembly.links[link_id]
            crossing = network.assembly.crossings.get(link.crossing) if isinstance(link, BorderLink) else None
            if crossing is None or not crossing.hours:
                continue
            message = _closed(network, crossing, pattern, offset_s)
            if message is not None:
                key, expected = "stops", "departures that fit the hours of the crossing, or another way"
                problems.append(scenario.problem("services", pattern.service, key, message, value=crossing.id, expected=expected))
                break
    return problems


def borders_passed(network: Network, pattern: Pattern) -> Iterator[tuple[str, int]]:
    """Border links that a coach passes, each with the seconds from its first departure until it is there.

    Within a section it is as far along its time as a car on the same links.
    """
    crossing = {link for links in pattern.links for link in links if isinstance(network.assembly.links[link], BorderLink)}
    if pattern.mode != "coach" or not crossing:
        return
    forward_s, backward_s = (network.links[name].to_dict() for name in ("car_seconds", "car_seconds_backward"))
    _, depart = pattern.offsets_seconds()
    for position, links in enumerate(pattern.links):
        total = 0
        borders: list[tuple[str, int]] = []
        node = pattern.stops[position]
        for link_id in links:
            link = network.assembly.links[link_id]
            forward = link.from_ == node
            if link_id in crossing:
                borders.append((link_id, total))
            total += int((forward_s if forward else backward_s)[link_id])
            node = link.to if forward else link.from_
        for link_id, before in borders:
            yield link_id, depart[position] + round(pattern.run_seconds[position] * before / total)


def without_closed_crossings(network: Network) -> tuple[Pattern, ...]:
    """The patterns without the departures of coaches that would reach a crossing closed to persons.

    For departures that a headway factor has added: nobody has said that they run then.
    """
    kept: list[Pattern] = []
    for pattern in network.trips.patterns:
        runs = [
            number
            for number, start in enumerate(pattern.departures_seconds)
            if all(_is_open(network, link, start + offset_s) for link, offset_s in borders_passed(network, pattern))
        ]
        if runs and len(runs) < len(pattern.departures_seconds):
            departures, days = (tuple(values[number] for number in runs) for values in (pattern.departures_seconds, pattern.days))
            kept.append(dataclasses.replace(pattern, departures_seconds=departures, days=days))
        else:
            kept.append(pattern)
    return tuple(kept)


def _is_open(network: Network, link_id: str, second: int) -> bool:
    """Whether persons may pass a border link at a second on the region's clock; where no hours are known, always."""
    link = network.assembly.links[link_id]
    crossing = network.assembly.crossings.get(link.crossing) if isinstance(link, BorderLink) else None
    hours = hours_of_persons(crossing, network.as_of) if crossing is not None else None
    if crossing is None or not crossing.hours:
        return True
    if hours is None:
        return False
    opened, closed = _open_seconds(hours, network)
    return (second - opened) % DAY_SECONDS <= closed - opened


def _open_seconds(hours: OpeningHours, network: Network) -> tuple[int, int]:
    """Opening and closing on the region's clock, seconds of the day."""
    shift = clock_shift_seconds(hours.timezone, network.region_timezone, network.as_of)
    return clock_seconds(hours.open) + shift, clock_seconds(hours.close) + shift


def _closed(network: Network, crossing: Crossing, pattern: Pattern, offset_s: int) -> str | None:
    """What is wrong with the first trip that finds a crossing closed; `None` if none does."""
    hours = hours_of_persons(crossing, network.as_of)
    if hours is None:
        return f"coach crosses at {crossing.id}, which is not open to persons on {network.as_of}"
    opened, closed = _open_seconds(hours, network)
    for start in pattern.departures_seconds:
        reached = start + offset_s
        if (reached - opened) % DAY_SECONDS > closed - opened:
            clock = f"{reached // 3600 % 24:02}:{reached // 60 % 60:02}"
            return (
                f"coach from {pattern.stops[0]} reaches {crossing.id} at {clock} (region's clock), when it is closed to persons: "
                f"open {hours.open} to {hours.close} {hours.timezone}"
            )
    return None
