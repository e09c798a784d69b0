"""Journeys from door to door told in words: one line for a table, or a line for each leg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbwnet.routing.headways import views
from bbwnet.routing.journeys import Journey
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from bbwnet.evaluation.words import Words
    from bbwnet.routing.journeys import Leg, Part
    from bbwnet.routing.strategy_lines import ExpectedJourney

MOST_LINES = 3
"""Lines of an expectation told where there is one line of text for all of it."""

WAYS = {
    "walk": ("步行", "walk"),
    "bus": ("公交", "bus"),
    "taxi": ("出租车", "taxi"),
    "drive": ("自驾", "drive"),
    "shuttle": ("接驳", "shuttle"),
}
KINDS = {
    "entry": ("进站候检", "enter"),
    "exit": ("出站", "leave"),
    "wait": ("候车", "wait"),
    "connection": ("换乘", "change"),
    "formalities": ("口岸查验", "border"),
}
PART_NAMES: dict[Part, tuple[str, str]] = {
    "access": ("接驳", "access"),
    "wait": ("等候", "wait"),
    "ride": ("乘行", "ride"),
    "transfer": ("换乘", "transfer"),
    "border": ("口岸", "border"),
    "egress": ("离站", "egress"),
}
SERVICES = {"rail": ("列车", "train"), "coach": ("客运班车", "coach"), "air": ("航班", "flight"), "ferry": ("轮渡", "ferry")}


def clock(seconds: int) -> str:
    """A clock time of the region; the days after are counted in brackets."""
    day, rest = divmod(seconds, DAY_SECONDS)
    return f"{rest // 3600:02d}:{rest % 3600 // 60:02d}" + (f" (+{day})" if day else "")


def journey_line(journey: Journey, words: Words) -> str:
    """A journey in one line: its legs of any length, rides with their clock times."""
    unit = words.pick("分", "min")
    parts = []
    for leg in journey.legs:
        if leg.ride is not None:
            ends = f"{words.node(leg.from_node)} {clock(leg.begin_s)} – {words.node(leg.to_node)} {clock(leg.end_s)}"
            vehicle = leg.ride.train_class or words.pick(*SERVICES[leg.mode])
            parts.append(f"{ends} ({vehicle}, {leg.minutes:.0f} {unit})")
        else:
            parts.append(f"{leg_name(leg, words)} {leg.minutes:.0f}")
    return words.pick("，", ", ").join(parts) + f" ({(journey.arrive_s - journey.leave_s) / 60:.0f} {unit}, {journey.length_km:.0f} km)"


def expected_line(journey: ExpectedJourney, words: Words) -> str:
    """An expectation over headways in one line: its likeliest lines and its parts."""
    lines = [
        f"{words.node(line.board_stop)} – {words.node(line.alight_stop)} {line.service} {line.probability:.0%}" for line in journey.lines
    ]
    parts = parts_line(journey, words, planned=False)
    way = words.pick(*WAYS[journey.way_mode]) if journey.way_mode and not lines else ""
    return words.pick("期望：", "expected: ") + words.pick("；", "; ").join([*filter(None, [way]), *lines, parts])


def line_lines(journey: ExpectedJourney, words: Words) -> list[str]:
    """A line for each service that may be ridden: where, how likely, how often it comes, the wait shared with others, the ride."""
    unit = words.pick("分", "min")
    return [
        f"{line.probability:4.0%}  {words.pick(*SERVICES[line.mode])} {line.service}  {words.node(line.board_stop)} – "
        f"{words.node(line.alight_stop)}  ({words.pick('间隔', 'every')} {line.headway_min:.0f} {unit}, "
        f"{words.pick('候车', 'wait')} {line.wait_min:.0f}, {words.pick('乘行', 'ride')} {line.ride_min:.0f}, {line.length_km:.0f} km)"
        for line in journey.lines
    ]


def leg_name(leg: Leg, words: Words) -> str:
    """What a leg is, in a word or two."""
    if leg.ride is not None:
        return f"{words.pick(*SERVICES[leg.mode])} {leg.ride.service}"
    if leg.kind == "entry" and leg.part == "egress":
        return words.pick("停车", "park")
    return words.pick(*(WAYS[leg.mode] if leg.kind == "way" else KINDS[leg.kind]))


def leg_lines(journey: Journey, words: Words) -> list[str]:
    """A line for each leg: when, what, from where to where, how long, how far."""
    unit = words.pick("分", "min")
    seen = views(words.network)
    lines = []
    if journey.schedule_delay_min > 0:
        lines.append(
            words.pick("期望", "wished ") + f"{clock(journey.start_s)}, " + words.pick("晚出发", "leave later by ")
            + f"{journey.schedule_delay_min:.0f} {unit}"
        )  # fmt: skip
    for leg in journey.legs:
        place = words.node(leg.from_node)
        if leg.to_node != leg.from_node:
            place += f" – {words.node(leg.to_node)}"
        km = f", {leg.length_km:.1f} km" if leg.length_km else ""
        by_headway = leg.ride is not None and seen[leg.ride.service] == "headway"
        view = words.pick("，按间隔", ", by headway") if by_headway else ""
        lines.append(f"{clock(leg.begin_s)}–{clock(leg.end_s)}  {leg_name(leg, words)}  {place}  ({leg.minutes:.0f} {unit}{km}{view})")
    return lines


def parts_line(journey: Journey | ExpectedJourney, words: Words, *, planned: bool) -> str:
    """Minutes by part, those that there are."""
    minutes = journey.part_minutes(planned=planned) if isinstance(journey, Journey) else journey.part_minutes
    return ", ".join(f"{words.pick(*PART_NAMES[part])} {value:.0f}" for part, value in minutes.items() if value)


def view_line(words: Words) -> str:
    """Which view the scenario takes of its services, and how many of them by each."""
    network = words.network
    view = network.settings.evaluation.view
    seen = views(network)
    timed = [service for service, by in seen.items() if by == "timetable"]
    given = sum(bool(network.assembly.services[service].departures) for service in timed)
    spread, of_headway = len(timed) - given, len(seen) - len(timed)
    return words.pick(
        f"视角 {view}：{given} 条线路按给定时刻，{spread} 条按均匀发车，{of_headway} 条按间隔",
        f"view {view}: services by departures given {given}, by departures spread evenly {spread}, by headway {of_headway}",
    )
