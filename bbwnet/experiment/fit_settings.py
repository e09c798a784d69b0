"""Settings that calibration changes: dotted keys of the scenario, read, set, and written as a scenario file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bbwnet.errors import InputError, Problem
from bbwnet.scenario.schema.demand import Assumed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bbwnet.scenario.schema.measures import FitParameter
    from bbwnet.scenario.schema.scenario_file import ScenarioFile

FREIGHT_ROOT = "demand.freight."
ROOTS = ("demand.passenger.", "choice.", FREIGHT_ROOT)
"""What the models take anew without a new search or network; other keys would change more."""

DIGITS = 6
"""Significant digits of fitted settings: those of the file are those that the result is of."""


def with_values(settings: ScenarioFile, values: Mapping[str, float]) -> ScenarioFile:
    """The scenario with settings changed, checked anew; raises `InputError` for keys that it does not have and values it cannot take."""
    data: dict[str, Any] = settings.model_dump(by_alias=True)
    problems = []
    for key, value in values.items():
        *path, last = key.split(".")
        here: Any = data
        for step in path:
            here = here.get(step) if isinstance(here, dict) else None
        if not isinstance(here, dict) or last not in here or not key.startswith(ROOTS):
            problems.append(Problem(file="fit_parameters", path=key, message="no setting that calibration can change"))
        elif isinstance(here[last], bool) or not isinstance(here[last], int | float):
            problems.append(Problem(file="fit_parameters", path=key, message="no number", value=str(here[last])))
        else:
            here[last] = value
    if problems:
        raise InputError(problems)
    try:
        return type(settings).model_validate(data)
    except ValidationError as error:
        raise InputError(
            [
                Problem(file="fit_parameters", path=".".join(map(str, item["loc"])), message=item["msg"], value=str(item["input"]))
                for item in error.errors()
            ]
        ) from None


def values_of(parameters: Sequence[FitParameter], numbers: Mapping[str, float]) -> dict[str, float]:
    """Settings for the numbers of parameters by identifier; of a parameter without one, the start. Rounded as they are written.

    Raises `InputError` where two parameters set one key.
    """
    found: dict[str, float] = {}
    for item in parameters:
        number = numbers.get(item.id)
        for key, start in item.settings.items():
            if key in found:
                raise InputError(Problem(file="fit_parameters", path=key, message=f"set by {item.id} and by another parameter"))
            value = start if number is None or item.by == "none" else start * number if item.by == "factor" else start + number
            found[key] = float(f"{value:.{DIGITS}g}")
    return found


def as_scenario(
    settings: ScenarioFile, values: Mapping[str, float], name: Mapping[str, str], source: str, extends: str | None = None
) -> dict[str, Any]:
    """A scenario of its own on the settings' network and day, with nothing but these values and where they come from."""
    tree: dict[str, Any] = {}
    for key in sorted(values):
        *path, last = key.split(".")
        here, record = tree, settings
        owner: dict[str, Any] | None = None
        for step in path:
            here = here.setdefault(step, {})
            record = getattr(record, step)
            if isinstance(record, Assumed):
                owner = here
        here[last] = values[key]
        if owner is not None:
            owner["source"], owner["confidence"] = source, "estimated"
    return {
        "schema": settings.schema_,
        **({} if extends is None else {"extends": extends}),
        "name": dict(name),
        "network": settings.network,
        "as_of": settings.as_of,
        "projects": {"by": "opened"},
        **tree,
    }
