"""`bbwnet validate`: modelled against observed times and totals, and what the network rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, load
from bbwnet.cli.output import Column, Format, Language, note, one_decimal, percent, print_csv, print_json, print_table, say, whole

if TYPE_CHECKING:
    from bbwnet.experiment.total_checks import TotalCheck
    from bbwnet.experiment.validation import Check


_COLUMNS = (
    "kind", "from", "to", "date", "use", "observed_min", "modelled_min", "error", "observed_km", "modelled_km", "length_error",
    "reliability", "source", "confidence", "note",
)  # fmt: skip
"""Keys of a row."""
_NOTHING = {"en": "nothing was observed: the network has no observed times", "zh": "无观测：路网没有观测时间"}


def validate(
    scenario: ScenarioName,
    summary_only: Annotated[bool, typer.Option("--summary", help="Leave out the single observations.")] = False,
    totals: Annotated[
        bool,
        typer.Option("--totals/--no-totals", help="Passengers and vehicles of the scenario's year too: this runs the passenger model."),
    ] = True,
    ports: Annotated[
        bool,
        typer.Option("--ports", help="Ports, locks and borders too, every year from 2016 to the scenario's: this runs the freight model."),
    ] = False,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Observed against modelled times, each at its own date, and totals of the year, fitted and withheld apart; and shares by confidence.

    Totals are errors of a year, modelled / observed - 1; GEH is sqrt(2 (m - c)^2 / (m + c)) of the mean hour.
    """
    from bbwnet.evaluation.provenance import link_km_shares, service_km_shares
    from bbwnet.experiment.total_checks import freight_checks, passenger_checks, summarise_totals
    from bbwnet.experiment.validation import fitted_parameters, summarise
    from bbwnet.experiment.validation import validate as compare_with_observations
    from bbwnet.network.build import build_network

    loaded = load(scenario, overrides)
    checks = compare_with_observations(loaded)
    rows = [_row(check) for check in checks]
    summary = [vars(item) for item in summarise(checks)]
    network = build_network(loaded)
    shares = {"link_km": link_km_shares(network), "service_km": service_km_shares(network)}
    parameters = fitted_parameters(loaded)
    year = loaded.settings.demand.year or loaded.settings.as_of.year
    found = passenger_checks(loaded) if totals else []
    found += freight_checks(loaded, range(loaded.index.base_date.year, year + 1)) if ports else []
    total_rows = [_total_row(item) for item in found]
    total_summary = [vars(item) for item in summarise_totals(found)]
    if output is Format.JSON:
        print_json(
            scenario=loaded.name,
            definition="observed",
            rows=rows,
            summary=summary,
            **vars(parameters),
            observations=len(checks),
            totals=total_rows,
            totals_summary=total_summary,
            **shares,
        )
    elif output is Format.CSV:
        print_csv(rows, _COLUMNS)
        if not rows:
            note(_NOTHING[language.value])
    else:
        if not rows:
            say(_NOTHING[language.value])
        _print(rows, summary, shares, language.value, summary_only=summary_only)
        say(f"fitted to the observations marked so: {parameters.run_time_parameters} run-time parameters")
        say(f"inferred from observed times: {parameters.inferred_operating_speeds} operating speeds of lines")
        say(f"observations: {len(checks)}")
        if total_rows:
            _print_totals(total_rows, total_summary, language.value)


def _row(check: Check) -> dict[str, Any]:
    observed = check.observed
    return {
        "kind": observed.kind,
        "from": observed.origin,
        "to": observed.destination,
        "date": observed.date,
        "use": observed.use,
        "observed_min": observed.minutes,
        "modelled_min": check.modelled_min,
        "error": check.error,
        "observed_km": observed.length_km,
        "modelled_km": check.modelled_km,
        "length_error": check.length_error,
        "reliability": observed.reliability,
        "source": observed.source,
        "confidence": observed.confidence,
        "note": observed.note,
    }


def _total_row(check: TotalCheck) -> dict[str, Any]:
    target = check.target
    return {
        "year": target.year,
        "series": target.measure.series,
        "place": target.measure.place,
        "metric": target.measure.metric,
        "quantity": target.measure.quantity,
        "use": target.use,
        "observed": target.value,
        "modelled": check.modelled,
        "error": check.error,
        "geh": check.geh,
        "method": target.method,
        "confidence": target.confidence,
        "sources": list(target.sources),
    }


def _rows(use: str) -> str:
    """The folder that a total is from: a year's calibration rows were fitted to only if that year was."""
    return {"fitted": "calibration", "withheld": "validation"}[use]


def _print_totals(rows: list[dict[str, Any]], summary: list[dict[str, Any]], language: str) -> None:
    print_table(
        [
            Column("year", "year", "年份"),
            Column("place", "place", "地点"),
            Column("metric", "metric", "指标"),
            Column("use", "rows", "数据", _rows),
            Column("observed", "observed", "观测", whole, right=True),
            Column("modelled", "modelled", "模型", whole, right=True),
            Column("error", "error", "误差", percent, right=True),
            Column("geh", "GEH", "GEH", one_decimal, right=True),
            Column("method", "found", "来历"),
            Column("confidence", "confidence", "可信度"),
        ],
        rows,
        language,
    )
    print_table(
        [
            Column("quantity", "quantity", "量"),
            Column("use", "rows", "数据", _rows),
            Column("totals", "totals", "总量数", str, right=True),
            Column("not_modelled", "not modelled", "未建模", str, right=True),
            Column("median_absolute_error", "median |error|", "绝对误差中位数", percent, right=True),
            Column("greatest_absolute_error", "greatest |error|", "绝对误差最大值", percent, right=True),
            Column("rmse_share", "%RMSE", "%RMSE", percent, right=True),
        ],
        summary,
        language,
    )


def _print(rows: list[dict[str, Any]], summary: list[dict[str, Any]], shares: dict[str, Any], language: str, *, summary_only: bool) -> None:
    columns = [
        Column("kind", "kind", "类别"),
        Column("from", "from", "起点"),
        Column("to", "to", "终点"),
        Column("date", "date", "日期"),
        Column("observed_min", "observed", "观测", one_decimal, right=True),
        Column("modelled_min", "modelled", "模型", one_decimal, right=True),
        Column("error", "error", "误差", percent, right=True),
        Column("observed_km", "obs. km", "观测公里", one_decimal, right=True),
        Column("length_error", "km error", "里程误差", percent, right=True),
        Column("use", "use", "用途"),
        Column("source", "source", "来源"),
        Column("note", "note", "备注"),
    ]
    if rows and not summary_only:
        print_table(columns, rows, language)
    counts = [
        Column("kind", "kind", "类别"),
        Column("use", "use", "用途"),
        Column("observations", "observations", "观测数", str, right=True),
        Column("not_modelled", "not modelled", "未建模", str, right=True),
        Column("median_absolute_error", "median |error|", "绝对误差中位数", percent, right=True),
        Column("percentile_90_absolute_error", "90th percentile", "第90百分位", percent, right=True),
        Column("median_error", "median error", "误差中位数", percent, right=True),
    ]
    if rows:
        print_table(counts, summary, language)
    rested = [{"what": what, "mode": mode, **by_class} for what, modes in shares.items() for mode, by_class in modes.items()]
    names = ("measured", "reported", "estimated", "assumed")
    heads = [
        Column("what", "share of", "份额"),
        Column("mode", "mode", "方式"),
        *(Column(name, name, name, percent, right=True) for name in names),
    ]
    print_table(heads, rested, language)
