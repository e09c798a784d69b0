"""Frames of chains and of what found none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.assignment.freight_flows import CHAIN_COLUMNS, UNSERVED_COLUMNS
from bbwnet.assignment.freight_legs import FIGURES
from bbwnet.choice.chain_choice import INLAND_MODES, SEA_WAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bbwnet.assignment.freight_balance import Balance, Moved
    from bbwnet.assignment.freight_network import FreightNetwork

NO_CHAIN = "no chain of modes leads there"
_ENDS = 2
"""Loading at the origin and unloading at the destination."""


def chains_frame(freight: FreightNetwork, balance: Balance, tonnes_year: NDArray[np.float64]) -> pd.DataFrame:
    """Chains taken, by commodity, origin, destination and chain; columns as in `CHAIN_COLUMNS`."""
    least = freight.network.settings.freight_chains.listed_tonnes_year
    names = [own.cargo.commodity for own in balance.moved]
    words = [*INLAND_MODES, *(f"{out}+sea+{into}" for out in INLAND_MODES for into in INLAND_MODES)]
    parts = [
        _commodity(freight, own, place, tonnes, least)
        for place, (own, tonnes) in enumerate(zip(balance.moved, tonnes_year, strict=True))
        if tonnes.any()
    ]
    columns = {key: np.concatenate([part[key] for part in parts]) if parts else np.zeros(0) for key in _KEYS}
    ports = ["", *freight.ports.names]
    frame = pd.DataFrame(
        {
            "commodity": _words(columns["commodity"], names),
            "origin": _words(columns["origin"], freight.ends),
            "destination": _words(columns["destination"], freight.ends),
            "chain": _words(columns["chain"], words),
            "port_out": _words(columns["port_out"] + 1, ports),
            "port_in": _words(columns["port_in"] + 1, ports),
            **{key: columns[key] for key in CHAIN_COLUMNS[6:]},
        }
    )
    return frame[list(CHAIN_COLUMNS)]


_KEYS = ("commodity", "origin", "destination", "chain", "port_out", "port_in", *CHAIN_COLUMNS[6:])


def _words(code: NDArray[np.float64], words: Sequence[str]) -> pd.Categorical[str]:
    """Words by their number."""
    found: pd.Categorical[str] = pd.Categorical.from_codes(code.astype(np.int64), categories=pd.Index(list(words)))
    return found


def _commodity(
    freight: FreightNetwork, own: Moved, place: int, tonnes: NDArray[np.float64], least: float
) -> dict[str, NDArray[np.float64]]:
    """Columns of one commodity."""
    found, legs = own.choice.listed(tonnes, least), own.legs
    count = len(found.share)
    figures = np.zeros((len(FIGURES), count))
    chain = found.way.astype(np.int64)
    transfers = np.zeros(count)
    for way, leg in enumerate((legs.road, legs.rail, legs.water)):
        at = found.way == way
        figures[:, at] = leg[:, found.origin[at], found.destination[at]]
        transfers[at] = 0 if way == 0 else _ENDS
        if way == INLAND_MODES.index("water"):
            # A train to the quay, or from it, is one more change.
            transfers[at] += figures[FIGURES.index("rail_km"), at] > 0
    at = found.way == SEA_WAY
    out, into, port, other = found.mode_out[at], found.mode_in[at], found.port_out[at], found.port_in[at]
    before, after = legs.to_port[out, :, found.origin[at], port], legs.from_port[into, :, other, found.destination[at]]
    figures[:, at] = before.T + legs.sea[:, port, other] + after.T
    chain[at] = len(INLAND_MODES) + out * len(INLAND_MODES) + into
    here = freight.end_site[found.origin[at]] == freight.port_site[port]
    there = freight.end_site[found.destination[at]] == freight.port_site[other]
    transfers[at] = (~here).astype(float) + (~there) + (out > 0) + (into > 0)
    amount = tonnes[found.origin, found.destination] * found.share
    per_teu = own.cargo.tonnes_per_teu
    return {
        "commodity": np.full(count, place),
        "origin": found.origin,
        "destination": found.destination,
        "chain": chain,
        "port_out": found.port_out,
        "port_in": found.port_in,
        "tonnes_year": amount,
        "teu_year": amount / per_teu if per_teu else np.zeros(count),
        "share": found.share,
        "hours": figures[FIGURES.index("hours")],
        "cost_cny_t": figures[FIGURES.index("money")],
        **{key: figures[FIGURES.index(key)] for key in FIGURES[3:]},
        "handlings": _ENDS + transfers,
    }


def unserved_frame(freight: FreightNetwork, balance: Balance, stranded: Iterable[tuple[str, str, str, float, str]] = ()) -> pd.DataFrame:
    """What found no chain, and what had found nobody to trade with before; columns as in `UNSERVED_COLUMNS`."""
    rows: list[tuple[str, str, str, float, str]] = []
    for own in balance.moved:
        lost = own.flows.unserved
        rows += [
            (own.cargo.commodity, freight.ends[o], freight.ends[d], float(lost[o, d]), NO_CHAIN) for o, d in np.argwhere(lost > 0).tolist()
        ]
    rows += list(stranded)
    return pd.DataFrame(rows, columns=list(UNSERVED_COLUMNS)).astype({"tonnes_year": float})
