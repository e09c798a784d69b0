"""What one ticket for the whole journey saves, on the coast: time against two searches pair by pair, fares against those of the legs."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.evaluation.through_tickets import ThroughTickets, through_tickets
from bbwnet.evaluation.transfer_rows import tickets_table
from bbwnet.evaluation.transfers import evaluate_transfers
from bbwnet.network.network import Network

Networks = Callable[..., Network]

QUICK = "access.check_share=0.7"
"""A port entered in 9 min rather than 30: the ship of 09:00 is caught from the train that comes at 08:22."""


def tickets(network: Network, *, planned: bool = False) -> dict[str, ThroughTickets]:
    return {item.modes: item for item in through_tickets(network, evaluate_transfers(network, DoorTimes(network), planned=planned))}


@pytest.mark.parametrize("planned", [False, True])
@pytest.mark.parametrize("held", ["true", "false"])
def test_time_saved_is_that_of_two_searches(coast: Networks, held: str, planned: bool) -> None:  # noqa: FBT001
    single, one = (DoorTimes(coast(QUICK, f"policy.transfer.through_ticket={flag}")) for flag in ("false", "true"))
    zones = ("gangkou", "haicheng", "longhua", "qingxiu", "qinnan", "qiongshan")
    saved: list[float] = []
    journeys = 0
    for origin in zones:
        for destination in zones:
            if origin != destination:
                alone = single.departures(origin, destination, "transit", planned=planned)
                together = one.departures(origin, destination, "transit", planned=planned)
                changed = alone.choice.boardings > 1
                saved.extend((alone.minutes(planned=planned) - together.minutes(planned=planned))[changed].tolist())
                journeys += int(alone.reached.sum())
    found = tickets(coast(QUICK, f"policy.transfer.through_ticket={held}"), planned=planned)
    assert set(found) == {"all", "ferry-rail"}
    assert found["all"].on_through_tickets == (held == "true")
    # all pairs alike: the mean over the departures
    assert found["all"].saved_mean_min == pytest.approx(np.mean(saved))
    assert found["all"].sooner_share == pytest.approx(np.mean(np.array(saved) > 0))
    assert found["all"].journey_share == pytest.approx(len(saved) / journeys)
    assert found["all"].saved_mean_min > 10


def test_the_ship_caught_by_hand(coast: Networks) -> None:
    # Qinnan - Longhua: 69 departures take the ship of 09:00, an hour and a quarter long, not that of 12:00, two hours long: 225 min
    single, one = (DoorTimes(coast(QUICK, f"policy.transfer.through_ticket={flag}")) for flag in ("false", "true"))
    alone = single.departures("qinnan", "longhua", "transit")
    together = one.departures("qinnan", "longhua", "transit")
    assert (alone.arrive_s - together.arrive_s)[:69].tolist() == [225 * 60] * 69


def test_checks_that_take_no_time_save_none(coast: Networks) -> None:
    found = tickets(coast("access.check_share=0"))["all"]
    assert (found.saved_mean_min, found.sooner_share) == (0, 0)


def test_the_table_says_what_weighs(coast: Networks) -> None:
    network = coast()
    evaluation = evaluate_transfers(network, DoorTimes(network))
    table = tickets_table(evaluation, through_tickets(network, evaluation))
    assert table[["mode", "definition", "weights", "modes_ridden"]].to_numpy().tolist() == [
        ["transit", "door_to_door", "equal", "all"],
        ["transit", "door_to_door", "equal", "ferry-rail"],
    ]


def test_no_tariff_no_saving_known(coast: Networks) -> None:
    found = tickets(coast())["all"]
    assert found.fares_known_share == 0
    assert math.isnan(found.saved_mean_cny)
