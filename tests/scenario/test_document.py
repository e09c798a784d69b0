"""Documents: problems at their place, replaced values, paths with identifiers."""

from __future__ import annotations

import pickle

from bbwnet.scenario.document import Document, readable_path, shown_value, value_at
from bbwnet.scenario.yaml_lines import parse_text


def document(text: str) -> Document:
    parsed, problems = parse_text(text, "f.yaml")
    assert problems == []
    assert parsed is not None
    return parsed


def test_a_replaced_value_is_told_as_of_the_command_line_and_others_keep_their_place() -> None:
    held = document("links:\n  - {id: a, lanes: 2, length_km: 3}\n")
    held.replace(("links", 0, "lanes"), 4, "--set links.a.lanes=4")
    assert held.data == {"links": [{"id": "a", "lanes": 4, "length_km": 3}]}
    assert str(held.problem(("links", 0, "lanes"), "odd", value=4)) == "--set links.a.lanes=4: links.a.lanes: odd (4)"
    assert str(held.problem(("links", 0, "length_km"), "odd", value=3)) == "f.yaml:2:34: links.a.length_km: odd (3)"


def test_a_value_put_where_there_was_none() -> None:
    held = document("a: 1\n")
    held.replace(("b", "c", "d"), 2, "--set b.c.d=2")
    assert held.data == {"a": 1, "b": {"c": {"d": 2}}}
    assert held.set_by(("b", "c", "d")) == "--set b.c.d=2"
    assert held.set_by(("a",)) is None


def test_replacing_through_an_alias_leaves_the_anchor_alone() -> None:
    held = document("a: &x {b: 1}\nc: *x\n")
    held.replace(("c", "b"), 2, "--set c.b=2")
    assert held.data == {"a": {"b": 1}, "c": {"b": 2}}
    assert held.position(("c", "b")) == (1, 11)


def test_readable_paths_name_records_by_identifier() -> None:
    data = {"links": [{"id": "a-b", "via": [[1, 2]]}, {"lanes": 2}]}
    assert readable_path(data, ("links", 0, "via", 0, 1)) == "links.a-b.via.0.1"
    assert readable_path(data, ("links", 1, "lanes")) == "links.1.lanes"


def test_values_are_shown_as_yaml_writes_them() -> None:
    assert [shown_value(value) for value in (True, None, 1.5, "南宁", [1, "a"])] == ["true", "null", "1.5", "南宁", '[1, "a"]']


def test_value_at_leads_nowhere_without_error() -> None:
    assert value_at({"a": [1]}, ("a", 0)) == 1
    assert [value_at({"a": [1]}, path) for path in (("a", 1), ("b",), ("a", 0, "c"), ("a", "x"))] == [None] * 4


def test_a_copy_in_another_process_has_no_lines_rather_than_wrong_ones() -> None:
    copy = pickle.loads(pickle.dumps(document("a:\n  b: 1\n")))  # noqa: S301 - our own bytes
    assert copy.data == {"a": {"b": 1}}
    assert str(copy.problem(("a", "b"), "odd")) == "f.yaml: a.b: odd"
