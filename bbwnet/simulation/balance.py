"""The balance sheet of a simulated day: what entered has arrived, is under way, or gave up; a day that does not balance fails."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROUNDING = 1e-9
"""Share of what entered that sums of fractions may be off."""


@dataclass(frozen=True)
class BalanceRow:
    """One kind of thing that moves, warming up included."""

    what: str
    """`persons_on_services`, `cars`, `trucks`, `freight_tonnes`, ..."""
    unit: str
    entered: float
    arrived: float
    under_way: float
    gave_up: float

    @property
    def error(self) -> float:
        """What is missing (or too much)."""
        return self.entered - math.fsum((self.arrived, self.under_way, self.gave_up))


def check_balance(rows: Iterable[BalanceRow]) -> None:
    """Raise `RunError` that names every row that does not balance."""
    off = [row for row in rows if not abs(row.error) <= _ROUNDING * max(1.0, abs(row.entered))]
    if off:
        said = "; ".join(
            f"{row.what}: {row.entered:.9g} entered, {row.arrived:.9g} arrived, {row.under_way:.9g} under way, {row.gave_up:.9g} gave up"
            for row in off
        )
        raise RunError(f"the simulated day does not balance: {said}")
