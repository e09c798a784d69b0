"""Who is told to stay at home does not set out: shares by place, mode and hour; nobody is lost from the balance."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from bbwnet.network.network import Network
from bbwnet.scenario.schema.simulation_stay_home import StayHome
from bbwnet.simulation.stay_home import StaysHome
from tests.simulation.small_days import Party, line, passengers_of, run_all, timetable

H = 3600
NOWHERE = cast("Network", SimpleNamespace(node_index={}))


def told(share: float, start: str, end: str, **more: object) -> StayHome:
    return StayHome.model_validate(
        {
            "id": "told",
            "places": ["here"],
            "share": share,
            "from": f"day 1 {start}",
            "until": f"day 1 {end}",
            "source": "made_up",
            "confidence": "assumed",
        }
        | more
    )


def test_the_largest_share_of_a_trip_counts_by_either_end_and_by_mode() -> None:
    orders = [told(0.5, "08:00", "12:00"), told(0.8, "10:00", "12:00", of=["car"])]
    rule = StaysHome(NOWHERE, orders, ("here", "there"), ("rail", "car"))
    here, there = np.int32(0), np.int32(1)
    trips = [(here, there, 0, 8), (there, here, 1, 11), (there, there, 1, 11), (here, here, 1, 12), (here, there, 0, 7)]
    origin, destination, kind, hour = (np.array(column) for column in zip(*trips, strict=True))
    found = rule.share(origin.astype(np.int32), destination.astype(np.int32), kind.astype(np.int8), hour * 3600.0)
    assert found.tolist() == [0.5, 0.8, 0.0, 0.0, 0.0]


def test_who_stays_at_home_takes_no_seat_and_is_in_the_balance() -> None:
    trips = timetable(line("train", "rail", "ab", [9 * H, 12 * H]))
    parties = [Party(100, 8 * H, [(0, 0, 1, 0, 0, 0)]), Party(100, 11 * H, [(1, 0, 1, 0, 0, 0)])]
    part = passengers_of(trips, parties, 40.0, stay_home=[told(0.6, "07:00", "10:00")])
    result = run_all(part).finish()
    rows = {row.what: row for row in result.balance}
    assert rows["persons_not_set_out"].gave_up == pytest.approx(60)
    assert rows["persons_on_services"].entered == pytest.approx(140)
    # 40 fill the first train; of the other hundred as many as it holds go by the second.
    assert rows["persons_on_services"].arrived == pytest.approx(80)
    assert result.tables["trips"]["entered"].tolist() == pytest.approx([140])
    nobody = run_all(passengers_of(trips, parties, stay_home=[told(1.0, "00:00", "23:00")])).finish()
    assert {row.what: row.entered for row in nobody.balance if row.entered} == {"persons_not_set_out": pytest.approx(200)}
