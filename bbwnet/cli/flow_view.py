"""What the tables of `bbwnet flows` share: the table itself, names in rows, and how figures are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bbwnet.cli.output import Column

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from bbwnet.evaluation.words import Words
    from bbwnet.model.flows import Flows
    from bbwnet.scenario.schema.measures import Quantity

    Observed = Mapping[Quantity, Collection[str]]


@dataclass(frozen=True)
class View:
    """One table: its rows, how they are printed, and how many more there are."""

    name: str
    title: tuple[str, str]
    """Chinese, English."""
    columns: list[Column]
    rows: list[dict[str, Any]]
    left: int = 0
    hidden: int = 0
    """Rows not shown for lying beyond the region."""
    header: tuple[str, ...] = ()
    """Keys of the rows, for CSV of a table that has none."""


@dataclass(frozen=True)
class Asked:
    """What was computed, and what of it the user wants to see."""

    flows: Flows
    words: Words
    observed: Observed
    """Nodes behind whose figures an observed total of the year stands, by quantity."""
    names: tuple[str, ...] = ()
    """Links or services asked for."""
    mode: str | None = None
    top: int = 20
    """Rows at most; 0: all."""
    beyond: bool = False
    """Whether links beyond the region are among those of highest load."""

    def rows(self, frame: pd.DataFrame) -> list[dict[str, Any]]:
        """Rows of a frame as plain values, no more than asked for."""
        from bbwnet.exchange.frames import plain_value

        frame = frame if self.top == 0 else frame.head(self.top)
        return [{str(key): plain_value(value) for key, value in row.items()} for row in frame.to_dict("records")]

    @staticmethod
    def header(frame: pd.DataFrame, *before: str, after: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Keys of the rows of a frame, with those that are put in front and behind."""
        return (*before, *(str(key) for key in frame.columns if key not in before), *after)

    def named(self, frame: pd.DataFrame, **names: str) -> list[dict[str, Any]]:
        """The same with names of places in front: under each key that of the place in a column."""
        return [{key: self.words.node(row[column]) for key, column in names.items()} | row for row in self.rows(frame)]


def count_column(words: Words) -> Column:
    """Whether a count or an observed total stands behind a figure."""
    return Column("validated", "count", "观测", lambda value: validated(value, words))


def validated(value: bool, words: Words) -> str:
    """The mark that every load carries."""
    return words.pick("有", "counted") if value else words.pick("未验证", "unvalidated")


def whole(value: float | None) -> str:
    """A whole number with commas, or a dash."""
    return "–" if value is None else f"{value:,.0f}"


def thousands(value: float | None) -> str:
    """Thousands, whole."""
    return "–" if value is None else f"{value / 1e3:,.0f}"


def millions(value: float | None) -> str:
    """Millions with two decimals."""
    return "–" if value is None else f"{value / 1e6:,.2f}"


def signed(value: float | None) -> str:
    """Two decimals and a sign."""
    return "–" if value is None else f"{value:+.2f}"


def tonnes_of(kilograms: float | None) -> str:
    """Kilograms as tonnes with one decimal."""
    return "–" if kilograms is None else f"{kilograms / 1e3:,.1f}"
