"""A scenario of what was built, looked at on another day."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from bbwnet.errors import InputError

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from bbwnet.scenario.scenario import Scenario


def network_folder(scenario: Scenario) -> Path:
    """The folder of the scenario's network, which holds its observations."""
    return next(file.path.parent for file in scenario.files if file.path.name == "network.yaml")


def scenario_on(scenario: Scenario, date: datetime.date) -> Scenario:
    """The scenario as of `date`, with the timetables of that day; days before the base network read as its own day.

    Raises `InputError` if the scenario's projects are not chosen by opening: a plan has no other days.
    """
    if scenario.settings.projects.by != "opened":
        raise InputError(f"{scenario.name}: observations can only be compared with what was built (projects: {{by: opened}})")
    date = max(date, scenario.index.base_date)
    if date == scenario.settings.as_of:
        return scenario
    observed = [item.observed for item in scenario.records.timetables]
    timetable = None if date > scenario.index.base_date or not observed else min(observed)
    settings = scenario.settings.model_copy(update={"as_of": date, "timetable": timetable})
    return dataclasses.replace(scenario, settings=settings)
