"""Measures of a region before and after: the rows that evaluations give by clause, put side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class MeasureChange:
    """One measure of the region before and after; `None` where it is not known."""

    clause: str | None
    measure: str
    unit: str
    before: float | None
    after: float | None


def measure_changes(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> tuple[MeasureChange, ...]:
    """Measures that both have, in the order of the first; rows have clause, measure, unit and value."""
    later = {(row["clause"], row["measure"]): row["value"] for row in after}
    return tuple(
        MeasureChange(row["clause"], row["measure"], row["unit"], _known(row["value"]), _known(later[row["clause"], row["measure"]]))
        for row in before
        if (row["clause"], row["measure"]) in later
    )


def _known(value: float | None) -> float | None:
    """The value, or `None` for not-a-number."""
    return None if value is None or value != value else value  # noqa: PLR0124  what is not itself is not a number
