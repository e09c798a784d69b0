"""Connections missed because the vehicle before is late: a formula over the scenario's reliability, no simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.scenario.schema.scenario_file import Reliability


def missed_shares(reliability: Reliability, modes: Sequence[str], slack_s: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probability of missing each connection, from the mode of the vehicle left and the delay that the change bears (n changes).

    P(missed) = late_share * exp(-slack / mean_delay): a vehicle is late with the probability `late_share`, and then by a time that is
    exponentially distributed, so that it is late by more than the slack with exp(-slack / mean_delay). The slack is all that is left
    between being ready to board and the departure. Assumed: the next vehicle leaves on time and does not wait; delays of
    vehicles are independent. Both figures are the scenario's `reliability`, by default our assumptions. A share of late vehicles with
    exponential delays is the usual law for trains (Schwanhäußer 1974, "Die Bemessung der Pufferzeiten im Fahrplangefüge der
    Eisenbahn"; Goverde 2005, "Punctuality of railway operations and timetable stability analysis"); that it holds for coaches, flights
    and ferries here is assumed.
    """
    late = {mode: getattr(reliability.late_share, mode) for mode in set(modes)}
    delay_s = {mode: getattr(reliability.mean_delay_min, mode) * 60 for mode in set(modes)}
    share = np.array([late[mode] for mode in modes], dtype=np.float64)
    mean_s = np.array([delay_s[mode] for mode in modes], dtype=np.float64)
    return np.asarray(share * np.exp(-slack_s / mean_s), dtype=np.float64)
