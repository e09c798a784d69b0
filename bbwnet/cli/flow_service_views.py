"""Tables of services that `bbwnet flows` prints: runs by load factor, stops, who rides a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbwnet.cli.flow_view import View, count_column, validated, whole
from bbwnet.cli.output import Column, percent

if TYPE_CHECKING:
    from bbwnet.cli.flow_view import Asked

_BEYOND = "mostly riders from beyond the network"


def service_views(asked: Asked) -> list[View]:
    """Runs of services, highest load factor first; none without passengers."""
    from bbwnet.experiment.flow_airports import airport_passengers
    from bbwnet.experiment.flow_services import services_frame

    if asked.flows.passengers is None:
        return []
    frame = services_frame(asked.flows.passengers, airport_passengers(asked.flows.network, asked.flows.passengers))
    if asked.mode is not None:
        frame = frame[frame["mode"] == asked.mode]
    frame = frame.assign(rank=frame["load_factor"].fillna(-1.0))
    frame = frame.sort_values(["rank", "boardings", "service", "depart_s"], ascending=[False, False, True, True], kind="stable")
    frame = frame.drop(columns="rank")
    rows = [
        row | {"depart": _clock(row["depart_s"])}
        for row in asked.named(frame, first_name="first_stop", last_name="last_stop", busiest_name="busiest_from")
    ]
    header = asked.header(frame, "first_name", "last_name", "busiest_name", after=("depart",))
    words = asked.words
    columns = [
        Column("service", "service", "服务"),
        Column("mode", "mode", "方式"),
        Column("first_name", "from", "起点"),
        Column("last_name", "to", "终点"),
        Column("depart", "departs", "发车"),
        Column("boardings", "boardings", "上车", whole, right=True),
        Column("most_on_board", "most on board", "最多在车", whole, right=True),
        Column("busiest_name", "leaving", "区间起点"),
        Column("seats", "seats", "座位", whole, right=True),
        Column("seats_assumed", "seats are", "座位来源", lambda value: words.pick(*(("假设", "assumed") if value else ("数据", "data")))),
        Column("load_factor", "load factor", "满座率", percent, right=True),
        Column("riders_beyond", "not known", "未知原因", lambda value: words.pick("乘客多来自网络之外", _BEYOND) if value else ""),
        count_column(words),
    ]
    return [View("services", ("班次（按满座率）", "Runs by load factor"), columns, rows, len(frame) - len(rows), header=header)]


def stop_views(asked: Asked) -> list[View]:
    """Stops, most boardings first, all hours together; JSON of a run has the groups of hours."""
    from bbwnet.experiment.flow_services import stops_frame

    if asked.flows.passengers is None:
        return []
    frame = stops_frame(asked.flows.network, asked.flows.passengers, asked.observed)
    if asked.mode is not None:
        frame = frame[frame["mode"] == asked.mode]
    of_day = ("boardings", "alightings", "transfers_in", "transfers_out")
    sums = dict.fromkeys(of_day, "sum") | {"airport_passengers": "first", "validated": "first"}
    frame = frame.groupby(["stop", "mode"], sort=True, as_index=False).agg(sums)
    frame = frame.sort_values(["boardings", "stop", "mode"], ascending=[False, True, True], kind="stable")
    rows = asked.named(frame, name="stop")
    columns = [
        Column("name", "stop", "车站"),
        Column("mode", "mode", "方式"),
        Column("boardings", "boardings/day", "上车/日", whole, right=True),
        Column("alightings", "alightings/day", "下车/日", whole, right=True),
        Column("transfers_in", "of them came by another", "其中换乘来", whole, right=True),
        Column("transfers_out", "go on by another", "换乘去", whole, right=True),
        Column("airport_passengers", "all of the airport", "机场旅客/日", whole, right=True),
        Column("validated", "total", "观测总量", lambda value: validated(value, asked.words)),
    ]
    return [View("stops", ("车站（每日）", "Stops, a mean day"), columns, rows, len(frame) - len(rows), header=asked.header(frame, "name"))]


def select_service_views(asked: Asked) -> list[View]:
    """Who rides services, most persons first."""
    from bbwnet.experiment.flow_services import service_od_frame

    if asked.flows.passengers is None:
        return []
    frame = service_od_frame(asked.flows.passengers, asked.names).sort_values("persons_day", ascending=False, kind="stable")
    rows = [row | {"validated": False} for row in asked.named(frame, origin_name="origin", destination_name="destination")]
    columns = [
        Column("service", "service", "服务"),
        Column("origin_name", "from", "起点"),
        Column("destination_name", "to", "终点"),
        Column("persons_day", "persons/day", "人/日", whole, right=True),
        count_column(asked.words),
    ]
    header = asked.header(frame, "origin_name", "destination_name", after=("validated",))
    return [View("select_service", ("谁乘坐该服务", "Who rides the service"), columns, rows, len(frame) - len(rows), header=header)]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
