"""YAML 1.2 core scalars, positions, and everything that the reader refuses."""

from __future__ import annotations

import gc
import json
import math
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.errors import InputError
from bbwnet.scenario import yaml_lines
from bbwnet.scenario.yaml_lines import (
    MAX_ALIAS_NODES,
    MAX_BYTES,
    MAX_DEPTH,
    NotFiniteError,
    parse_bytes,
    parse_text,
    read_scalar,
    read_yaml,
)


def data_of(text: str) -> Any:
    document, problems = parse_text(text, "f.yaml")
    assert problems == []
    assert document is not None
    return document.data


def problems_of(text: str) -> list[str]:
    return [str(problem) for problem in parse_text(text, "f.yaml")[1]]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("8:30", "8:30"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("2016-10-15", "2016-10-15"),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("190:20:30", "190:20:30"),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("-12", -12),
        ("+12", 12),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("6.48e9", 6.48e9),
        ("1.2.3", "1.2.3"),
        ("~", None),
        ("null", None),
        ("", None),
        ("nULL", "nULL"),
        ("true", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("南宁", "南宁"),
    ],
)
def test_scalars_are_read_as_yaml_1_2_says(scalar: str, value: object) -> None:
    read = data_of(f"a: {scalar}")["a"]
    assert (type(read), read) == (type(value), value)


words = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=40)
"""Text of the basic plane: JSON writes other characters as two escapes, which YAML does not know;
and a key on one line has at most 1024 characters in YAML."""
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_json_reads_as_itself(value: object) -> None:
    # JSON is YAML 1.2. ASCII only, for libyaml takes some characters for line breaks that JSON does not.
    document, problems = parse_text(json.dumps(value), "f.json")
    assert problems == []
    assert document is not None
    assert document.data == value


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_numbers_as_python_writes_them_read_as_themselves(number: float) -> None:
    read = read_scalar(repr(number))
    assert (type(read), read) == (type(number), number)


@given(st.text(alphabet="+-.0123456789eExo_naifINF", min_size=1))
def test_what_looks_like_a_number_is_a_finite_one_or_text_or_refused(text: str) -> None:
    try:
        value = read_scalar(text)
    except NotFiniteError:
        return
    assert value == text or (isinstance(value, int | float) and math.isfinite(value))


@given(st.text(alphabet=string.ascii_letters + "_", min_size=1))
def test_a_plain_word_is_text_unless_it_is_null_or_a_truth_value(word: str) -> None:
    value = data_of(f"a: {word}")["a"]
    expected: Any = {"null": None, "true": True, "false": False}.get(word.lower(), word)
    if word.lower() in {"null", "true", "false"} and word not in {word.lower(), word.upper(), word.title()}:
        expected = word
    assert value == expected


def test_positions_are_those_of_keys_and_values() -> None:
    document, _ = parse_text("# 说明\na: 1\nlinks:\n  - {id: x, 长: 46.9}\n  - id: y\n    via: [[1, 2],\n          [3, 4]]\n", "f.yaml")
    assert document is not None
    assert document.position(("a",)) == (2, 4)
    assert document.position(("a",), of_key=True) == (2, 1)
    assert document.position(("links",)) == (4, 3)
    assert document.position(("links", 0, "长")) == (4, 16)
    assert document.position(("links", 0, "长"), of_key=True) == (4, 13)
    assert document.position(("links", 1, "via", 1, 1)) == (7, 15)
    assert document.position(("links", 1, "missing")) == (5, 5)


def test_columns_count_characters_after_a_byte_order_mark() -> None:
    document, _ = parse_bytes("\ufeff名: 南".encode(), "f.yaml")
    assert document is not None
    assert document.position(("名",)) == (1, 4)


def test_an_alias_has_its_own_place_and_its_content_that_of_the_anchor() -> None:
    document, problems = parse_text("a: &x {b: 1}\nc: *x\n", "f.yaml")
    assert problems == []
    assert document is not None
    assert document.data == {"a": {"b": 1}, "c": {"b": 1}}
    assert document.position(("c",)) == (2, 4)
    assert document.position(("c", "b")) == (1, 11)


def test_every_duplicate_key_is_told_with_both_lines() -> None:
    assert problems_of("a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n") == [
        "f.yaml:2:11: duplicate key, first on line 2 (c)",
        "f.yaml:3:1: duplicate key, first on line 1 (a)",
        "f.yaml:4:1: duplicate key, first on line 1 (a)",
    ]


def test_the_first_of_two_keys_is_kept() -> None:
    document, _ = parse_text("a: 1\na: {b: 2}\nc: 3\n", "f.yaml")
    assert document is not None
    assert document.data == {"a": 1, "c": 3}
    assert document.position(("c",)) == (3, 4)


@pytest.mark.parametrize("key", ["1", "true", "~", ".5", ".inf", "[a]", "{a: b}", "2016"])
def test_keys_must_be_text(key: str) -> None:
    assert len(problems_of(f"? {key}\n: 1\n")) == 1
    assert "key is not text" in problems_of(f"? {key}\n: 1\n")[0]


def test_quoted_keys_are_text() -> None:
    assert data_of('{"1": a, "<<": b, "true": c}') == {"1": "a", "<<": "b", "true": "c"}


@pytest.mark.parametrize("number", [".inf", "-.INF", ".nan", "1e999", "-1e999", "9" * 5000])
def test_numbers_must_be_finite_each_time(number: str) -> None:
    assert [problem.split(" (")[0] for problem in problems_of(f"a: {number}\nb: {number}\n")] == [
        "f.yaml:1:4: number is not finite",
        "f.yaml:2:4: number is not finite",
    ]


def test_a_bomb_of_aliases_is_refused_and_a_modest_use_is_not() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(8))
    [problem] = problems_of(bomb)
    assert f"aliases expand too far (*a4), expected at most {MAX_ALIAS_NODES}" in problem
    assert len(data_of("a: &a [1, 2]\nb: [" + "*a, " * 1000 + "*a]\n")["b"]) == 1001


def test_depth_is_bounded_aliases_expanded() -> None:
    assert data_of("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    assert problems_of("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == [
        f"f.yaml:1:{MAX_DEPTH + 1}: nested too deep, expected at most {MAX_DEPTH} levels"
    ]
    half = MAX_DEPTH // 2 + 1
    [problem] = problems_of(f"a: &a {'[' * half}{']' * half}\nb: {'[' * half}*a{']' * half}\n")
    assert "nested too deep (*a)" in problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: *b", "f.yaml:1:4: alias of an unknown anchor (*b)"),
        ("a: &a {b: *a}", "f.yaml:1:11: alias within its own anchor (*a)"),
        ("a: !!int 3", "f.yaml:1:4: tags are not used here (tag:yaml.org,2002:int), expected a plain or quoted value"),
        ("a: 1\n...\n---\nb: 2", "f.yaml:3:1: second document in one file, expected one document a file"),
        (
            "x: &x {a: 1}\ny: {<<: *x}",
            "f.yaml:2:5: merge keys are not used here (<<), expected the keys written out, or an alias of the whole map",
        ),
        ("a\x07: 1", "f.yaml:1:2: not valid YAML: control characters are not allowed"),
    ],
)
def test_refused(text: str, problem: str) -> None:
    assert problems_of(text) == [problem]


def test_a_tab_is_named_as_the_cause() -> None:
    [problem] = problems_of("a:\n\tb: 1\n")
    assert problem.startswith("f.yaml:2:1: not valid YAML: ")
    assert problem.endswith("expected spaces for indentation, not tabs")


def test_problems_before_a_syntax_error_are_told_too() -> None:
    assert [problem.split(":")[1] for problem in problems_of("a: .inf\nb: [1\nc: 2")] == ["1", "3"]


def test_bytes_must_be_utf_8() -> None:
    document, [problem] = parse_bytes("a: 1\nb: 南宁".encode("gbk"), "f.yaml")
    assert document is None
    assert str(problem) == "f.yaml:2:4: not UTF-8 (byte 0xc4), expected UTF-8 text"


def test_a_file_over_50_mb_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    big = tmp_path / "big.yaml"
    with big.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # sparse: takes no room on disk
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read"))
    assert [str(problem) for problem in read_yaml(Path("big.yaml"))[1]] == [
        "big.yaml: file too large (50 MB), expected at most 50 MB of YAML"
    ]


@pytest.mark.parametrize(("name", "what"), [("missing.yaml", "cannot be read: no such file or directory"), (".", "not a file")])
def test_what_is_no_file_is_a_problem(name: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [str(problem) for problem in read_yaml(Path(name))[1]] == [f"{name}: {what}"]


def test_garbage_collection_is_switched_on_again_even_after_errors() -> None:
    parse_text("a: [", "f.yaml")
    assert gc.isenabled()


def test_without_libyaml_the_mend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_lines, "_c_parser", None)
    with pytest.raises(InputError, match="libyaml"):
        parse_text("a: 1", "f.yaml")
