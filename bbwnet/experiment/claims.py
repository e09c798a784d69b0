"""Claims such as "plan_2030: nanning - yulin <= 120": true or not, by which definition, and what it rests on."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.errors import InputError
from bbwnet.evaluation.definitions import DEFINITIONS, Definition
from bbwnet.evaluation.provenance import Shares, way_shares, way_sources
from bbwnet.evaluation.travel_times import Timekeeper, TravelTime
from bbwnet.network.lookup import find_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from bbwnet.network.network import Network

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}

_CLAIM = re.compile(r"\s*(?P<scenario>[^:]+?)\s*:\s*(?P<ends>.+?)\s*(?P<sign><=|>=|<|>)\s*(?P<minutes>\d+(?:\.\d+)?)\s*(?:min|minutes)?\s*")
_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "＜": "<", "＞": ">", "：": ":"})
"""Signs as typed in print or in Chinese, and those that the pattern knows."""
_SEPARATORS = (" - ", " – ", " — ", "—", "–", " to ", "-")


@dataclass(frozen=True)
class Claim:
    """A claim about the time between two places."""

    scenario: str
    origin: str
    destination: str
    sign: str
    minutes: float


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds by one definition, and what the time rests on."""

    definition: Definition
    time: TravelTime
    holds: bool
    link_km: Shares | None
    ridden_km: Shares | None
    sources: tuple[str, ...]


def parse_claim(text: str) -> Claim:
    """Read `SCENARIO: A - B <= MINUTES`; raises `InputError` if it is not so written."""
    match = _CLAIM.fullmatch(text.translate(_SIGNS))
    if match is not None:
        for separator in _SEPARATORS:
            origin, found, destination = match["ends"].partition(separator)
            if found and origin.strip() and destination.strip():
                return Claim(match["scenario"], origin.strip(), destination.strip(), match["sign"], float(match["minutes"]))
    raise InputError(
        f"cannot read the claim {text!r}: expected 'SCENARIO: A - B <= MINUTES', for instance 'plan_2030: nanning - yulin <= 120'"
    )


def judge(network: Network, claim: Claim) -> list[Verdict]:
    """Judge a claim by every definition in hand; a pair with no way keeps no claim."""
    timekeeper = Timekeeper(network)
    verdicts = []
    # The same ends for every definition, cities first: were 南宁 a station in vehicle and the city officially, the official
    # time would not be the better of the other two.
    ends = [find_target(network, end, stations_first=False) for end in (claim.origin, claim.destination)]
    for definition in DEFINITIONS:
        time = timekeeper.time(ends[0], ends[1], definition)
        holds = time.minutes is not None and COMPARISONS[claim.sign](round(time.minutes, 6), claim.minutes)
        shares = way_shares(network, time.way) if time.way is not None else (None, None)
        sources = way_sources(network, time.way) if time.way is not None else ()
        verdicts.append(Verdict(definition, time, holds, shares[0], shares[1], sources))
    return verdicts
