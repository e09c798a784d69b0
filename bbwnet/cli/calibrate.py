"""`bbwnet calibrate`: fit demand and choice to observed totals of one or several years, and write what was found as a scenario file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, SetOption, load
from bbwnet.cli.output import Column, Format, Language, note, one_decimal, percent, print_csv, print_json, print_table, say, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.experiment.calibration import Compared, Fit
    from bbwnet.experiment.calibration_case import CalibrationCase
    from bbwnet.experiment.freight_case import FreightCase


def calibrate(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Scenarios of the years to fit to, one network.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE.yaml", help="Write the fitted values as a scenario file.")
    ] = None,
    parameters: Annotated[
        str | None, typer.Option("--parameters", "-p", metavar="ID,ID", help="Fit these only, of the network's `fit_parameters`.")
    ] = None,
    freight: Annotated[bool, typer.Option("--freight", help="Fit freight to ports, locks and borders instead of passengers.")] = False,
    extends: Annotated[
        str | None,
        typer.Option("--extends", metavar="SCENARIO", help="Scenario that the file written changes, such as one of fitted freight."),
    ] = None,
    loadings: Annotated[int, typer.Option("--loadings", min=0, help="How often the roads are loaded and the fit begun anew.")] = 2,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Fit demand and mode choice to `observed/calibration`, never to `observed/validation`: before and after, residuals, GEH, %RMSE.

    Weights of targets: reported 1, estimated (worked out, interpolated) 0.5, assumed 0.25. GEH is sqrt(2 (m - c)^2 / (m + c)) of the
    mean hour. Fails where parameters are not fewer than targets.
    """
    from bbwnet.experiment.calibration import calibrate as fit_all
    from bbwnet.experiment.calibration import calibration_file, chosen_parameters, summarise
    from bbwnet.experiment.calibration_case import calibration_case
    from bbwnet.experiment.freight_case import freight_case

    loaded = [load(name, overrides) for name in scenarios]
    wanted = chosen_parameters(loaded, None if parameters is None else parameters.split(","), freight=freight)
    cases = [freight_case(item) if freight else calibration_case(item) for item in loaded]
    found = fit_all(cases, wanted, loadings=0 if freight else loadings)
    rows = [_row(item) for item in found.compared]
    numbers = [
        {"parameter": item.id, "by": item.by, "number": found.numbers.get(item.id), "at_bound": item.id in found.at_bound,
         "settings": {key: found.values[key] for key in item.settings}}
        for item in found.parameters
    ]  # fmt: skip
    summary = [vars(item) for item in summarise(found.compared)]
    unused = [{"scenario": case.name, **vars(item)} for case in cases for item in case.unused]
    if output is Format.JSON:
        print_json(
            scenario=[item.name for item in loaded], definition="calibration", rows=rows, parameters=numbers, summary=summary,
            unused=unused, fitted_parameters=len(found.fitted), targets=sum(row["after"] is not None for row in rows),
            objective_before=found.objective_before, objective=found.objective, evaluations=found.evaluations,
            converged=found.converged, seconds=found.seconds,
        )  # fmt: skip
    elif output is Format.CSV:
        print_csv(rows)
    else:
        _print(rows, numbers, summary, language.value)
        _say(found, cases)
    if not found.converged:
        note("warning: the fit ended before its steps were small; more --loadings may bring it nearer")
    if out is not None:
        calibration_file(out, loaded, found, extends)
        note(f"{out}: {len(found.values)} settings")


def _row(item: Compared) -> dict[str, Any]:
    target = item.target
    return {
        "scenario": item.scenario,
        "year": target.year,
        "series": target.measure.series,
        "place": target.measure.place,
        "metric": target.measure.metric,
        "observed": target.value,
        "before": item.before,
        "after": item.after,
        "ratio_before": item.ratio_before,
        "ratio": item.ratio,
        "residual": None if item.after is None else item.after - target.value,
        "geh": item.geh,
        "method": target.method,
        "confidence": target.confidence,
        "weight": target.weight,
        "sources": list(target.sources),
    }


def _two_decimals(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _settings(value: dict[str, float]) -> str:
    return ", ".join(f"{key}: {number:g}" for key, number in value.items())


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _print(rows: list[dict[str, Any]], numbers: list[dict[str, Any]], summary: list[dict[str, Any]], language: str) -> None:
    print_table(
        [
            Column("year", "year", "年份"),
            Column("place", "place", "地点"),
            Column("metric", "metric", "指标"),
            Column("observed", "observed", "观测", whole, right=True),
            Column("before", "before", "标定前", whole, right=True),
            Column("after", "after", "标定后", whole, right=True),
            Column("residual", "residual", "残差", whole, right=True),
            Column("ratio_before", "ratio before", "标定前比值", _two_decimals, right=True),
            Column("ratio", "ratio", "比值", _two_decimals, right=True),
            Column("geh", "GEH", "GEH", one_decimal, right=True),
            Column("method", "found", "来历"),
            Column("confidence", "confidence", "可信度"),
            Column("weight", "weight", "权重", _number, right=True),
        ],
        rows,
        language,
    )
    print_table(
        [
            Column("parameter", "parameter", "参数"),
            Column("by", "by", "方式"),
            Column("number", "fitted", "标定值", _number, right=True),
            Column("at_bound", "at bound", "到界", lambda value: "yes" if value else ""),
            Column("settings", "settings", "设定", _settings),
        ],
        numbers,
        language,
    )
    print_table(
        [
            Column("group", "group", "组"),
            Column("targets", "targets", "目标数", str, right=True),
            Column("not_modelled", "not modelled", "未建模", str, right=True),
            Column("median_error_before", "median |error| before", "标定前绝对误差中位数", percent, right=True),
            Column("median_error", "median |error|", "绝对误差中位数", percent, right=True),
            Column("rmse_share", "%RMSE", "%RMSE", percent, right=True),
        ],
        summary,
        language,
    )


def _say(found: Fit, cases: Sequence[CalibrationCase | FreightCase]) -> None:
    known = sum(item.after is not None for item in found.compared)
    say(f"fitted parameters: {len(found.fitted)}, targets: {known} ({len(found.compared) - known} not modelled)")
    say(f"objective: {found.objective_before:.4f} -> {found.objective:.4f}, {found.evaluations} evaluations, {found.seconds:.1f} s")
    for case in cases:
        reasons: dict[str, int] = {}
        for item in case.unused:
            reasons[item.reason] = reasons.get(item.reason, 0) + 1
        for reason, count in sorted(reasons.items()):
            say(f"{case.name}: {count} observed figures not used: {reason}")
