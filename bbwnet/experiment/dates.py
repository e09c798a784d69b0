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
    """The scenario as of `date`, with the timetables of that day, or the first ones known; days before the data read as their first.

    Links of the base network that opened within the data's first year are left out before their day.

    Raises `InputError` if the scenario's projects are not chosen by opening: a plan has no other days.
    """
    if scenario.settings.projects.by != "opened":
        raise InputError(f"{scenario.name}: observations can only be compared with what was built (projects: {{by: opened}})")
    date = max(date, scenario.index.data_from)
    if date == scenario.settings.as_of:
        return scenario
    observed = min((item.observed for item in scenario.records.timetables), default=date)
    settings = scenario.settings.model_copy(update={"as_of": date, "timetable": max(date, observed)})
    return dataclasses.replace(scenario, settings=settings)
