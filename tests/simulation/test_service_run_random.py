"""Whatever is closed when: runs go forward in time, call in order, end once, and all that set out are accounted for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbwnet.network.network import Network
from bbwnet.scenario.schema.simulation import Disruption
from tests.simulation.test_service_run_disturbed import simulate

THINGS = ("ne-qz", "qz-rjct", "rjct-fn", "ne-wt", "qinzhou_east", "beihai_station", "nanning_east", "wuxu_airport", "emu_ns_bh_2016",
          "g75_qingxiu-qinnan", "beihai-haikou_ferry", "coastal", "haikou")  # fmt: skip
CLOSURES = st.lists(
    st.tuples(st.sampled_from(THINGS), st.integers(0, 30 * 60), st.integers(1, 20 * 60), st.sampled_from([None, 0.2, 0.7])),
    min_size=1,
    max_size=4,
)


def _moment(minute: int) -> str:
    day, rest = divmod(minute, 1440)
    return f"day {day + 1} {rest // 60:02d}:{rest % 60:02d}"


def _disruption(what: str, start: int, length: int, factor: float | None) -> Disruption:
    given_words = {"what": what, "from": _moment(start), "until": _moment(start + length)}
    return Disruption.model_validate(given_words | ({} if factor is None else {"to": "slowed", "speed_factor": factor}))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(closures=CLOSURES, patience=st.sampled_from(["10", "120"]), line=st.sampled_from(["none", "headway_and_single_track"]))
def test_no_closure_loses_a_run(
    coast: Callable[..., Network], closures: list[tuple[str, int, int, float | None]], patience: str, line: str
) -> None:
    network = coast(
        f"simulation.services.hold_patience_min.rail={patience}",
        f"simulation.services.line_capacity={line}",
        "simulation.services.platforms=[{node: qinzhou_east, platforms: 1}]",
    )
    disrupted = dataclasses.replace(
        network, settings=network.settings.model_copy(update={"disruptions": tuple(_disruption(*item) for item in closures)})
    )
    # The balance is checked at its end.
    record, diary = simulate(disrupted)
    (row,) = record.balance
    assert row.entered >= row.arrived + row.gave_up
    first = network.trips.first_call.tolist()
    last_heard: dict[int, tuple[float, int]] = {}
    over: set[int] = set()
    for what, run, call, now in diary.lines:
        assert run not in over
        before, place = last_heard.get(run, (float("-inf"), first[run % network.trips.count]))
        assert now >= before
        assert place <= call <= place + 1
        last_heard[run] = (now, call)
        if what == "cancelled" or (what == "arrive" and call == first[run % network.trips.count + 1] - 1):
            over.add(run)
    assert len(over) == row.arrived + row.gave_up
    runs = record.tables["runs"]
    assert not (runs["cancelled_from"].notna() & runs["delay_end_min"].notna()).any()
