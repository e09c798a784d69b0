"""`bbwnet verify`: known answers of the literature, solved by what is installed."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption
from bbwnet.cli.output import Column, Format, Language, note, print_csv, print_table, say

if TYPE_CHECKING:
    from bbwnet.experiment.verification.cases import Check, Outcome

QUANTITIES = {
    "flow": ("flow", "流量"),
    "cost": ("cost", "费用"),
    "time": ("time", "时间"),
    "total_time": ("total travel time", "总行程时间"),
    "objective": ("objective", "目标函数"),
    "ratio": ("ratio", "比值"),
    "trips": ("trips", "出行量"),
    "mean_cost": ("mean cost", "平均费用"),
    "share": ("share", "分担率"),
    "logsum": ("logsum", "对数和"),
    "expected_time": ("expected time", "期望时间"),
    "boardings": ("boardings", "上车比例"),
    "wait_over_service": ("mean wait over service", "平均等待与服务之比"),
    "half_width": ("half-width of its interval, relative", "置信区间半宽（相对）"),
    "delay": ("mean delay, s", "平均延误（秒）"),
}
"""Words for what a number is, in English and Chinese."""

EXIT_FAILED = 1


def verify(
    long: Annotated[bool, typer.Option("--long", help="The cases too that take more than some seconds.")] = False,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> None:
    """Solve problems whose answers are known, and print each number with its source, error and whether it is right.

    Exit 0 if all are right, 1 if any is wrong or a case cannot be solved.
    """
    from bbwnet.experiment.verification.cases import solve_all
    from bbwnet.experiment.verification.registry import CASES

    outcomes = list(solve_all(CASES, long=long))
    rows = [row for outcome in outcomes for row in _rows(outcome, language)]
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if output is Format.JSON:
        # Not `print_json`, which rounds to thousandths: an error of 1e-12 must be told from none.
        document = {"scenario": None, "definition": "verify", "rows": rows, "passed": not failed}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n")
    elif output is Format.CSV:
        print_csv([{key: repr(value) if isinstance(value, float) else value for key, value in row.items()} for row in rows])
    else:
        _print(rows, language)
    for outcome in failed:
        if outcome.failure:
            note(f"{outcome.case.key}: {outcome.failure}")
    if output is Format.TABLE:
        right, checks = sum(row["passed"] for row in rows), len(rows)
        say(f"{right} / {checks} 正确" if language is Language.ZH else f"{right} of {checks} right")
    if failed:
        raise typer.Exit(EXIT_FAILED)


def _rows(outcome: Outcome, language: Language) -> list[dict[str, Any]]:
    """A row for each number; one without numbers for a case that has none."""
    case = outcome.case
    head = {"case": case.key, "topic": case.topic, "name": case.zh if language is Language.ZH else case.en}
    if not outcome.checks:
        empty = dict.fromkeys(("quantity", "of", "expected", "got", "error", "tolerance", "relative"))
        return [{**head, **empty, "passed": False, "source": case.source}]
    return [{**head, **_numbers(check), "passed": check.passed, "source": case.source} for check in outcome.checks]


def _numbers(check: Check) -> dict[str, Any]:
    finite = {"got": check.got, "error": check.error}
    return {
        "quantity": check.quantity,
        "of": check.of,
        "expected": check.expected,
        **{key: value if abs(value) < float("inf") else None for key, value in finite.items()},
        "tolerance": check.tolerance,
        "relative": check.relative,
    }


def _print(rows: list[dict[str, Any]], language: Language) -> None:
    zh = language is Language.ZH
    shown, before = [], ""
    for row in rows:
        words = QUANTITIES.get(str(row["quantity"]), ("–", "–"))
        first = row["case"] != before
        before = row["case"]
        shown.append({
            **row,
            "name": row["name"] if first else "",
            "source": row["source"] if first else "",
            "what": f"{words[1] if zh else words[0]} {row['of'] or ''}".strip(),
            "allowed": _small(row["tolerance"]) + ((" 相对" if zh else " rel.") if row["relative"] else ""),
            "right": ("对" if zh else "yes") if row["passed"] else ("错" if zh else "NO"),
        })  # fmt: skip
    columns = [
        Column("name", "problem", "问题"),
        Column("what", "number", "数值"),
        Column("expected", "expected", "应为", _exact, right=True),
        Column("got", "got", "所得", _exact, right=True),
        Column("error", "error", "误差", _small, right=True),
        Column("allowed", "allowed", "允许", right=True),
        Column("right", "right", "正确"),
        Column("source", "source", "来源"),
    ]
    print_table(columns, shown, language)


def _exact(value: float | None) -> str:
    """A number with the digits that known answers have."""
    return "–" if value is None else f"{value:.10g}"


def _small(value: float | None) -> str:
    return "–" if value is None else f"{value:.1e}" if value else "0"
