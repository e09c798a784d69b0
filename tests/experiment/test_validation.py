"""Observed times: how they are read, each compared at its own date, and errors summed up."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from bbwnet.errors import InputError
from bbwnet.exchange.observations import read_observed_times
from bbwnet.experiment.dates import network_folder, scenario_on
from bbwnet.experiment.validation import fitted_parameters, summarise, validate
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario

RAIL = "from,to,kind,minutes,date,reliability,source,confidence,note\n"
ROAD = "from,to,minutes,length_km,date,reliability,source,confidence,note\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / "network" / "observed" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "network"


@pytest.fixture
def observed(coast_folder: Path) -> Path:
    """The coast with a few observations."""
    write(
        coast_folder,
        {
            "calibration/rail_2016.csv": RAIL
            + "nanning_east,qinzhou_east,emu,30,2016-10-15,A,made_up,measured,\n"  # modelled 33
            + "nanning_east,qinzhou_east,conventional,150,2016-10-15,A,made_up,measured,\n"  # modelled 132.75
            + "qinzhou_east,haikou_station,conventional,151.5,2016-10-15,A,made_up,measured,\n"  # as modelled
            + "nanning_east,wutang,emu,60,2016-10-15,A,made_up,measured,\n",  # no such train
            "calibration/road_2017.csv": ROAD + "qinnan,haicheng,50,80,2017-05-01,B,made_up,reported,one way\n",  # modelled 55 min, 88 km
            "validation/road_2019.csv": ROAD
            + "nanning,qinzhou,,100,2017-05-01,,made_up,reported,\n"  # no time, modelled 110 km
            + "qinnan,haicheng,60,,2020-06-01,B,made_up,reported,after the one-way road closed\n"
            + "qinnan,nowhere,60,,2017-05-01,B,made_up,reported,\n",
            "validation/rail_2018.csv": RAIL + "nanning_station,beihai_station,emu,82.1,2018-12-01,A,made_up,reported,\n",
            "validation/port_2018.csv": "anything,else\n1,2\n",
        },
    )
    return coast_folder


def test_each_observation_at_its_own_date(observed: Path) -> None:
    checks = validate(load_scenario(observed / "baseline.yaml", overrides=["as_of=2020-12-31"]))
    found = {(item.observed.origin, item.observed.destination, item.observed.kind, item.observed.date.year): item for item in checks}
    modelled = {key: item.modelled_min for key, item in found.items()}
    assert modelled == {
        ("nanning_east", "qinzhou_east", "emu", 2016): 33,
        ("nanning_east", "qinzhou_east", "conventional", 2016): 132.75,
        ("qinzhou_east", "haikou_station", "conventional", 2016): 151.5,
        ("nanning_east", "wutang", "emu", 2016): None,
        ("qinnan", "haicheng", "car", 2017): 55,
        ("nanning", "qinzhou", "car", 2017): 60,
        ("qinnan", "haicheng", "car", 2020): 60,
        ("qinnan", "nowhere", "car", 2017): None,
        ("nanning_station", "beihai_station", "emu", 2018): pytest.approx(82.1),
    }
    assert found["qinnan", "haicheng", "car", 2017].error == pytest.approx(0.1)
    assert found["qinnan", "haicheng", "car", 2017].length_error == pytest.approx(0.1)
    assert found["nanning", "qinzhou", "car", 2017].error is None
    assert found["nanning", "qinzhou", "car", 2017].length_error == pytest.approx(0.1)
    assert found["qinnan", "haicheng", "car", 2020].length_error is None


def test_later_observations_are_left_out(observed: Path) -> None:
    checks = validate(load_scenario(observed / "baseline.yaml"))
    assert {item.observed.date for item in checks} == {datetime.date(2016, 10, 15)}


def test_summary(observed: Path) -> None:
    checks = validate(load_scenario(observed / "baseline.yaml", overrides=["as_of=2020-12-31"]))
    found = {(item.kind, item.use): item for item in summarise(checks)}
    assert set(found) == {("emu", "fitted"), ("conventional", "fitted"), ("car", "fitted"), ("car", "withheld"), ("emu", "withheld")}
    emu = found["emu", "fitted"]
    assert (emu.observations, emu.not_modelled) == (2, 1)
    assert [emu.median_absolute_error, emu.median_error] == pytest.approx([0.1, 0.1])
    # 132.75 / 150 = 0.885: errors -0.115 and 0; medians 0.0575, 90th percentile 0.1035
    slow = found["conventional", "fitted"]
    assert slow.median_absolute_error == pytest.approx(0.0575)
    assert slow.percentile_90_absolute_error == pytest.approx(0.1035)
    assert slow.median_error == pytest.approx(-0.0575)
    # the row with no time is not counted, that with an unknown end is not modelled
    assert (found["car", "withheld"].observations, found["car", "withheld"].not_modelled) == (2, 1)


def test_parameters_fitted(coast_scenario: Callable[..., Scenario]) -> None:
    assert fitted_parameters(coast_scenario()).run_time_parameters == 3


def test_every_bad_row_is_reported(coast_folder: Path) -> None:
    folder = write(
        coast_folder,
        {
            "calibration/rail_a.csv": RAIL
            + "a,b,emu,-5,2016-10-15,A,made_up,measured,\n"
            + "a,c,emu,30,2016-10-15,A,made_up,measured,\n"
            + "a,d,emu,30,15 October,A,made_up,measured,\n"
            + "a,e,emu,nan,2016-10-15,A,made_up,measured,\n"
            + "a,f,emu,soon,2016-10-15,A,made_up,measured,\n"
            + "a,g,emu,30\n",
            "validation/road_b.csv": "from,minutes,date,source,confidence\nx,30,2016-10-15,made_up,measured\n",
        },
    )
    with pytest.raises(InputError) as caught:
        read_observed_times(folder)
    assert [(Path(problem.file).name, problem.line) for problem in caught.value.problems] == [
        ("rail_a.csv", 2),
        ("rail_a.csv", 4),
        ("rail_a.csv", 5),
        ("rail_a.csv", 6),
        ("rail_a.csv", 7),
        ("road_b.csv", 2),
    ]


def test_a_row_may_not_stand_in_both_folders(coast_folder: Path) -> None:
    row = "a,b,emu,30,2016-10-15,A,made_up,measured,\n"
    folder = write(
        coast_folder,
        {
            "calibration/rail_a.csv": RAIL + row + "a,b,conventional,60,2016-10-15,A,made_up,measured,\n",
            "validation/rail_b.csv": RAIL + row.replace("30", "31"),
        },
    )
    with pytest.raises(InputError, match="rail emu a b 2016-10-15 stands both in calibration and in validation") as caught:
        read_observed_times(folder)
    assert len(caught.value.problems) == 1


def test_no_observations_are_no_error(coast_folder: Path) -> None:
    assert read_observed_times(coast_folder / "network") == []


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_a_scenario_on_another_day(coast_scenario: Callable[..., Scenario]) -> None:
    scenario = coast_scenario("as_of=2020-12-31")
    later = scenario_on(scenario, day("2018-12-01"))
    network = build_network(later)
    assert (network.as_of, [item.id for item in network.projects]) == (day("2018-12-01"), ["qisha_line"])
    assert network.assembly.timetables == {"rail": "rail_2018"}
    assert scenario_on(scenario, day("2020-12-31")) is scenario
    # the data know no day before their first: it stands for all of them, with the first timetable
    early = scenario_on(scenario, day("2014-01-01"))
    assert early.settings.as_of == scenario.index.data_from == day("2016-01-01")
    assert early.settings.timetable == day("2016-10-15")


def test_the_day_of_the_observation_brings_its_own_timetable(coast_scenario: Callable[..., Scenario]) -> None:
    scenario = coast_scenario("as_of=2020-12-31", "timetable=2016-12-31")
    assert build_network(scenario_on(scenario, day("2019-01-01"))).assembly.timetables == {"rail": "rail_2018"}


def test_a_plan_has_no_other_days(coast_scenario: Callable[..., Scenario]) -> None:
    with pytest.raises(InputError, match="can only be compared with what was built"):
        scenario_on(coast_scenario("projects.by=planned"), day("2018-01-01"))


def test_the_folder_of_the_network(coast_folder: Path) -> None:
    assert network_folder(load_scenario(coast_folder / "baseline.yaml")).resolve() == (coast_folder / "network").resolve()
