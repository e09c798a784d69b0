"""How long something is served: a distribution about a mean, for every kind of server alike."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from bbwnet.scenario.schema.base import attribute
from bbwnet.scenario.schema.purposes import Assumed

Distribution = Literal["fixed", "exponential", "erlang", "lognormal", "uniform", "triangular"]

_UNIT_S = {"mean_s": 1.0, "mean_min": 60.0, "mean_h": 3600.0}
_NEEDS: dict[Distribution, frozenset[str]] = {
    "fixed": frozenset(),
    "exponential": frozenset(),
    "erlang": frozenset({"shape"}),
    "lognormal": frozenset({"cv"}),
    "uniform": frozenset({"least", "most"}),
    "triangular": frozenset({"least", "most"}),
}
_HALFWAY = 1e-9
"""Share of the mean that the middle of a uniform distribution may be off it."""


class ServiceTime(Assumed):
    """A service time; it says its mean in the unit that suits it."""

    distribution: Distribution = attribute("shape of the distribution", default="fixed")
    mean_s: float | None = attribute("mean", unit="s", default=None, gt=0)
    mean_min: float | None = attribute("mean", unit="min", default=None, gt=0)
    mean_h: float | None = attribute("mean", unit="h", default=None, gt=0)
    shape: int | None = attribute("stages of `erlang`, each exponential with an equal part of the mean", default=None, ge=1, le=1000)
    cv: float | None = attribute("standard deviation over the mean, of `lognormal`", default=None, gt=0, le=20)
    least: float | None = attribute("shortest, of `uniform` and `triangular`, in the unit of the mean", default=None, ge=0)
    most: float | None = attribute("longest, of `uniform` and `triangular`, in the unit of the mean", default=None, gt=0)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Refuse a mean in no unit or in two, and parameters that the distribution lacks or does not know."""
        if sum(getattr(self, name) is not None for name in _UNIT_S) != 1:
            raise ValueError("expected the mean in one unit: `mean_s`, `mean_min` or `mean_h`")
        given = {name for name in ("shape", "cv", "least", "most") if getattr(self, name) is not None}
        needs = _NEEDS[self.distribution]
        if given != needs:
            wanted = " and ".join(f"`{name}`" for name in sorted(needs)) or "neither `shape`, `cv`, `least` nor `most`"
            raise ValueError(f"expected {wanted} with `distribution: {self.distribution}`")
        if self.least is not None and self.most is not None:
            self._check_ends(self.least, self.most)
        return self

    def _check_ends(self, least: float, most: float) -> None:
        mean = self.mean_seconds / self._unit_s
        if not least < most:
            raise ValueError(f"most (={most:g}) must be more than least (={least:g})")
        if self.distribution == "uniform" and abs((least + most) / 2 - mean) > _HALFWAY * mean:
            raise ValueError(f"the mean (={mean:g}) must lie halfway between least (={least:g}) and most (={most:g})")
        if self.distribution == "triangular" and not least <= 3 * mean - least - most <= most:
            low, high = (2 * least + most) / 3, (least + 2 * most) / 3
            raise ValueError(f"the mean (={mean:g}) must lie from {low:g} to {high:g}, in the middle third of least to most")

    @property
    def _unit_s(self) -> float:
        return next(seconds for name, seconds in _UNIT_S.items() if getattr(self, name) is not None)

    @property
    def mean_seconds(self) -> float:
        """The mean in seconds."""
        return next(float(getattr(self, name)) * seconds for name, seconds in _UNIT_S.items() if getattr(self, name) is not None)

    @property
    def ends_seconds(self) -> tuple[float, float]:
        """Shortest and longest in seconds; only of `uniform` and `triangular`, else `ValueError`."""
        if self.least is None or self.most is None:
            raise ValueError(f"a service time that is {self.distribution} has no ends")
        return self.least * self._unit_s, self.most * self._unit_s
