"""`bbwnet simulate`: the day as it runs, with queues, delays and closures."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, load
from bbwnet.cli.output import Column, Format, Language, note, one_decimal, percent, print_csv, print_json, print_table, whole

if TYPE_CHECKING:
    import pandas as pd

_ROWS = 20

_BALANCE = (
    Column("what", "what", "对象"),
    Column("unit", "unit", "单位"),
    Column("entered", "entered", "进入", whole, right=True),
    Column("arrived", "arrived", "到达", whole, right=True),
    Column("under_way", "under way", "在途", whole, right=True),
    Column("gave_up", "gave up", "放弃", whole, right=True),
)
_SERVERS = (
    Column("kind", "kind", "类别"),
    Column("server", "server", "设施"),
    Column("hour", "hour", "时", whole, right=True),
    Column("arrivals", "arrivals", "到达", one_decimal, right=True),
    Column("served", "served", "服务", one_decimal, right=True),
    Column("queue_mean", "queue, mean", "平均排队", one_decimal, right=True),
    Column("queue_max", "queue, most", "最大排队", one_decimal, right=True),
    Column("wait_min", "wait, mean min", "平均等待（分）", one_decimal, right=True),
    Column("wait_p95_min", "wait, 95 % min", "95% 等待（分）", one_decimal, right=True),
    Column("utilisation", "use", "利用率", percent, right=True),
)


def simulate(
    scenario: ScenarioName,
    replications: Annotated[
        int | None, typer.Option("--replications", "-n", min=1, help="Independent repetitions, by default the scenario's.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar='"day N"', help="Last day simulated, by default the scenario's.")] = None,
    trace: Annotated[
        list[str] | None, typer.Option("--trace", metavar="ID", help="Every event at this place, of the first replication; repeatable.")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", "-w", min=1, help="Processes; results are the same for any number.")] = 1,
    top: Annotated[int, typer.Option("--top", min=0, help="Rows at most, longest queues first; 0: all.")] = _ROWS,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Simulate the scenario's days: where it queues and how long, what balances, what storms cost."""
    from bbwnet.experiment.day import DaySettings
    from bbwnet.experiment.day import simulate as simulate_days
    from bbwnet.experiment.day_tables import day_tables
    from bbwnet.network.build import build_network

    loaded = load(scenario, [*(overrides or ()), *_days(until)])
    network = build_network(loaded)
    settings = DaySettings(replications, workers, log=bool(trace))
    days = simulate_days(loaded, network, settings, progress=_bar() if sys.stderr.isatty() else None)
    tables = day_tables(days)
    for message in days.messages:
        note(message)
    if trace:
        rows = [vars(event) for event in days.records[0].events if event.place in trace]
        _print_plain(rows, loaded.name, "trace", output)
        return
    servers = _worst(tables["simulation_servers"], top)
    balance = _mean_balance(tables["simulation_balance"])
    if output is Format.JSON:
        print_json(
            scenario=loaded.name, definition="simulation", replications=len(days.records), rows=servers, balance=balance,
            lost=tables["simulation_lost"].to_dict("records"), messages=list(days.messages),
        )  # fmt: skip
    elif output is Format.CSV:
        print_csv(servers)
    else:
        print_table(_BALANCE, balance, language.value)
        print_table(_SERVERS, servers, language.value)


def _days(until: str | None) -> list[str]:
    if until is None:
        return []
    match = re.fullmatch(r"(?:day )?([1-9][0-9]*)", until.strip())
    if match is None:
        raise typer.BadParameter(f'--until {until}: expected a day such as "day 3"')
    return [f"simulation.days={match[1]}"]


def _bar() -> Any:
    """A progress bar on standard error by the share of simulated time."""
    from rich.progress import Progress

    bar = Progress(transient=True)
    task = bar.add_task("simulating", total=1.0)
    bar.start()

    def tell(share: float) -> None:
        bar.update(task, completed=share)
        if share >= 1:
            bar.stop()

    return tell


def _worst(servers: pd.DataFrame, top: int) -> list[dict[str, Any]]:
    """Servers and hours by their mean queue, longest first."""
    chosen = servers.sort_values(["queue_mean", "kind", "server", "hour"], ascending=[False, True, True, True], kind="stable")
    rows = [{str(key): value for key, value in row.items()} for row in chosen.head(top or len(chosen)).to_dict("records")]
    for row in rows:
        row["wait_min"], row["wait_p95_min"] = row.pop("wait_mean_s") / 60, row.pop("wait_p95_s") / 60
    return rows


def _mean_balance(balance: pd.DataFrame) -> list[dict[str, Any]]:
    found = balance.drop(columns="replication").groupby(["what", "unit"], sort=False).mean().reset_index()
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


def _print_plain(rows: list[dict[str, Any]], scenario: str, definition: str, output: Format) -> None:
    if output is Format.JSON:
        print_json(scenario=scenario, definition=definition, rows=rows)
    else:
        print_csv(rows)
