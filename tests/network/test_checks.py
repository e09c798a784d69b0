"""What is worth knowing of a network that can be used; what cannot be used is in tests/inputs_that_fail/builder."""

from __future__ import annotations

from collections.abc import Callable

from bbwnet.network.border_hours import borders_passed
from bbwnet.network.checks import notices_of
from bbwnet.network.network import Network
from bbwnet.scenario.scenario import Scenario


def test_stops_without_a_road_are_told(coast: Callable[..., Network], coast_scenario: Callable[..., Scenario]) -> None:
    *within, outside = notices_of(coast_scenario(), coast())
    assert [line.split()[1] for line in within] == ["fangchenggang_north", "haikou_station", "meilan_airport", "wuxu_airport"]
    file_and_line = coast_scenario().file_and_line("nodes", "haikou_station")
    assert file_and_line.startswith("networks/") or file_and_line.endswith(tuple("0123456789"))
    assert within[1] == f"{file_and_line}: haikou_station is served, but no road leads to it: no way from door to door begins or ends there"
    # a station in no zone and an airport of a gateway: their roads are not data
    assert outside == "2 stops outside the region are served, but have no road: noibai_airport, wutang"


def test_a_coach_is_at_the_border_as_far_along_its_run_as_a_car(coast: Callable[..., Network]) -> None:
    coach = "{id: coach, mode: coach, stops: [dongxing, mong_cai], departures: ['09:00'], run_minutes: [140]"
    coach += ", source: made_up, confidence: assumed}"
    network = coast("projects.also=[coastal_rebuild]", f"projects.coastal_rebuild.add={{services: [{coach}]}}")
    there, back = [item for item in network.trips.patterns if item.service == "coach"]
    # a car takes 4 minutes to the border, 60 for the formalities and 6 beyond, 70 in all; the coach twice as long
    assert list(borders_passed(network, there)) == [("border_dongxing_bridge", 8 * 60)]
    assert list(borders_passed(network, back)) == [("border_dongxing_bridge", 12 * 60)]
    assert list(borders_passed(network, network.trips.patterns[0])) == []
