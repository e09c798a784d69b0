"""Errors: one base, each kind also the fitting builtin, and problems on a line each."""

from __future__ import annotations

import pickle

import pytest

from bbwnet import errors
from bbwnet.errors import InputError, Problem


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.InputError, ValueError),
        (errors.NetworkError, ValueError),
        (errors.NoPathError, LookupError),
        (errors.DidNotConverge, RuntimeError),
        (errors.RunError, RuntimeError),
    ],
)
def test_each_kind_is_of_the_base_and_of_a_builtin(kind: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(kind, errors.BbwnetError)
    assert issubclass(kind, builtin)


def test_problem_is_one_line() -> None:
    problem = Problem("links.yaml", 3, 9, "links.a.length_km", "must be > 0", "-1", "a number in km", "length_km")
    assert str(problem) == "links.yaml:3:9: links.a.length_km: must be > 0 (-1), expected a number in km, nearest valid name length_km"


def test_problem_shows_only_what_it_has() -> None:
    assert str(Problem("a.yaml", message="cannot be read")) == "a.yaml: cannot be read"


def test_long_values_are_cut_and_stay_on_one_line() -> None:
    text = str(Problem("a.yaml", 1, 1, message="too long", value="x\n" * 100))
    assert "\n" not in text
    assert text == f"a.yaml:1:1: too long ({'x ' * 28}x...)"


def test_problems_are_sorted_by_file_and_line_as_numbers_and_told_once() -> None:
    late, early, other = Problem("b.yaml", 10, 1, message="x"), Problem("b.yaml", 9, 1, message="x"), Problem("a.yaml", 99, 1, message="x")
    error = InputError([late, early, other, late])
    assert error.problems == (other, early, late)
    assert str(error) == "a.yaml:99:1: x\nb.yaml:9:1: x\nb.yaml:10:1: x"


@pytest.mark.parametrize("error", [InputError([Problem("a.yaml", 1, 2, message="x")]), InputError("no file at all")])
def test_input_error_survives_pickling(error: InputError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(copy), str(copy), copy.problems) == (InputError, str(error), error.problems)
