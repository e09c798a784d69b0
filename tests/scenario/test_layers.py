"""`extends`, precedence and what overrides what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.errors import InputError
from bbwnet.scenario.layers import leaves, merged, read_chain
from bbwnet.scenario.read import load_scenario

BASE = "schema: 1\nname: {zh: 基, en: Base}\nnetwork: network\nas_of: 2018-12-31\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_maps_merge_key_by_key_and_lists_replace() -> None:
    lower = {"a": {"b": 1, "c": [1, 2]}, "d": 4}
    assert merged(lower, {"a": {"c": [3], "e": 5}}) == {"a": {"b": 1, "c": [3], "e": 5}, "d": 4}
    assert merged(lower, {"a": 1}) == {"a": 1, "d": 4}
    assert merged(lower, {"a": {"b": None}}) == {"a": {"b": None, "c": [1, 2]}, "d": 4}


nested: st.SearchStrategy[Any] = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, min_size=1), max_leaves=5),
)


@given(nested, nested)
def test_every_leaf_of_the_upper_is_in_effect(lower: dict[str, Any], upper: dict[str, Any]) -> None:
    in_effect = dict(leaves(merged(lower, upper)))
    assert dict(leaves(upper)).items() <= in_effect.items()


@given(nested)
def test_merging_with_itself_changes_nothing(data: dict[str, Any]) -> None:
    assert merged(data, data) == data == merged({}, data) == merged(data, {})


def test_precedence_set_over_file_over_extended_over_defaults(tiny: Path) -> None:
    write(
        tiny,
        base=BASE + "policy: {headway_factor: {rail_intercity: 0.9, coach: 0.8, ferry: 0.7}}\n",
        child="schema: 1\nextends: base.yaml\npolicy:\n  headway_factor: {rail_intercity: 0.5, coach: 0.6}\n",
    )
    scenario = load_scenario("child.yaml", overrides=["policy.headway_factor.coach=0.4"])
    factor = scenario.settings.policy.headway_factor
    assert (factor.rail_intercity, factor.coach, factor.ferry, factor.air) == (0.5, 0.4, 0.7, 1.0)
    assert [str(override) for override in scenario.overrides] == [
        "policy.headway_factor.rail_intercity: 0.9 -> 0.5 (child.yaml:4)",
        "policy.headway_factor.coach: 0.6 -> 0.4 (--set policy.headway_factor.coach=0.4)",
        "policy.headway_factor.ferry: 1.0 -> 0.7 (base.yaml:5)",
    ]


def test_a_value_repeated_overrides_nothing(tiny: Path) -> None:
    write(tiny, base=BASE + "projects: {by: opened}\n", child="schema: 1\nextends: base.yaml\nas_of: 2018-12-31\n")
    assert load_scenario("child.yaml").overrides == ()


def test_name_is_inherited_and_is_no_override(tiny: Path) -> None:
    write(tiny, base=BASE, child="schema: 1\nextends: base.yaml\n")
    scenario = load_scenario("child.yaml")
    assert (scenario.name, scenario.settings.name.en, scenario.overrides) == ("child", "Base", ())


def test_extends_is_relative_to_the_file_that_says_so(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    write(tiny, base=BASE)
    write(other, child=f"schema: 1\nextends: ../{tiny.name}/base.yaml\nas_of: 2017-12-31\n")
    scenario = load_scenario(other / "child.yaml")
    assert scenario.settings.as_of.year == 2017
    assert scenario.index.id == "tiny"  # `network` too is relative to the file that names it


def test_a_bundled_scenario_can_be_extended(tiny: Path) -> None:
    for name in ("baseline_2016", "baseline_2016.yaml"):
        write(tiny, child=f"schema: 1\nextends: {name}\nnetwork: network\n")
        scenario = load_scenario("child.yaml")
        assert (scenario.settings.name.en, scenario.index.id) == ("Baseline 2016", "tiny")
    # One's own file of that name comes first.
    write(tiny, baseline_2016=BASE)
    assert load_scenario("child.yaml").settings.name.en == "Base"


def test_names_too_long_for_a_file_are_none(tiny: Path) -> None:
    write(tiny, child=BASE.replace("network: network", f"network: {'n' * 5000}") + f"extends: {'e' * 5000}\n")
    with pytest.raises(InputError) as caught:
        load_scenario("child.yaml")
    assert [problem.message for problem in caught.value.problems] == ["no such network", "no such scenario"]


def test_a_circle_is_told_as_the_chain(tiny: Path) -> None:
    write(tiny, a="schema: 1\nextends: b.yaml\n", b="schema: 1\nextends: c.yaml\n", c="schema: 1\nextends: b.yaml\n")
    with pytest.raises(InputError) as caught:
        load_scenario("a.yaml")
    assert "c.yaml:2:10: extends: extends goes in a circle (b.yaml -> c.yaml -> b.yaml)" in str(caught.value).splitlines()


def test_problems_of_an_extended_file_are_told_in_that_file(tiny: Path, problems_of: Callable[..., list[str]]) -> None:
    write(tiny, base=BASE + "policy: {headway_factor: {rail: -1}}\nprojects: {also: [nothing]}\n", child="schema: 1\nextends: base.yaml\n")
    assert problems_of(scenario="child.yaml") == [
        "base.yaml:5:33: policy.headway_factor.rail: must be > 0 (-1), expected a number",
        "base.yaml:6:19: projects.also.0: unknown project (nothing)",
    ]


def test_chain_is_read_from_the_extended_to_the_extending(tiny: Path) -> None:
    write(tiny, a="schema: 1\nextends: b.yaml\n", b=BASE)
    documents, problems, notices = read_chain(tiny / "a.yaml")
    assert ([document.file for document in documents], problems, notices) == (["b.yaml", "a.yaml"], [], [])
