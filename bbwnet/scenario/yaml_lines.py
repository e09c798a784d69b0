"""YAML read into plain dicts and lists that know their lines: YAML 1.2 core scalars, and nothing that can surprise.

The data come straight from the events of libyaml, three times faster than its nodes; every key and value leaves its
position in a table beside the data, so that any path into them can be named as file:line:column.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bbwnet.errors import InputError, Problem
from bbwnet.scenario.document import COLUMN_BITS, Document, line_and_column, shown_path

_c_parser: Any = None
with contextlib.suppress(ImportError):  # PyYAML may be built without libyaml
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    _c_parser = CParser

MAX_BYTES = 50_000_000
MAX_DEPTH = 64
MAX_ALIAS_NODES = 1_000_000

_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_STARTS = frozenset("-+.0123456789")


class NotFiniteError(ValueError):
    """A scalar that YAML reads as a number, but that is not a finite one."""


def read_scalar(text: str) -> str | int | float | bool | None:
    """Read a plain scalar as the core schema of YAML 1.2 does: `8:30`, `NO` and `2016-10-15` stay text.

    Raises `NotFiniteError` for infinities, not-a-number and numbers too large to hold.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text):
        try:
            return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
        except ValueError as error:  # more digits than Python converts
            raise NotFiniteError(text) from error
    if _REAL.fullmatch(text):
        number = float(text)
        if number in {float("inf"), float("-inf")}:
            raise NotFiniteError(text)
        return number
    if _NOT_FINITE.fullmatch(text):
        raise NotFiniteError(text)
    return text


def read_yaml(path: Path) -> tuple[Document | None, list[Problem]]:
    """Read a YAML file.

    Gives the document, or `None` if it cannot be read at all, and every problem found.
    """
    file = shown_path(path)
    try:
        size = path.stat().st_size
        if not path.is_file():
            return None, [Problem(file, message="not a file")]
        if size > MAX_BYTES:
            return None, [
                Problem(file, message="file too large", value=f"{size / 1e6:.0f} MB", expected=f"at most {MAX_BYTES / 1e6:.0f} MB of YAML")
            ]
        content = path.read_bytes()
    except OSError as error:
        return None, [Problem(file, message=f"cannot be read: {(error.strerror or str(error)).lower()}")]
    document, problems = parse_bytes(content, file)
    if document is not None:
        document.path = path
    return document, problems


def parse_bytes(content: bytes, file: str) -> tuple[Document | None, list[Problem]]:
    """Read YAML from bytes, which must be UTF-8; `file` names them in problems."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        return None, [Problem(file, line, column, message="not UTF-8", value=f"byte 0x{content[error.start]:02x}", expected="UTF-8 text")]
    document, problems = parse_text(text, file)
    if document is not None:
        document.sha256 = hashlib.sha256(content).hexdigest()
    return document, problems


def parse_text(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    """Read YAML from text; `file` names it in problems."""
    if _c_parser is None:
        raise InputError("PyYAML lacks its C parser (libyaml): install a wheel of PyYAML, or build it with libyaml")
    builder = _Builder(file)
    with _garbage_collection_paused():
        try:
            builder.run(_c_parser(text))
        except YAMLError as error:
            builder.problems.append(_syntax_problem(error, text, file))
            return None, builder.problems
        except _TooMuchError:
            return None, builder.problems
    return Document(file, builder.root, builder.spots), builder.problems


@contextlib.contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Parsing makes hundreds of thousands of containers and no garbage; collecting meanwhile takes twice the parse."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _syntax_problem(error: Exception, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if mark is not None:
        line, column = mark.line + 1, mark.column + 1
        line_text = (text.splitlines() or [""])[min(mark.line, len(text.splitlines()) - 1)]
        expected = "spaces for indentation, not tabs" if "\t" in line_text[: mark.column + 1] else None
        return Problem(file, line, column, message=f"not valid YAML: {what}", expected=expected)
    offset = getattr(error, "position", 0)
    before = text[: offset if isinstance(offset, int) else 0]
    return Problem(file, before.count("\n") + 1, len(before) - before.rfind("\n"), message=f"not valid YAML: {what}")


_NO_KEY = object()
_SKIP = object()


class _TooMuchError(Exception):
    """The document is not worth reading further."""


class _Builder:
    """Builds data and positions from parser events, and gathers what it refuses."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.spots: dict[int, list[int]] = {}
        self.problems: list[Problem] = []
        self.anchors: dict[str, _Anchor] = {}
        self.alias_nodes = 0

    def refuse(self, spot: int, message: str, value: str | None = None, expected: str | None = None) -> None:
        line, column = line_and_column(spot)
        self.problems.append(Problem(self.file, line, column, message=message, value=value, expected=expected))

    def run(self, parser: Any) -> None:  # noqa: C901, PLR0912, PLR0915 - one loop over every event, kept flat for speed
        next_event = parser.get_event
        all_spots = self.spots
        seen: dict[str, Any] = {}  # plain scalars repeat: `rail`, `true`, `200`
        stack: list[tuple[Any, list[int], Any, str | None, int, int]] = []
        container: Any = None
        spots: list[int] = []
        key: Any = _SKIP
        anchor: str | None = None
        started = nodes = height = documents = 0
        while (event := next_event()) is not None:
            kind = type(event)
            mark = event.start_mark
            spot = mark.line << COLUMN_BITS | mark.column
            if kind is ScalarEvent:
                nodes += 1
                value = event.value
                if event.implicit[0]:
                    if key is not _NO_KEY:
                        value = seen[value] if value in seen else self.plain(value, spot, seen)
                    elif not value or value in _CONSTANTS or value == "<<" or value[0] in _NUMBER_STARTS:
                        value = self.key(value, spot)
                elif event.tag is not None:
                    self.refuse(spot, "tags are not used here", event.tag, "a plain or quoted value")
                if event.anchor is not None:
                    self.anchors[event.anchor] = _Anchor(value, 1, 0)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                nodes += 1
                if len(stack) >= MAX_DEPTH:
                    self.refuse(spot, "nested too deep", expected=f"at most {MAX_DEPTH} levels")
                    raise _TooMuchError
                if event.tag is not None:
                    self.refuse(spot, "tags are not used here", event.tag, "a plain map or list")
                if key is _NO_KEY:
                    self.refuse(spot, "key is not text", expected="a name as key")
                stack.append((container, spots, key, anchor, started, height))
                anchor, started, height = event.anchor, nodes, 0
                spots = [spot]
                if kind is MappingStartEvent:
                    container, key = {}, _NO_KEY
                else:
                    container, key = [], None
                if anchor is not None:
                    self.anchors[anchor] = _Anchor(None, 0, 0)  # replaced when it ends; an alias before that would hold itself
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value, spot, inner_height = container, spots[0], height + 1
                all_spots[id(value)] = spots
                if anchor is not None:
                    self.anchors[anchor] = _Anchor(value, nodes - started + 1, inner_height)
                container, spots, key, anchor, started, height = stack.pop()
                height = max(height, inner_height)
            elif kind is AliasEvent:
                held = self.alias(event.anchor, spot)
                value, nodes, height = held.value, nodes + held.nodes, max(height, held.height)
                if len(stack) + held.height > MAX_DEPTH:
                    self.refuse(spot, "nested too deep", f"*{event.anchor}", f"at most {MAX_DEPTH} levels, aliases expanded")
                    raise _TooMuchError
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.refuse(spot, "second document in one file", expected="one document a file")
                    raise _TooMuchError
                continue
            else:
                continue
            # Place the finished value.
            if key is None:
                container.append(value)
                spots.append(spot)
            elif key is _NO_KEY:
                if type(value) is not str:
                    key = _SKIP
                elif value in container:
                    first = spots[1 + 2 * list(container).index(value)]
                    self.refuse(spot, f"duplicate key, first on line {line_and_column(first)[0]}", value)
                    key = _SKIP
                else:
                    key = value
                    spots.append(spot)
            elif key is _SKIP:
                if container is None:
                    self.root = value
                else:
                    key = _NO_KEY
            else:
                container[key] = value
                spots.append(spot)
                key = _NO_KEY

    def plain(self, text: str, spot: int, seen: dict[str, Any]) -> str | int | float | bool | None:
        """Read a plain scalar and remember it; what is no finite number is refused, each time it occurs."""
        try:
            value = read_scalar(text)
        except NotFiniteError:
            self.refuse(spot, "number is not finite", text, "a finite number; leave the key out where it is not known")
            return None
        seen[text] = value
        return value

    def key(self, text: str, spot: int) -> str | None:
        """Read a plain key that may be no text, or `<<`."""
        if text == "<<":
            self.refuse(spot, "merge keys are not used here", "<<", "the keys written out, or an alias of the whole map")
            return None
        try:
            is_text = isinstance(read_scalar(text), str)
        except NotFiniteError:
            is_text = False
        if not is_text:
            self.refuse(spot, "key is not text", text, f'a name as key, or "{text}" in quotes')
            return None
        return text

    def alias(self, name: str, spot: int) -> _Anchor:
        held = self.anchors.get(name)
        if held is None:
            self.refuse(spot, "alias of an unknown anchor", f"*{name}")
            raise _TooMuchError
        if held.nodes == 0:
            self.refuse(spot, "alias within its own anchor", f"*{name}")
            raise _TooMuchError
        self.alias_nodes += held.nodes
        if self.alias_nodes > MAX_ALIAS_NODES:
            self.refuse(spot, "aliases expand too far", f"*{name}", f"at most {MAX_ALIAS_NODES} values from aliases in a file")
            raise _TooMuchError
        return held


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What an anchor holds, with its size and height when every alias within is expanded."""

    value: Any
    nodes: int
    height: int
