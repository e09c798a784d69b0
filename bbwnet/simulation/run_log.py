"""What became of each run: how late it was, how long it was held, where it was cancelled; the tables `runs` and `punctuality`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from bbwnet.simulation.balance import BalanceRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.network.network import Network
    from bbwnet.simulation.timetable_runs import RunTable

RUN_COLUMNS = (
    "service", "direction", "mode", "trip", "day", "departs", "seats", "boardings", "most_on_board", "left_behind",
    "delay_end_min", "delay_mean_min", "held_min", "cancelled_from",
)  # fmt: skip
"""Columns of the table `runs`; `departs` in seconds after the day's midnight, delays not-a-number where the run never came."""

PUNCTUALITY_COLUMNS = ("mode", "runs", "arrived", "cancelled", "punctual_share", "delay_mean_min", "delay_p95_min", "held_min")
"""Columns of the table `punctuality`; shares and delays are of runs that end within the simulation, cancelled ones not punctual."""

PUNCTUAL_MIN = {"rail": 5.0, "coach": 15.0, "air": 15.0, "ferry": 15.0}
"""Delay at the end up to which a run counts as punctual; for flights as airlines do, for others our definition."""

_NEVER = -1


@runtime_checkable
class Counts(Protocol):
    """What is known of the riders of a run."""

    def boardings(self, run: int) -> float:
        """Persons who boarded."""

    def left_behind(self, run: int) -> float:
        """Persons who found no room."""


class RunLog:
    """Of each run of a timetable; whoever drives a run writes here."""

    def __init__(self, table: RunTable) -> None:
        """Nothing has happened."""
        self._table = table
        days = 1 + int(table.runs.max() // table.trips) if len(table.runs) else 0
        size = days * table.trips
        self._begun = np.zeros(size, dtype=np.bool_)
        self._end_late_s = np.full(size, np.nan)
        self._late_s, self._calls, self._held_s = np.zeros(size), np.zeros(size), np.zeros(size)
        self._cancelled_from = np.full(size, _NEVER, dtype=np.int64)
        self.under_way = 0

    def began(self, run: int) -> None:
        """A run is due at its first stop."""
        self._begun[run] = True
        self.under_way += 1

    def came(self, run: int, late_s: float) -> None:
        """A run has come to a stop that is not its first."""
        self._late_s[run] += late_s
        self._calls[run] += 1

    def ended(self, run: int, late_s: float) -> None:
        """A run has come to its last stop."""
        self.came(run, late_s)
        self._end_late_s[run] = late_s
        self.under_way -= 1

    def held(self, run: int, seconds: float) -> None:
        """A run has stood by force: its way was closed, its vehicle was not there, line, platform or runway were taken."""
        self._held_s[run] += seconds

    def cancelled(self, run: int, call: int) -> None:
        """A run goes no further than a call."""
        self._cancelled_from[run] = call
        self.under_way -= 1

    def cancelled_services(self, pattern_of: Sequence[int], services: Sequence[str]) -> Counter[str]:
        """Runs cancelled or cut short of each service, from the pattern of each trip and the service of each pattern."""
        gone = np.flatnonzero(self._cancelled_from != _NEVER).tolist()
        return Counter(services[pattern_of[run % self._table.trips]] for run in gone)

    def balance(self) -> BalanceRow:
        """Runs due, those that came to their end, those under way, those cancelled before."""
        return BalanceRow(
            what="runs",
            unit="runs",
            entered=float(self._begun.sum()),
            arrived=float(np.isfinite(self._end_late_s).sum()),
            under_way=float(self.under_way),
            gave_up=float((self._cancelled_from != _NEVER).sum()),
        )

    def runs(self, network: Network, riders: object) -> pd.DataFrame:
        """`RUN_COLUMNS`: every run of the days that count that was due, by day and trip."""
        table, trips, nodes = self._table, network.trips, network.nodes.index
        found = np.flatnonzero(self._begun)
        found = found[found // table.trips + table.first_day >= 1]
        trip = found % table.trips
        backward = backward_patterns(network)
        known = riders if isinstance(riders, Counts) else None
        most = getattr(riders, "most_on_board", None)
        pattern = trips.pattern[trip]
        gone = self._cancelled_from[found]
        frame = {
            "service": [trips.patterns[item].service for item in pattern.tolist()],
            "direction": ["backward" if backward[item] else "forward" for item in pattern.tolist()],
            "mode": [trips.patterns[item].mode for item in pattern.tolist()],
            "trip": trip,
            "day": found // table.trips + table.first_day,
            "departs": trips.depart_s[trips.first_call[:-1][trip]],
            "seats": table.seats[trip],
            "boardings": [np.nan if known is None else known.boardings(run) for run in found.tolist()],
            "most_on_board": [np.nan if most is None else most(run) for run in found.tolist()],
            "left_behind": [np.nan if known is None else known.left_behind(run) for run in found.tolist()],
            "delay_end_min": self._end_late_s[found] / 60,
            "delay_mean_min": np.divide(
                self._late_s[found] / 60, self._calls[found], out=np.full(len(found), np.nan), where=self._calls[found] > 0
            ),
            "held_min": self._held_s[found] / 60,
            "cancelled_from": [None if call == _NEVER else str(nodes[trips.stop[call]]) for call in gone.tolist()],
        }
        return pd.DataFrame(frame, columns=list(RUN_COLUMNS))


def punctuality(runs: pd.DataFrame) -> pd.DataFrame:
    """`PUNCTUALITY_COLUMNS` by mode, of the table `runs`."""
    rows = []
    for mode, own in runs.groupby("mode", sort=True):
        late = own["delay_end_min"].dropna().to_numpy(dtype=np.float64)
        cancelled = int(own["cancelled_from"].notna().sum())
        done = len(late) + cancelled
        rows.append(
            {
                "mode": mode,
                "runs": len(own),
                "arrived": len(late),
                "cancelled": cancelled,
                "punctual_share": float((late <= PUNCTUAL_MIN[str(mode)]).sum() / done) if done else np.nan,
                "delay_mean_min": float(late.mean()) if len(late) else np.nan,
                "delay_p95_min": float(np.quantile(late, 0.95, method="inverted_cdf")) if len(late) else np.nan,
                "held_min": float(own["held_min"].sum()),
            }
        )
    return pd.DataFrame(rows, columns=list(PUNCTUALITY_COLUMNS))


def backward_patterns(network: Network) -> list[bool]:
    """Whether each pattern is the way back of the one before."""
    services = [pattern.service for pattern in network.trips.patterns]
    return [place > 0 and services[place - 1] == service for place, service in enumerate(services)]
