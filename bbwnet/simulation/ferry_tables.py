"""Tables of ferries that carry vehicles: every sailing, every day of a route, and the queue at each hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.scenario.schema.simulation_ferries import VEHICLE_CLASSES
from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.simulation.ferry_terminal import Lane
    from bbwnet.simulation.vessel import Sailing

DAY_COLUMNS = ("route", "from", "day", "sailings", *VEHICLE_CLASSES, "vehicles", "persons_in_vehicles", "deck_use", "waiting_at_midnight")
SAILING_COLUMNS = ("route", "from", "ship", "depart_s", "arrive_s", *VEHICLE_CLASSES, "vehicles", "persons_in_vehicles", "deck_use")
QUEUE_COLUMNS = ("route", "from", "hour", "outside", "inside")


def ferry_sailings(sailings: Sequence[Sailing], lanes: Sequence[Lane]) -> pd.DataFrame:
    """A row for each sailing, by route, port and time (`SAILING_COLUMNS`)."""
    by_name = {lane.name: lane for lane in lanes}
    rows = []
    for item in sailings:
        lane, taken = by_name[item.lane], item.taken
        classes = taken.by_class(len(VEHICLE_CLASSES)).tolist()
        use = taken.lane_m / item.lane_m if item.lane_m > 0 else np.nan
        rows.append((lane.link, lane.port, item.ship, item.depart_s, item.arrive_s, *classes, taken.count, taken.persons, use))
    frame = pd.DataFrame(rows, columns=list(SAILING_COLUMNS))
    return frame.sort_values(["route", "from", "depart_s", "ship"], ignore_index=True)


def ferry_days(sailings: Sequence[Sailing], lanes: Sequence[Lane], days: range, day_s: float) -> pd.DataFrame:
    """A row for each route, port and day (`DAY_COLUMNS`); a sailing counts on the day on which it leaves."""
    rows: list[tuple[object, ...]] = []
    for lane in lanes:
        own = [item for item in sailings if item.lane == lane.name]
        moments = np.array([day * day_s for day in days])
        waiting = lane.waiting_at(moments).sum(axis=0)
        for place, day in enumerate(days):
            today = [item for item in own if (day - 1) * day_s <= item.depart_s < day * day_s]
            classes = sum((item.taken.by_class(len(VEHICLE_CLASSES)) for item in today), np.zeros(len(VEHICLE_CLASSES)))
            room = sum(item.lane_m for item in today)
            use = sum(item.taken.lane_m for item in today) / room if room > 0 else np.nan
            persons = sum(item.taken.persons for item in today)
            rows.append(
                (lane.link, lane.port, day, len(today), *classes.tolist(), float(classes.sum()), persons, use, float(waiting[place]))
            )
    frame = pd.DataFrame(rows, columns=list(DAY_COLUMNS))
    return frame[(frame["sailings"] > 0) | (frame["waiting_at_midnight"] > 0)].reset_index(drop=True)


def ferry_queues(lanes: Sequence[Lane], end_s: float) -> pd.DataFrame:
    """Vehicles on the road outside and in the yard at each full hour from midnight before day 1 (`QUEUE_COLUMNS`), where there are any."""
    hours = np.arange(int(end_s // HOUR_S) + 1)
    frames = []
    for lane in lanes:
        outside, inside = lane.waiting_at(np.asarray(hours * HOUR_S, dtype=np.float64))
        frames.append(pd.DataFrame({"route": lane.link, "from": lane.port, "hour": hours, "outside": outside, "inside": inside}))
    if not frames:
        return pd.DataFrame(columns=list(QUEUE_COLUMNS))
    frame = pd.concat(frames, ignore_index=True)
    return frame[frame["outside"] + frame["inside"] > 0].reset_index(drop=True)
