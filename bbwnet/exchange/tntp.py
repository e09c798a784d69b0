"""TNTP, the files of Transportation Networks for Research: a road network, its trips, and the volumes of a solution.

Format: bstabler/TransportationNetworks, README: metadata as `<KEY> value` up to `<END OF METADATA>`; comments begin with `~`; links as rows
of init node, term node, capacity, length, free-flow time, b, power, speed, toll, type and `;`; trips as `Origin n` and `d : trips;`.
Nodes and zones count from 1, zones are the first nodes; no way passes nodes below `<FIRST THRU NODE>`.
"""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.road_demand import excess
from bbwnet.assignment.road_links import RoadLinks
from bbwnet.errors import InputError, Problem, reason
from bbwnet.exchange.frames import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

_END = "<END OF METADATA>"
_META = re.compile(r"\s*<([^>]+)>\s*(.*?)\s*$")
_COLUMNS = ("init_node", "term_node", "capacity", "length", "free_flow_time", "b", "power", "speed", "toll", "link_type")
_INIT, _TERM, _CAPACITY, _LENGTH, _FREE, _B, _POWER, _SPEED, _TOLL, _TYPE = range(len(_COLUMNS))
_NODES = (_INIT, _TERM)
_TOTAL_WITHIN = 1e-4
"""Relative difference between the trips and the total that the file states from which on it is wrong."""


@dataclass(frozen=True)
class TntpNetwork:
    """A network file: links in the order of the file, nodes counted from 0, and what `RoadLinks` has no place for."""

    links: RoadLinks
    zone_count: int
    first_through_node: int
    """As in the file, counted from 1."""
    speed: NDArray[np.float64]
    link_type: NDArray[np.int64]

    @property
    def zone_node(self) -> NDArray[np.int32]:
        """Node of each zone."""
        return np.arange(self.zone_count, dtype=np.int32)


def read_tntp_network(path: str | Path) -> TntpNetwork:
    """Read a network file; raises `InputError` with all that is wrong with it, by line."""
    text = _Text.read(Path(path))
    zones, nodes = text.whole("NUMBER OF ZONES", 1), text.whole("NUMBER OF NODES", 1)
    stated, first_through = text.whole("NUMBER OF LINKS", 0), text.whole("FIRST THRU NODE", 1, absent=1)
    if zones > nodes:
        text.wrong(
            text.line_of("NUMBER OF ZONES"), "<NUMBER OF ZONES> is more than there are nodes", value=str(zones), expected=f"at most {nodes}"
        )
    if first_through > nodes + 1:
        text.wrong(text.line_of("FIRST THRU NODE"), "<FIRST THRU NODE> is no node", value=str(first_through), expected=f"1 to {nodes + 1}")
    rows = [row for line, words in text.rows() if (row := _link(text, line, words, nodes)) is not None]
    if not text.problems and len(rows) != stated:
        text.wrong(text.line_of("NUMBER OF LINKS"), f"<NUMBER OF LINKS>, but {len(rows)} links follow", value=str(stated))
    text.raise_problems()
    table = np.array(rows).reshape(-1, len(_COLUMNS))
    links = RoadLinks(
        node_count=nodes,
        tail=(table[:, _INIT] - 1).astype(np.int32),
        head=(table[:, _TERM] - 1).astype(np.int32),
        free_time=table[:, _FREE],
        capacity=table[:, _CAPACITY],
        bpr_b=table[:, _B],
        bpr_power=table[:, _POWER],
        length=table[:, _LENGTH],
        toll=table[:, _TOLL],
        no_through=np.arange(nodes) < first_through - 1,
    )
    return TntpNetwork(links, zones, first_through, table[:, _SPEED], table[:, _TYPE].astype(np.int64))


def write_tntp_network(network: TntpNetwork, path: str | Path) -> None:
    """Write a network file; numbers are written so that they are read again as they were.

    Raises `InputError` for links with a conical delay, which the format has no place for.
    """
    links = network.links
    if not np.isnan(links.conical_a).all():
        raise InputError("TNTP has no place for conical delays: give the links a BPR function")
    columns = (
        links.tail + 1, links.head + 1, links.capacity, links.length, links.free_time, links.bpr_b, links.bpr_power, network.speed,
        links.toll, network.link_type,
    )  # fmt: skip
    head = {
        "NUMBER OF ZONES": network.zone_count,
        "NUMBER OF NODES": links.node_count,
        "FIRST THRU NODE": network.first_through_node,
        "NUMBER OF LINKS": links.link_count,
    }
    rows = ("\t".join(["", *map(_number, row), ";"]) for row in zip(*(column.tolist() for column in columns), strict=True))
    _write(path, head, ["~\t" + "\t".join(_COLUMNS) + "\t;", *rows])


def read_tntp_trips(path: str | Path, zone_count: int | None = None) -> NDArray[np.float64]:
    """Read a file of trips (zones × zones, vehicles); `zone_count` is that of the network, which it must agree with.

    Raises `InputError` with all that is wrong, by line: zones unknown, pairs given twice, trips negative or no numbers, and for more
    trips than make sense. Warns if the trips do not add up to the total that the file states: public files exist whose total was never
    mended.
    """
    text = _Text.read(Path(path))
    zones = text.whole("NUMBER OF ZONES", 1)
    if zone_count is not None and zones != zone_count:
        text.wrong(
            text.line_of("NUMBER OF ZONES"),
            "<NUMBER OF ZONES> is another than that of the network",
            value=str(zones),
            expected=str(zone_count),
        )
    trips, given = np.zeros((zones, zones)), np.zeros((zones, zones), dtype=np.bool_)
    origin: int | None = None
    for line, content in text.lines():
        if content.lower().startswith("origin"):
            origin = text.zone(line, content[len("origin") :].strip(), zones)
            continue
        if not origin:
            if origin is None:  # those of an unknown origin need no second problem
                text.wrong(line, "trips before any `Origin`", value=content)
            continue
        for part in filter(None, map(str.strip, content.split(";"))):
            name, _, amount = part.partition(":")
            destination, value = text.zone(line, name.strip(), zones), text.amount(line, f"{origin} to {name.strip()}", amount.strip())
            if not destination:
                continue
            if given[origin - 1, destination - 1]:
                text.wrong(line, f"trips from {origin} to {destination} are given twice", value=part)
            given[origin - 1, destination - 1] = True
            trips[origin - 1, destination - 1] = value
    text.raise_problems()
    if fault := excess(trips):
        raise InputError(Problem(file=str(path), message=fault[0], expected=fault[1]))
    _check_total(text, math.fsum(trips.ravel().tolist()))
    return trips


def write_tntp_trips(trips: NDArray[np.float64], path: str | Path) -> None:
    """Write a file of trips (zones × zones, vehicles), zeros left out."""
    lines = []
    for origin, row in enumerate(trips, start=1):
        lines.append(f"Origin {origin}")
        lines += [f"    {destination} : {_number(value)};" for destination, value in enumerate(row.tolist(), start=1) if value]
    _write(path, {"NUMBER OF ZONES": len(trips), "TOTAL OD FLOW": _number(math.fsum(trips.ravel().tolist()))}, lines)


def read_tntp_flows(path: str | Path, network: TntpNetwork) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read volumes and costs of the network's links, in its order, from a file of `From To Volume Cost`.

    Raises `InputError` with all that is wrong, by line; links that join the same two nodes are taken in the order of the network.
    """
    text = _Text.read(Path(path), has_metadata=False)
    waiting: dict[tuple[int, int], list[int]] = {}
    for link, ends in enumerate(zip((network.links.tail + 1).tolist(), (network.links.head + 1).tolist(), strict=True)):
        waiting.setdefault(ends, []).append(link)
    volume, cost = np.full(network.links.link_count, np.nan), np.full(network.links.link_count, np.nan)
    for line, content in text.lines():
        words = content.replace(";", " ").replace(":", " ").split()
        if words and words[0].lower() == "from":
            continue
        if len(words) != 4:  # noqa: PLR2004  columns of the format
            text.wrong(line, f"{len(words)} columns", value=content, expected="from, to, volume, cost")
            continue
        ends = (text.node(line, words[0], network.links.node_count), text.node(line, words[1], network.links.node_count))
        found = waiting.get(ends)
        if not found:
            if all(ends):
                text.wrong(line, "is no link of the network, or one too many", value=f"{ends[0]} to {ends[1]}")
            continue
        link = found.pop(0)
        volume[link], cost[link] = text.amount(line, "volume", words[2]), text.amount(line, "cost", words[3])
    missing = sorted(ends for ends, left in waiting.items() if left)
    if missing:
        text.wrong(0, f"{len(missing)} links of the network are missing, the first from {missing[0][0]} to {missing[0][1]}")
    text.raise_problems()
    return volume, cost


def write_tntp_flows(network: TntpNetwork, volume: NDArray[np.float64], cost: NDArray[np.float64], path: str | Path) -> None:
    """Write volumes and costs of the network's links."""
    columns = (network.links.tail + 1, network.links.head + 1, volume, cost)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    with whole_file(path) as partial:
        lines = ["From\tTo\tVolume\tCost", *("\t".join(map(_number, row)) for row in rows)]
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _link(text: _Text, line: int, words: list[str], nodes: int) -> list[float] | None:
    """The numbers of a row of links; None if it has too few or too many."""
    if len(words) != len(_COLUMNS):
        text.wrong(line, f"{len(words)} columns", expected=f"{len(_COLUMNS)}: {', '.join(_COLUMNS)}")
        return None
    told = len(text.problems)
    values = [
        float(text.node(line, word, nodes)) if column in _NODES else text.amount(line, _COLUMNS[column], word)
        for column, word in enumerate(words)
    ]
    said = any(problem.message == "capacity" for problem in text.problems[told:])
    if values[_B] > 0 and values[_POWER] > 0 and values[_CAPACITY] == 0 and not said:
        text.wrong(line, "capacity", value=words[_CAPACITY], expected="more than 0")
    if 0 < values[_POWER] < 1:
        text.wrong(line, "power", value=words[_POWER], expected="0, or 1 and more")
    return values


def _check_total(text: _Text, total: float) -> None:
    """Compare the trips with the total that the file states, if it does."""
    line = text.line_of("TOTAL OD FLOW")
    if not line:
        return
    stated = text.amount(line, "<TOTAL OD FLOW>", text.meta["TOTAL OD FLOW"][1])
    text.raise_problems()
    if abs(stated - total) > _TOTAL_WITHIN * max(stated, total):
        message = f"{text.file}:{line}: <TOTAL OD FLOW> ({stated:.10g}) is not the sum of the trips, {total:.10g}"
        warnings.warn(message, UserWarning, stacklevel=3)


@dataclass
class _Text:
    """A file line by line, with all that is found wrong with it."""

    file: Path
    content: list[str]
    first_line: int
    meta: dict[str, tuple[int, str]]
    problems: list[Problem]

    @classmethod
    def read(cls, file: Path, *, has_metadata: bool = True) -> _Text:
        """Read a file and its metadata."""
        try:
            content = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(Problem(file=str(file), message=f"cannot be read: {reason(error)}")) from None
        meta: dict[str, tuple[int, str]] = {}
        if not has_metadata:
            return cls(file, content, 0, meta, [])
        for number, line in enumerate(content, start=1):
            found = _META.match(line)
            if found and found[1].strip().upper() == _END[1:-1]:
                return cls(file, content, number, meta, [])
            if found:
                meta[found[1].strip().upper()] = (number, found[2])
        raise InputError(Problem(file=str(file), message="is no TNTP file", expected=f"a line {_END}"))

    def lines(self) -> Iterator[tuple[int, str]]:
        """Lines after the metadata that say something, with their numbers."""
        for number, line in enumerate(self.content[self.first_line :], start=self.first_line + 1):
            content = line.partition("~")[0].strip()
            if content:
                yield number, content

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Words of the lines, the closing `;` left out."""
        for number, content in self.lines():
            yield number, content.rstrip(";").split()

    def wrong(self, line: int, message: str, *, value: str | None = None, expected: str | None = None) -> None:
        """Note a problem."""
        column = 1 if line else 0
        self.problems.append(Problem(file=str(self.file), line=line, column=column, message=message, value=value, expected=expected))

    def raise_problems(self) -> None:
        """Raise what was found wrong, if anything was."""
        if self.problems:
            raise InputError(self.problems)

    def line_of(self, key: str) -> int:
        """Line of a key of the metadata; 0 if it is not given."""
        return self.meta.get(key, (0, ""))[0]

    def whole(self, key: str, least: int, absent: int | None = None) -> int:
        """A whole number of the metadata; raises at once, as nothing after it can be judged without it."""
        line, value = self.meta.get(key, (0, ""))
        if not line and absent is not None:
            return absent
        words = value.split()
        if not words or not words[0].isdecimal() or int(words[0]) < least:
            self.wrong(
                line, f"<{key}>" if line else f"<{key}> is missing", value=value or None, expected=f"a whole number of {least} or more"
            )
            self.raise_problems()
        return int(words[0])

    def node(self, line: int, word: str, nodes: int, what: str = "node") -> int:
        """A node, counted from 1; 0 if there is none of that name."""
        if word.isdecimal() and 1 <= int(word) <= nodes:
            return int(word)
        self.wrong(line, f"unknown {what}", value=word, expected=f"1 to {nodes}")
        return 0

    def zone(self, line: int, word: str, zones: int) -> int:
        """A zone, counted from 1; 0 if there is none of that name."""
        return self.node(line, word, zones, "zone")

    def amount(self, line: int, name: str, word: str) -> float:
        """A finite number of 0 or more; 0 and a problem if it is none."""
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and value >= 0:
            return value
        self.wrong(line, name, value=word, expected="a number of 0 or more")
        return 0.0


def _number(value: float) -> str:
    """The shortest text that is read again as the same number."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _write(path: str | Path, head: Mapping[str, int | str], lines: list[str]) -> None:
    text = "\n".join([*(f"<{key}> {value}" for key, value in head.items()), _END, "", *lines])
    with whole_file(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8", newline="\n")
