"""Calibration: the numbers at which modelled totals of several years come nearest to what was observed.

The objective is the sum of squares of weight * ln(modelled / observed), softened for great errors, with a weak pull of every number to its
start, so that what no target knows of stays there. Least squares within bounds (Branch, Coleman and Li 1999, as in scipy), derivatives by
differences: nothing random.
"""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.optimize import least_squares

from bbwnet.errors import InputError, Problem
from bbwnet.evaluation.fit import geh, rmse_share
from bbwnet.exchange.scenario_yaml import write_scenario
from bbwnet.experiment.fit_settings import FREIGHT_ROOT, as_scenario, values_of, with_values
from bbwnet.experiment.observed_targets import HOURS_A_YEAR
from bbwnet.scenario.nearest import Names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from bbwnet.experiment.observed_targets import Target
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.measures import FitParameter
    from bbwnet.scenario.schema.scenario_file import ScenarioFile

SOURCE = "calibration_2016"
"""Source that fitted settings name."""

PULL = 0.03
"""Residual of a factor of e, or of a shift of its `scale`, from the start."""

STEP = 1e-2
"""Step of differences, in logarithms of factors and in scales of shifts."""

SOFT = 0.2
"""Residual beyond which errors count less than by their squares (soft L1): one series that does not fit shall not bend all."""


class Case(Protocol):
    """A scenario's year as a fit sees it."""

    name: str
    evaluations: int

    @property
    def network(self) -> Network:
        """The network whose settings are changed."""
        ...

    @property
    def targets(self) -> tuple[Target, ...]:
        """What is to be met."""
        ...

    def totals(self, settings: ScenarioFile) -> tuple[float | None, ...]:
        """What the model says of each target; `None` where it does not count that."""
        ...

    def load(self, settings: ScenarioFile) -> None:
        """Fill roads and vehicles by some settings."""
        ...


@dataclass(frozen=True)
class Compared:
    """A target before and after."""

    scenario: str
    target: Target
    before: float | None
    after: float | None

    @property
    def ratio(self) -> float | None:
        """After over observed."""
        return None if self.after is None else self.after / self.target.value

    @property
    def ratio_before(self) -> float | None:
        """Before over observed."""
        return None if self.before is None else self.before / self.target.value

    @property
    def geh(self) -> float | None:
        """GEH statistic of the mean hour: the year's total over 8,760 hours."""
        return None if self.after is None else geh(self.after / HOURS_A_YEAR, self.target.value / HOURS_A_YEAR)


@dataclass(frozen=True)
class Fit:
    """Fitted numbers and what came of them."""

    parameters: tuple[FitParameter, ...]
    numbers: Mapping[str, float]
    """By parameter."""
    values: Mapping[str, float]
    """Settings by dotted key, those that are not fitted too."""
    at_bound: tuple[str, ...]
    """Parameters that ended at a bound."""
    compared: tuple[Compared, ...]
    """Targets, scenario by scenario."""
    objective_before: float
    objective: float
    evaluations: int
    """Of the model of one scenario."""
    seconds: float
    converged: bool

    @property
    def fitted(self) -> tuple[FitParameter, ...]:
        """Parameters that were fitted."""
        return tuple(item for item in self.parameters if item.by != "none")


@dataclass(frozen=True)
class Summary:
    """How well some targets are met."""

    group: str
    targets: int
    not_modelled: int
    median_error_before: float | None
    median_error: float | None
    """Median of |modelled / observed - 1|."""
    rmse_share: float | None
    """Root of the mean squared error over the mean observed total."""


def calibrate(cases: Sequence[Case], parameters: Sequence[FitParameter], *, loadings: int = 2) -> Fit:
    """Fit on empty roads, then again on roads as the fitted cars load them, as often as asked for; the last totals are of loaded roads.

    Raises what `fit` does.
    """
    began = time.perf_counter()
    found = first = fit(cases, parameters)
    for _ in range(loadings):
        for case in cases:
            case.load(with_values(case.network.settings, found.values))
        found = fit(cases, parameters, start=found.numbers)
    return dataclasses.replace(
        found,
        compared=tuple(dataclasses.replace(last, before=early.before) for early, last in zip(first.compared, found.compared, strict=True)),
        objective_before=first.objective_before,
        evaluations=sum(case.evaluations for case in cases),
        seconds=time.perf_counter() - began,
    )


def fit(
    cases: Sequence[Case],
    parameters: Sequence[FitParameter],
    *,
    start: Mapping[str, float] | None = None,
    pull: float = PULL,
    most_iterations: int = 40,
) -> Fit:
    """Fit the parameters to the targets of all cases together, with cars as slow as the cases have them.

    `start` are numbers to search from; the pull is to the parameters' own starts. Raises `InputError` where there are no more targets than
    fitted parameters, or nothing to fit.
    """
    fitted = tuple(item for item in parameters if item.by != "none")
    origin = {item.id: _start(item) for item in fitted}
    began = time.perf_counter()
    before = [_totals(case, parameters, origin) for case in cases]
    modelled = [[value is not None and value > 0 for value in row] for row in before]
    count = sum(map(sum, modelled))
    if not fitted:
        raise InputError("no parameter to fit")
    if len(fitted) >= count:
        raise InputError(f"{len(fitted)} parameters to fit, but {count} targets: expected more targets than parameters")
    lower, upper = (np.array([_as_x(item, bound) for item in fitted for bound in [getattr(item, side)]]) for side in ("lower", "upper"))

    def residuals(x: NDArray[np.float64]) -> NDArray[np.float64]:
        numbers = _numbers(fitted, x)
        found = []
        for case, which in zip(cases, modelled, strict=True):
            for target, value, used in zip(case.targets, _totals(case, parameters, numbers), which, strict=True):
                if used:
                    found.append(target.weight * math.log(max(value or 0.0, 1.0) / target.value))
        return np.array([*found, *(pull * x)])

    def slopes(x: NDArray[np.float64]) -> NDArray[np.float64]:
        here = residuals(x)
        steps = np.where(x + STEP <= upper, STEP, -STEP)
        return np.stack(
            [(residuals(x + np.where(np.arange(len(x)) == row, step, 0.0)) - here) / step for row, step in enumerate(steps)], axis=1
        )

    x0 = np.zeros(len(fitted))
    first = x0 if start is None else np.clip([_as_x(item, start[item.id]) for item in fitted], lower + STEP, upper - STEP)
    result = least_squares(
        residuals, first, slopes, bounds=(lower, upper), max_nfev=most_iterations, loss="soft_l1", f_scale=SOFT, ftol=1e-5, xtol=1e-4
    )
    numbers = _numbers(fitted, result.x)
    after = [_totals(case, parameters, numbers) for case in cases]
    compared = [
        Compared(case.name, target, first, last)
        for case, firsts, lasts in zip(cases, before, after, strict=True)
        for target, first, last in zip(case.targets, firsts, lasts, strict=True)
    ]
    edge = 1e-3
    at_bound = [item.id for item, x, low, high in zip(fitted, result.x, lower, upper, strict=True) if min(x - low, high - x) < edge]
    return Fit(
        parameters=tuple(parameters),
        numbers=numbers,
        values=values_of(parameters, numbers),
        at_bound=tuple(at_bound),
        compared=tuple(compared),
        objective_before=float((residuals(x0) ** 2).sum()),
        objective=float((residuals(result.x) ** 2).sum()),
        evaluations=sum(case.evaluations for case in cases),
        seconds=time.perf_counter() - began,
        converged=bool(result.status > 0),
    )


def summarise(compared: Sequence[Compared]) -> list[Summary]:
    """Errors by kind of quantity, by use, and of all."""
    groups: dict[str, list[Compared]] = {}
    for item in compared:
        groups.setdefault(item.target.measure.quantity, []).append(item)
    return [*(_summary(name, groups[name]) for name in sorted(groups)), _summary("all", list(compared))]


def _summary(name: str, items: list[Compared]) -> Summary:
    known = [item for item in items if item.after is not None]
    after = [abs((item.ratio or 0.0) - 1) for item in known]
    before = [abs(item.ratio_before - 1) for item in items if item.ratio_before is not None]
    return Summary(
        group=name,
        targets=len(items),
        not_modelled=len(items) - len(known),
        median_error_before=float(np.median(before)) if before else None,
        median_error=float(np.median(after)) if after else None,
        rmse_share=rmse_share([item.after or 0.0 for item in known], [item.target.value for item in known]),
    )


def _totals(case: Case, parameters: Sequence[FitParameter], numbers: Mapping[str, float]) -> tuple[float | None, ...]:
    return case.totals(with_values(case.network.settings, values_of(parameters, numbers)))


def _start(item: FitParameter) -> float:
    return 1.0 if item.by == "factor" else 0.0


def _as_x(item: FitParameter, number: float) -> float:
    """Logarithm of a factor; a shift in its scale."""
    return math.log(number) if item.by == "factor" else number / item.scale


def _numbers(parameters: Sequence[FitParameter], x: NDArray[np.float64]) -> dict[str, float]:
    return {
        item.id: math.exp(value) if item.by == "factor" else value * item.scale for item, value in zip(parameters, x.tolist(), strict=True)
    }


def chosen_parameters(scenarios: Sequence[Scenario], wanted: Sequence[str] | None, *, freight: bool = False) -> tuple[FitParameter, ...]:
    """The parameters of passengers, or of freight, to fit, by default all; those that are not fitted stay at their starts.

    Raises `InputError` for scenarios of several networks, for unknown parameters, and for a network without any.
    """
    networks = sorted({item.settings.network for item in scenarios})
    if len(networks) > 1:
        raise InputError(f"scenarios of several networks: {', '.join(networks)}")
    known = [item for item in scenarios[0].records.fit_parameters if any(key.startswith(FREIGHT_ROOT) for key in item.settings) == freight]
    names = Names([item.id for item in known])
    unknown = [name for name in wanted or () if name not in {item.id for item in known}]
    if unknown:
        raise InputError(
            [Problem("--parameters", message="unknown parameter", value=name, nearest=names.nearest(name)) for name in unknown]
        )
    if not known:
        raise InputError(f"network {networks[0]} says nothing of what to fit (fit_parameters)")
    if wanted is None:
        return tuple(known)
    return tuple(item if item.id in wanted else item.model_copy(update={"by": "none"}) for item in known)


def calibration_file(path: Path, scenarios: Sequence[Scenario], found: Fit, extends: str | None = None) -> None:
    """Write the fitted settings as a scenario on the first scenario's network and day, on top of another if one is named.

    The same fit gives the same bytes.
    """
    years = ", ".join(str(year) for year in sorted({item.target.year for item in found.compared}))
    known = [item for item in found.compared if item.after is not None]
    total = summarise(known)[-1]
    freight = any(key.startswith(FREIGHT_ROOT) for key in found.values)
    what = "Freight" if freight else "Demand and mode choice"
    comments = [
        f"{what} calibrated to observed totals of {years}: written by bbwnet calibrate, not by hand.",
        f"Scenarios: {' '.join(item.name for item in scenarios)}. {len(known)} targets, {len(found.fitted)} fitted parameters:",
        f"  {', '.join(item.id for item in found.fitted)}.",
        *([f"Fitted, but ended at a bound: {', '.join(found.at_bound)}."] if found.at_bound else []),
        f"Median error {100 * (total.median_error or 0):.1f} %, %RMSE {100 * (total.rmse_share or 0):.1f} %. Modelled over observed:",
        *(f"  {item.target.year} {item.target.name}: {item.ratio:.2f} ({item.target.method}, {item.target.confidence})" for item in known),
    ]
    zh = f"{'货运' if freight else ''}按{years.replace(', ', '、')}年观测总量标定"
    name = {"zh": zh, "en": f"{'Freight calibrated' if freight else 'Calibrated'} to {years}"}
    write_scenario(path, as_scenario(scenarios[0].settings, found.values, name, SOURCE, extends), comments)
