"""Calibration: what was put in is found again, nothing is fitted to what is withheld, and the file says what it is of."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from bbwnet.errors import InputError
from bbwnet.experiment.calibration import Compared, calibrate, calibration_file, chosen_parameters, fit, summarise
from bbwnet.experiment.calibration_case import CalibrationCase, calibration_case
from bbwnet.experiment.fit_settings import values_of, with_values
from bbwnet.experiment.freight_case import freight_case
from bbwnet.experiment.observed_targets import Target
from bbwnet.experiment.total_checks import passenger_checks
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.measures import FitParameter, Measure
from bbwnet.scenario.schema.scenario_file import ScenarioFile

RATE = "demand.passenger.purposes.leisure.trips_per_person_year"
CAR = "choice.constants.car"


def parameter(name: str, key: str, start: float, **more: Any) -> FitParameter:
    return FitParameter(id=name, settings={key: start}, source="x", confidence="assumed", **more)


PARAMETERS = (
    parameter("rate", RATE, 2.0),
    parameter("car", CAR, 0.0, by="shift", lower=-100.0, upper=100.0),
    parameter("fixed", "choice.constants.rail", 7.0, by="none"),
)


def target(number: int, value: float) -> Target:
    measure = Measure(
        id=f"m{number}", series="s", place=f"p{number}", metric="m", quantity="boardings", nodes=("n",), source="x", confidence="assumed"
    )
    return Target(measure, 2016, value, "figure", "reported", ("src",), "fitted")


class Toy:
    """A model that can be worked by hand: totals are the rate times e to the car's minutes over 60, by different powers."""

    name = "toy"
    evaluations = 0

    def __init__(self, values: Sequence[float | None]) -> None:
        self.targets = tuple(target(number, value or 1.0) for number, value in enumerate(values))
        self.known = [value is not None for value in values]
        self.network = dataclasses.make_dataclass("Network", ["settings"])(load_scenario("baseline_2016").settings)
        self.loaded = 0

    @staticmethod
    def model(settings: ScenarioFile) -> list[float]:
        rate = settings.demand.passenger.purposes.leisure.trips_per_person_year
        shift = math.exp(settings.choice.constants.car / 60)
        assert settings.choice.constants.rail == 7.0
        return [1e6 * rate, 1e6 * shift, 1e6 * rate * shift, 1e6 * rate / shift]

    def totals(self, settings: ScenarioFile) -> tuple[float | None, ...]:
        self.evaluations += 1
        return tuple(value if known else None for value, known in zip(self.model(settings), self.known, strict=False))

    def load(self, settings: ScenarioFile) -> None:
        del settings
        self.loaded += 1


def toys(*values: float | None) -> list[CalibrationCase]:
    return [cast("CalibrationCase", Toy(values))]


def test_numbers_that_made_the_targets_are_found() -> None:
    """Rate 3, car 30 minutes dearer: 3, e^0.5, 3 e^0.5, 3 e^-0.5."""
    wanted = [3e6, math.exp(0.5) * 1e6, 3e6 * math.exp(0.5), 3e6 * math.exp(-0.5)]
    found = fit(toys(*wanted), PARAMETERS, pull=0.0)
    assert found.values[RATE] == pytest.approx(3.0, rel=1e-3)
    assert found.values[CAR] == pytest.approx(30.0, abs=0.1)
    assert found.values["choice.constants.rail"] == 7.0
    assert (found.converged, found.at_bound, [item.id for item in found.fitted]) == (True, (), ["rate", "car"])
    assert [item.before for item in found.compared] == pytest.approx([2e6, 1e6, 2e6, 2e6])
    assert [item.ratio for item in found.compared] == pytest.approx([1.0] * 4, rel=1e-3)
    assert found.objective < 1e-5 < found.objective_before


def test_the_pull_keeps_what_no_target_knows_of_at_its_start() -> None:
    parameters = (*PARAMETERS, parameter("idle", "demand.passenger.purposes.business.trips_per_person_year", 2.0))
    found = fit(toys(3e6, 1e6, 3e6, 3e6), parameters)
    assert found.numbers["idle"] == pytest.approx(1.0, abs=1e-6)


def test_a_number_that_would_pass_its_bound_ends_there_and_is_named() -> None:
    parameters = (parameter("rate", RATE, 2.0, lower=0.9, upper=1.2), PARAMETERS[2])
    found = fit(toys(9e6, 1e6), parameters)
    assert found.at_bound == ("rate",)
    assert found.values[RATE] == pytest.approx(2.4, rel=1e-3)


def test_fewer_targets_than_parameters_are_refused_and_targets_not_modelled_do_not_count() -> None:
    with pytest.raises(InputError, match="2 parameters to fit, but 2 targets: expected more targets than parameters"):
        fit(toys(3e6, 1e6, None, None), PARAMETERS)
    with pytest.raises(InputError, match="no parameter to fit"):
        fit(toys(3e6, 1e6, 3e6), PARAMETERS[2:])


def test_geh_and_medians_by_hand() -> None:
    compared = [Compared("toy", target(number, 3e6), 6e6, after) for number, after in enumerate((2.4e6, 3e6, 3.3e6, None))]
    hourly, wanted = 2.4e6 / 8760, 3e6 / 8760
    assert compared[0].geh == pytest.approx(math.sqrt(2 * (hourly - wanted) ** 2 / (hourly + wanted)))
    assert compared[0].ratio == pytest.approx(0.8)
    assert (compared[0].ratio_before, compared[3].geh) == (2.0, None)
    (group, total) = summarise(compared)
    assert (group.group, total.group, total.targets, total.not_modelled) == ("boardings", "all", 4, 1)
    # errors 0.2, 0 and 0.1; squares over n - 1, over the mean of three times 3 million
    assert total.median_error == pytest.approx(0.1)
    assert total.median_error_before == pytest.approx(1.0)
    assert total.rmse_share == pytest.approx(math.sqrt((0.6**2 + 0.3**2) / 2) / 3)


def test_the_same_fit_twice_writes_the_same_bytes_and_the_file_is_a_scenario(tmp_path: Path) -> None:
    scenario = load_scenario("actual_2016")
    for name in ("a.yaml", "b.yaml"):
        found = calibrate(toys(3e6, 1.5e6, 4e6, 2e6), PARAMETERS, loadings=1)
        calibration_file(tmp_path / name, [scenario], found)
    text = (tmp_path / "a.yaml").read_text(encoding="utf-8")
    assert text == (tmp_path / "b.yaml").read_text(encoding="utf-8")
    assert "4 targets, 2 fitted parameters" in text
    assert "at a bound" not in text
    calibration_file(tmp_path / "c.yaml", [scenario], dataclasses.replace(found, at_bound=("rail", "decay")))
    assert "# Fitted, but ended at a bound: rail, decay.\n" in (tmp_path / "c.yaml").read_text(encoding="utf-8")
    assert str(datetime.datetime.now(tz=datetime.UTC).year) not in text
    data = yaml.safe_load(text)
    assert data["choice"]["constants"]["source"] == "calibration_2016"
    read = load_scenario(str(tmp_path / "a.yaml"))
    assert read.settings.choice.constants.car == found.values[CAR]
    assert read.settings.choice.constants.confidence == "estimated"


def test_loadings_fill_roads_and_vehicles_and_fit_again() -> None:
    cases = toys(3e6, 1e6, 3e6, 3e6)
    calibrate(cases, PARAMETERS, loadings=2)
    assert cast("Any", cases[0]).loaded == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"choice.constants.cars": 1.0}, "no setting that calibration can change"),
        ({"roads.hour_groups": 1.0}, "no setting that calibration can change"),
        ({"choice.constants.source": 1.0}, "no number"),
        ({RATE: -1.0}, "greater than or equal to 0"),
    ],
)
def test_settings_that_cannot_be_fitted(values: dict[str, float], words: str) -> None:
    with pytest.raises(InputError) as failed:
        with_values(load_scenario("baseline_2016").settings, values)
    assert words in str(failed.value)


def test_two_parameters_of_one_setting_are_refused() -> None:
    with pytest.raises(InputError, match="set by again and by another parameter"):
        values_of((PARAMETERS[0], parameter("again", RATE, 1.0)), {})


def test_parameters_by_name() -> None:
    scenario = load_scenario("actual_2016")
    chosen = chosen_parameters([scenario], ["trips"])
    assert [item.id for item in chosen if item.by != "none"] == ["trips"]
    assert {item.id for item in chosen} >= {"trips", "decay", "long_journeys"}
    with pytest.raises(InputError) as failed:
        chosen_parameters([scenario], ["tripz"])
    assert "trips" in str(failed.value)


@pytest.fixture(scope="module")
def year_2016() -> CalibrationCase:
    return calibration_case(load_scenario("actual_2016"))


def test_the_bundled_model_finds_what_made_its_own_totals(year_2016: CalibrationCase) -> None:
    known = load_scenario("actual_2016").records.fit_parameters
    parameters = [item if item.id in ("trips", "land_weight") else item.model_copy(update={"by": "none"}) for item in known]
    settings = with_values(year_2016.network.settings, values_of(parameters, {"trips": 0.6, "land_weight": 2.5}))
    made = year_2016.totals(settings)
    targets = tuple(dataclasses.replace(item, value=value) for item, value in zip(year_2016.targets, made, strict=True) if value)
    found = fit([dataclasses.replace(year_2016, targets=targets)], parameters, pull=0.0)
    assert found.numbers["trips"] == pytest.approx(0.6, rel=0.01)
    assert found.numbers["land_weight"] == pytest.approx(2.5, rel=0.02)


def test_no_withheld_row_is_a_target(year_2016: CalibrationCase) -> None:
    assert {item.use for item in year_2016.targets} == {"fitted"}
    assert all(item.use == "fitted" for item in calibration_case(load_scenario("actual_2019")).targets)


def test_a_year_without_totals_is_refused() -> None:
    with pytest.raises(InputError, match="no observed total of 2026"):
        calibration_case(load_scenario("actual_2026"))


def test_the_calibrated_scenarios_meet_the_bar() -> None:
    """Withheld airports and strait of 2018 within a quarter at the median; the greatest miss, Zhanjiang's old airport, is known."""
    checks = [item for item in passenger_checks(load_scenario("actual_2018")) if item.target.use == "withheld"]
    errors = {
        item.target.measure.place: abs(item.error or math.inf) for item in checks if item.target.measure.quantity != "crossing_vehicles"
    }
    assert set(errors) == {"all", "wuxu_airport", "meilan_airport", "fucheng_airport", "xiashan_airport"}
    assert sorted(errors.values())[len(errors) // 2] <= 0.25
    assert max(value for place, value in errors.items() if place != "xiashan_airport") <= 0.25


def test_freight_has_parameters_and_targets_of_its_own() -> None:
    """Of 2015 on the network of 2016; trucks over the border are shown, not fitted to."""
    scenario = load_scenario("actual_2016", overrides=("demand.year=2015",))
    parameters = chosen_parameters([scenario], None, freight=True)
    assert {item.id for item in parameters} == {"freight_bulk", "freight_containers"}
    assert not {item.id for item in parameters} & {item.id for item in chosen_parameters([scenario], None)}
    case = freight_case(scenario)
    assert {item.year for item in case.targets} == {2015}
    assert {item.measure.quantity for item in case.targets} == {"port_tonnes", "port_teu"}
    settings = case.network.settings
    before = case.totals(settings)
    more = case.totals(with_values(settings, values_of(parameters, {"freight_containers": 2.0})))
    for item, first, last in zip(case.targets, before, more, strict=True):
        assert first
        assert last
        if item.measure.quantity == "port_teu":
            assert last > 1.5 * first


def test_a_year_without_totals_of_freight_is_refused() -> None:
    with pytest.raises(InputError, match="no observed total of 2013"):
        freight_case(load_scenario("actual_2016", overrides=("demand.year=2013",)))
