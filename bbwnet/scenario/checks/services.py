"""Services: stops that are there, departures that are given once and in order, run times that fit the stops."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.nearest import nearest_name
from bbwnet.scenario.schema.base import clock_seconds
from bbwnet.scenario.schema.services import Service

LATEST_S = 48 * 3600
"""Trips end by 48:00, so that a simulated day and its night hold them."""


def check_services(region: Region) -> Iterator[Problem]:
    """Find services that cannot be run as they are written."""
    for owned in region.every("services"):
        for check in _CHECKS:
            yield from check(region, owned, owned.record)


def _stops(region: Region, owned: Owned, service: Service) -> Iterator[Problem]:
    seen: set[str] = set()
    day = _observed(region, service)
    for key, stops in (("stops", service.stops), ("via", service.via)):
        for number, stop in enumerate(stops):
            problem = region.reference(owned, f"{key}.{number}", stop, "nodes", "places", on=day)
            if problem is not None:
                yield problem
    for number, stop in enumerate(service.stops):
        if stop in seen:
            yield region.problem(
                owned,
                f"stops.{number}",
                "stop visited twice",
                value=stop,
                expected="each once; a ring is two services joined by continues_as",
            )
        seen.add(stop)
        point = region.points.get(stop)
        if service.mode == "rail" and point is not None and point.record.kind != "station":
            yield region.problem(owned, f"stops.{number}", f"train stops at a {point.record.kind}", value=stop, expected="a station")


def _limits(region: Region, owned: Owned, service: Service) -> Iterator[Problem]:
    """Stops where one may only board or only leave: stops of the service, in one list, and of use there."""
    useless = {
        "board_only": (service.stops[-1], "nobody boards at the last stop"),
        "alight_only": (service.stops[0], "nobody leaves at the first stop"),
    }
    for key, (end, why) in useless.items():
        for number, stop in enumerate(getattr(service, key)):
            where = f"{key}.{number}"
            if stop not in service.stops:
                nearest = nearest_name(stop, service.stops)
                yield region.problem(owned, where, "not a stop of the service", value=stop, expected="one of its stops", nearest=nearest)
            elif stop in getattr(service, key)[:number]:
                yield region.problem(owned, where, "stop given twice", value=stop, expected="each once")
            elif key == "alight_only" and stop in service.board_only:
                yield region.problem(owned, where, "stop both under board_only and under alight_only", value=stop, expected="one of them")
            elif stop == end:
                yield region.problem(
                    owned, where, f"{why}, so that the stop serves no one", value=stop, expected="a stop before or after it"
                )


def _observed(region: Region, service: Service) -> datetime.date | None:
    """Day of the state that a service belongs to: that of its timetable, or its first; `None` for the base network's."""
    if service.timetable is None:
        return service.valid_from
    return next((item.observed for item in region.records.timetables if item.id == service.timetable), None)


def _frequency(region: Region, owned: Owned, service: Service) -> Iterator[Problem]:
    given = [key for key in ("trips_per_day", "trips_per_week", "departures") if getattr(service, key)]
    # Departures may come with their number; another number is for `--set` to ask for.
    agreeing = service.trips_per_day == len(service.departures) or region.is_set(owned, "trips_per_day")
    if len(given) != 1 and not (given == ["trips_per_day", "departures"] and agreeing):
        message = f"both {' and '.join(given)}" if given else "no departures"
        yield region.problem(owned, given[-1] if given else None, message, expected="one of trips_per_day, trips_per_week, departures")
    for key in ("departures", "return_departures"):
        times = getattr(service, key)
        for number in range(1, len(times)):
            gap_s = clock_seconds(times[number]) - clock_seconds(times[number - 1])
            if gap_s <= 0:
                message = f"headway of zero after {times[number - 1]}" if gap_s == 0 else f"departure before the one at {times[number - 1]}"
                yield region.problem(
                    owned, f"{key}.{number}", message, value=times[number], expected="departures in order, each later than the last"
                )
    for number, day in enumerate(service.days):
        if day in service.days[:number]:
            yield region.problem(owned, f"days.{number}", "day given twice", value=day, expected="each once")
    if service.directed:
        for key in ("return_between", "return_within", "return_departures"):
            if getattr(service, key):
                yield region.problem(owned, key, "directed service has no return direction", expected=f"no {key}, or directed: false")


def _windows(region: Region, owned: Owned, service: Service) -> Iterator[Problem]:
    for key in ("between", "within", "return_between", "return_within"):
        yield from _window(region, owned, service, key)
    for known, unknown in (("between", "within"), ("return_between", "return_within")):
        if getattr(service, known) and getattr(service, unknown):
            yield region.problem(
                owned,
                unknown,
                f"both {known} and {unknown}",
                expected=f"{known}, first and last departure, or {unknown}, hours of departures at times not known",
            )


def _window(region: Region, owned: Owned, service: Service, key: str) -> Iterator[Problem]:
    window = getattr(service, key)
    if window is None:
        return
    length_s = clock_seconds(window[1]) - clock_seconds(window[0])
    if length_s < 0:
        yield region.problem(
            owned,
            f"{key}.1",
            f"window ends before it begins at {window[0]}",
            value=window[1],
            expected="a later time; past midnight is 24:00 and on",
        )
    elif length_s == 0 and _trips_a_day(service) > 1:
        yield region.problem(owned, key, f"headway of zero: {_trips_a_day(service):g} trips in a window of no length", value=window[0])


def _trips_a_day(service: Service) -> float:
    """Trips of one direction on a day that has all of them."""
    if service.trips_per_week is not None:
        return math.ceil(service.trips_per_week / (len(service.days) or 7))
    return service.trips_per_day or 0


def _run_times(region: Region, owned: Owned, service: Service) -> Iterator[Problem]:
    sections = len(service.stops) - 1
    if service.run_minutes and len(service.run_minutes) != sections:
        yield region.problem(
            owned,
            "run_minutes",
            f"{len(service.run_minutes)} run times for {len(service.stops)} stops",
            expected=f"{sections}, one between each two stops",
        )
    for number, minutes in enumerate(service.run_minutes):
        if minutes <= 0:
            message = "time runs backwards" if minutes < 0 else "run takes no time"
            yield region.problem(owned, f"run_minutes.{number}", message, value=minutes, expected="minutes > 0")
    run_s = 60 * (sum(service.run_minutes) + (sections - 1) * (service.dwell_min or 0))
    for key in ("departures", "between", "within", "return_departures", "return_between", "return_within"):
        times = getattr(service, key) or ()
        if times and clock_seconds(times[-1]) + run_s > LATEST_S:
            yield region.problem(
                owned,
                f"{key}.{len(times) - 1}",
                "trip ends past 48:00",
                value=times[-1],
                expected=f"arrival by 48:00; the run takes {run_s / 60:.0f} min",
            )


def _references(region: Region, owned: Owned, service: Service) -> Iterator[Problem]:
    if service.timetable is not None:
        problem = region.reference(owned, "timetable", service.timetable, "timetables")
        timetable = next((item for item in region.records.timetables if item.id == service.timetable), None)
        if problem is not None:
            yield problem
        elif timetable is not None and timetable.mode != service.mode:
            yield region.problem(
                owned, "timetable", f"timetable of {timetable.mode}, but the service is of {service.mode}", value=service.timetable
            )
    if service.mode == "rail":
        yield from _train_class(region, owned, service)
    if service.continues_as is not None:
        yield from _continuation(region, owned, service, service.continues_as)


def _train_class(region: Region, owned: Owned, service: Service) -> Iterator[Problem]:
    classes = sorted({item.train_class for item in region.records.run_time_classes})
    if service.train_class is None:
        if not service.run_minutes:
            yield region.problem(
                owned, None, "train with neither train_class nor run_minutes", expected=f"train_class: one of {', '.join(classes)}"
            )
    elif service.train_class not in classes:
        yield region.problem(
            owned,
            "train_class",
            "no run_time_classes for this train_class",
            value=service.train_class,
            expected=f"one of {', '.join(classes)}",
        )


def _continuation(region: Region, owned: Owned, service: Service, wanted: str) -> Iterator[Problem]:
    problem = region.reference(owned, "continues_as", wanted, "services", on=_observed(region, service))
    if problem is not None:
        yield problem
        return
    following = next((item.record for item in region.every("services") if item.record.id == wanted), None)
    if following is None:
        return
    if set(following.days) != set(service.days):
        other = ", ".join(following.days) or "every day"
        yield region.problem(
            owned, "continues_as", f"continues as a service of other days: {other}", value=wanted, expected="the same days"
        )
    starts = {following.stops[0]} if following.directed else {following.stops[0], following.stops[-1]}
    ends = {service.stops[-1]} if service.directed else {service.stops[0], service.stops[-1]}
    if not starts & ends:
        expected = f"a service that starts at {service.stops[-1]}"
        yield region.problem(owned, "continues_as", "continues as a service that starts elsewhere", value=wanted, expected=expected)


_CHECKS: tuple[Callable[[Region, Owned, Service], Iterator[Problem]], ...] = (
    _stops,
    _limits,
    _frequency,
    _windows,
    _run_times,
    _references,
)
